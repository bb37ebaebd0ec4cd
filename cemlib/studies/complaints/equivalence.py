"""Different, equivalent or inconclusive: difference and equivalence tests of paired means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks

VERDICTS = ("higher", "lower", "equivalent", "inconclusive")
JUDGEMENTS = {
    "satisfaction": ("satisfaction_before", "satisfaction_after"),
    "intent to stay": ("return_before", "return_intent"),
}


@dataclass(frozen=True)
class Equivalence:
    """A difference of two means, tested for difference and for equivalence.

    Attributes
    ----------
    estimate, standard_error, degrees : float
        Mean of the second minus that of the first, its standard error, degrees of freedom.
    margin : float
        Differences smaller than this do not matter.
    """

    estimate: float
    standard_error: float
    degrees: float
    margin: float

    @property
    def p_difference(self) -> float:
        """Two-sided p-value of no difference."""
        return float(2 * stats.t.sf(abs(self.estimate) / self.standard_error, self.degrees))

    @property
    def p_equivalence(self) -> float:
        """P-value of a difference of at least the margin: the larger of two one-sided tests."""
        above = stats.t.sf((self.estimate + self.margin) / self.standard_error, self.degrees)
        below = stats.t.cdf((self.estimate - self.margin) / self.standard_error, self.degrees)
        return float(max(above, below))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the t interval; at 90% it lies within the margin if and only if equivalent."""
        margin_of_error = stats.t.ppf((1 + level) / 2, self.degrees) * self.standard_error
        return float(self.estimate - margin_of_error), float(self.estimate + margin_of_error)

    def verdict(self, alpha: float = 0.05) -> str:
        """Return one of `VERDICTS`; a significant difference within the margin is "equivalent"."""
        if self.p_equivalence < alpha:
            return "equivalent"
        if self.p_difference < alpha:
            return "higher" if self.estimate > 0 else "lower"
        return "inconclusive"


def compare_paired(before: ArrayLike, after: ArrayLike, margin: float) -> Equivalence:
    """Compare the same customers before a failure and after its recovery.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        Pairs with a missing value are left out.
    margin : float
        Smallest difference that matters, above 0, in the units of the values.

    Returns
    -------
    Equivalence
        With n − 1 degrees of freedom.

    Raises
    ------
    ValueError
        If the margin is not above 0, lengths differ, or fewer than three pairs vary.

    References
    ----------
    Schuirmann (1987), *J. Pharmacokinetics and Biopharmaceutics* 15:657–680.

    Examples
    --------
    >>> compare_paired([7, 6, 8, 7], [8, 8, 9, 8], margin=0.5).verdict()
    'higher'
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"before has shape {first.shape}, but after {second.shape}")
    gaps = (second - first)[~np.isnan(second - first)]
    if len(gaps) < 3 or gaps.std() == 0:
        raise ValueError(
            "before and after must hold at least three pairs, with unequal differences"
        )
    checks.between("margin", margin, 1e-12)
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    return Equivalence(float(gaps.mean()), float(error), len(gaps) - 1, float(margin))


def compare_recovered(
    log: pd.DataFrame,
    margin: float,
    recovered_from: float = 6.0,
) -> dict[str, Equivalence]:
    """Compare customers who rate the handling highly with themselves before the failure.

    Parameters
    ----------
    log : DataFrame
        Answered complaints: ``handling``, and columns of `JUDGEMENTS`.
    margin : float
        Smallest difference that matters, scale points.
    recovered_from : float
        Lowest satisfaction with the handling that counts as a good recovery.

    Returns
    -------
    dict of str to Equivalence
        One for each judgement that the log has before and after, for at least three customers who
        do not all change alike.

    Examples
    --------
    >>> log = pd.DataFrame({"handling": [6, 7, 7, 2], "return_before": [5, 6, 5, 7]})
    >>> list(compare_recovered(log.assign(return_intent=[6, 6, 7, 1]), 0.3))
    ['intent to stay']
    """
    rows = log[log["handling"] >= recovered_from]
    both = {
        name: (rows[before], rows[after])
        for name, (before, after) in JUDGEMENTS.items()
        if before in log and after in log
    }
    return {
        name: compare_paired(before, after, margin)
        for name, (before, after) in both.items()
        if (after - before).count() > 2 and (after - before).nunique() > 1
    }
