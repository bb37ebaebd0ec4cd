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
    """Return what a gain or a shortfall against expectation is felt to be worth.

    v(x) = x^α for x ≥ 0 and −λ(−x)^α below: each further point counts less, a shortfall more than
    an excess. The numbers come from gambles for money; their use for expectations is an analogy.

    Parameters
    ----------
    disconfirmation : array_like
        What came less what was expected, points.
    curvature : float
        α in (0, 1]; 1 makes two straight lines.
    loss_aversion : float
        λ, at least 0; 1 weighs both sides alike.

    Returns
    -------
    ndarray
        Felt worth, of the same shape.

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
    felt = np.abs(x) ** curvature
    return np.where(x >= 0, felt, -loss_aversion * felt)
