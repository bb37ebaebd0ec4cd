"""Penalty of a low and reward of a high perception, and which of the two is larger."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import Floats, percentile_interval, weighted_covariance
from cemlib.stats.kinks import kinked_slopes
from cemlib.stats.samples import complete_rows, least_squares_slopes, where_regular
from cemlib.stats.weighting import covariance


def penalty_reward(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Contrast the penalty of a low perception with the reward of a high one.

    The outcome is regressed on two dummies per driver, for its lowest and its highest third.
    Penalty and reward are the differences of these thirds from the middle third. Where answers are
    skewed, one of the thirds lies further from the middle than the other, so that a straight line
    has a larger penalty than reward; and a ceiling of the outcome cuts rewards. The kind therefore
    rests on the slopes below and above the middle, with both allowed for:
    `cemlib.stats.kinks.kinked_slopes`.

    Parameters
    ----------
    drivers, outcome, weights, survey_weights
        As for `derived_importance`.

    Returns
    -------
    DataFrame
        One row per driver: driver, penalty, reward (units of outcome, the penalty usually
        negative), swing = reward − penalty, slope_below, slope_above (units of outcome per unit of
        driver), asymmetry = slope_above − slope_below, each with _low and _high; kind: "basic" if
        the interval of the asymmetry is below 0, "excitement" if it is above 0, else "performance"
        if the interval of the swing is above 0, else "unclear"; and tested: whether the slopes
        could be compared. A driver with too few different answers has missing values.

    Notes
    -----
    Counted over 160 samples of 300 rows, with four straight drivers among six: under skewed
    drivers, drivers at the ceiling and an outcome with a quarter at its ceiling, 2% to 4% of the
    straight drivers are called basic and 3% to 4% excitement; by the difference of thirds, up to
    26% basic (79% of 1,200 rows). With three questions per driver, each with an error and a
    ceiling of its own, up to 8% are called excitement.

    References
    ----------
    Brandt (1987), *How Service Marketers Can Identify Value-Enhancing Service Elements*;
    Matzler & Sauerwein (2002), *Int. J. Service Industry Management* 13:314–332.

    Examples
    --------
    >>> frame = pd.DataFrame({"care": np.repeat(np.arange(1.0, 10), 20)})
    >>> outcome = frame["care"].clip(upper=5) + 0.1 * frame["care"]
    >>> contrast = penalty_reward(frame, outcome, np.ones((5, 180)))
    >>> contrast[["penalty", "reward", "asymmetry", "kind"]].round(3).to_dict("records")
    [{'penalty': -2.967, 'reward': 0.633, 'asymmetry': -1.0, 'kind': 'basic'}]
    """
    data, counts, point = complete_rows(drivers, outcome, weights, survey_weights)
    low, high = zip(*[_outer_thirds(column) for column in data[:, :-1].T], strict=True)
    usable = [min(a.sum(), b.sum(), (~(a | b)).sum()) >= 5 for a, b in zip(low, high, strict=True)]
    kept = [column for column, good in enumerate(usable) if good]
    points = np.full((3, len(low)), np.nan)
    draws = np.full((3, len(counts), len(low)), np.nan)
    if kept:
        dummies = np.column_stack([*[low[i] for i in kept], *[high[i] for i in kept]])
        design = np.column_stack([dummies, data[:, -1]]).astype(float)
        for target, effects in (
            (points, least_squares_slopes(covariance(design, point)[None])),
            (
                draws,
                where_regular(
                    least_squares_slopes, weighted_covariance(design, counts), 2 * len(kept)
                ),
            ),
        ):
            penalty, reward = effects[:, : len(kept)], effects[:, len(kept) :]
            measures = np.stack([penalty, reward, reward - penalty])
            target[..., kept] = measures.reshape(*target.shape[:-1], len(kept))
    kinks = kinked_slopes(data[:, :-1], data[:, -1], counts, point)
    return _contrast_frame(
        tuple(drivers.columns),
        np.concatenate([points, kinks.points]),
        np.concatenate([draws, kinks.draws]),
    )


def _outer_thirds(values: Floats) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = np.quantile(values, [1 / 3, 2 / 3])
    if lower == upper:
        return values < lower, values > upper
    return values <= lower, values >= upper


def _contrast_frame(names: tuple[str, ...], points: Floats, draws: Floats) -> pd.DataFrame:
    frame = pd.DataFrame({"driver": list(names)})
    labels = ("penalty", "reward", "swing", "slope_below", "slope_above", "asymmetry")
    for label, values, resampled in zip(labels, points, draws, strict=True):
        frame[label] = values
        frame[f"{label}_low"], frame[f"{label}_high"] = percentile_interval(resampled)
    frame["kind"] = np.select(
        [frame["asymmetry_high"] < 0, frame["asymmetry_low"] > 0, frame["swing_low"] > 0],
        ["basic", "excitement", "performance"],
        "unclear",
    )
    frame["tested"] = frame["asymmetry"].notna()
    return frame
