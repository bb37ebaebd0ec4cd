"""Simulation of a desk that calls dissatisfied customers back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import significant

POLICIES = ("first come", "severity", "value", "golden time")
COLUMNS = ("arrived", "minutes", "severity", "value", "initial_probability", "half_life", "shape")
MAX_TRIES = 4
_MOMENT = 1e-9  # hours; a smaller difference is rounding, and adding it may not advance the clock
ANSWERS = tuple(f"answer_{attempt}" for attempt in range(1, 2 * MAX_TRIES + 1))
DRAWS = ("repair_draw", "second_draw", "complaint_draw", "patience", *ANSWERS)


@dataclass(frozen=True)
class Desk:
    """How the desk works.

    Parameters
    ----------
    agents : int
        Agents who call, at least 1.
    opens, closes : float
        Hours of the day between which a call may begin; 0 and 24 for a desk that never closes.
    answer : float
        Probability that a customer picks up, in (0, 1].
    tries : int
        Attempts before a customer is given up, from 1 to 4; the same number again after a
        complaint.
    redial : float
        Hours until the next attempt.
    ring_minutes : float
        Minutes that an unanswered attempt takes.
    second : float
        Probability of repair by a second call, as a share of the first call's.
    complaint : float
        Probability that a customer who is not repaired complains, in [0, 1].
    wage : float
        Cost per agent and hour of shift, busy or idle; not-a-number if not known.
    days : float, optional
        Days simulated; until three days after the last case by default.
    """

    agents: int
    opens: float = 9.0
    closes: float = 18.0
    answer: float = 0.65
    tries: int = 3
    redial: float = 3.0
    ring_minutes: float = 1.5
    second: float = 0.7
    complaint: float = 0.35
    wage: float = 60.0
    days: float | None = None

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        checks.between("agents", self.agents, 1, whole=True)
        checks.between("tries", self.tries, 1, MAX_TRIES, whole=True)
        checks.between("answer", self.answer, 1e-9, 1)
        checks.between("complaint", self.complaint, 0, 1)
        checks.between("opens", self.opens, 0, 24)
        checks.between("closes", self.closes, np.nextafter(self.opens, 25), 24)

    @property
    def weekly_hours(self) -> float:
        """Hours of a week in which a call may begin."""
        return 7 * (self.closes - self.opens)

    def until_open(self, now: float) -> float:
        """Return the hours until a call may begin; 0 while the desk is open."""
        hour = now % 24
        if self.opens - _MOMENT <= hour < self.closes:
            return 0.0
        wait = (self.opens - hour) % 24
        return wait if wait > _MOMENT else 0.0


def add_draws(
    cases: pd.DataFrame, rng: np.random.Generator, *, patience: float = 60.0
) -> pd.DataFrame:
    """Add random draws to each case, so that every policy meets the same customers.

    Parameters
    ----------
    cases : DataFrame
        One row per case.
    rng : numpy.random.Generator
        Source of randomness.
    patience : float
        Mean hours until a complaint, among customers who will complain.

    Returns
    -------
    DataFrame
        With the further columns `DRAWS`: uniform draws, and patience in hours.

    References
    ----------
    Common random numbers: Law (2015), *Simulation Modeling and Analysis*, 5th ed., ch. 11.

    Examples
    --------
    >>> add_draws(pd.DataFrame({"case": [1, 2]}), np.random.default_rng(1)).shape
    (2, 13)
    """
    checks.between("patience", patience, np.nextafter(0, 1))
    draws = pd.DataFrame(rng.random((len(cases), len(DRAWS))), cases.index, list(DRAWS))
    draws["patience"] = significant(-patience * np.log1p(-draws["patience"]))
    return pd.concat([cases, draws], axis=1)


def run_desk(cases: pd.DataFrame, desk: Desk, policy: str = "golden time") -> pd.DataFrame:
    """Simulate the desk, call by call.

    Whenever an agent is free, the waiting case that the policy ranks first is called. If nobody
    picks up, the case returns to the queue some hours later. A customer who has complained is
    called before all others, once, whatever the policy: the second repair.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``arrived`` (hours from the first midnight), ``minutes`` of handling,
        ``severity``, ``value``, ``initial_probability``, ``half_life``
        (hours) and ``shape`` of the probability of repair, initial_probability / (1 + (hours /
        half_life) ^ shape); and the columns `DRAWS`.
    desk : Desk
        How it works.
    policy : str
        One of `POLICIES`; ties go to the earlier case. "golden time" ranks by value × probability
        of repair now, per minute of handling.

    Returns
    -------
    DataFrame
        One row per case: ``first`` (hour at which the customer was first reached; missing if
        never), ``left`` (hour at which that call ended), ``waited`` (hours), ``in_time`` (reached
        before half the probability was gone), ``repaired``, ``complained``, ``settled`` (by the
        second repair), ``attempts``.

    Raises
    ------
    ValueError
        If the policy is unknown or a column is missing.

    Examples
    --------
    >>> case = {"arrived": 9.0, "minutes": 30.0, "severity": 3, "value": 100.0, "half_life": 24.0}
    >>> case |= {"initial_probability": 1.0, "shape": 2.0} | dict.fromkeys(DRAWS, 0.5)
    >>> run_desk(pd.DataFrame([case, case]), Desk(agents=1))["waited"].tolist()
    [0.0, 0.5]
    """
    checks.one_of("policy", policy, POLICIES)
    for name in (*COLUMNS, *DRAWS):
        checks.one_of("column", name, list(cases.columns))
    return _Simulation(cases, desk, policy).run()


class _Simulation:
    """One run: arrivals, complaints and agents are SimPy processes that share one queue."""

    def __init__(self, cases: pd.DataFrame, desk: Desk, policy: str) -> None:
        import simpy

        self.env, self.desk, self.policy = simpy.Environment(), desk, policy
        self.case = {name: cases[name].to_numpy(float) for name in (*COLUMNS, *DRAWS)}
        self.count = len(cases)
        self.waiting: list[int] = []
        self.calling: set[int] = set()
        self.wake = self.env.event()
        self.answers = cases[list(ANSWERS)].to_numpy(float)
        self.attempts, self.left_tries = np.zeros(self.count, int), np.full(self.count, desk.tries)
        self.first, self.left = np.full(self.count, np.nan), np.full(self.count, np.nan)
        self.repaired, self.complained, self.settled = np.zeros((3, self.count), dtype=bool)
        self.complains_at = np.where(
            self.case["complaint_draw"] < desk.complaint,
            self.case["arrived"] + self.case["patience"],
            np.inf,
        )

    def run(self) -> pd.DataFrame:
        """Run to the desk's last day."""
        arrived = self.case["arrived"]
        last = np.ceil(arrived.max() / 24) + 3 if self.desk.days is None else self.desk.days
        self.env.process(self.schedule(arrived, self.join))
        self.env.process(self.schedule(self.complains_at, self.complain))
        for _ in range(self.desk.agents):
            self.env.process(self.agent())
        self.env.run(until=24 * last)
        waited = self.first - arrived
        return pd.DataFrame(
            {
                "first": self.first,
                "left": self.left,
                "waited": waited,
                "in_time": waited <= self.case["half_life"],
                "repaired": self.repaired,
                "complained": self.complained,
                "settled": self.settled,
                "attempts": self.attempts,
            }
        )

    def schedule(self, times: np.ndarray, event: Any) -> Generator[Any, Any, None]:
        """Run an event of each case at its time."""
        for case in np.argsort(times, kind="stable"):
            if np.isinf(times[case]):
                return
            yield self.env.timeout(
                max(times[case] - self.env.now, 0.0)
            )  # sums of hours are rounded
            event(int(case))

    def join(self, case: int) -> None:
        """Put a case into the queue, and wake idle agents."""
        self.waiting.append(case)
        self.wake.succeed()
        self.wake = self.env.event()

    def complain(self, case: int) -> None:
        """Record a complaint; a customer who was given up is queued for a second repair.

        A complaint during a call is dealt with in that call.
        """
        if not self.repaired[case]:
            self.complained[case] = True
            if not self.left_tries[case] and case not in self.calling:
                self.join_again(case)

    def join_again(self, case: int) -> None:
        """Put a case into the queue for a second repair, with all attempts."""
        self.left_tries[case] = self.desk.tries
        self.join(case)

    def agent(self) -> Generator[Any, Any, None]:
        """Call one case after another."""
        while True:
            if closed := self.desk.until_open(self.env.now):
                yield self.env.timeout(closed)
            elif not self.waiting:
                yield self.wake
            else:
                case = self.waiting.pop(self.choose())
                self.calling.add(case)
                yield from self.call(case)
                self.calling.remove(case)

    def choose(self) -> int:
        """Return the position in the queue of the case to call next."""
        queue = np.array(self.waiting)
        at = self.case["arrived"][queue]
        if self.policy == "first come":
            merit = -at
        elif self.policy == "golden time":
            expected = self.case["value"][queue] * self.probability(queue, self.env.now - at)
            merit = expected / self.case["minutes"][queue]
        else:
            merit = self.case[self.policy][queue]
        # Equal to nine digits is a tie: fitted numbers differ between processors beyond them.
        return int(np.lexsort((at, -significant(merit), ~self.complained[queue]))[0])

    def probability(self, case: Any, hours: Any) -> Any:
        """Return the probability of repair after these hours."""
        decay = (hours / self.case["half_life"][case]) ** self.case["shape"][case]
        return self.case["initial_probability"][case] / (1 + decay)

    def call(self, case: int) -> Generator[Any, Any, None]:
        """Ring; if the customer picks up, try to repair."""
        began, again = self.env.now, not np.isnan(self.first[case])
        answers = self.answers[case, self.attempts[case]] < self.desk.answer
        self.attempts[case] += 1
        self.left_tries[case] -= 1
        if not answers:
            yield self.env.timeout(self.desk.ring_minutes / 60)
            if self.left_tries[case]:
                self.env.process(self.redial(case))
            elif self.complained[case] and self.complains_at[case] > began + _MOMENT:
                self.join_again(case)
            return
        if not again:
            self.first[case] = began
            self.left[case] = began + self.case["minutes"][case] / 60
        yield self.env.timeout(self.case["minutes"][case] / 60)
        self.left_tries[case] = 0
        if self.complained[case]:
            probability = self.probability(case, max(began - self.complains_at[case], 0.0))
            self.settled[case] = self.case["second_draw"][case] < self.desk.second * probability
            self.repaired[case] = self.settled[case]
        else:
            probability = self.probability(case, began - self.case["arrived"][case])
            self.repaired[case] = self.case["repair_draw"][case] < probability

    def redial(self, case: int) -> Generator[Any, Any, None]:
        """Return a case to the queue later."""
        yield self.env.timeout(self.desk.redial)
        self.join(case)
