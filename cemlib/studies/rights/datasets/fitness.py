"""Whether a survey that was read can be analysed, and the weights of its answers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.data.fields import Scale
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading
from cemlib.stats.estimates import Floats
from cemlib.studies.rights.drivers import Basis, regression_basis
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS
from cemlib.studies.rights.perception import perception_index

_COLLINEAR = 1e-9  # smallest share of a right's variance that the other rights must leave


def items_of(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the item columns of each right that has some, in the order of the rights.

    Examples
    --------
    >>> items_of(pd.DataFrame(columns=["overall", "choice_1", "safety_1", "safety_2"]))
    {'safety': ('safety_1', 'safety_2'), 'choice': ('choice_1',)}
    """
    columns = [match for name in frame if (match := ITEM.fullmatch(name))]
    items = {right: tuple(match[0] for match in columns if match[1] == right) for right in RIGHTS}
    return {right: names for right, names in items.items() if names}


def survey_weights(reading: Reading) -> Floats | None:
    """Return the survey weight of each answer, 1 on average; None where none is declared."""
    declared = getattr(reading, "weights", None)
    if declared is None and "weight" in reading.frame:
        declared = reading.frame["weight"]
    if declared is None:
        return None
    weights = np.asarray(declared, dtype=float)
    return weights / weights.mean()


def reversed_items(reading: Reading) -> tuple[str, ...]:
    """Return the items that the mapping of columns turns round."""
    return tuple(getattr(reading.mapping, "reversed", ()))


def hindrances(reading: Reading, scale: Scale, outcome: str = "overall") -> list[Problem]:
    """Return what would stop the analysis of a survey that was read without problems.

    Parameters
    ----------
    reading : Reading
        With a valid frame.
    scale : (float, float)
        Lowest and highest answer to the items.
    outcome : str
        Column that the rights are to explain.
    """
    frame = reading.frame
    items = items_of(frame)
    columns = [outcome, *[name for names in items.values() for name in names]]
    constant = [_constant(name, reading) for name in columns if frame[name].nunique() < 2]
    if constant:
        return constant
    index = perception_index(frame, items, scale)
    basis = regression_basis(index, frame[outcome])
    if len(basis.rights) < 2:
        return [_too_few_rated(basis)]
    if basis.rows < basis.needed:
        return [_too_few_rows(basis)]
    complete = basis.index.assign(**{outcome: frame[outcome]}).dropna()
    still = [name for name in complete if complete[name].nunique() < 2]
    if still:
        problem = f"has the same {_answer(still[0])} in all {len(complete)} complete rows"
        fix = "remove its columns, or add respondents who differ in it"
        return [Problem(0, "", "", problem, fix)]
    return _collinear(complete.drop(columns=outcome))


def _answer(name: object) -> str:
    return "overall satisfaction" if name == "overall" else f"index of {name}"


def _constant(name: str, reading: Reading) -> Problem:
    value = reading.frame[name].dropna().iloc[0]
    what = "cannot be explained" if name == "overall" else "tells no respondent from another"
    fix = (
        "map overall to a question whose answers differ"
        if name == "overall"
        else "remove the column, or map the item to another one"
    )
    problem = f"has the same answer, {value:g}, in all rows, so it {what}"
    return Problem(0, reading.source_column(name), "", problem, fix)


def _too_few_rated(basis: Basis) -> Problem:
    sparse = ", ".join(f"{right} by {count}" for right, count in basis.left_out.items())
    problem = (
        f"has {len(basis.rights)} right rated by at least half of the {basis.total} respondents "
        f"({sparse}), but two are needed"
    )
    fix = "add answers, or leave out respondents who were not asked about the rights"
    return Problem(0, "", "", problem, fix)


def _too_few_rows(basis: Basis) -> Problem:
    problem = (
        f"has {basis.rows} complete rows, with overall and {len(basis.rights)} rights, but needs "
        f"at least {basis.needed}"
    )
    fix = "add respondents, or leave out rights that few of them rated"
    return Problem(0, "", "", problem, fix)


def _collinear(index: pd.DataFrame) -> list[Problem]:
    """Return a problem if a right is a combination of those before it."""
    correlations = np.atleast_2d(np.corrcoef(index.to_numpy().T))
    for number in range(1, len(correlations)):
        before, with_it = correlations[:number, :number], correlations[:number, number]
        explained = with_it @ np.linalg.solve(before, with_it)
        if 1 - explained < _COLLINEAR:
            right = index.columns[number]
            others = ", ".join(map(str, index.columns[:number]))
            problem = f"has the same information in {right} as in {others}"
            fix = f"remove or map anew the columns of {right}"
            return [Problem(0, "", "", problem, fix)]
    return []
