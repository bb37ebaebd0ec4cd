"""The simulation of the repair desk as SimPy processes: what `run_desk` must equal.

One process for each agent, for arrivals, for complaints and for each redial.
"""

from collections.abc import Generator
from typing import Any

import numpy as np
import pandas as pd
import simpy

from cemlib.stats.estimates import significant
from cemlib.studies.repair.desk import ANSWERS, COLUMNS, DRAWS, Desk

_MOMENT = 1e-9


class SimPyDesk:
    """One run: arrivals, complaints and agents are SimPy processes that share one queue."""

    def __init__(self, cases: pd.DataFrame, desk: Desk, policy: str) -> None:
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
