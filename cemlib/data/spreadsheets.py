"""Worksheets of .xls, .xlsb and .ods files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import ParseError

from cemlib.data import apart
from cemlib.data.bounds import pruned
from cemlib.data.headers import numbered, table_of
from cemlib.data.layout import Layout, Rows, Table
from cemlib.data.workbooks import choose_sheet, note_hidden

_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_READER = "cemlib.data.calamine"
_NAMES = {"xls": "old .xls workbook", "xlsb": "binary .xlsb workbook", "ods": ".ods spreadsheet"}


@contextmanager
def spreadsheet(path: Path, kind: str, layout: Layout) -> Iterator[Table]:
    """Open the sheet of a spreadsheet that holds a table.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``"xls"``, ``"xlsb"`` or ``"ods"``.
    layout : Layout
        What the user says about sheet, header row and hidden rows.

    Yields
    ------
    Table
        Its rows are read when they are needed.

    Raises
    ------
    UnreadableError
        If it is damaged or encrypted, holds no table, or rows are hidden and the user does not
        say what happens to them.
    """
    what = _NAMES[kind]
    sheets = list(apart.read(_READER, what, str(path)))
    seen = [name for name, visible in sheets if visible]
    names = [name for name, _ in sheets]
    order = seen + [name for name in names if name not in seen]
    name, notes = choose_sheet(
        order, names, layout, lambda name: numbered(_sheet(path, what, name))
    )
    rows = numbered(_sheet(path, what, name))
    if kind == "ods":
        rows = _visible(rows, _hidden_rows(path, name), layout.hidden, notes)
    else:
        notes.append("Hidden rows cannot be told in this kind of workbook; all rows were read.")
    yield table_of(rows, layout, padded=True, notes=notes)


def _sheet(path: Path, what: str, name: str) -> Iterator[list[str]]:
    return map(apart.unpacked, apart.read(_READER, what, str(path), name))


def _visible(rows: Rows, hidden: frozenset[int], declared: str, notes: list[str]) -> Rows:
    """Yield the rows, without hidden ones if they are to be left out."""
    found = []
    for row, cells in rows:
        if row in hidden and any(cells):
            found.append(row)
            if declared == "leave out":
                continue
        yield row, cells
    note_hidden(found, declared, notes)


def _hidden_rows(path: Path, name: str) -> frozenset[int]:
    """Return the numbers of the hidden and filtered rows of a sheet of an .ods file."""
    hidden: set[int] = set()
    row, inside = 0, False
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        try:
            for event, element in pruned(content, frozenset([f"{_ODS}table-row"])):
                if element.tag == f"{_ODS}table":
                    inside = event == "start" and element.get(f"{_ODS}name") == name
                elif event == "end" and inside and element.tag == f"{_ODS}table-row":
                    count = int(element.get(f"{_ODS}number-rows-repeated", "1"))
                    if (
                        element.get(f"{_ODS}visibility") in ("collapse", "filter")
                        and count < 65_536
                    ):
                        hidden.update(range(row + 1, row + count + 1))
                    row += count
        except (ParseError, ValueError):
            return frozenset(hidden)
    return frozenset(hidden)
