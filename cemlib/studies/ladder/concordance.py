"""How well a risk predicts who leaves, with covariates that change over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats


def concordance(
    risk: ArrayLike, period: ArrayLike, left: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Return the share of leaver–stayer pairs in which the leaver had the higher risk.

    Harrell's C for covariates that change over time: it compares each leaver with those who were
    at risk in the same period and stayed; ties count half. 0.5 is no better than a coin. Libraries
    offer it for one row per customer only, without covariates that change.

    Parameters
    ----------
    risk : array_like, shape (n,)
        Predicted risk of each row; a higher one predicts earlier leaving.
    period, left : array_like, shape (n,)
        As for `cox`.
    weights : array_like, shape (B, n), optional
        Resamples of customers, from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    ndarray, shape (B,)
        One number without weights; NaN where there is no pair.

    References
    ----------
    Harrell, Lee & Mark (1996), *Statistics in Medicine* 15:361–387.

    Examples
    --------
    >>> concordance([3, 2, 1, 2], [1, 1, 1, 1], [True, False, False, False])
    array([1.])
    """
    score = checks.vector("risk", risk)
    time = checks.vector("period", period, length=len(score))
    event = checks.vector("left", left, length=len(score)) > 0
    counts = np.ones((1, len(score))) if weights is None else np.asarray(weights, dtype=float)
    won, pairs = np.zeros(len(counts)), np.zeros(len(counts))
    for each in np.unique(time[event]):
        rows = np.flatnonzero(time == each)
        rows = rows[np.argsort(score[rows], kind="stable")]
        # Sorted by risk, a cumulated sum of stayers counts the pairs of all leavers and resamples.
        stayers = np.where(event[rows], 0.0, counts[:, rows])
        below = np.concatenate([np.zeros((len(counts), 1)), stayers.cumsum(axis=1)], axis=1)
        leavers = np.flatnonzero(event[rows])
        value, ranked = score[rows[leavers]], score[rows]
        lower = below[:, np.searchsorted(ranked, value, side="left")]
        lower_or_tied = below[:, np.searchsorted(ranked, value, side="right")]
        mass = counts[:, rows[leavers]]
        won += (mass * (lower + lower_or_tied) / 2).sum(axis=1)
        pairs += mass.sum(axis=1) * below[:, -1]
    return np.divide(won, pairs, out=np.full(len(won), np.nan), where=pairs > 0)
