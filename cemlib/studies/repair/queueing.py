"""Erlang's formulas: queues in closed form."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats

MAX_AGENTS = 10_000


def erlang_b(load: ArrayLike, agents: int) -> Floats:
    """Compute the probability that a call is lost where nobody can wait.

    B(0) = 1 and B(c) = a·B(c − 1) / (c + a·B(c − 1)): a recursion, because the factorials of the
    textbook formula overflow.

    Parameters
    ----------
    load : array_like, shape (...)
        Offered load a in erlangs: arrivals per hour times hours of handling; more than 0.
    agents : int
        Agents c, from 0 to 10,000.

    Returns
    -------
    ndarray, shape (...)
        Probability in [0, 1].

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
    offered = _offered(load)
    count = int(checks.between("agents", agents, 0, MAX_AGENTS, whole=True))
    lost = np.ones_like(offered)
    for busy in range(1, count + 1):
        lost = offered * lost / (busy + offered * lost)
    return lost


def erlang_c(load: ArrayLike, agents: int) -> Floats:
    """Compute the probability that a call has to wait, where nobody hangs up.

    C = B / (1 − ρ·(1 − B)) with ρ = a / c; 1 where the load is no less than the agents.

    Parameters
    ----------
    load, agents
        As for `erlang_b`; at least one agent.

    Returns
    -------
    ndarray, shape (...)
        Probability in (0, 1].

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
    checks.between("agents", agents, 1, MAX_AGENTS, whole=True)
    lost = erlang_b(load, agents)
    occupancy = _offered(load) / agents
    return np.where(occupancy < 1, lost / (1 - np.minimum(occupancy, 1) * (1 - lost)), 1.0)


@dataclass(frozen=True)
class Queue:
    """An M/M/c queue: Poisson arrivals, exponential handling times, c agents, nobody hangs up.

    Parameters
    ----------
    arrivals : float
        Calls per hour, more than 0.
    minutes : float
        Mean handling time in minutes, more than 0.
    agents : int
        Agents who answer, at least 1.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> queue = Queue(arrivals=200, minutes=3, agents=14)
    >>> round(queue.answered_within(20), 6), round(queue.mean_wait, 3)
    (0.88835, 7.836)
    """

    arrivals: float
    minutes: float
    agents: int

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        checks.between("arrivals", self.arrivals, np.nextafter(0, 1))
        checks.between("minutes", self.minutes, np.nextafter(0, 1))
        checks.between("agents", self.agents, 1, MAX_AGENTS, whole=True)

    @property
    def load(self) -> float:
        """Offered load in erlangs."""
        return self.arrivals * self.minutes / 60

    @property
    def waits(self) -> float:
        """Probability that a call has to wait."""
        return float(erlang_c(self.load, self.agents))

    @property
    def mean_wait(self) -> float:
        """Mean wait of all calls in seconds; infinite where demand exceeds capacity."""
        spare = self.agents - self.load
        return self.waits * 60 * self.minutes / spare if spare > 0 else np.inf

    def answered_within(self, seconds: float) -> float:
        """Return the share of calls answered within these seconds: the service level.

        1 − C·exp(−(c − a)·t / handling time).
        """
        checks.between("seconds", seconds, 0)
        spare = self.agents - self.load
        if spare <= 0:
            return 0.0
        return float(1 - self.waits * np.exp(-spare * seconds / (60 * self.minutes)))

    def agents_needed(self, share: float, seconds: float) -> int:
        """Return the smallest number of agents that reaches a service level with this load.

        Parameters
        ----------
        share : float
            Service level: share of calls answered in time, in [0, 1).
        seconds : float
            Target wait in seconds, at least 0.

        Raises
        ------
        ValueError
            If a value is out of range, or more than 10,000 agents would be needed.

        Examples
        --------
        >>> Queue(arrivals=200, minutes=3, agents=1).agents_needed(share=0.8, seconds=20)
        14
        """
        checks.between("share", share, 0, 1 - 1e-12)

        def reaches(agents: int) -> bool:
            return replace(self, agents=agents).answered_within(seconds) >= share

        low, high = 0, 1
        while not reaches(high):
            if high == MAX_AGENTS:
                wanted = f"a number that {MAX_AGENTS:,} agents can answer"
                raise checks.invalid_argument("arrivals", self.arrivals, wanted)
            low, high = high, min(2 * high, MAX_AGENTS)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reaches(middle) else (middle, high)
        return high


def _offered(load: ArrayLike) -> Floats:
    offered = np.asarray(load, dtype=float)
    if not (offered > 0).all():
        raise checks.invalid_argument("load", load, "more than 0 erlangs")
    return offered
