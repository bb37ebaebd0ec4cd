"""Erlang A: a queue whose callers hang up when their patience ends (M/M/n+M)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import betainc, gammaln

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.repair.queueing import Queue

_NEGLIGIBLE = 45.0  # on the log scale: states less likely than e⁻⁴⁵ of the likeliest are left out


@dataclass(frozen=True)
class ErlangA(Queue):
    """An M/M/n+M queue: Poisson arrivals, exponential handling times and patience, n agents.

    The number of callers is a birth–death chain: births λ; deaths min(k, n)·μ + max(k − n, 0)·θ. A
    caller who finds n + m others needs m + 1 departures before an agent is free, so that e^(−θV)
    of the offered wait V has the distribution Beta(nμ/θ, m + 1).

    Parameters
    ----------
    arrivals : float
        Calls per hour, more than 0.
    minutes : float
        Mean handling time in minutes, more than 0.
    agents : int
        Agents who answer, at least 1.
    patience : float
        Mean patience in minutes, more than 0.

    Raises
    ------
    ValueError
        If a value is out of range.

    References
    ----------
    Palm (1957), *Tele* (English ed.) 1957:1–107; Garnett, Mandelbaum & Reiman (2002),
    *Manufacturing & Service Operations Management* 4:208–227.

    Examples
    --------
    >>> queue = ErlangA(arrivals=2880, minutes=1, agents=50, patience=2)
    >>> round(queue.abandoned, 3), round(queue.mean_wait, 1)
    (0.031, 3.7)
    """

    patience: float

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        super().__post_init__()
        checks.between("patience", self.patience, np.nextafter(0, 1))

    @property
    def waits(self) -> float:
        """Probability that a call has to wait."""
        return float(self._queued.sum())

    @property
    def abandoned(self) -> float:
        """Share of calls whose caller hangs up before an answer."""
        ahead = np.arange(1, len(self._queued) + 1)
        return float(self._queued @ (ahead / (self._ratio + ahead)))

    @property
    def mean_wait(self) -> float:
        """Mean wait of all calls in seconds, until an answer or until the caller hangs up."""
        return 60 * self.patience * self.abandoned

    @property
    def occupancy(self) -> float:
        """Share of the time in which an agent is busy."""
        return self.load * (1 - self.abandoned) / self.agents

    def answered_within(self, seconds: float) -> float:
        """Return the share of all calls that are answered within these seconds."""
        checks.between("seconds", seconds, 0)
        ahead = np.arange(1, len(self._queued) + 1)
        left = np.exp(-seconds / (60 * self.patience))
        soon = 1 - betainc(self._ratio + 1, ahead, left)
        served = self._ratio / (self._ratio + ahead) * soon
        return float(1 - self.waits + self._queued @ served)

    @property
    def _ratio(self) -> float:
        """Rate of departures from full service, relative to the rate of losing patience."""
        return self.agents * self.patience / self.minutes

    @cached_property
    def _queued(self) -> Floats:
        """Probability that a caller finds all agents busy and m = 0, 1, … others waiting."""
        counts = np.arange(self.agents + 1)
        busy = counts * np.log(self.load) - gammaln(counts + 1)
        arrivals = self.arrivals * self.patience / 60  # during one mean patience
        # Each further caller multiplies by arrivals / (ratio + m): the factor falls below 1/2 at
        # last, from where on the rest is smaller than the last term kept.
        top = max(2 * arrivals - self._ratio, 0) + 60 + 20 * np.sqrt(arrivals + 1)
        ahead = np.arange(1, int(top) + 1)
        waiting = busy[-1] + np.cumsum(np.log(arrivals) - np.log(self._ratio + ahead))
        peak = max(float(busy.max()), float(waiting.max()))
        weights = np.exp(np.r_[busy, waiting] - peak)
        weights[weights < np.exp(-_NEGLIGIBLE)] = 0
        return np.asarray((weights / weights.sum())[self.agents :], dtype=float)
