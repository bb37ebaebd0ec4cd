"""Partial least squares: the weights that make composites of items, for many samples at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.studies.expectation.structural.effects import SINGULAR, slopes, sources_by_target
from cemlib.studies.expectation.structural.model import PathModel

Scheme = Literal["path", "factor", "centroid"]
SCHEMES: tuple[Scheme, ...] = ("path", "factor", "centroid")
_CHUNK = 256  # samples iterated at once: their matrices fit into a processor's cache


@dataclass(frozen=True)
class Composites:
    """Composites with unit variance in each of B samples.

    Attributes
    ----------
    weights : ndarray, shape (B, p)
        Weight of each item in the composite of its block.
    correlations : ndarray, shape (B, J, J)
        Between composites.
    covariances : ndarray, shape (B, p, J)
        Of items with composites.
    iterations : ndarray of int, shape (B,)
        Number of iterations.
    converged : ndarray of bool, shape (B,)
        False where the iterations did not suffice or a matrix is singular; values there are not
        valid.
    """

    weights: Floats
    correlations: Floats
    covariances: Floats
    iterations: NDArray[np.int64]
    converged: NDArray[np.bool_]


def composites(
    covariance: ArrayLike,
    model: PathModel,
    *,
    scheme: Scheme = "path",
    tolerance: float = 1e-9,
    max_iterations: int = 300,
) -> Composites:
    """Estimate the outer weights of a path model by partial least squares.

    The iteration alternates between composites y = Xw with unit variance; inner proxies z = Ye; and
    new weights, w = cov(x, z) for reflective blocks (mode A) and w = cov(x)⁻¹cov(x, z) for
    formative ones (mode B). The inner weight e of two composites with a path between them is their
    correlation (factor), its sign (centroid), or (path) the correlation for a target and the
    coefficient of the multiple regression for a source. All of this needs covariances only.

    Signs are such that the sum of a composite's correlations with its items is not negative.

    Parameters
    ----------
    covariance : array_like, shape (B, p, p)
        Covariances, or correlations for standardised items, in the order of ``model.items``.
    model : PathModel
        The model.
    scheme : {"path", "factor", "centroid"}
        Inner weighting.
    tolerance : float
        Stop when no weight, in standard deviations of its item, changes by more.
    max_iterations : int
        Maximum number of iterations.

    Returns
    -------
    Composites

    Raises
    ------
    ValueError
        If the scheme is unknown or the matrices do not fit the model.

    References
    ----------
    Wold (1982), *Systems under Indirect Observation* 2:1–54; Lohmöller (1989), *Latent Variable
    Path Modeling with Partial Least Squares*; Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005),
    *Computational Statistics & Data Analysis* 48:159–205.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.model import parse_model
    >>> model = parse_model("X =~ a + b" + chr(10) + "Y =~ c" + chr(10) + "Y ~ X")
    >>> matrix = [[[1.0, 0.5, 0.6], [0.5, 1.0, 0.3], [0.6, 0.3, 1.0]]]
    >>> composites(matrix, model).weights.round(3)
    array([[0.756, 0.378, 1.   ]])
    """
    checks.one_of("scheme", scheme, SCHEMES)
    checks.between("tolerance", tolerance, 1e-14, 0.1)
    checks.between("max_iterations", max_iterations, 1, whole=True)
    matrices = np.asarray(covariance, dtype=float)
    size = len(model.items)
    if matrices.ndim != 3 or matrices.shape[1:] != (size, size):
        raise ValueError(
            f"covariance has shape {matrices.shape}, but must be (samples, {size}, {size}), the "
            "items of the model"
        )
    plan = _Plan(model, scheme, tolerance, int(max_iterations))
    parts = [
        plan.solve(matrices[start : start + _CHUNK]) for start in range(0, len(matrices), _CHUNK)
    ]
    whole = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
    weights, iterations, converged = whole
    usable = np.where(converged[:, None, None], matrices, np.eye(size))
    outer = np.where(converged[:, None], weights, 1.0)
    weights, crossed, correlations = plan.standardise(usable, outer)
    with_block = crossed[:, np.arange(size), plan.block]
    sds = np.sqrt(np.diagonal(usable, axis1=1, axis2=2))
    sign = np.where(np.add.reduceat(with_block / sds, plan.starts, axis=1) < 0, -1.0, 1.0)
    return Composites(
        weights * sign[:, plan.block],
        correlations * sign[:, :, None] * sign[:, None, :],
        crossed * sign[:, None, :],
        iterations,
        converged,
    )


class _Plan:
    """Index arrays of a model, and the iteration for many samples at once."""

    def __init__(
        self, model: PathModel, scheme: Scheme, tolerance: float, max_iterations: int
    ) -> None:
        sizes = [len(block.items) for block in model.blocks]
        self.block = np.repeat(np.arange(len(sizes)), sizes)
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.member = (self.block[:, None] == np.arange(len(sizes))).astype(float)
        self.formative = [
            slice(start, start + size)
            for block, start, size in zip(model.blocks, self.starts, sizes, strict=True)
            if block.formative and size > 1
        ]
        self.sources = sources_by_target(model)
        self.linked = np.zeros((len(sizes), len(sizes)))
        for target, sources in self.sources:
            self.linked[sources, target] = self.linked[target, sources] = 1.0
        self.scheme, self.tolerance, self.max_iterations = scheme, tolerance, max_iterations

    def standardise(self, matrices: Floats, outer: Floats) -> tuple[Floats, Floats, Floats]:
        """Scale weights to composites of unit variance.

        Returns scaled weights, covariances of items with composites, and correlations of
        composites.
        """
        crossed = matrices @ (outer[:, :, None] * self.member)
        products = np.add.reduceat(outer[:, :, None] * crossed, self.starts, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = 1 / np.sqrt(np.diagonal(products, axis1=1, axis2=2))
        return (
            outer * scale[:, self.block],
            crossed * scale[:, None, :],
            products * scale[:, :, None] * scale[:, None, :],
        )

    def solve(self, matrices: Floats) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
        """Iterate all samples at once; those that have converged drop out."""
        count = len(matrices)
        iterations = np.full(count, self.max_iterations)
        converged = np.zeros(count, dtype=bool)
        result = np.ones((count, len(self.block)))
        variances = np.diagonal(matrices, axis1=1, axis2=2)
        rows = np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2)) & (variances > 0).all(axis=1))
        sds = np.sqrt(np.where(variances > 0, variances, 1.0))
        blocks = [matrices[:, part, part] for part in self.formative]
        for block in blocks:
            rows = rows[regular(block[rows])]
        inverses = [_inverse(block, rows) for block in blocks]
        active, outer = matrices[rows], np.ones((len(rows), len(self.block)))
        last = np.full_like(outer, np.inf)
        for iteration in range(1, self.max_iterations + 1):
            if not len(rows):
                break
            weights, crossed, correlations = self.standardise(active, outer)
            change = np.abs((weights - last) * sds[rows]).max(axis=1)
            done = change < self.tolerance
            result[rows] = weights
            converged[rows[done]], iterations[rows[done]] = True, iteration - 1
            stay = ~done & np.isfinite(weights).all(axis=1)
            if not stay.all():
                rows, active = rows[stay], active[stay]
                weights, crossed, correlations = weights[stay], crossed[stay], correlations[stay]
            inner = self._inner(correlations)
            outer = (crossed * inner[:, self.block, :]).sum(axis=2)
            for part, inverse in zip(self.formative, inverses, strict=True):
                outer[:, part] = (inverse[rows] @ outer[:, part, None])[:, :, 0]
            last = weights
        return result, iterations, converged

    def _inner(self, correlations: Floats) -> Floats:
        """Return inner weights: row j has the weight of each other composite in the proxy of j."""
        if self.scheme == "centroid":
            return np.sign(correlations) * self.linked
        inner = correlations * self.linked
        if self.scheme == "path":
            for target, sources in self.sources:
                if len(sources) > 1:  # with one source the slope is the correlation
                    inner[:, target, sources] = slopes(correlations, sources, target)
        return inner


def regular(matrices: Floats) -> NDArray[np.bool_]:
    """Return which covariance matrices, shape (B, k, k), have an inverse on any scale of items."""
    sds = np.sqrt(np.diagonal(matrices, axis1=1, axis2=2))
    scaled = matrices / sds[:, :, None] / sds[:, None, :]
    return np.linalg.eigvalsh(scaled)[:, 0] > SINGULAR


def _inverse(matrices: Floats, rows: NDArray[np.int64]) -> Floats:
    inverses = np.zeros_like(matrices)
    inverses[rows] = np.linalg.inv(matrices[rows])
    return inverses
