"""Rates of events per exposure."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats


def rate_interval(
    counts: ArrayLike, exposure: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return events per exposure with exact Poisson intervals.

    Parameters
    ----------
    counts : array_like of int
        Events.
    exposure : array_like
        Exposure, above 0: customer months, calls, orders.
    level : float
        Minimum coverage, in (0, 1).

    Returns
    -------
    rate, low, high : ndarray
        Per unit of exposure.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or an exposure not above 0.

    References
    ----------
    Garwood (1936), *Biometrika* 28:437–442.

    Examples
    --------
    >>> [float(part.round(4)) for part in rate_interval(10, 100)]
    [0.1, 0.048, 0.1839]
    """
    events, units = counted(counts, exposure)
    tail = (1 - level) / 2
    low = np.where(events > 0, stats.chi2.ppf(tail, 2 * np.maximum(events, 1)) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    return events / units, low / units, high / units


def counted(counts: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    """Return counts and exposures as arrays, after checking them.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or an exposure not above 0.

    Examples
    --------
    >>> counted([3], [10.0])
    (array([3.]), array([10.]))
    """
    events, units = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    if not ((events >= 0) & (events == np.floor(events))).all():
        raise checks.invalid_argument("counts", counts, "whole numbers of at least 0")
    if not (units > 0).all():
        raise checks.invalid_argument("exposure", exposure, "a number above 0")
    return events, units
