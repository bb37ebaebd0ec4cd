"""How to divide a budget among levers: by the next yuan, exactly, and under each draw."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_matrix, hstack, vstack

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.company.curves import Curves, Steps, shared

_TINY = 1e-9  # share of the largest gain: what adds less is not worth a step


def greedy(curves: Curves) -> Steps:
    """Divide the budget by the next yuan: always to the lever whose envelope rises most.

    The concave envelope of each mean curve is cut into segments, and segments are bought in the
    order of what they keep per money, while they keep more than they cost and fit. Where all curves
    are concave the result is optimal (Fox 1966, *Operations Research* 14:1017–1034).

    Parameters
    ----------
    curves : Curves
        Levers on one grid.

    Returns
    -------
    ndarray of int, shape (L,)
        Steps for each lever.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> kept = np.array([[[0.0, 9, 12]], [[0.0, 6, 11]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> greedy(curves).tolist()
    [1, 1]
    """
    net = curves.net.mean(axis=1)
    segments = []
    for lever, row in enumerate(net):
        corners = _envelope(row[: curves.most[lever] + 1])
        for left, right in pairwise(corners):
            slope = float(significant((row[right] - row[left]) / (right - left)))
            segments.append((-slope, lever, right - left))
    taken, left_over = np.zeros(len(net), dtype=np.int64), net.shape[1] - 1
    closed: set[int] = set()
    for slope, lever, size in sorted(segments, key=lambda segment: segment[0]):
        if slope >= -_least(net) or lever in closed:
            continue
        if size > left_over:
            size = _partial(curves, net[lever], int(taken[lever]), left_over)
            closed.add(lever)
        taken[lever] += size
        left_over -= size
    return taken


def _least(net: Floats) -> float:
    return _TINY * max(float(np.abs(net).max()), 1e-300)


def _envelope(row: Floats) -> list[int]:
    """Return the corners of the smallest concave curve above a row, up to its highest point."""
    corners: list[int] = []
    for at in range(int(np.argmax(significant(row))) + 1):
        while len(corners) > 1:
            a, b = corners[-2:]
            if (row[b] - row[a]) * (at - a) > (row[at] - row[a]) * (b - a):
                break
            corners.pop()
        corners.append(at)
    return corners


def _partial(curves: Curves, row: Floats, taken: int, left_over: int) -> int:
    """Return the best number of further steps for a lever, of those that are left."""
    return int(np.argmax(significant(row[taken : taken + left_over + 1] - row[taken])))


def exact(curves: Curves, *, worst: float = 1.0) -> Steps:
    """Divide the budget optimally by a mixed-integer program.

    Each lever takes one point of its curve (multiple choice). With `worst` below 1, the mean over
    that share of the draws with the lowest total is maximised: a linear program in further
    variables (Rockafellar & Uryasev 2000, *Journal of Risk* 2:21–41).

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    worst : float
        Share of the worst draws whose mean counts, in (0, 1]; 1 is the mean of all.

    Returns
    -------
    ndarray of int, shape (L,)
        Steps for each lever; of equally good divisions one with fewer steps.

    Raises
    ------
    ValueError
        If the share is out of range.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> kept = np.array([[[0.0, 2, 12]], [[0.0, 6, 11]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> exact(curves).tolist()
    [2, 0]
    """
    checks.between("worst", worst, 1e-6, 1)
    net = curves.net
    count, draws, points = net.shape
    scale = max(float(np.abs(net).max()), 1e-300)
    per_lever = net.transpose(1, 0, 2).reshape(draws, count * points) / scale
    steps = np.tile(np.arange(points), count)
    allowed = (np.arange(points) <= curves.most[:, None]).ravel()
    one_each = csr_matrix(block_diag([np.ones((1, points))] * count))
    tie_break = 1e-7 * steps / points
    if worst == 1.0:
        cost, bounds = tie_break - per_lever.mean(axis=0), Bounds(0, allowed.astype(float))
        rows = [
            LinearConstraint(steps[None, :], -np.inf, points - 1),
            LinearConstraint(one_each, 1, 1),
        ]
        whole = np.ones(len(steps))
    else:
        # Value at risk t and shortfalls z ≥ t − total, z ≥ 0: maximise t − mean(z) / worst.
        further = np.concatenate([[-1.0], np.full(draws, 1 / (worst * draws))])
        cost = np.concatenate([tie_break, further])
        bounds = Bounds(
            np.concatenate([np.zeros(len(steps)), [-np.inf], np.zeros(draws)]),
            np.concatenate([allowed, np.full(draws + 1, np.inf)]),
        )
        pad = csr_matrix((1, draws + 1))
        shortfall = hstack(
            [csr_matrix(per_lever), csr_matrix(-np.ones((draws, 1))), csr_matrix(np.eye(draws))]
        )
        rows = [
            LinearConstraint(hstack([csr_matrix(steps[None, :]), pad]), -np.inf, points - 1),
            LinearConstraint(hstack([one_each, vstack([pad] * count)]), 1, 1),
            LinearConstraint(shortfall, 0, np.inf),
        ]
        whole = np.concatenate([np.ones(len(steps)), np.zeros(draws + 1)])
    result = milp(cost, integrality=whole, bounds=bounds, constraints=rows,
                  options={"mip_rel_gap": 0.0})  # fmt: skip
    chosen = result.x[: count * points].reshape(count, points)
    return np.asarray(np.argmax(chosen.round(6), axis=1), dtype=np.int64)


def best_by_draw(net: ArrayLike, most: ArrayLike) -> tuple[Floats, Steps]:
    """Return the best total and division under each draw, by dynamic programming over levers.

    Parameters
    ----------
    net : array_like, shape (L, B, K + 1)
        Money kept beyond what is spent.
    most : array_like, shape (L,)
        Largest number of steps of each lever.

    Returns
    -------
    totals : ndarray, shape (B,)
        The best total of each draw.
    steps : ndarray of int, shape (B, L)
        The division that reaches it.

    References
    ----------
    Kellerer, Pferschy & Pisinger (2004), *Knapsack Problems*, ch. 11.

    Examples
    --------
    >>> totals, steps = best_by_draw([[[0.0, 2, 12]], [[0.0, 6, 11]]], [2, 2])
    >>> totals.tolist(), steps.tolist()
    ([12.0], [[2, 0]])
    """
    curves = np.asarray(net, dtype=float)
    count, draws, points = curves.shape
    totals, choices = np.zeros((draws, points)), []
    for lever, limit in zip(curves, np.asarray(most), strict=True):
        best, choice = totals + lever[:, :1], np.zeros((draws, points), dtype=np.int64)
        for taken in range(1, int(limit) + 1):
            better = totals[:, : points - taken] + lever[:, taken, None]
            ahead = better > best[:, taken:] + _TINY * np.abs(better)
            best[:, taken:] = np.where(ahead, better, best[:, taken:])
            choice[:, taken:][ahead] = taken
        totals = best
        choices.append(choice)
    left_over, rows = np.full(draws, points - 1), np.arange(draws)
    steps = np.zeros((draws, count), dtype=np.int64)
    for lever in reversed(range(count)):
        steps[:, lever] = choices[lever][rows, left_over]
        left_over = left_over - steps[:, lever]
    return totals[:, -1], steps


def best_shared(curves: Curves, at_risk: float) -> Steps:
    """Divide the budget optimally where customers can be saved twice, by the mean curves.

    Of all divisions of some levers only those are kept of which no other is as cheap, takes as few
    steps and leaves as little at risk; levers join one by one.

    Parameters
    ----------
    curves : Curves
        Levers on one grid. Draws of different levers are taken as independent.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Returns
    -------
    ndarray of int, shape (L,)
        Steps for each lever.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> kept = np.array([[[0.0, 9, 9]], [[0.0, 8, 8]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> best_shared(curves, np.inf).tolist(), best_shared(curves, 10.0).tolist()
    ([1, 1], [1, 0])
    """
    kept, spent = curves.kept.mean(axis=1), curves.spent
    if np.isinf(at_risk):
        return best_by_draw(curves.mean().net, curves.most)[1][0]
    checks.between("at_risk", at_risk, 1e-9)
    points = kept.shape[1]
    left = 1 - np.minimum(kept / at_risk, 1.0)
    # Rows: steps taken, money spent, share still at risk, then the steps of each lever so far.
    states = np.array([[0.0, 0.0, 1.0]])
    for lever, limit in enumerate(curves.most):
        grown = [
            np.column_stack([
                states[:, 0] + k, states[:, 1] + spent[lever, k], states[:, 2] * left[lever, k],
                states[:, 3:], np.full(len(states), float(k)),
            ])
            for k in range(int(limit) + 1)
        ]  # fmt: skip
        states = _undominated(np.concatenate(grown), points - 1)
    total = at_risk * (1 - states[:, 2]) - states[:, 1]
    return np.asarray(states[int(np.argmax(significant(total))), 3:], dtype=np.int64)


def _undominated(states: Floats, most: int) -> Floats:
    """Drop what takes too many steps, and what another state beats in all three respects."""
    states = states[states[:, 0] <= most]
    order = np.lexsort((states[:, 1], significant(states[:, 2]), states[:, 0]))
    kept: list[Floats] = []
    front = np.empty((0, 2))
    for state in states[order]:
        spent, left = state[1] + 1e-9, state[2] * (1 + 1e-12)
        if not ((front[:, 0] <= spent) & (front[:, 1] <= left)).any():
            kept.append(state)
            front = np.vstack([front, state[1:3]])
    return np.array(kept)


def next_step(curves: Curves, steps: ArrayLike, at_risk: float = np.inf) -> Floats:
    """Return what a yuan more for each lever would keep, under each draw, shape (L, B).

    Parameters
    ----------
    curves : Curves
        Levers on one grid.
    steps : array_like, shape (L,)
        Steps for each lever.
    at_risk : float
        As for `cemlib.studies.company.curves.shared`.

    Returns
    -------
    ndarray, shape (L, B)
        Money kept per money of the next step that buys something; 0 for a lever at its limit.

    Examples
    --------
    >>> from cemlib.studies.company.curves import Curves
    >>> kept = np.array([[[0.0, 2, 12]], [[0.0, 6, 11]]])
    >>> curves = Curves(("a", "b"), 1.0, kept, np.array([[0.0, 1, 2]] * 2), np.array([2, 2]))
    >>> next_step(curves, [2, 0]).tolist()
    [[0.0], [6.0]]
    """
    taken = np.asarray(steps, dtype=np.int64)
    now = shared(curves.of(taken)[0], at_risk)
    rates = np.zeros((len(curves.names), curves.kept.shape[1]))
    for lever, most in enumerate(curves.most):
        more = curves.spent[lever, taken[lever] + 1 : most + 1] - curves.spent[lever, taken[lever]]
        buys = np.flatnonzero(more > 0)
        if len(buys):
            further = taken.copy()
            further[lever] += 1 + buys[0]
            rates[lever] = (shared(curves.of(further)[0], at_risk) - now) / more[buys[0]]
    return rates
