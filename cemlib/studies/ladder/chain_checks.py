"""Whether the ladder is a Markov chain: the same over time, without memory, alike for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.studies.ladder.markov import count_moves


@dataclass(frozen=True)
class Homogeneity:
    """A χ² test of whether transition probabilities are the same in all periods."""

    statistic: float
    degrees: int
    p_value: float
    periods: int


def homogeneity(moved: pd.DataFrame, size: int, periods: int = 3) -> Homogeneity:
    """Test whether transition probabilities stay the same over time.

    Pearson's X² = Σₜ Σᵢⱼ nᵢₜ(pᵢⱼₜ − pᵢⱼ)²/pᵢⱼ over periods with about the same number of months,
    χ² with Σᵢ (periods with i − 1)(moves from i − 1) degrees of freedom.

    Parameters
    ----------
    moved : DataFrame
        From `moves`.
    size : int
        Number of states.
    periods : int
        Periods to compare, at least 2; fewer are used where there are fewer months.

    Returns
    -------
    Homogeneity
        Statistic, degrees of freedom and p-value; the p-value is NaN where nothing can be compared.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110.

    Examples
    --------
    >>> half = {"month": [1] * 4 + [2] * 4, "state": 0, "next": [0, 0, 0, 1] * 2}
    >>> homogeneity(pd.DataFrame(half), 2, 2)
    Homogeneity(statistic=0.0, degrees=1, p_value=1.0, periods=2)
    """
    checks.between("periods", periods, 2, whole=True)
    months = np.unique(moved["month"])
    available = min(periods, len(months))
    period = np.searchsorted(months, moved["month"]) * available // len(months)
    counts = np.stack(
        [count_moves(rows["state"], rows["next"], size) for _, rows in moved.groupby(period)]
    )
    total, row_sums = counts.sum(axis=0), counts.sum(axis=2, keepdims=True)
    pooled = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    expected = row_sums * pooled
    squared = np.square(counts - expected)
    ratio = np.divide(squared, expected, out=np.zeros_like(squared), where=expected > 0)
    statistic = float(ratio.sum())
    # A rung that was left in one period only, or in one way only, adds no degree of freedom.
    ways = np.maximum((total > 0).sum(axis=1) - 1, 0)
    degrees = int((np.maximum((row_sums[..., 0] > 0).sum(axis=0) - 1, 0) * ways).sum())
    p = float(stats.chi2.sf(statistic, degrees)) if degrees else np.nan
    return Homogeneity(statistic, degrees, p, available)
