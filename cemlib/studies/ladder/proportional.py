"""Residuals of a Cox regression, and whether its hazard ratios stay the same over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cemlib.stats.estimates import Floats


@dataclass(frozen=True)
class Proportional:
    """A test of proportional hazards.

    Attributes
    ----------
    each : DataFrame
        One row per covariate: ``name``, ``statistic`` (χ², one degree of freedom), ``p_value``.
    statistic, degrees, p_value
        The same for all covariates together; the p-value is NaN where all left in one period.
    """

    each: pd.DataFrame
    statistic: float
    degrees: int
    p_value: float

    @property
    def least(self) -> str:
        """Covariate with the smallest p-value, the first among equals."""
        return str(self.each["name"].iloc[int(self.each["p_value"].to_numpy().argmin())])


def efron_residuals(
    x: Floats, period: Floats, event: NDArray[np.bool_], beta: Floats
) -> tuple[Floats, Floats]:
    """Return Schoenfeld and score residuals, with Efron's method for ties.

    In a period with d leavers, step l = 0 … d − 1 weights those at risk by exp(xβ), and the leavers
    by (1 − l/d) exp(xβ). With x̄_l their weighted mean, the Schoenfeld residual of a leaver is
    x − Σ x̄_l/d. The score residual of a row is that, where it left, minus Σ_l w_l (x − x̄_l)/Σ w_l.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Covariates.
    period : ndarray, shape (n,)
        The period of each row; all rows of a period are at risk in it.
    event : ndarray of bool, shape (n,)
        Whether the customer left.
    beta : ndarray, shape (k,)
        Coefficients.

    Returns
    -------
    schoenfeld : ndarray, shape (d, k)
        One row per leaver, in their order.
    score : ndarray, shape (n, k)
        One row per row; the columns sum to 0 at the estimate.

    References
    ----------
    Schoenfeld (1982), *Biometrika* 69:239–241; Therneau & Grambsch (2000), *Modeling Survival
    Data*, ch. 4.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> one, score = efron_residuals(x, np.ones(3), np.array([True, False, False]), np.zeros(1))
    >>> one.tolist(), score.round(3).ravel().tolist()
    ([[-1.0]], [-0.667, 0.0, -0.333])
    """
    risk = np.exp((x - x.mean(axis=0)) @ beta)
    schoenfeld, score = np.zeros_like(x), np.zeros_like(x)
    for each in np.unique(period[event]):
        rows = np.flatnonzero(period == each)
        left = event[rows]
        r, values = risk[rows], x[rows]
        step = np.arange(left.sum()) / left.sum()
        total = r.sum() - step * r[left].sum()
        mean = ((r @ values) - step[:, None] * (r[left] @ values[left])) / total[:, None]
        # Only the weights of the leavers change from step to step.
        share = np.where(left, ((1 - step) / total).sum(), (1 / total).sum())
        stay, leave = (1 / total) @ mean, ((1 - step) / total) @ mean
        expected = r[:, None] * (share[:, None] * values - np.where(left[:, None], leave, stay))
        schoenfeld[rows[left]] = values[left] - mean.mean(axis=0)
        score[rows] = schoenfeld[rows] - expected
    return schoenfeld[event], score


def proportional_hazards(
    names: tuple[str, ...], schoenfeld: Floats, time: Floats, covariance: Floats
) -> Proportional:
    """Test whether hazard ratios change with time.

    With s the Schoenfeld residual of each of d leavers, g the period less its mean, U = Σ g s and V
    the model's covariance of the coefficients, the test of all is d U′VU/Σg², χ² with k degrees of
    freedom, and that of one covariate d (VU)ⱼ²/(Vⱼⱼ Σg²).

    Parameters
    ----------
    names : tuple of str
        Names of the k covariates.
    schoenfeld : ndarray, shape (d, k)
        From `efron_residuals`.
    time : ndarray, shape (d,)
        Period in which each left.
    covariance : ndarray, shape (k, k)
        Inverse of the observed information.

    References
    ----------
    Grambsch & Therneau (1994), *Biometrika* 81:515–526.

    Examples
    --------
    >>> rising = np.array([[-1.0], [0.0], [0.0], [1.0]])
    >>> proportional_hazards(("x",), rising, np.arange(4.0), np.eye(1)).statistic
    7.2
    """
    centred = time - time.mean()
    spread = float(np.square(centred).sum())
    if spread <= 0:
        unknown = pd.DataFrame({"name": list(names), "statistic": np.nan, "p_value": np.nan})
        return Proportional(unknown, np.nan, 0, np.nan)
    trend = centred @ schoenfeld
    scaled = covariance @ trend
    scale = len(time) / spread
    statistic = np.square(scaled) / np.diag(covariance) * scale
    each = pd.DataFrame({"name": list(names), "statistic": statistic})
    each["p_value"] = stats.chi2.sf(statistic, 1)
    together = float(trend @ scaled * scale)
    p = float(stats.chi2.sf(together, len(names)))
    return Proportional(each, together, len(names), p)
