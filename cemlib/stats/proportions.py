"""Wilson's interval of a share: from counts, or from marks that may come in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import Floats, crossed_variance


def wilson_interval(
    successes: ArrayLike, trials: ArrayLike, level: float = 0.95, *, quantile: float | None = None
) -> tuple[Floats, Floats]:
    r"""Return Wilson's interval of shares.

    With z the normal quantile, p the share and n trials, the bounds are

    .. math:: \frac{p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}}{1 + z^2/n}.

    Parameters
    ----------
    successes, trials : array_like
        Counts; trials above 0, also an effective number that is no whole one.
    level : float
        Coverage, inside 0 to 1.
    quantile : float, optional
        z, where it is not that of the normal distribution.

    Returns
    -------
    low, high : ndarray
        Bounds, inside 0 to 1.

    References
    ----------
    Wilson (1927), *J. American Statistical Association* 22:209–212; Brown, Cai & DasGupta (2001),
    *Statistical Science* 16:101–133.

    Examples
    --------
    >>> low, high = wilson_interval(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    n = np.asarray(trials, dtype=float)
    p = np.asarray(successes, dtype=float) / n
    z = float(stats.norm.ppf((1 + level) / 2)) if quantile is None else quantile
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    margin = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(middle - margin, 0.0), np.minimum(middle + margin, 1.0)


@dataclass(frozen=True)
class Share:
    """A share with its Wilson interval.

    Attributes
    ----------
    estimate, low, high : float
        The share and the bounds of its interval.
    rows : int
        What it is a share of.
    effective : float
        How many independent rows would tell as much: fewer where rows of a cluster are alike.
    """

    estimate: float
    low: float
    high: float
    rows: int
    effective: float


def wilson(
    values: ArrayLike,
    clusters: Sequence[object] | None = None,
    level: float = 0.95,
    *,
    crossed: Sequence[object] | None = None,
) -> Share:
    """Estimate a share with Wilson's interval, for rows that may come in clusters.

    In clusters, n of `wilson_interval` becomes p(1 − p)/V with V the variance of p between
    clusters, never above the rows, and z the quantile of t with as many degrees of freedom as
    there are clusters less one.

    Parameters
    ----------
    values : array_like, shape (n,)
        Marks in [0, 1]; missing ones are left out.
    clusters : sequence, length n, optional
        To whom each row belongs, say the agent.
    level : float
        Coverage.
    crossed : sequence, length n, optional
        A second way in which rows belong together, say the question; with `clusters` only. V is
        then that of `cemlib.stats.clusters.crossed_variance`, if there is more than one.

    Returns
    -------
    Share
        The share.

    Raises
    ------
    ValueError
        If a value is outside 0 to 1, there is none, or there is one cluster only.

    References
    ----------
    Korn & Graubard (1998), *Survey Methodology* 24:193–201 (effective size).

    Examples
    --------
    >>> share = wilson([1, 1, 1, 0, 1, 1, 0, 1, 1, 1])
    >>> share.estimate, round(share.low, 4), round(share.high, 4)
    (0.8, 0.4902, 0.9433)
    """
    array = np.asarray(values, dtype=float)
    known = ~np.isnan(array)
    marks = array[known]
    if not len(marks) or marks.min() < 0 or marks.max() > 1:
        raise checks.invalid_argument("values", values, "at least one mark, each from 0 to 1")
    if not 0 < level < 1:
        raise checks.invalid_argument("level", level, "inside 0 to 1")
    p, n = float(marks.mean()), len(marks)
    effective, quantile = float(n), None
    if clusters is not None:
        numbers = pd.factorize(np.asarray(clusters, dtype=object)[known])[0]
        groups = int(numbers.max()) + 1
        if groups < 2 or (numbers < 0).any():
            raise checks.invalid_argument(
                "clusters", list(clusters)[:3], "at least two, none missing"
            )
        sums = np.bincount(numbers, weights=marks - p)
        variance = groups / (groups - 1) * float(np.square(sums).sum()) / n**2
        degrees = groups - 1
        other = [] if crossed is None else list(np.asarray(crossed, dtype=object)[known])
        if len(set(other)) > 1:
            variance, degrees = crossed_variance((marks - p) / n, list(numbers), other)
        if variance > 0:
            effective = min(p * (1 - p) / variance, float(n))
        quantile = float(stats.t.ppf((1 + level) / 2, degrees))
    low, high = wilson_interval(p * effective, effective, level, quantile=quantile)
    return Share(p, float(low), float(high), n, effective)
