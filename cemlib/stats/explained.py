"""Share of variance that drivers explain together, with an interval that can reach 0."""

from __future__ import annotations

import numpy as np

from cemlib import checks
from cemlib.stats.estimates import Estimates


def adjusted_r_squared(shares: Estimates, name: str = "R²") -> Estimates:
    r"""Return R² of all drivers together, corrected for the bias of R², never below 0.

    R² of a sample is too high: by about p/n where p drivers explain nothing. In a resample it is
    too high by as much again, so that a percentile interval of R² lies around an estimate that is
    too high already, and cannot reach 0. With c the unexplained share of the sample over its mean
    in the resamples, the estimate is :math:`1 - c(1 - R^2)` and the draws are
    :math:`1 - c^2(1 - R^{2*})`, both cut at 0. The estimate is adjusted R², whose factor is
    :math:`(n - 1)/(n - p - 1)`, up to the error of resampling; c needs neither n nor p, no normal
    distribution, and counts whole clusters where these were drawn.

    Parameters
    ----------
    shares : Estimates
        Shares of R², such as those of `cemlib.stats.importance.derived_importance`; their sum is
        R². At least two draws.
    name : str
        Name of the one estimate that is returned.

    Returns
    -------
    Estimates
        One estimate, in [0, 1].

    References
    ----------
    Ezekiel (1930), *Methods of Correlation Analysis*; Efron & Tibshirani (1993), *An Introduction
    to the Bootstrap*, ch. 10. Ohtani (2000), *Economics Letters* 69:121–127 (bootstrap of adjusted
    R²).

    Examples
    --------
    >>> shares = Estimates(("a", "b"), np.array([0.1, 0.2]), np.array([[0.2, 0.2], [0.1, 0.16]]))
    >>> adjusted = adjusted_r_squared(shares)
    >>> adjusted.values.round(3), adjusted.draws.round(3).ravel()
    (array([0.269]), array([0.345, 0.192]))
    """
    checks.between("number of draws", len(shares.draws), 2, whole=True)
    total, draws = float(shares.values.sum()), shares.draws.sum(axis=1, keepdims=True)
    unexplained = float(np.nanmean(1 - draws))
    factor = (1 - total) / unexplained if unexplained > 0 else 1.0
    return Estimates(
        (name,),
        np.clip([1 - factor * (1 - total)], 0.0, 1.0),
        np.clip(1 - factor**2 * (1 - draws), 0.0, 1.0),
    )
