"""Whether an experiment or a panel that was read can be analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from cemlib.data.problems import Problem
from cemlib.data.reading import Reading
from cemlib.studies.expectation.direct_effects import four_ways
from cemlib.studies.expectation.disconfirmation import kinked_value
from cemlib.studies.expectation.learning import learning_rates

FACTORS = ("effort", "information")
MIN_CELL, MIN_LEVELS = 2, 3
BETWEEN = (
    "this workbook compares people, each in one condition; keep each one's first condition, or "
    "analyse the differences within persons elsewhere"
)


def checked(reading: Reading, problems: Callable[[pd.DataFrame], list[Problem]]) -> Reading:
    """Return a reading with the problems of its frame, if it has none of its own."""
    if not reading.problems:
        reading.problems += problems(reading.frame)
        for problem in list(reading.problems):
            if problem.column in reading.column_index:
                source = reading.source_column(problem.column)
                at = reading.problems.index(problem)
                row = reading.numbers[problem.row - 1] if problem.row else 0
                reading.problems[at] = Problem(
                    row, source, problem.value, problem.problem, problem.fix
                )
    return reading


def experiment_problems(frame: pd.DataFrame, person: str) -> list[Problem]:
    """Return what would stop the analysis of an experiment of effort × information.

    Parameters
    ----------
    frame : DataFrame
        person, effort, information, expectation, satisfaction.
    person : str
        The column that names the person of each row.

    Returns
    -------
    list of Problem
        Rows are counted from 1.

    Examples
    --------
    >>> frame = pd.DataFrame({"participant": [1, 1], "effort": [0, 1], "information": [0, 0]})
    >>> print(experiment_problems(frame, "participant")[0].problem)
    holds several conditions of 1 person, such as 1
    """
    return (
        list(_repeated(frame, person))
        or list(_constant(frame))
        or list(_small_cells(frame))
        or list(_small_levels(frame))
        or list(_not_estimable(frame))
    )


def panel_problems(frame: pd.DataFrame) -> list[Problem]:
    """Return what would stop the analysis of a panel of expectations.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer": ["a"], "period": [1], "performance": [50.0],
    ...     "expectation": [60.0]})
    >>> len(panel_problems(frame))
    1
    """
    try:
        learning_rates(frame)
    except ValueError as error:
        problem = f"cannot show how expectations learn: {error}"
        fix = "add customers, with a row for each of several periods that follow one another"
        return [Problem(0, "", "", problem, fix)]
    return []


def _repeated(frame: pd.DataFrame, person: str) -> Iterator[Problem]:
    conditions = frame.groupby(person, sort=False)[list(FACTORS)].nunique().max(axis=1)
    several = conditions.index[conditions > 1]
    if len(several):
        people = "person" if len(several) == 1 else "people"
        problem = f"holds several conditions of {len(several):,} {people}, such as {several[0]}"
        yield Problem(0, person, "", problem, BETWEEN)
        return
    for row in np.flatnonzero(frame[person].duplicated()):
        value = str(frame[person].iloc[row])
        problem = "is already in an earlier row"
        yield Problem(int(row) + 1, person, value, problem, "keep one of the rows")


def _constant(frame: pd.DataFrame) -> Iterator[Problem]:
    for factor in FACTORS:
        if frame[factor].nunique() < 2:
            problem = f"is {frame[factor].iloc[0]} in all rows, so it has no effect to estimate"
            fix = f"add people with {factor} {1 - frame[factor].iloc[0]}"
            yield Problem(0, factor, "", problem, fix)
    for outcome in ("expectation", "satisfaction"):
        if frame[outcome].nunique() < 2:
            problem = f"is {frame[outcome].iloc[0]:g} in all rows, so nothing can explain it"
            yield Problem(0, outcome, "", problem, "map it to a question whose answers differ")


def _small_cells(frame: pd.DataFrame) -> Iterator[Problem]:
    sizes = frame.groupby(list(FACTORS)).size()
    for effort, information in ((0, 0), (0, 1), (1, 0), (1, 1)):
        size = int(sizes.get((effort, information), 0))
        if size < MIN_CELL:
            rows = "row" if size == 1 else "rows"
            problem = f"has {size} {rows} with effort {effort} and information {information}"
            fix = f"add people: each of the four conditions needs at least {MIN_CELL}"
            yield Problem(0, "", "", problem, fix)


def _small_levels(frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield levels of need, where there are some, in which the effect cannot be estimated."""
    if "level" not in frame:
        return
    sizes = frame.groupby(["level", "effort"]).size().unstack(fill_value=0)
    for level in sizes.index[sizes.min(axis=1) < MIN_CELL]:
        problem = f"has fewer than {MIN_CELL} rows with or without effort on level {level}"
        yield Problem(0, "level", "", problem, "join the level to another one")
    if len(sizes) < MIN_LEVELS:
        problem = f"has {len(sizes)} different levels of need"
        fix = f"pooling over levels needs at least {MIN_LEVELS}"
        yield Problem(0, "level", "", problem, fix)


def _not_estimable(frame: pd.DataFrame) -> Iterator[Problem]:
    try:
        four_ways(frame)
        if "level" in frame:
            once = np.ones((1, len(frame)))
            kinked_value(frame["satisfaction"], frame["quality"], frame["expectation"], once)
    except ValueError as error:
        fix = "look for a column that is a copy of another, or add people"
        yield Problem(0, "", "", f"cannot be analysed: {error}", fix)
