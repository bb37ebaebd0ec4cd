"""Moments of a weighted sample, its effective size, and resamples of its design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers
from cemlib.stats.estimates import Floats, weighted_covariance


def covariance(values: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return the covariance matrix of complete rows, each counted once or by its weight.

    Examples
    --------
    >>> covariance([[1.0, 2.0], [2.0, 1.0], [3.0, 6.0]]).tolist()
    [[1.0, 2.0], [2.0, 7.0]]
    >>> covariance([[1.0], [2.0], [9.0]], [1.5, 1.5, 0.0]).tolist()
    [[0.375]]
    """
    if weights is None:
        return np.cov(np.asarray(values, dtype=float).T)
    return weighted_covariance(values, np.asarray(weights, dtype=float)[None])[0]


def effective_size(weights: ArrayLike) -> float:
    """Return the effective sample size of a weighted sample: (Σw)² / Σw².

    The number of equally weighted rows whose mean would be as precise, if weights and values are
    unrelated.

    References
    ----------
    Kish (1965), *Survey Sampling*, ch. 11.7.

    Examples
    --------
    >>> effective_size([1, 1, 1, 1]), effective_size([3, 1, 0])
    (4.0, 1.6)
    """
    array = np.asarray(weights, dtype=float)
    return float(array.sum() ** 2 / np.square(array).sum())


def design_weights(
    clusters: Sequence[object],
    strata: Sequence[object] | None,
    resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw resamples of a sample of clusters within strata.

    Within each stratum of m clusters, m − 1 are drawn and count m/(m − 1) times as often: a
    stratum of few clusters would otherwise look more certain than it is. A stratum of a single
    cluster is the same in every resample.

    Parameters
    ----------
    clusters : sequence, length n
        Cluster of each row: the unit that was sampled, such as a shop or the respondent. A cluster
        that occurs in two strata counts as two.
    strata : sequence, length n, or None
        Stratum of each row; None for a single one.
    resamples : int
        Number of resamples, B.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B, n)
        How often each row counts.

    References
    ----------
    Rao & Wu (1988), *J. American Statistical Association* 83:231–241.

    Examples
    --------
    >>> rows = design_weights(["a", "a", "b", "c"], ["x", "x", "x", "y"], 2,
    ...     np.random.default_rng(1))
    >>> rows[:, 3].tolist(), rows[:, 1:3].sum(axis=1).tolist()
    ([1.0, 1.0], [2.0, 2.0])
    """
    rows = len(clusters)
    checks.between("resamples", resamples, 1, whole=True)
    level = cluster_numbers(strata, rows) if strata is not None else np.zeros(rows, dtype=int)
    pairs = level * rows + cluster_numbers(clusters, rows)
    unit = cluster_numbers(pairs.tolist(), rows)
    count = int(unit.max()) + 1
    of_unit = np.zeros(count, dtype=int)
    of_unit[unit] = level
    drawn = np.ones((resamples, count))
    for stratum in range(int(level.max()) + 1):
        members = np.flatnonzero(of_unit == stratum)
        many = len(members)
        if many > 1:
            shares = np.full(many, 1 / many)
            counts = rng.multinomial(many - 1, shares, size=resamples)
            drawn[:, members] = counts * many / (many - 1)
    return drawn[:, unit]
