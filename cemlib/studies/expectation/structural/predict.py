"""PLSpredict: how well a path model predicts the answers of respondents it was not fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import Floats, weighted_covariance, weighted_means
from cemlib.studies.expectation.structural.effects import inner_paths
from cemlib.studies.expectation.structural.fit import PathFit
from cemlib.studies.expectation.structural.weights import composites

MIN_ROWS = 50


def predict_items(
    fit: PathFit, target: str, rng: np.random.Generator, *, folds: int = 10, repeats: int = 10
) -> pd.DataFrame | None:
    """Predict the items of a construct in folds of respondents left out, each fold once a repeat.

    The model is estimated anew without each fold. A row left out is predicted from the items of
    the constructs with a path to the target: their weights give composites, the paths give the
    target's composite, and its covariances with its items give ŷ = ȳ + cov(y, T)·Σ path·S. The
    linear model regresses each of the target's items on the same items, without the model.

    Q²predict = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², with the mean ȳ of the rows not left out. It is at most
    1, near R² of the item where the model holds, and at or below 0 where the mean predicts as well.

    Parameters
    ----------
    fit : PathFit
        From `cemlib.studies.expectation.structural.fit.pls_path`.
    target : str
        A construct with a path to it.
    rng : numpy.random.Generator
        Source of randomness: which rows are a fold.
    folds, repeats : int
        At least 2, and at least 1; errors of all repeats are added up.

    Returns
    -------
    DataFrame or None
        A row per item of the target: item, q2_predict (against the mean), q2_linear (of the linear
        model), q2_against_linear (above 0 where the path model has smaller errors), rmse,
        rmse_linear, n. None without answers, or 50 complete rows and three for each item.

    Raises
    ------
    ValueError
        If no path leads to the target, or the weights converge for no fold.

    References
    ----------
    Shmueli, Ray, Velasquez Estrada & Chatla (2016), *J. Business Research* 69(10):4552–4564.

    Examples
    --------
    >>> from cemlib.studies.expectation.structural.fit import pls_path
    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame({"x": rng.normal(size=400)})
    >>> data["y"] = data["x"] + rng.normal(size=400)  # R² = 0.5
    >>> fit = pls_path(data, "X =~ x" + chr(10) + "Y =~ y" + chr(10) + "Y ~ X")
    >>> predict_items(fit, "Y", rng)[["item", "q2_predict", "q2_against_linear"]].round(2)
      item  q2_predict  q2_against_linear
    0    y        0.46                0.0
    """
    model, block = fit.model, fit.model.block_of_item
    checks.one_of("target", target, [name for name in model.names if model.sources(name)])
    checks.between("folds", folds, 2, whole=True)
    checks.between("repeats", repeats, 1, whole=True)
    values = np.empty((0, 1)) if fit.answers is None else fit.answers.values
    values = values[~np.isnan(values).any(axis=1)]
    if len(values) < max(MIN_ROWS, 3 * len(block)):
        return None
    goal, *sources = (model.names.index(name) for name in (target, *model.sources(target)))
    x, y = np.flatnonzero(np.isin(block, sources)), np.flatnonzero(block == goal)
    labels = rng.permuted(np.tile(np.arange(len(values)) % folds, (repeats, 1)), axis=1)
    left_out = (labels[:, None] == np.arange(folds)[:, None]).reshape(-1, len(values))
    means, covariance = weighted_means(values, ~left_out), weighted_covariance(values, ~left_out)
    slopes = _path_slopes(fit, covariance, goal, x, y)
    among, across = covariance[:, x[:, None], x], covariance[:, x[:, None], y]
    linear = np.linalg.pinv(among, hermitian=True) @ across
    errors = np.zeros((3, len(y)))
    usable = np.flatnonzero(np.isfinite(slopes).all(axis=(1, 2)))
    if not len(usable):
        raise ValueError("the item weights converge for none of the folds")
    for number in usable:
        rows = values[left_out[number]] - means[number]
        for kind, slope in enumerate((slopes[number], linear[number], np.zeros_like(linear[0]))):
            errors[kind] += np.square(rows[:, y] - rows[:, x] @ slope).sum(axis=0)
    counted = left_out[usable].sum()
    return pd.DataFrame(
        {
            "item": [model.items[number] for number in y],
            "q2_predict": 1 - errors[0] / errors[2],
            "q2_linear": 1 - errors[1] / errors[2],
            "q2_against_linear": 1 - errors[0] / errors[1],
            "rmse": np.sqrt(errors[0] / counted),
            "rmse_linear": np.sqrt(errors[1] / counted),
            "n": len(values),
        }
    )


def _path_slopes(
    fit: PathFit, covariance: Floats, goal: int, x: np.ndarray, y: np.ndarray
) -> Floats:
    """Return what the path model implies for items y per unit of items x, (B, x, y)."""
    sds = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    unit = sds if fit.standardised else np.ones_like(sds)
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = covariance / unit[:, :, None] / unit[:, None, :]
    options = {"tolerance": fit.tolerance, "max_iterations": fit.max_iterations}
    solved = composites(matrix, fit.model, scheme=fit.scheme, **options)  # type: ignore[arg-type]
    direct, _ = inner_paths(solved.correlations, fit.model)
    paths = direct[:, fit.model.block_of_item[x], goal]
    slopes = ((solved.weights / unit)[:, x] * paths)[:, :, None]
    loadings = (solved.covariances[:, :, goal] * unit)[:, None, y]
    return np.where(solved.converged[:, None, None], slopes * loadings, np.nan)
