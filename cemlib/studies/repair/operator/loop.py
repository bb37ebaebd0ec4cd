"""The operator's closed loop: resets with a randomised call-back, and repeat calls per day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks

_SEED = 20260142


@dataclass(frozen=True)
class LoopTruth:
    """True parameters of the generated resets and repeat calls.

    Parameters
    ----------
    without, with_call : float
        Mean repeat calls per reset within a week, without and with a call-back.
    tries : float
        Probability that a broadband customer had a reset in the pilot.
    days, starts : int
        Length of the daily series, and the day on which calling back became the rule.
    level, slope, change, bend : float
        Repeat calls per 100 resets on the first day, their change per day, and the rule's immediate
        change of the level and change of the slope.
    week : float
        Amplitude of the weekly pattern.
    noise, memory : float
        Standard deviation of the daily noise, and its autocorrelation from day to day.
    """

    without: float = 0.42
    with_call: float = 0.18
    tries: float = 0.6
    days: int = 240
    starts: int = 130
    level: float = 41.0
    slope: float = -0.03
    change: float = -8.0
    bend: float = -0.02
    week: float = 3.0
    noise: float = 2.2
    memory: float = 0.4

    def average(self) -> float:
        """Return the mean change over all days under the rule."""
        return self.change + self.bend * (self.days - self.starts - 1) / 2


LOOP = LoopTruth()


def true_parameters(truth: LoopTruth = LOOP) -> dict[str, Any]:
    """Return the true parameters of the closed loop, as in ``truth.json``.

    Examples
    --------
    >>> true_parameters()["average"]
    -9.09
    """
    return asdict(truth) | {"average": round(truth.average(), 6)}


def resets(
    customers: pd.DataFrame, rng: np.random.Generator, truth: LoopTruth = LOOP
) -> dict[str, pd.DataFrame]:
    """Draw a pilot: broadband lines that were reset, half of them randomised to a call-back.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``segment``.
    rng : Generator
        Source of randomness.
    truth : LoopTruth
        True parameters.

    Returns
    -------
    dict of DataFrame
        ``resets``: ``reset``, ``customer``, ``called_back``, ``repeat_calls`` within a week.

    Examples
    --------
    >>> people = pd.DataFrame({"customer": ["C0000001"], "segment": ["prepaid"]})
    >>> len(resets(people, np.random.default_rng(1))["resets"])
    0
    """
    eligible = customers["segment"].isin(("broadband household", "small business")).to_numpy()
    eligible = eligible & (rng.random(len(customers)) < truth.tries)
    called = rng.random(len(customers)) < 0.5
    repeats = rng.poisson(np.where(called, truth.with_call, truth.without))
    frame = pd.DataFrame(
        {
            "reset": "T" + customers["customer"].str[1:],
            "customer": customers["customer"],
            "called_back": called,
            "repeat_calls": repeats,
        }
    )
    return {"resets": frame[eligible].reset_index(drop=True)}


def simulate_recurrence(rng: np.random.Generator, truth: LoopTruth = LOOP) -> pd.DataFrame:
    """Draw repeat calls per 100 resets, day by day.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    truth : LoopTruth
        True parameters.

    Returns
    -------
    DataFrame
        ``day`` (year-month-day), ``repeat_calls`` (per 100 resets), ``rule`` (whether calling
        back was the rule).

    Examples
    --------
    >>> int(simulate_recurrence(np.random.default_rng(1))["rule"].sum())
    110
    """
    checks.between("starts", truth.starts, 1, truth.days - 1, whole=True)
    time = np.arange(truth.days)
    after = time >= truth.starts
    noise = truth.noise * rng.standard_normal(truth.days)
    for day in range(1, truth.days):
        noise[day] += truth.memory * noise[day - 1]
    values = (
        truth.level
        + truth.slope * time
        + after * (truth.change + truth.bend * (time - truth.starts))
        + truth.week * np.cos(2 * np.pi * time / 7)
        + noise
    )
    days = np.datetime_as_string(np.datetime64("2025-10-06") + time)
    return pd.DataFrame(
        {"day": days, "repeat_calls": np.maximum(values, 0).round(1), "rule": after}
    )


def recurrence() -> pd.DataFrame:
    """Return the operator's repeat calls per day: the same for every seed.

    Examples
    --------
    >>> recurrence()["day"].iloc[0]
    '2025-10-06'
    """
    return simulate_recurrence(np.random.default_rng(_SEED))
