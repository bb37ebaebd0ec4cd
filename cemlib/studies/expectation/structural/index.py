"""Index scores: composites on a scale from 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.structural.moments import Moments

Scale = tuple[float, float] | Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class ItemScale:
    """Lowest and highest possible answer to each of p items.

    Attributes
    ----------
    low, high : ndarray, shape (p,)

    Examples
    --------
    >>> ItemScale(np.array([1.0]), np.array([10.0])).points(np.array([[5.5]]))
    array([[50.]])
    """

    low: Floats
    high: Floats

    def points(self, answers: Floats) -> Floats:
        """Return answers, shape (..., p), on 0–100."""
        return 100 * (answers - self.low) / (self.high - self.low)


def item_scale(scale: Scale | None, moments: Moments, answers: Floats | None) -> ItemScale | None:
    """Return the scale of each item, or None without one.

    Parameters
    ----------
    scale : tuple of float, mapping of str to tuple of float, or None
        Lowest and highest possible answer, for all items or for each.
    moments : Moments
        Of the items.
    answers : ndarray, shape (n, p), or None
        Answers of n respondents.

    Raises
    ------
    ValueError
        If a scale is not a lower and a higher number, an item has none, or an answer (or mean,
        without answers) is outside its scale.

    Examples
    --------
    >>> moments = Moments(("a",), np.array([7.0]), np.ones(1), np.eye(1), 30)
    >>> item_scale((1, 10), moments, None).high
    array([10.])
    """
    if scale is None:
        return None
    if isinstance(scale, Mapping):
        without = [item for item in moments.items if item not in scale]
        if without:
            raise ValueError(f"scale says nothing of item {without[0]!r}")
        pairs = [scale[item] for item in moments.items]
    else:
        pairs = [scale] * len(moments.items)
    for pair in pairs:
        if np.shape(pair) != (2,) or not -np.inf < pair[0] < pair[1] < np.inf:
            raise checks.invalid_argument(
                "scale", pair, "the lowest and the highest answer, as (1, 10)"
            )
    low, high = np.array(pairs, dtype=float).T
    values = moments.means[None] if answers is None else answers
    outside = (values < low - 1e-9) | (values > high + 1e-9)
    if outside.any():
        row, item = np.argwhere(outside)[0]
        what = "a mean" if answers is None else "an answer"
        raise ValueError(
            f"item {moments.items[item]!r} has {what} of {values[row, item]:g}, outside its scale "
            f"{low[item]:g} to {high[item]:g}"
        )
    return ItemScale(low, high)


def index_weights(
    weights: Floats, block: NDArray[np.int64], scale: ItemScale
) -> tuple[Floats, Floats]:
    """Turn weights of composites into weights of indices.

    The index of a block is Σu·x* / Σu, with x* the items on 0–100 and u the weights in units
    of x*. It is a linear function of the composite with standard deviation 1/Σu. With a negative
    weight the index can be outside 0–100.

    Parameters
    ----------
    weights : ndarray, shape (B, p)
        Weights, in units of the items, of composites with unit variance.
    block : ndarray of int, shape (p,)
        Index of each item's block, ascending.
    scale : ItemScale
        Of the items.

    Returns
    -------
    shares : ndarray, shape (B, p)
        Weights that sum to 1 in each block; missing where Σu ≤ 0.
    sds : ndarray, shape (B, J)
        Standard deviation of each index.

    References
    ----------
    Fornell, Johnson, Anderson, Cha & Bryant (1996), *J. Marketing* 60(4):7–18; Ringle & Sarstedt
    (2016), *Industrial Management & Data Systems* 116(9):1865–1886.

    Examples
    --------
    >>> scale = ItemScale(np.array([0.0, 0.0]), np.array([100.0, 50.0]))
    >>> shares, sds = index_weights(np.array([[0.1, 0.2]]), np.array([0, 0]), scale)
    >>> shares, sds
    (array([[0.5, 0.5]]), array([[5.]]))
    """
    rescaled = weights * (scale.high - scale.low) / 100
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    total = np.add.reduceat(rescaled, starts, axis=1)
    total = np.where(total > 0, total, np.nan)
    return rescaled / total[:, block], 1 / total
