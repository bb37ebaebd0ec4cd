"""The menu that is listened to for the fewest seconds, of all and of those layered by type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, sparse

from cemlib import checks
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.value.menus import Tree, Voice, callers, seconds_heard

Turns = list[tuple[float, NDArray[np.int64]]]
_GRID = 9  # digits to which sums of seconds are told apart


def contiguous(shares: ArrayLike, voice: Voice) -> Tree:
    """Return the best menu whose groups are runs of offers sorted by share.

    A dynamic program over runs; fast, and close to the best of all menus, which `ordered` finds.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
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
    p = callers(shares)
    order = np.argsort(-significant(p), kind="stable")
    n, most, costs = len(p), voice.branches, voice.costs
    before = np.concatenate([[0.0], np.cumsum(p[order])])
    below = np.zeros((n + 1, n + 1))  # seconds under a choice that holds the run i … j
    rest = np.full((most + 2, n + 1, n + 1), np.inf)  # the run told from the m-th choice on
    rest[1:-1, np.arange(n), np.arange(1, n + 1)] = np.outer(costs, p[order])
    cut = np.broadcast_to(np.arange(n + 1), (most + 2, n + 1, n + 1)).copy()
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j, ends = i + length, np.arange(i + 1, i + length)
            first = below[i, ends] + np.outer(costs, before[ends] - before[i])
            split = first + rest[2:, ends, j]
            at = significant(split).argmin(axis=1)
            least = split[np.arange(most), at]
            below[i, j] = least[0]
            whole = least[0] + costs * (before[j] - before[i])
            whole[0] = np.inf  # a turn with one choice is none
            rest[1:-1, i, j] = np.minimum(whole, least)
            cut[1:-1, i, j] = np.where(least <= whole, ends[at], j)

    def grow(i: int, j: int) -> Tree:
        if j == i + 1:
            return int(order[i])
        choices, place = [], 1
        while i < j:
            end = int(cut[place, i, j])
            choices.append(grow(i, end))
            i, place = end, place + 1
        return tuple(choices)

    return grow(0, n)


def ordered(
    shares: ArrayLike, voice: Voice, *, gap: float = 0.0, longest: float | None = None
) -> Tree:
    """Return the menu that is listened to for the fewest seconds, choices heard in order.

    Finding it is finding a prefix code whose letters cost differently, which Huffman's method
    does not do. It is solved as a mixed-integer program over how many choices stand open after
    how many seconds, exactly: see Notes.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
    voice : Voice
        How it is spoken.
    gap : float
        By what share of its seconds the menu may be longer than the best; 0 is the best itself.
        For 200 offers 0.003 takes a second where 0 may take very long.
    longest : float, optional
        Most seconds of choices that any caller may hear; if not given, those of the menu of
        `contiguous` and one more turn of two choices.

    Returns
    -------
    tuple or int
        The menu.

    Raises
    ------
    ValueError
        If no menu keeps to `longest`.

    Notes
    -----
    x(s, j) counts the turns that begin after s seconds and have a j-th choice; N(s), the choices
    taken after s seconds, is the sum over j of x(s − cost(j), j). The N(s) − x(s, 1) of them that
    are no turn are offers, the most wanted first. The expected seconds are the sum over times s of
    the step to the next time times the share of callers not served by s, which is convex in the
    number of offers told so far: its tangents are added where a solution touches them, until the
    program's value is the menu's own.

    References
    ----------
    Karp (1961), *IRE Trans. Information Theory* 7:27–38.

    Examples
    --------
    >>> ordered([5, 2, 2, 1], Voice(branches=4))
    (0, 1, 2, 3)
    """
    p = callers(shares)
    if len(p) == 1:
        return 0
    order = np.argsort(-significant(p), kind="stable")
    if longest is None:
        deepest = float(np.max(seconds_heard(contiguous(p, voice), voice)))
        longest = deepest + float(voice.costs[1])
    checks.between("gap", gap, 0, 1)
    turns = _open_turns(p[order], voice, longest, gap)
    return _grown(turns, order, voice)


def _times(voice: Voice, longest: float) -> Floats:
    times, fresh = {0.0}, {0.0}
    while fresh:
        fresh = {round(s + c, _GRID) for s in fresh for c in voice.costs} - times
        fresh = {s for s in fresh if s <= longest + 1e-6}
        times |= fresh
    return np.array(sorted(times))


def _open_turns(p: Floats, voice: Voice, longest: float, gap: float) -> Turns:
    """Return for each time how many turns begin then and have a j-th choice, of the best menu."""
    times, most, n = _times(voice, longest), voice.branches, len(p)
    place = {s: at for at, s in enumerate(times)}
    size = len(times) * most
    open_ = sparse.lil_array((len(times), size + len(times)))  # choices taken then, less turns
    high = np.full(size + len(times), np.inf)
    order = sparse.lil_array((size, size + len(times)))  # a j-th choice follows the one before
    for at, s in enumerate(times):
        open_[at, at * most] -= 1
        for j, cost in enumerate(voice.costs):
            column = at * most + j
            if j:
                order[column, column - 1], order[column, column] = 1, -1
            then = place.get(round(s + cost, _GRID))
            if then is None:
                high[column] = 0
            else:
                open_[then, column] += 1
    pairs = order[1::most]
    root = np.eye(1, len(times))[0]
    told = sparse.csr_array(np.cumsum(open_.toarray(), axis=0))
    limits = [
        optimize.LinearConstraint(sparse.csr_array(open_), -root, np.inf),
        optimize.LinearConstraint(sparse.csr_array(order), 0, np.inf),
        optimize.LinearConstraint(sparse.csr_array(pairs), 0, 0),  # never one choice alone
        optimize.LinearConstraint(told[[-1]], n - 1, n - 1),
    ]
    cost = np.concatenate([np.zeros(size), np.append(np.diff(times), 0)])
    whole = np.concatenate([np.ones(size), np.zeros(len(times))])
    left = 1 - np.concatenate([[0.0], np.cumsum(p)])
    known = set(np.unique(np.geomspace(1, n, 16).astype(int)) - 1)
    fresh = sorted(known)
    while True:
        limits += [_tangent(told, size, i, float(p[i]), float(left[i])) for i in fresh]
        found = optimize.milp(
            cost, constraints=limits, integrality=whole, bounds=optimize.Bounds(0, high),
            options={"mip_rel_gap": gap},
        )  # fmt: skip
        if found.x is None:
            raise checks.invalid_argument("longest", longest, "long enough to name all offers")
        x = np.rint(found.x[:size]).astype(int)
        served = 1 + np.rint(told[:, :size] @ x).astype(int)
        touched = {i for m in set(served) for i in (m - 1, m) if 0 <= i < n}
        fresh = sorted(touched - known)
        value = cost[size:] @ left[served]
        if not fresh or value - found.mip_dual_bound <= gap * value + 1e-9:
            return list(zip(times.tolist(), x.reshape(-1, most), strict=True))
        known |= touched


def _tangent(
    told: sparse.csr_array, size: int, i: int, share: float, left: float
) -> optimize.LinearConstraint:
    """Return that the share not served is at least its line from i to i + 1 offers told."""
    unserved = sparse.hstack(
        [sparse.csr_array((told.shape[0], size)), sparse.eye_array(told.shape[0])]
    )
    return optimize.LinearConstraint(
        sparse.csr_array(unserved + share * told), left + share * (i - 1), np.inf
    )


def _grown(turns: Turns, order: NDArray[np.int64], voice: Voice) -> Tree:
    """Return the menu that has so many turns, wanted offers told as soon as there is room."""
    top: list[list] = [[]]
    waiting: dict[float, list[tuple[list, int]]] = {0.0: [(top, 0)]}
    offers = iter(order.tolist())
    for s, counts in turns:
        slots = waiting.pop(s, [])
        ready = len(slots) - int(counts[0])
        for mother, place in slots[:ready]:
            mother[place] = next(offers)
        for number, (mother, place) in enumerate(slots[ready:]):
            choices: list = [None] * int((counts > number).sum())
            mother[place] = choices
            for j in range(len(choices)):
                waiting.setdefault(round(s + voice.costs[j], _GRID), []).append((choices, j))
    return _frozen(top[0])


def _frozen(node: list | int) -> Tree:
    return node if isinstance(node, int) else tuple(_frozen(each) for each in node)


def layered(shares: ArrayLike, types: Sequence[object], voice: Voice, *, gap: float = 0.0) -> Tree:
    """Return the best menu that first tells the types of offers apart, then offers in a type.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
    types : sequence, length n
        The type of each offer.
    voice : Voice
        How it is spoken.
    gap : float
        As for `ordered`.

    Returns
    -------
    tuple or int
        The menu. The seconds of types and of offers add up, so that the best menu of types (each
        as often wanted as its offers are) over the best menus in types is the best of its kind.

    Examples
    --------
    >>> layered([3, 1, 2], ["data", "data", "calls"], Voice())
    ((0, 1), 2)
    """
    p = callers(shares)
    kinds = np.asarray(types, dtype=object)
    if kinds.shape != p.shape:
        raise checks.invalid_argument("types", list(types), "the type of each offer")
    names = list(dict.fromkeys(kinds))
    places = [np.flatnonzero(kinds == name) for name in names]
    under = [_renamed(ordered(p[at], voice, gap=gap), at) for at in places]
    return _planted(ordered([p[at].sum() for at in places], voice, gap=gap), under)


def _renamed(tree: Tree, at: NDArray[np.intp]) -> Tree:
    return int(at[tree]) if isinstance(tree, int) else tuple(_renamed(each, at) for each in tree)


def _planted(tree: Tree, under: Sequence[Tree]) -> Tree:
    if isinstance(tree, int):
        return under[tree]
    return tuple(_planted(each, under) for each in tree)
