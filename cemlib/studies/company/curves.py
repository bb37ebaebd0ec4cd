"""Levers on one grid of money, what a division of money keeps, and customers saved twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.levers import Lever

Steps = NDArray[np.int64]


@dataclass(frozen=True)
class Curves:
    """Levers on one grid: money in equal steps, under the same draws.

    Attributes
    ----------
    names : tuple of str
        Names of the L levers.
    step : float
        Money of a step, more than 0.
    kept : ndarray, shape (L, B, K + 1)
        Money kept with 0 to K steps for a lever, under each of B draws.
    spent : ndarray, shape (L, K + 1)
        What is spent of these steps: less where only whole units can be bought.
    most : ndarray, shape (L,)
        Largest number of steps allowed for each lever.
    """

    names: tuple[str, ...]
    step: float
    kept: Floats
    spent: Floats
    most: Steps

    @property
    def net(self) -> Floats:
        """Money kept beyond what is spent, shape (L, B, K + 1)."""
        return np.asarray(self.kept - self.spent[:, None, :])

    def mean(self) -> Curves:
        """Return the same curves with their mean as the only draw."""
        return replace(self, kept=self.kept.mean(axis=1, keepdims=True))

    def of(self, steps: ArrayLike) -> tuple[Floats, Floats]:
        """Return money kept by each lever (L, B) and money spent (L,) for a division of steps."""
        taken = np.asarray(steps, dtype=np.int64)
        levers = np.arange(len(self.names))
        return self.kept[levers, :, taken], self.spent[levers, taken]


def on_grid(
    levers: Sequence[Lever],
    budget: float,
    steps: int = 60,
    limits: Mapping[str, float] | None = None,
) -> Curves:
    """Put levers on one grid of money.

    Parameters
    ----------
    levers : sequence of Lever
        With the same number of draws, and different names.
    budget : float
        Money to divide, more than 0.
    steps : int
        Equal steps of the budget, at least 1.
    limits : mapping of str to float, optional
        Most money for a lever, by name; at least 0.

    Returns
    -------
    Curves
        Of the levers, in their order.

    Raises
    ------
    ValueError
        If there is no lever, draws differ in number, names repeat, or a limit is of no lever.

    Examples
    --------
    >>> money, stays = np.array([0.0, 100]), np.array([[0.0, 8]])
    >>> lever = Lever("calls", "stays", money, stays, np.array([30.0]), "", ())
    >>> on_grid([lever], 100, steps=2).net[0].tolist()
    [[0.0, 70.0, 140.0]]
    """
    checks.between("budget", budget, 1e-9)
    count = int(checks.between("steps", steps, 1, whole=True))
    checks.between("number of levers", len(levers), 1)
    names = tuple(lever.name for lever in levers)
    if len(set(names)) < len(names):
        raise checks.invalid_argument("levers", names, "levers with different names")
    draws = {len(lever.worth) for lever in levers}
    if len(draws) > 1:
        raise checks.invalid_argument("draws", sorted(draws), "equally many for all levers")
    allowed = dict(limits or {})
    for name, limit in allowed.items():
        checks.one_of("limits", name, names)
        checks.between(f"limits[{name!r}]", limit, 0)
    step = budget / count
    money = np.arange(count + 1) * step
    kept = np.stack([lever.at(money) * lever.worth[:, None] for lever in levers])
    spent = np.stack([lever.bought(money) for lever in levers])
    most = [min(int(allowed.get(name, budget) / step * (1 + 1e-9)), count) for name in names]
    return Curves(names, step, kept, spent, np.array(most, dtype=np.int64))


def shared(kept: ArrayLike, at_risk: float) -> Floats:
    """Return what several levers keep together, if a customer cannot be saved twice.

    Each lever keeps its share of the money that would be lost without any of them. Who is saved by
    one is saved by another no more often than everybody else, so what is still lost is the product
    of what each leaves: ``at_risk · (1 − ∏(1 − kept / at_risk))``.

    Parameters
    ----------
    kept : array_like, shape (L, ...)
        Money that each lever would keep alone; a loss counts in full.
    at_risk : float
        Money that a quarter would lose without any lever, more than 0; infinite if no customer is
        ever saved twice, so that the sum is kept.

    Returns
    -------
    ndarray, shape (...)
        Money kept together, at most `at_risk`.

    References
    ----------
    Bliss (1939), *Annals of Applied Biology* 26:585–615: independent action.

    Examples
    --------
    >>> float(shared([50.0, 50.0], 100.0)), float(shared([50.0, 50.0], np.inf))
    (75.0, 100.0)
    """
    alone = np.asarray(kept, dtype=float)
    if np.isinf(at_risk) and at_risk > 0:
        return np.asarray(alone.sum(axis=0))
    checks.between("at_risk", at_risk, 1e-9)
    return np.asarray(at_risk * (1 - np.prod(1 - np.minimum(alone / at_risk, 1.0), axis=0)))


def value(curves: Curves, steps: ArrayLike, at_risk: float = np.inf) -> Floats:
    """Return money kept beyond what is spent by a division of steps, under each draw, shape (B,).

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    steps : array_like, shape (L,)
        Steps for each lever.
    at_risk : float
        As for `shared`.

    Examples
    --------
    >>> money, stays = np.array([0.0, 100]), np.array([[0.0, 8]])
    >>> lever = Lever("calls", "stays", money, stays, np.array([30.0]), "", ())
    >>> value(on_grid([lever], 100, steps=2), [1]).tolist()
    [70.0]
    """
    kept, spent = curves.of(steps)
    return shared(kept, at_risk) - float(spent.sum())
