"""The experience ladder as a Markov chain: who moves to which rung, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats

ARROW = " → "


@dataclass(frozen=True)
class Ladder:
    """Chances of moving from rung to rung within a month.

    Attributes
    ----------
    states : tuple of str
        S rungs from the first to the best, then the one of those who are gone.
    counts : ndarray, shape (S, S)
        Moves seen, from rows to columns.
    chances : ndarray, shape (S, S)
        Their shares; each row sums to 1.
    draws : ndarray, shape (B, S, S)
        Draws from the Dirichlet posterior of each row.
    """

    states: tuple[str, ...]
    counts: Floats
    chances: Floats
    draws: Floats

    @property
    def gone(self) -> int:
        """Place of those who are gone, the last."""
        return len(self.states) - 1

    @property
    def best(self) -> int:
        """Place of the best rung, the last but one."""
        return len(self.states) - 2

    def steps(self) -> list[tuple[int, int]]:
        """Return the moves to another rung that were seen, from and to."""
        seen = (self.counts > 0) & ~np.eye(len(self.states), dtype=bool)
        return [(int(i), int(j)) for i, j in np.argwhere(seen)]

    def named(self, step: tuple[int, int]) -> str:
        """Return what a step is called.

        Examples
        --------
        >>> Ladder(("a", "b"), *np.zeros((2, 2, 2)), np.zeros((1, 2, 2))).named((0, 1))
        'a → b'
        """
        return f"{self.states[step[0]]}{ARROW}{self.states[step[1]]}"


def moves(panel: pd.DataFrame) -> pd.DataFrame:
    """Pair each month of a customer with the next one.

    Parameters
    ----------
    panel : DataFrame
        A row a customer and month: ``customer``, ``month`` (whole number), ``state`` (place on the
        ladder, from 0), and others, which are kept. A customer has a month at most once.

    Returns
    -------
    DataFrame
        The rows whose next month is there too, with ``next``, the place then; by customer and
        month.

    Examples
    --------
    >>> moves(pd.DataFrame({"customer": ["a", "a", "b"], "month": [1, 2, 2], "state": [0, 1, 1]}))
      customer  month  state  next
    0        a      1      0     1
    """
    ordered = panel.sort_values(["customer", "month"], kind="stable", ignore_index=True)
    same = ordered["customer"].eq(ordered["customer"].shift(-1))
    follows = (same & ordered["month"].add(1).eq(ordered["month"].shift(-1))).to_numpy()
    later = ordered["state"].to_numpy()[1:][follows[:-1]]
    return ordered[follows].assign(next=later).reset_index(drop=True)


def count_moves(start: ArrayLike, end: ArrayLike, size: int) -> Floats:
    """Count moves between places.

    Parameters
    ----------
    start, end : array_like of int, shape (n,)
        Places from 0 to size − 1.
    size : int
        How many places there are, S.

    Returns
    -------
    ndarray, shape (S, S)
        Counts, from rows to columns.

    Examples
    --------
    >>> count_moves([0, 0, 1], [0, 1, 1], 2)
    array([[1., 1.],
           [0., 1.]])
    """
    first, second = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    counts = np.bincount(first * size + second, minlength=size * size)
    return counts.reshape(size, size).astype(float)


def fit_ladder(
    moved: pd.DataFrame, states: Sequence[str], resamples: int, rng: np.random.Generator
) -> Ladder:
    """Estimate the chances of a month's moves, with a Dirichlet posterior of each row.

    The prior spreads one move over the moves that were seen from that rung (Perks): a move nobody
    made stays impossible. From a rung that nobody leaves nobody moves.

    Parameters
    ----------
    moved : DataFrame
        From `moves`: ``state`` and ``next``, places in `states`.
    states : sequence of str
        From the first rung to the best, then gone; at least three.
    resamples : int
        Draws from the posterior, B.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Ladder
        Counts, shares and draws.

    Raises
    ------
    ValueError
        If there are fewer than three states or no moves.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110; Perks (1947),
    *Journal of the Institute of Actuaries* 73:285–334.

    Examples
    --------
    >>> seen = pd.DataFrame({"state": [0, 0, 0, 1], "next": [0, 1, 2, 2]})
    >>> fit_ladder(seen, ("new", "loyal", "gone"), 2, np.random.default_rng(1)).chances.round(2)
    array([[0.33, 0.33, 0.33],
           [0.  , 0.  , 1.  ],
           [0.  , 0.  , 1.  ]])
    """
    if len(states) < 3 or len(set(states)) < len(states):
        raise checks.invalid_argument("states", list(states), "at least three names, each once")
    checks.between("resamples", resamples, 1, whole=True)
    if moved.empty:
        raise ValueError("moved has no row: no customer is seen in two months that follow")
    size = len(states)
    counts = count_moves(moved["state"], moved["next"], size)
    stays = counts.sum(axis=1) == 0
    whole = counts + np.diag(stays.astype(float))
    chances = whole / whole.sum(axis=1, keepdims=True)
    seen = whole > 0
    prior = seen / seen.sum(axis=1, keepdims=True)
    # A Dirichlet draw is a row of gamma draws over their sum; a shape of 0 draws 0.
    drawn = rng.standard_gamma(np.where(seen, counts + prior, 0.0), (resamples, size, size))
    return Ladder(tuple(states), counts, chances, drawn / drawn.sum(axis=2, keepdims=True))


@dataclass(frozen=True)
class Homogeneity:
    """A test of whether moves have the same chances in all spans of time."""

    statistic: float
    degrees: int
    p_value: float
    spans: int


def homogeneity(moved: pd.DataFrame, size: int, spans: int = 3) -> Homogeneity:
    """Test whether the chances of moves stay the same over time.

    Pearson's X² = Σₜ Σᵢⱼ nᵢₜ(pᵢⱼₜ − pᵢⱼ)²/pᵢⱼ over spans of about as many months each, χ² with
    Σᵢ (spans with i − 1)(moves from i − 1) degrees of freedom.

    Parameters
    ----------
    moved : DataFrame
        From `moves`.
    size : int
        How many places there are.
    spans : int
        Spans of time, at least 2; fewer where there are fewer months.

    Returns
    -------
    Homogeneity
        Statistic, degrees of freedom, p-value; not a number where nothing can be compared.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110.

    Examples
    --------
    >>> half = {"month": [1] * 4 + [2] * 4, "state": 0, "next": [0, 0, 0, 1] * 2}
    >>> homogeneity(pd.DataFrame(half), 2, 2)
    Homogeneity(statistic=0.0, degrees=1, p_value=1.0, spans=2)
    """
    checks.between("spans", spans, 2, whole=True)
    months = np.unique(moved["month"])
    parts = min(spans, len(months))
    part = np.searchsorted(months, moved["month"]) * parts // len(months)
    counts = np.stack(
        [count_moves(rows["state"], rows["next"], size) for _, rows in moved.groupby(part)]
    )
    total, rows = counts.sum(axis=0), counts.sum(axis=2, keepdims=True)
    share = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    expected = rows * share
    gap = np.square(counts - expected)
    statistic = float(np.divide(gap, expected, out=np.zeros_like(gap), where=expected > 0).sum())
    ways = np.maximum((total > 0).sum(axis=1) - 1, 0)
    degrees = int((np.maximum((rows[..., 0] > 0).sum(axis=0) - 1, 0) * ways).sum())
    p = float(stats.chi2.sf(statistic, degrees)) if degrees else np.nan
    return Homogeneity(statistic, degrees, p, parts)


def reach(chances: ArrayLike, target: int) -> tuple[Floats, Floats]:
    """Return the chance of ever reaching a rung, and the months until then if so.

    With Q the moves among rungs that can be left, the target apart, N = (I − Q)⁻¹ the fundamental
    matrix and b the chances to move to the target: h = Nb, months = Nh/h.

    Parameters
    ----------
    chances : array_like, shape (..., S, S)
        Chances of a month's moves; rows sum to 1.
    target : int
        Place of the rung.

    Returns
    -------
    ever, months : ndarray, shape (..., S)
        From each place; months are missing where the rung is out of reach.

    Raises
    ------
    ValueError
        If from some rung neither the target nor one that nobody leaves can be reached.

    References
    ----------
    Kemeny & Snell (1960), *Finite Markov Chains*, ch. 3.

    Examples
    --------
    >>> reach([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 1)
    (array([0.5, 1. , 0. ]), array([ 2.,  0., nan]))
    """
    array = stochastic(chances)
    flat = array.reshape(-1, *array.shape[-2:])
    size = flat.shape[-1]
    checks.between("target", target, 0, size - 1, whole=True)
    kept = np.all(flat[:, range(size), range(size)] >= 1, axis=0, keepdims=True)[0]
    inner = [at for at in range(size) if at != target and not kept[at]]
    ever, months = np.zeros((2, len(flat), size))
    ever[:, target] = 1.0
    if inner:
        rest = np.eye(len(inner)) - flat[:, inner][:, :, inner]
        try:
            ever[:, inner] = np.linalg.solve(rest, flat[:, inner, target][..., None])[..., 0]
            months[:, inner] = np.linalg.solve(rest, ever[:, inner][..., None])[..., 0]
        except np.linalg.LinAlgError as error:
            raise ValueError(
                "chances hold rungs that customers move among for ever, without the target and "
                "without anybody leaving; take them together as one"
            ) from error
    within = np.divide(months, ever, out=np.full(ever.shape, np.nan), where=ever > 1e-15)
    return ever.reshape(array.shape[:-1]), within.reshape(array.shape[:-1])


def with_step(chances: ArrayLike, step: tuple[int, int], chance: float) -> Floats:
    """Return chances in which one step has another one; the row's others keep their proportions.

    Examples
    --------
    >>> with_step([[0.5, 0.3, 0.2], [0, 1, 0], [0, 0, 1]], (0, 1), 0.6)[0].round(3)
    array([0.286, 0.6  , 0.114])
    """
    changed = stochastic(chances).copy()
    checks.between("chance", chance, 0, 1)
    i, j = step
    rest = 1 - changed[i, j]
    if rest < 1e-12 and chance < 1:
        raise checks.invalid_argument(
            "step", step, "one that is not certain: nothing else shares its row"
        )
    changed[i] *= (1 - chance) / rest if rest > 1e-12 else 1.0
    changed[i, j] = chance
    return changed


def shares_over_time(chances: ArrayLike, start: ArrayLike, months: int) -> Floats:
    """Return the share of customers on each rung, month by month.

    Returns
    -------
    ndarray, shape (months + 1, S)
        The first row is the start.

    Examples
    --------
    >>> shares_over_time([[0.5, 0.5], [0.0, 1.0]], [1.0, 0.0], 2)
    array([[1.  , 0.  ],
           [0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    matrix = stochastic(chances)
    checks.between("months", months, 0, 1200, whole=True)
    shares: list[NDArray[np.float64]] = [checks.vector("start", start, length=len(matrix))]
    for _ in range(int(months)):
        shares.append(shares[-1] @ matrix)
    return np.array(shares)


def stochastic(chances: ArrayLike) -> Floats:
    """Return chances of moves as an array, or refuse what is none.

    Examples
    --------
    >>> stochastic([[0.5, 0.6], [0.0, 1.0]])
    Traceback (most recent call last):
    ValueError: chances must be at least 0, and each row must sum to 1
    """
    array = np.asarray(chances, dtype=float)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise checks.invalid_argument("chances", array.shape, "square: a row and a column a rung")
    if (array < -1e-12).any() or not np.allclose(array.sum(axis=-1), 1, atol=1e-8):
        raise ValueError("chances must be at least 0, and each row must sum to 1")
    return array
