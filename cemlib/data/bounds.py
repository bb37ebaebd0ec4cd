"""What one table may ask for at most, so that a small file cannot take all memory or time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, iterparse

from cemlib.data.layout import MAX_COLUMNS, UnreadableError

MAX_ROWS = 1_048_576  # of a sheet, in every spreadsheet program
MAX_CELL = 131_072  # characters; Python's csv has the same limit
MAX_CELLS = 100_000_000  # of a sheet, blank ones within rows too
MAX_UNPACKED = 8  # a file may unpack to this many times the limit for its size
MAX_PART = 8_000_000  # bytes of XML that are in memory at once: a row, or the styles of a workbook
MAX_BESIDE = 1_000_000  # elements of a sheet outside its rows
_ROW = re.compile(rb"<(?:\w+:)?(?:table-)?row[\s/>]")


def too_large(bytes_: int) -> UnreadableError:
    """Return the error for a file that would unpack to too many bytes."""
    return UnreadableError(
        0,
        f"would unpack to {bytes_ / 1e6:,.0f} MB",
        "save only the sheet you need as CSV, or take a sample of its rows",
    )


def long_cell(row: int) -> UnreadableError:
    """Return the error for a cell with too long a text."""
    return UnreadableError(
        row, f"has a cell of more than {MAX_CELL:,} characters", "shorten it, or leave it empty"
    )


def outside(row: int) -> UnreadableError:
    """Return the error for a row or cell where no spreadsheet program can put one."""
    return UnreadableError(
        row,
        f"lies outside a sheet of {MAX_ROWS:,} rows × {MAX_COLUMNS:,} columns",
        "open the workbook and save it again, or save it as CSV",
    )


def too_many_cells(row: int, cells: int) -> UnreadableError:
    """Return the error for a table with too many cells."""
    return UnreadableError(
        row,
        f"makes {cells:,} cells, more than {MAX_CELLS:,}",
        "remove columns that are not needed, or take a sample of its rows",
    )


def check_cells(rows: int, columns: int, limit: int) -> None:
    """Refuse a table that says it has more cells than a text of the largest size could have.

    Parameters
    ----------
    rows, columns : int
        As its file says.
    limit : int
        Maximum size of a file in bytes; a cell of a text takes at least one.

    Raises
    ------
    UnreadableError
        If it has more.

    Examples
    --------
    >>> check_cells(1_000_000, 20, 64_000_000)
    >>> check_cells(100_000_000, 20, 64_000_000)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cemlib.data.layout.UnreadableError: has 100,000,000 rows × 20 columns; ...
    """
    if rows * columns > limit:
        raise UnreadableError(
            0,
            f"has {rows:,} rows × {columns:,} columns; the limit is {limit:,} cells",
            "keep only the columns that are needed, take a sample of its rows, or raise the limit "
            f"with the environment variable CEMLIB_MAX_MB={rows * columns // 1_000_000 + 1}",
        )


class BoundedRows:
    """The XML of a worksheet, refused where too much of it would be in memory at once.

    An XML parser keeps a row until it ends, however many cells it has.

    Parameters
    ----------
    source : file
        The XML.
    """

    def __init__(self, source: Any) -> None:
        self.source, self.since, self.last = source, 0, b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises
        ------
        UnreadableError
            If no row began in many bytes.
        """
        block: bytes = self.source.read(size if size > 0 else MAX_PART)
        began = _ROW.search(self.last + block)
        self.since = len(block) if began else self.since + len(block)
        self.last = block[-40:]
        if self.since > MAX_PART:
            raise _beside(f"{MAX_PART // 1_000_000} MB")
        return block


def _beside(what: str) -> UnreadableError:
    return UnreadableError(
        0,
        f"has more than {what} in one row, or beside its rows",
        "save the sheet as CSV, with one row per case",
    )


def pruned(source: Any, whole: frozenset[str]) -> Iterator[tuple[str, Element]]:
    """Yield the events "start" and "end" of the elements of the XML of a sheet.

    Elements that have ended are dropped, so that memory does not grow with their number.

    Parameters
    ----------
    source : file
        The XML.
    whole : frozenset of str
        Tags of elements that keep their content until they end.

    Raises
    ------
    UnreadableError
        If one of these, or all that is beside them, is too large.
    """
    path: list[Element] = []
    inside = beside = 0
    for event, element in iterparse(BoundedRows(source), ("start", "end")):
        kept = element.tag in whole
        if event == "start":
            path.append(element)
            inside += kept
            beside += not inside
            if beside > MAX_BESIDE:
                raise _beside(f"{MAX_BESIDE:,} elements")
            yield event, element
            continue
        yield event, element
        path.pop()
        inside -= kept
        if path and not inside:
            del path[-1][:]
