"""The loss-averse value function of prospect theory."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats

CURVATURE, LOSS_AVERSION = 0.88, 2.25


def value(
    disconfirmation: ArrayLike,
    *,
    curvature: float = CURVATURE,
    loss_aversion: float = LOSS_AVERSION,
) -> Floats:
    """Return the value of a gain or a loss relative to expectation.

    v(x) = x^α for x ≥ 0 and −λ(−x)^α below: sensitivity diminishes, and losses weigh more than
    gains. The defaults were estimated from gambles for money; using them for satisfaction is an
    analogy.

    Parameters
    ----------
    disconfirmation : array_like
        Performance minus expectation, points.
    curvature : float
        α in (0, 1]; 1 gives two straight lines.
    loss_aversion : float
        λ, at least 0; 1 weighs gains and losses equally.

    Returns
    -------
    ndarray
        Value, of the same shape.

    Raises
    ------
    ValueError
        If curvature or loss aversion is out of range.

    References
    ----------
    Tversky & Kahneman (1992), *J. Risk and Uncertainty* 5:297–323.

    Examples
    --------
    >>> value([100, -100]).round(3)
    array([  57.544, -129.474])
    """
    checks.between("curvature", curvature, 1e-3, 1)
    checks.between("loss_aversion", loss_aversion, 0)
    x = np.asarray(disconfirmation, dtype=float)
    size = np.abs(x) ** curvature
    return np.where(x >= 0, size, -loss_aversion * size)
