"""What practices keep in a quarter, against what they cost."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Estimates
from cemlib.stats.levers import Lever, doubtful
from cemlib.studies.rights.planning import PracticeProblem


def practices_lever(
    problem: PracticeProblem,
    slopes: Estimates,
    *,
    days: Iterable[float],
    day_cost: float,
    customers: float,
    uplift_doubt: float,
    worth: ArrayLike,
    rng: np.random.Generator,
    observations: int = 0,
) -> Lever:
    """Return what the best plans of practices keep in a quarter.

    Parameters
    ----------
    problem : PracticeProblem
        Practices, with overall satisfaction in points of 0–10.
    slopes : Estimates
        From `cemlib.stats.importance.driver_slopes`, with at least B draws; the first B are used.
    days : iterable of float
        Budgets in person-days to plan for.
    day_cost : float
        Money per person-day that a quarter bears; more than 0. Work whose effect lasts for eight
        quarters costs each of them an eighth.
    customers : float
        Number of customers.
    uplift_doubt : float
        Share by which an uplift may be wrong, as in `PracticeProblem.gain_interval`.
    worth : array_like, shape (B,)
        Money kept in a quarter per point of satisfaction of one customer, as draws.
    rng : numpy.random.Generator
        Source of randomness.
    observations : int
        Answers behind the slopes.

    Returns
    -------
    Lever
        Its results are points of satisfaction (0–10), summed over customers.

    Raises
    ------
    ValueError
        If a number is out of range, there are fewer draws of slopes than of worth, or no practice
        is left to take up.

    Examples
    --------
    >>> import pandas as pd
    >>> practices = pd.DataFrame({
    ...     "practice": ["menu", "letter"], "right": ["choice", "choice"], "in_place": [0, 2],
    ...     "person_days": [10, 20], "uplift": [4, 8], "call_centre": [True, True]})
    >>> problem = PracticeProblem(practices, {"choice": 50}, {"choice": 0.02})
    >>> slopes = Estimates(("choice",), np.array([0.02]), np.full((3, 1), 0.02))
    >>> lever = practices_lever(problem, slopes, days=[5, 10, 20], day_cost=100, customers=1000,
    ...     uplift_doubt=0.0, worth=np.ones(3), rng=np.random.default_rng(1))
    >>> lever.spend.tolist(), lever.results[0].round(6).tolist()
    ([0.0, 1000.0, 2000.0], [0.0, 80.0, 130.0])
    """
    checks.between("day_cost", day_cost, 1e-9)
    checks.between("customers", customers, 1)
    drawn = checks.vector("worth", worth)
    count = len(drawn)
    if len(slopes.draws) < count:
        raise checks.invalid_argument("slopes", len(slopes.draws), f"at least {count} draws")
    used = Estimates(slopes.names, slopes.values, slopes.draws[:count])
    table = problem.candidates
    uplifts = doubtful(table["uplift"], uplift_doubt, count, rng)
    points = {0.0: np.zeros(count)}
    for budget in days:
        plan = problem.best(budget)
        chosen = table["practice"].isin(plan.practices["practice"]).to_numpy()
        points.setdefault(plan.days, problem.drawn_gain(plan, used, uplifts[:, chosen]))
    if len(points) < 2:
        raise ValueError("no practice is left to take up within these days: give larger budgets")
    spend = sorted(points)
    return Lever(
        name="practices",
        unit="points of satisfaction",
        spend=np.array(spend) * day_cost,
        results=np.column_stack([points[each] for each in spend]) * customers,
        worth=drawn,
        assumes="what goes with satisfaction causes it, and practices last as long as assumed",
        datasets=("survey", "practices"),
        whole=True,
        observations=observations,
    )
