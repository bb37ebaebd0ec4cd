"""The experience ladder as a Markov chain: monthly moves between rungs and their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.clusters import clusters_of
from cemlib.stats.estimates import Floats, percentile_interval

_BLOCK = 4_000_000  # weights drawn at once, to bound the memory
ARROW = " → "


@dataclass(frozen=True)
class Ladder:
    """Monthly transition probabilities between the rungs of a ladder.

    Attributes
    ----------
    states : tuple of str
        S states: the rungs from the lowest to the best, then the state of customers who left.
    counts : ndarray, shape (S, S)
        Observed moves from the state in the row to the state in the column.
    probabilities : ndarray, shape (S, S)
        Share of the moves in each row; each row sums to 1.
    draws : ndarray, shape (B, S, S)
        Posterior draws, from `fit_ladder`.
    """

    states: tuple[str, ...]
    counts: Floats
    probabilities: Floats
    draws: Floats

    @property
    def gone(self) -> int:
        """Index of the state of customers who left, the last one."""
        return len(self.states) - 1

    @property
    def best(self) -> int:
        """Index of the best rung, the last but one."""
        return len(self.states) - 2

    def steps(self) -> list[tuple[int, int]]:
        """Return the observed moves to another state as pairs of indices, from and to."""
        observed = (self.counts > 0) & ~np.eye(len(self.states), dtype=bool)
        return [(int(i), int(j)) for i, j in np.argwhere(observed)]

    def step_name(self, step: tuple[int, int]) -> str:
        """Return the name of a step.

        Examples
        --------
        >>> Ladder(("a", "b"), *np.zeros((2, 2, 2)), np.zeros((1, 2, 2))).step_name((0, 1))
        'a → b'
        """
        return f"{self.states[step[0]]}{ARROW}{self.states[step[1]]}"


def moves(panel: pd.DataFrame) -> pd.DataFrame:
    """Pair each month of a customer with the next one.

    Parameters
    ----------
    panel : DataFrame
        One row per customer and month: ``customer``, ``month`` (whole number), ``state`` (index on
        the ladder, from 0), and other columns, which are kept. Each customer has a month at most
        once.

    Returns
    -------
    DataFrame
        The rows whose next month was also observed, with ``next``, the state in it; sorted by
        customer and month.

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
    """Count moves between states.

    Parameters
    ----------
    start, end : array_like of int, shape (n,)
        State indices from 0 to size − 1.
    size : int
        Number of states, S.

    Returns
    -------
    ndarray, shape (S, S)
        Counts of moves from the state in the row to the state in the column.

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
    """Estimate monthly transition probabilities, with posterior draws.

    The prior spreads one move evenly over the moves observed from that rung (Perks), so a move
    that nobody made keeps probability 0. A rung without observed moves is treated as absorbing.

    A draw weights each customer, with all their moves, by a standard exponential e_c (the Bayesian
    bootstrap): row i is proportional to g_ij + Σ_c e_c n_cij, with g_ij a gamma draw of the prior
    and n_cij the customer's moves from i to j. With one move per customer this is the Dirichlet
    posterior of each row. Customers who move at different paces make it wider, as they should: the
    moves of one customer are not independent.

    Parameters
    ----------
    moved : DataFrame
        From `moves`: ``state`` and ``next``, indices into `states`, and ``customer``; without it
        each move counts as independent.
    states : sequence of str
        Rungs from the lowest to the best, then the state of customers who left; at least three.
    resamples : int
        Draws from the posterior, B.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Ladder
        Counts, probabilities and posterior draws.

    Raises
    ------
    ValueError
        If there are fewer than three states or no moves.

    References
    ----------
    Anderson & Goodman (1957), *Annals of Mathematical Statistics* 28:89–110; Perks (1947),
    *Journal of the Institute of Actuaries* 73:285–334; Rubin (1981), *Annals of Statistics*
    9:130–134.

    Examples
    --------
    >>> moved = pd.DataFrame({"state": [0, 0, 0, 1], "next": [0, 1, 2, 2]})
    >>> fit = fit_ladder(moved, ("new", "loyal", "gone"), 2, np.random.default_rng(1))
    >>> fit.probabilities.round(2)
    array([[0.33, 0.33, 0.33],
           [0.  , 0.  , 1.  ],
           [0.  , 0.  , 1.  ]])
    """
    if len(states) < 3 or len(set(states)) < len(states):
        raise checks.invalid_argument("states", list(states), "at least three names, each once")
    checks.between("resamples", resamples, 1, whole=True)
    if moved.empty:
        raise ValueError("moved is empty: no customer was observed in two consecutive months")
    size = len(states)
    counts = count_moves(moved["state"], moved["next"], size)
    absorbing = counts.sum(axis=1) == 0
    completed = counts + np.diag(absorbing.astype(float))
    probabilities = completed / completed.sum(axis=1, keepdims=True)
    observed = completed > 0
    prior = observed / observed.sum(axis=1, keepdims=True)
    # Gamma draws divided by their sum are a Dirichlet draw; a gamma draw of shape 0 is 0. The sum
    # of k standard exponentials is a gamma draw of shape k.
    customers = clusters_of(moved)
    shape = np.where(observed, prior if customers else counts + prior, 0.0)
    drawn = rng.standard_gamma(shape, (resamples, size, size))
    if customers:
        drawn += _weighted_moves(moved, np.array(customers), size, resamples, rng)
    return Ladder(tuple(states), counts, probabilities, drawn / drawn.sum(axis=2, keepdims=True))


def _weighted_moves(
    moved: pd.DataFrame,
    customers: NDArray[np.intp],
    size: int,
    resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """Return draws of the moves, each customer's counted with an exponential weight."""
    cell = moved["state"].to_numpy(dtype=np.int64) * size + moved["next"].to_numpy(dtype=np.int64)
    table = np.bincount(customers * size**2 + cell, minlength=(customers.max() + 1) * size**2)
    # Customers with the same moves are drawn together, as the sum of their weights.
    kinds, alike = np.unique(table.reshape(-1, size**2), axis=0, return_counts=True)
    drawn = np.empty((resamples, size**2))
    block = max(1, _BLOCK // len(kinds))
    for start in range(0, resamples, block):
        rows = slice(start, min(start + block, resamples))
        weights = rng.standard_gamma(alike, (rows.stop - rows.start, len(kinds)))
        drawn[rows] = weights @ kinds
    return drawn.reshape(resamples, size, size)


def count_covered_moves(
    ladder: Ladder, true_probabilities: Mapping[str, Mapping[str, float]]
) -> tuple[int, int]:
    """Count the moves whose 95% interval covers the true probability.

    Parameters
    ----------
    ladder : Ladder
        From `fit_ladder`.
    true_probabilities : mapping of str to mapping of str to float
        State in the month → state in the next month → probability.

    Returns
    -------
    covered, moves : int
        Moves whose interval covers the true value, and all observed moves.

    Examples
    --------
    >>> moved = pd.DataFrame({"state": [0, 0, 0, 1], "next": [0, 1, 2, 2]})
    >>> fit = fit_ladder(moved, ("new", "loyal", "gone"), 99, np.random.default_rng(1))
    >>> count_covered_moves(fit, {"new": {"loyal": 0.4, "gone": 0.3}, "loyal": {"gone": 0.9}})
    (2, 3)
    """
    low, high = percentile_interval(ladder.draws)
    covered = [
        low[i, j] <= true_probabilities[ladder.states[i]][ladder.states[j]] <= high[i, j]
        for i, j in ladder.steps()
    ]
    return sum(map(bool, covered)), len(covered)


def first_passage(probabilities: ArrayLike, target: int) -> tuple[Floats, Floats]:
    """Return the probability of ever reaching a rung, and the mean months until then.

    With Q the moves among transient states other than the target, N = (I − Q)⁻¹ the fundamental
    matrix and b the probabilities of moving to the target: h = Nb is the hitting probability, and
    Nh/h the mean time among customers who get there.

    Parameters
    ----------
    probabilities : array_like, shape (..., S, S)
        Monthly transition probabilities; rows sum to 1.
    target : int
        Index of the rung.

    Returns
    -------
    ever, months : ndarray, shape (..., S)
        For each starting state; months are NaN where the target cannot be reached.

    Raises
    ------
    ValueError
        If from some state neither the target nor an absorbing state can be reached.

    References
    ----------
    Kemeny & Snell (1960), *Finite Markov Chains*, ch. 3.

    Examples
    --------
    >>> first_passage([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 1)
    (array([0.5, 1. , 0. ]), array([ 2.,  0., nan]))
    """
    array = stochastic(probabilities)
    flat = array.reshape(-1, *array.shape[-2:])
    size = flat.shape[-1]
    checks.between("target", target, 0, size - 1, whole=True)
    absorbing = np.all(flat[:, range(size), range(size)] >= 1, axis=0)
    transient = [state for state in range(size) if state != target and not absorbing[state]]
    ever, months = np.zeros((2, len(flat), size))
    ever[:, target] = 1.0
    if transient:
        inverse = np.eye(len(transient)) - flat[:, transient][:, :, transient]
        try:
            ever[:, transient] = np.linalg.solve(inverse, flat[:, transient, target][..., None])[
                ..., 0
            ]
            months[:, transient] = np.linalg.solve(inverse, ever[:, transient][..., None])[..., 0]
        except np.linalg.LinAlgError as error:
            raise ValueError(
                "probabilities hold a group of rungs that customers never leave and from which the "
                "target cannot be reached; merge these rungs into one"
            ) from error
    conditional = np.divide(months, ever, out=np.full(ever.shape, np.nan), where=ever > 1e-15)
    return ever.reshape(array.shape[:-1]), conditional.reshape(array.shape[:-1])


def with_step(probabilities: ArrayLike, step: tuple[int, int], probability: float) -> Floats:
    """Return transition probabilities with one step changed; the rest of its row is rescaled.

    Examples
    --------
    >>> with_step([[0.5, 0.3, 0.2], [0, 1, 0], [0, 0, 1]], (0, 1), 0.6)[0].round(3)
    array([0.286, 0.6  , 0.114])
    """
    changed = stochastic(probabilities).copy()
    checks.between("probability", probability, 0, 1)
    i, j = step
    rest = 1 - changed[i, j]
    if rest < 1e-12 and probability < 1:
        raise checks.invalid_argument(
            "step", step, "a step with a probability below 1: no other move shares its row"
        )
    changed[i] *= (1 - probability) / rest if rest > 1e-12 else 1.0
    changed[i, j] = probability
    return changed


def shares_over_time(probabilities: ArrayLike, start: ArrayLike, months: int) -> Floats:
    """Return the share of customers in each state, month by month.

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
    matrix = stochastic(probabilities)
    checks.between("months", months, 0, 1200, whole=True)
    shares: list[NDArray[np.float64]] = [checks.vector("start", start, length=len(matrix))]
    for _ in range(int(months)):
        shares.append(shares[-1] @ matrix)
    return np.array(shares)


def stochastic(probabilities: ArrayLike) -> Floats:
    """Return transition probabilities as an array; raise ValueError if they are not.

    Examples
    --------
    >>> stochastic([[0.5, 0.6], [0.0, 1.0]])
    Traceback (most recent call last):
    ValueError: probabilities must be at least 0, and each row must sum to 1
    """
    array = np.asarray(probabilities, dtype=float)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise checks.invalid_argument(
            "probabilities", array.shape, "a square matrix, one row and column per state"
        )
    if (array < -1e-12).any() or not np.allclose(array.sum(axis=-1), 1, atol=1e-8):
        raise ValueError("probabilities must be at least 0, and each row must sum to 1")
    return array
