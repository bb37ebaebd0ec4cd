"""Moments of a weighted sample, and its effective size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
