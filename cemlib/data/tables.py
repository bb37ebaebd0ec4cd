"""Rows of text from an untrusted file, of whatever kind: text, spreadsheet, SPSS, Stata, Parquet.

At most one block of a text, a workbook or a Parquet file is in memory at a time, whatever the
length of its lines or sheets.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cemlib import checks
from cemlib.data import delimited
from cemlib.data.apart import encrypted
from cemlib.data.delimited import MAX_LINE
from cemlib.data.encodings import encoding_of
from cemlib.data.headers import table_of
from cemlib.data.layout import FORMATS, Layout, Table, UnreadableError
from cemlib.data.parquet import parquet
from cemlib.data.selection import select
from cemlib.data.spreadsheets import spreadsheet
from cemlib.data.statistical import statistical
from cemlib.data.workbooks import look_inside
from cemlib.data.worksheets import workbook

__all__ = ["MAX_LINE", "Layout", "Table", "UnreadableError", "limit_bytes", "opened"]

_HIDDEN = ("", "keep", "leave out")
_MAGIC = {
    b"%PDF": "is a PDF",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"GIF8": "is a picture",
    b"\x1f\x8b": "is a compressed file",
    b"7z\xbc\xaf": "is a compressed file",
    b"Rar!": "is a compressed file",
    b"BZh": "is a compressed file",
    b"\xfd7zXZ": "is a compressed file",
    b"PARE": "is an encrypted Parquet file",
    b"ARROW1": "is an Arrow file",
    b"<!DO": "is a web page",
    b"<htm": "is a web page",
    b"<?xml": "is an XML file",
    b"{\\rtf": "is a document of a word processor",
}
_KINDS = {
    b"PK\x03\x04": "archive",
    b"\xd0\xcf\x11\xe0": "xls",
    b"PAR1": "parquet",
    b"$FL2": "sav",
    b"$FL3": "sav",
    b"<stata_dta>": "dta",
    b"\x71\x01\x01": "dta",
    b"\x71\x02\x01": "dta",
    b"\x72\x01\x01": "dta",
    b"\x72\x02\x01": "dta",
    b"\x73\x01\x01": "dta",
    b"\x73\x02\x01": "dta",
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


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
        A text (comma, semicolon, tab or bar; UTF-8, UTF-16, GB18030 or cp1252), a spreadsheet
        (.xlsx, .xls, .xlsb, .ods), or a file of SPSS, Stata or Parquet. The kind is detected from
        the content.
    limit_mb : int
        Maximum size in MB (10⁶ bytes); the environment variable ``CEMLIB_MAX_MB`` overrides it.
    layout : Layout, optional
        What the user says about sheet, header row, hidden rows and filters.

    Yields
    ------
    Table
        Its rows are read when they are needed. Rows left out are noted when all are read.

    Raises
    ------
    UnreadableError
        If the file cannot be read; also while the rows are read.
    ValueError
        If the layout is invalid.
    """
    layout = layout or Layout()
    checks.one_of("hidden", layout.hidden, _HIDDEN)
    limit = limit_bytes(limit_mb)
    start = _look(path, limit)
    kind = next((kind for magic, kind in _KINDS.items() if start.startswith(magic)), "text")
    if kind == "archive":
        kind = look_inside(path, limit)
    elif kind == "xls" and _ENCRYPTED in _directory(path, start):
        raise encrypted()
    if kind == "text":
        encoding, notes = encoding_of(path, start)
        with path.open(encoding=encoding, newline="") as file:
            rows, delimiter = delimited.records(file, layout.delimiter)
            table = table_of(rows, layout, padded=False, notes=notes)
            table.delimiter, table.decimal_comma = delimiter, delimiter != ","
            yield select(table, layout.filters)
    elif kind == "xlsx":
        with workbook(path, layout) as table:
            yield select(table, layout.filters)
    elif kind == "parquet":
        with parquet(path, limit) as table:
            yield select(table, layout.filters, totals=False)
    elif kind in ("sav", "dta"):
        with statistical(path, kind, limit) as table:
            yield select(table, layout.filters, totals=False)
    else:
        with spreadsheet(path, kind, layout) as table:
            yield select(table, layout.filters)


def _directory(path: Path, start: bytes) -> bytes:
    """Return the parts of an OLE file in which the names of its streams may stand."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - len(start)))
        return start + file.read()


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
            raise UnreadableError(0, what, FORMATS)
    return start
