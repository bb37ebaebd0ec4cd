"""Different, equivalent or inconclusive: difference and equivalence tests of paired means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.clusters import cluster_numbers

QUICK_HOURS = 8.0
_DONE = ("apology", "explanation", "temporary_fix")
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


def compare_paired(
    before: ArrayLike,
    after: ArrayLike,
    margin: float,
    clusters: Sequence[object] | None = None,
) -> Equivalence:
    """Compare the same customers before a failure and after its recovery.

    Parameters
    ----------
    before, after : array_like, shape (n,)
        Pairs with a missing value are left out.
    margin : float
        Smallest difference that matters, above 0, in the units of the values.
    clusters : sequence of length n, optional
        The customer of each pair: the standard error is then robust to several of one customer.

    Returns
    -------
    Equivalence
        With one degree of freedom less than pairs, or clusters.

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
    known = ~np.isnan(second - first)
    gaps = (second - first)[known]
    if len(gaps) < 3 or gaps.std() == 0:
        raise ValueError(
            "before and after must hold at least three pairs, with unequal differences"
        )
    checks.between("margin", margin, 1e-12)
    influence = gaps - gaps.mean()
    if clusters is not None:
        numbers = cluster_numbers(np.asarray(clusters, dtype=object)[known], len(gaps))
        influence = np.bincount(numbers, weights=influence)
    groups = len(influence)
    error = np.sqrt(groups / (groups - 1) * np.square(influence).sum()) / len(gaps)
    return Equivalence(float(gaps.mean()), float(error), groups - 1, float(margin))


def good_recovery(log: pd.DataFrame, at_least: int = 3) -> pd.Series:
    """Return whether the company did much for a complaint, whatever the customer thought of it.

    Counted are an apology, an explanation, a temporary fix, compensation of at least half of the
    loss, and an answer within eight hours; all of them if the log records fewer than `at_least`.

    Parameters
    ----------
    log : DataFrame
        ``apology``, ``explanation``, ``temporary_fix`` (0 or 1), ``compensation`` and ``loss``
        (money), ``hours``, where they are known.
    at_least : int
        Number of these that make a good recovery, at least 1.

    Examples
    --------
    >>> log = pd.DataFrame({"apology": [1, 1], "explanation": [1, 0], "hours": [2.0, 2.0]})
    >>> good_recovery(log).tolist()
    [True, False]
    """
    checks.between("at_least", at_least, 1, whole=True)
    done = _done(log)
    return done.sum(axis=1) >= min(at_least, max(done.shape[1], 1))


def _done(log: pd.DataFrame) -> pd.DataFrame:
    parts = {name: log[name] > 0 for name in _DONE if name in log}
    if "compensation" in log and "loss" in log:
        parts["compensation"] = (log["loss"] > 0) & (log["compensation"] >= 0.5 * log["loss"])
    if "hours" in log:
        parts["quick"] = log["hours"] <= QUICK_HOURS
    return pd.DataFrame(parts, index=log.index)


def compare_recovered(
    log: pd.DataFrame, margin: float, at_least: int = 3
) -> dict[str, Equivalence]:
    """Compare customers who received a good recovery with themselves before the failure.

    A good recovery is what the company did, from `good_recovery`. Chosen by their rating of it,
    customers in a good mood would be compared with themselves in an ordinary one: their judgement
    would rise without any effect (`selection`).

    Parameters
    ----------
    log : DataFrame
        Answered complaints: what was done, columns of `JUDGEMENTS`, ``customer`` where known.
    margin : float
        Smallest difference that matters, scale points.
    at_least : int
        As for `good_recovery`.

    Returns
    -------
    dict of str to Equivalence
        One for each judgement that the log has before and after, for at least three customers who
        do not all change alike.

    Examples
    --------
    >>> log = pd.DataFrame({"apology": [1, 1, 1, 0], "return_before": [5, 6, 5, 7]})
    >>> list(compare_recovered(log.assign(return_intent=[6, 6, 7, 1]), 0.3))
    ['intent to stay']
    """
    rows, result = log[good_recovery(log, at_least)], {}
    for name, before, after in _asked(log):
        gap = (rows[after] - rows[before]).dropna()
        who = rows.loc[gap.index, "customer"] if "customer" in rows else None
        people = len(gap) if who is None else len(gap) - int(who.duplicated().sum())
        if people > 2 and gap.nunique() > 1:
            known = who.fillna(gap.index.to_series().astype(str)) if who is not None else None
            result[name] = compare_paired(
                rows.loc[gap.index, before], rows.loc[gap.index, after], margin, known
            )
    return result


@dataclass(frozen=True)
class Selection:
    """What choosing customers by their rating of the recovery does to a comparison.

    Attributes
    ----------
    rating : float
        Lowest satisfaction with the handling of those chosen.
    change : float
        Mean change of those chosen, scale points.
    alike : float
        Mean change of all customers with the same recorded answers, scale points.
    """

    rating: float
    change: float
    alike: float


def selection(log: pd.DataFrame, rating: float) -> dict[str, Selection]:
    """Return how far changes rise by choosing customers by their rating of the recovery.

    The expected change given what was done is a least-squares regression on the parts counted by
    `good_recovery`. What exceeds it among those who rate the handling highly cannot be due to
    these parts.

    Parameters
    ----------
    log : DataFrame
        As for `compare_recovered`, with ``handling``.
    rating : float
        Lowest satisfaction with the handling of those chosen.

    Examples
    --------
    >>> log = pd.DataFrame({"handling": [7, 7, 2, 2], "apology": 1, "satisfaction_before": 6})
    >>> selection(log.assign(satisfaction_after=[8, 7, 5, 4]), 6)["satisfaction"]
    Selection(rating=6, change=1.5, alike=0.0)
    """
    result = {}
    for name, before, after in _asked(log):
        rows = log.dropna(subset=["handling", before, after])
        chosen = (rows["handling"] >= rating).to_numpy()
        if not chosen.any():
            continue
        change = (rows[after] - rows[before]).to_numpy(dtype=float)
        design = np.column_stack([np.ones(len(rows)), _done(rows).to_numpy(dtype=float)])
        expected = design @ np.linalg.lstsq(design, change)[0]
        means = (float(round(each[chosen].mean(), 9)) + 0.0 for each in (change, expected))
        result[name] = Selection(rating, *means)
    return result


def _asked(log: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [
        (name, before, after)
        for name, (before, after) in JUDGEMENTS.items()
        if before in log and after in log
    ]
