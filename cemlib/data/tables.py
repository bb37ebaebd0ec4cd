"""Rows of text from an untrusted file: CSV of any delimiter and encoding, or .xlsx.

At most one block of a file is in memory at a time, whatever the length of its lines or sheets.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import os
import stat
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cemlib import checks
from cemlib.data.layout import MAX_COLUMNS, Layout, Table, UnreadableError

__all__ = ["MAX_LINE", "Layout", "Table", "UnreadableError", "limit_bytes", "opened"]

MAX_LINE = 1_000_000
_BLOCK = 1 << 20
_UNPACKED = 8  # XML in a workbook may be this many times as large as the limit for its file
_FORMATS = "save it as CSV (UTF-8) or .xlsx"
_MAGIC = {
    b"\xd0\xcf\x11\xe0": "is an old .xls workbook or an encrypted one",
    b"%PDF": "is a PDF",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"\x1f\x8b": "is a compressed file",
    b"PAR1": "is a Parquet file",
    b"<!DO": "is a web page",
    b"<htm": "is a web page",
}


def limit_bytes(limit_mb: int) -> int:
    """Return the maximum size of a file in bytes; ``CEMLIB_MAX_MB`` overrides it.

    Raises
    ------
    ValueError
        If ``CEMLIB_MAX_MB`` is not a number of at least 1.

    Examples
    --------
    >>> limit_bytes(64)
    64000000
    """
    named = os.environ.get("CEMLIB_MAX_MB")
    if not named:
        return limit_mb * 1_000_000
    try:
        return int(checks.between("CEMLIB_MAX_MB", float(named), 1, 1_000_000) * 1_000_000)
    except ValueError as error:
        raise checks.invalid_argument(
            "CEMLIB_MAX_MB", named, "a number of MB of at least 1"
        ) from error


@contextmanager
def opened(path: Path, limit_mb: int, layout: Layout | None = None) -> Iterator[Table]:
    """Open a file as a table of text.

    Parameters
    ----------
    path : Path
        A CSV file (comma, semicolon or tab; UTF-8, UTF-16 with a byte order mark, GB18030) or a
        workbook. The kind is detected from the content.
    limit_mb : int
        Maximum size in MB (10⁶ bytes); the environment variable ``CEMLIB_MAX_MB`` overrides it.
    layout : Layout, optional
        What the user says about sheet, header row, hidden rows and filters.

    Yields
    ------
    Table
        Its rows are read when they are needed.

    Raises
    ------
    UnreadableError
        If the file cannot be read; also while the rows are read.
    """
    limit = limit_bytes(limit_mb)
    start = _look(path, limit)
    if start.startswith(b"PK\x03\x04"):
        with _workbook(path, limit) as table:
            yield table
    else:
        encoding = _encoding(path, start)
        with path.open(encoding=encoding, newline="") as file:
            yield _delimited(file, encoding)


def _look(path: Path, limit: int) -> bytes:
    """Return the beginning of a file, after a check of its kind and size."""
    try:
        status = path.stat()
    except OSError as error:
        raise UnreadableError(0, "does not exist", "check the name and the folder") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(0, "is not a file", "name a CSV file or .xlsx workbook")
    if status.st_size > limit:
        size = status.st_size / 1e6
        raise UnreadableError(
            0,
            f"has {size:,.1f} MB; the limit is {limit / 1e6:,g} MB",
            "take a sample of its rows, or raise the limit with the environment variable "
            f"CEMLIB_MAX_MB={int(size) + 1}",
        )
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
    except OSError as error:
        raise UnreadableError(
            0, f"cannot be opened ({error.strerror})", "give permission to read it"
        ) from error
    if not start.strip():
        raise UnreadableError(0, "is empty", "add a header and rows")
    for magic, what in _MAGIC.items():
        if start.lower().startswith(magic.lower()):
            raise UnreadableError(0, what, _FORMATS)
    return start


def _encoding(path: Path, start: bytes) -> str:
    """Return the encoding in which the whole file can be read."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        if any(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in start):
            raise UnreadableError(0, "is not a text file", _FORMATS)
        candidates = ["utf-8-sig", "gb18030"]
    rows = []
    for candidate in candidates:
        rows.append(_undecodable(path, candidate))
        if not rows[-1]:
            return candidate
    raise UnreadableError(
        rows[0], "has characters that are neither UTF-8 nor GB18030", "save it as CSV UTF-8"
    )


def _undecodable(path: Path, encoding: str) -> int:
    """Return the line at which decoding fails; 0 if it succeeds."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + block[: max(error.start, 0)].count(b"\n")
            if not block:
                return 0
            line += block.count(b"\n")


def _delimited(file: Any, encoding: str) -> Table:
    lines = _lines(file)
    first = next(lines, "")
    blank = 0
    while first and not first.strip():
        blank += 1
        first = next(lines, "")
    delimiter = _delimiter(first)
    records = _records(_chain(first, lines), delimiter, blank)
    row, header = next(records, (0, []))
    notes = ["The file was read as GB18030."] if encoding == "gb18030" else []
    return _table(header, row, records, False, delimiter != ",", notes)


def _chain(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _lines(file: Any) -> Iterator[str]:
    count = 0
    while line := file.readline(MAX_LINE):
        count += 1
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            raise UnreadableError(
                count,
                f"is a line of more than {MAX_LINE:,} characters",
                f"a table has one line per row; {_FORMATS}",
            )
        yield line


def _delimiter(header: str) -> str:
    """Return the most frequent delimiter of a header line, outside quotation marks."""
    bare = "".join(header.split('"')[::2])
    return max(",;\t", key=bare.count)


def _records(lines: Iterator[str], delimiter: str, before: int) -> Iterator[tuple[int, list[str]]]:
    row = before
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(
                row + 1,
                f"cannot be split into cells ({error})",
                'look for an extra quotation mark, or double those within a cell: ""',
            ) from error
        row += 1
        yield row, cells


@contextmanager
def _workbook(path: Path, limit: int) -> Iterator[Table]:
    _look_inside(path, limit)
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
            raise _damaged(error) from error
        try:
            yield _first_sheet(book)
        finally:
            book.close()


def _first_sheet(book: Any) -> Table:
    if not book.worksheets:
        raise UnreadableError(0, "has no worksheet", "add one with a header and rows")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = _sheet_rows(sheet)
    row, header = next(rows, (0, []))
    count = len(book.worksheets)
    note = f"The sheet {sheet.title!r} was read, the first of {count}."
    return _table(header, row, rows, True, False, [note] if count > 1 else [])


def _look_inside(path: Path, limit: int) -> None:
    """Refuse an archive that is not a workbook or would unpack to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.filename: member.file_size for member in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged(error) from error
    if "xl/workbook.xml" not in members:
        raise UnreadableError(0, "is an archive, but not an .xlsx workbook", _FORMATS)
    texts = sum(size for name, size in members.items() if "sharedstrings" in name.lower())
    if sum(members.values()) > _UNPACKED * limit or texts > limit:
        raise UnreadableError(
            0,
            f"would unpack to {sum(members.values()) / 1e6:,.0f} MB",
            "save only the sheet you need as CSV, or take a sample of its rows",
        )


def _damaged(error: Exception) -> UnreadableError:
    kind = type(error).__name__
    return UnreadableError(
        0, f"is a damaged workbook ({kind})", "open it and save it again, or save it as CSV"
    )


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    cells = sheet.iter_rows(values_only=True)
    row, started = 0, False
    while True:
        try:
            with warnings.catch_warnings(action="ignore"):
                values = next(cells)
        except StopIteration:
            return
        except Exception as error:  # a damaged sheet may fail in any way
            raise _damaged(error) from error
        row += 1
        texts = [_text(value) for value in values]
        started = started or any(texts)
        if started:
            yield row, texts


def _text(value: Any) -> str:
    """Return a cell of a workbook as the text it would have in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _table(
    header: list[str],
    row: int,
    rows: Iterator[tuple[int, list[str]]],
    padded: bool,
    decimal_comma: bool,
    notes: list[str],
) -> Table:
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableError(0, "is empty", "add a header and rows")
    if len(names) > MAX_COLUMNS:
        raise UnreadableError(
            row, f"has {len(names):,} columns", f"{_FORMATS}, with one column per question"
        )
    return Table(names, row, rows, padded, decimal_comma, notes)
