"""Importance of drivers for an outcome of yes and no: shares of the deviance explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, xlogy

from cemlib.stats.estimates import Estimates, Floats, weighted_covariance
from cemlib.stats.importance import derived_importance, shapley_matrix, shapley_shares
from cemlib.stats.logit import fit_logit
from cemlib.stats.samples import complete_rows, where_regular
from cemlib.stats.weighting import covariance

_RIDGE = 0.1  # on standardised drivers: keeps separated resamples finite, moves no third digit
_BLOCK = 200  # resamples at a time


def deviance_importance(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> Estimates:
    """Split the deviance that a logit explains among its predictors: exact Shapley shares.

    As `cemlib.stats.importance.derived_importance`, with McFadden's 1 − log L / log L₀ in place of
    R², so that the shares sum to that of all predictors. The estimate rests on all 2ᵖ logits. In a
    resample only the logit of all drivers is fitted; its deviance is divided as in the quadratic
    approximation of the log likelihood about the estimate (a weighted regression of the working
    response), shifted by what the approximation misses in the data themselves. Drivers are
    standardised, and a weak ridge keeps resamples finite in which they separate yes from no.

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
    names = tuple(drivers.columns)
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-12)
    every = np.column_stack([np.ones(len(y)), x])
    whole = np.ones((1, len(y))) if point is None else point[None]
    slopes = fit_logit(every, y, whole, ridge=_RIDGE)
    exact = _all_subsets(every, y, whole) @ shapley_matrix(len(names))
    probability = expit(slopes[0] @ every.T)
    information = np.maximum(probability * (1 - probability), 1e-12)
    response = slopes[0] @ every.T + (y - probability) / information
    table = np.column_stack([x, response])
    shift = _parts(exact[None]) - _parts(
        shapley_shares(covariance(table, whole[0] * information))[None]
    )
    draws = []
    for block in np.split(counts, range(_BLOCK, len(counts), _BLOCK)):
        total = _explained(every, y, block)
        resampled = weighted_covariance(table, block * information)
        parts = np.maximum(_parts(where_regular(shapley_shares, resampled, len(names))) + shift, 0)
        draws.append(total[:, None] * _parts(parts))
    return Estimates(names, exact, np.concatenate(draws))


def _parts(shares: Floats) -> Floats:
    """Return shares as parts of their sum."""
    sums = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, sums, out=np.full_like(shares, np.nan), where=sums > 0)


def _all_subsets(design: Floats, outcome: Floats, weights: Floats) -> Floats:
    """Return the share of the deviance that each subset of predictors explains, shape (2ᵖ,).

    The first predictor is the highest bit, as in `cemlib.stats.importance.subset_r_squared`.
    """
    drivers = design.shape[1] - 1
    explained = np.zeros(2**drivers)
    for subset in range(1, 2**drivers):
        inside = [0, *(j + 1 for j in range(drivers) if subset >> (drivers - 1 - j) & 1)]
        explained[subset] = _explained(design[:, inside], outcome, weights)[0]
    return explained


def _explained(design: Floats, outcome: Floats, weights: Floats) -> Floats:
    """Return 1 − log L / log L₀ under each row of weights; missing where all say the same."""
    share = weights @ outcome / weights.sum(axis=1)
    varies = (share > 0) & (share < 1)
    null = weights.sum(axis=1) * (xlogy(share, share) + xlogy(1 - share, 1 - share))
    slopes = fit_logit(design, outcome, weights[varies], ridge=_RIDGE)
    sign = 2 * outcome - 1
    fitted = (weights[varies] * log_expit(sign * (slopes @ design.T))).sum(axis=1)
    result = np.full(len(weights), np.nan)
    result[varies] = 1 - fitted / null[varies]
    return result


def outcome_importance(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> Estimates:
    """Derive the share of an outcome that each driver explains: of its variance, or its deviance.

    An outcome of 0 and 1 takes a logit: `deviance_importance`.

    Parameters
    ----------
    drivers, outcome, weights, survey_weights
        As for `cemlib.stats.importance.derived_importance`.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1]})
    >>> outcome_importance(frame, 2 * frame["a"], np.ones((1, 4))).values.round(6)
    array([1., 0.])
    """
    if is_binary(outcome):
        return deviance_importance(drivers, outcome, weights, survey_weights)
    return derived_importance(drivers, outcome, weights, survey_weights)


def is_binary(outcome: pd.Series) -> bool:
    """Return whether an outcome has the values 0 and 1 alone.

    Examples
    --------
    >>> is_binary(pd.Series([0.0, 1, np.nan])), is_binary(pd.Series([0.0, 2]))
    (True, False)
    """
    return set(outcome.dropna().unique()) == {0.0, 1.0}
