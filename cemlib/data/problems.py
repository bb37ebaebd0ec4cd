"""Problems of a file, with row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cemlib import checks

LISTED = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a file.

    Parameters
    ----------
    row : int
        Row number in the file, starting at 1; 0 for the file as a whole.
    column : str
        Name of the column in the file; empty for a whole row or file.
    value : str
        Text of the cell; empty if there is none.
    problem : str
        The problem, as a verb phrase: ``"is outside 1–7"``.
    fix : str
        How to solve it.

    Examples
    --------
    >>> print(Problem(14, "Q3", "9", "is outside 1–7", "correct it"))
    row 14, Q3: 9 is outside 1–7; correct it
    """

    row: int
    column: str
    value: str
    problem: str
    fix: str

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = ", ".join(
            part for part in (f"row {self.row}" if self.row else "", _safe(self.column)) if part
        )
        shown = self.value if _is_plain(self.value) else checks.shorten(self.value)
        what = f"{shown} {self.problem}" if self.value else self.problem
        return f"{where + ': ' if where else ''}{what}; {self.fix}"


class DataError(ValueError):
    """The error for a file that cannot be used; it lists every problem.

    Parameters
    ----------
    file : str
        Name of the file, without its folder.
    name : str
        Name of the dataset.
    problems : iterable of Problem
        The problems, in the order of the file.
    stopped : int, optional
        Row at which reading stopped because there were too many problems.

    Examples
    --------
    >>> print(DataError("a.csv", "survey", [Problem(0, "", "", "is empty", "give it rows")]))
    a.csv cannot be used as survey: 1 problem
      is empty; give it rows
    """

    def __init__(self, file: str, name: str, problems: Iterable[Problem], stopped: int = 0) -> None:
        self.file, self.name, self.problems, self.stopped = file, name, tuple(problems), stopped
        count = len(self.problems)
        more = " or more" if stopped else ""
        lines = [
            f"{_safe(file)} cannot be used as {name}: "
            f"{count:,} problem{'' if count == 1 else 's'}{more}"
        ]
        if count > LISTED:
            fix, times = Counter(problem.fix for problem in self.problems).most_common(1)[0]
            lines.append(f"  ({times:,} of them: {fix})")
        lines += [f"  {problem}" for problem in self.problems[:LISTED]]
        if count > LISTED:
            lines.append(f"  … and {count - LISTED:,} more")
        if stopped:
            lines.append(f"  Reading stopped at row {stopped:,}: there may be more problems below.")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[DataError], tuple[object, ...]]:
        """Make the error picklable, for transfer between processes."""
        return type(self), (self.file, self.name, self.problems, self.stopped)


def _is_plain(value: str) -> bool:
    return len(value) <= 20 and bool(value) and all(letter in "0123456789.-+" for letter in value)


def _safe(text: str) -> str:
    """Return text that is safe to print in a terminal."""
    cut = text if len(text) <= 80 else f"{text[:79]}…"
    return cut if cut.isprintable() else repr(cut)[1:-1]
