"""Menus to be spoken: the best order, the best layers, and the bound that none can beat."""

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

Tree = int | tuple["Tree", ...]  # an offer by its place, or the choices of a turn in spoken order
MOST_OFFERS = 400


@dataclass(frozen=True)
class Voice:
    """How a menu is spoken.

    Choices are named one after another; the caller speaks up as soon as the right one is named.
    Choice j of a turn thus costs `turn` + j · `choice` seconds.

    Attributes
    ----------
    branches : int
        Most choices in a turn, at least 2.
    choice : float
        Seconds to name a choice, above 0.
    turn : float
        Seconds that a turn takes besides: the caller's answer, the agent's "I see".
    """

    branches: int = 4
    choice: float = 1.5
    turn: float = 2.0

    def __post_init__(self) -> None:
        """Refuse a voice that cannot be."""
        checks.between("branches", self.branches, 2, 100, whole=True)
        checks.between("choice", self.choice, 0.01, 1e4)
        checks.between("turn", self.turn, 0, 1e4)

    @property
    def costs(self) -> Floats:
        """Seconds until the first, second … choice of a turn is taken."""
        places = np.arange(1, self.branches + 1, dtype=np.float64)
        return self.turn + self.choice * places


def callers(shares: ArrayLike) -> Floats:
    """Return shares of callers so that they sum to 1.

    Examples
    --------
    >>> callers([30, 10])
    array([0.75, 0.25])
    """
    given = checks.vector("shares", shares)
    if not len(given) or not (given > 0).all():
        raise checks.invalid_argument("shares", shares, "numbers above 0, one for each offer")
    checks.between("number of offers", len(given), 1, MOST_OFFERS)
    return given / given.sum()


def entropy(shares: ArrayLike) -> float:
    """Return Shannon's entropy of what callers ask for, in bits.

    Examples
    --------
    >>> entropy([1, 1, 1, 1])
    2.0
    """
    p = callers(shares)
    return float(-(p * np.log2(p)).sum())


def told_in_full(shares: ArrayLike, seconds: ArrayLike) -> tuple[float, float]:
    """Return the seconds listened when offers are told in full, one after another.

    The caller hangs up, or asks, when her offer has been told. The best order is by share over
    seconds, the highest first (Smith's rule).

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
    seconds : array_like, shape (n,)
        Seconds to tell it.

    Returns
    -------
    as_listed, best : float
        Expected seconds in the order given, and in the best one.

    References
    ----------
    Smith (1956), *Naval Research Logistics Quarterly* 3:59–66.

    Examples
    --------
    >>> told_in_full([1, 3], [20, 10])
    (27.5, 15.0)
    """
    p, t = callers(shares), checks.vector("seconds", seconds)
    if t.shape != p.shape or (t <= 0).any():
        raise checks.invalid_argument("seconds", seconds, "a number above 0 for each offer")
    best = np.argsort(-significant(p / t), kind="stable")
    return float(p @ np.cumsum(t)), float(p[best] @ np.cumsum(t[best]))


def huffman(shares: ArrayLike, branches: int) -> Tree:
    """Return the menu with the fewest turns, of at most `branches` choices each.

    Huffman's code for an alphabet of so many letters: exact where every turn costs the same,
    however many choices it has and wherever among them the right one stands.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
    branches : int
        Most choices in a turn.

    Returns
    -------
    tuple or int
        The menu: a tuple a turn, offers by their places.

    References
    ----------
    Huffman (1952), *Proc. IRE* 40:1098–1101.

    Examples
    --------
    >>> huffman([5, 2, 2, 1], 2)
    (0, ((2, 3), 1))
    """
    p = callers(shares)
    checks.between("branches", branches, 2, whole=True)
    ticket = count()
    heap: list[tuple[float, int, Tree]] = [
        (float(share), -next(ticket), place) for place, share in enumerate(p)
    ]
    heapq.heapify(heap)
    # Only the first merge may be short of choices: all others are full.
    take = (len(p) - 2) % (branches - 1) + 2 if len(p) > 1 else 1
    while len(heap) > 1:
        merged = [heapq.heappop(heap) for _ in range(take)][::-1]
        total = sum(weight for weight, _, _ in merged)
        heapq.heappush(heap, (total, -next(ticket), tuple(tree for _, _, tree in merged)))
        take = branches
    return heap[0][2]


def walk(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Yield every choice with the way to it, places counted from 1, in spoken order.

    Examples
    --------
    >>> [path for path, _ in walk((0, (1, 2)))]
    [(1,), (2,), (2, 1), (2, 2)]
    """
    if isinstance(tree, tuple):
        for place, each in enumerate(tree, 1):
            yield (*path, place), each
            yield from walk(each, (*path, place))


def offers_in(tree: Tree) -> list[int]:
    """Return the offers of a menu or a part of it, by their places, in spoken order.

    Examples
    --------
    >>> offers_in((2, (0, 1)))
    [2, 0, 1]
    """
    if isinstance(tree, int):
        return [tree]
    return [place for each in tree for place in offers_in(each)]


def seconds_heard(tree: Tree, voice: Voice) -> Floats:
    """Return the seconds of choices that a caller of each offer hears, shape (n,).

    Examples
    --------
    >>> seconds_heard((0, (1, 2)), Voice(branches=2, choice=1, turn=2))
    array([3., 7., 8.])
    """
    return _along(
        tree, lambda path: float(sum(voice.turn + voice.choice * place for place in path))
    )


def turns_heard(tree: Tree) -> Floats:
    """Return the turns until each offer is reached, shape (n,).

    Examples
    --------
    >>> turns_heard((0, (1, 2)))
    array([1., 2., 2.])
    """
    return _along(tree, lambda path: float(len(path)))


def _along(tree: Tree, measure: Callable[[tuple[int, ...]], float]) -> Floats:
    found = {each: measure(path) for path, each in walk(tree) if isinstance(each, int)}
    return np.array([found[place] for place in range(len(found))]) if found else np.zeros(1)


def least_turns(shares: ArrayLike, branches: int) -> float:
    """Return the turns that no menu of so many choices a turn goes below: H / log₂ k.

    Examples
    --------
    >>> least_turns([1] * 16, 4)
    2.0
    """
    checks.between("branches", branches, 2, whole=True)
    return float(entropy(shares) / np.log2(branches))


def least_seconds(shares: ArrayLike, voice: Voice) -> float:
    """Return the seconds of choices that no menu goes below.

    H / C, with C the bits a second that choices can carry: the root of Σⱼ 2^(−C·cost(j)) = 1.

    Parameters
    ----------
    shares : array_like, shape (n,)
        Share of callers that each offer is for.
    voice : Voice
        How a menu is spoken.

    References
    ----------
    Shannon (1948), *Bell System Technical Journal* 27:379–423; Krause (1962), *Information and
    Control* 5:13–19.

    Examples
    --------
    >>> round(least_seconds([1, 1], Voice(branches=2, choice=1, turn=0)), 3)
    1.44
    """
    costs = voice.costs
    capacity = optimize.brentq(lambda c: np.exp2(-c * costs).sum() - 1, 0, 64 / costs[0])
    return float(entropy(shares) / capacity)
