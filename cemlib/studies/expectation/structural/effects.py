"""Paths among composites: regressions of each on its sources, and total effects."""

from __future__ import annotations

import numpy as np

from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.structural.model import PathModel

SINGULAR = 1e-10  # smallest share of variance that the other variables must leave unexplained


def inner_paths(correlations: Floats, model: PathModel) -> tuple[Floats, Floats]:
    """Regress each composite on those with a path to it.

    Parameters
    ----------
    correlations : ndarray, shape (B, J, J)
        Between composites.
    model : PathModel
        The model.

    Returns
    -------
    direct : ndarray, shape (B, J, J)
        Standardised coefficient of the path from row to column; 0 where there is no path, missing
        where the sources are collinear.
    r_squared : ndarray, shape (B, J)
        Share of variance explained; missing for composites without a source.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.model import parse_model
    >>> model = parse_model("X =~ a" + chr(10) + "Y =~ b" + chr(10) + "Y ~ X")
    >>> direct, r_squared = inner_paths(np.array([[[1.0, 0.6], [0.6, 1.0]]]), model)
    >>> float(direct[0, 0, 1]), float(r_squared[0, 1])
    (0.6, 0.36)
    """
    direct = np.zeros_like(correlations)
    r_squared = np.full(correlations.shape[:2], np.nan)
    for target, sources in sources_by_target(model):
        paths = slopes(correlations, sources, target)
        direct[:, sources, target] = paths
        r_squared[:, target] = (paths * correlations[:, sources, target]).sum(axis=1)
    return direct, r_squared


def total_effects(direct: Floats, longest: int) -> Floats:
    """Add up the effects along all routes: (I − B)⁻¹ − I = B + B² + … for a recursive model.

    Parameters
    ----------
    direct : ndarray, shape (..., J, J)
        Coefficients B of the paths from row to column.
    longest : int
        Number of paths on the longest route; higher powers are zero.

    Returns
    -------
    ndarray, shape (..., J, J)

    Examples
    --------
    >>> chain = np.array([[0, 0.5, 0.1], [0, 0, 0.4], [0, 0, 0]])
    >>> float(total_effects(chain, 2)[0, 2].round(3))
    0.3
    """
    total = power = direct
    for _ in range(longest - 1):
        power = power @ direct
        total = total + power
    return total


def sources_by_target(model: PathModel) -> list[tuple[int, list[int]]]:
    """Return the index of each construct with a path to it, and the indices of its sources.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.model import ECSI
    >>> from cemlib.studies.expectation.structural.model import parse_model
    >>> sources_by_target(parse_model(ECSI))[2]
    (3, [1, 2])
    """
    names = model.names
    pairs = [(names.index(n), [names.index(s) for s in model.sources(n)]) for n in names]
    return [(target, sources) for target, sources in pairs if sources]


def slopes(correlations: Floats, sources: list[int], target: int) -> Floats:
    """Return the standardised slopes of one composite on others, by the sweep operator.

    Parameters
    ----------
    correlations : ndarray, shape (B, J, J)
        Between composites.
    sources : list of int
        Indices of the k predictors.
    target : int
        Index of the outcome.

    Returns
    -------
    ndarray, shape (B, k)
        Missing where the predictors are collinear.

    Examples
    --------
    >>> matrix = np.array([[[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]])
    >>> slopes(matrix, [0, 1], 2).round(3)
    array([[0.4, 0.4]])
    """
    size = len(sources)
    rows, columns = np.ix_(sources, [*sources, target])
    # Gauss–Jordan elimination in all samples at once, which also detects collinear predictors.
    # Samples are the last axis, so that each step is one operation on a few long rows.
    table = np.ascontiguousarray(correlations[:, rows, columns].transpose(1, 2, 0))
    for step in range(size):
        pivot = np.where(table[step, step] > SINGULAR, table[step, step], np.nan)
        row = table[step] / pivot
        table = table - table[:, step, None] * row
        table[step] = row
    return np.ascontiguousarray(table[:, size].T)
