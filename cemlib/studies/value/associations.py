"""Two views of service value: which measures of the customer's go with which of the company's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Estimates, percentile_interval
from cemlib.stats.importance import derived_importance

LEAST = 10


def associations(
    table: pd.DataFrame, first: Sequence[str], second: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Correlate each measure of one view with each of the other, false discoveries controlled.

    Spearman's rank correlation ρ over the rows that have both; the interval is that of Fisher's z
    with the variance (1 + ρ²/2)/(n − 3), and the p-values are adjusted for all pairs together by
    the method of Benjamini and Hochberg: of the pairs that are called found at q ≤ 0.05, on
    average at most 5 % are chance.

    Parameters
    ----------
    table : DataFrame
        A row a customer, a column a measure; values may be missing.
    first, second : sequence of str
        Columns of either view.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        A row a pair: ``first``, ``second``, ``n``, ``estimate``, ``low``, ``high``, ``p_value``,
        ``q_value``. A pair with fewer than ten common rows, or of a measure that never varies, is
        missing and counts in no adjustment.

    Raises
    ------
    ValueError
        If a column is missing.

    References
    ----------
    Bonett & Wright (2000), *Psychometrika* 65:23–28; Benjamini & Hochberg (1995), *J. Royal
    Statistical Society B* 57:289–300.

    Examples
    --------
    >>> frame = pd.DataFrame({"speed": range(12), "profit": [0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10]})
    >>> associations(frame, ["speed"], ["profit"])[["estimate", "low", "high"]].round(3).values
    array([[0.972, 0.87 , 0.994]])
    """
    for name in (*first, *second):
        checks.one_of("column", name, list(table.columns))
    if not 0 < level < 1:
        raise checks.invalid_argument("level", level, "inside 0 to 1")
    rows = [_pair(table, one, other, level) for one in first for other in second]
    frame = pd.DataFrame(rows)
    tested = frame["p_value"].notna().to_numpy()
    frame["q_value"] = np.nan
    if tested.any():
        frame.loc[tested, "q_value"] = stats.false_discovery_control(frame.loc[tested, "p_value"])
    return frame


def _pair(table: pd.DataFrame, one: str, other: str, level: float) -> dict[str, object]:
    both = table[[one, other]].astype(float).dropna()
    n = len(both)
    row: dict[str, object] = {"first": one, "second": other, "n": n}
    missing = dict.fromkeys(("estimate", "low", "high", "p_value"), np.nan)
    if n < LEAST or (both.nunique() < 2).any():
        return row | missing
    found = stats.spearmanr(both[one], both[other])
    rho = float(np.clip(found.statistic, -1 + 1e-12, 1 - 1e-12))
    reach = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-reach, reach]))
    return row | {
        "estimate": rho, "low": float(low), "high": float(high), "p_value": float(found.pvalue)
    }  # fmt: skip


def explained(
    table: pd.DataFrame, drivers: Sequence[str], outcomes: Sequence[str], weights: ArrayLike
) -> dict[str, Estimates]:
    """Split what one view explains of each measure of the other among the view's measures.

    Parameters
    ----------
    table : DataFrame, n rows
        A row a customer, a column a measure.
    drivers : sequence of str
        Columns of the view that explains.
    outcomes : sequence of str
        Columns to be explained.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    dict of str to Estimates
        Outcome → Shapley (LMG) shares of R², one a driver, as
        `cemlib.stats.importance.derived_importance` gives them.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1], "y": [1.0, 2, 3, 4]})
    >>> explained(frame, ["a", "b"], ["y"], np.ones((1, 4)))["y"].values.round(6)
    array([1., 0.])
    """
    for name in (*drivers, *outcomes):
        checks.one_of("column", name, list(table.columns))
    return {
        outcome: derived_importance(table[list(drivers)], table[outcome], weights)
        for outcome in outcomes
    }


def totals(shares: dict[str, Estimates]) -> pd.DataFrame:
    """Return the share of each outcome that all drivers explain together.

    Parameters
    ----------
    shares : dict of str to Estimates
        From `explained`.

    Returns
    -------
    DataFrame
        ``name``, ``estimate`` (R²), ``low``, ``high``.

    Examples
    --------
    >>> half = Estimates(("a", "b"), np.array([0.2, 0.3]), np.array([[0.2, 0.3]]))
    >>> totals({"profit": half})["estimate"].tolist()
    [0.5]
    """
    rows = []
    for name, found in shares.items():
        low, high = percentile_interval(found.draws.sum(axis=1))
        rows.append((name, float(found.values.sum()), float(low), float(high)))
    return pd.DataFrame(rows, columns=["name", "estimate", "low", "high"])
