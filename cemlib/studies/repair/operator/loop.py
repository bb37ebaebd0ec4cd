"""The operator's closed loop: resets called back by lot, repeat calls around a new rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks

_SEED = 20260142


@dataclass(frozen=True)
class LoopTruth:
    """What the generated resets and repeat calls follow.

    Parameters
    ----------
    without, with_call : float
        Mean repeat calls within a week of a reset, without and with a call-back.
    tries : float
        Chance that a broadband customer had a reset in the pilot.
    days, starts : int
        Length of the daily series, and the day on which calling back became the rule.
    level, slope, change, bend : float
        Repeat calls for 100 resets on the first day, their change a day, what the rule changed at
        once, and what it changed of the slope.
    week : float
        Largest swing of the week.
    noise, memory : float
        Deviation of a day's own chance, and how much of a day's deviation the next day keeps.
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
        """Return the mean change over all days since the rule."""
        return self.change + self.bend * (self.days - self.starts - 1) / 2


LOOP = LoopTruth()


def planted(truth: LoopTruth = LOOP) -> dict[str, Any]:
    """Return what ``truth.json`` says is planted in the closed loop.

    Examples
    --------
    >>> planted()["average"]
    -9.09
    """
    return asdict(truth) | {"average": round(truth.average(), 6)}


def resets(
    customers: pd.DataFrame, rng: np.random.Generator, truth: LoopTruth = LOOP
) -> dict[str, pd.DataFrame]:
    """Draw a pilot: broadband lines that were reset, one half called back by lot.

    Parameters
    ----------
    customers : DataFrame
        With ``customer`` and ``segment``.
    rng : Generator
        Where chance comes from.
    truth : LoopTruth
        What is planted.

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
    """Draw repeat calls for 100 resets, day by day.

    Parameters
    ----------
    rng : Generator
        Where chance comes from.
    truth : LoopTruth
        What is planted.

    Returns
    -------
    DataFrame
        ``day`` (year-month-day), ``repeat_calls`` (for 100 resets), ``rule`` (whether calling
        back was the rule).

    Examples
    --------
    >>> int(simulate_recurrence(np.random.default_rng(1))["rule"].sum())
    110
    """
    checks.between("starts", truth.starts, 1, truth.days - 1, whole=True)
    time = np.arange(truth.days)
    after = time >= truth.starts
    chance = truth.noise * rng.standard_normal(truth.days)
    for day in range(1, truth.days):
        chance[day] += truth.memory * chance[day - 1]
    values = (
        truth.level
        + truth.slope * time
        + after * (truth.change + truth.bend * (time - truth.starts))
        + truth.week * np.cos(2 * np.pi * time / 7)
        + chance
    )
    days = np.datetime_as_string(np.datetime64("2025-10-06") + time)
    return pd.DataFrame(
        {"day": days, "repeat_calls": np.maximum(values, 0).round(1), "rule": after}
    )


def recurrence() -> pd.DataFrame:
    """Return the operator's repeat calls day by day: the same for every seed.

    Examples
    --------
    >>> recurrence()["day"].iloc[0]
    '2025-10-06'
    """
    return simulate_recurrence(np.random.default_rng(_SEED))
