"""Estimates with intervals, resampling, multiple testing and power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers, crossed_variance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimates:
    """Several estimates with their resamples.

    Attributes
    ----------
    names : tuple of str
        Names of the k estimates.
    values : ndarray, shape (k,)
        Estimates from the original data.
    draws : ndarray, shape (B, k)
        The same estimates in each of B resamples; each row is a joint draw.

    Examples
    --------
    >>> Estimates(("a",), np.array([2.0]), np.array([[1.0], [2.0], [3.0]])).frame(level=0.5)
      name  estimate  low  high
    0    a       2.0  1.5   2.5
    """

    names: tuple[str, ...]
    values: Floats
    draws: Floats

    def __post_init__(self) -> None:
        """Refuse names, values and draws whose shapes do not match."""
        if not self.values.shape == self.draws.shape[1:] == (len(self.names),):
            raise ValueError(
                f"{len(self.names)} names, values of shape {self.values.shape} and draws of shape "
                f"{self.draws.shape} do not match; draws must have the shape (resamples, names)"
            )

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the bounds of the percentile intervals, each of shape (k,)."""
        return percentile_interval(self.draws, level)

    def frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row per estimate: name, estimate, low, high."""
        low, high = self.interval(level)
        return pd.DataFrame(
            {"name": list(self.names), "estimate": self.values, "low": low, "high": high}
        )

    def probability_lowest(self) -> Floats:
        """Return the share of resamples in which each estimate is the lowest, shape (k,)."""
        lowest = np.nanargmin(significant(self.draws), axis=1)
        return np.bincount(lowest, minlength=len(self.names)) / len(self.draws)


def percentile_interval(draws: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the percentile interval over the first axis of draws.

    Parameters
    ----------
    draws : array_like, shape (B, ...)
        Resampled estimates; missing ones are left out.
    level : float
        Nominal coverage, in (0, 1).

    Returns
    -------
    low, high : ndarray, shape (...)
        Bounds of the interval; missing where all draws are.

    References
    ----------
    Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 13.

    Examples
    --------
    >>> low, high = percentile_interval(np.arange(101.0), 0.9)
    >>> round(float(low)), round(float(high))
    (5, 95)
    """
    checks.between("level", level, 1e-6, 1 - 1e-6)
    array = np.asarray(draws, dtype=float)
    tails = [(1 - level) / 2, (1 + level) / 2]
    known = ~np.isnan(array).all(axis=0)
    bounds = np.full((2, *array.shape[1:]), np.nan)
    if known.any():
        method = np.nanquantile if np.isnan(array).any() else np.quantile
        bounds[:, known] = method(array[:, known], tails, axis=0)
    return bounds[0], bounds[1]


def bootstrap_weights(
    size: int,
    resamples: int,
    rng: np.random.Generator,
    clusters: Sequence[object] | None = None,
) -> Floats:
    """Draw the number of times that each row appears in each resample.

    Resampling through weights turns a bootstrap of any moment into one matrix product.

    Parameters
    ----------
    size : int
        Number of rows in the data, n.
    resamples : int
        Number of resamples, B.
    rng : numpy.random.Generator
        Source of randomness.
    clusters : sequence, optional
        The cluster of each row, such as the customer who gave several answers. Whole clusters are
        drawn, so that the rows of one customer stay together.

    Returns
    -------
    ndarray, shape (B, n)
        Counts; each resample draws as many clusters as the data has.

    Raises
    ------
    ValueError
        If size or resamples is below 1, or clusters has another length.

    Examples
    --------
    >>> weights = bootstrap_weights(4, 3, np.random.default_rng(7))
    >>> weights.sum(axis=1)
    array([4., 4., 4.])
    """
    checks.between("size", size, 1, whole=True)
    checks.between("resamples", resamples, 1, whole=True)
    if clusters is None:
        membership, count = np.arange(size), size
    else:
        membership = cluster_numbers(clusters, size)
        count = int(membership.max()) + 1
    drawn = rng.integers(count, size=(resamples, count))
    offset = np.arange(resamples)[:, None] * count
    counts = np.bincount((drawn + offset).ravel(), minlength=resamples * count)
    return counts.reshape(resamples, count)[:, membership].astype(float)


def weighted_means(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return column means under each row of weights; missing values are left out.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Data; may have missing values.
    weights : array_like, shape (B, n)
        Number of times that each row counts.

    Returns
    -------
    ndarray, shape (B, k)
        Means; missing where a column has no value under these weights.

    Examples
    --------
    >>> weighted_means([[1.0], [4.0], [np.nan]], [[1, 1, 1], [3, 0, 0]])
    array([[2.5],
           [1. ]])
    """
    array, counts = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    known = ~np.isnan(array)
    totals, answered = counts @ np.where(known, array, 0.0), counts @ known
    return np.divide(totals, answered, out=np.full(totals.shape, np.nan), where=answered > 0)


def weighted_covariance(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the covariance matrix under each row of weights.

    Parameters
    ----------
    values : array_like, shape (n, k)
        Complete data.
    weights : array_like, shape (B, n)
        Number of times that each row counts.

    Returns
    -------
    ndarray, shape (B, k, k)
        Covariances with divisor (sum of weights − 1).

    Raises
    ------
    ValueError
        If a value is missing.

    Examples
    --------
    >>> data = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 6.0]])
    >>> bool(np.allclose(weighted_covariance(data, np.ones((1, 3)))[0], np.cov(data.T)))
    True
    """
    array = checks.matrix("values", values, rows=2)
    counts = np.asarray(weights, dtype=float)
    centred = array - array.mean(axis=0)
    first, second = np.triu_indices(array.shape[1])
    total = counts.sum(axis=1, keepdims=True)
    means = counts @ centred / total
    products = counts @ (centred[:, first] * centred[:, second])
    upper = (products - total * means[:, first] * means[:, second]) / (total - 1)
    result = np.empty((len(counts), array.shape[1], array.shape[1]))
    result[:, first, second] = result[:, second, first] = upper
    return result


def significant(values: ArrayLike, digits: int = 9) -> Any:
    """Round values to digits that are the same on every processor.

    Fitted and computed values differ between processors in their last bits. Round them before
    they drive a simulation or are compared for a decision, so that ties stay ties.

    Parameters
    ----------
    values : array_like or Series
        Any shape; values that are not finite stay as they are.
    digits : int
        Significant digits of the largest value; the others keep the same number of decimals.

    Returns
    -------
    ndarray or Series
        The nearest multiples of a power of two, in the same shape; zero is never negative.

    Raises
    ------
    ValueError
        If digits is not a whole number from 1 to 15.

    Examples
    --------
    >>> noisy = np.array([0.1 + 0.2, 0.3, 1e-17, 25.0])
    >>> significant(noisy)[0] == significant(noisy)[1], significant(noisy)[2:]
    (np.True_, array([ 0., 25.]))
    """
    checks.between("digits", digits, 1, 15, whole=True)
    array = np.asarray(values, dtype=float)
    largest = np.abs(array[np.isfinite(array)]).max(initial=0.0)
    # Powers of two are exact in binary. The factor 1 + 1/64 puts 1 and values just below 1 into the
    # same power, so that the last bits of the largest value do not change the step.
    exponent = int(np.frexp(largest * (1 + 1 / 64))[1])
    step = np.ldexp(1.0, exponent - int(np.ceil(digits * np.log2(10))))
    step = max(step, np.nextafter(0.0, 1.0))  # nothing is smaller
    rounded = np.asarray(np.rint(array / step) * step + 0.0, dtype=float)
    return pd.Series(rounded, values.index) if isinstance(values, pd.Series) else rounded


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p-values for several tests at once, by Holm's step-down method.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Unadjusted p-values in [0, 1]; missing ones stay missing and do not count.

    Returns
    -------
    ndarray, shape (m,)
        Adjusted p-values. Rejecting those that are at most α keeps the probability of any false
        rejection at or below α.

    References
    ----------
    Holm (1979), *Scandinavian Journal of Statistics* 6:65–70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p = np.asarray(p_values, dtype=float)
    known = np.isfinite(p)
    adjusted = np.full(p.shape, np.nan)
    if known.any():
        # Ours, because multipletests of statsmodels collects garbage at each call: 0.3 s in a test.
        order = np.argsort(p[known], kind="stable")
        stepped = np.maximum.accumulate(p[known][order] * np.arange(len(order), 0, -1))
        adjusted[np.flatnonzero(known)[order]] = np.minimum(stepped, 1)
    return adjusted


@dataclass(frozen=True)
class Difference:
    """A difference or an effect, with its standard error and degrees of freedom."""

    estimate: float
    standard_error: float
    degrees: float

    @property
    def p_value(self) -> float:
        """Two-sided p-value of the null hypothesis that the difference is 0."""
        if not self.standard_error > 0:
            return np.nan
        return float(2 * stats.t.sf(abs(self.estimate) / self.standard_error, self.degrees))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the bounds of the t interval."""
        margin = stats.t.ppf((1 + level) / 2, self.degrees) * self.standard_error
        return self.estimate - margin, self.estimate + margin

    def detectable(self, power: float = 0.8, alpha: float = 0.05) -> float:
        """Return the smallest true difference that a test detects with the given power.

        By the normal approximation, (z₁₋α⁄₂ + z_power) · SE.

        Examples
        --------
        >>> round(Difference(0.0, 1.0, 100).detectable(), 3)
        2.802
        """
        checks.between("power", power, 1e-6, 1 - 1e-6)
        checks.between("alpha", alpha, 1e-12, 1 - 1e-6)
        multiple = stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)
        return float(multiple * self.standard_error)


def mean_difference(
    values: ArrayLike,
    later: ArrayLike,
    clusters: Sequence[object] | None = None,
    weights: ArrayLike | None = None,
    *,
    crossed: Sequence[object] | None = None,
) -> Difference:
    """Estimate the mean of the later rows minus that of the others, robust to clusters.

    Parameters
    ----------
    values : array_like, shape (n,)
        Complete outcomes.
    later : array_like of bool, shape (n,)
        Which rows belong to the second group.
    clusters : sequence, optional
        The customer of each row: one who answered in both groups counts as one.
    weights : array_like, shape (n,), optional
        Survey weight of each row.
    crossed : sequence, optional
        A second way in which rows belong together, such as the question; with `clusters` only.

    Returns
    -------
    Difference
        The standard error is that of the regression on a dummy, cluster-robust (Liang–Zeger) with
        the small-sample factor G/(G−1)·(n−1)/(n−2) and G − 1 degrees of freedom; with `crossed`,
        that of Cameron, Gelbach & Miller, and G that of the kind of cluster with fewer.

    Raises
    ------
    ValueError
        If a group has fewer than two rows or there are fewer than two clusters.

    References
    ----------
    Liang & Zeger (1986), *Biometrika* 73:13–22; Cameron & Miller (2015), *J. Human Resources* 50.

    Examples
    --------
    >>> mean_difference([1.0, 2.0, 3.0, 4.0], [False, False, True, True]).estimate
    2.0
    """
    outcome = checks.vector("values", values)
    group = np.asarray(later, dtype=bool)
    if group.shape != outcome.shape or min(group.sum(), (~group).sum()) < 2:
        raise ValueError("later must hold one mark per row, at least two true and two false")
    counts = np.ones(len(outcome)) if weights is None else checks.vector("weights", weights)
    share = counts / np.where(group, counts[group].sum(), counts[~group].sum())
    after, before = (np.average(outcome[part], weights=counts[part]) for part in (group, ~group))
    influence = np.where(group, share * (outcome - after), -share * (outcome - before))
    rows = len(outcome)
    if clusters is not None and crossed is not None:
        variance, degrees = crossed_variance(influence, clusters, crossed)
        error = np.sqrt(variance * (rows - 1) / (rows - 2))
        return Difference(float(after - before), float(error), degrees)
    if clusters is not None:
        influence = np.bincount(cluster_numbers(clusters, rows), weights=influence)
    groups = len(influence)
    if groups < 2:
        raise ValueError("clusters has one value only, but must have at least two")
    factor = groups / (groups - 1) * (rows - 1) / (rows - 2)
    return Difference(
        float(after - before),
        float(np.sqrt(factor * np.square(influence).sum())),
        groups - 1,
    )
