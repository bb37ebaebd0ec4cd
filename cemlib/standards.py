"""What it costs to chase every standard, and what to keep to the core."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.ratchet import Ratchet


def chase_or_core(
    weights: Mapping[str, float],
    ratchet: Ratchet,
    *,
    years: int,
    start: float,
    spread: float,
    point_cost: float,
    rng: np.random.Generator,
    people: int = 4000,
) -> pd.DataFrame:
    """Compare chasing more and more standards of service, the weightiest first.

    A standard that is chased is raised year by year so that satisfaction with it stays what it was
    while expectation follows; one that is not stays as good as it is, and satisfaction with it
    falls as expectation catches on its better days.

    Parameters
    ----------
    weights : mapping of str to float
        Standard → how much of satisfaction hangs on it, at least 0; they are made to sum to 1.
    ratchet : Ratchet
        How expectation learns.
    years : int
        How many.
    start, spread : float
        Performance and expectation at the outset, and how a customer's own experience varies,
        points (0–100).
    point_cost : float
        Cost of a point of performance, held for a year.
    rng : numpy.random.Generator
        Source of randomness.
    people : int
        Customers to average over where standards stay.

    Returns
    -------
    DataFrame
        A row a number of standards chased, from none to all: ``chased``, ``added`` (the standard
        that came last), ``cost`` (of all years together), ``satisfaction`` (in the last year,
        weighted) and ``point_price``: what the standard added costs for each point of overall
        satisfaction that it keeps.

    Raises
    ------
    ValueError
        If a weight is negative or all are 0.

    Examples
    --------
    >>> table = chase_or_core(
    ...     {"speed": 3, "looks": 1}, Ratchet(), years=10, start=60, spread=8, point_cost=1,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> table["added"].tolist(), bool(table["satisfaction"].is_monotonic_increasing)
    (['', 'speed', 'looks'], True)
    """
    share = np.array(list(weights.values()), dtype=float)
    if not len(share) or (share < 0).any() or not share.sum() > 0:
        raise checks.refuse("weights", dict(weights), "numbers of at least 0, one above it")
    checks.between("point_cost", point_cost, 0)
    still = ratchet.standing_still(years, start, spread, people, rng)["satisfaction"]
    chase = ratchet.chase(years, start, float(ratchet.satisfaction(start, start)))
    price = float(point_cost * (chase["performance"] - start).sum())
    kept = float(still.iloc[0] - still.iloc[-1])
    order = np.argsort(-share, kind="stable")
    share = share[order] / share.sum()
    gained = np.concatenate([[0.0], np.cumsum(share)]) * kept
    with np.errstate(divide="ignore"):
        each = price / (share * kept)
    return pd.DataFrame(
        {
            "chased": np.arange(len(share) + 1),
            "added": ["", *np.array(list(weights), dtype=object)[order]],
            "cost": price * np.arange(len(share) + 1),
            "satisfaction": float(still.iloc[-1]) + gained,
            "point_price": [np.nan, *each],
        }
    )
