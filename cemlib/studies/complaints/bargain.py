"""Two-person bargaining: which answer to a complaint both sides should agree on."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats, significant

Rule = Literal["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"]
RULES: tuple[Rule, ...] = ("nash", "kalai-smorodinsky", "egalitarian", "utilitarian")
RULE_NAMES: dict[Rule, str] = {
    "nash": "Nash",
    "kalai-smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "equal gains",
    "utilitarian": "largest sum",
}
NO_AGREEMENT = -1


def pareto(customer: ArrayLike, company: ArrayLike) -> NDArray[np.bool_]:
    """Return which answers are Pareto efficient: no other is better for both sides.

    Parameters
    ----------
    customer, company : array_like, shape (k,)
        Gains of each answer, money.

    Returns
    -------
    ndarray of bool, shape (k,)
        True where no answer is at least as good for both and better for one.

    Raises
    ------
    ValueError
        If the two differ in length, or a gain is missing.

    Examples
    --------
    >>> pareto([0, 1, 2, 1], [3, 2, 0, 1]).tolist()
    [True, True, True, False]
    """
    u, v = _pair(customer, company)
    order = np.lexsort((-v, -u))  # best for the customer first, then best for the company
    values = np.unique(-u)
    group_best = np.maximum.reduceat(v[order], np.searchsorted(-u[order], values))
    before = np.concatenate(([-np.inf], np.maximum.accumulate(group_best)[:-1]))
    group = np.searchsorted(values, -u)
    return (v == group_best[group]) & (v > before[group])


def frontier(customer: ArrayLike, company: ArrayLike) -> Floats:
    """Return the corners of the Pareto frontier when answers may be mixed.

    A mixture is a lottery over two answers, or a compensation between theirs. The frontier of the
    mixtures is concave: its corners are answers, joined by straight lines. It is the upper convex
    hull, found by Andrew's monotone chain (1979, *Information Processing Letters* 9:216–219).

    Parameters
    ----------
    customer, company
        As for `pareto`.

    Returns
    -------
    ndarray, shape (m, 2)
        Corners (customer, company), the best for the company first.

    Examples
    --------
    >>> frontier([0, 1, 2, 1], [3, 2.5, 0, 1]).tolist()
    [[0.0, 3.0], [1.0, 2.5], [2.0, 0.0]]
    """
    u, v = _pair(customer, company)
    efficient = pareto(u, v)
    points = np.unique(np.column_stack([u[efficient], v[efficient]]), axis=0)
    hull: list[Floats] = []
    for point in points:
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return np.array(hull)


def solve(
    corners: ArrayLike,
    rule: Rule = "nash",
    *,
    disagreement: tuple[float, float] = (0.0, 0.0),
    weight: float = 0.5,
) -> tuple[float, float] | None:
    """Solve the bargain on a frontier of mixtures, exactly.

    With gains x and y over disagreement, Nash maximises xʷ·y¹⁻ʷ; Kalai–Smorodinsky gives both
    the same share (w to 1 − w) of the largest gain each could get; egalitarian gives both the same
    gain (w to 1 − w); utilitarian maximises w·x + (1 − w)·y.

    Parameters
    ----------
    corners : array_like, shape (m, 2)
        From `frontier`.
    rule : {"nash", "kalai-smorodinsky", "egalitarian", "utilitarian"}
        Which solution.
    disagreement : tuple of float
        Gains of customer and company without an agreement, money.
    weight : float
        The customer's weight w in (0, 1).

    Returns
    -------
    tuple of float or None
        Customer's and company's gain; None where no mixture is as good as disagreement for both.

    Raises
    ------
    ValueError
        If the rule is unknown or the weight is not inside (0, 1).

    References
    ----------
    Nash (1950), *Econometrica* 18:155–162; Kalai & Smorodinsky (1975), *Econometrica* 43:513–518;
    Kalai (1977), *Econometrica* 45:1623–1630.

    Examples
    --------
    >>> line = frontier([0, 10], [10, 0])
    >>> [solve(line, rule) for rule in ("nash", "kalai-smorodinsky", "egalitarian")]
    [(5.0, 5.0), (5.0, 5.0), (5.0, 5.0)]
    >>> solve(line, disagreement=(4, 0))
    (7.0, 3.0)
    """
    checks.one_of("rule", rule, RULES)
    w = _weight(weight)
    path = _acceptable(checks.matrix("corners", corners, columns=2), disagreement)
    if path is None:
        return None
    share = np.array([w, 1 - w])
    if rule == "utilitarian":
        best = path[np.lexsort((significant(path.min(axis=1)), significant(path @ share)))[-1]]
    elif rule == "nash":
        best = _nash(path, share)
    else:
        ideal = path.max(axis=0) if rule == "kalai-smorodinsky" else np.ones(2)
        best = _along(path, ideal * share)
    return float(best[0] + disagreement[0]), float(best[1] + disagreement[1])


def choose(
    customer: ArrayLike,
    company: ArrayLike,
    rule: Rule = "nash",
    *,
    disagreement: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
    weight: float = 0.5,
) -> NDArray[np.intp]:
    """Choose one answer for each of many complaints at once.

    As `solve`, but without mixtures: the best answer by the rule among those that neither side
    would refuse. Ties are broken by w·x + (1 − w)·y, so that the answer is Pareto efficient, then
    by order.

    Parameters
    ----------
    customer, company : array_like, shape (..., k)
        Gains of k answers in each complaint, money.
    rule, weight
        As for `solve`.
    disagreement : tuple of array_like, shape (...)
        Gains without an agreement, one for all complaints or one for each.

    Returns
    -------
    ndarray of int, shape (...)
        Index of the answer; `NO_AGREEMENT` (−1) where every answer leaves a side worse off.

    References
    ----------
    Mariotti (1998), *Review of Economic Studies* 65:733–741: Nash's axioms on finitely many
    alternatives.

    Examples
    --------
    >>> choose([[0, 4, 9], [-2, -1, -3]], [[9, 5, 0], [1, 2, 3]]).tolist()
    [1, -1]
    """
    checks.one_of("rule", rule, RULES)
    w = _weight(weight)
    first, second = np.asarray(customer, dtype=float), np.asarray(company, dtype=float)
    if first.shape != second.shape or not first.ndim:
        raise ValueError(f"customer has shape {first.shape}, but company {second.shape}")
    x = first - np.asarray(disagreement[0], dtype=float)[..., None]
    y = second - np.asarray(disagreement[1], dtype=float)[..., None]
    fit = (x >= 0) & (y >= 0)
    if rule == "utilitarian":
        score = w * x + (1 - w) * y
    elif rule == "nash":
        score = _nash_score(x, y, w, fit)
    else:
        if rule == "kalai-smorodinsky":
            max_x = np.where(fit, x, 0).max(axis=-1, keepdims=True)
            max_y = np.where(fit, y, 0).max(axis=-1, keepdims=True)
        else:
            max_x = max_y = np.ones(())
        score = np.minimum(_share(x, max_x * w), _share(y, max_y * (1 - w)))
    score = significant(np.where(fit, score, -np.inf))
    best = score.max(axis=-1, keepdims=True)
    tied = np.where((score == best) & fit, w * x + (1 - w) * y, -np.inf)
    chosen = np.asarray(significant(tied).argmax(axis=-1))
    return np.where(fit.any(axis=-1), chosen, NO_AGREEMENT)


def transfer(
    customer: ArrayLike,
    company: ArrayLike,
    *,
    disagreement: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
    weight: float = 0.5,
) -> Floats:
    """Return the payment of the Nash solution when money can change hands freely.

    With gains u and v of an answer without payment, t* = w·(u + v − d − e) − (u − d): the customer
    keeps w of the surplus over disagreement, half of it by default.

    Parameters
    ----------
    customer, company : array_like, shape (...)
        Gains before the payment, money.
    disagreement, weight
        As for `choose`.

    Returns
    -------
    ndarray, shape (...)
        Payment from company to customer, money; missing where there is no surplus to split.

    Examples
    --------
    >>> transfer([10.0, 0.0], [50.0, -5.0])
    array([20., nan])
    """
    w = _weight(weight)
    x = np.asarray(customer, dtype=float) - np.asarray(disagreement[0], dtype=float)
    y = np.asarray(company, dtype=float) - np.asarray(disagreement[1], dtype=float)
    return np.where(x + y >= 0, w * (x + y) - x, np.nan)


def solutions(
    customer: ArrayLike,
    company: ArrayLike,
    *,
    disagreement: tuple[float, float] = (0.0, 0.0),
    weight: float = 0.5,
) -> pd.DataFrame:
    """Return the solution of each rule for one complaint, with and without mixtures.

    Parameters
    ----------
    customer, company : array_like, shape (k,)
        Gains of each answer, money.
    disagreement, weight
        As for `solve`.

    Returns
    -------
    DataFrame
        One row per rule: rule; answer (index, −1 for none) with its gains customer and company;
        mixed_customer and mixed_company, gains at the point on the frontier of mixtures. Missing
        where there is no agreement.

    Examples
    --------
    >>> solutions([0, 4, 9], [9, 5, 0])[["rule", "answer", "mixed_customer"]].round(2).values[0]
    array(['nash', 1, 4.5], dtype=object)
    """
    u, v = _pair(customer, company)
    corners, rows = frontier(u, v), []
    for rule in RULES:
        index = int(choose(u, v, rule, disagreement=disagreement, weight=weight))
        mixed = solve(corners, rule, disagreement=disagreement, weight=weight) or (np.nan, np.nan)
        single = (u[index], v[index]) if index >= 0 else (np.nan, np.nan)
        rows.append((rule, index, *single, *mixed))
    columns = ["rule", "answer", "customer", "company", "mixed_customer", "mixed_company"]
    return pd.DataFrame(rows, columns=columns)


def _pair(customer: ArrayLike, company: ArrayLike) -> tuple[Floats, Floats]:
    u = checks.vector("customer", customer)
    v = checks.vector("company", company, length=len(u))
    if not len(u):
        raise checks.invalid_argument("customer", customer, "the gain of at least one answer")
    return u, v


def _weight(weight: float) -> float:
    if not 0 < weight < 1:
        raise checks.invalid_argument(
            "weight", weight, "between 0 and 1, both excluded: the customer's weight"
        )
    return float(weight)


def _turns_up(a: Floats, b: Floats, c: Floats) -> bool:
    return bool((b[0] - a[0]) * (c[1] - a[1]) >= (c[0] - a[0]) * (b[1] - a[1]))


def _acceptable(corners: Floats, disagreement: tuple[float, float]) -> Floats | None:
    """Return the part of the frontier, as gains over disagreement, that neither side refuses."""
    path = corners - np.asarray(disagreement, dtype=float)
    for side, rest in ((0, 1), (1, 0)):
        acceptable = path[:, side] >= 0
        if not acceptable.any():
            return None
        part = path[acceptable]
        if not acceptable.all():  # cut the segment on which this side's gain crosses zero
            inside = int(np.flatnonzero(acceptable)[0 if side == 0 else -1])
            outside = inside - 1 if side == 0 else inside + 1
            a, b = path[outside], path[inside]
            step = -a[side] / (b[side] - a[side])
            cut = np.zeros(2)
            cut[rest] = a[rest] + step * (b[rest] - a[rest])
            part = np.vstack([cut, part] if side == 0 else [part, cut])
        path = part
    return path


def _nash(path: Floats, share: Floats) -> Floats:
    # On each segment a + t·(b − a) the product xʷ·y¹⁻ʷ has its maximum where its derivative in t
    # is 0, a linear equation in t; the best of these points and of the corners is the solution.
    candidates = [*path]
    for a, b in pairwise(path):
        step = b - a
        if step[0] > 0 and step[1] < 0:
            slope = share[0] * step[0] * a[1] + share[1] * step[1] * a[0]
            candidates.append(a + np.clip(-slope / (step[0] * step[1]), 0, 1) * step)
    points = np.array(candidates)
    with np.errstate(divide="ignore"):
        score = np.log(np.maximum(points, 0)) @ share
    return points[np.lexsort((significant(points @ share), significant(score)))[-1]]


def _along(path: Floats, direction: Floats) -> Floats:
    """Return the point of the path on the ray from 0 in a direction, or the end nearest to it."""
    side = path[:, 0] * direction[1] - path[:, 1] * direction[0]  # above 0: right of the ray
    if side[-1] <= 0:
        return path[-1]
    after = int(np.argmax(side > 0))
    if after == 0:
        return path[0]
    step = side[after - 1] / (side[after - 1] - side[after])
    return path[after - 1] + step * (path[after] - path[after - 1])


def _nash_score(x: Floats, y: Floats, weight: float, fit: NDArray[np.bool_]) -> Floats:
    if weight == 0.5:
        return x * y
    score = np.full(x.shape, -np.inf)
    inside = fit & (x > 0) & (y > 0)
    np.log(x, out=score, where=inside)
    score *= weight
    rest = np.zeros(y.shape)
    np.log(y, out=rest, where=inside)
    return score + (1 - weight) * rest


def _share(gain: Floats, ideal: Floats) -> Floats:
    return np.divide(gain, ideal, out=np.zeros(np.broadcast(gain, ideal).shape), where=ideal > 0)
