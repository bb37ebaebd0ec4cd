"""Effectiveness of answers in numbers: solved at first contact, asked again, advised well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import percentile_interval, weighted_means
from cemlib.studies.value.reliability import Share, wilson

_DAY = pd.Timedelta(days=1)


def first_contacts(
    enquiries: pd.DataFrame, repeat_days: float, end: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Return the first contact of each matter, and whether the customer had to ask again.

    Contacts of one customer about one topic belong to one matter while no gap between two of them
    is longer than `repeat_days`.

    Parameters
    ----------
    enquiries : DataFrame
        A row a contact: ``customer``, ``topic``, ``time``.
    repeat_days : float
        Days, above 0.
    end : Timestamp, optional
        Until when contacts are known; the last contact if not given.

    Returns
    -------
    DataFrame
        The first row of each matter, with ``contacts`` (of the matter), ``days`` to the second
        (missing where there is none) and ``again``: 1 if there was a second, 0 if none, missing
        where the log ends before `repeat_days` are over.

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
    over = (last - first["time"]) / _DAY >= repeat_days
    # A matter of the last days is judged only when its time is over, or those who ask again
    # would count and those who do not would not.
    first["again"] = (first["contacts"] > 1).astype(float).where(over)
    return first.sort_index(kind="stable")


def resolved(first: pd.DataFrame, level: float = 0.95) -> Share:
    """Return the share of matters solved at the first contact.

    Parameters
    ----------
    first : DataFrame
        From `first_contacts`.
    level : float
        Coverage.

    Returns
    -------
    Share
        Customers are the clusters.

    Examples
    --------
    >>> resolved(pd.DataFrame({"customer": [1, 2, 3, 4], "again": [0, 0, 1, 0]})).estimate
    0.75
    """
    known = first.dropna(subset=["again"])
    if known.empty:
        raise checks.invalid_argument("first", "no matter", "at least one whose days are over")
    several = known["customer"].nunique() > 1
    return wilson(1 - known["again"], list(known["customer"]) if several else None, level)


def resolved_by(first: pd.DataFrame, column: str, level: float = 0.95) -> pd.DataFrame:
    """Return the share solved at first contact, by topic or whatever else.

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
    """What advice cost customers against the best for each.

    Attributes
    ----------
    mean, low, high : float
        Yuan a month and customer.
    best : Share
        Share that was advised the best there is.
    regrets : Series
        Of each advice, yuan a month.
    """

    mean: float
    low: float
    high: float
    best: Share
    regrets: pd.Series


def advice_regret(
    advised: ArrayLike, best: ArrayLike, weights: ArrayLike, *, tolerance: float = 0.5
) -> Regret:
    """Estimate the regret of advice: what it costs a month more than the best for this customer.

    Parameters
    ----------
    advised, best : array_like, shape (n,)
        Yuan a month that the customer pays with what was advised, and with what suits best.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    tolerance : float
        Yuan a month up to which advice counts as the best.

    Returns
    -------
    Regret
        With percentile interval of the mean, Wilson interval of the share.

    Raises
    ------
    ValueError
        If something advised costs less than the best.

    Examples
    --------
    >>> found = advice_regret([60, 40, 55], [40, 40, 40], np.ones((1, 3)))
    >>> round(found.mean, 2), round(found.best.estimate, 2)
    (11.67, 0.33)
    """
    cost = checks.vector("advised", advised)
    least = checks.vector("best", best, length=len(cost))
    checks.between("tolerance", tolerance, 0)
    if (cost < least - 1e-9).any():
        row = int(np.argmax(cost < least - 1e-9))
        raise checks.invalid_argument(
            f"advised in row {row}", float(cost[row]), f"at least the best, {least[row]:g}"
        )
    regret = cost - least
    low, high = percentile_interval(weighted_means(regret[:, None], weights)[:, 0])
    return Regret(
        float(regret.mean()), float(low), float(high), wilson(regret <= tolerance),
        pd.Series(regret),
    )  # fmt: skip
