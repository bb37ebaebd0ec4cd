"""The interval of a ratio, which may be unbounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks


def fieller(
    top: float, bottom: float, covariance: ArrayLike, quantile: float
) -> tuple[float, float]:
    r"""Return Fieller's interval of a ratio of two estimates.

    All ratios r for which :math:`(a - r b)^2 \le t^2 (V_{aa} - 2 r V_{ab} + r^2 V_{bb})`. Where
    the denominator is not distinguishable from 0, no ratio can be ruled out on one side or both,
    and the interval is the whole line.

    Parameters
    ----------
    top, bottom : float
        Estimates a and b.
    covariance : array_like, shape (2, 2)
        Their covariance.
    quantile : float
        t, such as 1.96 for 95% with known variances.

    Returns
    -------
    low, high : float
        Bounds; −∞ and ∞ if the denominator may be 0.

    References
    ----------
    Fieller (1954), *J. Royal Statistical Society B* 16:175–185.

    Examples
    --------
    >>> low, high = fieller(2.0, 1.0, [[0.01, 0], [0, 1e-12]], 2.0)
    >>> round(low, 3), round(high, 3)
    (1.8, 2.2)
    >>> fieller(2.0, 1.0, [[0.01, 0], [0, 1.0]], 2.0)
    (-inf, inf)
    """
    checks.between("quantile", quantile, 0)
    v = quantile**2 * checks.matrix("covariance", covariance, rows=2)
    square = bottom**2 - v[1, 1]
    if square <= 0:
        return -np.inf, np.inf
    middle = top * bottom - v[0, 1]
    root = np.sqrt(max(middle**2 - square * (top**2 - v[0, 0]), 0.0))
    return float((middle - root) / square), float((middle + root) / square)
