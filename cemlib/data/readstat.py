"""The facts and cases of an SPSS or Stata file, for a process of its own: see `apart`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cemlib.data import apart
from cemlib.data.workbooks import cell_text

_CELLS = 1_000_000


def messages(path: str, kind: str, part: str) -> Iterator[Any]:
    """Yield what the file says of its columns, or its cases, block by block."""
    if part == "facts":
        yield _facts(path, kind)
        return
    _, facts = _read(path, kind, metadataonly=True)
    block = max(1000, _CELLS // len(facts.column_names))
    row, count = 1, block
    while count == block:
        values, _ = _read(path, kind, row_offset=row - 1, row_limit=block)
        columns = [values[name] for name in facts.column_names]
        count = len(columns[0])
        for each in zip(*columns, strict=True):
            row += 1
            yield apart.packed(each, row)


def _facts(path: str, kind: str) -> dict[str, Any]:
    _, facts = _read(path, kind, metadataonly=True)
    return {
        "names": [str(name or "") for name in facts.column_names],
        "rows": max(facts.number_rows or 0, 0),
        "encoding": facts.file_encoding or "UTF-8",
        "labels": {
            name: {cell_text(value): str(label) for value, label in pairs.items()}
            for name, pairs in facts.variable_value_labels.items()
            if pairs
        },
        "questions": {
            name: " ".join(label.split())
            for name, label in facts.column_names_to_labels.items()
            if label
        },
        "missing": _user_missing(path, kind, facts),
    }


def _user_missing(path: str, kind: str, facts: Any) -> dict[str, list[str]]:
    """Return the texts of the values that are declared as missing, by column."""
    missing: dict[str, set[str]] = {}
    if kind == "dta":  # .a to .z are read as "a" to "z"
        numeric = [name for name, of in facts.readstat_variable_types.items() if of != "string"]
        return {name: list("abcdefghijklmnopqrstuvwxyz") for name in numeric}
    for name, ranges in facts.missing_ranges.items():
        texts = missing.setdefault(name, set())
        for each in ranges:
            low, high = each["lo"], each["hi"]
            if low == high:
                texts.add(cell_text(low).strip())
                continue
            values, _ = _read(path, kind, usecols=[name])
            inside = {value for value in values[name] if _is_between(value, low, high)}
            texts.update(map(cell_text, inside))
    return {name: sorted(texts) for name, texts in missing.items() if texts}


def _is_between(value: Any, low: Any, high: Any) -> bool:
    return isinstance(value, float | int) and low <= value <= high


def _read(path: str, kind: str, **options: Any) -> tuple[Any, Any]:
    import pyreadstat

    read = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    return read(path, output_format="dict", user_missing=True, **options)


if __name__ == "__main__":
    apart.answer(messages)
