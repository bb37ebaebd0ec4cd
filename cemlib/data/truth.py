"""What is planted in the generated operator's survey, and what a survey of everybody finds."""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemlib.data.catalogue import RIGHTS

Floats = NDArray[np.float64]
POPULATION_SIZE = 1_000_000
POPULATION_SEED = 20260101
_BLOCK = 20_000


@dataclass(frozen=True)
class SurveyTruth:
    """Everything the generated answers follow; a change makes another operator.

    Perception lives on a scale of 0–100 points. Arrays over rights are in the order of
    `cemlib.data.catalogue.RIGHTS`. Build another one with `dataclasses.replace`.

    Parameters
    ----------
    segments, channels, waves : tuple of str
        Levels.
    segment_shares : tuple of float
        Share of each segment; sums to 1.
    channel_shares : tuple of tuple of float
        Share of each channel (columns) in each segment (rows).
    means : tuple of float
        Mean perception of each right in the first wave, before segment and channel, in points.
    segment_effects, channel_effects : tuple of tuple of float
        What a segment or channel (rows) adds to each right (columns), in points.
    wave_shifts : tuple of tuple of float
        What each wave (rows) adds to each right (columns), in points.
    halo, own : float
        Standard deviations, in points, of what a respondent feels for all rights alike, and for
        one right alone.
    item_noise : tuple of float
        Standard deviation of each right's items about its perception, in points.
    stable : float
        Share of a customer's variance that stays from wave to wave.
    penalties, rewards : tuple of float
        Change of overall satisfaction for a point of perception below, and above, the right's kink.
    kinks : tuple of float
        Where the one slope gives way to the other, in points.
    overall_base, overall_noise : float
        Overall satisfaction with every right at its kink, and the deviation of what is left over.
    importance : tuple of float
        Mean stated importance of each right, 1–7.
    importance_style, importance_noise : float
        Deviation of what a respondent adds to all importances alike, and to one alone.
    recommend_slope, recommend_base, recommend_noise : float
        Recommendation is base + slope × overall + noise.
    missing : float
        Share of item and importance answers left out at random.
    response : float
        Chance that a customer answers in a wave.
    """

    segments: tuple[str, ...] = ("prepaid", "contract", "broadband household", "small business")
    channels: tuple[str, ...] = ("hotline", "app", "shop", "wechat")
    waves: tuple[str, ...] = ("2025-06", "2025-12", "2026-06")
    segment_shares: tuple[float, ...] = (0.35, 0.30, 0.25, 0.10)
    channel_shares: tuple[tuple[float, ...], ...] = (
        (0.20, 0.25, 0.25, 0.30),
        (0.30, 0.35, 0.15, 0.20),
        (0.45, 0.20, 0.15, 0.20),
        (0.45, 0.15, 0.30, 0.10),
    )
    means: tuple[float, ...] = (71, 52, 63, 61, 45, 55, 59, 72, 64)
    segment_effects: tuple[tuple[float, ...], ...] = (
        (0, 1, 2, 2, 1, 2, 1, 0, 0),
        (1, 0, -1, -1, 0, 0, 0, 1, 0),
        (-2, -2, -2, 0, -1, -1, -1, -1, 0),
        (-1, -2, 0, -4, -5, -3, 1, -1, -1),
    )
    channel_effects: tuple[tuple[float, ...], ...] = (
        (0, -1, -2, 0, 1, -1, 1, 1, 0),
        (1, 3, 2, 1, -2, 0, -1, -1, 1),
        (1, -2, 1, 0, 2, 0, 2, 2, -2),
        (-1, 0, 0, -1, -1, 3, -1, -1, 1),
    )
    wave_shifts: tuple[tuple[float, ...], ...] = (
        (0, 0, 0, 0, 0, 0, 0, 0, 0),
        (0, 3, 0.5, 0, 0.5, 0, 0.5, 0, 0.5),
        (0.5, 6, 0.5, 0, 0.5, 0.5, 1, 0, 1),
    )
    halo: float = 7.0
    own: float = 14.0
    item_noise: tuple[float, ...] = (10.5, 9.5, 12.0, 10.5, 9.5, 27.0, 12.0, 10.0, 13.5)
    stable: float = 0.5
    penalties: tuple[float, ...] = (0.066, 0.022, 0.010, 0.031, 0.033, 0.0, 0.0, 0.072, 0.0)
    rewards: tuple[float, ...] = (0.0, 0.022, 0.010, 0.031, 0.033, 0.044, 0.044, 0.0, 0.0)
    kinks: tuple[float, ...] = (71, 52, 63, 61, 45, 55, 59, 72, 64)
    overall_base: float = 6.8
    overall_noise: float = 1.25
    importance: tuple[float, ...] = (6.4, 6.0, 5.8, 6.3, 5.5, 4.9, 5.3, 5.6, 5.2)
    importance_style: float = 0.45
    importance_noise: float = 0.75
    recommend_slope: float = 1.05
    recommend_base: float = -0.7
    recommend_noise: float = 1.2
    missing: float = 0.015
    response: float = 0.125

    def classes(self) -> dict[str, str]:
        """Return the kind of each right: basic, linear, excitement or none.

        Examples
        --------
        >>> TRUTH.classes()["respect"]
        'basic'
        """
        kinds = {(True, False): "basic", (True, True): "linear", (False, True): "excitement"}
        slopes = zip(RIGHTS, self.penalties, self.rewards, strict=True)
        return {right: kinds.get((low > 0, high > 0), "none") for right, low, high in slopes}


TRUTH = SurveyTruth()


def planted(truth: SurveyTruth = TRUTH) -> dict[str, Any]:
    """Return what is planted, its places named, ready for JSON.

    Examples
    --------
    >>> planted()["halo"]
    7.0
    """
    named = {field.name: _named(field.name, truth) for field in fields(truth)}
    return named | {"classes": truth.classes()}


def population(
    truth: SurveyTruth = TRUTH, size: int = POPULATION_SIZE, seed: int = POPULATION_SEED
) -> dict[str, Any]:
    """Compute what a complete survey of very many would find.

    Parameters
    ----------
    truth : SurveyTruth
        What is planted.
    size : int
        Respondents to simulate.
    seed : int
        Seed of the simulation.

    Returns
    -------
    dict
        ``index`` (mean of each right's index, 0–100 from the mean of its items, over all waves and
        by ``wave``), ``alpha`` (Cronbach's, by right), ``overall`` (mean and sd),
        ``correlations`` (rows of the Pearson matrix of the nine indexes and overall), and the
        ``size`` and ``seed`` behind them. Missing answers are none; numbers have 4 decimals.

    Examples
    --------
    >>> population(size=2000)["alpha"]["association"] < 0.6
    True
    """
    return copy.deepcopy(_population(truth, size, seed))


@lru_cache(maxsize=4)
def _population(truth: SurveyTruth, size: int, seed: int) -> dict[str, Any]:
    from cemlib.data.generate_survey import simulate_survey

    columns = [f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3)]
    items, squares, joint = np.zeros(27), np.zeros(27), np.zeros((10, 10))
    by_wave, in_wave = np.zeros((len(truth.waves), 10)), np.zeros(len(truth.waves))
    for number, start in enumerate(range(0, size, _BLOCK)):
        rng = np.random.default_rng([seed, number])
        frame = simulate_survey(min(_BLOCK, size - start), rng, truth, missing=0.0)
        answers = frame[columns].to_numpy(float)
        sums = np.column_stack([answers.reshape(-1, 9, 3).sum(axis=2), frame["overall"]])
        items += answers.sum(axis=0)
        squares += (answers**2).sum(axis=0)
        joint += np.einsum("ij,ik->jk", sums, sums)  # whole numbers: exact, and no BLAS threads
        for place, name in enumerate(truth.waves):
            inside = (frame["wave"] == name).to_numpy()
            by_wave[place] += sums[inside].sum(axis=0)
            in_wave[place] += inside.sum()
    means = by_wave.sum(axis=0) / size
    covariance = (joint / size - np.outer(means, means)) * size / (size - 1)
    variances = (squares / size - (items / size) ** 2) * size / (size - 1)
    alpha = 1.5 * (1 - variances.reshape(9, 3).sum(axis=1) / np.diag(covariance)[:9])
    spread = np.sqrt(np.diag(covariance))
    waves = by_wave / np.maximum(in_wave, 1)[:, None]
    names = (*RIGHTS, "overall")
    return {
        "index": _by_right(_index(means)),
        "wave": {
            wave: _by_right(_index(row)) for wave, row in zip(truth.waves, waves, strict=True)
        },
        "alpha": _by_right(alpha),
        "overall": {"mean": _round(means[9]), "sd": _round(spread[9])},
        "correlations": {
            name: {other: _round(value) for other, value in zip(names, row, strict=True)}
            for name, row in zip(names, covariance / np.outer(spread, spread), strict=True)
        },
        "size": size,
        "seed": seed,
    }


def _index(sums: Floats) -> Floats:
    """Return perception, 0–100, from the sums of three items answered 1–7."""
    return (sums[:9] / 3 - 1) / 6 * 100


def _by_right(values: Floats) -> dict[str, float]:
    return {right: _round(value) for right, value in zip(RIGHTS, values, strict=True)}


def _round(value: float) -> float:
    return round(float(value), 4)


def _named(field: str, truth: SurveyTruth) -> Any:
    """Return a field of the truth with its places named."""
    value = getattr(truth, field)
    rows = {
        "channel_shares": truth.segments,
        "segment_effects": truth.segments,
        "channel_effects": truth.channels,
        "wave_shifts": truth.waves,
    }
    if field in rows:
        places = truth.channels if field == "channel_shares" else RIGHTS
        named = [dict(zip(places, row, strict=True)) for row in value]
        return dict(zip(rows[field], named, strict=True))
    if field == "segment_shares":
        return dict(zip(truth.segments, value, strict=True))
    by_right = isinstance(value, tuple) and len(value) == len(RIGHTS)
    return dict(zip(RIGHTS, value, strict=True)) if by_right else value
