"""What all spreadsheets share: the kind, the sheet that is read, and cells as texts."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from typing import Any

from cemlib import checks
from cemlib.data.bounds import MAX_PART, MAX_UNPACKED, too_large
from cemlib.data.headers import Ahead, looks_like_table
from cemlib.data.layout import FORMATS, Exact, Layout, UnreadableError

_WHOLE = re.compile(  # parts of an .xlsx that are in memory as a whole
    r"\[content_types\]\.xml|docprops/.*|xl/(workbook|styles)\.xml|xl/theme/.*|.*\.rels"
)
_ROWS_NAMED = 6


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
    except Exception as error:  # a damaged archive may fail in any way
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
    whole = [size for name, size in members.items() if _WHOLE.fullmatch(name.lower())]
    if (
        sum(members.values()) > MAX_UNPACKED * limit
        or texts > limit
        or max(whole, default=0) > MAX_PART
    ):
        raise too_large(sum(members.values()))
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
