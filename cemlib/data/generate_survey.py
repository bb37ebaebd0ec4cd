"""The operator's customers and what they answer: the model that `SurveyTruth` states, drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data.catalogue import RIGHTS
from cemlib.data.truth import TRUTH, Floats, SurveyTruth

Codes = NDArray[np.intp]
ITEMS = tuple(f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3))
IMPORTANCE = tuple(f"{right}_importance" for right in RIGHTS)
COLUMNS = ("respondent", "wave", "segment", "channel", *ITEMS, *IMPORTANCE, "overall", "recommend")
_FEES = {"prepaid": 39, "contract": 99, "broadband household": 149, "small business": 299}


def customers(
    count: int, rng: np.random.Generator, truth: SurveyTruth = TRUTH, *, first: int = 1
) -> pd.DataFrame:
    """Draw customers.

    Parameters
    ----------
    count : int
        How many.
    rng : Generator
        Where chance comes from.
    truth : SurveyTruth
        Shares of segments and channels.
    first : int
        Number of the first customer.

    Returns
    -------
    DataFrame
        ``customer`` (id), ``segment``, ``channel`` (the one used most), ``joined`` (ISO date) and
        ``plan_fee`` (yuan a month).

    Examples
    --------
    >>> customers(2, np.random.default_rng(1))["customer"].tolist()
    ['C0000001', 'C0000002']
    """
    segment = _draw(rng.random(count), np.array([truth.segment_shares]))
    channel = _draw(rng.random(count), np.array(truth.channel_shares)[segment])
    before = np.floor(3800 * rng.random(count) ** 1.5).astype("timedelta64[D]")
    fee = np.array([_FEES.get(name, 99) for name in truth.segments])[segment]
    fee = np.round(fee * np.exp(0.3 * rng.standard_normal(count)) / 10) * 10 - 1
    return pd.DataFrame(
        {
            "customer": [f"C{number:07d}" for number in range(first, first + count)],
            "segment": np.array(truth.segments, dtype=object)[segment],
            "channel": np.array(truth.channels, dtype=object)[channel],
            "joined": np.datetime_as_string(np.datetime64("2025-05-31") - before),
            "plan_fee": np.maximum(fee, 19).astype(np.int64),
        }
    )


def survey(
    customers_frame: pd.DataFrame, rng: np.random.Generator, truth: SurveyTruth = TRUTH
) -> pd.DataFrame:
    """Draw the answers of those customers who answer, wave by wave.

    Parameters
    ----------
    customers_frame : DataFrame
        With ``customer``, ``segment`` and ``channel``, as from `customers`.
    rng : Generator
        Where chance comes from.
    truth : SurveyTruth
        What is planted.

    Returns
    -------
    DataFrame
        A row an answer, by customer and wave, in the columns of the dataset ``survey``. One
        customer may answer in several waves.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> survey(customers(400, rng), rng).columns[:5].tolist()
    ['respondent', 'wave', 'segment', 'channel', 'safety_1']
    """
    everyone = len(customers_frame)
    segment = _codes("segment", customers_frame["segment"], truth.segments)
    channel = _codes("channel", customers_frame["channel"], truth.channels)
    stable = rng.standard_normal((everyone, len(RIGHTS) + 1))
    who, wave = np.nonzero(rng.random((everyone, len(truth.waves))) < truth.response)
    fresh = rng.standard_normal((len(who), len(RIGHTS) + 1))
    mood = np.sqrt(truth.stable) * stable[who] + np.sqrt(1 - truth.stable) * fresh
    names = customers_frame["customer"].to_numpy()[who]
    return _answers(names, segment[who], channel[who], wave, mood, rng, truth, truth.missing)


def simulate_survey(
    respondents: int,
    rng: np.random.Generator,
    truth: SurveyTruth = TRUTH,
    *,
    missing: float | None = None,
) -> pd.DataFrame:
    """Draw a survey of unrelated respondents, spread evenly over the waves.

    Parameters
    ----------
    respondents : int
        How many, at least 1.
    rng : Generator
        Where chance comes from.
    truth : SurveyTruth
        What is planted.
    missing : float, optional
        Share of item and importance answers left out; the truth's own if not given.

    Returns
    -------
    DataFrame
        A row a respondent, in the columns of the dataset ``survey``; answers are floats.

    Raises
    ------
    ValueError
        If ``respondents`` is no whole number of at least 1, or ``missing`` is outside 0–1.

    Examples
    --------
    >>> simulate_survey(600, np.random.default_rng(1)).shape
    (600, 42)
    """
    count = int(checks.between("respondents", respondents, 1, whole=True))
    share = checks.between("missing", truth.missing if missing is None else missing, 0, 1)
    segment = _draw(rng.random(count), np.array([truth.segment_shares]))
    channel = _draw(rng.random(count), np.array(truth.channel_shares)[segment])
    wave = rng.integers(0, len(truth.waves), count)
    mood = rng.standard_normal((count, len(RIGHTS) + 1))
    names = np.array([f"R{number:07d}" for number in range(1, count + 1)], dtype=object)
    return _answers(names, segment, channel, wave, mood, rng, truth, share)


def _answers(
    names: NDArray[np.object_],
    segment: Codes,
    channel: Codes,
    wave: Codes,
    mood: Floats,
    rng: np.random.Generator,
    truth: SurveyTruth,
    missing: float,
) -> pd.DataFrame:
    count, rights = len(names), len(RIGHTS)
    felt = (
        np.array(truth.means)
        + np.array(truth.segment_effects)[segment]
        + np.array(truth.channel_effects)[channel]
        + np.array(truth.wave_shifts)[wave]
        + truth.halo * mood[:, :1]
        + truth.own * mood[:, 1:]
    )
    noise = np.repeat(truth.item_noise, 3) * rng.standard_normal((count, 3 * rights))
    items = _scale(1 + 6 * (np.repeat(felt, 3, axis=1) + noise) / 100, 1, 7)
    style = truth.importance_style * rng.standard_normal((count, 1))
    stated = truth.importance + style
    stated = stated + truth.importance_noise * rng.standard_normal((count, rights))
    importance = _scale(stated, 1, 7)
    distance = felt - np.array(truth.kinks)
    slope = np.where(distance < 0, truth.penalties, truth.rewards)
    pull = (slope * distance).sum(axis=1)
    left_over = truth.overall_noise * rng.standard_normal(count)
    overall = _scale(truth.overall_base + pull + left_over, 0, 10)
    spoken = truth.recommend_noise * rng.standard_normal(count)
    recommend = _scale(truth.recommend_base + truth.recommend_slope * overall + spoken, 0, 10)
    answers = np.hstack([items, importance])
    answers[rng.random(answers.shape) < missing] = np.nan
    who = pd.DataFrame(
        {
            "respondent": names,
            "wave": np.array(truth.waves, dtype=object)[wave],
            "segment": np.array(truth.segments, dtype=object)[segment],
            "channel": np.array(truth.channels, dtype=object)[channel],
        },
        dtype="str",
    )
    numbers = np.column_stack([answers, overall, recommend])
    said = pd.DataFrame(numbers, columns=[*ITEMS, *IMPORTANCE, "overall", "recommend"])
    return pd.concat([who, said], axis=1)


def _scale(values: Floats, low: float, high: float) -> Floats:
    """Return values as answers: whole numbers from low to high."""
    return np.clip(np.floor(values + 0.5), low, high)


def _draw(chance: Floats, shares: Floats) -> Codes:
    """Return the level that each chance falls on, given a row of shares for each."""
    return np.minimum(
        (chance[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1), shares.shape[1] - 1
    )


def _codes(name: str, values: pd.Series, levels: tuple[str, ...]) -> Codes:
    codes = pd.Index(levels).get_indexer(pd.Index(values))
    if (codes < 0).any():
        checks.one_of(name, values.to_numpy()[codes < 0][0], levels)
    return codes
