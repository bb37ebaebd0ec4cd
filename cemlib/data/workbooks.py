"""Worksheets of an .xlsx workbook, row by row, with what a spreadsheet program hides."""

from __future__ import annotations

import datetime
import math
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib import checks
from cemlib.data.headers import Ahead, looks_like_table, numbered, table_of
from cemlib.data.layout import FORMATS, Exact, Layout, Rows, Table, UnreadableError

_UNPACKED = 8  # XML in a workbook may be this many times as large as the limit for its file
_A_YEAR = 366  # a date before it, in days of the workbook's calendar, is a duration
_ROWS_NAMED = 6


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
    import openpyxl

    with path.open("rb") as file:  # openpyxl refuses a path with another ending
        try:
            with warnings.catch_warnings(
                action="ignore"
            ):  # about styles and forms, which are not read
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=True, keep_links=False
                )
        except Exception as error:  # a damaged workbook may fail in any way
            raise damaged(error) from error
        try:
            sheets = {sheet.title: sheet for sheet in book.worksheets}
            seen = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"]
            order = seen + [name for name in sheets if name not in seen]
            name, notes = choose_sheet(
                order, list(sheets), layout, lambda name: numbered(_Sheet(sheets[name]).texts())
            )
            sheet = _Sheet(sheets[name], layout.hidden, notes)
            table = table_of(sheet.rows(), layout, padded=True, notes=notes)
            table.epoch_1904 = book.epoch.year == 1904
            yield table
        finally:
            book.close()


def choose_sheet(
    order: list[str], names: list[str], layout: Layout, rows: Any
) -> tuple[str, list[str]]:
    """Return the name of the sheet to read, and notes that say which it is.

    Parameters
    ----------
    order : list of str
        Names of the sheets, in the order in which they are looked at.
    names : list of str
        The same names, in the order of the workbook.
    layout : Layout
        What the user says.
    rows : callable
        Returns the rows of a sheet by its name.

    Raises
    ------
    UnreadableError
        If there is no such sheet, or none at all.
    """
    if not names:
        raise UnreadableError(0, "has no worksheet", "add one with a header and rows")
    if layout.sheet:
        exact = [name for name in names if name == layout.sheet] or [
            name for name in names if name.casefold() == layout.sheet.strip().casefold()
        ]
        if exact:
            return exact[0], [f"The sheet {exact[0]!r} was read."]
        shown = ", ".join(checks.shorten(name, 40) for name in names[:8])
        problem = f"has no sheet {checks.shorten(layout.sheet)}"
        raise UnreadableError(0, problem, f"write sheet: with one of {shown}")
    order = [name for name in order if name != Layout.CONTRACT] or order
    if len(names) == 1:
        return names[0], []
    widths = {name: looks_like_table(Ahead(rows(name))) for name in order}
    tables = [name for name in order if widths[name]]
    wide = [name for name in tables if widths[name] > 2]  # a cover may hold pairs: "Date", "March"
    chosen = (wide or tables or order)[0]
    ordinal = f"number {names.index(chosen) + 1}" if names.index(chosen) else "the first"
    notes = [f"The sheet {chosen!r} was read, {ordinal} of {len(names)}."]
    others = [repr(name) for name in tables if name != chosen]
    if others:
        notes.append(
            f"{', '.join(others[:5])} may hold a table too: sheet: in the file's .columns.yaml "
            "names the one to read."
        )
    return chosen, notes


def note_hidden(rows: list[int], declared: str, notes: list[str]) -> None:
    """Note what happened to hidden rows.

    Parameters
    ----------
    rows : list of int
        Their numbers.
    declared : str
        ``"keep"`` or ``"leave out"``, or empty.
    notes : list of str
        Takes the note.

    Raises
    ------
    UnreadableError
        If there are any and the user does not say what happens to them.
    """
    count = len(rows)
    if not count:
        return
    many = "s" * (count > 1)
    named = ", ".join(map(str, rows[:_ROWS_NAMED])) + (", …" if count > _ROWS_NAMED else "")
    what = f"{count:,} hidden row{many} (row{many} {named})"
    if not declared:
        raise UnreadableError(
            rows[0],
            f"is hidden: the sheet has {what}, perhaps of a filter",
            "write hidden: keep or hidden: leave out in the file's .columns.yaml",
        )
    done = "left out" if declared == "leave out" else "read like the others"
    notes.append(f"{what} {'is' if count == 1 else 'are'} {done}.")


def look_inside(path: Path, limit: int) -> str:
    """Return the kind of workbook that an archive is, after a check of its unpacked size.

    Raises
    ------
    UnreadableError
        If it is none, or would unpack to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member.file_size for member in archive.infolist()}
            kind = archive.read("mimetype")[:80] if members.get("mimetype", 99) < 80 else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise damaged(error) from error
    if "xl/workbook.xml" in members:
        kind = b"xlsx"
    elif "xl/workbook.bin" in members:
        kind = b"xlsb"
    elif b"opendocument.spreadsheet" in kind and "content.xml" in members:
        kind = b"ods"
    else:
        raise UnreadableError(0, "is an archive, but not an .xlsx workbook", FORMATS)
    texts = sum(size for name, size in members.items() if "sharedstrings" in name.lower())
    if sum(members.values()) > _UNPACKED * limit or texts > limit:
        raise UnreadableError(
            0,
            f"would unpack to {sum(members.values()) / 1e6:,.0f} MB",
            "save only the sheet you need as CSV, or take a sample of its rows",
        )
    return kind.decode()


def damaged(error: Exception) -> UnreadableError:
    """Return the error for a workbook that fails to be read."""
    kind = type(error).__name__
    return UnreadableError(
        0, f"is a damaged workbook ({kind})", "open it and save it again, or save it as CSV"
    )


def cell_text(value: Any) -> str:
    """Return a cell of a workbook as the text it would have in a CSV file.

    Examples
    --------
    >>> cell_text(3.0), cell_text(datetime.datetime(2026, 3, 1, 8, 0, 0, 137000))
    ('3', '2026-03-01 08:00:00.137')
    >>> cell_text(datetime.timedelta(hours=66.5)), cell_text(datetime.time(9, 5))
    ('66:30:00', '09:05:00')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return Exact(f"{value:.15g}")
    if isinstance(value, datetime.timedelta):
        return duration_text(value.total_seconds())
    if isinstance(value, datetime.datetime | datetime.time):
        milliseconds = round(value.microsecond / 1000)
        if milliseconds == 1000:  # 59.9999 seconds of a serial number
            return cell_text(_next_second(value))
        value = value.replace(microsecond=milliseconds * 1000)
        if isinstance(value, datetime.datetime) and value.time() == datetime.time():
            return value.date().isoformat()
        accuracy = "milliseconds" if value.microsecond else "seconds"
        if isinstance(value, datetime.time):
            return value.isoformat(accuracy)
        return value.isoformat(" ", accuracy)
    return str(value)


def _next_second(value: datetime.datetime | datetime.time) -> datetime.datetime | datetime.time:
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=0) + datetime.timedelta(seconds=1)
    later = datetime.datetime.combine(datetime.date(2000, 1, 1), value.replace(microsecond=0))
    return (later + datetime.timedelta(seconds=1)).time()


def duration_text(seconds: float) -> str:
    """Return a duration as hours, minutes and seconds.

    Parameters
    ----------
    seconds : float
        Rounded to milliseconds.

    Examples
    --------
    >>> duration_text(239400), duration_text(-61.5)
    ('66:30:00', '-0:01:01.500')
    """
    milliseconds = round(abs(seconds) * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, part = divmod(milliseconds, 1000)
    sign = "-" if seconds < 0 and (hours or minutes or milliseconds) else ""
    return f"{sign}{hours}:{minutes:02}:{whole:02}" + (f".{part:03}" if part else "")


class _Sheet:
    """A worksheet as rows of text.

    Parameters
    ----------
    sheet : ReadOnlyWorksheet
        The worksheet.
    hidden : str
        What happens to hidden rows.
    notes : list of str
        Takes the notes about hidden and merged cells when all rows are read.
    """

    def __init__(self, sheet: Any, hidden: str = "", notes: list[str] | None = None) -> None:
        self.sheet, self.hidden, self.notes = sheet, hidden, notes
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
        with self.sheet._get_source() as source:
            self.parser = _parser(self.sheet, source)
            parsed, last = self.parser.parse(), 0
            while True:
                try:
                    with warnings.catch_warnings(action="ignore"):
                        row, cells = next(parsed)
                except StopIteration:
                    return
                except Exception as error:  # a damaged sheet may fail in any way
                    raise damaged(error) from error
                for _ in range(last + 1, row):
                    yield []
                texts = [""] * (cells[-1]["column"] if cells else 0)
                for cell in cells:
                    if cell["value"] is not None and cell["column"] <= len(texts):
                        texts[cell["column"] - 1] = cell_text(cell["value"])
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
            shown = ", ".join(ranges[:_ROWS_NAMED]) + (", …" if len(ranges) > _ROWS_NAMED else "")
            notes.append(f"Merged cells ({shown}): only the first of each has the value.")


def _parser(sheet: Any, source: Any) -> Any:
    """Return a parser of the worksheet that also lists formulas without a stored value."""
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        unknown: list[tuple[int, int]]

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

    book = sheet.parent
    parser = Parser(
        source,
        sheet._shared_strings,
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
