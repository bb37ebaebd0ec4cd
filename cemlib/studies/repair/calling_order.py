"""Queues of waiting cases, in the order in which a policy calls them."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from cemlib.stats.estimates import Floats, significant

_NEAR = 1e-9  # of the largest merit is a tie: fitted numbers differ between processors


class FixedOrder:
    """A queue whose merits do not change while cases wait: a binary heap.

    Cases that have complained come first, then the highest merit, then the earliest arrival, then
    the case that joined first.

    Parameters
    ----------
    merit, arrived : ndarray, shape (n,)
        Of all cases that may join.

    Examples
    --------
    >>> queue = FixedOrder(np.array([1.0, 3.0, 2.0]), np.zeros(3))
    >>> for case in range(3):
    ...     queue.join(case, complained=False)
    >>> queue.complain(2)
    >>> [queue.take(9.0) for _ in range(3)]
    [2, 1, 0]
    """

    def __init__(self, merit: Floats, arrived: Floats) -> None:
        # Equal to nine digits is a tie: fitted numbers differ between processors.
        self._keys = list(zip((-significant(merit)).tolist(), arrived.tolist(), strict=True))
        self._heap: list[tuple[bool, tuple[float, float], int, int]] = []
        self._ticket: dict[int, int] = {}
        self._joined = 0

    def __len__(self) -> int:
        """Return how many cases wait."""
        return len(self._ticket)

    def join(self, case: int, *, complained: bool) -> None:
        """Put a case into the queue."""
        self._ticket[case] = self._joined
        heapq.heappush(self._heap, (not complained, self._keys[case], self._joined, case))
        self._joined += 1

    def complain(self, case: int) -> None:
        """Move a case before those that have not complained, if it waits."""
        if (ticket := self._ticket.get(case)) is not None:
            heapq.heappush(self._heap, (False, self._keys[case], ticket, case))

    def take(self, now: float) -> int:
        """Remove the case to call next, and return it."""
        while True:
            _, _, ticket, case = heapq.heappop(self._heap)
            if self._ticket.get(case) == ticket:  # else the second entry of one that complained
                del self._ticket[case]
                return case


class GoldenOrder:
    """A queue by value × probability of repair now, per handling minute.

    The merits fall while cases wait, each at its own rate, so all are computed at every call.

    Parameters
    ----------
    case : mapping of str to ndarray, shape (n,)
        ``arrived``, ``minutes``, ``value``, ``initial_probability``, ``half_life``, ``shape``.

    Examples
    --------
    >>> case = dict.fromkeys(["arrived", "minutes", "initial_probability", "shape"], np.ones(2))
    >>> case |= {"value": np.array([10.0, 8.0]), "half_life": np.array([1.0, 50.0])}
    >>> queue = GoldenOrder(case)
    >>> queue.join(0, complained=False)
    >>> queue.join(1, complained=False)
    >>> queue.take(9.0)
    1
    """

    def __init__(self, case: Mapping[str, Floats]) -> None:
        names = ("value", "initial_probability", "minutes", "arrived", "half_life", "shape")
        self._facts = np.vstack([case[name] for name in names])
        size = self._facts.shape[1]
        self._waiting = np.empty((len(names), size + 1))
        self._case, self._complained = np.empty(size + 1, int), np.zeros(size + 1, bool)
        self._count = self._angry = 0

    def __len__(self) -> int:
        """Return how many cases wait."""
        return self._count

    def join(self, case: int, *, complained: bool) -> None:
        """Put a case into the queue."""
        at = self._count
        self._waiting[:, at] = self._facts[:, case]
        self._case[at], self._complained[at] = case, complained
        self._count, self._angry = at + 1, self._angry + complained

    def complain(self, case: int) -> None:
        """Move a case before those that have not complained, if it waits."""
        for at in np.flatnonzero(self._case[: self._count] == case):
            self._complained[at] = True
            self._angry += 1

    def take(self, now: float) -> int:
        """Remove the case to call next, and return it."""
        count = self._count
        at = 0 if count == 1 else self._best(now)
        case, angry = int(self._case[at]), bool(self._complained[at])
        if at < count - 1:  # the others keep their order, which decides between equals
            self._waiting[:, at : count - 1] = self._waiting[:, at + 1 : count]
            self._case[at : count - 1] = self._case[at + 1 : count]
            self._complained[at : count - 1] = self._complained[at + 1 : count]
        self._count, self._angry = count - 1, self._angry - angry
        return case

    def _best(self, now: float) -> int:
        value, initial, minutes, arrived, half, shape = self._waiting[:, : self._count]
        merit = value * (initial / (1 + ((now - arrived) / half) ** shape)) / minutes
        first = np.where(self._complained[: self._count], merit, -np.inf) if self._angry else merit
        near = np.flatnonzero(first >= first.max() - _NEAR * merit.max())
        return int(near[arrived[near].argmin()])
