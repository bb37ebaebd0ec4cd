"""The operator's feedback by three modes of listening, and its service weeks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from cemlib.stats.customers import MIX, correlated_normals, customers
from cemlib.studies.ladder.operator.comments import comments
from cemlib.studies.ladder.operator.voice_truth import (
    MODES,
    OWNERS,
    RELATIONSHIP,
    TOUCHPOINTS,
    VOICE_TRUTH,
    VoiceTruth,
)

COLUMNS = (
    "customer", "month", "mode", "touchpoint", "channel", "days", "rating", *TOUCHPOINTS,
    "cause", "owner", "hours", "told", "comment",
)  # fmt: skip
WEEKS = 78
_WEEKS_SEED = 20260152
_START = np.datetime64("2025-01")
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


POPULATION_SIZE = 200_000
POPULATION_SEED = 20260151


def feedback(
    customers: pd.DataFrame, rng: np.random.Generator, truth: VoiceTruth = VOICE_TRUTH
) -> pd.DataFrame:
    """Draw who is asked or speaks up, and what they answer.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``, ``segment`` and ``channel``.
    rng : Generator
        Source of randomness.
    truth : VoiceTruth
        The true parameters.

    Returns
    -------
    DataFrame
        One row per question or comment, in the columns of the dataset ``feedback``, by customer
        and month; the rating is missing where nobody answered.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "segment": "contract", "channel": "app"})
    >>> list(feedback(people, np.random.default_rng(1)).columns) == list(COLUMNS)
    True
    """
    segment = pd.Categorical(customers["segment"], MIX.segments).codes.astype(np.int64)
    channel = pd.Categorical(customers["channel"], MIX.channels).codes.astype(np.int64)
    size = len(customers)
    asked = [rng.poisson(rate, size) for rate in truth.asked[:2]]
    asked.append((rng.random(size) < truth.asked[2]).astype(np.int64))
    parts = []
    for mode, (count, draw) in enumerate(
        zip(asked, (_comments, _events, _relationship), strict=True)
    ):
        person = np.repeat(np.arange(size), count)
        frame = draw(person, segment[person], channel[person], rng, truth)
        frame["person"], frame["mode"] = person, MODES[mode]
        frame["when"] = rng.integers(18, size=len(person))
        parts.append(frame)
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.sort_values(["person", "when"], kind="stable", ignore_index=True)
    rows["customer"] = customers["customer"].to_numpy()[rows["person"]]
    rows["channel"] = customers["channel"].to_numpy()[rows["person"]]
    rows["month"] = np.datetime_as_string(_START + np.arange(18)).astype(object)[rows["when"]]
    wrote = rows["cause"].notna()
    rows["comment"] = pd.Series(
        comments(list(rows["cause"][wrote]), rng), rows.index[wrote], object
    )
    return rows[list(COLUMNS)]


def _comments(
    person: Codes, segment: Codes, channel: Codes, rng: np.random.Generator, truth: VoiceTruth
) -> pd.DataFrame:
    size = len(segment)
    names, teams = np.array(list(OWNERS), dtype=object), list(OWNERS.values())
    about = rng.choice(len(TOUCHPOINTS), size, p=truth.about)
    cause = rng.choice(len(names), size, p=truth.causes)
    right = ndtr(correlated_normals(person, truth.alike, rng)) < np.array(truth.routed)[cause]
    astray = (cause + rng.integers(1, len(teams), size)) % len(teams)
    owner = np.where(right, cause, astray)
    hours = np.where(right, *truth.hours)
    hours = hours * np.exp(0.8 * correlated_normals(person, truth.alike, rng))
    felt = 1.6 * correlated_normals(person, truth.alike, rng)
    rating = 3.6 + np.array(truth.segment_effect)[segment] + felt
    return pd.DataFrame(
        {
            "touchpoint": np.array(TOUCHPOINTS, dtype=object)[about],
            "days": rng.integers(4, size=size).astype(float),
            "rating": _rounded(rating),
            "cause": names[cause],
            "owner": np.array(teams, dtype=object)[owner],
            "hours": np.round(hours, 1),
            "told": np.where(rng.random(size) < truth.told, "yes", "no").astype(object),
        }
    )


def event_touchpoints(size: int, rng: np.random.Generator) -> Codes:
    """Draw the touchpoint after which each is asked; never a bill, which is a blind spot."""
    index = rng.integers(len(TOUCHPOINTS), size=size)
    return np.where(index == TOUCHPOINTS.index("bill"), TOUCHPOINTS.index("help"), index)


def rate_events(
    segment: Codes, channel: Codes, touchpoint: Codes, rng: np.random.Generator, truth: VoiceTruth,
    person: Codes | None = None,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Draw days since an event, and the rating that each would give it.

    Two ratings of one person correlate by ``truth.alike``; by default each is another person's.

    Returns
    -------
    days, rating : ndarray, shape (n,)
        Whole numbers.
    """
    people = np.arange(len(segment)) if person is None else person
    days = rng.integers(truth.longest + 1, size=len(segment)).astype(float)
    felt = (
        np.array(truth.means)[touchpoint]
        + np.array(truth.segment_effect)[segment]
        + np.array(truth.channel_effect)[channel]
        + truth.drift * days
        + np.hypot(truth.halo, truth.noise) * correlated_normals(people, truth.alike, rng)
    )
    return days, _rounded(felt)


def _events(
    person: Codes, segment: Codes, channel: Codes, rng: np.random.Generator, truth: VoiceTruth
) -> pd.DataFrame:
    touchpoint = event_touchpoints(len(segment), rng)
    days, rating = rate_events(segment, channel, touchpoint, rng, truth, person)
    answered = rng.random(len(segment)) < np.array(truth.event_response)[segment]
    return pd.DataFrame(
        {
            "touchpoint": np.array(TOUCHPOINTS, dtype=object)[touchpoint],
            "days": days,
            "rating": np.where(answered, rating, np.nan),
        }
    )


def rate_relationship(
    segment: Codes, channel: Codes, rng: np.random.Generator, truth: VoiceTruth
) -> tuple[Floats, Floats]:
    """Draw the answers that each would give to the company's survey.

    Returns
    -------
    touchpoints : ndarray, shape (n, 6)
        Ratings of the touchpoints.
    overall : ndarray, shape (n,)
        Rating of the relationship.
    """
    size = len(segment)
    person = (
        truth.halo * rng.standard_normal(size)
        + np.array(truth.segment_effect)[segment]
        + np.array(truth.channel_effect)[channel]
    )
    noise = truth.noise * rng.standard_normal((size, len(TOUCHPOINTS)))
    ratings = _rounded(np.array(truth.means) + person[:, None] + noise)
    weights = np.array(truth.weights)
    overall = 6.8 + (ratings - np.array(truth.means)) @ weights + 0.3 * person
    return ratings, _rounded(overall + 0.9 * rng.standard_normal(size))


def _relationship(
    _person: Codes, segment: Codes, channel: Codes, rng: np.random.Generator, truth: VoiceTruth
) -> pd.DataFrame:
    ratings, overall = rate_relationship(segment, channel, rng, truth)
    odds = (
        truth.response_base
        + np.array(truth.response_segment)[segment]
        + np.array(truth.response_channel)[channel]
    )
    answered = rng.random(len(segment)) < 1 / (1 + np.exp(-odds))
    frame = pd.DataFrame(np.where(answered[:, None], ratings, np.nan), columns=TOUCHPOINTS)
    frame["touchpoint"] = RELATIONSHIP
    frame["rating"] = np.where(answered, overall, np.nan)
    return frame


def service_weeks(truth: VoiceTruth = VOICE_TRUTH) -> pd.DataFrame:
    """Return contacts, and contacts served in time, by week and channel; fixed for all operators.

    Examples
    --------
    >>> len(service_weeks())
    312
    """
    rng = np.random.default_rng(_WEEKS_SEED)
    rows = []
    volumes = {"hotline": 2600, "app": 1500, "shop": 700, "wechat": 1900}
    first, last = truth.troubled
    for share, (channel, volume) in zip(truth.in_time, volumes.items(), strict=True):
        week = np.arange(1, WEEKS + 1)
        contacts = rng.poisson(volume, WEEKS)
        odds = np.log(share / (1 - share)) + truth.weekly_spread * rng.standard_normal(WEEKS)
        odds += truth.trouble * ((channel == "hotline") & (week >= first) & (week <= last))
        in_time = rng.binomial(contacts, 1 / (1 + np.exp(-odds)))
        frame = pd.DataFrame({"week": week, "channel": channel, "contacts": contacts})
        rows.append(frame.assign(in_time=in_time))
    return pd.concat(rows, ignore_index=True)


def _rounded(values: Floats) -> Floats:
    return np.clip(np.round(values), 0, 10)


@lru_cache(maxsize=4)
def population(truth: VoiceTruth = VOICE_TRUTH) -> dict[str, Any]:
    """Return what answers from everybody who is asked would show.

    Returns
    -------
    dict
        ``relationship``: mean rating of all who are asked by the company; ``drift``: slope of
        ratings on days; ``channels``: mean rating after an event, with the same mix of segments in
        all channels. ``size``.
    """
    rng = np.random.default_rng(POPULATION_SEED)
    people = customers(POPULATION_SIZE, rng)
    segment = pd.Categorical(people["segment"], MIX.segments).codes.astype(np.int64)
    channel = pd.Categorical(people["channel"], MIX.channels).codes.astype(np.int64)
    _, overall = rate_relationship(segment, channel, rng, truth)
    touchpoint = event_touchpoints(POPULATION_SIZE, rng)
    days, rating = rate_events(segment, channel, touchpoint, rng, truth)
    share = np.bincount(segment) / POPULATION_SIZE
    cell = segment * len(MIX.channels) + channel
    cells = np.bincount(cell, weights=rating) / np.bincount(cell)
    mixed = share @ cells.reshape(len(share), -1)
    slope = np.cov(days, rating)[0, 1] / days.var(ddof=1)
    return {
        "size": POPULATION_SIZE,
        "relationship": round(float(overall.mean()), 4),
        "drift": round(float(slope), 5),
        "channels": dict(zip(MIX.channels, mixed.round(4).tolist(), strict=True)),
    }
