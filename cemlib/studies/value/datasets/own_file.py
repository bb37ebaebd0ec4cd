"""What the readers of the study's tables share."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cemlib.data.problems import Problem
from cemlib.data.reading import Reading


@dataclass(frozen=True)
class Loaded:
    """A table, and how it was read.

    Attributes
    ----------
    frame : DataFrame
        The rows.
    notes : tuple of str
        What a reader should know: columns that are missing, rows that are left out.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def refuse(reading: Reading, problem: str, fix: str, row: int = 0, column: str = "") -> None:
    """Add a problem to a reading; row 0 is the file as a whole."""
    reading.problems.append(Problem(int(row), column, "", problem, fix))
