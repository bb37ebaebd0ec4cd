"""How to divide a budget among levers: by the next yuan, exactly, and under each draw."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_matrix, eye, hstack, vstack

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.company.curves import Curves, Division, shared

_TINY = 1e-9  # share of the largest gain: what adds less is not worth spending on
STEPS = 400  # of the budget, in which dynamic programming counts money


def greedy(curves: Curves) -> Division:
    """Divide the budget by the next yuan: always to the lever whose envelope rises most.

    The concave envelope of each mean curve is cut into segments, and segments are bought in the
    order of what they keep per money, while they keep more than they cost and fit. Where all curves
    are concave the result is optimal (Fox 1966, *Management Science* 13:210–216), but for what
    is left over at the end.

    Parameters
    ----------
    curves : Curves
        What may be spent.

    Returns
    -------
    ndarray of int, shape (L,)
        Position of the amount for each lever.

    Examples
    --------
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 10, 14]]), np.array([[0.0, 7, 13]])
    >>> greedy(Curves(("a", "b"), 2.0, (money, money), kept)).tolist()
    [1, 1]
    """
    segments = []
    for lever, (net, spent) in enumerate(zip(curves.mean().net, curves.spent, strict=True)):
        for left, right in pairwise(_envelope(spent, net[0])):
            rate = (net[0, right] - net[0, left]) / (spent[right] - spent[left])
            segments.append((-float(significant(rate)), lever, right))
    chosen, left_over = np.zeros(len(curves.names), dtype=np.int64), curves.budget
    closed: set[int] = set()
    for rate, lever, right in sorted(segments, key=lambda segment: segment[0]):
        if rate >= 0 or lever in closed:
            continue
        spent, net = curves.spent[lever], curves.mean().net[lever][0]
        now = chosen[lever]
        if spent[right] - spent[now] > left_over * (1 + _TINY):
            closed.add(lever)
            within = spent <= (spent[now] + left_over) * (1 + _TINY)
            right = int(np.argmax(significant(np.where(within, net, -np.inf))))
        left_over -= spent[right] - spent[now]
        chosen[lever] = right
    return chosen


def _envelope(spent: Floats, net: Floats) -> list[int]:
    """Return the corners of the smallest concave curve above a curve, up to its highest point."""
    corners: list[int] = []
    for at in range(int(np.argmax(significant(net))) + 1):
        while len(corners) > 1:
            a, b = corners[-2:]
            if (net[b] - net[a]) * (spent[at] - spent[a]) > (net[at] - net[a]) * (
                spent[b] - spent[a]
            ):
                break
            corners.pop()
        corners.append(at)
    return corners


def exact(curves: Curves, *, worst: float = 1.0) -> Division:
    """Divide the budget optimally by a mixed-integer program.

    Each lever takes one of its amounts (multiple choice). With `worst` below 1, the mean over that
    share of the draws with the lowest total is maximised: a linear program in further variables
    (Rockafellar & Uryasev 2000, *Journal of Risk* 2:21–41).

    Parameters
    ----------
    curves : Curves
        What may be spent.
    worst : float
        Share of the worst draws whose mean counts, in (0, 1]; 1 is the mean of all.

    Returns
    -------
    ndarray of int, shape (L,)
        Position of the amount for each lever; of equally good divisions one that spends less.

    Raises
    ------
    ValueError
        If the share is out of range.

    Examples
    --------
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 3, 14]]), np.array([[0.0, 7, 13]])
    >>> exact(Curves(("a", "b"), 2.0, (money, money), kept)).tolist()
    [2, 0]
    """
    checks.between("worst", worst, 1e-6, 1)
    net = np.concatenate(curves.net, axis=1)
    draws, points = net.shape
    scale = max(float(np.abs(net).max()), 1e-300)
    money = np.concatenate(curves.spent) / curves.budget
    one_each = csr_matrix(block_diag([np.ones((1, len(each))) for each in curves.spent]))
    tie_break = 1e-7 * money
    further = 0
    cost, lowest = tie_break - net.mean(axis=0) / scale, np.zeros(points)
    if worst < 1.0:
        # Value at risk t and shortfalls z ≥ t − total, z ≥ 0: maximise t − mean(z) / worst.
        further = 1 + draws
        cost = np.concatenate([tie_break, [-1.0], np.full(draws, 1 / (worst * draws))])
        lowest = np.concatenate([np.zeros(points), [-np.inf], np.zeros(draws)])
    highest = np.concatenate([np.ones(points), np.full(further, np.inf)])
    pad = csr_matrix((1, further))
    rows = [
        LinearConstraint(hstack([csr_matrix(money[None, :]), pad]), -np.inf, 1 + _TINY),
        LinearConstraint(hstack([one_each, vstack([pad] * len(curves.names))]), 1, 1),
    ]
    if further:
        shortfall = [csr_matrix(net / scale), csr_matrix(-np.ones((draws, 1))), eye(draws)]
        rows.append(LinearConstraint(hstack(shortfall), 0, np.inf))
    result = milp(
        cost,
        integrality=np.concatenate([np.ones(points), np.zeros(further)]),
        bounds=Bounds(lowest, highest),
        constraints=rows,
        options={"mip_rel_gap": 0.0},
    )
    first = np.cumsum([len(each) for each in curves.spent])[:-1]
    return np.array([int(np.argmax(each)) for each in np.split(result.x[:points], first)])


def best_by_draw(
    net: Sequence[ArrayLike], spent: Sequence[ArrayLike], budget: float, steps: int = STEPS
) -> tuple[Floats, Division]:
    """Return the best total and division under each draw, by dynamic programming over levers.

    Parameters
    ----------
    net : sequence of array_like, each of shape (B, m) or (1, m)
        Money kept beyond what is spent, for each lever; it is fastest to put those that are the
        same under all draws first.
    spent : sequence of array_like, each of shape (m,)
        Its amounts.
    budget : float
        Money to divide.
    steps : int
        Steps of the budget in which money is counted; an amount counts as the next whole step, so
        that totals may fall short of the optimum by what a step per lever keeps.

    Returns
    -------
    totals : ndarray, shape (B,)
        The best total of each draw.
    divisions : ndarray of int, shape (B, L)
        The division that reaches it.

    References
    ----------
    Kellerer, Pferschy & Pisinger (2004), *Knapsack Problems*, ch. 11.

    Examples
    --------
    >>> totals, divisions = best_by_draw([[[0.0, 2, 12]], [[0.0, 6, 11]]], [[0.0, 1, 2]] * 2, 2.0)
    >>> totals.tolist(), divisions.tolist()
    ([12.0], [[2, 0]])
    """
    curves = [np.asarray(each, dtype=float) for each in net]
    needed = [
        np.ceil(np.asarray(each, dtype=float) / budget * steps * (1 - _TINY) - _TINY).astype(int)
        for each in spent
    ]
    totals, choices = np.zeros((1, steps + 1)), []
    for lever, costs in zip(curves, needed, strict=True):
        best = totals + lever[:, :1]
        choice = np.zeros(best.shape, dtype=np.int16)
        for at, cost in enumerate(costs[1:], start=1):
            if cost > steps:
                break
            better = totals[:, : steps + 1 - cost] + lever[:, at, None]
            ahead = better > best[:, cost:] + _TINY * np.abs(better)
            np.copyto(best[:, cost:], better, where=ahead)
            np.copyto(choice[:, cost:], np.int16(at), where=ahead)
        totals = best
        choices.append(choice)
    draws = len(totals)
    left_over, rows = np.full(draws, steps), np.arange(draws)
    divisions = np.zeros((draws, len(curves)), dtype=np.int64)
    for number in reversed(range(len(curves))):
        divisions[:, number] = choices[number][rows % len(choices[number]), left_over]
        left_over = left_over - needed[number][divisions[:, number]]
    return totals[:, -1], divisions


def best_shared(curves: Curves, at_risk: float = np.inf) -> Division:
    """Divide the budget optimally where customers can be saved twice, by the mean curves.

    Levers join one by one; of all divisions so far only those are kept of which no other is as
    cheap and leaves as little at risk. Without an amount at risk this is `exact`.

    Parameters
    ----------
    curves : Curves
        What may be spent. Draws of different levers are taken as independent.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Returns
    -------
    ndarray of int, shape (L,)
        Position of the amount for each lever.

    Examples
    --------
    >>> money = np.array([0.0, 1])
    >>> kept = np.array([[0.0, 9]]), np.array([[0.0, 8]])
    >>> curves = Curves(("a", "b"), 2.0, (money, money), kept)
    >>> best_shared(curves).tolist(), best_shared(curves, 9.0).tolist()
    ([1, 1], [1, 0])
    """
    if np.isinf(at_risk):
        return exact(curves)
    checks.between("at_risk", at_risk, 1e-9)
    spent, left = np.zeros(1), np.ones(1)
    divisions = np.zeros((1, 0), dtype=np.int64)
    for amounts, kept in zip(curves.spent, curves.kept, strict=True):
        remains = 1 - np.minimum(kept.mean(axis=0) / at_risk, 1.0)
        points = np.arange(len(amounts))
        total = (spent[:, None] + amounts).ravel()
        still = (left[:, None] * remains).ravel()
        grown = np.column_stack(
            [np.repeat(divisions, len(points), axis=0), np.tile(points, len(divisions))]
        )
        order = np.lexsort((significant(still), significant(total)))
        order = order[total[order] <= curves.budget * (1 + _TINY)]
        lowest = np.minimum.accumulate(still[order])
        first = np.concatenate([[True], lowest[1:] < lowest[:-1] * (1 - 1e-12)])
        spent, left, divisions = total[order][first], still[order][first], grown[order][first]
    return np.asarray(divisions[int(np.argmax(significant(at_risk * (1 - left) - spent)))])


def next_yuan(curves: Curves, division: ArrayLike, at_risk: float = np.inf) -> Floats:
    """Return what a yuan more for each lever would keep, under each draw, shape (L, B).

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        Position of the amount for each lever.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Returns
    -------
    ndarray, shape (L, B)
        Money kept per money of the next amount; 0 for a lever at its last.

    Examples
    --------
    >>> money = np.array([0.0, 1, 2])
    >>> kept = np.array([[0.0, 3, 14]]), np.array([[0.0, 7, 13]])
    >>> next_yuan(Curves(("a", "b"), 2.0, (money, money), kept), [2, 0]).tolist()
    [[0.0], [7.0]]
    """
    chosen = np.asarray(division, dtype=np.int64)
    now = shared(curves.of(chosen)[0], at_risk)
    rates = np.zeros((len(curves.names), curves.kept[0].shape[0]))
    for lever, spent in enumerate(curves.spent):
        if (at := chosen[lever]) + 1 < len(spent):
            further = chosen.copy()
            further[lever] += 1
            rates[lever] = (shared(curves.of(further)[0], at_risk) - now) / (
                spent[at + 1] - spent[at]
            )
    return rates
