"""Layout of a path diagram: paths do not run through constructs and seldom cross."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from cemlib.studies.expectation.structural.model import PathModel

Lanes = NDArray[np.float64]
_LANES = 5
_CLEARANCE = 0.75  # minimum lanes between a path and a construct that it passes


def positions(model: PathModel) -> dict[str, tuple[float, float]]:
    """Return the position of each construct: across in [0, 1], down in rows from 0.

    A construct's row is its depth in the model. Its lane is found by local search: from the middle,
    two constructs at a time are moved until the cost no longer falls.

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
    >>> layout = positions(parse_model(chr(10).join(text)))
    >>> [row for _, row in layout.values()]
    [0.0, 1.0, 2.0]
    """
    depths = model.depths()
    rows = np.array([depths[name] for name in model.names])
    widest = int(np.bincount(rows).max())
    lanes = max(_LANES, widest)
    links = [(model.names.index(p.source), model.names.index(p.target)) for p in model.paths]
    best = np.zeros(len(rows))
    for row in np.unique(rows):
        in_row = np.flatnonzero(rows == row)
        best[in_row] = (lanes - len(in_row)) // 2 + np.arange(len(in_row))
    cost = float(_cost(best[None], rows, links, lanes)[0])
    while True:
        candidates = _neighbours(best, lanes)
        costs = _cost(candidates, rows, links, lanes)
        first = int(np.argmin(costs))
        if costs[first] >= cost - 1e-9:
            break
        best, cost = candidates[first], float(costs[first])
    return {
        name: (float(x), float(row))
        for name, x, row in zip(model.names, (best + 0.5) / lanes, rows, strict=True)
    }


def _neighbours(across: Lanes, lanes: int) -> Lanes:
    """Return all layouts that differ in at most two constructs."""
    pairs = list(combinations(range(len(across)), 2))
    moves = np.array(list(product(range(lanes), repeat=2)), dtype=float)
    layouts = np.tile(across, (len(pairs), len(moves), 1))
    for number, pair in enumerate(pairs):
        layouts[number][:, pair] = moves
    return layouts.reshape(-1, len(across))


def _cost(
    across: Lanes, rows: NDArray[np.int64], links: list[tuple[int, int]], lanes: int
) -> Lanes:
    """Return the cost of each layout, from lanes of shape (layouts, constructs)."""
    middle = (lanes - 1) / 2
    cost = 0.05 * np.abs(across.mean(axis=1) - middle) + 0.01 * np.abs(across - middle).sum(axis=1)
    for one, other in combinations(range(len(rows)), 2):
        if rows[one] == rows[other]:
            cost += 100.0 * (np.abs(across[:, one] - across[:, other]) < 1)
    for source, target in links:
        cost += 0.15 * np.abs(across[:, source] - across[:, target])
        for passed in np.flatnonzero((rows > rows[source]) & (rows < rows[target])):
            gap = np.abs(_at(across, rows, (source, target), rows[passed]) - across[:, passed])
            cost += 10.0 * np.maximum(_CLEARANCE - gap, 0) + 5.0 * (gap < _CLEARANCE)
    for link, beside in combinations(links, 2):
        top = max(rows[link[0]], rows[beside[0]])
        bottom = min(rows[link[1]], rows[beside[1]])
        if top >= bottom:
            continue
        above = _at(across, rows, link, top) - _at(across, rows, beside, top)
        below = _at(across, rows, link, bottom) - _at(across, rows, beside, bottom)
        cost += 2.0 * (above * below < -1e-9)
        # Two paths with a common start or end need different directions, or one hides the other.
        cost += 4.0 * (np.maximum(np.abs(above), np.abs(below)) < 0.4)
    return cost


def _at(across: Lanes, rows: NDArray[np.int64], link: tuple[int, int], row: int) -> Lanes:
    source, target = link
    share = (row - rows[source]) / (rows[target] - rows[source])
    return across[:, source] + share * (across[:, target] - across[:, source])
