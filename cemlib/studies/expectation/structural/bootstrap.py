"""A path model re-estimated in thousands of resamples, as one array computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cemlib.stats.estimates import Estimates, Floats, bootstrap_weights, weighted_means
from cemlib.stats.scales import cronbach_alpha
from cemlib.studies.expectation.structural.effects import inner_paths, total_effects
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.index import index_weights
from cemlib.studies.expectation.structural.moments import Answers
from cemlib.studies.expectation.structural.quality import htmt_ratios
from cemlib.studies.expectation.structural.weights import composites

_CONSTANT = 1e-10  # share of an item's variance below which it is a rounding error
_CHUNK = 1000  # resamples with covariances in memory at the same time


@dataclass(frozen=True)
class PathBootstrap:
    """Estimates of a path model in each of B resamples.

    Attributes
    ----------
    paths : Estimates
        Named ``"Image → Loyalty"``, in the order of ``fit.paths``.
    total_effects, indirect_effects : Estimates
        Named likewise, in the order of ``fit.effects``.
    r_squared : Estimates
        Of each construct with a path to it.
    weights, loadings : Estimates
        Of each item.
    alpha : Estimates
        Cronbach's α of each reflective block of several items.
    htmt : Estimates
        Ratios of `cemlib.studies.expectation.structural.quality.htmt`, named ``"Image – Loyalty"``,
        for each pair of blocks that has one.
    index : Estimates or None
        Mean index of each construct, 0–100; None without a scale.
    importance_points : Estimates or None
        Total effects in points of index per point of index, in the order of ``fit.effects``.
    converged : ndarray of bool, shape (B,)
        Resamples in which the weights converged; the draws of the others are missing.
    """

    paths: Estimates
    total_effects: Estimates
    indirect_effects: Estimates
    r_squared: Estimates
    weights: Estimates
    loadings: Estimates
    alpha: Estimates
    htmt: Estimates
    index: Estimates | None
    importance_points: Estimates | None
    converged: NDArray[np.bool_]


def bootstrap_paths(fit: PathFit, weights: ArrayLike) -> PathBootstrap:
    """Re-estimate a path model in each resample.

    A resample enters as weights of the rows: one matrix product gives the covariances of all
    resamples, and the iteration of `cemlib.studies.expectation.structural.weights.composites` runs
    on all of them at once. Items are standardised in each resample.

    The sign of a composite is not identified, so a resample may reverse a construct. Each composite
    gets the sign for which its loadings agree in sum with those of the estimate, Σλλ* ≥ 0, and so
    do its weights, loadings and paths (*construct level changes*). Signs of single paths are not
    changed: that would fold the distribution of a path near zero, and its interval would never
    include zero.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path` with answers.
    weights : array_like, shape (B, rows of the data)
        Resamples, from `cemlib.stats.bootstrap_weights`.

    Returns
    -------
    PathBootstrap

    Raises
    ------
    ValueError
        If the fit is from moments alone, the weights do not fit the data, or the item weights
        converge in no resample.

    References
    ----------
    Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), *Computational Statistics & Data Analysis*
    48:159–205, on validation; Efron & Tibshirani (1993), *An Introduction to the Bootstrap*.

    Examples
    --------
    >>> import pandas as pd
    >>> from cemlib.stats.estimates import bootstrap_weights
    >>> from cemlib.studies.expectation.structural.fit import pls_path
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({"x": rng.normal(size=200)})
    >>> data["y"] = data["x"] + rng.normal(size=200)
    >>> fit = pls_path(data, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X")
    >>> bootstrap_paths(fit, bootstrap_weights(200, 500, rng)).paths.frame().round(2)
        name  estimate   low  high
    0  X → Y      0.73  0.66  0.79
    """
    if fit.answers is None:
        raise ValueError("fit is from moments alone, but resampling needs answers: fit to data")
    counts = np.asarray(weights, dtype=float)
    rows = len(fit.answers.kept)
    if counts.ndim != 2 or counts.shape[1] != rows or not len(counts):
        raise ValueError(
            f"weights has shape {counts.shape}, but must be (resamples, {rows}): a column for each "
            "row of the data"
        )
    counts = counts[:, fit.answers.kept]
    one = _resampled(fit, fit.answers, np.ones((1, counts.shape[1])))
    parts = [
        _resampled(fit, fit.answers, counts[start : start + _CHUNK])
        for start in range(0, len(counts), _CHUNK)
    ]
    draws = {key: np.concatenate([part[key] for part in parts]) for key in one}
    converged = np.isfinite(draws["weights"]).all(axis=1)
    if not converged.any():
        raise ValueError("the item weights converge in none of the resamples")
    effects = [f"{a} → {b}" for a, b in zip(fit.effects["from"], fit.effects["to"], strict=True)]
    names = {
        "paths": [f"{path.source} → {path.target}" for path in fit.model.paths],
        "total_effects": effects,
        "indirect_effects": effects,
        "r_squared": [name for name in fit.model.names if fit.model.sources(name)],
        "weights": fit.model.items,
        "loadings": fit.model.items,
        "alpha": [fit.model.names[block] for block in _scales(fit)],
        "htmt": [" – ".join((fit.model.names[i], fit.model.names[j])) for i, j in _pairs(fit)],
        "index": fit.model.names,
        "importance_points": effects,
    }
    estimates = {key: Estimates(tuple(names[key]), one[key][0], draws[key]) for key in one}
    return PathBootstrap(
        **{"index": None, "importance_points": None, **estimates},  # type: ignore[arg-type]
        converged=converged,
    )


def resample_paths(fit: PathFit, resamples: int, rng: np.random.Generator) -> PathBootstrap | None:
    """Draw resamples of the respondents and re-estimate; None for a fit to moments alone.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.
    resamples : int
        Number of resamples, at least 1.
    rng : numpy.random.Generator
        Source of randomness.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import Moments, pls_path
    >>> moments = Moments(("x", "y"), np.zeros(2), np.ones(2), np.eye(2) / 2 + 0.5, 30)
    >>> fit = pls_path(moments, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X")
    >>> resample_paths(fit, 100, np.random.default_rng(1)) is None
    True
    """
    if fit.answers is None:
        return None
    return bootstrap_paths(fit, bootstrap_weights(len(fit.answers.kept), resamples, rng))


def _scales(fit: PathFit) -> list[int]:
    blocks = enumerate(fit.model.blocks)
    return [number for number, block in blocks if not block.formative and len(block.items) > 1]


def _pairs(fit: PathFit) -> list[tuple[int, int]]:
    blocks = enumerate(fit.model.blocks)
    reflective = [n for n, block in blocks if not block.formative or len(block.items) == 1]
    return list(combinations(reflective, 2))


def _resampled(fit: PathFit, answers: Answers, counts: Floats) -> dict[str, Floats]:
    """Return all estimates under each row of weights; missing where the weights do not converge."""
    model, block = fit.model, fit.model.block_of_item
    covariance = answers.covariances(counts)
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    constant = variances <= _CONSTANT * np.square(fit.moments.sds)
    covariance = np.where(np.any(constant, axis=1)[:, None, None], np.nan, covariance)
    sds = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlations = covariance / sds[:, :, None] / sds[:, None, :]
    matrix = correlations if fit.standardised else covariance
    solved = composites(
        matrix, model, scheme=fit.scheme, tolerance=fit.tolerance, max_iterations=fit.max_iterations
    )
    unit = 1.0 if fit.standardised else sds
    loadings = solved.covariances[:, np.arange(len(block)), block] / unit
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    agreement = np.add.reduceat(loadings * fit.outer["loading"].to_numpy(), starts, axis=1)
    sign = np.where(agreement < 0, -1.0, 1.0)
    loadings, outer = loadings * sign[:, block], solved.weights * sign[:, block]
    direct, r_squared = inner_paths(
        solved.correlations * sign[:, :, None] * sign[:, None, :], model
    )
    total = total_effects(direct, model.longest)
    index = model.names.index
    sources = [index(path.source) for path in model.paths]
    targets = [index(path.target) for path in model.paths]
    first, second = np.array(model.routes).T
    estimates = {
        "paths": direct[:, sources, targets],
        "total_effects": total[:, first, second],
        "indirect_effects": (total - direct)[:, first, second],
        "r_squared": r_squared[:, [bool(model.sources(name)) for name in model.names]],
        "weights": outer,
        "loadings": loadings,
        "alpha": _alphas(matrix, block, _scales(fit)),
    }
    one, other = np.array(_pairs(fit), dtype=np.int64).reshape(-1, 2).T
    estimates["htmt"] = htmt_ratios(correlations, model)[:, one, other]
    if fit.item_scale is not None:
        raw = outer / sds if fit.standardised else outer
        shares, index_sds = index_weights(raw, block, fit.item_scale)
        points = fit.item_scale.points(weighted_means(answers.values, counts))
        estimates["index"] = np.add.reduceat(points * shares, starts, axis=1)
        estimates["importance_points"] = (
            total[:, first, second] * index_sds[:, second] / index_sds[:, first]
        )
    converged = solved.converged & np.isfinite(direct).all(axis=(1, 2))
    return {key: np.where(converged[:, None], values, np.nan) for key, values in estimates.items()}


def _alphas(matrix: Floats, block: NDArray[np.int64], numbers: Sequence[int]) -> Floats:
    parts = [np.flatnonzero(block == number) for number in numbers]
    alphas = [cronbach_alpha(matrix[:, items[:, None], items]) for items in parts]
    return np.stack(alphas, axis=1) if alphas else np.empty((len(matrix), 0))
