"""Survey answers of the operator's customers, drawn from the model in `SurveyTruth`."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cemlib import checks
from cemlib.stats.customers import draw_categories
from cemlib.studies.rights.nine_rights import RIGHTS
from cemlib.studies.rights.operator.survey_truth import TRUTH, Floats, SurveyTruth

Codes = NDArray[np.intp]
ITEMS = tuple(f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3))
IMPORTANCE = tuple(f"{right}_importance" for right in RIGHTS)
COLUMNS = ("respondent", "wave", "segment", "channel", *ITEMS, *IMPORTANCE, "overall", "recommend")


POPULATION_SIZE = 1_000_000
POPULATION_SEED = 20260101
_BLOCK = 20_000


def survey(
    customers: pd.DataFrame, rng: np.random.Generator, truth: SurveyTruth = TRUTH
) -> pd.DataFrame:
    """Draw which customers answer in each wave, and their answers.

    Parameters
    ----------
    customers : DataFrame
        With ``customer``, ``segment`` and ``channel``, from `cemlib.stats.customers.customers`.
    rng : Generator
        Source of randomness.
    truth : SurveyTruth
        True parameters.

    Returns
    -------
    DataFrame
        One row per customer and wave, in the columns of the dataset ``survey``.

    Examples
    --------
    >>> from cemlib.stats.customers import customers
    >>> rng = np.random.default_rng(1)
    >>> survey(customers(400, rng), rng).columns[:5].tolist()
    ['respondent', 'wave', 'segment', 'channel', 'safety_1']
    """
    count = len(customers)
    segment = _codes("segment", customers["segment"], truth.segments)
    channel = _codes("channel", customers["channel"], truth.channels)
    stable = rng.standard_normal((count, len(RIGHTS) + 1))
    row, wave = np.nonzero(rng.random((count, len(truth.waves))) < truth.response)
    fresh = rng.standard_normal((len(row), len(RIGHTS) + 1))
    mood = np.sqrt(truth.stable) * stable[row] + np.sqrt(1 - truth.stable) * fresh
    names = customers["customer"].to_numpy()[row]
    return _answers(names, segment[row], channel[row], wave, mood, rng, truth, truth.missing)


def simulate_survey(
    respondents: int,
    rng: np.random.Generator,
    truth: SurveyTruth = TRUTH,
    *,
    missing: float | None = None,
) -> pd.DataFrame:
    """Simulate a survey of independent respondents, each in a random wave.

    Parameters
    ----------
    respondents : int
        How many, at least 1.
    rng : Generator
        Source of randomness.
    truth : SurveyTruth
        True parameters.
    missing : float, optional
        Share of item and importance answers that are missing; `truth.missing` by default.

    Returns
    -------
    DataFrame
        One row per respondent, in the columns of the dataset ``survey``; answers are floats.

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
    segment = draw_categories(rng.random(count), np.array([truth.segment_shares]))
    channel = draw_categories(rng.random(count), np.array(truth.channel_shares)[segment])
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
    mood = _leaning(mood, truth.skew)
    perception = (
        np.array(truth.means)
        + np.array(truth.segment_effects)[segment]
        + np.array(truth.channel_effects)[channel]
        + np.array(truth.wave_shifts)[wave]
        + truth.halo * mood[:, :1]
        + truth.own * mood[:, 1:]
    )
    noise = np.repeat(truth.item_noise, 3) * rng.standard_normal((count, 3 * rights))
    items = _scale(1 + 6 * (np.repeat(perception, 3, axis=1) + noise) / 100, 1, 7)
    style = truth.importance_style * rng.standard_normal((count, 1))
    stated = truth.importance + style
    stated = stated + truth.importance_noise * rng.standard_normal((count, rights))
    importance = _scale(stated, 1, 7)
    distance = perception - np.array(truth.kinks)
    slope = np.where(distance < 0, truth.penalties, truth.rewards)
    contribution = (slope * distance).sum(axis=1)
    residual = truth.overall_noise * rng.standard_normal(count)
    overall = _scale(truth.overall_base + contribution + residual, 0, 10)
    recommend_noise = truth.recommend_noise * rng.standard_normal(count)
    recommend = _scale(
        truth.recommend_base + truth.recommend_slope * overall + recommend_noise, 0, 10
    )
    answers = np.hstack([items, importance])
    answers[rng.random(answers.shape) < missing] = np.nan
    respondents = pd.DataFrame(
        {
            "respondent": names,
            "wave": np.array(truth.waves, dtype=object)[wave],
            "segment": np.array(truth.segments, dtype=object)[segment],
            "channel": np.array(truth.channels, dtype=object)[channel],
        },
        dtype="str",
    )
    numbers = np.column_stack([answers, overall, _scale(recommend, 0, 10)])
    responses = pd.DataFrame(numbers, columns=[*ITEMS, *IMPORTANCE, "overall", "recommend"])
    return pd.concat([respondents, responses], axis=1)


def _leaning(normal: Floats, sigma: float) -> Floats:
    """Return left-skewed values with mean 0 and standard deviation 1, from standard normal ones."""
    spread = np.sqrt(np.expm1(sigma**2))
    return np.asarray((1 - np.exp(-sigma * normal - sigma**2 / 2)) / spread)


def _scale(values: Floats, low: float, high: float) -> Floats:
    """Round values to whole answers from low to high, halves upwards."""
    return np.clip(np.floor(values + 0.5), low, high)


def _codes(name: str, values: pd.Series, levels: tuple[str, ...]) -> Codes:
    codes = pd.Index(levels).get_indexer(pd.Index(values))
    if (codes < 0).any():
        checks.one_of(name, values.to_numpy()[codes < 0][0], levels)
    return codes


def population(
    truth: SurveyTruth = TRUTH, size: int = POPULATION_SIZE, seed: int = POPULATION_SEED
) -> dict[str, Any]:
    """Compute the population values of the survey by Monte Carlo.

    Parameters
    ----------
    truth : SurveyTruth
        True parameters.
    size : int
        Respondents to simulate.
    seed : int
        Seed of the simulation.

    Returns
    -------
    dict
        ``index`` (mean perception index of each right, 0–100, over all waves and by ``wave``),
        ``alpha`` (Cronbach's, by right), ``overall`` (mean and standard deviation),
        ``correlations`` (Pearson matrix of the nine indexes and overall satisfaction), and the
        ``size`` and ``seed`` of the simulation. No answers are missing; 4 decimals.

    Examples
    --------
    >>> population(size=2000)["alpha"]["association"] < 0.6
    True
    """
    return copy.deepcopy(_population(truth, size, seed))


@lru_cache(maxsize=4)
def _population(truth: SurveyTruth, size: int, seed: int) -> dict[str, Any]:
    columns = [f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3)]
    items, squares, joint = np.zeros(27), np.zeros(27), np.zeros((10, 10))
    sums_by_wave = np.zeros((len(truth.waves), 10))
    respondents_by_wave = np.zeros(len(truth.waves))
    for number, start in enumerate(range(0, size, _BLOCK)):
        rng = np.random.default_rng([seed, number])
        frame = simulate_survey(min(_BLOCK, size - start), rng, truth, missing=0.0)
        answers = frame[columns].to_numpy(float)
        sums = np.column_stack([answers.reshape(-1, 9, 3).sum(axis=2), frame["overall"]])
        items += answers.sum(axis=0)
        squares += (answers**2).sum(axis=0)
        joint += np.einsum("ij,ik->jk", sums, sums)  # whole numbers: exact, and no BLAS threads
        for row, name in enumerate(truth.waves):
            inside = (frame["wave"] == name).to_numpy()
            sums_by_wave[row] += sums[inside].sum(axis=0)
            respondents_by_wave[row] += inside.sum()
    means = sums_by_wave.sum(axis=0) / size
    covariance = (joint / size - np.outer(means, means)) * size / (size - 1)
    variances = (squares / size - (items / size) ** 2) * size / (size - 1)
    alpha = 1.5 * (1 - variances.reshape(9, 3).sum(axis=1) / np.diag(covariance)[:9])
    deviations = np.sqrt(np.diag(covariance))
    waves = sums_by_wave / np.maximum(respondents_by_wave, 1)[:, None]
    names = (*RIGHTS, "overall")
    return {
        "index": _by_right(_index(means)),
        "wave": {
            wave: _by_right(_index(row)) for wave, row in zip(truth.waves, waves, strict=True)
        },
        "alpha": _by_right(alpha),
        "overall": {"mean": _round(means[9]), "sd": _round(deviations[9])},
        "correlations": {
            name: {other: _round(value) for other, value in zip(names, row, strict=True)}
            for name, row in zip(names, covariance / np.outer(deviations, deviations), strict=True)
        },
        "size": size,
        "seed": seed,
    }


def _index(sums: Floats) -> Floats:
    """Return perception indexes (0–100) from the sums of three items answered on 1–7."""
    return (sums[:9] / 3 - 1) / 6 * 100


def _by_right(values: Floats) -> dict[str, float]:
    return {right: _round(value) for right, value in zip(RIGHTS, values, strict=True)}


def _round(value: float) -> float:
    return round(float(value), 4)
