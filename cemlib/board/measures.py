"""What boards follow: net promoter score, satisfied customers and effort, by group and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.changes import difference, natural_limits, shared_correlation
from cemlib.stats.estimates import Floats
from cemlib.stats.measures import Measure, measure, measure_by

QUESTIONS = ("recommend", "satisfied", "effort")
GROUPS = ("segment", "channel", "touchpoint")
Scale = tuple[float, float]
KINDS = {"recommend": "NPS", "satisfied": "top two boxes", "effort": "top two boxes"}
_FEWEST_MONTHS = 8


@dataclass(frozen=True)
class Ratings:
    """Answers to questions that boards follow, with their scales.

    Attributes
    ----------
    answers : DataFrame
        One row per answer: those of `QUESTIONS` that were asked, as floats with NaN where an
        answer is missing; those of `GROUPS`, ``respondent``, ``month`` and ``comment`` that there
        are, as text.
    scales : dict of str to (float, float)
        Question → lowest and highest answer.
    notes : tuple of str
        How the file was read, in sentences.
    weights : ndarray, optional
        Weight of each answer, where the data declare them.
    """

    answers: pd.DataFrame
    scales: dict[str, Scale]
    notes: tuple[str, ...] = ()
    weights: Floats | None = None

    @property
    def customers(self) -> list[object] | None:
        """Whose each answer is; an answer of nobody known is one of its own. None if not asked."""
        if "respondent" not in self.answers:
            return None
        unknown = pd.Series([f"row {row}" for row in self.answers.index], self.answers.index)
        return list(self.answers["respondent"].fillna(unknown))


@dataclass(frozen=True)
class Board:
    """The measures of a set of ratings.

    Attributes
    ----------
    measures : dict of str to Measure
        Question → its measure over all answers: the net promoter score of ``recommend``, the share
        of the two highest answers of the others.
    means : dict of str to Measure
        Question → mean answer.
    groups : DataFrame
        ``question``, ``by`` (segment, channel, touchpoint), the columns of
        `cemlib.stats.measures.measure_by`, and ``gap``, ``gap_low``, ``gap_high``: how much higher
        the group is than all other answers.
    months : DataFrame
        The same by month, in order; empty where no months are recorded.
    limits : dict of str to (float, float, float)
        Question → centre and limits of its months, where there are at least eight.
    changes : dict of str to (float, float, float)
        Question → change from the first to the last half of the months, with its interval.
    scales : dict of str to (float, float)
        Question → lowest and highest answer.
    """

    measures: Mapping[str, Measure]
    means: Mapping[str, Measure]
    groups: pd.DataFrame
    months: pd.DataFrame
    limits: Mapping[str, tuple[float, float, float]]
    changes: Mapping[str, tuple[float, float, float]]
    scales: Mapping[str, Scale]

    @property
    def first(self) -> str:
        """The question that comes first: recommendation, if it was asked."""
        return next(iter(self.measures))

    @property
    def relative_width(self) -> float:
        """Width of the first measure's interval relative to that of its mean answer.

        Each as a part of its own range: 200 points of the score, 100 of a share, the scale of the
        answers. Missing where the mean has no width.
        """
        every, mean = self.measures[self.first], self.means[self.first]
        whole, (low, high) = (200 if self.first == "recommend" else 100), self.scales[self.first]
        if mean.high <= mean.low:
            return np.nan
        return (every.high - every.low) / whole / ((mean.high - mean.low) / (high - low))

    def outside(self, question: str) -> list[str]:
        """Return the months outside the limits of a question."""
        if question not in self.limits:
            return []
        _, low, high = self.limits[question]
        own = self.months[self.months["question"] == question]
        return list(own.loc[(own["estimate"] < low) | (own["estimate"] > high), "group"])


def board_measures(ratings: Ratings, min_cell: int = 30) -> Board:
    """Estimate the measures that a board follows, for all answers, by group and by month.

    Parameters
    ----------
    ratings : Ratings
        Answers to one or more of `QUESTIONS`.
    min_cell : int
        Smallest number of answers of a group or month that is shown, at least 5.

    Raises
    ------
    ValueError
        If `min_cell` is below 5.

    Examples
    --------
    >>> answers = pd.DataFrame({"recommend": [10.0, 9, 7, 3]})
    >>> board = board_measures(Ratings(answers, {"recommend": (0, 10)}))
    >>> board.first, board.measures["recommend"].estimate
    ('recommend', 25.0)
    """
    checks.min_cell(min_cell)
    frame, who, weights = ratings.answers, ratings.customers, ratings.weights
    measures, means, limits, changes = {}, {}, {}, {}
    groups: list[pd.DataFrame] = []
    months: list[pd.DataFrame] = []
    for question, scale in ratings.scales.items():
        answers, kind = frame[question], KINDS[question]
        measures[question] = measure(kind, answers, scale, weights=weights, clusters=who)
        means[question] = measure("mean", answers, scale, weights=weights, clusters=who)
        for by in (*GROUPS, "month"):
            if by not in frame or frame[by].nunique() < 2:
                continue
            table = measure_by(
                kind, answers, frame[by], scale, weights=weights, clusters=who, min_cell=min_cell
            )
            table.insert(0, "question", question)
            table.insert(1, "by", by)
            if by != "month":
                inside = [(frame[by] == group).to_numpy() for group in table["group"]]
                gaps = [_gap_to_others(kind, answers, scale, at, ratings) for at in inside]
                table[["gap", "gap_low", "gap_high"]] = np.reshape(gaps, (len(gaps), 3))
            (months if by == "month" else groups).append(table)
            if by == "month" and len(table) >= _FEWEST_MONTHS:
                limits[question] = natural_limits(table["estimate"])
                later = frame["month"].isin(table["group"][len(table) // 2 :]).to_numpy()
                changes[question] = _gap_to_others(kind, answers, scale, later, ratings)
    columns = ["question", "by", "group", "estimate", "low", "high", "answers", "detectable"]
    columns += ["gap", "gap_low", "gap_high"]
    empty = pd.DataFrame(columns=columns)
    return Board(
        measures,
        means,
        pd.concat(groups, ignore_index=True) if groups else empty,
        pd.concat(months, ignore_index=True) if months else empty,
        limits,
        changes,
        ratings.scales,
    )


def _gap_to_others(
    kind: str, answers: pd.Series, scale: Scale, marked: np.ndarray, ratings: Ratings
) -> tuple[float, float, float]:
    """Return how much higher the marked answers are than the others; customers may be in both."""
    who, weights = ratings.customers, ratings.weights
    first, second = (
        measure(
            kind, answers[at], scale,
            weights=None if weights is None else weights[at],
            clusters=None if who is None else [who[row] for row in np.flatnonzero(at)],
        )
        for at in (~marked, marked)
    )  # fmt: skip
    if who is None:
        return difference(first, second)
    return difference(
        first, second, shared_correlation(kind, answers, marked, who, scale, weights)
    )  # fmt: skip


def same_score(detractors: float, size: int) -> tuple[Floats, Measure, Measure]:
    """Return answers with a net promoter score of 0, that score, and the mean answer.

    As many promoters as detractors, the others passive: half of the promoters answer 9, half 10;
    detractors answer 3 to 6.

    Parameters
    ----------
    detractors : float
        Share from 0 to 0.5.
    size : int
        Number of answers.

    Returns
    -------
    counts : ndarray, shape (11,)
        How many give each answer from 0 to 10.
    score, mean : Measure
        Both measures.

    Examples
    --------
    >>> _, score, mean = same_score(0.5, 96)
    >>> score.estimate, mean.estimate
    (0.0, 7.0)
    """
    each = round(detractors * size / 4)
    passive = size - 8 * each
    counts = {3: each, 4: each, 5: each, 6: each, 7: passive // 2, 8: passive - passive // 2}
    counts |= {9: 2 * each, 10: 2 * each}
    answers = np.repeat(list(counts), list(counts.values())).astype(float)
    points = np.bincount(answers.astype(int), minlength=11).astype(float)
    return points, measure("NPS", answers), measure("mean", answers)
