"""Two views of service value: how measures of the customer relate to those of the company."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Estimates, bootstrap_weights
from cemlib.stats.explained import adjusted_r_squared
from cemlib.stats.importance import derived_importance

CUSTOMER = ("visibility", "access", "speed", "reliability", "function", "effectiveness")
COMPANY = ("profit", "feasibility", "productivity", "word_of_mouth", "satisfaction", "loyalty")
MIN_ROWS = 10


def measures(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return which measures of the customer's view a table has, and which of the company's.

    Examples
    --------
    >>> measures(pd.DataFrame(columns=["profit", "speed", "loyalty"]))
    (['speed'], ['profit', 'loyalty'])
    """
    customer, company = ([name for name in view if name in table] for view in (CUSTOMER, COMPANY))
    return customer, company


def associations(
    table: pd.DataFrame, first: Sequence[str], second: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Correlate each measure of one view with each of the other, controlling false discoveries.

    Spearman's rank correlation ρ over the rows that have both; the interval is that of Fisher's z
    with the variance (1 + ρ²/2)/(n − 3), and the p-values are adjusted for all pairs together by
    the method of Benjamini and Hochberg: of the pairs with q ≤ 0.05, on average at most 5% have
    no association.

    Parameters
    ----------
    table : DataFrame
        One row per customer, one column per measure; values may be missing.
    first, second : sequence of str
        Columns of the two views.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per pair: ``first``, ``second``, ``n``, ``estimate``, ``low``, ``high``,
        ``p_value``, ``q_value``. The estimate is missing, and counts in no
        adjustment, for pairs with fewer than ten common rows and for measures that never vary.

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
    if n < MIN_ROWS or (both.nunique() < 2).any():
        return row | missing
    correlation = stats.spearmanr(both[one], both[other])
    rho = float(np.clip(correlation.statistic, -1 + 1e-12, 1 - 1e-12))
    margin = stats.norm.ppf((1 + level) / 2) * np.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(rho) + np.array([-margin, margin]))
    return row | {
        "estimate": rho,
        "low": float(low),
        "high": float(high),
        "p_value": float(correlation.pvalue),
    }


def explained(
    table: pd.DataFrame,
    drivers: Sequence[str],
    outcomes: Sequence[str],
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, Estimates]:
    """Decompose the variance of each outcome that the drivers explain, by driver.

    Parameters
    ----------
    table : DataFrame, n rows
        One row per customer, one column per measure.
    drivers : sequence of str
        Columns of the explaining view.
    outcomes : sequence of str
        Columns to be explained.
    resamples : int
        Resamples of customers behind the intervals.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    dict of str to Estimates
        Outcome → Shapley (LMG) shares of R², one per driver, from
        `cemlib.stats.importance.derived_importance`.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1], "y": [1.0, 2, 3, 4]})
    >>> many = pd.concat([frame] * 10)
    >>> shares = explained(many, ["a", "b"], ["y"], 10, np.random.default_rng(1))
    >>> shares["y"].values.round(6)
    array([1., 0.])
    """
    for name in (*drivers, *outcomes):
        checks.one_of("column", name, list(table.columns))
    weights = bootstrap_weights(len(table), resamples, rng)
    return {
        outcome: derived_importance(table[list(drivers)], table[outcome], weights)
        for outcome in outcomes
    }


def total_explained(shares: dict[str, Estimates]) -> pd.DataFrame:
    """Return the share of the variance of each outcome that all drivers explain together.

    Parameters
    ----------
    shares : dict of str to Estimates
        From `explained`.

    Returns
    -------
    DataFrame
        ``name``, ``estimate``, ``low``, ``high``: R² corrected for its bias, with an interval that
        can reach 0, by `cemlib.stats.explained.adjusted_r_squared`. It is a little lower than the
        sum of the shares.

    Examples
    --------
    >>> half = Estimates(("a", "b"), np.array([0.2, 0.3]), np.array([[0.2, 0.3], [0.2, 0.3]]))
    >>> total_explained({"profit": half})["estimate"].tolist()
    [0.5]
    """
    totals = [adjusted_r_squared(parts, name).frame() for name, parts in shares.items()]
    return pd.concat(totals, ignore_index=True)
