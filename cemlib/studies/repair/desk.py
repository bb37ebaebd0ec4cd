"""Simulation of a desk that calls dissatisfied customers back."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import significant
from cemlib.studies.repair.calling_order import FixedOrder, GoldenOrder

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
    """One run: a heap of events, in the order of their hours."""

    def __init__(self, cases: pd.DataFrame, desk: Desk, policy: str) -> None:
        columns = (*COLUMNS, *DRAWS[: -len(ANSWERS)])
        case = {name: cases[name].to_numpy(float) for name in columns}
        self.desk, self.count, self.now = desk, len(cases), 0.0
        self.case = {name: values.tolist() for name, values in case.items()}
        # Flat: thousands of short lists would wake the garbage collector.
        self.answers = (cases[list(ANSWERS)].to_numpy(float) < desk.answer).ravel().tolist()
        self.queue: FixedOrder | GoldenOrder
        if policy == "golden time":
            self.queue = GoldenOrder(case)
        else:
            merit = -case["arrived"] if policy == "first come" else case[policy]
            self.queue = FixedOrder(merit, case["arrived"])
        self.idle = desk.agents
        self.events: list[tuple[float, int, Callable[[int], None], int]] = []
        self.scheduled = 0
        self.attempts, self.left_tries = [0] * self.count, [desk.tries] * self.count
        self.first, self.left = [np.nan] * self.count, [np.nan] * self.count
        self.repaired, self.complained, self.settled = ([False] * self.count for _ in range(3))
        self.calling, self.began = [False] * self.count, [np.nan] * self.count
        complains = case["complaint_draw"] < desk.complaint
        self.complains_at = np.where(complains, case["arrived"] + case["patience"], np.inf).tolist()

    def run(self) -> pd.DataFrame:
        """Run to the desk's last day."""
        arrived = self.case["arrived"]
        last = np.ceil(max(arrived) / 24) + 3 if self.desk.days is None else self.desk.days
        for case, hour in enumerate(arrived):
            self.at(hour, self.join, case)
        for case, hour in enumerate(self.complains_at):
            if hour < np.inf:
                self.at(hour, self.complain, case)
        heapq.heapify(self.events)
        end = 24 * float(last)
        while self.events and self.events[0][0] < end:
            self.now, _, event, case = heapq.heappop(self.events)
            event(case)
        waited = np.array(self.first) - np.array(arrived)
        return pd.DataFrame(
            {
                "first": self.first,
                "left": self.left,
                "waited": waited,
                "in_time": waited <= np.array(self.case["half_life"]),
                "repaired": self.repaired,
                "complained": self.complained,
                "settled": self.settled,
                "attempts": self.attempts,
            }
        )

    def at(self, hour: float, event: Callable[[int], None], case: int) -> None:
        """Schedule an event; of those of one hour, the one scheduled first comes first."""
        heapq.heappush(self.events, (hour, self.scheduled, event, case))
        self.scheduled += 1

    def join(self, case: int) -> None:
        """Put a case into the queue, for an idle agent to call."""
        self.queue.join(case, complained=self.complained[case])
        if self.idle:
            self.idle -= 1
            self.at(self.now, self.free, -1)

    def free(self, _: int) -> None:
        """Let an agent call the next case, or wait for one, or for the desk to open."""
        if not self.queue:
            self.idle += 1
        elif closed := self.desk.until_open(self.now):
            self.at(self.now + closed, self.free, -1)
        else:
            self.call(self.queue.take(self.now))

    def complain(self, case: int) -> None:
        """Record a complaint; a customer who was given up is queued for a second repair.

        A complaint during a call is dealt with in that call.
        """
        if not self.repaired[case]:
            self.complained[case] = True
            self.queue.complain(case)
            if not self.left_tries[case] and not self.calling[case]:
                self.join_again(case)

    def join_again(self, case: int) -> None:
        """Put a case into the queue for a second repair, with all attempts."""
        self.left_tries[case] = self.desk.tries
        self.join(case)

    def call(self, case: int) -> None:
        """Ring; if the customer picks up, talk."""
        answers = self.answers[len(ANSWERS) * case + self.attempts[case]]
        self.attempts[case] += 1
        self.left_tries[case] -= 1
        self.calling[case] = True
        self.began[case] = self.now
        if not answers:
            self.at(self.now + self.desk.ring_minutes / 60, self.rung_out, case)
            return
        end = self.now + self.case["minutes"][case] / 60
        if np.isnan(self.first[case]):
            self.first[case], self.left[case] = self.now, end
        self.at(end, self.hang_up, case)

    def rung_out(self, case: int) -> None:
        """Try again later, or give up; one who complained meanwhile is queued again."""
        self.calling[case] = False
        if self.left_tries[case]:
            self.at(self.now + self.desk.redial, self.join, case)
        elif self.complained[case] and self.complains_at[case] > self.began[case] + _MOMENT:
            self.join_again(case)
        self.free(-1)

    def hang_up(self, case: int) -> None:
        """Decide whether the call repaired the case."""
        self.calling[case], self.left_tries[case] = False, 0
        began = self.began[case]
        if self.complained[case]:
            probability = self.probability(case, max(began - self.complains_at[case], 0.0))
            self.settled[case] = self.case["second_draw"][case] < self.desk.second * probability
            self.repaired[case] = self.settled[case]
        else:
            probability = self.probability(case, began - self.case["arrived"][case])
            self.repaired[case] = self.case["repair_draw"][case] < probability
        self.free(-1)

    def probability(self, case: int, hours: float) -> float:
        """Return the probability of repair after these hours."""
        facts = self.case
        decay = (hours / facts["half_life"][case]) ** facts["shape"][case]
        return float(facts["initial_probability"][case] / (1 + decay))
