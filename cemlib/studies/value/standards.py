"""The cost of raising every service standard each year, and of raising only a core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.importance import driver_slopes
from cemlib.stats.ratchet import Ratchet


@dataclass(frozen=True)
class Bill:
    """The cost of raising service standards year by year.

    Attributes
    ----------
    table : DataFrame
        One row per number of standards raised, from none to all: ``chased`` (that number),
        ``added`` (the standard added last), ``weight`` (its share of the sum of weights), ``cost``
        (total of all years), ``satisfaction`` (in the last year, weighted) and ``point_price``:
        cost of the added standard per point of overall satisfaction that it preserves.
    chase : DataFrame
        From `cemlib.stats.ratchet.Ratchet.chase`: the performance that one standard needs.
    expectation, ahead : float
        Start levels: expectation, and how far performance is above it, points (0–100).
    """

    table: pd.DataFrame
    chase: pd.DataFrame
    expectation: float
    ahead: float

    def preserved(self, count: int) -> float:
        """Return the share of the avoidable loss of satisfaction that raising `count` avoids."""
        satisfaction = self.table["satisfaction"]
        gains = satisfaction - satisfaction.iloc[0]
        return float(gains.iloc[count] / max(gains.iloc[-1], 1e-9))

    def beyond(self, top: float = 100.0) -> int | None:
        """Return the first year in which a standard would have to exceed the top of the scale."""
        late = self.chase.loc[self.chase["performance"] > top, "period"]
        return None if late.empty else int(late.iloc[0])


def standard_weights(
    table: pd.DataFrame, standards: Sequence[str], outcome: str
) -> dict[str, float]:
    """Return by how much the outcome falls where satisfaction with a standard falls by a point.

    A bill asks what a fall of each standard costs, which a slope answers. A share of R² does not:
    it also counts how much customers differ in a standard, and what overlaps with other standards.

    Parameters
    ----------
    table : DataFrame
        One row per customer, one column per measure.
    standards : sequence of str
        Columns of the standards, all on one scale; those that do not vary are left out.
    outcome : str
        Column of overall satisfaction.

    Returns
    -------
    dict of str to float
        Standard → least-squares slope with all other standards held constant, 0 if negative.

    Raises
    ------
    ValueError
        If too few rows are complete, or a standard is a linear combination of others.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [10.0, -10, -10, 10]})
    >>> frame["y"] = 3 * frame["a"] + frame["b"]
    >>> {name: round(slope, 6) for name, slope in standard_weights(frame, "ab", "y").items()}
    {'a': 3.0, 'b': 1.0}
    """
    varying = [name for name in standards if table[name].nunique() > 1]
    slopes = driver_slopes(table[varying], table[outcome], np.ones((1, len(table))))
    return {
        name: max(float(slope), 0.0) for name, slope in zip(varying, slopes.values, strict=True)
    }


def chase_or_core(
    weights: Mapping[str, float],
    ratchet: Ratchet,
    *,
    years: int,
    expectation: float,
    ahead: float,
    point_cost: float,
) -> Bill:
    """Compare raising none, one, … all service standards, the most important first.

    At the start each standard exceeds expectation. A standard that is chased is raised every year,
    so that satisfaction with it stays constant while expectation follows. Any other standard stays
    as it is, until expectation has caught up with it.

    Parameters
    ----------
    weights : mapping of str to float
        Standard → points of satisfaction per point of it, at least 0, from `standard_weights`;
        scaled to sum to 1.
    ratchet : Ratchet
        How expectation adapts.
    years : int
        Number of years.
    expectation, ahead : float
        Expectation at the start, and how far performance is above it, points (0–100).
    point_cost : float
        Cost of one point of performance per year.

    Returns
    -------
    Bill
        Costs and satisfaction.

    Raises
    ------
    ValueError
        If a weight is negative or all are 0, or performance is not ahead.

    Examples
    --------
    >>> terms = {"years": 10, "expectation": 60, "ahead": 8, "point_cost": 1}
    >>> bill = chase_or_core({"speed": 3, "looks": 1}, Ratchet(), **terms)
    >>> bill.table["added"].tolist(), bill.table["cost"].round().tolist()
    (['', 'speed', 'looks'], [0.0, 65.0, 130.0])
    """
    share = np.array(list(weights.values()), dtype=float)
    if not len(share) or (share < 0).any() or not share.sum() > 0:
        raise checks.invalid_argument(
            "weights", dict(weights), "numbers of at least 0, one above it"
        )
    checks.between("years", years, 2, whole=True)
    checks.between("point_cost", point_cost, 0)
    checks.between("ahead", ahead, 1e-9)
    still = ratchet.path(np.full(years, expectation + ahead), expectation)["satisfaction"]
    chase = ratchet.chase(years, expectation, float(still.iloc[0]))
    price = float(point_cost * chase["more"].sum())
    preserved = float(still.iloc[0] - still.iloc[-1])
    order = np.argsort(-share, kind="stable")
    share = share[order] / share.sum()
    gained = np.concatenate([[0.0], np.cumsum(share)]) * preserved
    points = share * preserved
    each = np.divide(price, points, out=np.full(len(share), np.nan), where=points > 0)
    table = pd.DataFrame(
        {
            "chased": np.arange(len(share) + 1),
            "added": ["", *np.array(list(weights), dtype=object)[order]],
            "weight": [np.nan, *share],
            "cost": price * np.arange(len(share) + 1),
            "satisfaction": float(still.iloc[-1]) + gained,
            "point_price": [np.nan, *each],
        }
    )
    return Bill(table, chase, float(expectation), float(ahead))


def bills_by_rise(
    weights: Mapping[str, float], rises: Sequence[float], **terms: Any
) -> dict[float, Bill]:
    """Return the bill for each speed at which expectation follows; empty where no standard weighs.

    Parameters
    ----------
    weights : mapping of str to float
        From `standard_weights`.
    rises : sequence of float
        Shares of the gap that expectation closes per year.
    **terms
        Further arguments of `chase_or_core`.

    Examples
    --------
    >>> bills_by_rise({"looks": 0.0}, [0.2], years=10, expectation=60, ahead=6, point_cost=1)
    {}
    """
    if not any(weights.values()):
        return {}
    return {rise: chase_or_core(weights, Ratchet(rise=rise), **terms) for rise in rises}
