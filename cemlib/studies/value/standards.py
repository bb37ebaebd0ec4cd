"""What it costs to chase every standard, and what to keep to the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.ratchet import Ratchet


@dataclass(frozen=True)
class Bill:
    """What chasing standards of service costs.

    Attributes
    ----------
    table : DataFrame
        A row a number of standards chased, from none to all: ``chased``, ``added`` (the standard
        that came last), ``cost`` (of all years together), ``satisfaction`` (in the last year,
        weighted) and ``point_price``: what the standard added costs for each point of overall
        satisfaction that it keeps.
    chase : DataFrame
        From `cemlib.stats.ratchet.Ratchet.chase`: the performance that one standard needs.
    """

    table: pd.DataFrame
    chase: pd.DataFrame

    def beyond(self, top: float = 100.0) -> int | None:
        """Return the year from which a standard would have to be better than the best there is."""
        late = self.chase.loc[self.chase["performance"] > top, "period"]
        return None if late.empty else int(late.iloc[0])


def chase_or_core(
    weights: Mapping[str, float],
    ratchet: Ratchet,
    *,
    years: int,
    expectation: float,
    ahead: float,
    point_cost: float,
) -> Bill:
    """Compare chasing more and more standards of service, the weightiest first.

    At the outset each standard is better than expected. One that is chased is raised year by year,
    so that satisfaction with it stays what it was while expectation follows; one that is not stays
    as good as it is, and what delighted becomes what is expected.

    Parameters
    ----------
    weights : mapping of str to float
        Standard → how much of satisfaction hangs on it, at least 0; they are made to sum to 1.
    ratchet : Ratchet
        How expectation learns.
    years : int
        How many.
    expectation, ahead : float
        What is expected at the outset, and how far performance is above it, points (0–100).
    point_cost : float
        Cost of a point of performance, held for a year.

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
    >>> given = {"years": 10, "expectation": 60, "ahead": 8, "point_cost": 1}
    >>> bill = chase_or_core({"speed": 3, "looks": 1}, Ratchet(), **given)
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
    kept = float(still.iloc[0] - still.iloc[-1])
    order = np.argsort(-share, kind="stable")
    share = share[order] / share.sum()
    gained = np.concatenate([[0.0], np.cumsum(share)]) * kept
    each = np.divide(price, share * kept, out=np.full(len(share), np.nan), where=share * kept > 0)
    table = pd.DataFrame(
        {
            "chased": np.arange(len(share) + 1),
            "added": ["", *np.array(list(weights), dtype=object)[order]],
            "cost": price * np.arange(len(share) + 1),
            "satisfaction": float(still.iloc[-1]) + gained,
            "point_price": [np.nan, *each],
        }
    )
    return Bill(table, chase)
