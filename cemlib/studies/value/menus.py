"""Spoken menus: Huffman's menu, the time that callers listen, and the bound for all menus."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from cemlib import checks
from cemlib.stats.estimates import Floats, significant

Tree = int | tuple["Tree", ...]  # the row of an offer, or the choices of a turn in spoken order
MAX_OFFERS = 400


@dataclass(frozen=True)
class Voice:
    """How a menu is spoken.

    Choices are named one after another; the caller speaks as soon as the right one is named.
    Choice j of a turn thus costs `turn` + j · `choice` seconds.

    Attributes
    ----------
    branches : int
        Maximum number of choices in a turn, at least 2.
    choice : float
        Seconds to name a choice, above 0.
    turn : float
        Seconds that a turn adds: the caller's answer, the agent's "I see".
    """

    branches: int = 4
    choice: float = 1.5
    turn: float = 2.0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        checks.between("branches", self.branches, 2, 100, whole=True)
        checks.between("choice", self.choice, 0.01, 1e4)
        checks.between("turn", self.turn, 0, 1e4)

    @property
    def costs(self) -> Floats:
        """Seconds until the first, second … choice of a turn is taken."""
        return self.turn + self.choice * np.arange(1, self.branches + 1, dtype=np.float64)


def caller_shares(shares: ArrayLike) -> Floats:
    """Return shares of callers, scaled to sum to 1.

    Examples
    --------
    >>> caller_shares([30, 10])
    array([0.75, 0.25])
    """
    counts = checks.vector("shares", shares)
    if not len(counts) or not (counts > 0).all():
        raise checks.invalid_argument("shares", shares, "numbers above 0, one for each offer")
    checks.between("number of offers", len(counts), 1, MAX_OFFERS)
    return counts / counts.sum()


def entropy(shares: ArrayLike) -> float:
    """Return Shannon's entropy of the offers that callers ask for, in bits.

    Examples
    --------
    >>> entropy([1, 1, 1, 1])
    2.0
    """
    p = caller_shares(shares)
    return float(-(p * np.log2(p)).sum())


def read_out(shares: ArrayLike, seconds: ArrayLike) -> tuple[float, float]:
    """Return the mean seconds that callers listen when offers are read out in full.

    The caller stops the list when her offer has been explained. The best order is by share over
    seconds, the highest first (Smith's rule).

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    seconds : array_like, shape (n,)
        Seconds to explain each offer.

    Returns
    -------
    as_listed, best : float
        Mean seconds in the listed order and in the best order.

    References
    ----------
    Smith (1956), *Naval Research Logistics Quarterly* 3:59–66.

    Examples
    --------
    >>> read_out([1, 3], [20, 10])
    (27.5, 15.0)
    """
    p, t = caller_shares(shares), checks.vector("seconds", seconds)
    if t.shape != p.shape or (t <= 0).any():
        raise checks.invalid_argument("seconds", seconds, "a number above 0 for each offer")
    best = np.argsort(-significant(p / t), kind="stable")
    return float(p @ np.cumsum(t)), float(p[best] @ np.cumsum(t[best]))


def huffman(shares: ArrayLike, branches: int) -> Tree:
    """Return the menu with the fewest turns, of at most `branches` choices each.

    Huffman's code for an alphabet of that many letters: optimal if every turn costs the same,
    whatever the number of its choices and the position of the right one.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    branches : int
        Maximum number of choices in a turn.

    Returns
    -------
    tuple or int
        The menu: one tuple per turn, offers by their rows.

    References
    ----------
    Huffman (1952), *Proc. IRE* 40:1098–1101.

    Examples
    --------
    >>> huffman([5, 2, 2, 1], 2)
    (0, ((2, 3), 1))
    """
    p = caller_shares(shares)
    checks.between("branches", branches, 2, whole=True)
    ticket = count()
    heap: list[tuple[float, int, Tree]] = [
        (float(share), -next(ticket), offer) for offer, share in enumerate(p)
    ]
    heapq.heapify(heap)
    # Only the first merge may have fewer choices: all others are full, or else a choice near the
    # root would be wasted (Huffman 1952, section "Generalization of the Method").
    take = (len(p) - 2) % (branches - 1) + 2 if len(p) > 1 else 1
    while len(heap) > 1:
        merged = [heapq.heappop(heap) for _ in range(take)][::-1]
        total = sum(weight for weight, _, _ in merged)
        heapq.heappush(heap, (total, -next(ticket), tuple(tree for _, _, tree in merged)))
        take = branches
    return heap[0][2]


def walk(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Yield every choice with its path, positions counted from 1, in spoken order.

    Examples
    --------
    >>> [path for path, _ in walk((0, (1, 2)))]
    [(1,), (2,), (2, 1), (2, 2)]
    """
    if isinstance(tree, tuple):
        for position, each in enumerate(tree, 1):
            yield (*path, position), each
            yield from walk(each, (*path, position))


def offers_in(tree: Tree) -> list[int]:
    """Return the rows of the offers in a menu, or in a part of it, in spoken order.

    Examples
    --------
    >>> offers_in((2, (0, 1)))
    [2, 0, 1]
    """
    if isinstance(tree, int):
        return [tree]
    return [offer for each in tree for offer in offers_in(each)]


def seconds_heard(tree: Tree, voice: Voice) -> Floats:
    """Return the seconds of choices heard until each offer is reached, shape (n,).

    Examples
    --------
    >>> seconds_heard((0, (1, 2)), Voice(branches=2, choice=1, turn=2))
    array([3., 7., 8.])
    """
    return _along(
        tree, lambda path: float(sum(voice.turn + voice.choice * position for position in path))
    )


def turns_heard(tree: Tree) -> Floats:
    """Return the number of turns until each offer is reached, shape (n,).

    Examples
    --------
    >>> turns_heard((0, (1, 2)))
    array([1., 2., 2.])
    """
    return _along(tree, lambda path: float(len(path)))


def _along(tree: Tree, measure: Callable[[tuple[int, ...]], float]) -> Floats:
    costs = {each: measure(path) for path, each in walk(tree) if isinstance(each, int)}
    return np.array([costs[offer] for offer in range(len(costs))]) if costs else np.zeros(1)


def minimum_turns(shares: ArrayLike, branches: int) -> float:
    """Return the bound for the mean number of turns of any menu: H / log₂ k.

    Examples
    --------
    >>> minimum_turns([1] * 16, 4)
    2.0
    """
    checks.between("branches", branches, 2, whole=True)
    return float(entropy(shares) / np.log2(branches))


def minimum_seconds(shares: ArrayLike, voice: Voice) -> float:
    """Return the bound for the mean seconds of choices of any menu.

    H / C, with C the capacity of choices in bits per second: the root of Σⱼ 2^(−C·cost(j)) = 1.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers who ask for each offer.
    voice : Voice
        How a menu is spoken.

    References
    ----------
    Shannon (1948), *Bell System Technical Journal* 27:379–423; Krause (1962), *Information and
    Control* 5:13–19.

    Examples
    --------
    >>> round(minimum_seconds([1, 1], Voice(branches=2, choice=1, turn=0)), 3)
    1.44
    """
    costs = voice.costs
    capacity = optimize.brentq(lambda c: np.exp2(-c * costs).sum() - 1, 0, 64 / costs[0])
    return float(entropy(shares) / capacity)
