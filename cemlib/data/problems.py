"""Problems of a file, with row and column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cemlib.masking import quoted

LISTED = 50
GROUPED = 20
_KINDS = {"is not a number": "texts in a number column", "is missing": "cells are empty"}


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
        shown = quoted(self.value, bare=True)
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


def grouped(problems: Sequence[Problem], limit: int = GROUPED) -> list[str]:
    """Return problems as lines for people: like ones in one line, with their rows and an example.

    Parameters
    ----------
    problems : sequence of Problem
        In the order of the file.
    limit : int
        Maximum number of lines; 0 for all groups. Where there are more, like problems of several
        columns are put together, and the last line says how many are not shown.

    Examples
    --------
    >>> wrong = [Problem(row, "Q3", "good", "is not a number", "label it") for row in range(2, 62)]
    >>> grouped(wrong)
    ["rows 2–61, Q3: 60 texts in a number column, for example 'good'; label it"]
    >>> grouped(wrong[:1])
    ["row 2, Q3: 'good' is not a number; label it"]
    """
    lines = [_as_line(group) for group in _groups(problems, by_column=True)]
    if 0 < limit < len(lines):
        lines = [_as_line(group) for group in _groups(problems, by_column=False)]
    if 0 < limit < len(lines):
        groups = _groups(problems, by_column=False)[limit - 1 :]
        count = sum(map(len, groups))
        lines[limit - 1 :] = [f"… and {count:,} more problems of {len(groups):,} kinds"]
    return lines


def _groups(problems: Iterable[Problem], by_column: bool) -> list[list[Problem]]:
    """Return like problems together: of one kind whatever its numbers, and of one column."""
    groups: dict[tuple[str, str, bool], list[Problem]] = {}
    for problem in problems:
        kind = re.sub(r"\d[\d.,]*", "#", problem.problem)
        column = problem.column if by_column else ""
        groups.setdefault((column, kind, problem.row > 0), []).append(problem)
    return list(groups.values())


def _as_line(group: Sequence[Problem]) -> str:
    first, count = group[0], len(group)
    if count == 1:
        return str(first)
    columns = list(dict.fromkeys(_safe(problem.column) for problem in group if problem.column))
    named = ", ".join(columns[:3]) + (f" and {len(columns) - 3} more" if len(columns) > 3 else "")
    where = ", ".join(part for part in (_rows([problem.row for problem in group]), named) if part)
    shown = quoted(first.value, bare=True)
    if first.problem in _KINDS:
        what = f"{count:,} {_KINDS[first.problem]}"
        what += f", for example {shown}" if first.value else ""
    else:
        what = (
            f"{count:,} problems, for example {f'{shown} ' if first.value else ''}{first.problem}"
        )
    return f"{where + ': ' if where else ''}{what}; {first.fix}"


def _rows(rows: Iterable[int]) -> str:
    """Return rows in words: "rows 2–61", "rows 2, 5, 9 and 31 others"."""
    listed = sorted({row for row in rows if row})
    runs: list[list[int]] = []
    for row in listed:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    if not runs:
        return ""
    shown = [f"{low:,}" if low == high else f"{low:,}–{high:,}" for low, high in runs[:3]]
    others = sum(high - low + 1 for low, high in runs[3:])
    rest = f" and {others:,} others" if others else ""
    return f"row{'s' if len(listed) > 1 else ''} {', '.join(shown)}{rest}"


def _safe(text: str) -> str:
    """Return text that is safe to print in a terminal."""
    cut = text if len(text) <= 80 else f"{text[:79]}…"
    return cut if cut.isprintable() else repr(cut)[1:-1]
