"""How sure a division is: how often each lever gets its share, and what the runner-up needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import percentile_interval, significant
from cemlib.studies.company.allocation import best_by_draw
from cemlib.studies.company.curves import Curves, Steps


def how_often(curves: Curves, steps: ArrayLike) -> pd.DataFrame:
    """Return how often each lever would get its share, if each draw were the truth.

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    steps : array_like, shape (L,)
        The recommended division.

    Returns
    -------
    DataFrame
        A row per lever: ``lever``; ``money`` (recommended); ``low``, ``high`` (95 of 100 draws
        would give it that much); ``some`` and ``as_much`` (share of draws in which it gets money
        at all, and at least as much as recommended).

    Examples
    --------
    >>> kept = np.array([[[0.0, 0], [0.0, 8]], [[0.0, 3], [0.0, 3]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1]] * 2), np.array([1, 1]))
    >>> how_often(curves, [1, 0])[["lever", "money", "some"]].values.tolist()
    [['a', 1.0, 0.5], ['b', 0.0, 0.5]]
    """
    taken = np.asarray(steps, dtype=np.int64)
    _, best = best_by_draw(curves.net, curves.most)
    levers = np.arange(len(curves.names))
    money = curves.spent[levers, best]
    planned = curves.spent[levers, taken]
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


def runner_up(curves: Curves, steps: ArrayLike) -> RunnerUp | None:
    """Return what must be true for the next best use of the money to win.

    For each lever the best division that gives it one purchase more is found; the runner-up is the
    one whose division costs least.

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    steps : array_like, shape (L,)
        The best division by the mean curves.

    Returns
    -------
    RunnerUp or None
        None where no lever can take more.

    Examples
    --------
    >>> kept = np.array([[[0.0, 6]], [[0.0, 3]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1]] * 2), np.array([1, 1]))
    >>> second = runner_up(curves, [1, 0])
    >>> second.lever, second.from_lever, second.regret, second.factor
    ('b', 'a', 3.0, 2.0)
    """
    taken, mean = np.asarray(steps, dtype=np.int64), curves.mean()
    levers = np.arange(len(curves.names))
    now = curves.net[levers, :, taken].sum(axis=0)
    found: list[tuple[float, int, Steps]] = []
    for lever in levers:
        if (least := _next_purchase(curves, int(lever), int(taken[lever]))) is None:
            continue
        forced = mean.net.copy()
        forced[lever, :, :least] = -1e12  # so much is never worth a step less
        totals, division = best_by_draw(forced, curves.most)
        found.append((float(significant(now.mean() - totals[0])), int(lever), division[0]))
    if not found:
        return None
    regret, second, division = min(found, key=lambda each: each[:2])
    change = curves.spent[levers, division] - curves.spent[levers, taken]
    more = curves.kept[second, :, division[second]] - curves.kept[second, :, taken[second]]
    loser = int(np.argmin(significant(change)))
    other = curves.net[levers, :, division].sum(axis=0)
    return RunnerUp(
        lever=curves.names[second],
        money=float(change[second]),
        from_lever=curves.names[loser] if change[loser] < 0 else "",
        regret=regret,
        factor=float(1 + regret / more.mean()) if more.mean() > 0 else np.inf,
        chance=float((other > now).mean()),
    )


def _next_purchase(curves: Curves, lever: int, taken: int) -> int | None:
    """Return the steps with which a lever first buys more than now, if it may."""
    more = curves.spent[lever, : curves.most[lever] + 1] > curves.spent[lever, taken]
    return int(np.argmax(more)) if more.any() else None


def beside(curves: Curves, steps: ArrayLike, at_risk: float) -> Curves:
    """Return curves net of the customers that the other levers of a division save anyway.

    Near a division, a lever keeps what it would keep alone, times the share still at risk after
    the others; with these curves, sums may be formed.

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    steps : array_like, shape (L,)
        The division.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Examples
    --------
    >>> kept = np.array([[[0.0, 50]], [[0.0, 50]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1]] * 2), np.array([1, 1]))
    >>> beside(curves, [1, 0], 100.0).kept[:, 0, 1].tolist()
    [50.0, 25.0]
    """
    if np.isinf(at_risk):
        return curves
    mean = curves.of(steps)[0].mean(axis=1)
    left = 1 - np.minimum(mean / at_risk, 1.0)
    others = np.array([np.prod(np.delete(left, at)) for at in range(len(left))])
    return replace(curves, kept=curves.kept * others[:, None, None])
