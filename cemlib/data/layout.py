"""A table whose rows are text, how its file is laid out, and the error for one that is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cemlib.data.problems import Problem

FORMATS = "save it as CSV (UTF-8) or .xlsx"
MAX_COLUMNS = 16_384
Rows = Iterator[tuple[int, list[str]]]


class Exact(str):
    """The text of a cell that holds a number and not text: its point is the decimal sign."""

    __slots__ = ()


class UnreadableError(Exception):
    """The error for a file, or the rest of it, that cannot be read as a table."""

    def __init__(
        self, row: int, problem: str, fix: str, value: str = "", *, column: str = ""
    ) -> None:
        self.problem = Problem(row, column, value, problem, fix)
        super().__init__(str(self.problem))


@dataclass(frozen=True)
class Layout:
    """What the user says about the layout of a file.

    Parameters
    ----------
    sheet : str
        Name of the worksheet; empty for the one that holds a table.
    header_row : int
        Row number of the header; 0 for the first row that looks like one.
    hidden : str
        ``"keep"`` or ``"leave out"`` for rows that are hidden in a workbook; empty to refuse them.
    filters : mapping
        Column → value; rows with another value are left out.
    delimiter : str
        What separates the cells of a text file; empty to find it.
    """

    CONTRACT: ClassVar[str] = "Contract of columns"  # a sheet of our templates, no table to read

    sheet: str = ""
    header_row: int = 0
    hidden: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    delimiter: str = ""


@dataclass
class Table:
    """A table whose rows are read one by one.

    Parameters
    ----------
    header : list of str
        Names of the columns, without surrounding spaces.
    row : int
        Row number of the header.
    rows : iterator of (int, list of str)
        Row number in the file and cells as text, for each row below the header.
    padded : bool
        Whether a short row is filled with empty cells, as in a workbook.
    decimal_comma : bool
        Whether ``3,5`` is a number.
    notes : list of str
        Remarks on how it was read. Rows that are left out are counted once all rows are read.
    value_labels : dict
        Column → text of a value → its label, where the file has labels (SPSS, Stata).
    user_missing : dict
        Column → texts of the values that the file declares as missing.
    epoch_1904 : bool
        Whether serial numbers of days count from 1904.
    questions : dict
        Column → text of the question, where the file has one.
    delimiter : str
        What separates the cells of a text file; empty for other files.
    """

    header: list[str]
    row: int
    rows: Rows
    padded: bool = False
    decimal_comma: bool = False
    notes: list[str] = field(default_factory=list)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, frozenset[str]] = field(default_factory=dict)
    epoch_1904: bool = False
    questions: dict[str, str] = field(default_factory=dict)
    delimiter: str = ""
