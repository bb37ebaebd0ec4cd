"""One effect in several groups: separate, pooled, and partially pooled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats
from scipy.special import ndtr

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.experiments import difference_in_means

_GRID = 400


def effects_by_group(
    experiment: pd.DataFrame,
    group: str,
    *,
    outcome: str = "satisfaction",
    treated: str = "effort",
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """Estimate the effect in each group by itself.

    Parameters
    ----------
    experiment : DataFrame
        The group, the outcome and the treatment (0 or 1).
    group : str
        The column that says who belongs where, say ``"level"``.
    outcome, treated : str
        Columns.
    order : sequence of str, optional
        Groups in the order wanted; those that there are, sorted, if not given.

    Returns
    -------
    DataFrame
        A row a group: group, n, estimate, standard_error.

    Raises
    ------
    ValueError
        If a group has fewer than two on either side.

    Examples
    --------
    >>> frame = pd.DataFrame({"level": ["a"] * 4 + ["b"] * 4, "effort": [0, 0, 1, 1] * 2,
    ...     "satisfaction": [1.0, 2, 4, 5, 1, 2, 2, 3]})
    >>> effects_by_group(frame, "level")["estimate"].tolist()
    [3.0, 1.0]
    """
    there = set(experiment[group].dropna())
    rows = []
    for name in [name for name in order if name in there] or sorted(there):
        part = experiment[experiment[group] == name]
        effect = difference_in_means(part[outcome], part[treated])
        rows.append((name, len(part), effect.estimate, effect.standard_error))
    return pd.DataFrame(rows, columns=["group", "n", "estimate", "standard_error"])


def between_groups(estimates: ArrayLike, standard_errors: ArrayLike) -> float:
    """Return the REML estimate of how far the true effects lie apart.

    Parameters
    ----------
    estimates, standard_errors : array_like, shape (k,)
        Separate estimates, at least two, and their standard errors, above 0.

    Returns
    -------
    float
        The standard deviation τ of the true effects; 0 where chance alone explains the spread.

    References
    ----------
    Raudenbush (2009), in Cooper, Hedges & Valentine (eds), *The Handbook of Research Synthesis*.

    Examples
    --------
    >>> round(between_groups([10, 0, 20, 30], [1, 1, 1, 1]), 2)
    12.87
    """
    y, variance = _given(estimates, standard_errors)

    def score(between: float) -> float:
        weight = 1 / (variance + between)
        centre = weight @ y / weight.sum()
        inner = weight.sum() - (weight**2).sum() / weight.sum()
        return float(((weight * (y - centre)) ** 2).sum() - inner)

    if score(0.0) <= 0:
        return 0.0
    top = float(np.square(np.ptp(y)) + variance.max())
    while score(top) > 0:
        top *= 4
    return float(np.sqrt(optimize.brentq(score, 0.0, top, xtol=1e-12, rtol=1e-12)))


def shrunk(estimates: ArrayLike, standard_errors: ArrayLike, between: float) -> Floats:
    """Return each effect drawn towards the common mean, for a given spread of true effects.

    The best linear unbiased predictor μ̂ + τ²/(τ² + s²)·(y − μ̂): the less a group tells, the more
    it borrows.

    Parameters
    ----------
    estimates, standard_errors : array_like, shape (k,)
        Separate estimates and their standard errors.
    between : float
        τ, at least 0.

    References
    ----------
    Efron & Morris (1975), *JASA* 70:311–319; Robinson (1991), *Statistical Science* 6:15–32.

    Examples
    --------
    >>> shrunk([0, 10], [2, 2], between=2).round(2)
    array([2.5, 7.5])
    """
    y, variance = _given(estimates, standard_errors)
    checks.between("between", between, 0)
    weight = 1 / (variance + between**2)
    centre = weight @ y / weight.sum()
    return np.asarray(centre + between**2 * weight * (y - centre))


def partially_pooled(groups: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Estimate the effect in each group three ways.

    Partial pooling averages over every spread τ of true effects, in proportion to how well it
    explains the estimates (flat prior on τ and on the mean), so that the intervals know that τ is
    not known. Three groups are the least that make this proper.

    Parameters
    ----------
    groups : DataFrame
        group, estimate, standard_error: from `effects_by_group`.
    level : float
        Coverage asked for, in (0, 1).

    Returns
    -------
    DataFrame
        group, method ("separate", "pooled", "partially pooled"), estimate, low, high; three rows a
        group.

    References
    ----------
    Rubin (1981), *J. Educational Statistics* 6:377–401; Gelman (2006), *Bayesian Analysis*
    1:515–534.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": list("abc"), "estimate": [2.0, 5, 8],
    ...     "standard_error": [3.0, 3, 3]})
    >>> table = partially_pooled(groups)
    >>> table[table["method"] == "partially pooled"]["estimate"].round(1).tolist()
    [3.1, 5.0, 6.9]
    """
    checks.between("level", level, 1e-6, 1 - 1e-6)
    y, variance = _given(groups["estimate"], groups["standard_error"])
    if len(y) < 3:
        raise checks.invalid_argument("groups", f"a table of {len(y)} rows", "of 3 rows at least")
    z = stats.norm.ppf((1 + level) / 2)
    weight = 1 / variance
    centre, error = weight @ y / weight.sum(), np.sqrt(1 / weight.sum())
    estimate, low, high = _posterior(y, variance, level)
    ways = (
        ("separate", y, y - z * np.sqrt(variance), y + z * np.sqrt(variance)),
        ("pooled", centre, centre - z * error, centre + z * error),
        ("partially pooled", estimate, low, high),
    )
    frames = [
        pd.DataFrame(
            {"group": list(groups["group"]), "method": way, "estimate": e, "low": a, "high": b}
        )
        for way, e, a, b in ways
    ]
    return pd.concat(frames, ignore_index=True)


def _posterior(y: Floats, variance: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Return means and quantiles of a normal mixture over τ, each of shape (k,)."""
    # Denser near 0; beyond a hundred times the spread of the estimates nothing is likely.
    top = 100 * max(float(np.ptp(y)), float(np.sqrt(variance.max())))
    steps = (np.arange(_GRID) + 0.5) / _GRID
    between = top * steps**4
    width = 4 * top * steps**3
    weight = 1 / (variance + between[:, None] ** 2)
    total = weight.sum(axis=1)
    centre = (weight @ y) / total
    fit = 0.5 * (np.log(weight).sum(axis=1) - np.log(total))
    fit -= 0.5 * (weight * np.square(y - centre[:, None])).sum(axis=1)
    share = width * np.exp(fit - fit.max())
    share /= share.sum()
    keep = between[:, None] ** 2 * weight  # what a group keeps of its own estimate
    mean = keep * y + (1 - keep) * centre[:, None]
    spread = np.sqrt(keep * variance + np.square(1 - keep) / total[:, None])
    tails = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
    low = np.broadcast_to((mean - 12 * spread).min(axis=0), (2, len(y))).copy()
    high = np.broadcast_to((mean + 12 * spread).max(axis=0), (2, len(y))).copy()
    for _ in range(60):  # all quantiles at once, by halving
        middle = (low + high) / 2
        below = share @ ndtr((middle[:, None, :] - mean) / spread)
        high, low = np.where(below >= tails, middle, high), np.where(below >= tails, low, middle)
    return share @ mean, high[0], high[1]


def _given(estimates: ArrayLike, standard_errors: ArrayLike) -> tuple[Floats, Floats]:
    y = checks.vector("estimates", estimates)
    error = checks.vector("standard_errors", standard_errors, length=len(y))
    if len(y) < 2:
        raise checks.invalid_argument("estimates", y.tolist(), "at least two numbers")
    for number in error:
        checks.between("standard_errors", float(number), 1e-12)
    return y, np.square(error)
