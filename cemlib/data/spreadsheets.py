"""Worksheets of .xls, .xlsb and .ods files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, iterparse

from cemlib.data.headers import numbered, table_of
from cemlib.data.layout import FORMATS, Layout, Rows, Table, UnreadableError
from cemlib.data.workbooks import cell_text, choose_sheet, note_hidden

_ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
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
        The sheet is in memory; its rows are converted when they are needed.

    Raises
    ------
    UnreadableError
        If it is damaged or encrypted, holds no table, or rows are hidden and the user does not
        say what happens to them.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError as error:
        raise encrypted() from error
    except Exception as error:  # a damaged workbook may fail in any way
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise encrypted() from error
        name = type(error).__name__
        raise UnreadableError(0, f"is a damaged {_NAMES[kind]} ({name})", FORMATS) from error
    with book:
        seen = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        order = seen + [name for name in names if name not in seen]
        name, notes = choose_sheet(order, names, layout, lambda name: _rows(book, name, kind))
        rows = _rows(book, name, kind)
        if kind == "ods":
            rows = _visible(rows, _hidden_rows(path, name), layout.hidden, notes)
        else:
            notes.append("Hidden rows cannot be told in this kind of workbook; all rows were read.")
        yield table_of(rows, layout, padded=True, notes=notes)


def encrypted() -> UnreadableError:
    """Return the error for a workbook with a password."""
    return UnreadableError(0, "is an encrypted workbook", "save it without a password")


def _rows(book: Any, name: str, kind: str) -> Rows:
    try:
        sheet = book.get_sheet_by_name(name)
        values = sheet.to_python(skip_empty_area=False)
    except Exception as error:  # a damaged sheet may fail in any way
        problem = f"is a damaged {_NAMES[kind]} ({type(error).__name__})"
        raise UnreadableError(0, problem, FORMATS) from error
    return numbered([cell_text(value) for value in row] for row in values)


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
            for event, element in iterparse(content, events=("start", "end")):
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
                    element.clear()
        except (ParseError, ValueError):
            return frozenset(hidden)
    return frozenset(hidden)
