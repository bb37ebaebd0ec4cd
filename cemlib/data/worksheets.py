"""Worksheets of an .xlsx workbook, row by row, with what a spreadsheet program hides."""

from __future__ import annotations

import datetime
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from cemlib.data.bounds import (
    MAX_CELL,
    MAX_CELLS,
    MAX_ROWS,
    long_cell,
    outside,
    pruned,
    too_many_cells,
)
from cemlib.data.headers import numbered, table_of
from cemlib.data.layout import MAX_COLUMNS, Layout, Rows, Table, UnreadableError
from cemlib.data.workbooks import cell_text, choose_sheet, damaged, duration_text, note_hidden

_A_YEAR = 366  # a date before it, in days of the workbook's calendar, is a duration
_NAMED = 6  # merged ranges


@contextmanager
def workbook(path: Path, layout: Layout) -> Iterator[Table]:
    """Open the sheet of an .xlsx workbook that holds a table.

    Parameters
    ----------
    path : Path
        The workbook.
    layout : Layout
        What the user says about sheet, header row and hidden rows.

    Yields
    ------
    Table
        Its rows are read when they are needed.

    Raises
    ------
    UnreadableError
        If it is damaged or holds no table; also while the rows are read.
    """
    with path.open("rb") as file:  # openpyxl refuses a path with another ending
        try:
            with warnings.catch_warnings(action="ignore"):  # about styles, which are not read
                sources = _sources(file)
        except Exception as error:  # a damaged workbook may fail in any way
            raise damaged(error) from error
        sheets = {source.name: source for source in sources}
        seen = [name for name, source in sheets.items() if source.state == "visible"]
        order = seen + [name for name in sheets if name not in seen]
        name, notes = choose_sheet(
            order, list(sheets), layout, lambda name: numbered(_Sheet(sheets[name]).texts())
        )
        sheet = _Sheet(sheets[name], layout.hidden, notes)
        table = table_of(sheet.rows(), layout, padded=True, notes=notes)
        table.epoch_1904 = sheets[name].reader.wb.epoch.year == 1904
        yield table


class _Source(NamedTuple):
    """Where a worksheet stands in a workbook."""

    name: str
    state: str
    part: str
    reader: Any


def _sources(file: Any) -> list[_Source]:
    """Return the worksheets of an open workbook.

    The steps are those of openpyxl's `load_workbook`, without properties, and without a look at
    all cells of every sheet that does not say its size.
    """
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    return [
        _Source(sheet.name, sheet.state, related.target, reader)
        for sheet, related in reader.parser.find_sheets()
        if related.target in reader.valid_files and "chartsheet" not in related.Type
    ]


class _Sheet:
    """A worksheet as rows of text.

    Parameters
    ----------
    source : _Source
        Where it stands.
    hidden : str
        What happens to hidden rows.
    notes : list of str
        Takes the notes about hidden and merged cells when all rows are read.
    """

    def __init__(self, source: _Source, hidden: str = "", notes: list[str] | None = None) -> None:
        self.source, self.hidden, self.notes = source, hidden, notes
        self.hidden_rows: list[int] = []
        self.parser: Any = None

    def rows(self) -> Rows:
        """Yield the rows, without those that are hidden and left out.

        Raises
        ------
        UnreadableError
            At a formula without a value; after the last row, if rows are hidden and the user does
            not say what happens to them.
        """
        for row, texts in numbered(self.texts()):
            if self.parser.unknown:
                self._raise_formulas(row)
            if self._is_hidden(row) and any(texts):
                self.hidden_rows.append(row)
                if self.hidden == "leave out":
                    continue
            yield row, texts
        self._close()

    def texts(self) -> Iterator[list[str]]:
        """Yield every row as texts, blank ones too."""
        try:
            part = self.source.reader.archive.open(self.source.part)
        except Exception as error:  # a damaged archive may fail in any way
            raise damaged(error) from error
        with part as content:
            self.parser = _parser(self.source.reader, content)
            parsed, last, count, read = self.parser.parse(), 0, 0, 0
            while True:
                try:
                    with warnings.catch_warnings(action="ignore"):
                        row, cells = next(parsed)
                except StopIteration:
                    return
                except UnreadableError:
                    raise
                except Exception as error:  # a damaged sheet may fail in any way
                    raise damaged(error) from error
                width = cells[-1]["column"] if cells else 0
                read += 1
                if max(row, read) > MAX_ROWS or width > MAX_COLUMNS:
                    raise outside(row)
                count += width
                if count > MAX_CELLS:
                    raise too_many_cells(row, count)
                for _ in range(last + 1, row):
                    yield []
                texts = [""] * width
                for cell in cells:
                    if cell["value"] is not None and cell["column"] <= width:
                        texts[cell["column"] - 1] = text = cell_text(cell["value"])
                        if len(text) > MAX_CELL:
                            raise long_cell(row)
                if row > last:
                    yield texts
                    last = row

    def _is_hidden(self, row: int) -> bool:
        facts = self.parser.row_dimensions.pop(str(row), {})
        return facts.get("hidden") in ("1", "true") or facts.get("ht") == "0"

    def _raise_formulas(self, row: int) -> None:
        """Raise the error for the first formula without a value, with the number of others."""
        from openpyxl.utils import get_column_letter

        first, column = self.parser.unknown[0]
        for _ in self.texts():
            unknown = self.parser.unknown
        count, last = len(unknown), unknown[-1][0]
        more = f", as do {count - 1:,} more cells down to row {last:,}" if count > 1 else ""
        raise UnreadableError(
            first,
            f"holds a formula without a stored value{more}",
            "open the file in a spreadsheet program and save it",
            column=get_column_letter(column),
        )

    def _close(self) -> None:
        """Say or refuse what a spreadsheet program shows otherwise than it is read."""
        notes = self.notes if self.notes is not None else []
        note_hidden(self.hidden_rows, self.hidden, notes)
        merged = self.parser.merged_cells
        ranges = [each.ref for each in merged.mergeCell] if merged else []
        if ranges:
            shown = ", ".join(ranges[:_NAMED]) + (", …" if len(ranges) > _NAMED else "")
            notes.append(f"Merged cells ({shown}): only the first of each has the value.")


def _parser(reader: Any, content: Any) -> Any:
    """Return a parser of the worksheet that also lists formulas without a stored value."""
    from openpyxl.worksheet._reader import (
        FORMULA_TAG,
        MERGE_TAG,
        ROW_TAG,
        VALUE_TAG,
        MergeCells,
        WorkSheetParser,
    )

    class Parser(WorkSheetParser):
        unknown: list[tuple[int, int]]

        def parse(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
            for event, element in pruned(self.source, frozenset((ROW_TAG, MERGE_TAG))):
                if event == "end" and element.tag == ROW_TAG:
                    yield self.parse_row(element)
                elif event == "end" and element.tag == MERGE_TAG:
                    self.merged_cells = MergeCells.from_tree(element)

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            value = cell["value"]
            if value is None:
                kind = element.get("t", "n")
                if kind == "n" and element.find(FORMULA_TAG) is not None:
                    self.unknown.append((cell["row"], cell["column"]))
            elif isinstance(value, datetime.datetime | datetime.timedelta):
                serial = _serial(element.findtext(VALUE_TAG))
                if math.isfinite(serial) and (
                    serial < _A_YEAR or isinstance(value, datetime.timedelta)
                ):
                    cell["value"] = duration_text(serial * 86_400)
            return cell

    book = reader.wb
    parser = Parser(
        content,
        reader.shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
    parser.unknown = []
    return parser


def _serial(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:  # a date as ISO text
        return math.inf
