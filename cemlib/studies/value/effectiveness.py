"""Effectiveness of answers: first contact resolution, and the regret of advice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import bootstrap_weights, percentile_interval, weighted_means
from cemlib.stats.proportions import Share, wilson

_DAY = pd.Timedelta(days=1)


def windows(enquiries: pd.DataFrame, repeat_days: float) -> list[float]:
    """Return repeat windows in days to compare: those that the log is long enough for.

    Examples
    --------
    >>> windows(pd.DataFrame({"time": pd.to_datetime(["2026-01-01", "2026-01-20"])}), 5)
    [1.0, 3.0, 5.0, 7.0, 14.0]
    """
    span = (enquiries["time"].max() - enquiries["time"].min()) / _DAY
    usual = (1.0, 3.0, 7.0, 14.0, 30.0)
    return sorted({float(repeat_days), *(days for days in usual if days <= span)})


def first_contacts(
    enquiries: pd.DataFrame, repeat_days: float, end: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Return the first contact of each matter, and whether the customer asked again.

    Contacts of one customer about one topic belong to the same matter as long as no gap between
    two of them is longer than `repeat_days`.

    Parameters
    ----------
    enquiries : DataFrame
        One row per contact: ``customer``, ``topic``, ``time``.
    repeat_days : float
        Days without a repeat contact after which a matter counts as solved, above 0.
    end : Timestamp, optional
        End of the log; the last contact if not given.

    Returns
    -------
    DataFrame
        The first row of each matter, with ``contacts`` (number of contacts), ``days`` until the
        second (missing if there is none) and ``again``: 1 if there was a second, 0 if not,
        missing if the log ends before `repeat_days` are over.

    Examples
    --------
    >>> log = pd.DataFrame({"customer": list("aab"), "topic": "tariff"})
    >>> log["time"] = pd.to_datetime(["2026-01-01", "2026-01-04", "2026-01-02"])
    >>> first_contacts(log, 7, pd.Timestamp("2026-02-01"))[["customer", "again"]].values.tolist()
    [['a', 1.0], ['b', 0.0]]
    """
    checks.between("repeat_days", repeat_days, 1e-6)
    ordered = enquiries.sort_values(["customer", "topic", "time"], kind="stable")
    last = ordered["time"].max() if end is None else end
    same = ordered.groupby(["customer", "topic"], sort=False)["time"]
    gap = same.diff() / _DAY
    opens = ~(gap <= repeat_days)
    matter = opens.cumsum()
    contacts = matter.map(matter.value_counts())
    following = (-same.diff(-1) / _DAY)[opens]
    first = ordered[opens].copy()
    first["contacts"] = contacts[opens].astype(int)
    first["days"] = following.where(first["contacts"] > 1)
    observed = (last - first["time"]) / _DAY >= repeat_days
    # A matter of the last days is left out even if it has a repeat contact already: otherwise
    # the repeats of those days would count, and the matters without one would not.
    first["again"] = (first["contacts"] > 1).astype(float).where(observed)
    return first.sort_index(kind="stable")


def resolved(first: pd.DataFrame, level: float = 0.95) -> Share:
    """Return first contact resolution: the share of matters without a repeat contact.

    Parameters
    ----------
    first : DataFrame
        From `first_contacts`.
    level : float
        Coverage.

    Returns
    -------
    Share
        With customers as clusters.

    Examples
    --------
    >>> resolved(pd.DataFrame({"customer": [1, 2, 3, 4], "again": [0, 0, 1, 0]})).estimate
    0.75
    """
    known = first.dropna(subset=["again"])
    if known.empty:
        raise checks.invalid_argument("first", "no matter", "at least one observed long enough")
    several = known["customer"].nunique() > 1
    return wilson(1 - known["again"], list(known["customer"]) if several else None, level)


def resolved_by(first: pd.DataFrame, column: str, level: float = 0.95) -> pd.DataFrame:
    """Return first contact resolution by topic, or by another column.

    Returns
    -------
    DataFrame
        ``name``, ``estimate``, ``low``, ``high``, ``rows``; the lowest first.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer": range(4), "topic": list("aabb"), "again": [0, 0, 1, 0]})
    >>> resolved_by(frame, "topic")["name"].tolist()
    ['b', 'a']
    """
    checks.one_of("column", column, list(first.columns))
    rows = [
        {"name": name, **vars(resolved(part, level))}
        for name, part in first.dropna(subset=["again"]).groupby(column)
    ]
    return pd.DataFrame(rows).sort_values("estimate", ignore_index=True, kind="stable")


@dataclass(frozen=True)
class Regret:
    """Extra cost of the advised tariffs, compared with the best tariff for each customer.

    Attributes
    ----------
    mean, low, high : float
        Mean extra cost and its interval, per month.
    best : Share
        Share of advice that was the best tariff.
    regrets : Series
        Extra cost of each piece of advice, per month.
    """

    mean: float
    low: float
    high: float
    best: Share
    regrets: pd.Series


def advice_regret(
    enquiries: pd.DataFrame, resamples: int, rng: np.random.Generator, *, tolerance: float = 0.5
) -> Regret | None:
    """Estimate the regret of advice: its extra cost compared with the best tariff.

    Parameters
    ----------
    enquiries : DataFrame
        One row per enquiry; ``advised`` and ``best`` hold what this customer
        pays with the advised and with the best tariff, where a tariff was advised.
    resamples : int
        Resamples behind the interval of the mean.
    rng : numpy.random.Generator
        Source of randomness.
    tolerance : float
        Extra cost up to which advice counts as the best, per month.

    Returns
    -------
    Regret or None
        With percentile interval of the mean and Wilson interval of the share; None if no enquiry
        has the cost of its advice.

    Raises
    ------
    ValueError
        If an advised tariff costs less than the best.

    Examples
    --------
    >>> log = pd.DataFrame({"advised": [60.0, 40, 55], "best": 40.0})
    >>> regret = advice_regret(log, 10, np.random.default_rng(1))
    >>> round(regret.mean, 2), round(regret.best.estimate, 2)
    (11.67, 0.33)
    """
    checks.between("tolerance", tolerance, 0)
    if not {"advised", "best"} <= set(enquiries):
        return None
    advice = enquiries.dropna(subset=["advised", "best"])
    if advice.empty:
        return None
    regret = (advice["advised"] - advice["best"]).to_numpy(dtype=float)
    if (regret < -1e-9).any():
        row = int(np.argmax(regret < -1e-9))
        cost, best = advice["advised"].iloc[row], advice["best"].iloc[row]
        raise checks.invalid_argument(
            f"advised in row {row}", float(cost), f"at least the best, {best:g}"
        )
    weights = bootstrap_weights(len(advice), resamples, rng)
    low, high = percentile_interval(weighted_means(regret[:, None], weights)[:, 0])
    best_share = wilson(regret <= tolerance)
    return Regret(float(regret.mean()), float(low), float(high), best_share, pd.Series(regret))
