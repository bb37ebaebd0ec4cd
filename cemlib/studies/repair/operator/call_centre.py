"""The operator's call centre: four weeks of calls to one group of agents, some of them abandoned.

Calls arrive at random at a rate of the hour and the weekday, handling times are lognormal and
patience is exponential; the first free agent takes the caller who has waited longest.
"""

from __future__ import annotations

import heapq
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

_SEED = 20260143
_START = np.datetime64("2026-03-02T00:00:00")  # a Monday
_ZONE = "+08:00"


@dataclass(frozen=True)
class CallTruth:
    """True parameters of the generated calls.

    Parameters
    ----------
    days : int
        Days of the log, from a Monday.
    opens : int
        First hour of the day; `rates` and `agents` begin with it.
    rates : tuple of float
        Calls per hour on an average day, by hour.
    week : tuple of float
        Calls of each weekday relative to the average, Monday first.
    agents : tuple of int
        Agents on duty, by hour.
    skills, shares, minutes : tuple
        Skills, the share of each among calls, and its mean handling time in minutes.
    variation : float
        Standard deviation of handling times over their mean.
    patience : float
        Mean patience in minutes.
    """

    days: int = 28
    opens: int = 8
    rates: tuple[float, ...] = (5, 10, 15, 14, 10, 9, 12, 13, 11, 9, 10, 11, 6)
    week: tuple[float, ...] = (1.25, 1.1, 1.0, 1.0, 1.05, 0.85, 0.75)
    agents: tuple[int, ...] = (1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1)
    skills: tuple[str, ...] = ("billing", "broadband")
    shares: tuple[float, ...] = (0.6, 0.4)
    minutes: tuple[float, ...] = (5.0, 8.0)
    variation: float = 0.9
    patience: float = 4.0

    @property
    def mean_minutes(self) -> float:
        """Mean handling time over all skills, in minutes."""
        return float(np.dot(self.shares, self.minutes))


CALLS = CallTruth()


def true_parameters(truth: CallTruth = CALLS) -> dict[str, Any]:
    """Return the true parameters of the calls, as in ``truth.json``.

    Examples
    --------
    >>> true_parameters()["mean_minutes"]
    6.2
    """
    listed = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(truth).items()
    }
    return listed | {"mean_minutes": round(truth.mean_minutes, 6)}


def simulate_calls(rng: np.random.Generator, truth: CallTruth = CALLS) -> pd.DataFrame:
    """Draw the log of a call centre, call by call.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    truth : CallTruth
        True parameters.

    Returns
    -------
    DataFrame
        By arrival: ``call``, ``arrival``, ``answered`` (missing where nobody answered), ``ended``
        (of the call, or when the caller hung up), ``abandoned``, ``agents`` on duty, ``skill``.

    Examples
    --------
    >>> log = simulate_calls(np.random.default_rng(1))
    >>> bool((log["answered"].isna() == log["abandoned"]).all())
    True
    """
    hours = np.arange(truth.opens, truth.opens + len(truth.rates))
    rates = np.outer([truth.week[day % 7] for day in range(truth.days)], truth.rates)
    counts = rng.poisson(rates)
    start = 86_400.0 * np.arange(truth.days)[:, None] + 3600.0 * hours
    arrived = np.sort(np.repeat(start.ravel(), counts.ravel()) + 3600 * rng.random(counts.sum()))
    arrived = np.floor(arrived)
    skill = rng.choice(len(truth.skills), len(arrived), p=truth.shares)
    sigma = np.sqrt(np.log1p(truth.variation**2))
    noise = np.exp(sigma * rng.standard_normal(len(arrived)) - sigma**2 / 2)
    service = np.maximum(np.rint(60 * np.array(truth.minutes)[skill] * noise), 5.0)
    patient = np.maximum(np.rint(60 * rng.exponential(truth.patience, len(arrived))), 1.0)
    hour = (arrived % 86_400 // 3600).astype(int) - truth.opens
    agents = np.array(truth.agents)[hour]
    wait = _waits(arrived, service, patient, agents)
    lost = np.isnan(wait)
    answered = np.where(lost, np.nan, arrived + wait)
    ended = np.where(lost, arrived + patient, answered + service)
    return pd.DataFrame(
        {
            "call": [f"L{number:06d}" for number in range(1, len(arrived) + 1)],
            "arrival": _moments(arrived),
            "answered": _moments(answered),
            "ended": _moments(ended),
            "abandoned": lost,
            "agents": agents,
            "skill": np.array(truth.skills, dtype=object)[skill],
        }
    )


def _waits(
    arrived: np.ndarray, service: np.ndarray, patient: np.ndarray, agents: np.ndarray
) -> np.ndarray:
    """Return the wait of each call in seconds, missing where the caller hung up.

    An agent who goes off duty finishes the call; whoever waits then waits for those on duty.
    """
    wait = np.full(len(arrived), np.nan)
    busy: list[float] = []  # when each agent is free
    for call, (now, on_duty) in enumerate(zip(arrived.tolist(), agents.tolist(), strict=True)):
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        # With n agents and b calls in progress, one is free once b − n + 1 of these have ended.
        ends = sorted(busy)[: max(len(busy) - on_duty + 1, 0)]
        offered = max(ends[-1] - now, 0.0) if ends else 0.0
        if offered <= patient[call]:
            wait[call] = offered
            heapq.heappush(busy, now + offered + service[call])
    return wait


def _moments(seconds: np.ndarray) -> np.ndarray:
    known = ~np.isnan(seconds)
    times = _START + np.where(known, seconds, 0).astype("timedelta64[s]")
    texts = np.char.add(np.datetime_as_string(times, unit="s"), _ZONE).astype(object)
    texts[~known] = None
    return texts


def calls() -> pd.DataFrame:
    """Return the operator's calls: the same for every seed of its customers.

    Examples
    --------
    >>> calls()["call"].iloc[0]
    'L000001'
    """
    return simulate_calls(np.random.default_rng(_SEED))
