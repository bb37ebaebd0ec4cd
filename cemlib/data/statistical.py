"""Cases of SPSS (.sav, .zsav) and Stata (.dta) files, block by block, with their labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib.data.bounds import check_cells
from cemlib.data.layout import FORMATS, MAX_COLUMNS, Rows, Table, UnreadableError
from cemlib.data.workbooks import cell_text

_CELLS = 1_000_000
_NAMES = {"sav": "SPSS file", "dta": "Stata file"}


@contextmanager
def statistical(path: Path, kind: str, limit: int) -> Iterator[Table]:
    """Open a file of SPSS or Stata.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``"sav"`` or ``"dta"``.
    limit : int
        Maximum size of a file in bytes, and so of its cells in number.

    Yields
    ------
    Table
        With ``value_labels``, ``user_missing`` and ``questions``; rows are numbered as in a text
        file with one header row.

    Raises
    ------
    UnreadableError
        If it is damaged or has too many cells; also while the rows are read.
    """
    _, facts = _read(path, kind, metadataonly=True, user_missing=True)
    names = list(facts.column_names)
    if not names:
        raise UnreadableError(0, "is empty", "add a header and rows")
    if len(names) > MAX_COLUMNS:
        raise UnreadableError(1, f"has {len(names):,} columns", FORMATS)
    check_cells(max(facts.number_rows or 0, 0), len(names), limit)
    labels = {
        name: {cell_text(value): str(label) for value, label in pairs.items()}
        for name, pairs in facts.variable_value_labels.items()
        if pairs
    }
    questions = {
        name: " ".join(label.split())
        for name, label in facts.column_names_to_labels.items()
        if label
    }
    encoding = (facts.file_encoding or "UTF-8").upper()
    yield Table(
        names,
        1,
        _rows(path, kind, len(names)),
        padded=True,
        notes=[] if encoding in ("UTF-8", "UTF8", "US-ASCII") else [f"Its texts are {encoding}."],
        value_labels=labels,
        user_missing=_user_missing(path, kind, facts),
        questions=questions,
    )


def _user_missing(path: Path, kind: str, facts: Any) -> dict[str, frozenset[str]]:
    """Return the texts of the values that are declared as missing, by column."""
    missing: dict[str, set[str]] = {}
    if kind == "dta":  # .a to .z are read as "a" to "z"
        numeric = [name for name, of in facts.readstat_variable_types.items() if of != "string"]
        return dict.fromkeys(numeric, frozenset("abcdefghijklmnopqrstuvwxyz"))
    for name, ranges in facts.missing_ranges.items():
        texts = missing.setdefault(name, set())
        for each in ranges:
            low, high = each["lo"], each["hi"]
            if low == high:
                texts.add(cell_text(low).strip())
                continue
            values, _ = _read(path, kind, usecols=[name], user_missing=True)
            inside = {value for value in values[name] if _is_between(value, low, high)}
            texts.update(map(cell_text, inside))
    return {name: frozenset(texts) for name, texts in missing.items() if texts}


def _is_between(value: Any, low: Any, high: Any) -> bool:
    return isinstance(value, float | int) and low <= value <= high


def _rows(path: Path, kind: str, columns: int) -> Rows:
    block = max(1000, _CELLS // columns)
    row = 1
    while True:
        values, facts = _read(path, kind, row_offset=row - 1, row_limit=block, user_missing=True)
        cells = [list(map(_text, values[name])) for name in facts.column_names]
        count = len(cells[0]) if cells else 0
        for texts in zip(*cells, strict=True):
            row += 1
            yield row, list(texts)
        if count < block:
            return


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return cell_text(value)


def _read(path: Path, kind: str, **options: Any) -> tuple[Any, Any]:
    import pyreadstat

    read = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    try:
        return read(str(path), output_format="dict", **options)
    except Exception as error:  # a damaged file may fail in any way
        name = type(error).__name__
        raise UnreadableError(0, f"is a damaged {_NAMES[kind]} ({name})", FORMATS) from error
