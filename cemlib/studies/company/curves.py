"""What may be spent on each lever, what a division keeps, and customers saved twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.levers import Lever

Division = NDArray[np.int64]


@dataclass(frozen=True)
class Curves:
    """What may be spent on each lever, and what it keeps, under the same draws.

    A division names one amount for each lever, by its position.

    Attributes
    ----------
    names : tuple of str
        Names of the L levers.
    budget : float
        Money to divide, more than 0.
    spent : tuple of ndarray, each of shape (m,)
        Amounts that may be spent on each lever, increasing from 0.
    kept : tuple of ndarray, each of shape (B, m)
        Money that they keep, under each of B draws.
    """

    names: tuple[str, ...]
    budget: float
    spent: tuple[Floats, ...]
    kept: tuple[Floats, ...]

    @property
    def net(self) -> tuple[Floats, ...]:
        """Money kept beyond what is spent, for each lever of shape (B, m)."""
        return tuple(kept - spent for kept, spent in zip(self.kept, self.spent, strict=True))

    def mean(self) -> Curves:
        """Return the same curves with their mean as the only draw."""
        return replace(self, kept=tuple(each.mean(axis=0, keepdims=True) for each in self.kept))

    def of(self, division: ArrayLike) -> tuple[Floats, Floats]:
        """Return money kept by each lever (L, B), and money spent on each (L,)."""
        chosen = np.asarray(division, dtype=np.int64)
        kept = [each[:, at] for each, at in zip(self.kept, chosen, strict=True)]
        spent = [each[at] for each, at in zip(self.spent, chosen, strict=True)]
        return np.array(kept), np.array(spent)

    def afford(self, money: ArrayLike) -> Division:
        """Return the largest amount of each lever that some money buys, shape (L,)."""
        given = np.asarray(money, dtype=float) * (1 + 1e-9)
        found = [
            np.searchsorted(spent, each, "right") - 1
            for spent, each in zip(self.spent, given, strict=True)
        ]
        return np.array(found, dtype=np.int64)


def curves_of(
    levers: Sequence[Lever],
    budget: float,
    *,
    parts: int = 120,
    limits: Mapping[str, float] | None = None,
) -> Curves:
    """Return what may be spent on each lever within a budget.

    Parameters
    ----------
    levers : sequence of Lever
        With the same number of draws, and different names.
    budget : float
        Money to divide, more than 0.
    parts : int
        A lever that takes any amount may take its own points, and so many equal parts of the
        budget, at least 1.
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
    >>> curves_of([lever], 100, parts=2).net[0].tolist()
    [[0.0, 70.0, 140.0]]
    """
    checks.between("budget", budget, 1e-9)
    count = int(checks.between("parts", parts, 1, whole=True))
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
    spent, kept = [], []
    for lever in levers:
        most = min(allowed.get(lever.name, np.inf), budget)
        further = np.linspace(0, budget, count + 1)
        money = lever.spend if lever.whole else np.union1d(lever.spend, further)
        money = money[money <= min(most, lever.spend[-1]) * (1 + 1e-9)]
        spent.append(money)
        kept.append(lever.at(money) * lever.worth[:, None])
    return Curves(names, float(budget), tuple(spent), tuple(kept))


def parse_limits(text: str) -> dict[str, float]:
    """Return the most money for each lever, as a workbook's parameter writes it.

    Raises
    ------
    ValueError
        If a part is not a lever and an amount.

    Examples
    --------
    >>> parse_limits("practices 5000; call-backs 0")
    {'practices': 5000.0, 'call-backs': 0.0}
    """
    limits = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, amount = part.rpartition(" ")
        try:
            limits[name.strip()] = float(amount)
        except ValueError:
            name = ""
        if not name:
            wanted = "a lever and an amount for each limit, such as 'practices 5000; call-backs 0'"
            raise checks.invalid_argument("limits", text, wanted)
    return limits


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


def value(curves: Curves, division: ArrayLike, at_risk: float = np.inf) -> Floats:
    """Return money kept beyond what is spent by a division, under each draw, shape (B,).

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        Position of the amount for each lever.
    at_risk : float
        As for `shared`.

    Examples
    --------
    >>> money, stays = np.array([0.0, 100]), np.array([[0.0, 8]])
    >>> lever = Lever("calls", "stays", money, stays, np.array([30.0]), "", ())
    >>> value(curves_of([lever], 100, parts=2), [1]).tolist()
    [70.0]
    """
    kept, spent = curves.of(division)
    return shared(kept, at_risk) - float(spent.sum())
