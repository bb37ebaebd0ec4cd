"""What fixing the reasons for abandonment keeps in a quarter, against what it costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import significant
from cemlib.stats.levers import Lever
from cemlib.studies.ladder.funnel import RemovalDraws


def completions_lever(
    drawn: RemovalDraws,
    *,
    sessions: float,
    fix_cost: float,
    fix_share: float,
    worth: ArrayLike,
    observations: int,
    most: int = 6,
) -> Lever:
    """Return what it keeps to fix the reasons for abandoning an application, the largest first.

    Parameters
    ----------
    drawn : RemovalDraws
        From `cemlib.studies.ladder.funnel.removal_draws`, with B resamples.
    sessions : float
        Sessions in a quarter.
    fix_cost : float
        Money that fixing a reason costs a quarter, more than 0.
    fix_share : float
        Share of a reason that a fix removes, from 0 to 1.
    worth : array_like, shape (B,)
        Money that a customer won is worth, as draws.
    observations : int
        Sessions of the log.
    most : int
        Reasons to fix at most, at least 1.

    Returns
    -------
    Lever
        Its results are completions. Reasons at a step are competing risks, as in
        `cemlib.studies.ladder.funnel.completions_gained`.

    Raises
    ------
    ValueError
        If a number is out of range, the numbers of draws differ, or the log records no reason.

    Examples
    --------
    >>> import pandas as pd
    >>> from cemlib.studies.ladder.funnel import fit_funnel, removal_draws
    >>> rows = {"session": [1, 1, 2, 3], "step": ["a", "b", "a", "a"], "time": [1.0, 2, 5, 6],
    ...         "reason": [None, None, "price", "price"]}
    >>> drawn = removal_draws(fit_funnel(pd.DataFrame(rows)), 4, np.random.default_rng(1))
    >>> lever = completions_lever(drawn, sessions=300, fix_cost=50, fix_share=1.0,
    ...     worth=np.ones(4), observations=3)
    >>> lever.spend.tolist()
    [0.0, 50.0]
    """
    checks.between("sessions", sessions, 1e-9)
    checks.between("fix_cost", fix_cost, 1e-9)
    checks.between("fix_share", fix_share, 0, 1)
    count = int(checks.between("most", most, 1, whole=True))
    if not drawn.reasons:  # first: without reasons nothing is drawn, so no worth would fit
        raise ValueError("no reason for abandonment is recorded: fill in the column reason")
    drawn_worth = checks.vector("worth", worth, length=len(drawn.passed) - 1)
    alone = np.array([drawn.gained({reason: fix_share})[0] for reason in drawn.reasons])
    order = [drawn.reasons[at] for at in np.argsort(-significant(alone), kind="stable")[:count]]
    gained = [
        drawn.gained(dict.fromkeys(order[:fixed], fix_share))[1:] for fixed in range(len(order) + 1)
    ]
    return Lever(
        name="application fixes",
        unit="completions",
        spend=fix_cost * np.arange(len(order) + 1.0),
        results=sessions * np.stack(gained, axis=1),
        worth=drawn_worth,
        assumes="recorded reasons are a random sample, and a fix removes just the share stated",
        datasets=("applications",),
        whole=True,
        observations=observations,
    )
