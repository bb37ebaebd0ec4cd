"""Diagnostics of adjusted comparisons: balance, overlap, and how strong an unseen cause must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.weighting import effective_size

_LOG_RATIO = 0.91  # of one standard deviation (Chinn 2000, *Statistics in Medicine* 19:3127–3131)


@dataclass(frozen=True)
class EValue:
    """E-value of an estimate and of its interval: 1 where that contains no effect."""

    estimate: float
    bound: float


def e_value(ratio: float, low: float, high: float) -> EValue:
    r"""Return the risk ratio that an unseen cause needs with treatment and outcome, to explain all.

    :math:`E = R + \sqrt{R (R - 1)}`, with R the ratio, or 1/ratio where it is below 1.

    VanderWeele & Ding (2017), *Annals of Internal Medicine* 167:268–274.

    Examples
    --------
    >>> e = e_value(3.9, 1.8, 8.7)
    >>> round(e.estimate, 2), round(e.bound, 1)
    (7.26, 3.0)
    >>> e_value(0.9, 0.7, 1.2).bound
    1.0
    """
    lowest = checks.between("low", low, 0)
    value = checks.between("ratio", ratio, max(lowest, np.finfo(float).tiny))
    highest = checks.between("high", high, value)
    nearer = 1.0 if lowest <= 1 <= highest else lowest if lowest > 1 else highest
    return EValue(_needed(value), _needed(nearer))


def e_value_difference(difference: float, low: float, high: float) -> EValue:
    """Return the E-value of a difference in standard deviations of the outcome, by exp(0.91 d).

    Examples
    --------
    >>> round(e_value_difference(0.5, 0.3, 0.7).estimate, 2)
    2.53
    """
    return e_value(*np.exp(_LOG_RATIO * np.array([difference, low, high])).tolist())


def standardised_differences(
    covariates: ArrayLike, treated: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Return mean differences of treated and untreated rows, in standard deviations, shape (p,).

    The deviation is √((s₁² + s₀²)/2) without weights, so that weighting moves the means only; a
    covariate that never varies has the difference 0. Beyond ±0.1 is usually called imbalance
    (Austin 2009, *Statistics in Medicine* 28:3083–3107).

    Examples
    --------
    >>> standardised_differences([[1.0], [3], [2], [4]], [0, 0, 1, 1]).round(3)
    array([0.707])
    """
    x = checks.matrix("covariates", covariates)
    arm = _arms(treated, len(x))
    counts = checks.vector("weights", np.ones(len(x)) if weights is None else weights)
    gap = np.average(x[arm], axis=0, weights=counts[arm])
    gap -= np.average(x[~arm], axis=0, weights=counts[~arm])
    deviation = np.sqrt((x[arm].var(axis=0, ddof=1) + x[~arm].var(axis=0, ddof=1)) / 2)
    return np.divide(gap, deviation, out=np.zeros_like(gap), where=deviation > 0)


@dataclass(frozen=True)
class Overlap:
    """Rows, effective sample sizes and shares outside the common range: treated, untreated."""

    rows: tuple[int, int]
    effective: tuple[float, float]
    outside: tuple[float, float]


def overlap(propensity: ArrayLike, treated: ArrayLike) -> Overlap:
    """Return the overlap of two groups under weights 1/e of the treated and 1/(1 − e).

    The common range: from the higher of both groups' least to the lower of their most.

    Examples
    --------
    >>> overlap([0.2, 0.5, 0.5, 0.8], [False, False, True, True]).outside
    (0.5, 0.5)
    """
    e = checks.vector("propensity", propensity)
    arm = _arms(treated, len(e))
    low, high = max(e[arm].min(), e[~arm].min()), min(e[arm].max(), e[~arm].max())
    beyond = (e < low) | (e > high)
    return Overlap(
        (int(arm.sum()), int((~arm).sum())),
        (effective_size(1 / e[arm]), effective_size(1 / (1 - e[~arm]))),
        (float(beyond[arm].mean()), float(beyond[~arm].mean())),
    )


def _needed(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return float(above + np.sqrt(above * (above - 1)))


def _arms(treated: ArrayLike, length: int) -> np.ndarray:
    arm = checks.vector("treated", treated, length=length) > 0
    if min(arm.sum(), (~arm).sum()) < 2:
        raise ValueError("treated must mark at least two rows, and leave two unmarked")
    return arm
