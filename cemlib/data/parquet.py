"""Rows of a Parquet file, block by block, as the same table would have them in a CSV file."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib.data.bounds import MAX_CELL, MAX_UNPACKED, check_cells, long_cell, too_large
from cemlib.data.layout import FORMATS, MAX_COLUMNS, Exact, Rows, Table, UnreadableError
from cemlib.data.workbooks import duration_text

_BLOCK = 10_000


@contextmanager
def parquet(path: Path, limit: int) -> Iterator[Table]:
    """Open a Parquet file.

    Parameters
    ----------
    path : Path
        The file.
    limit : int
        Maximum size of a file in bytes, and so of its cells in number.

    Yields
    ------
    Table
        Its rows are numbered as in a text file with one header row.

    Raises
    ------
    UnreadableError
        If it is damaged or too large when unpacked; also while the rows are read.
    """
    import pyarrow.parquet as pq
    import pyarrow.types as kinds

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
        texts = [field.name for field in schema if _is_text(field.type)]
        # a text that many rows share is then in memory once
        file = pq.ParquetFile(path, read_dictionary=texts)
    except Exception as error:  # a damaged file may fail in any way
        raise _damaged(error) from error
    with file:
        names = [str(name).strip() for name in schema.names]
        if not any(names):
            raise UnreadableError(0, "is empty", "add a header and rows")
        if len(names) > MAX_COLUMNS:
            raise UnreadableError(1, f"has {len(names):,} columns", FORMATS)
        facts = file.metadata
        check_cells(facts.num_rows, len(names), limit)
        groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
        unpacked = sum(group.total_byte_size for group in groups)
        if unpacked > MAX_UNPACKED * limit:
            raise too_large(unpacked)
        for field in schema:
            if kinds.is_fixed_size_binary(field.type) and field.type.byte_width > MAX_CELL:
                raise long_cell(2)
        nested = [field.name for field in schema if kinds.is_nested(field.type)]
        notes = []
        if nested:
            notes.append(f"Columns of lists or structures are empty: {', '.join(nested[:5])}.")
        yield Table(names, 1, _rows(file, frozenset(nested)), padded=True, notes=notes)


def _is_text(kind: Any) -> bool:
    import pyarrow.types as kinds

    return any(
        is_one(kind)
        for is_one in (
            kinds.is_string,
            kinds.is_large_string,
            kinds.is_binary,
            kinds.is_large_binary,
        )
    )


def _rows(file: Any, nested: frozenset[str]) -> Rows:
    row = 1
    names = file.schema_arrow.names
    flat = [name for name in names if name not in nested]
    batches = file.iter_batches(batch_size=_BLOCK, columns=flat if nested else None)
    while True:
        try:
            batch = next(batches, None)
            columns = [_texts(column, row + 1) for column in batch.columns] if batch else []
        except UnreadableError:
            raise
        except Exception as error:  # a damaged file may fail in any way
            raise _damaged(error) from error
        if batch is None:
            return
        if batch.schema.names != flat:
            raise _damaged(IndexError())
        read = iter(columns)
        cells = [[""] * batch.num_rows if name in nested else next(read) for name in names]
        for texts in zip(*cells, strict=True):
            row += 1
            yield row, list(texts)


def _texts(column: Any, row: int) -> list[str]:
    """Return the cells of a block of a column as texts; `row` is its first."""
    if not hasattr(column, "dictionary"):
        return list(map(text_of, column.to_pylist()))
    import pyarrow.compute as pc

    codes = column.indices
    used = pc.unique(codes).drop_null()
    values = column.dictionary.take(used)
    longest = pc.max(pc.binary_length(values)).as_py() if _is_text(values.type) else 0
    if (longest or 0) > MAX_CELL:
        raise long_cell(row)
    texts = dict(zip(used.to_pylist(), map(text_of, values.to_pylist()), strict=True)) | {None: ""}
    return [texts[code] for code in codes.to_pylist()]


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
