"""Where the constructs of a path model stand, so that paths miss them and seldom cross."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from cemlib.studies.expectation.structural.model import PathModel

Places = NDArray[np.float64]
_LANES = 5
_CLEAR = 0.75  # lanes between a path and a construct that it passes


def positions(model: PathModel) -> dict[str, tuple[float, float]]:
    """Return where each construct stands: across in [0, 1], down in rows from 0.

    A construct's row is its depth in the model. Across, it takes one of some lanes: the choice
    starts in the middle and improves by moving two constructs at a time until nothing is gained.

    Parameters
    ----------
    model : PathModel
        The model.

    Returns
    -------
    dict of str to tuple of float

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.model import parse_model
    >>> text = ["A =~ a", "B =~ b", "C =~ c", "B ~ A", "C ~ A + B"]
    >>> places = positions(parse_model(chr(10).join(text)))
    >>> [row for _, row in places.values()]
    [0.0, 1.0, 2.0]
    """
    depths = model.depths()
    rows = np.array([depths[name] for name in model.names])
    widest = int(np.bincount(rows).max())
    lanes = max(_LANES, widest)
    links = [(model.names.index(p.source), model.names.index(p.target)) for p in model.paths]
    best = np.zeros(len(rows))
    for row in np.unique(rows):
        there = np.flatnonzero(rows == row)
        best[there] = (lanes - len(there)) // 2 + np.arange(len(there))
    cost = float(_cost(best[None], rows, links, lanes)[0])
    while True:
        tried = _neighbours(best, lanes)
        costs = _cost(tried, rows, links, lanes)
        first = int(np.argmin(costs))
        if costs[first] >= cost - 1e-9:
            break
        best, cost = tried[first], float(costs[first])
    across = (best + 0.5) / lanes
    return {
        name: (float(x), float(row)) for name, x, row in zip(model.names, across, rows, strict=True)
    }


def _neighbours(places: Places, lanes: int) -> Places:
    """Return all layouts that differ in at most two constructs."""
    pairs = list(combinations(range(len(places)), 2))
    moves = np.array(list(product(range(lanes), repeat=2)), dtype=float)
    tried = np.tile(places, (len(pairs), len(moves), 1))
    for number, pair in enumerate(pairs):
        tried[number][:, pair] = moves
    return tried.reshape(-1, len(places))


def _cost(
    places: Places, rows: NDArray[np.int64], links: list[tuple[int, int]], lanes: int
) -> Places:
    """Return how bad layouts, (layouts, constructs), are."""
    middle = (lanes - 1) / 2
    cost = 0.05 * np.abs(places.mean(axis=1) - middle) + 0.01 * np.abs(places - middle).sum(axis=1)
    for one, other in combinations(range(len(rows)), 2):
        if rows[one] == rows[other]:
            cost += 100.0 * (np.abs(places[:, one] - places[:, other]) < 1)
    for source, target in links:
        cost += 0.15 * np.abs(places[:, source] - places[:, target])
        for passed in np.flatnonzero((rows > rows[source]) & (rows < rows[target])):
            gap = np.abs(_at(places, rows, (source, target), rows[passed]) - places[:, passed])
            cost += 10.0 * np.maximum(_CLEAR - gap, 0) + 5.0 * (gap < _CLEAR)
    for link, beside in combinations(links, 2):
        top = max(rows[link[0]], rows[beside[0]])
        bottom = min(rows[link[1]], rows[beside[1]])
        if top >= bottom:
            continue
        above = _at(places, rows, link, top) - _at(places, rows, beside, top)
        below = _at(places, rows, link, bottom) - _at(places, rows, beside, bottom)
        cost += 2.0 * (above * below < -1e-9)
        # Two paths that start or end together must part, or one hides the other.
        cost += 4.0 * (np.maximum(np.abs(above), np.abs(below)) < 0.4)
    return cost


def _at(places: Places, rows: NDArray[np.int64], link: tuple[int, int], row: int) -> Places:
    source, target = link
    share = (row - rows[source]) / (rows[target] - rows[source])
    return places[:, source] + share * (places[:, target] - places[:, source])
