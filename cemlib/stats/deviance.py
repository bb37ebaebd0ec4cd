"""Importance of drivers for an outcome of yes and no: shares of the deviance explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import log_expit

from cemlib.stats.estimates import Estimates, Floats
from cemlib.stats.importance import shapley_matrix
from cemlib.stats.logit import SMALL_RIDGE, fit_logit
from cemlib.stats.samples import complete_rows

MOST_RESAMPLES = 60  # 2ᵖ logits are fitted in each


def deviance_importance(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> Estimates:
    """Split the deviance that a logit explains among its predictors: exact Shapley shares.

    As `cemlib.stats.importance.derived_importance`, with McFadden's 1 − log L / log L₀ in place of
    R², so that the shares sum to that of all predictors. Drivers are standardised; a small ridge
    keeps resamples finite. At most the first 60 resamples are used.

    Parameters
    ----------
    drivers : DataFrame, shape (n, p)
        Perceptions, one column per driver, p ≤ 12; rows with a missing value are left out.
    outcome : Series, length n
        0 or 1.
    weights : array_like, shape (B, n)
        Resamples, times the survey weights if there are any.
    survey_weights : array_like, shape (n,), optional
        Weight of each row, 1 on average.

    Returns
    -------
    Estimates
        Share of the deviance that each driver explains.

    Raises
    ------
    ValueError
        If the outcome is neither 0 nor 1, or does not vary.

    References
    ----------
    McFadden (1974), in *Frontiers in Econometrics*, 105–142; Lindeman, Merenda & Gold (1980).

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(400, 2))
    >>> said = pd.Series((x[:, 0] > 0).astype(float))
    >>> shares = deviance_importance(pd.DataFrame(x, columns=["a", "b"]), said, np.ones((1, 400)))
    >>> bool(shares.values[0] > 0.9), bool(shares.values[1] < 0.02)
    (True, True)
    """
    data, counts, point = complete_rows(drivers, outcome, weights, survey_weights)
    x, y = data[:, :-1], data[:, -1]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    whole = np.ones((1, len(y))) if point is None else point[None]
    every = np.concatenate([whole, counts[:MOST_RESAMPLES]])
    names = tuple(drivers.columns)
    explained = np.zeros((len(every), 2 ** len(names)))
    null = _log_likelihood(np.ones((len(y), 1)), y, every)
    for subset in range(1, 2 ** len(names)):
        # The first driver is the highest bit, as in `subset_r_squared`.
        inside = [j for j in range(len(names)) if subset >> (len(names) - 1 - j) & 1]
        design = np.column_stack([np.ones(len(y)), x[:, inside]])
        explained[:, subset] = 1 - _log_likelihood(design, y, every) / null
    shares = explained @ shapley_matrix(len(names))
    return Estimates(names, shares[0], shares[1:])


def _log_likelihood(design: Floats, outcome: Floats, weights: Floats) -> Floats:
    coefficients = fit_logit(design, outcome, weights, ridge=SMALL_RIDGE)
    sign = 2 * outcome - 1
    return np.asarray((weights * log_expit(sign * (coefficients @ design.T))).sum(axis=1))
