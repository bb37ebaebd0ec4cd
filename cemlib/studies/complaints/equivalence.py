"""Different, alike, or not known: difference and equivalence tests of two means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats

VERDICTS = ("higher", "lower", "alike", "not known")


@dataclass(frozen=True)
class Equivalence:
    """Two means compared, both ways.

    Attributes
    ----------
    estimate, standard_error, degrees : float
        Mean of the second less that of the first.
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
        """P-value of a difference of the margin or more: the larger of two one-sided tests."""
        above = stats.t.sf((self.estimate + self.margin) / self.standard_error, self.degrees)
        below = stats.t.cdf((self.estimate - self.margin) / self.standard_error, self.degrees)
        return float(max(above, below))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the ends of the t interval; at 90 % it lies within the margin where alike."""
        reach = stats.t.ppf((1 + level) / 2, self.degrees) * self.standard_error
        return float(self.estimate - reach), float(self.estimate + reach)

    def verdict(self, alpha: float = 0.05) -> str:
        """Return one of `VERDICTS`; a difference that is sure but within the margin is "alike"."""
        if self.p_equivalence < alpha:
            return "alike"
        if self.p_difference < alpha:
            return "higher" if self.estimate > 0 else "lower"
        return "not known"


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
    first, second = _columns(before, after)
    gaps = (second - first)[~np.isnan(second - first)]
    if len(gaps) < 3 or gaps.std() == 0:
        raise ValueError("before and after must hold at least three pairs that do not differ alike")
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    return Equivalence(float(gaps.mean()), float(error), len(gaps) - 1, _margin(margin))


def compare_groups(others: ArrayLike, group: ArrayLike, margin: float) -> Equivalence:
    """Compare two groups of customers, not assuming that they spread alike.

    Parameters
    ----------
    others, group : array_like
        Values of each; missing ones are left out.
    margin : float
        As for `compare_paired`.

    Returns
    -------
    Equivalence
        Welch's standard error and degrees of freedom.

    References
    ----------
    Welch (1947), *Biometrika* 34:28–35.

    Examples
    --------
    >>> round(compare_groups([6, 7, 8, 7], [7, 9, 8, 8], 0.5).estimate, 6)
    1.0
    """
    samples = [np.asarray(values, dtype=float) for values in (others, group)]
    samples = [values[~np.isnan(values)] for values in samples]
    if min(map(len, samples)) < 2 or max(values.std() for values in samples) == 0:
        raise ValueError("both groups must hold at least two values, and one of them must vary")
    squares = [values.var(ddof=1) / len(values) for values in samples]
    total = sum(squares)
    degrees = total**2 / sum(
        square**2 / (len(values) - 1) for square, values in zip(squares, samples, strict=True)
    )
    difference = samples[1].mean() - samples[0].mean()
    return Equivalence(float(difference), float(np.sqrt(total)), float(degrees), _margin(margin))


def _columns(before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"before has shape {first.shape}, but after {second.shape}")
    return first, second


def _margin(margin: float) -> float:
    return float(checks.between("margin", margin, 1e-12))
