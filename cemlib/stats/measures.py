"""Measures that boards follow: net promoter score, top boxes, effort and means, with intervals.

Every measure is the mean of a score that each answer gets, so that groups, weights and clusters are
treated alike. What differs is the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.proportions import wilson_interval
from cemlib.stats.small_groups import withheld
from cemlib.stats.weighting import effective_size

KINDS = ("NPS", "top two boxes", "top box", "mean")
_ADDED = np.array([0.75, 1.5, 0.75])  # detractors, passives, promoters: Rocks (2016)
_AT_END = 0.5  # answers added at each end of a scale
_POWER = 0.8


@dataclass(frozen=True)
class Measure:
    """A measure with its interval.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    estimate, low, high : float
        NPS from −100 to 100, shares in per cent, means in points of the scale.
    answers : int
        Answers behind it.
    effective : float
        How many equally weighted, independent answers would tell as much.
    deviation : float
        Standard deviation of the score of an answer, with the answers that the interval adds: where
        all answer alike, others may not.
    """

    kind: str
    estimate: float
    low: float
    high: float
    answers: int
    effective: float
    deviation: float

    @property
    def detectable(self) -> float:
        """Smallest difference from another group of the same size shown with 80% probability.

        (z₀.₉₇₅ + z₀.₈)·s·√(2/n).
        """
        return detectable_difference(self.deviation, self.effective)


def detectable_difference(deviation: float, answers: float, level: float = 0.95) -> float:
    """Return the smallest difference of two means that two groups show with 80% probability.

    Parameters
    ----------
    deviation : float
        Standard deviation of an answer's score.
    answers : float
        Effective answers of each group.
    level : float
        Level of the interval that has to exclude 0.

    Examples
    --------
    >>> round(detectable_difference(80, 400), 1)
    15.8
    """
    return float((ndtri((1 + level) / 2) + ndtri(_POWER)) * deviation * np.sqrt(2 / answers))


def scores(kind: str, answers: ArrayLike, scale: tuple[float, float] = (0, 10)) -> Floats:
    """Return the score of each answer, whose mean is the measure; missing answers stay missing.

    NPS: 100 for 9 and 10, −100 for 0 to 6, on a scale of 0–10 and on no other. Top boxes: 100 for
    the highest answer, or the two highest.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    answers : array_like, shape (n,)
        Answers on the scale; NaN where one is missing.
    scale : (float, float)
        Lowest and highest answer.

    Raises
    ------
    ValueError
        If the kind is unknown, an answer lies outside the scale, or the scale is not 0–10 for NPS.

    References
    ----------
    Reichheld (2003), *Harvard Business Review* 81(12):46–54.

    Examples
    --------
    >>> scores("NPS", [10, 9, 8, 6, 0]).tolist()
    [100.0, 100.0, 0.0, -100.0, -100.0]
    >>> scores("top two boxes", [5, 4, 3], (1, 5)).tolist()
    [100.0, 100.0, 0.0]
    """
    checks.one_of("kind", kind, KINDS)
    values = np.asarray(answers, dtype=float)
    known = ~np.isnan(values)
    low, high = scale
    if ((values[known] < low) | (values[known] > high)).any():
        raise checks.invalid_argument("answers", values, f"between {low:g} and {high:g}")
    if kind == "NPS":
        if scale != (0, 10):
            wanted = "(0, 10): a net promoter score has no meaning on another scale"
            raise checks.invalid_argument("scale", scale, wanted)
        values = np.where(values >= 9, 100.0, np.where(values <= 6, -100.0, 0.0))
    elif kind != "mean":
        lowest = high - 1 if kind == "top two boxes" else high
        values = np.where(values >= lowest, 100.0, 0.0)
    return np.where(known, values, np.nan)


def measure(
    kind: str,
    answers: ArrayLike,
    scale: tuple[float, float] = (0, 10),
    *,
    weights: ArrayLike | None = None,
    clusters: Sequence[object] | None = None,
    level: float = 0.95,
) -> Measure:
    r"""Estimate a measure, with an interval that holds for small groups and skewed answers.

    Shares have Wilson's interval. The NPS adds three answers, ¾ a promoter, ¾ a detractor and 1½
    passive, before :math:`\pm z\sqrt{(p_+ + p_- - (p_+ - p_-)^2)/n}`. Means have Student's, with
    half an answer added at each end of the scale: where nearly all answer alike, a sample may hold
    none of the few that pull the mean. With weights or clusters n is the effective number of
    answers, s²/V with V the variance of the weighted mean between clusters, at most the number of
    answers, and z is the quantile of t.

    Parameters
    ----------
    kind, answers, scale
        As for `scores`.
    weights : array_like, shape (n,), optional
        Survey weight of each answer.
    clusters : sequence, length n, optional
        To whom each answer belongs.
    level : float
        Coverage, inside 0 to 1.

    Returns
    -------
    Measure
        Missing (NaN) where there is no answer.

    Raises
    ------
    ValueError
        As `scores`.

    References
    ----------
    Rocks (2016), *The American Statistician* 70:365–372; Wilson (1927), *J. American Statistical
    Association* 22:209–212; Korn & Graubard (1998), *Survey Methodology* 24:193–201.

    Examples
    --------
    >>> result = measure("NPS", [10] * 12 + [8] * 5 + [3] * 3)
    >>> round(result.estimate, 1), round(result.low, 1), round(result.high, 1)
    (45.0, 8.4, 69.8)
    """
    values = scores(kind, answers, scale)
    known = ~np.isnan(values)
    values = values[known]
    count = len(values)
    if not count:
        return Measure(kind, np.nan, np.nan, np.nan, 0, 0.0, np.nan)
    weight = np.ones(count) if weights is None else np.asarray(weights, dtype=float)[known]
    weight = weight / weight.sum()
    estimate = float(values.mean() if weights is None else weight @ values)
    variance = float(weight @ np.square(values - estimate))
    numbers = None if clusters is None else np.asarray(clusters, dtype=object)[known]
    effective, degrees = _effective(values - estimate, weight, variance, numbers)
    plain = weights is None and clusters is None
    tail = (1 + level) / 2
    z = float(ndtri(tail)) if plain and kind != "mean" else float(stdtrit(max(degrees, 1), tail))
    if kind == "mean":
        low, high, deviation = _mean_interval(values, weight, effective, z, scale)
    elif kind == "NPS":
        low, high, deviation = _nps_interval(values, weight, effective, z)
    else:
        bounds = wilson_interval(estimate / 100 * effective, effective, quantile=z)
        low, high = (100 * float(bound) for bound in bounds)
        share = (estimate / 100 * effective + z**2 / 2) / (effective + z**2)
        deviation = 100 * float(np.sqrt(share * (1 - share)))
    return Measure(kind, estimate, float(low), float(high), count, effective, deviation)


def measure_by(
    kind: str,
    answers: pd.Series,
    groups: pd.Series,
    scale: tuple[float, float] = (0, 10),
    *,
    weights: ArrayLike | None = None,
    clusters: Sequence[object] | None = None,
    min_cell: int = 1,
) -> pd.DataFrame:
    """Estimate a measure in each group that may be shown.

    Groups of fewer answers than `min_cell` are left out, and with them what would tell their
    figures; see `cemlib.stats.small_groups.withheld`.

    Parameters
    ----------
    kind, answers, scale, weights, clusters
        As for `measure`.
    groups : Series
        Group of each answer; answers without one are left out.
    min_cell : int
        Smallest number of answers of a group that is shown: at least 5, or 1 to show all groups.

    Returns
    -------
    DataFrame
        One row per group, sorted: ``group``, ``estimate``, ``low``, ``high``, ``answers``,
        ``detectable``.

    Examples
    --------
    >>> table = measure_by("top box", pd.Series([5.0, 4, 5, 5]), pd.Series(list("aabb")), (1, 5))
    >>> table[["group", "estimate", "answers"]].values.tolist()
    [['a', 50.0, 2], ['b', 100.0, 2]]
    """
    array = None if weights is None else np.asarray(weights, dtype=float)
    owners = None if clusters is None else np.asarray(clusters, dtype=object)
    rows = []
    counts = groups[answers.notna().to_numpy()].value_counts().to_dict()
    hidden = withheld(counts, min_cell) if min_cell > 1 else []
    for group in sorted(set(counts) - set(hidden)):
        at = (groups == group).to_numpy() & answers.notna().to_numpy()
        found = measure(
            kind, answers[at], scale,
            weights=None if array is None else array[at],
            clusters=None if owners is None else list(owners[at]),
        )  # fmt: skip
        bounds = (found.estimate, found.low, found.high, found.answers, found.detectable)
        rows.append((group, *bounds))
    columns = ["group", "estimate", "low", "high", "answers", "detectable"]
    return pd.DataFrame(rows, columns=columns)


def _effective(
    errors: Floats, weight: Floats, variance: float, clusters: np.ndarray | None
) -> tuple[float, float]:
    """Return the effective number of answers and the degrees of freedom of their mean."""
    count = len(errors)
    if clusters is None:
        effective = effective_size(weight)
        return effective, effective - 1
    numbers = pd.factorize(clusters)[0]
    groups = int(numbers.max()) + 1
    if groups < 2 or variance == 0:
        return float(min(groups, count)), float(max(groups - 1, 1))
    sums = np.bincount(numbers, weights=weight * errors)
    between = groups / (groups - 1) * float(np.square(sums).sum())
    effective = min(variance / between, float(count)) if between > 0 else float(count)
    return effective, float(groups - 1)


def _mean_interval(
    values: Floats, weight: Floats, effective: float, z: float, scale: tuple[float, float]
) -> tuple[float, float, float]:
    """Return the bounds of a mean, and the standard deviation with the answers added."""
    size = effective + 2 * _AT_END
    moments = [
        (weight @ values**power * effective + _AT_END * (scale[0] ** power + scale[1] ** power))
        / size
        for power in (1, 2)
    ]
    deviation = np.sqrt((moments[1] - moments[0] ** 2) * size / max(size - 1, _AT_END))
    margin = z * deviation / np.sqrt(size)
    low, high = float(moments[0] - margin), float(moments[0] + margin)
    return max(low, scale[0]), min(high, scale[1]), float(deviation)


def _nps_interval(
    values: Floats, weight: Floats, effective: float, z: float
) -> tuple[float, float, float]:
    """Return the bounds of a net promoter score, and the standard deviation of an answer."""
    shares = np.array([weight[values == score].sum() for score in (-100, 0, 100)])
    added = shares * effective + _ADDED
    size = added.sum()
    detractors, _, promoters = added / size
    centre = promoters - detractors
    deviation = np.sqrt(promoters + detractors - centre**2)
    margin = z * deviation / np.sqrt(size)
    low, high = max(centre - margin, -1.0), min(centre + margin, 1.0)
    return 100 * low, 100 * high, 100 * float(deviation)
