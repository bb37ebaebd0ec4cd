"""Possible answers to a complaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.studies.complaints.bargain import NO_AGREEMENT
from cemlib.studies.complaints.response import LONGEST_HOURS

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
HOURS = (1.0, 4.0, 24.0, 72.0, 168.0)
_NOTHING = {"apology": 0.0, "explanation": 0.0, "temporary_fix": 0.0, "share": 0.0}
SILENCE = pd.DataFrame([{**_NOTHING, "hours": LONGEST_HOURS}])
REFUSAL = {**_NOTHING, "explanation": 1.0, "hours": 24.0}  # explains, and gives nothing
EVERYTHING = {**dict.fromkeys(_NOTHING, 1.0), "hours": HOURS[0]}


def menu(shares: Sequence[float] = SHARES, hours: Sequence[float] = HOURS) -> pd.DataFrame:
    """Return every combination of the parts of an answer.

    Parameters
    ----------
    shares : sequence of float
        Compensation as a share of the loss, each at least 0.
    hours : sequence of float
        Hours until the answer, at least 0.

    Returns
    -------
    DataFrame
        ``apology``, ``explanation``, ``temporary_fix`` (0 or 1), ``share``, ``hours``; 200 rows
        unless shares or hours are given.

    Examples
    --------
    >>> len(menu()), menu([0.0], [24.0]).iloc[-1].to_dict()["apology"]
    (200, 1.0)
    """
    for name, values in (("shares", shares), ("hours", hours)):
        if not len(values):
            raise checks.invalid_argument(name, values, "at least one number")
        for value in values:
            checks.between(name, value, 0)
    rows = product(shares, (0, 1), (0, 1), (0, 1), hours)
    parts = ["apology", "explanation", "temporary_fix"]
    frame = pd.DataFrame(rows, columns=["share", *parts, "hours"], dtype=float)
    return frame[[*parts, "share", "hours"]]


def extreme_answers(answers: pd.DataFrame) -> tuple[int, int]:
    """Return the rows of a menu that only explain, and that offer everything at once.

    Raises
    ------
    ValueError
        If the menu does not hold one of them.

    Examples
    --------
    >>> extreme_answers(menu())
    (12, 195)
    """
    rows = []
    for answer in (REFUSAL, EVERYTHING):
        same = np.logical_and.reduce([answers[name] == value for name, value in answer.items()])
        if not same.any():
            raise checks.invalid_argument("answers", len(answers), f"a menu that holds {answer}")
        rows.append(int(np.argmax(same)))
    return rows[0], rows[1]


def example_complaint(log: pd.DataFrame, quantile: float = 0.9) -> pd.DataFrame:
    """Return the complaint whose loss is nearest to a quantile of the losses, as one row.

    Examples
    --------
    >>> example_complaint(pd.DataFrame({"loss": [10.0, 20.0, 90.0]}), 0.5)["loss"].tolist()
    [20.0]
    """
    known = log["loss"].notna() & (log["fee"].notna() if "fee" in log else True)
    log = log[known]
    distance = (log["loss"] - log["loss"].quantile(quantile)).abs()
    return log.loc[[distance.idxmin()]].reset_index(drop=True)


def selected_answers(
    answers: pd.DataFrame, index: ArrayLike, fallback: Mapping[str, float]
) -> pd.DataFrame:
    """Return the recommended answer to each complaint, or a fallback without an agreement.

    Parameters
    ----------
    answers : DataFrame, k rows
        From `menu`.
    index : array_like of int, shape (n,)
        From `recommend`.
    fallback : mapping of str to float
        The answer where none leaves both better off, in the columns of the menu.

    Returns
    -------
    DataFrame, n rows
        In the columns of the menu.

    Examples
    --------
    >>> selected_answers(menu([0.0], [24.0]), [7, -1], REFUSAL)["apology"].tolist()
    [1.0, 0.0]
    """
    chosen = np.asarray(index)
    rest = np.array([fallback[name] for name in answers.columns])
    values = answers.to_numpy(dtype=float)[np.maximum(chosen, 0)]
    agreed = (chosen != NO_AGREEMENT)[:, None]
    return pd.DataFrame(np.where(agreed, values, rest), columns=list(answers.columns))
