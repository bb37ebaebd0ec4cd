"""Rates of complaints per exposure, and what removing a cause has changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats


def rate_interval(
    counts: ArrayLike, exposure: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return complaints per exposure with exact Poisson intervals.

    Parameters
    ----------
    counts : array_like of int
        Complaints.
    exposure : array_like
        What they are counted against, above 0: customer months, calls, orders.
    level : float
        Coverage, at least this much.

    Returns
    -------
    rate, low, high : ndarray
        Per unit of exposure.

    Raises
    ------
    ValueError
        If a count is negative or broken, or an exposure not above 0.

    References
    ----------
    Garwood (1936), *Biometrika* 28:437–442.

    Examples
    --------
    >>> [float(part.round(4)) for part in rate_interval(10, 100)]
    [0.1, 0.048, 0.1839]
    """
    events, units = _counted(counts, exposure)
    tail = (1 - level) / 2
    low = np.where(events > 0, stats.chi2.ppf(tail, 2 * np.maximum(events, 1)) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    return events / units, low / units, high / units


@dataclass(frozen=True)
class RateRatio:
    """A rate after over the rate before, with an exact interval.

    Attributes
    ----------
    ratio, low, high : float
        After over before; high is infinite where nothing happened before.
    p_value : float
        Exact two-sided p-value of no change.
    """

    ratio: float
    low: float
    high: float
    p_value: float


def rate_ratio(
    before: int,
    after: int,
    exposure_before: float,
    exposure_after: float,
    level: float = 0.95,
) -> RateRatio:
    """Compare two Poisson rates exactly.

    Given both counts' sum, the later count is binomial with p = ρt₁/(t₀ + ρt₁): its exact
    (Clopper–Pearson) interval gives that of the ratio ρ.

    Parameters
    ----------
    before, after : int
        Complaints.
    exposure_before, exposure_after : float
        Exposure of each, above 0, in the same unit.
    level : float
        Coverage, at least this much.

    Returns
    -------
    RateRatio
        The ratio, its interval and the p-value (sum of all counts no likelier than those seen).

    Raises
    ------
    ValueError
        If a count is no whole number of at least 0, an exposure not above 0, or both counts 0.

    References
    ----------
    Przyborowski & Wilenski (1940), *Biometrika* 31:313–323.

    Examples
    --------
    >>> found = rate_ratio(30, 12, 1000, 1000)
    >>> [round(value, 3) for value in (found.ratio, found.low, found.high)]
    [0.4, 0.187, 0.805]
    """
    events, units = _counted([before, after], [exposure_before, exposure_after])
    total = int(events.sum())
    if not total:
        raise checks.invalid_argument(
            "before", before, "above 0, or after: without a complaint, no ratio"
        )
    if not 0 < level < 1:
        raise checks.invalid_argument("level", level, "inside 0 to 1")
    test = stats.binomtest(int(events[1]), total, units[1] / units.sum())
    ends = test.proportion_ci(level, method="exact")
    odds = [p / (1 - p) * units[0] / units[1] if p < 1 else np.inf for p in ends]
    rates = events / units
    ratio = float(rates[1] / rates[0]) if events[0] else np.inf
    return RateRatio(ratio, float(odds[0]), float(odds[1]), float(test.pvalue))


def before_and_after(
    received: pd.Series, day: pd.Timestamp, span: tuple[pd.Timestamp, pd.Timestamp]
) -> RateRatio | None:
    """Compare the rate of complaints from a day on with the rate before it.

    Parameters
    ----------
    received : Series of datetime
        When each complaint came.
    day : Timestamp
        When the cause was removed.
    span : tuple of Timestamp
        First and last moment that the log watches, the same customers throughout.

    Returns
    -------
    RateRatio or None
        None where the day is outside the log, or no complaint came.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-01-10")
    >>> before_and_after(pd.Series(days[:6]), days[5], (days[0], days[9])).ratio
    0.25
    """
    if not span[0] < day < span[1] or received.empty:
        return None
    later = int((received >= day).sum())
    spans = [(day - span[0]) / pd.Timedelta(days=1), (span[1] - day) / pd.Timedelta(days=1)]
    return rate_ratio(len(received) - later, later, *spans)


def monthly_rates(
    received: pd.Series, failure: pd.Series, customers: float, level: float = 0.95
) -> pd.DataFrame:
    """Return complaints of each kind a month, per 1,000 customers.

    Parameters
    ----------
    received : Series of datetime
        When each complaint came.
    failure : Series
        Its kind.
    customers : float
        Customers, above 0.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        failure, month (its first day), count, rate, low, high; a row also where there was none.

    Examples
    --------
    >>> when = pd.Series(pd.to_datetime(["2026-01-05", "2026-02-07", "2026-02-09"]))
    >>> monthly_rates(when, pd.Series(["billing"] * 3), 1000)["count"].tolist()
    [1, 2]
    """
    checks.between("customers", customers, 1e-9)
    month = received.dt.to_period("M")
    months = pd.period_range(month.min(), month.max(), freq="M")
    counts = pd.crosstab(failure, month).reindex(columns=months, fill_value=0)
    frame = counts.stack().rename("count").rename_axis(["failure", "month"]).reset_index()
    frame["month"] = frame["month"].dt.to_timestamp()
    thousands = customers / 1000
    frame["rate"], frame["low"], frame["high"] = rate_interval(
        frame["count"], np.full(len(frame), thousands), level
    )
    return frame


def self_service(self_served: float, by_agents: float, calls: float = 0.0) -> pd.DataFrame:
    """Return what share of contacts self-service carries, read both ways.

    Parameters
    ----------
    self_served, by_agents : float
        Contacts served online and by agents.
    calls : float
        Calls, where it is not said whether agents' contacts hold them already.

    Returns
    -------
    DataFrame
        reading, contacts, share: with calls held in the agents' contacts, and beside them.

    Examples
    --------
    >>> self_service(30e6, 5e6, 2e6)["share"].round(3).tolist()
    [0.857, 0.811]
    """
    totals = [self_served + by_agents, self_served + by_agents + calls]
    for name, value in (("self_served", self_served), ("by_agents", by_agents), ("calls", calls)):
        checks.between(name, value, 0)
    checks.between("contacts", totals[0], 1e-9)
    readings = ["calls are among the agents’ contacts", "calls come on top"]
    return pd.DataFrame(
        {"reading": readings, "contacts": totals, "share": [self_served / t for t in totals]}
    )


def _counted(counts: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    events, units = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    if not ((events >= 0) & (events == np.floor(events))).all():
        raise checks.invalid_argument("counts", counts, "whole numbers of at least 0")
    if not (units > 0).all():
        raise checks.invalid_argument("exposure", exposure, "above 0")
    return events, units
