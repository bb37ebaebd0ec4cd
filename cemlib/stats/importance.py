"""Driver analysis: which perceptions explain overall satisfaction, and how strongly."""

from __future__ import annotations

from math import comb
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.asymmetry import penalty_reward as penalty_reward
from cemlib.stats.estimates import Estimates, Floats, weighted_covariance
from cemlib.stats.samples import complete_rows, least_squares_slopes, where_regular
from cemlib.stats.weighting import covariance

Cut = Literal["mean", "median", "scale"]
CUTS: tuple[Cut, ...] = ("mean", "median", "scale")
QUADRANTS = ("concentrate here", "keep up", "low priority", "possible overkill")
MAX_DRIVERS = 16


def subset_r_squared(covariance: ArrayLike) -> Floats:
    """Compute R² of every subset of predictors from covariances alone.

    Predictor by predictor, each matrix becomes two: without the predictor, and with it swept out
    (a Schur complement). All 2ᵖ regressions share this work; none is fitted separately.

    Parameters
    ----------
    covariance : array_like, shape (..., p + 1, p + 1)
        Covariances of p ≤ 16 predictors and, last, the outcome.

    Returns
    -------
    ndarray, shape (..., 2ᵖ)
        R² in [0, 1]; bit j of the index (the first predictor is the highest bit) says whether
        predictor j is in the subset.

    Raises
    ------
    ValueError
        If a matrix is not square, has more than 16 predictors, or a predictor or the outcome does
        not vary or is a linear combination of others.

    Examples
    --------
    >>> subset_r_squared([[1.0, 0.5], [0.5, 1.0]])
    array([0.  , 0.25])
    """
    matrices = np.asarray(covariance, dtype=float)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        raise ValueError(
            f"covariance has shape {matrices.shape}, but its last two dimensions must be equal"
        )
    drivers = checks.between("number of drivers", matrices.shape[-1] - 1, 1, MAX_DRIVERS)
    variance = np.diagonal(matrices, axis1=-2, axis2=-1)
    if not (variance > 0).all():
        column = int(np.argwhere(~(variance > 0))[0][-1])
        raise ValueError(f"column {column} of covariance does not vary; leave that driver out")
    sd = np.sqrt(variance)
    level = (matrices / sd[..., :, None] / sd[..., None, :])[..., None, :, :]
    for _ in range(int(drivers)):
        rest, pivot = level[..., 1:, 1:], level[..., 0, 0]
        if (pivot < 1e-10).any():
            raise ValueError(
                "covariance is singular: a driver is a linear combination of others; leave it out"
            )
        cross = level[..., 1:, 0]
        swept = rest - cross[..., :, None] * cross[..., None, :] / pivot[..., None, None]
        level = np.stack([rest, swept], axis=-3)
        level = level.reshape(*level.shape[:-4], -1, *level.shape[-2:])
    return 1 - level[..., 0, 0]


def shapley_shares(covariance: ArrayLike) -> Floats:
    """Split R² among predictors: exact Shapley (LMG) shares.

    A predictor's share is the mean, over all orders of entry, of the R² that it adds when it
    enters. The p! orders need only 2ᵖ subsets: entering after a given subset of s predictors
    happens in a share 1 / (p · C(p−1, s)) of the orders.

    Parameters
    ----------
    covariance : array_like, shape (..., p + 1, p + 1)
        Covariances of p ≤ 16 predictors and, last, the outcome.

    Returns
    -------
    ndarray, shape (..., p)
        Non-negative shares that sum to the R² of all predictors.

    Raises
    ------
    ValueError
        As `subset_r_squared`.

    References
    ----------
    Lindeman, Merenda & Gold (1980), *Introduction to Bivariate and Multivariate Analysis*;
    Grömping (2007), *The American Statistician* 61:139–147.

    Examples
    --------
    >>> correlated = [[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]
    >>> shapley_shares(correlated).round(3)
    array([0.24, 0.24])
    """
    explained = subset_r_squared(covariance)
    drivers = int(np.log2(explained.shape[-1]))
    return np.asarray(explained @ shapley_matrix(drivers), dtype=np.float64)


def shapley_matrix(drivers: int) -> Floats:
    """Return the weights, shape (2ᵖ, p), that turn the R² of all subsets into shares."""
    subsets = np.arange(2**drivers)
    member = (subsets[:, None] >> np.arange(drivers)[::-1]) & 1
    size = member.sum(axis=1)
    entering = np.array([1 / (drivers * comb(drivers - 1, before)) for before in range(drivers)])
    gain = entering[np.maximum(size - 1, 0)][:, None]
    loss = entering[np.minimum(size, drivers - 1)][:, None]
    return np.where(member == 1, gain, -loss)


def derived_importance(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> Estimates:
    """Derive the share of the outcome's variance that each driver explains.

    Parameters
    ----------
    drivers : DataFrame, shape (n, p)
        Perceptions, one column per driver; rows with a missing value are left out.
    outcome : Series, length n
        Overall satisfaction.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`, times the survey weights if there are any.
    survey_weights : array_like, shape (n,), optional
        Weight of each row, 1 on average.

    Returns
    -------
    Estimates
        LMG shares of R², one per driver; they sum to R². Missing in resamples in which a driver
        does not vary or is a linear combination of others.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1]})
    >>> derived_importance(frame, 2 * frame["a"], np.ones((1, 4))).values.round(6)
    array([1., 0.])
    """
    data, counts, point = complete_rows(drivers, outcome, weights, survey_weights)
    resampled = weighted_covariance(data, counts)
    return Estimates(
        tuple(drivers.columns),
        shapley_shares(covariance(data, point)),
        where_regular(shapley_shares, resampled, data.shape[1] - 1),
    )


def driver_slopes(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> Estimates:
    """Regress the outcome on all drivers at once.

    Parameters
    ----------
    drivers, outcome, weights, survey_weights
        As for `derived_importance`.

    Returns
    -------
    Estimates
        Least-squares slopes: units of outcome per unit of driver, the others held constant.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1]})
    >>> driver_slopes(frame, 2 * frame["a"] - frame["b"], np.ones((1, 4))).values.round(6)
    array([ 2., -1.])
    """
    data, counts, point = complete_rows(drivers, outcome, weights, survey_weights)
    names = tuple(drivers.columns)
    return Estimates(
        names,
        least_squares_slopes(covariance(data, point)[None])[0],
        where_regular(least_squares_slopes, weighted_covariance(data, counts), len(names)),
    )


def crossing(
    importance: ArrayLike,
    performance: ArrayLike,
    *,
    cut: Cut = "mean",
    midpoints: tuple[float, float] | None = None,
) -> tuple[Floats, Floats]:
    """Return where the axes of an importance–performance map cross.

    Parameters
    ----------
    importance, performance : array_like, shape (..., k)
        One pair per attribute; leading axes are resamples.
    cut : {"mean", "median", "scale"}
        Mean or median over the attributes, or `midpoints`.
    midpoints : tuple of float, optional
        Midpoints of the scales of importance and performance, for ``cut="scale"``.

    Returns
    -------
    tuple of ndarray, shape (..., 1)
        The cut of importance and the cut of performance.

    Raises
    ------
    ValueError
        If the cut is unknown, midpoints are missing, or the shapes differ.

    Examples
    --------
    >>> [float(level[0]) for level in crossing([3, 3, 1, 1], [1, 3, 1, 5])]
    [2.0, 2.5]
    """
    checks.one_of("cut", cut, CUTS)
    x, y = np.asarray(importance, dtype=float), np.asarray(performance, dtype=float)
    if x.shape != y.shape:
        raise ValueError(f"importance has shape {x.shape}, but performance {y.shape}")
    if cut == "scale":
        if midpoints is None:
            raise checks.invalid_argument(
                "midpoints", midpoints, "a pair of numbers when cut is 'scale'"
            )
        return np.full((1,), midpoints[0]), np.full((1,), midpoints[1])
    middle = np.mean if cut == "mean" else np.median
    return middle(x, axis=-1, keepdims=True), middle(y, axis=-1, keepdims=True)


def importance_performance(
    importance: ArrayLike,
    performance: ArrayLike,
    *,
    cut: Cut = "mean",
    midpoints: tuple[float, float] | None = None,
) -> NDArray[np.int64]:
    """Sort attributes into the four quadrants of importance–performance analysis.

    Parameters
    ----------
    importance, performance, cut, midpoints
        As for `crossing`.

    Returns
    -------
    ndarray of int, shape (..., k)
        Index in `QUADRANTS`: important and weak, important and strong, neither, strong only.
        A value on the cut counts as above it.

    Raises
    ------
    ValueError
        As `crossing`.

    References
    ----------
    Martilla & James (1977), *J. Marketing* 41(1):77–79.

    Examples
    --------
    >>> [QUADRANTS[i] for i in importance_performance([3, 3, 1, 1], [1, 3, 1, 3])]
    ['concentrate here', 'keep up', 'low priority', 'possible overkill']
    """
    levels = crossing(importance, performance, cut=cut, midpoints=midpoints)
    strong = np.asarray(performance) >= levels[1]
    return np.where(np.asarray(importance) >= levels[0], strong.astype(int), 2 + strong)


def quadrant_shares(quadrants: ArrayLike) -> Floats:
    """Return the share of resamples in which each attribute falls in each quadrant.

    Parameters
    ----------
    quadrants : array_like of int, shape (B, k)
        From `importance_performance` over resamples.

    Returns
    -------
    ndarray, shape (k, 4)
        Shares; rows sum to 1.

    Examples
    --------
    >>> quadrant_shares([[0, 1], [0, 3]])
    array([[1. , 0. , 0. , 0. ],
           [0. , 0.5, 0. , 0.5]])
    """
    array = np.asarray(quadrants)
    return np.stack([(array == quadrant).mean(axis=0) for quadrant in range(4)], axis=-1)
