"""Rates of complaints over time, and what removing a cause has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.stats.rates import counted, rate_interval
from cemlib.studies.complaints.step import Step, step_in_rate


@dataclass(frozen=True)
class RateRatio:
    """Ratio of two rates, after to before, with an exact interval.

    Attributes
    ----------
    ratio, low, high : float
        Rate after divided by rate before; high is infinite where the count before is 0.
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
        The ratio, its interval and the p-value (probability of all counts no likelier than these).

    Raises
    ------
    ValueError
        If a count is not a whole number of at least 0, an exposure not above 0, or both counts 0.

    References
    ----------
    Przyborowski & Wilenski (1940), *Biometrika* 31:313–323.

    Examples
    --------
    >>> result = rate_ratio(30, 12, 1000, 1000)
    >>> [round(value, 3) for value in (result.ratio, result.low, result.high)]
    [0.4, 0.187, 0.805]
    """
    events, units = counted([before, after], [exposure_before, exposure_after])
    total = int(events.sum())
    if not total:
        raise checks.invalid_argument(
            "before", before, "above 0, unless after is: without a complaint there is no ratio"
        )
    if not 0 < level < 1:
        raise checks.invalid_argument("level", level, "between 0 and 1, both excluded")
    test = stats.binomtest(int(events[1]), total, units[1] / units.sum())
    bounds = test.proportion_ci(level, method="exact")
    low, high = (p / (1 - p) * units[0] / units[1] if p < 1 else np.inf for p in bounds)
    rates = events / units
    ratio = float(rates[1] / rates[0]) if events[0] else np.inf
    return RateRatio(ratio, float(low), float(high), float(test.pvalue))


def before_and_after(log: pd.DataFrame, failure: str, day: pd.Timestamp) -> RateRatio | None:
    """Compare the rate of complaints of one kind from a day on with the rate before it.

    Parameters
    ----------
    log : DataFrame
        All complaints: ``received`` and ``failure``. The customers must be the same throughout.
    failure : str
        Kind of complaint.
    day : Timestamp
        When the cause was removed.

    Returns
    -------
    RateRatio or None
        None if the day is outside the log or there is no complaint of this kind.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-01-10")
    >>> log = pd.DataFrame({"received": days, "failure": ["bill"] * 6 + ["other"] * 4})
    >>> before_and_after(log, "bill", days[5]).ratio
    0.25
    """
    received = log.loc[log["failure"] == failure, "received"]
    start, end = log["received"].min(), log["received"].max()
    if not start < day < end or received.empty:
        return None
    later = int((received >= day).sum())
    one_day = pd.Timedelta(days=1)
    return rate_ratio(len(received) - later, later, (day - start) / one_day, (end - day) / one_day)


def day_of(name: str, text: object) -> pd.Timestamp:
    """Return the day that a parameter names, year-month-day.

    Raises
    ------
    ValueError
        If it is not a day of the calendar.

    Examples
    --------
    >>> day_of("removed_day", "2025-10-01")
    Timestamp('2025-10-01 00:00:00')
    """
    try:
        return pd.Timestamp(date.fromisoformat(str(text)))
    except ValueError:
        raise checks.invalid_argument(name, text, "a day such as 2025-10-01") from None


def monthly_rates(
    log: pd.DataFrame, failure: str, customers: float, level: float = 0.95
) -> pd.DataFrame:
    """Return complaints of one kind per month and 1,000 customers.

    Parameters
    ----------
    log : DataFrame
        ``received`` and ``failure``.
    failure : str
        Kind of complaint.
    customers : float
        Number of customers, above 0.
    level : float
        Coverage.

    Returns
    -------
    DataFrame
        failure, month (its first day), count, rate, low, high; from the first to the last month
        with such a complaint, months without one included. A month that the log covers in part
        counts by its covered days.

    Examples
    --------
    >>> when = pd.to_datetime(["2026-01-05", "2026-03-07", "2026-03-09"])
    >>> monthly_rates(pd.DataFrame({"received": when, "failure": "bill"}), "bill", 1000)["count"]
    0    1
    1    0
    2    2
    Name: count, dtype: int64
    """
    checks.between("customers", customers, 1e-9)
    month = log.loc[log["failure"] == failure, "received"].dt.to_period("M")
    months = pd.period_range(month.min(), month.max(), freq="M")
    counts = month.value_counts().reindex(months, fill_value=0).to_numpy()
    first, last = log["received"].min().normalize(), log["received"].max().normalize()
    begun = months.to_timestamp().to_numpy()
    ended = (months + 1).to_timestamp().to_numpy()
    one_day = np.timedelta64(1, "D")
    covered = np.minimum(ended, np.datetime64(last) + one_day) - np.maximum(
        begun, np.datetime64(first)
    )
    share = covered / (ended - begun)
    rate, low, high = rate_interval(counts, share * customers / 1000, level)
    frame = pd.DataFrame({"failure": failure, "month": months.to_timestamp(), "count": counts})
    return frame.assign(rate=rate, low=low, high=high)


@dataclass(frozen=True)
class Removal:
    """What removing a cause has changed.

    Attributes
    ----------
    failure : str
        Kind of complaint.
    day : Timestamp
        When the cause was removed.
    ratio : RateRatio or None
        Apart from the trend where there is a step, else of the rates before and after.
    raw : RateRatio or None
        From `before_and_after`: trend included.
    step : Step or None
        From `step.step_in_rate`; None where the log is too short.
    months : DataFrame
        From `monthly_rates`; empty without a ratio.
    """

    failure: str
    day: pd.Timestamp
    ratio: RateRatio | None
    months: pd.DataFrame
    raw: RateRatio | None = None
    step: Step | None = None


def removal(log: pd.DataFrame, removed_failure: str, removed_day: str, customers: float) -> Removal:
    """Compare the rate of complaints of one kind before and after its cause was removed.

    Parameters
    ----------
    log : DataFrame
        All complaints: ``received`` and ``failure``.
    removed_failure, removed_day, customers
        As the workbook's parameters.

    Raises
    ------
    ValueError
        If the day is not one of the calendar.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-01-10")
    >>> log = pd.DataFrame({"received": days, "failure": ["bill"] * 6 + ["other"] * 4})
    >>> removal(log, "bill", "2026-01-06", 1000).ratio.ratio
    0.25
    """
    day = day_of("removed_day", removed_day)
    raw = before_and_after(log, removed_failure, day)
    if raw is None:
        return Removal(removed_failure, day, None, pd.DataFrame())
    all_received = log["received"]
    received = log.loc[log["failure"] == removed_failure, "received"]
    step = step_in_rate(received, all_received.min(), all_received.max(), day)
    ratio = RateRatio(step.ratio, step.low, step.high, step.p_value) if step else raw
    months = monthly_rates(log, removed_failure, customers)
    return Removal(removed_failure, day, ratio, months, raw, step)


def self_service(volumes: pd.DataFrame) -> pd.DataFrame:
    """Return the share of contacts served by self-service, under two readings of the figures.

    Parameters
    ----------
    volumes : DataFrame
        ``figure`` and ``value``: "self_service" and "agents", contacts served, and "calls", of
        which the source does not say whether the agents' contacts include them.

    Returns
    -------
    DataFrame
        reading, contacts, share: once with calls included in the agents' contacts, once not.

    Examples
    --------
    >>> figures = ["self_service", "agents", "calls"]
    >>> volumes = pd.DataFrame({"figure": figures, "value": [30e6, 5e6, 2e6]})
    >>> self_service(volumes)["share"].round(3).tolist()
    [0.857, 0.811]
    """
    value = volumes.set_index("figure")["value"]
    for name in ("self_service", "agents", "calls"):
        checks.between(name, float(value[name]), 0)
    served = float(value["self_service"])
    contacts = served + float(value["agents"])
    checks.between("contacts", contacts, 1e-9)
    totals = [contacts, contacts + float(value["calls"])]
    readings = ["agents’ contacts include calls", "calls are additional"]
    return pd.DataFrame(
        {"reading": readings, "contacts": totals, "share": [served / total for total in totals]}
    )
