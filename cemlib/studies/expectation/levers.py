"""What realistic promises keep in a quarter, against what it costs to make them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import significant
from cemlib.stats.levers import Lever
from cemlib.studies.expectation.pooling import effects_by_group, pooled_draws


def promises_lever(
    trial: pd.DataFrame,
    *,
    cases: float,
    cost: float,
    worth: ArrayLike,
    rng: np.random.Generator,
    order: Sequence[str] = (),
    points: float = 100.0,
) -> Lever:
    """Return what it keeps to promise no more than can be delivered.

    Who was promised a quick repair expected more, and was less satisfied with the same repair. A
    realistic promise takes an agent's time. Levels of need come in the order of their effect.

    Parameters
    ----------
    trial : DataFrame
        The randomised trial: ``level``, ``information`` (1 if a quick repair was promised) and
        ``satisfaction``.
    cases : float
        Customers of a quarter who would be promised a quick repair.
    cost : float
        Money per realistic promise, more than 0.
    worth : array_like, shape (B,)
        Money kept in a quarter per point of satisfaction (0–10) of one customer, as draws.
    rng : numpy.random.Generator
        Source of randomness.
    order : sequence of str
        Order of levels whose effects are equal.
    points : float
        Width of the scale of satisfaction in the trial.

    Returns
    -------
    Lever
        Its results are points of satisfaction (0–10), summed over customers.

    Raises
    ------
    ValueError
        If a number is out of range, or the trial has fewer than three levels.

    Examples
    --------
    >>> trial = pd.DataFrame({"level": list("aaaabbbbcccc"), "information": [0, 0, 1, 1] * 3,
    ...                       "satisfaction": [9.0, 8, 1, 2, 8, 9, 4, 5, 9, 8, 7, 6]})
    >>> promises_lever(trial, cases=300, cost=2, worth=np.ones(50), rng=np.random.default_rng(1),
    ...                points=10).spend.tolist()
    [0.0, 200.0, 400.0, 600.0]
    """
    checks.between("cases", cases, 1e-9)
    checks.between("cost", cost, 1e-9)
    drawn = checks.vector("worth", worth)
    groups = effects_by_group(trial, "level", treated="information", order=order)
    spared = -pooled_draws(groups, len(drawn), rng) * 10 / points
    first = np.argsort(-significant(spared.mean(axis=0)), kind="stable")
    customers = cases * groups["n"].to_numpy(float)[first] / groups["n"].sum()
    gained = np.cumsum(spared[:, first] * customers, axis=1)
    return Lever(
        name="realistic promises",
        unit="points of satisfaction",
        spend=np.concatenate([[0.0], np.cumsum(customers) * cost]),
        results=np.column_stack([np.zeros(len(drawn)), gained]),
        worth=drawn,
        assumes="customers would be promised too much, and a realistic promise spares them that",
        datasets=("callbacks",),
        observations=len(trial),
    )
