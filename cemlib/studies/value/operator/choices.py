"""A choice experiment on the price and speed of delivery, and hands raised for a note."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.stats.customers import MIX
from cemlib.stats.estimates import Floats
from cemlib.studies.value.discrete_choice import conditional_logit

# Price and days of delivery A and of delivery B; the third alternative is "none of these".
TASKS = (
    (6, 3, 12, 1), (6, 5, 12, 3), (0, 5, 6, 3), (12, 2, 18, 1), (6, 2, 12, 1), (0, 3, 6, 2),
    (12, 3, 25, 1), (0, 5, 12, 1), (6, 3, 18, 1), (12, 5, 18, 2), (0, 3, 12, 2), (6, 5, 25, 1),
    (0, 2, 6, 1), (12, 3, 18, 2), (6, 5, 18, 2), (0, 5, 25, 2),
)  # fmt: skip
Codes = NDArray[np.int64]
FACES = (20.0, 100.0, 1000.0)
CONDITIONS = ("fresh", "crumpled", "trampled")
_HANDS_SEED = 20260164


@dataclass(frozen=True)
class ChoiceTruth:
    """True parameters of the generated choices, a mixed logit in each segment.

    Parameters
    ----------
    share : float
        Share of customers who take part.
    price : tuple of float
        Utility of a unit of money, by segment in the operator's order.
    day : tuple of float
        Median willingness to pay for a day saved, by segment.
    day_spread : float
        Log standard deviation of that willingness between the respondents of a segment.
    none : float
        Utility of "none of these".
    """

    share: float = 0.075
    price: tuple[float, ...] = (-0.30, -0.22, -0.24, -0.14)
    day: tuple[float, ...] = (2.5, 4.0, 3.5, 8.0)
    day_spread: float = 0.4
    none: float = -4.8


@dataclass(frozen=True)
class HandsTruth:
    """True parameters of the hands raised in classes.

    Parameters
    ----------
    rooms : int
        Number of classes.
    base, doubling, crumpled, trodden : float
        Log odds of a raised hand for a fresh $20 note, and the effects of each doubling of the face
        value and of the condition of the note.
    room : float
        Standard deviation between classes.
    """

    rooms: int = 12
    base: float = 0.7
    doubling: float = 0.3
    crumpled: float = -0.4
    trodden: float = -1.1
    room: float = 0.2


CHOICES, HANDS = ChoiceTruth(), HandsTruth()


def design() -> Floats:
    """Return price, days and "none" of each alternative of each task, shape (16, 3, 3)."""
    tasks = np.zeros((len(TASKS), 3, 3))
    tasks[:, :2, :2] = np.array(TASKS).reshape(-1, 2, 2)
    tasks[:, 2, 2] = 1
    return tasks


def simulate_choices(
    respondents: int, rng: np.random.Generator, truth: ChoiceTruth = CHOICES
) -> pd.DataFrame:
    """Draw the choices of respondents, eight tasks each.

    Parameters
    ----------
    respondents : int
        Number of respondents.
    rng : Generator
        Source of randomness.
    truth : ChoiceTruth
        True parameters.

    Returns
    -------
    DataFrame
        As the dataset ``choices``; respondents are numbered.

    Examples
    --------
    >>> len(simulate_choices(10, np.random.default_rng(1)))
    240
    """
    checks.between("respondents", respondents, 1, whole=True)
    segment = rng.choice(len(MIX.segments), respondents, p=MIX.segment_shares)
    frame = _choices(segment, rng, truth)
    frame.insert(0, "respondent", np.repeat(np.arange(1, respondents + 1), 24).astype(str))
    return frame


def _choices(segment: Codes, rng: np.random.Generator, truth: ChoiceTruth) -> pd.DataFrame:
    count = len(segment)
    block = rng.integers(2, size=count)
    task = block[:, None] + 2 * np.arange(8)
    alternatives = design()[task]
    values = _values(segment, truth, rng.standard_normal(count))
    utility = np.einsum("itjk,ik->itj", alternatives, values)
    chosen = (utility + rng.gumbel(size=utility.shape)).argmax(axis=2)
    none = alternatives[..., 2].ravel() == 1
    return pd.DataFrame(
        {
            "segment": np.repeat(np.array(MIX.segments, dtype=object)[segment], 24),
            "task": np.repeat(task.ravel() + 1, 3),
            "alternative": np.tile([1, 2, 3], 8 * count),
            "price": np.where(none, np.nan, alternatives[..., 0].ravel()),
            "days": np.where(none, np.nan, alternatives[..., 1].ravel()),
            "chosen": (np.arange(3) == chosen[..., None]).ravel(),
        }
    )


def _values(segment: Codes, truth: ChoiceTruth, deviate: Floats) -> Floats:
    """Return the values of price, days and "none" of respondents, given a normal deviate each."""
    price, day = np.array(truth.price)[segment], np.array(truth.day)[segment]
    day = day * np.exp(truth.day_spread * deviate)
    return np.column_stack([price, price * day, np.full(len(price), truth.none)])


def choices(customers: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Draw the choices of the customers who take part.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "segment": ["prepaid"]})
    >>> list(choices(people, np.random.default_rng(1)))
    ['choices']
    """
    asked = rng.random(len(customers)) < CHOICES.share
    segment = np.array([MIX.segments.index(name) for name in customers["segment"]])
    frame = _choices(segment, rng, CHOICES)
    frame.insert(0, "respondent", np.repeat(customers["customer"].to_numpy(), 24))
    return {"choices": frame[np.repeat(asked, 24)].reset_index(drop=True)}


def true_parameters(truth: ChoiceTruth = CHOICES) -> dict[str, Any]:
    """Return the true parameters, for ``truth.json``.

    Examples
    --------
    >>> true_parameters()["day"]["contract"]
    4.0
    """
    named = {
        name: dict(zip(MIX.segments, values, strict=True))
        for name, values in (("price", truth.price), ("day", truth.day))
    }
    return asdict(truth) | named


@lru_cache(maxsize=4)
def population(truth: ChoiceTruth = CHOICES) -> dict[str, Any]:
    """Return the population value of willingness to pay in models without differences in taste.

    Returns
    -------
    dict
        ``by_segment`` and ``day``: willingness to pay for a day saved, in the model of each
        segment and in the one for all, that fit the choices of an infinite sample best.

    Examples
    --------
    >>> 2.5 < population()["day"] < 8
    True
    """
    tasks, nodes = design(), np.polynomial.hermite_e.hermegauss(21)
    segments = np.repeat(np.arange(len(MIX.segments), dtype=np.int64), 21)
    deviates = np.tile(nodes[0], len(MIX.segments))
    utility = np.einsum("tjk,sk->stj", tasks, _values(segments, truth, deviates))
    probability = np.exp(utility)
    probability /= probability.sum(axis=2, keepdims=True)
    weights = (nodes[1] / nodes[1].sum())[:, None, None]
    by_segment = (probability.reshape(len(MIX.segments), 21, *tasks.shape[:2]) * weights).sum(
        axis=1
    )
    frame = pd.DataFrame(tasks.reshape(-1, 3), columns=["price", "days", "none"])

    def worth(shares: Floats) -> float:
        # With choice shares in place of choices, the fit maximises the expected likelihood.
        model = conditional_logit(frame, shares.ravel(), np.repeat(np.arange(len(tasks)), 3))
        return round(float(model.values[1] / model.values[0]), 6)

    mixed = np.array(MIX.segment_shares, dtype=float)[:, None, None] * by_segment
    return {
        "by_segment": dict(zip(MIX.segments, map(worth, by_segment), strict=True)),
        "day": worth(mixed.sum(axis=0)),
    }


def simulate_hands(rng: np.random.Generator, truth: HandsTruth = HANDS) -> pd.DataFrame:
    """Draw the hands raised in classes, nine counts per class.

    Examples
    --------
    >>> simulate_hands(np.random.default_rng(1))["room"].nunique()
    12
    """
    people = rng.integers(16, 46, truth.rooms)
    room = truth.room * rng.standard_normal(truth.rooms)
    state = np.array([0.0, truth.crumpled, truth.trodden])
    face = truth.doubling * np.log2(np.array(FACES) / FACES[0])
    odds = truth.base + room[:, None, None] + face[:, None] + state
    raised = rng.binomial(people[:, None, None], 1 / (1 + np.exp(-odds)))
    return pd.DataFrame(
        {
            "room": np.repeat([f"R{n:02d}" for n in range(1, truth.rooms + 1)], 9),
            "face": np.tile(np.repeat(FACES, 3), truth.rooms),
            "condition": np.tile(np.array(CONDITIONS, dtype=object), 3 * truth.rooms),
            "hands": raised.ravel(),
            "people": np.repeat(people, 9),
        }
    )


def hands() -> pd.DataFrame:
    """Return the hands raised in twelve classes, the same for every seed of the operator.

    Examples
    --------
    >>> len(hands())
    108
    """
    return simulate_hands(np.random.default_rng(_HANDS_SEED))


def true_hands() -> dict[str, Any]:
    """Return the true parameters of the hands, for ``truth.json``.

    Examples
    --------
    >>> true_hands()["doubling"]
    0.3
    """
    return asdict(HANDS)
