"""Errors: an invalid request, before anything starts, and a failing cell, afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class RequestError(ValueError):
    """The request is invalid, and nothing was started.

    Parameters
    ----------
    *problems : str
        Every problem, one sentence each.

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
    """The process that ran a notebook was killed from outside; the run can be retried."""


class CannotWriteError(OSError):
    """The build stopped because its results can no longer be written."""


@dataclass(frozen=True, slots=True)
class CellFailure:
    """Where a run stopped, and why.

    Parameters
    ----------
    workbook : str
        Slug of the workbook.
    cell : int, optional
        Number of the cell in the workbook, from 1; None if the kernel never started.
    cell_id : str
        Identifier of that cell; empty if there is none.
    line : str
        The source line that failed; empty if it is not known.
    error, message : str
        Name of the error, and its message.

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
        position = f", cell {self.cell}" if self.cell else ""
        position += f" ({self.cell_id})" if self.cell_id else ""
        position += f", at `{self.line}`" if self.line else ""
        message = " ".join(self.message.split())
        return f"{self.workbook}{position}: {self.error}: {message}".rstrip(": ")


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the message for an unknown name, with the names closest to it.

    Examples
    --------
    >>> unknown("parameter", "budget_dyas", ["seed", "budget_days"])
    "there is no parameter 'budget_dyas'; did you mean 'budget_days'?"
    >>> unknown("parameter", "qqq", ["seed", "budget_days"])
    "there is no parameter 'qqq'; available: 'seed', 'budget_days'"
    """
    from cemlib.checks import nearest, shorten

    known = list(known)
    near = nearest(name, known)
    if near:
        suggestion = f"; did you mean {' or '.join(map(repr, near))}?"
    else:
        suggestion = f"; available: {', '.join(map(repr, known))}" if known else "; there is none"
    return f"there is no {kind} {shorten(name)}{suggestion}"
