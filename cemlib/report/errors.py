"""What can go wrong: a wrong request, before anything starts, and a failing cell, after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class RequestError(ValueError):
    """The request itself is wrong, and nothing was started.

    Parameters
    ----------
    *problems : str
        Every problem that was found, each a sentence of its own.

    Examples
    --------
    >>> raise RequestError("there is no workbook 'x'", "there is no parameter 'y'")
    Traceback (most recent call last):
    cemlib.report.errors.RequestError: there is no workbook 'x'
    there is no parameter 'y'
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class KilledError(Exception):
    """The process that ran a notebook was killed from outside; the run may be tried again."""


class CannotWriteError(OSError):
    """The work had to stop, because what it made can no longer be written."""


@dataclass(frozen=True, slots=True)
class CellFailure:
    """Where a run stopped, and why.

    Parameters
    ----------
    workbook : str
        Slug of the workbook.
    cell : int, optional
        Number of the cell in the workbook, from 1; none where the kernel never started.
    cell_id : str
        Identifier of that cell; empty where there is none.
    line : str
        The source line that failed; empty where it is not known.
    error, message : str
        Name of the error, and what it says.

    Examples
    --------
    >>> print(CellFailure("01-rights", 7, "map", "1 / 0", "ZeroDivisionError", "division by zero"))
    01-rights, cell 7 (map), at `1 / 0`: ZeroDivisionError: division by zero
    """

    workbook: str
    cell: int | None
    cell_id: str
    line: str
    error: str
    message: str

    def __str__(self) -> str:
        """Return the failure as one line of text."""
        place = f", cell {self.cell}" if self.cell else ""
        place += f" ({self.cell_id})" if self.cell_id else ""
        place += f", at `{self.line}`" if self.line else ""
        message = " ".join(self.message.split())
        return f"{self.workbook}{place}: {self.error}: {message}".rstrip(": ")


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the sentence that refuses an unknown name and offers the nearest ones.

    Examples
    --------
    >>> unknown("parameter", "budget_dyas", ["seed", "budget_days"])
    "there is no parameter 'budget_dyas'; did you mean 'budget_days'?"
    >>> unknown("parameter", "qqq", ["seed", "budget_days"])
    "there is no parameter 'qqq'; there is 'seed', 'budget_days'"
    """
    from cemlib.checks import nearest, shorten

    known = list(known)
    near = nearest(name, known)
    if near:
        offer = f"; did you mean {' or '.join(map(repr, near))}?"
    else:
        offer = f"; there is {', '.join(map(repr, known))}" if known else "; there is none at all"
    return f"there is no {kind} {shorten(name)}{offer}"
