"""Rows of a Parquet file, block by block, as the same table would have them in a CSV file."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib.data.layout import FORMATS, MAX_COLUMNS, Exact, Rows, Table, UnreadableError
from cemlib.data.workbooks import duration_text

_BLOCK = 10_000


@contextmanager
def parquet(path: Path) -> Iterator[Table]:
    """Open a Parquet file.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    Table
        Its rows are numbered as in a text file with one header row.

    Raises
    ------
    UnreadableError
        If it is damaged or has columns of lists; also while the rows are read.
    """
    import pyarrow.parquet as pq
    import pyarrow.types as kinds

    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
    except Exception as error:  # a damaged file may fail in any way
        raise _damaged(error) from error
    with file:
        names = [str(name).strip() for name in schema.names]
        if not any(names):
            raise UnreadableError(0, "is empty", "add a header and rows")
        if len(names) > MAX_COLUMNS:
            raise UnreadableError(1, f"has {len(names):,} columns", FORMATS)
        nested = [field.name for field in schema if kinds.is_nested(field.type)]
        notes = []
        if nested:
            notes.append(f"Columns of lists or structures are empty: {', '.join(nested[:5])}.")
        yield Table(names, 1, _rows(file, frozenset(nested)), padded=True, notes=notes)


def _rows(file: Any, nested: frozenset[str]) -> Rows:
    row = 1
    batches = file.iter_batches(batch_size=_BLOCK)
    while True:
        try:
            batch = next(batches)
            cells = [
                [""] * batch.num_rows if name in nested else list(map(text_of, column.to_pylist()))
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            ]
        except StopIteration:
            return
        except Exception as error:  # a damaged file may fail in any way
            raise _damaged(error) from error
        for texts in zip(*cells, strict=True):
            row += 1
            yield row, list(texts)


def text_of(value: Any) -> str:
    """Return a value as the text it would have in a CSV file; whole numbers without a point.

    Examples
    --------
    >>> text_of(12.0), text_of(0.1), text_of(None), text_of(float("nan")), text_of(True)
    ('12', '0.1', '', '', 'True')
    >>> text_of(datetime.datetime(2026, 3, 2, 8, 0)), text_of(datetime.date(2026, 3, 2))
    ('2026-03-02 08:00:00', '2026-03-02')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, str | bool | int):
        return str(value)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e16
        return Exact(str(int(value)) if whole else repr(value))
    if isinstance(value, decimal.Decimal):
        whole = value == value.to_integral_value()
        return Exact(value.to_integral_value() if whole else value.normalize())
    if isinstance(value, datetime.datetime):
        if not value.tzinfo and value.time() == datetime.time():
            return value.date().isoformat()
        return value.isoformat(" ", "milliseconds" if value.microsecond else "seconds")
    if isinstance(value, datetime.timedelta):
        return duration_text(value.total_seconds())
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _damaged(error: Exception) -> UnreadableError:
    return UnreadableError(0, f"is a damaged Parquet file ({type(error).__name__})", FORMATS)
