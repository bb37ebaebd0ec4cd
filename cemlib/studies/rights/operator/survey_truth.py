"""True parameters of the fictional operator's survey."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cemlib.stats.customers import MIX, CustomerMix
from cemlib.studies.rights.nine_rights import RIGHTS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SurveyTruth:
    """True parameters of the model that generates the answers.

    Perception lives on a scale of 0–100 points. Tuples over rights are in the order of
    `cemlib.studies.rights.nine_rights.RIGHTS`. `dataclasses.replace` makes another operator.

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
        Difference that a segment or channel (rows) makes to each right (columns), in points.
    wave_shifts : tuple of tuple of float
        Difference that each wave (rows) makes to each right (columns), in points.
    halo, own : float
        Standard deviations between respondents, in points: of the component common to all
        rights (halo) and of the component specific to one right.
    skew : float
        How far these components lean to the left, as ratings do: the log standard deviation of
        the log-normal distribution of which they are the mirror image; near 0 they are normal.
    item_noise : tuple of float
        Standard deviation of each right's items around its perception, in points.
    stable : float
        Share of the variance between customers that is stable across waves.
    penalties, rewards : tuple of float
        Change in overall satisfaction per point of perception below and above the right's kink.
    kinks : tuple of float
        Perception at which the slope changes, in points.
    overall_base, overall_noise : float
        Overall satisfaction with every right at its kink, and the residual standard deviation.
    importance : tuple of float
        Mean stated importance of each right, 1–7.
    importance_style, importance_noise : float
        Standard deviations of stated importance: of a respondent's response style, common to all
        rights, and of each single answer.
    recommend_slope, recommend_base, recommend_noise : float
        Recommendation is base + slope × overall + noise.
    missing : float
        Share of item and importance answers missing at random.
    response : float
        Probability that a customer answers in a wave.
    """

    segments: tuple[str, ...] = MIX.segments
    channels: tuple[str, ...] = MIX.channels
    waves: tuple[str, ...] = ("2025-06", "2025-12", "2026-06")
    segment_shares: tuple[float, ...] = MIX.segment_shares
    channel_shares: tuple[tuple[float, ...], ...] = MIX.channel_shares
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
    skew: float = 0.15
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

    @property
    def mix(self) -> CustomerMix:
        """Mix of the customers surveyed."""
        return CustomerMix(self.segments, self.channels, self.segment_shares, self.channel_shares)

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


def true_parameters(truth: SurveyTruth = TRUTH) -> dict[str, Any]:
    """Return the true parameters, labelled by right, segment, channel and wave, ready for JSON.

    Examples
    --------
    >>> true_parameters()["halo"]
    7.0
    """
    labelled = {field.name: _labelled(field.name, truth) for field in fields(truth)}
    return labelled | {"classes": truth.classes()}


def _labelled(field: str, truth: SurveyTruth) -> Any:
    """Return a field of the truth, its tuples as mappings from label to value."""
    value = getattr(truth, field)
    rows = {
        "channel_shares": truth.segments,
        "segment_effects": truth.segments,
        "channel_effects": truth.channels,
        "wave_shifts": truth.waves,
    }
    if field in rows:
        columns = truth.channels if field == "channel_shares" else RIGHTS
        labelled = [dict(zip(columns, row, strict=True)) for row in value]
        return dict(zip(rows[field], labelled, strict=True))
    if field == "segment_shares":
        return dict(zip(truth.segments, value, strict=True))
    by_right = isinstance(value, tuple) and len(value) == len(RIGHTS)
    return dict(zip(RIGHTS, value, strict=True)) if by_right else value
