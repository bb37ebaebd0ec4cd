"""Generator of the operator's monthly ratings: recommendation, satisfaction, effort, comment."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib.stats.customers import MIX, correlated_normals, customers
from cemlib.stats.estimates import Floats
from cemlib.stats.measures import scores
from cemlib.studies.rights.operator.comments import (
    CLOSINGS,
    COMMENTS,
    OPENINGS,
    PRAISING,
    TOUCHPOINTS,
)

MONTHS = np.datetime_as_string(np.datetime64("2025-01") + np.arange(18)).astype(object)
POPULATION_SIZE, POPULATION_SEED = 200_000, 20260171


@dataclass(frozen=True)
class RatingsTruth:
    """True parameters of the ratings.

    Parameters
    ----------
    answers : float
        Mean answers of a customer in eighteen months.
    alike : float
        Correlation of two answers of one customer.
    segments : tuple of float
        Effect of each segment on the latent rating, in standard deviations.
    touchpoints : tuple of float
        Effect of the touchpoint that the customer was asked after.
    recommend, satisfied, effort : (float, float)
        Mean and standard deviation of each question before rounding: 0–10, 1–5 and 1–7, where 7
        says that it was easy.
    shared : float
        Correlation of the latent rating with each question.
    comments : float
        Probability of a comment.
    english : float
        Share of comments in English.
    improved : float
        Effect, in standard deviations, from the thirteenth month on, after a repair.
    """

    answers: float = 0.7
    alike: float = 0.4
    segments: tuple[float, ...] = (0.1, 0.05, -0.1, -0.35)
    touchpoints: tuple[float, ...] = (0.25, -0.35, 0.0, -0.2, 0.15)
    recommend: tuple[float, float] = (7.7, 2.3)
    satisfied: tuple[float, float] = (3.9, 1.0)
    effort: tuple[float, float] = (5.1, 1.5)
    shared: float = 0.8
    comments: float = 0.55
    english: float = 0.2
    improved: float = 0.45


RATINGS = RatingsTruth()


def ratings(
    people: pd.DataFrame, rng: np.random.Generator, truth: RatingsTruth = RATINGS
) -> pd.DataFrame:
    """Draw the ratings of a block of customers.

    Parameters
    ----------
    people : DataFrame
        With ``customer``, ``segment`` and ``channel``.
    rng : Generator
        Source of randomness.
    truth : RatingsTruth
        True parameters.

    Returns
    -------
    DataFrame
        One row per answer, in the columns of the dataset ``ratings``, by customer and month.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C1"], "segment": ["contract"], "channel": ["app"]})
    >>> list(ratings(people, np.random.default_rng(1)))[4:7]
    ['touchpoint', 'recommend', 'satisfied']
    """
    who = np.repeat(np.arange(len(people)), rng.poisson(truth.answers, len(people)))
    count = len(who)
    segment = pd.Categorical(people["segment"], MIX.segments).codes[who]
    about = rng.integers(len(TOUCHPOINTS), size=count)
    month = rng.integers(len(MONTHS), size=count)
    repaired = (month >= 12) & (about == TOUCHPOINTS.index("repair"))
    latent = (
        np.array(truth.segments)[segment]
        + np.array(truth.touchpoints)[about]
        + truth.improved * repaired
        + correlated_normals(who, truth.alike, rng)
    )
    answers = {
        name: _answer(latent, getattr(truth, name), scale, rng, truth)
        for name, scale in (("recommend", (0, 10)), ("satisfied", (1, 5)), ("effort", (1, 7)))
    }
    frame = pd.DataFrame(
        {
            "respondent": people["customer"].to_numpy(object)[who],
            "month": MONTHS[month],
            "segment": people["segment"].to_numpy(object)[who],
            "channel": people["channel"].to_numpy(object)[who],
            "touchpoint": np.array(TOUCHPOINTS, dtype=object)[about],
        }
        | answers
        | {"comment": _comments(about, latent, rng, truth)}
    )
    order = np.lexsort((month, who))
    return frame.iloc[order].reset_index(drop=True)


def _answer(
    latent: Floats, level: tuple[float, float], scale: tuple[int, int], rng: np.random.Generator,
    truth: RatingsTruth,
) -> NDArray[np.int64]:  # fmt: skip
    own = np.sqrt(1 - truth.shared**2) * rng.standard_normal(len(latent))
    felt = np.rint(level[0] + level[1] * (truth.shared * latent + own))
    return np.clip(felt, *scale).astype(np.int64)


def _comments(
    about: NDArray[np.int64], latent: Floats, rng: np.random.Generator, truth: RatingsTruth
) -> list[str | None]:
    """Draw comments: complaints where the rating is low, praise where it is high."""
    writes = rng.random(len(about)) < truth.comments
    english = rng.random(len(about)) < truth.english
    praises = latent + 0.5 * rng.standard_normal(len(about)) > 0.4
    pick = rng.random((len(about), 3))
    texts: list[str | None] = []
    rows = zip(about, writes, english.astype(int), praises.astype(int), pick, strict=True)
    for touchpoint, wrote, language, praise, uniform in rows:
        parts = (
            OPENINGS[language],
            COMMENTS[TOUCHPOINTS[touchpoint]][2 * praise + language],
            (PRAISING if praise else CLOSINGS)[language],
        )
        chosen = (part[int(at * len(part))] for part, at in zip(parts, uniform, strict=True))
        text = "".join(chosen)
        texts.append(text[0].upper() + text[1:] if wrote else None)
    return texts


def true_parameters(truth: RatingsTruth = RATINGS) -> dict[str, Any]:
    """Return the true parameters of the ratings, ready for JSON.

    Examples
    --------
    >>> true_parameters()["alike"]
    0.4
    """
    return asdict(truth)


@lru_cache(maxsize=2)
def population(truth: RatingsTruth = RATINGS) -> dict[str, Any]:
    """Return the measures that answers of very many customers show.

    Returns
    -------
    dict
        ``nps``, ``satisfied`` and ``easy`` (top two boxes, in per cent), and their ``size``.

    Examples
    --------
    >>> sorted(population())
    ['easy', 'nps', 'satisfied', 'size']
    """
    rng = np.random.default_rng(POPULATION_SEED)
    drawn = ratings(customers(POPULATION_SIZE, rng), rng, truth)
    kinds = {
        "nps": ("NPS", "recommend", (0, 10)),
        "satisfied": ("top two boxes", "satisfied", (1, 5)),
        "easy": ("top two boxes", "effort", (1, 7)),
    }
    means = {
        name: round(float(scores(kind, drawn[column], scale).mean()), 3)
        for name, (kind, column, scale) in kinds.items()
    }
    return means | {"size": len(drawn)}
