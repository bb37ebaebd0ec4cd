"""A quarter carried out: forecast beside outcome, the parts of the miss, and what it teaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval
from cemlib.stats.levers import Lever


def outcomes(quarter: pd.DataFrame) -> pd.DataFrame:
    """Add up a quarter's weeks.

    Parameters
    ----------
    quarter : DataFrame
        A row per lever and week: ``lever``, ``week``, ``spend``, ``results``, ``kept``.

    Returns
    -------
    DataFrame
        Indexed by lever: ``spend``, ``results``, ``kept`` (sums), ``weeks``, and ``error``, the
        standard error of the sum of results, from the weeks' variation; missing with one week.

    Examples
    --------
    >>> weeks = pd.DataFrame({"lever": ["calls"] * 2, "week": [1, 2], "spend": [5.0, 5],
    ...                       "results": [3.0, 5], "kept": [30.0, 50]})
    >>> outcomes(weeks).round(2).values.tolist()
    [[10.0, 8.0, 80.0, 2.0, 2.0]]
    """
    by = quarter.groupby("lever", sort=False)
    sums = by[["spend", "results", "kept"]].sum()
    sums["weeks"] = by.size()
    sums["error"] = by["results"].std(ddof=1) * np.sqrt(sums["weeks"])
    return sums


def forecast(lever: Lever, spend: float, error: float, rng: np.random.Generator) -> Floats:
    """Draw the money that a lever keeps in one quarter, chance of that quarter included.

    Parameters
    ----------
    lever : Lever
        The curve.
    spend : float
        Money for it, at least 0.
    error : float
        Standard deviation of a quarter's results by chance, at least 0.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B,)
        Money.
    """
    checks.between("error", error, 0)
    results = lever.at([spend])[:, 0] + error * rng.standard_normal(len(lever.worth))
    return np.asarray(results * lever.worth)


def forecast_beside_outcome(
    levers: Sequence[Lever],
    plan: Mapping[str, float],
    quarter: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Compare what a plan should have kept with what the quarter kept, and take the miss apart.

    Parameters
    ----------
    levers : sequence of Lever
        The curves of the plan.
    plan : mapping of str to float
        Planned money by lever.
    quarter : DataFrame
        As for `outcomes`; levers without a curve are left out.
    rng : numpy.random.Generator
        Source of randomness, for the chance of one quarter.

    Returns
    -------
    DataFrame
        A row per lever: ``lever``; ``planned``, ``spent`` (money); ``forecast``, ``low``, ``high``
        (money kept; the interval holds the uncertainty of the curve and the chance of a quarter);
        ``outcome`` (money); ``inside`` (whether the interval holds it); and three parts that add
        up to the miss: ``by_spend`` (other money was spent), ``by_results`` (it changed more or
        less), ``by_worth`` (a result was worth more or less).

    Raises
    ------
    ValueError
        If no lever of the quarter has a curve.

    Examples
    --------
    >>> money, stays = np.array([0.0, 100]), np.array([[0.0, 8]])
    >>> lever = Lever("calls", "stays", money, stays, np.array([30.0]), "", ())
    >>> weeks = pd.DataFrame({"lever": ["calls"] * 2, "week": [1, 2], "spend": [25.0, 25],
    ...                       "results": [2.0, 3], "kept": [60.0, 60]})
    >>> table = forecast_beside_outcome([lever], {"calls": 100.0}, weeks, np.random.default_rng(1))
    >>> table[["forecast", "outcome", "by_spend", "by_results", "by_worth"]].values.tolist()
    [[240.0, 120.0, -120.0, 30.0, -30.0]]
    """
    seen = outcomes(quarter)
    rows = []
    for lever in levers:
        if lever.name not in seen.index:
            continue
        planned, had = float(plan.get(lever.name, 0.0)), seen.loc[lever.name]
        kept = lever.at([planned, had["spend"]]) * lever.worth[:, None]
        expected, at_spend = kept.mean(axis=0)
        drawn = forecast(lever, planned, float(np.nan_to_num(had["error"])), rng)
        low, high = percentile_interval(drawn)
        # The worth of a mean result, so that the parts add up to the miss without a remainder.
        results = lever.at([had["spend"]]).mean()
        worth = at_spend / results if results else float(lever.worth.mean())
        rows.append({
            "lever": lever.name, "planned": planned, "spent": float(had["spend"]),
            "forecast": float(expected), "low": float(low), "high": float(high),
            "outcome": float(had["kept"]), "inside": bool(low <= had["kept"] <= high),
            "by_spend": float(at_spend - expected),
            "by_results": float((had["results"] - results) * worth),
            "by_worth": float(had["kept"] - had["results"] * worth),
        })  # fmt: skip
    if not rows:
        raise checks.invalid_argument(
            "quarter",
            sorted(seen.index),
            f"about one of the levers {[each.name for each in levers]}",
        )
    return pd.DataFrame(rows)


def updated(lever: Lever, spent: float, results: float, error: float) -> Lever:
    """Return a lever's curve after a quarter has been seen.

    The curve's height is taken as normal around its mean; a quarter measures it once. The new mean
    weighs both by their precision, and the draws move and narrow accordingly along the mean curve.

    Parameters
    ----------
    lever : Lever
        The curve before.
    spent : float
        Money spent in the quarter.
    results : float
        What it changed.
    error : float
        Standard error of these results, at least 0.

    Returns
    -------
    Lever
        The curve after; the same if nothing was spent or nothing was in doubt.

    References
    ----------
    Gelman and others (2013), *Bayesian Data Analysis*, 3rd ed., section 2.5.

    Examples
    --------
    >>> lever = Lever("calls", "stays", np.array([0.0, 100]), np.array([[0.0, 6], [0.0, 10]]),
    ...               np.ones(2), "", ())
    >>> updated(lever, 100.0, 10.0, 2.0).results[:, 1].round(2).tolist()
    [7.59, 10.41]
    """
    checks.between("error", error, 0)
    drawn = lever.at([spent])[:, 0]
    mean, variance = float(drawn.mean()), float(drawn.var())
    if not mean or not variance:
        return lever
    weight = variance / (variance + error**2)
    after = mean + weight * (results - mean) + np.sqrt(1 - weight) * (drawn - mean)
    shape = lever.results.mean(axis=0) / mean
    return replace(lever, results=lever.results + (after - drawn)[:, None] * shape)


def updated_levers(levers: Sequence[Lever], quarter: pd.DataFrame) -> list[Lever]:
    """Return all levers after a quarter; those that it did not use stay as they are.

    Examples
    --------
    >>> lever = Lever("calls", "stays", np.array([0.0, 100]), np.array([[0.0, 6], [0.0, 10]]),
    ...               np.ones(2), "", ())
    >>> weeks = pd.DataFrame({"lever": ["mail"], "week": [1], "spend": [5.0], "results": [3.0],
    ...                       "kept": [30.0]})
    >>> updated_levers([lever], weeks)[0] is lever
    True
    """
    seen = outcomes(quarter)
    after = []
    for lever in levers:
        if lever.name in seen.index and np.isfinite(seen.loc[lever.name, "error"]):
            had = seen.loc[lever.name]
            lever = updated(lever, float(had["spend"]), float(had["results"]), float(had["error"]))
        after.append(lever)
    return after
