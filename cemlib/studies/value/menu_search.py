"""The menu with the fewest seconds of listening, of all menus and of those layered by type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, sparse

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.value.menus import Tree, Voice, caller_shares, seconds_heard

Turns = list[tuple[float, NDArray[np.int64]]]
_DIGITS = 9  # decimals to which sums of seconds are compared


def contiguous(shares: ArrayLike, voice: Voice) -> Tree:
    """Return the best menu whose groups are runs of the offers sorted by share.

    A dynamic program over runs; fast, and close to the best of all menus (see `ordered`).

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    voice : Voice
        How it is spoken.

    Returns
    -------
    tuple or int
        The menu.

    Examples
    --------
    >>> contiguous([1, 4, 2], Voice(branches=3))
    (1, 2, 0)
    """
    p = caller_shares(shares)
    order = np.argsort(-significant(p), kind="stable")
    n, branches, costs = len(p), voice.branches, voice.costs
    before = np.concatenate([[0.0], np.cumsum(p[order])])
    below = np.zeros((n + 1, n + 1))  # seconds below a choice that contains the run i … j
    rest = np.full((branches + 2, n + 1, n + 1), np.inf)  # of the run from the m-th choice on
    rest[1:-1, np.arange(n), np.arange(1, n + 1)] = np.outer(costs, p[order])
    cut = np.broadcast_to(np.arange(n + 1), (branches + 2, n + 1, n + 1)).copy()
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j, stops = i + length, np.arange(i + 1, i + length)
            first = below[i, stops] + np.outer(costs, before[stops] - before[i])
            split = first + rest[2:, stops, j]
            at = significant(split).argmin(axis=1)
            lowest = split[np.arange(branches), at]
            below[i, j] = lowest[0]
            whole = lowest[0] + costs * (before[j] - before[i])
            whole[0] = np.inf  # a turn needs at least two choices
            rest[1:-1, i, j] = np.minimum(whole, lowest)
            cut[1:-1, i, j] = np.where(lowest <= whole, stops[at], j)

    def grow(i: int, j: int) -> Tree:
        if j == i + 1:
            return int(order[i])
        choices, position = [], 1
        while i < j:
            stop = int(cut[position, i, j])
            choices.append(grow(i, stop))
            i, position = stop, position + 1
        return tuple(choices)

    return grow(0, n)


def ordered(
    shares: ArrayLike, voice: Voice, *, gap: float = 0.0, longest: float | None = None
) -> Tree:
    """Return the menu with the fewest mean seconds of choices.

    This is a prefix code whose letters have different costs, which Huffman's method does not
    solve. It is solved exactly as a mixed-integer program over the number of choices that are
    open after each number of seconds: see Notes.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    voice : Voice
        How it is spoken.
    gap : float
        By what share the menu may be longer than the best; 0 for the best itself. For 200 offers
        0.003 takes a second, while 0 may take very long.
    longest : float, optional
        Maximum seconds of choices that any caller may hear; if not given, the maximum of the menu
        of `contiguous` plus one more turn of two choices.

    Returns
    -------
    tuple or int
        The menu.

    Raises
    ------
    ValueError
        If no menu is within `longest`.

    Notes
    -----
    x(s, j) counts the turns that begin after s seconds and have a j-th choice; N(s), the choices
    taken after s seconds, is the sum over j of x(s − cost(j), j). The N(s) − x(s, 1) of them that
    are no turn are offers, by decreasing share. The mean seconds are the sum, over times s, of
    the step to the next time multiplied by the share of callers not served by s. That share is
    convex in the number of offers named so far: its tangents are added where a solution touches
    them, until the value of the program equals that of the menu (Kelley's cutting planes).

    References
    ----------
    Karp (1961), *IRE Trans. Information Theory* 7:27–38; Kelley (1960), *J. SIAM* 8:703–712.

    Examples
    --------
    >>> ordered([5, 2, 2, 1], Voice(branches=4))
    (0, 1, 2, 3)
    """
    p = caller_shares(shares)
    if len(p) == 1:
        return 0
    order = np.argsort(-significant(p), kind="stable")
    if longest is None:
        deepest = float(np.max(seconds_heard(contiguous(p, voice), voice)))
        longest = deepest + float(voice.costs[1])
    checks.between("gap", gap, 0, 1)
    turns = _open_turns(p[order], voice, longest, gap)
    return _built(turns, order, voice)


def _times(voice: Voice, longest: float) -> Floats:
    times, fresh = {0.0}, {0.0}
    while fresh:
        fresh = {round(s + c, _DIGITS) for s in fresh for c in voice.costs} - times
        fresh = {s for s in fresh if s <= longest + 1e-6}
        times |= fresh
    return np.array(sorted(times))


def _open_turns(p: Floats, voice: Voice, longest: float, gap: float) -> Turns:
    """Return, for each time, how many turns of the best menu begin then and have a j-th choice."""
    times, branches, n = _times(voice, longest), voice.branches, len(p)
    index = {s: at for at, s in enumerate(times)}
    size = len(times) * branches
    open_ = sparse.lil_array((len(times), size + len(times)))  # choices taken then, less turns
    high = np.full(size + len(times), np.inf)
    order = sparse.lil_array((size, size + len(times)))  # a j-th choice follows the one before
    for at, s in enumerate(times):
        open_[at, at * branches] -= 1
        for j, cost in enumerate(voice.costs):
            column = at * branches + j
            if j:
                order[column, column - 1], order[column, column] = 1, -1
            then = index.get(round(s + cost, _DIGITS))
            if then is None:
                high[column] = 0
            else:
                open_[then, column] += 1
    pairs = order[1::branches]
    root = np.eye(1, len(times))[0]
    named = sparse.csr_array(np.cumsum(open_.toarray(), axis=0))
    limits = [
        optimize.LinearConstraint(sparse.csr_array(open_), -root, np.inf),
        optimize.LinearConstraint(sparse.csr_array(order), 0, np.inf),
        optimize.LinearConstraint(sparse.csr_array(pairs), 0, 0),  # never one choice alone
        optimize.LinearConstraint(named[[-1]], n - 1, n - 1),
    ]
    cost = np.concatenate([np.zeros(size), np.append(np.diff(times), 0)])
    whole = np.concatenate([np.ones(size), np.zeros(len(times))])
    left = 1 - np.concatenate([[0.0], np.cumsum(p)])
    known = set(np.unique(np.geomspace(1, n, 16).astype(int)) - 1)
    fresh = sorted(known)
    while True:
        limits += [_tangent(named, size, i, float(p[i]), float(left[i])) for i in fresh]
        solution = optimize.milp(
            cost, constraints=limits, integrality=whole, bounds=optimize.Bounds(0, high),
            options={"mip_rel_gap": gap},
        )  # fmt: skip
        if solution.x is None:
            raise checks.invalid_argument("longest", longest, "long enough to name all offers")
        x = np.rint(solution.x[:size]).astype(int)
        served = 1 + np.rint(named[:, :size] @ x).astype(int)
        touched = {i for m in set(served) for i in (m - 1, m) if 0 <= i < n}
        fresh = sorted(touched - known)
        value = cost[size:] @ left[served]
        if not fresh or value - solution.mip_dual_bound <= gap * value + 1e-9:
            return list(zip(times.tolist(), x.reshape(-1, branches), strict=True))
        known |= touched


def _tangent(
    named: sparse.csr_array, size: int, i: int, share: float, left: float
) -> optimize.LinearConstraint:
    """Return that the share not served is at least its line from i to i + 1 offers named."""
    unserved = sparse.hstack(
        [sparse.csr_array((named.shape[0], size)), sparse.eye_array(named.shape[0])]
    )
    return optimize.LinearConstraint(
        sparse.csr_array(unserved + share * named), left + share * (i - 1), np.inf
    )


def _built(turns: Turns, order: NDArray[np.int64], voice: Voice) -> Tree:
    """Return the menu with these turns, its offers placed in order as soon as there is room."""
    top: list[list] = [[]]
    waiting: dict[float, list[tuple[list, int]]] = {0.0: [(top, 0)]}
    offers = iter(order.tolist())
    for s, counts in turns:
        slots = waiting.pop(s, [])
        ready = len(slots) - int(counts[0])
        for parent, position in slots[:ready]:
            parent[position] = next(offers)
        for number, (parent, position) in enumerate(slots[ready:]):
            choices: list = [None] * int((counts > number).sum())
            parent[position] = choices
            for j in range(len(choices)):
                waiting.setdefault(round(s + voice.costs[j], _DIGITS), []).append((choices, j))
    return _as_tuples(top[0])


def _as_tuples(node: list | int) -> Tree:
    return node if isinstance(node, int) else tuple(_as_tuples(each) for each in node)


def layered(shares: ArrayLike, types: Sequence[object], voice: Voice, *, gap: float = 0.0) -> Tree:
    """Return the best menu that chooses a type of offer first, then an offer of that type.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    types : sequence, length n
        The type of each offer.
    voice : Voice
        How it is spoken.
    gap : float
        As for `ordered`.

    Returns
    -------
    tuple or int
        The menu. The seconds of types and of offers add up, so the best menu of types (each with
        the share of its offers) on top of the best menu in each type is the best of its kind.

    Examples
    --------
    >>> layered([3, 1, 2], ["data", "data", "calls"], Voice())
    ((0, 1), 2)
    """
    p = caller_shares(shares)
    kinds = np.asarray(types, dtype=object)
    if kinds.shape != p.shape:
        raise checks.invalid_argument("types", list(types), "the type of each offer")
    names = list(dict.fromkeys(kinds))
    rows = [np.flatnonzero(kinds == name) for name in names]
    within = [_replaced(ordered(p[at], voice, gap=gap), at.tolist()) for at in rows]
    return _replaced(ordered([p[at].sum() for at in rows], voice, gap=gap), within)


def _replaced(tree: Tree, leaves: Sequence[Tree]) -> Tree:
    """Return a menu with each offer replaced by a leaf: another offer, or a menu."""
    return leaves[tree] if isinstance(tree, int) else tuple(_replaced(e, leaves) for e in tree)
