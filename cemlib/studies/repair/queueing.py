"""Waiting lines in closed form: Erlang B and C, and Little's law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats

MOST_AGENTS = 10_000


def erlang_b(load: ArrayLike, agents: int) -> Floats:
    """Compute the chance that a call is lost where nobody can wait.

    B(0) = 1 and B(c) = a·B(c − 1) / (c + a·B(c − 1)), the recursion that never overflows.

    Parameters
    ----------
    load : array_like, shape (...)
        Offered load a in erlangs: arrivals an hour times hours of handling; more than 0.
    agents : int
        Agents c, from 0 to 10,000.

    Returns
    -------
    ndarray, shape (...)
        Chance in [0, 1].

    Raises
    ------
    ValueError
        If the load is not above 0 or the agents are out of range.

    References
    ----------
    Erlang (1917), *Elektroteknikeren* 13:5–13.

    Examples
    --------
    >>> float(erlang_b(10.0, 14).round(10))
    0.0568191434
    """
    offered = _load(load)
    count = int(checks.between("agents", agents, 0, MOST_AGENTS, whole=True))
    lost = np.ones_like(offered)
    for busy in range(1, count + 1):
        lost = offered * lost / (busy + offered * lost)
    return lost


def erlang_c(load: ArrayLike, agents: int) -> Floats:
    """Compute the chance that a call has to wait, where everybody waits to the end.

    C = B / (1 − ρ·(1 − B)) with ρ = a / c; 1 where the load is no less than the agents.

    Parameters
    ----------
    load, agents
        As for `erlang_b`; at least one agent.

    Returns
    -------
    ndarray, shape (...)
        Chance in (0, 1].

    Raises
    ------
    ValueError
        As `erlang_b`.

    References
    ----------
    Erlang (1917), as above; Cooper (1981), *Introduction to Queueing Theory*, ch. 3.

    Examples
    --------
    >>> float(erlang_c(10.0, 14).round(12))
    0.174131933595
    """
    checks.between("agents", agents, 1, MOST_AGENTS, whole=True)
    lost = erlang_b(load, agents)
    occupancy = _load(load) / agents
    return np.where(occupancy < 1, lost / (1 - np.minimum(occupancy, 1) * (1 - lost)), 1.0)


@dataclass(frozen=True)
class Line:
    """An M/M/c queue: Poisson arrivals, exponential handling, c agents, endless patience.

    Parameters
    ----------
    arrivals : float
        Calls an hour, more than 0.
    minutes : float
        Mean handling time in minutes, more than 0.
    agents : int
        How many answer, at least 1.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> line = Line(arrivals=200, minutes=3, agents=14)
    >>> round(line.answered_within(20), 6), round(line.mean_wait, 3), round(line.occupancy, 7)
    (0.88835, 7.836, 0.7142857)
    """

    arrivals: float
    minutes: float
    agents: int

    def __post_init__(self) -> None:
        """Refuse what is no queue."""
        checks.between("arrivals", self.arrivals, np.nextafter(0, 1))
        checks.between("minutes", self.minutes, np.nextafter(0, 1))
        checks.between("agents", self.agents, 1, MOST_AGENTS, whole=True)

    @property
    def load(self) -> float:
        """Offered load in erlangs."""
        return self.arrivals * self.minutes / 60

    @property
    def occupancy(self) -> float:
        """Share of their time that agents are busy, at most 1."""
        return min(self.load / self.agents, 1.0)

    @property
    def waits(self) -> float:
        """Chance that a call has to wait."""
        return float(erlang_c(self.load, self.agents))

    @property
    def mean_wait(self) -> float:
        """Mean wait of all calls in seconds; infinite where the line only grows."""
        spare = self.agents - self.load
        return self.waits * 60 * self.minutes / spare if spare > 0 else np.inf

    @property
    def waiting(self) -> float:
        """Mean number of calls in the line: arrivals × mean wait, by Little's law."""
        return self.arrivals / 3600 * self.mean_wait

    def answered_within(self, seconds: float) -> float:
        """Return the share of calls answered within so many seconds: the service level.

        1 − C·exp(−(c − a)·t / handling time).
        """
        checks.between("seconds", seconds, 0)
        spare = self.agents - self.load
        if spare <= 0:
            return 0.0
        return float(1 - self.waits * np.exp(-spare * seconds / (60 * self.minutes)))


def agents_needed(arrivals: float, minutes: float, *, share: float, seconds: float) -> int:
    """Return the fewest agents who answer that share of calls within so many seconds.

    Parameters
    ----------
    arrivals, minutes
        As for `Line`.
    share : float
        Service level asked for, in [0, 1).
    seconds : float
        Within how many seconds, at least 0.

    Returns
    -------
    int
        Agents.

    Raises
    ------
    ValueError
        If a value is out of range, or more than 10,000 agents were needed.

    Examples
    --------
    >>> agents_needed(200, 3, share=0.8, seconds=20)
    14
    """
    checks.between("share", share, 0, 1 - 1e-12)
    first = max(1, int(arrivals * minutes / 60))
    for agents in range(first, MOST_AGENTS + 1):
        if Line(arrivals, minutes, agents).answered_within(seconds) >= share:
            return agents
    raise checks.invalid_argument(
        "arrivals", arrivals, f"a number that {MOST_AGENTS} agents can answer"
    )


def in_system(arrived: ArrayLike, left: ArrayLike, times: ArrayLike) -> Floats:
    """Count how many are in a system at given times.

    Parameters
    ----------
    arrived, left : array_like, shape (n,)
        When each came and went.
    times : array_like, shape (m,)
        When to count.

    Returns
    -------
    ndarray, shape (m,)
        Numbers; their mean over time is arrival rate × mean stay.

    References
    ----------
    Little (1961), *Operations Research* 9:383–387.

    Examples
    --------
    >>> in_system([0.0, 1.0], [2.0, 4.0], [0.5, 1.5, 3.0, 5.0])
    array([1., 2., 1., 0.])
    """
    came, gone = (np.sort(np.asarray(values, dtype=float)) for values in (arrived, left))
    at = np.asarray(times, dtype=float)
    inside = np.searchsorted(came, at, side="right") - np.searchsorted(gone, at, side="right")
    return inside.astype(float)


def _load(load: ArrayLike) -> Floats:
    offered = np.asarray(load, dtype=float)
    if not (offered > 0).all():
        raise checks.invalid_argument("load", load, "more than 0 erlangs")
    return offered
