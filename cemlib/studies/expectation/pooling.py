"""The effect in several groups: separate, pooled and partially pooled estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
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
    """Estimate the effect in each group separately.

    Parameters
    ----------
    experiment : DataFrame
        The group, the outcome and the treatment (0 or 1).
    group : str
        The column with the group of each row: ``"level"``.
    outcome, treated : str
        Column names.
    order : sequence of str, optional
        Order of the groups; sorted if not given. Groups without rows are left out.

    Returns
    -------
    DataFrame
        A row per group: group, n, estimate, standard_error.

    Raises
    ------
    ValueError
        If a group has fewer than two rows with or without treatment.

    Examples
    --------
    >>> frame = pd.DataFrame({"level": ["a"] * 4 + ["b"] * 4, "effort": [0, 0, 1, 1] * 2,
    ...     "satisfaction": [1.0, 2, 4, 5, 1, 2, 2, 3]})
    >>> effects_by_group(frame, "level")["estimate"].tolist()
    [3.0, 1.0]
    """
    present = set(experiment[group].dropna())
    rows = []
    for name in [name for name in order if name in present] or sorted(present):
        part = experiment[experiment[group] == name]
        effect = difference_in_means(part[outcome], part[treated])
        rows.append((name, len(part), effect.estimate, effect.standard_error))
    return pd.DataFrame(rows, columns=["group", "n", "estimate", "standard_error"])


def partially_pooled(groups: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Estimate the effect in each group three ways.

    Partial pooling is the posterior of a hierarchical normal model with flat priors on the mean and
    on the standard deviation τ of the true effects, so the intervals reflect that τ is unknown. The
    posterior is proper with three groups or more.

    Parameters
    ----------
    groups : DataFrame
        group, estimate, standard_error: from `effects_by_group`.
    level : float
        Coverage of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        group, method ("separate", "pooled", "partially pooled"), estimate, low, high; three
        rows per group.

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
    y, variance = _estimates(groups)
    z = stats.norm.ppf((1 + level) / 2)
    weight = 1 / variance
    centre, error = weight @ y / weight.sum(), np.sqrt(1 / weight.sum())
    estimate, low, high = _posterior(y, variance, level)
    methods = (
        ("separate", y, y - z * np.sqrt(variance), y + z * np.sqrt(variance)),
        ("pooled", centre, centre - z * error, centre + z * error),
        ("partially pooled", estimate, low, high),
    )
    frames = [
        pd.DataFrame(
            {"group": list(groups["group"]), "method": method, "estimate": e, "low": a, "high": b}
        )
        for method, e, a, b in methods
    ]
    return pd.concat(frames, ignore_index=True)


def pooled_draws(groups: pd.DataFrame, draws: int, rng: np.random.Generator) -> Floats:
    """Draw the effects of all groups jointly from the posterior of `partially_pooled`.

    Parameters
    ----------
    groups : DataFrame
        group, estimate, standard_error: from `effects_by_group`, at least 3 rows.
    draws : int
        Number of draws, B.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (B, k)
        Effects, in the order of the groups.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": list("abc"), "estimate": [2.0, 5, 8],
    ...     "standard_error": [3.0, 3, 3]})
    >>> drawn = pooled_draws(groups, 20_000, np.random.default_rng(1))
    >>> bool(np.allclose(drawn.mean(axis=0), [3.1, 5.0, 6.9], atol=0.2))
    True
    """
    y, variance = _estimates(groups)
    share, keep, centre, total = _mixture(y, variance)
    at = rng.choice(len(share), size=draws, p=share)
    mean = centre[at] + rng.standard_normal(draws) / np.sqrt(total[at])
    own = np.sqrt(keep[at] * variance) * rng.standard_normal((draws, len(y)))
    return np.asarray(keep[at] * y + (1 - keep[at]) * mean[:, None] + own)


def _estimates(groups: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return estimates and their variances, which must be known for three groups or more."""
    y = checks.vector("estimate", groups["estimate"])
    if len(y) < 3:
        raise checks.invalid_argument("groups", f"a table of {len(y)} rows", "at least 3 rows")
    for error in groups["standard_error"]:
        checks.between("standard_error", float(error), 1e-12)
    return y, np.square(groups["standard_error"].to_numpy(dtype=float))


def _mixture(y: Floats, variance: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the posterior over a grid of τ: share of each, and given it the mean of all groups.

    Also the weight of each group's own estimate, shape (grid, k), and the precision of the mean.
    """
    # The grid is denser near 0 and ends where the posterior of τ is negligible.
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
    return share / share.sum(), between[:, None] ** 2 * weight, centre, total


def _posterior(y: Floats, variance: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    """Return posterior means and quantiles, shape (k,): a normal mixture over a grid of τ."""
    share, keep, centre, total = _mixture(y, variance)
    mean = keep * y + (1 - keep) * centre[:, None]
    sd = np.sqrt(keep * variance + np.square(1 - keep) / total[:, None])
    tails = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
    low = np.broadcast_to((mean - 12 * sd).min(axis=0), (2, len(y))).copy()
    high = np.broadcast_to((mean + 12 * sd).max(axis=0), (2, len(y))).copy()
    for _ in range(60):  # bisection, all quantiles at once
        middle = (low + high) / 2
        below = share @ ndtr((middle[:, None, :] - mean) / sd)
        high, low = np.where(below >= tails, middle, high), np.where(below >= tails, low, middle)
    return share @ mean, high[0], high[1]
