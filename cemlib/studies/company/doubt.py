"""How sure a division is: how often each lever gets its share, and what the runner-up needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import percentile_interval, significant
from cemlib.studies.company.allocation import best_by_draw
from cemlib.studies.company.curves import Curves, Division


def how_often(curves: Curves, division: ArrayLike) -> pd.DataFrame:
    """Return how often each lever would get its share, if each draw were the truth.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        The recommended division.

    Returns
    -------
    DataFrame
        A row per lever: ``lever``; ``money`` (recommended); ``low``, ``high`` (95 of 100 draws
        would give it that much); ``some`` and ``as_much`` (share of draws in which it gets money
        at all, and at least as much as recommended).

    Examples
    --------
    >>> kept = np.array([[0.0, 0], [0.0, 8]]), np.array([[0.0, 3], [0.0, 3]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> how_often(curves, [1, 0])[["lever", "money", "some"]].values.tolist()
    [['a', 1.0, 0.5], ['b', 0.0, 0.5]]
    """
    _, best = best_by_draw(curves.net, curves.spent, curves.budget)
    money = np.array([curves.of(each)[1] for each in best])
    planned = curves.of(division)[1]
    low, high = percentile_interval(money)
    return pd.DataFrame(
        {
            "lever": list(curves.names),
            "money": planned,
            "low": low,
            "high": high,
            "some": (money > 0).mean(axis=0),
            "as_much": (money >= planned * (1 - 1e-9)).mean(axis=0),
        }
    )


@dataclass(frozen=True)
class RunnerUp:
    """The lever that comes closest to more money, and what would have to be true for it.

    Attributes
    ----------
    lever : str
        Its name.
    money : float
        Further money for it.
    from_lever : str
        The lever that loses most for it; empty if none does.
    regret : float
        What the change costs on average, money.
    factor : float
        How many times as much as estimated it would have to keep.
    chance : float
        Share of draws in which the change is better.
    """

    lever: str
    money: float
    from_lever: str
    regret: float
    factor: float
    chance: float


def runner_up(curves: Curves, division: ArrayLike) -> RunnerUp | None:
    """Return what must be true for the next best use of the money to win.

    For each lever the best division that gives it one purchase more is found; the runner-up is the
    one whose division costs least.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        The best division by the mean curves.

    Returns
    -------
    RunnerUp or None
        None where no lever can take more.

    Examples
    --------
    >>> kept = np.array([[0.0, 6]]), np.array([[0.0, 3]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> second = runner_up(curves, [1, 0])
    >>> second.lever, second.from_lever, second.regret, second.factor
    ('b', 'a', 3.0, 2.0)
    """
    chosen, mean = np.asarray(division, dtype=np.int64), curves.mean()
    now, spent = curves.of(chosen)
    found: list[tuple[float, int, Division]] = []
    for lever, at in enumerate(chosen):
        if at + 1 == len(curves.spent[lever]):
            continue
        net = list(mean.net)
        net[lever] = np.where(np.arange(net[lever].shape[1]) > at, net[lever], -1e12)
        totals, best = best_by_draw(net, curves.spent, curves.budget)
        regret = now.mean(axis=1).sum() - spent.sum() - totals[0]
        found.append((float(significant(regret)), lever, best[0]))
    if not found:
        return None
    regret, second, changed = min(found, key=lambda each: each[:2])
    other, other_spent = curves.of(changed)
    change = other_spent - spent
    more = other[second] - now[second]
    loser = int(np.argmin(significant(change)))
    return RunnerUp(
        lever=curves.names[second],
        money=float(change[second]),
        from_lever=curves.names[loser] if change[loser] < 0 else "",
        regret=regret,
        factor=float(1 + regret / more.mean()) if more.mean() > 0 else np.inf,
        chance=float((other.sum(axis=0) - now.sum(axis=0) > change.sum()).mean()),
    )


def beside(curves: Curves, division: ArrayLike, at_risk: float) -> Curves:
    """Return curves net of the customers that the other levers of a division save anyway.

    Near a division, a lever keeps what it would keep alone, times the share still at risk after
    the others; with these curves, sums may be formed.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        The division.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Examples
    --------
    >>> kept = np.array([[0.0, 50]]), np.array([[0.0, 50]])
    >>> curves = Curves(("a", "b"), 1.0, (np.array([0.0, 1]),) * 2, kept)
    >>> [each[0, 1] for each in beside(curves, [1, 0], 100.0).kept]
    [np.float64(50.0), np.float64(25.0)]
    """
    if np.isinf(at_risk):
        return curves
    left = 1 - np.minimum(curves.of(division)[0].mean(axis=1) / at_risk, 1.0)
    others = [np.prod(np.delete(left, at)) for at in range(len(left))]
    return replace(
        curves, kept=tuple(each * share for each, share in zip(curves.kept, others, strict=True))
    )
