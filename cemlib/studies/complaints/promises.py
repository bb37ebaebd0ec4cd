"""What to promise: repair times are spread, and a late repair hurts more than an early one pleases.

Hours promised cost something even when they are kept, since the customer plans around them. The
best promise is then a quantile of the repair times: the newsvendor's problem, with disappointment
in place of unsold papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, significant
from cemlib.stats.value_function import value


def promise_quantile(price: float, loss_aversion: float) -> float:
    """Return the share of repairs that the best promise covers: q = (λ − c)/(λ − 1).

    An hour promised costs c, an hour early pleases by 1, an hour late hurts by λ.

    Parameters
    ----------
    price : float
        c, cost of an hour promised in units of the pleasure of an hour early, from 1 to λ: below,
        one would promise the longest time there is, above, none at all.
    loss_aversion : float
        λ, above 1.

    Returns
    -------
    float
        q in [0, 1]; 0 where an hour promised costs as much as an hour late.

    Raises
    ------
    ValueError
        If λ is not above 1, or the price not from 1 to λ.

    References
    ----------
    Arrow, Harris & Marschak (1951), *Econometrica* 19:250–272, for the critical ratio; Tversky &
    Kahneman (1992), *J. Risk and Uncertainty* 5:297–323, for λ = 2.25, from gambles: an analogy.

    Examples
    --------
    >>> round(promise_quantile(1.25, 2.25), 3), promise_quantile(2.25, 2.25)
    (0.8, 0.0)
    """
    checks.between("loss_aversion", loss_aversion, 1 + 1e-9)
    checks.between("price", price, 1, loss_aversion)
    return (loss_aversion - price) / (loss_aversion - 1)


def promise_cost(
    promised: ArrayLike,
    hours: ArrayLike,
    *,
    price: float,
    loss_aversion: float,
    curvature: float = 1.0,
) -> Floats:
    """Return the mean annoyance of promises, given the repair times.

    cost(p) = c·p − mean of v(p − T), with the value function of `cemlib.studies.expectation.model`.

    Parameters
    ----------
    promised : array_like, shape (k,)
        Hours promised.
    hours : array_like, shape (n,)
        Hours that repairs took.
    price, loss_aversion
        As for `promise_quantile`.
    curvature : float
        a in (0, 1]: below 1 the tenth hour late hurts less than the first.

    Returns
    -------
    ndarray, shape (k,)
        In units of the pleasure of an hour early; only differences mean something.

    Examples
    --------
    >>> promise_cost([1, 2], [1.0, 3.0], price=1.5, loss_aversion=2).tolist()
    [3.5, 3.5]
    """
    times = checks.vector("hours", hours)
    points = np.atleast_1d(np.asarray(promised, dtype=float))
    felt = value(points[:, None] - times, curvature=curvature, loss_aversion=loss_aversion)
    return price * points - felt.mean(axis=1)


@dataclass(frozen=True)
class Promise:
    """A promise to make, beside one that was made.

    Attributes
    ----------
    hours, low, high : float
        The best promise and its interval.
    kept : float
        Share of repairs that keep it.
    made : float
        The promise it is compared with, hours.
    made_kept : float
        Share of repairs that would have kept that one.
    made_price : float
        Price of an hour promised at which that one would have been right.
    cost : float
        Annoyance that the other promise adds, in hours early forgone.
    """

    hours: float
    low: float
    high: float
    kept: float
    made: float
    made_kept: float
    made_price: float
    cost: float


def best_promise(
    hours: ArrayLike,
    weights: ArrayLike,
    *,
    price: float,
    loss_aversion: float,
    curvature: float = 1.0,
    made: float = 2.0,
) -> Promise:
    """Find the promise that annoys least, and judge one that was made.

    Parameters
    ----------
    hours : array_like, shape (n,)
        Hours that comparable repairs took.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    price, loss_aversion, curvature
        As for `promise_cost`.
    made : float
        Hours promised in the case to judge.

    Returns
    -------
    Promise
        With curvature 1 the quantile of `promise_quantile`; else the best of a fine grid, and its
        interval is that of the quantile it stands at.

    Examples
    --------
    >>> times = np.arange(1.0, 11.0)
    >>> found = best_promise(times, np.ones((2, 10)), price=1.25, loss_aversion=2.25)
    >>> found.hours, found.kept, found.made_kept
    (8.0, 0.8, 0.2)
    """
    times = checks.vector("hours", hours)
    counts = np.asarray(weights, dtype=float)
    checks.between("made", made, 0)
    kind = {"price": price, "loss_aversion": loss_aversion, "curvature": curvature}
    quantile = promise_quantile(price, loss_aversion)
    if curvature < 1:
        grid = np.unique(np.quantile(times, np.linspace(0, 1, 1001)))
        best = grid[np.argmin(significant(promise_cost(grid, times, **kind)))]
        quantile = float((times <= best).mean())
    found = float(weighted_quantile(times, np.ones((1, len(times))), quantile)[0])
    low, high = percentile_interval(weighted_quantile(times, counts, quantile))
    made_kept = float((times <= made).mean())
    spent = promise_cost([made, found], times, **kind)
    return Promise(
        found,
        float(low),
        float(high),
        float((times <= found).mean()),
        made,
        made_kept,
        loss_aversion - made_kept * (loss_aversion - 1),
        float(spent[0] - spent[1]),
    )


def prices_between(loss_aversion: float, steps: Sequence[float]) -> list[float]:
    """Return prices of an hour announced, from 1 to λ.

    Parameters
    ----------
    loss_aversion : float
        λ, above 1.
    steps : sequence of float
        How far from 1 to λ each lies, in [0, 1].

    Examples
    --------
    >>> prices_between(2.25, [0, 0.2])
    [1.0, 1.25]
    """
    checks.between("loss_aversion", loss_aversion, 1 + 1e-9)
    return [1 + (loss_aversion - 1) * checks.between("step", step, 0, 1) for step in steps]


def weighted_quantile(values: ArrayLike, weights: ArrayLike, quantile: float) -> Floats:
    """Return the smallest value that covers a share of the weight, under each row of weights.

    Parameters
    ----------
    values : array_like, shape (n,)
        Data.
    weights : array_like, shape (B, n)
        How often each counts.
    quantile : float
        Share to cover, in [0, 1].

    Returns
    -------
    ndarray, shape (B,)
        Quantiles, each one of the values: the inverse of the distribution function.

    Examples
    --------
    >>> weighted_quantile([3.0, 1.0, 2.0], [[1, 1, 1], [4, 1, 0]], 0.5)
    array([2., 3.])
    """
    checks.between("quantile", quantile, 0, 1)
    array = checks.vector("values", values)
    counts = np.asarray(weights, dtype=float)
    order = np.argsort(array, kind="stable")
    reached = np.cumsum(counts[:, order], axis=1)
    wanted = np.maximum(quantile * reached[:, -1:], 1e-12)
    # A hair of tolerance: 0.8 · 10 must be reached by 8.
    return array[order][(reached < wanted - 1e-9 * reached[:, -1:]).sum(axis=1)]
