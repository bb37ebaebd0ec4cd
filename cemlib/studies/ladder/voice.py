"""The voice of the customer: where it is heard, whose voice is missing, what matters most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib.board.measures import Ratings
from cemlib.data.outcome import parse_outcome
from cemlib.stats.clusters import clusters_of
from cemlib.stats.deviance import outcome_importance
from cemlib.stats.estimates import (
    Difference,
    Estimates,
    bootstrap_weights,
    significant,
    weighted_means,
)
from cemlib.stats.logit import SMALL_RIDGE, fit_logit
from cemlib.stats.regression import least_squares
from cemlib.studies.ladder.operator.voice_truth import MODES, RELATIONSHIP, STAGES, TOUCHPOINTS

SURVEY, EVENT = "company-driven", "event-driven"
MIN_GROUP = 10


def count_answers(
    feedback: pd.DataFrame,
    touchpoints: Sequence[str] = TOUCHPOINTS,
    modes: Sequence[str] = MODES,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count answers by touchpoint and mode of listening, and the response rate of each.

    Parameters
    ----------
    feedback : DataFrame
        One row per customer who was asked or spoke up: ``touchpoint``, ``mode``, ``rating``
        (missing where nobody answered), and a column per touchpoint with its rating in the
        company's survey.
    touchpoints, modes : sequence of str
        Rows, before other touchpoints and the relationship, and columns, in their order.
        Touchpoints that the feedback does not hold are left out, and so are the modes if none is
        recorded.

    Returns
    -------
    answers, response : DataFrame
        Counts, and rates from 0 to 1; a rate is missing where nobody was asked.

    Examples
    --------
    >>> rows = pd.DataFrame({"touchpoint": "relationship", "mode": SURVEY, "rating": [7, None],
    ...                      "bill": [5, None]})
    >>> count_answers(rows, ["bill"], [SURVEY])[1]
                  company-driven
    bill                     0.5
    relationship             0.5
    """
    columns = ["touchpoint", "mode", "rating"]
    named = set(feedback["touchpoint"])
    others = sorted(named - {*touchpoints, RELATIONSHIP})
    heard = [name for name in touchpoints if name in feedback]
    touchpoints = [name for name in touchpoints if name in named or name in heard]
    modes = [*modes] if set(feedback["mode"]) & set(modes) else sorted(set(feedback["mode"]))
    survey = feedback[feedback["mode"] == SURVEY]
    inside = [survey.assign(touchpoint=name, rating=survey[name])[columns] for name in heard]
    asked = pd.concat([feedback[columns], *inside], ignore_index=True)
    groups = asked.groupby(["touchpoint", "mode"])["rating"]
    index = [*touchpoints, *others, RELATIONSHIP]
    answers, total = (
        counts.unstack("mode")
        .reindex(index=index, columns=list(modes))
        .rename_axis(index=None, columns=None)
        for counts in (groups.count(), groups.size())
    )
    return answers.fillna(0).astype(int), answers / total


def response_weighted_mean(
    rating: ArrayLike, known: pd.DataFrame, weights: ArrayLike, minimum: float = 0.02
) -> Estimates:
    """Estimate the mean rating of everybody who was asked, from those who answered.

    Each answer is weighted by the inverse of its response probability, from a logistic regression
    on what is known of everybody. This is right if the response depends on that alone, not on the
    rating itself.

    Parameters
    ----------
    rating : array_like, shape (n,)
        Ratings; missing where nobody answered.
    known : DataFrame, shape (n, k)
        What is known of all who were asked: numbers, or text taken as categories.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`; the regression is fitted in each.
    minimum : float
        Smaller response probabilities are raised to this one.

    Returns
    -------
    Estimates
        ``raw``, ``weighted`` and ``difference``, weighted minus raw.

    Raises
    ------
    ValueError
        If all or none answered.

    References
    ----------
    Little & Rubin (2019), *Statistical Analysis with Missing Data*, ch. 3; Hájek (1971).

    Examples
    --------
    >>> rating = [9, 9, 9, 9, 3, None, None, None]
    >>> known = pd.DataFrame({"kind": list("aaaabbbb")})
    >>> response_weighted_mean(rating, known, np.ones((1, 8)), 0.1).values.round(1)
    array([ 7.8,  6. , -1.8])
    """
    values = np.asarray(rating, dtype=float)
    answered = ~np.isnan(values)
    if len(known) != len(values):
        raise ValueError(f"known has {len(known)} rows, but rating {len(values)}")
    numbers = pd.get_dummies(known, drop_first=True, dtype=float).to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(values)), numbers])
    counts = np.vstack([np.ones((1, len(values))), np.asarray(weights, dtype=float)])
    slopes = fit_logit(design, answered, counts, ridge=SMALL_RIDGE)
    probability = np.maximum(expit(slopes @ design[answered].T), minimum)
    mass = counts[:, answered]
    raw = (mass @ values[answered]) / mass.sum(axis=1)
    mass = mass / probability
    weighted = (mass @ values[answered]) / mass.sum(axis=1)
    table = np.column_stack([raw, weighted, weighted - raw])
    return Estimates(("raw", "weighted", "difference"), table[0], table[1:])


def asked_ratings(feedback: pd.DataFrame, touchpoints: Sequence[str] = TOUCHPOINTS) -> Ratings:
    """Return the ratings that customers were asked for, of events and in the company's survey.

    Parameters
    ----------
    feedback : DataFrame
        As for `count_answers`, with what there is of ``customer``, ``month``, ``segment``,
        ``channel`` and ``recommend``.
    touchpoints : sequence of str
        Columns of the survey that rate a touchpoint each.

    Returns
    -------
    Ratings
        ``satisfied`` holds the rating (0–10) of the ``touchpoint``. Ratings of customers who spoke
        up unasked are left out where modes are recorded.

    Examples
    --------
    >>> rows = pd.DataFrame({"touchpoint": RELATIONSHIP, "mode": SURVEY, "rating": [7], "bill": 5})
    >>> asked_ratings(rows).answers["satisfied"].tolist()
    [7, 5]
    """
    asked = feedback[feedback["mode"] != MODES[0]]
    survey = asked[asked["touchpoint"] == RELATIONSHIP]
    inside = [
        survey.assign(touchpoint=name, rating=survey[name], recommend=np.nan)
        for name in touchpoints
        if name in survey
    ]
    return _ratings(pd.concat([asked, *inside], ignore_index=True))


def commented(feedback: pd.DataFrame) -> Ratings:
    """Return the ratings beside comments, asked for or not.

    Examples
    --------
    >>> rows = pd.DataFrame({"touchpoint": "bill", "rating": [2, 9], "comment": ["wrong", None]})
    >>> len(commented(rows).answers)
    1
    """
    if "comment" not in feedback:
        return _ratings(feedback.head(0))
    return _ratings(feedback[feedback["comment"].notna()].reset_index(drop=True))


def _ratings(rows: pd.DataFrame) -> Ratings:
    frame = rows.rename(columns={"customer": "respondent", "rating": "satisfied"})
    scales = {"satisfied": (0.0, 10.0)}
    if "recommend" in frame and frame["recommend"].notna().any():
        scales = {"recommend": (0.0, 10.0)} | scales
    return Ratings(frame, scales)


@dataclass(frozen=True)
class Listening:
    """How non-response and delay change what a company hears.

    Attributes
    ----------
    asked, answered, events : int
        Customers asked in the company's survey, those of them who answered, and ratings of events.
    survey : Estimates, optional
        Mean rating in the company's survey, from `response_weighted_mean`; None where fewer than
        ten answered or did not, or nothing is known of those who did not.
    delay : Difference, optional
        Change in rating per day between the event and the question, points; None where fewer than
        twenty ratings have different delays.
    """

    asked: int
    answered: int
    events: int
    survey: Estimates | None
    delay: Difference | None

    @property
    def response(self) -> float:
        """Response rate of the company's survey."""
        return self.answered / max(self.asked, 1)


def listening(feedback: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Listening:
    """Estimate what non-response and late questions do to ratings.

    Parameters
    ----------
    feedback : DataFrame
        ``mode`` and ``rating``, and what there is of ``segment``, ``channel``, ``days`` and
        ``customer``.
    resamples : int
        Bootstrap resamples, of customers where they are known.
    rng : numpy.random.Generator
        Source of randomness.
    """
    asked = feedback[feedback["mode"] == SURVEY]
    answered, survey = int(asked["rating"].notna().sum()), None
    known = [name for name in ("segment", "channel") if name in asked]
    if known and MIN_GROUP <= answered <= len(asked) - MIN_GROUP:
        weights = bootstrap_weights(len(asked), resamples, rng, clusters_of(asked))
        survey = response_weighted_mean(asked["rating"], asked[known], weights)
    events, delay = feedback[feedback["mode"] == EVENT].dropna(subset=["rating"]), None
    if "days" in events:
        timed = events.dropna(subset=["days"])
        if len(timed) >= 2 * MIN_GROUP and timed["days"].nunique() > 1:
            fit = least_squares(timed[["days"]], timed["rating"], clusters=clusters_of(timed))
            delay = fit.effect("days")
    return Listening(len(asked), answered, len(events), survey, delay)


@dataclass(frozen=True)
class Touchpoints:
    """Importance and performance of touchpoints.

    Attributes
    ----------
    importance : Estimates
        Share of the variance of the outcome (0–1); of its deviance if it is a yes or no.
    performance : Estimates
        Mean rating, points (0–100).
    stages : dict of str to float
        Stage of the customer lifecycle → its share of the explained variance (0–1); empty where
        the stages of touchpoints are not known.
    answers : int
        Complete answers.
    """

    importance: Estimates
    performance: Estimates
    stages: dict[str, float]
    answers: int

    @property
    def most_important(self) -> int:
        """Index of the touchpoint with the largest derived importance."""
        return int(np.argmax(significant(self.importance.values)))

    @property
    def agreement(self) -> float:
        """Share of the resamples in which the same touchpoint is the most important."""
        first = np.argmax(significant(self.importance.draws), axis=1)
        return float((first == self.most_important).mean())


def touchpoint_importance(
    feedback: pd.DataFrame,
    touchpoints: Sequence[str],
    resamples: int,
    rng: np.random.Generator,
    outcome: str = "rating",
    stages: Mapping[str, str] = STAGES,
) -> Touchpoints | None:
    """Estimate derived importance and mean rating of each touchpoint in the company's survey.

    An outcome of 0 and 1, such as whether the customer stayed, takes a logit.

    Parameters
    ----------
    feedback : DataFrame
        ``rating`` of the relationship, a column per touchpoint, and ``customer`` where it is known.
    touchpoints : sequence of str
        Those to compare.
    resamples : int
        Bootstrap resamples, of customers where they are known.
    rng : numpy.random.Generator
        Source of randomness.
    outcome : str
        The column to explain: the rating of the relationship, another one, or
        ``column=answer``, which the column holds as 1 and 0.
    stages : mapping of str to str
        Touchpoint → stage of the customer lifecycle, as far as it is known.

    Returns
    -------
    Touchpoints or None
        None with fewer than two touchpoints, too few complete answers, or ratings that do not vary.
    """
    outcome = parse_outcome(outcome)[0]
    present = feedback.dropna(subset=[outcome])
    names = tuple(name for name in touchpoints if name in present and present[name].nunique() > 1)
    answers = present.dropna(subset=list(names))
    varied = all(answers[name].nunique() > 1 for name in (*names, outcome))
    if len(names) < 2 or len(answers) < MIN_GROUP * len(names) or not varied:
        return None
    weights = bootstrap_weights(len(answers), resamples, rng, clusters_of(answers))
    drivers = answers[list(names)]
    points = 10 * drivers.to_numpy(dtype=float)
    performance = Estimates(names, points.mean(axis=0), weighted_means(points, weights))
    importance = outcome_importance(drivers, answers[outcome], weights)
    shares: dict[str, float] = {}
    if set(names) <= set(stages):
        by_stage = pd.Series(importance.values, index=importance.names).groupby(dict(stages)).sum()
        by_stage = by_stage / by_stage.sum()
        shares = {name: float(by_stage[name]) for name in stages.values() if name in by_stage}
    return Touchpoints(importance, performance, shares, len(answers))


def ratings_by_channel(
    feedback: pd.DataFrame, touchpoints: Sequence[str], stages: Mapping[str, str] = STAGES
) -> pd.DataFrame | None:
    """Return mean ratings in the company's survey: one row per touchpoint, a column per channel.

    None where the feedback has no channels.
    """
    if "channel" not in feedback:
        return None
    names = [name for name in touchpoints if name in feedback]
    answers = feedback.dropna(subset=names)
    means = answers.groupby("channel")[names].mean().T
    if set(names) <= set(stages):
        means.insert(0, "stage", [stages[str(name)] for name in means.index])
    return means.rename_axis("touchpoint").rename_axis(None, axis=1).reset_index()
