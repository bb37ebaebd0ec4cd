"""Reliability of scales: Cronbach's α, McDonald's ω, item–rest correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, percentile_interval, weighted_covariance
from cemlib.stats.weighting import covariance as covariance_of


def cronbach_alpha(covariance: ArrayLike) -> Floats:
    """Compute Cronbach's α from item covariances.

    α = k/(k−1) · (1 − Σ variances / variance of the sum).

    Parameters
    ----------
    covariance : array_like, shape (..., k, k)
        Covariances (or correlations, for standardised α) of k ≥ 2 items.

    Returns
    -------
    ndarray, shape (...)
        α, at most 1; below 0 where items are negatively correlated on average.

    Raises
    ------
    ValueError
        If there are fewer than two items or the matrices are not square.

    References
    ----------
    Cronbach (1951), *Psychometrika* 16:297–334.

    Examples
    --------
    >>> float(cronbach_alpha([[1.0, 0.5], [0.5, 1.0]]).round(4))
    0.6667
    """
    matrices = _square(covariance, 2)
    items = matrices.shape[-1]
    variances = np.trace(matrices, axis1=-2, axis2=-1)
    total = matrices.sum(axis=(-2, -1))
    return items / (items - 1) * (1 - _ratio(variances, total))


def one_factor_loadings(covariance: ArrayLike, sweeps: int = 500) -> Floats:
    """Fit one common factor to item covariances by minimum residuals.

    The loadings minimise the squared off-diagonal residuals Σ (sᵢⱼ − λᵢλⱼ)². They are updated one
    at a time, each by least squares given the others (minres), so that a whole batch of matrices
    is fitted at once. No loading exceeds its item's standard deviation. With three items the fit
    is exact.

    Parameters
    ----------
    covariance : array_like, shape (..., k, k)
        Covariances of k ≥ 3 items.
    sweeps : int
        Maximum number of rounds over the items; they stop earlier when no loading changes by more
        than 10⁻¹⁰ of its standard deviation.

    Returns
    -------
    ndarray, shape (..., k)
        Loadings in the units of the items; their sum is not negative.

    Raises
    ------
    ValueError
        If there are fewer than three items: one factor is then not identified.

    References
    ----------
    Harman & Jones (1966), *Psychometrika* 31:351–368.

    Examples
    --------
    >>> loadings = np.array([0.9, 0.6, 0.3])
    >>> matrix = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    >>> one_factor_loadings(matrix).round(6)
    array([0.9, 0.6, 0.3])
    """
    matrices = _square(covariance, 3)
    items = matrices.shape[-1]
    sd = np.sqrt(np.diagonal(matrices, axis1=-2, axis2=-1))
    loadings = sd * 0.7
    for _ in range(sweeps):
        before = loadings.copy()
        for item in range(items):
            others = [other for other in range(items) if other != item]
            rest = loadings[..., others]
            top = (matrices[..., item, others] * rest).sum(axis=-1)
            best = _ratio(top, np.square(rest).sum(axis=-1))
            loadings[..., item] = np.clip(best, -sd[..., item], sd[..., item])
        if (np.abs(loadings - before) <= 1e-10 * sd).all():
            break
    return loadings * np.where(loadings.sum(axis=-1, keepdims=True) < 0, -1, 1)


def mcdonald_omega(covariance: ArrayLike) -> Floats:
    """Compute McDonald's ω from item covariances.

    ω = (Σλ)² / ((Σλ)² + Σψ), with loadings λ and unique variances ψ of one common factor.

    Parameters
    ----------
    covariance : array_like, shape (..., k, k)
        Covariances of k ≥ 3 items.

    Returns
    -------
    ndarray, shape (...)
        ω in [0, 1]: the share of the sum's variance that the common factor explains.

    Raises
    ------
    ValueError
        If there are fewer than three items.

    References
    ----------
    McDonald (1999), *Test Theory: A Unified Treatment*, ch. 6.

    Examples
    --------
    >>> matrix = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> float(mcdonald_omega(matrix).round(4))
    0.75
    """
    matrices = _square(covariance, 3)
    loadings = one_factor_loadings(matrices)
    common = np.square(loadings.sum(axis=-1))
    unique = (np.diagonal(matrices, axis1=-2, axis2=-1) - np.square(loadings)).sum(axis=-1)
    return _ratio(common, common + unique)


def item_rest_correlations(covariance: ArrayLike) -> Floats:
    """Correlate each item with the sum of the others.

    Parameters
    ----------
    covariance : array_like, shape (..., k, k)
        Covariances of k ≥ 2 items.

    Returns
    -------
    ndarray, shape (..., k)
        Correlations in [−1, 1]; missing where an item, or the sum of the others, is constant.

    Examples
    --------
    >>> item_rest_correlations([[1.0, 0.5], [0.5, 1.0]])
    array([0.5, 0.5])
    """
    matrices = _square(covariance, 2)
    variance = np.diagonal(matrices, axis1=-2, axis2=-1)
    with_rest = matrices.sum(axis=-1) - variance
    rest = matrices.sum(axis=(-2, -1))[..., None] - 2 * with_rest - variance
    return _ratio(with_rest, np.sqrt(np.maximum(variance * rest, 0)))


def scale_quality(
    answers: pd.DataFrame,
    scales: Mapping[str, Sequence[str]],
    weights: ArrayLike,
    survey_weights: ArrayLike | None = None,
) -> pd.DataFrame:
    """Report the reliability of several scales, with bootstrap intervals.

    Parameters
    ----------
    answers : DataFrame, n rows
        Answers to all items; a row with a missing item is left out of that scale.
    scales : mapping of str to sequence of str
        The item columns of each scale.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`, times the survey weights if there are any.
    survey_weights : array_like, shape (n,), optional
        Weight of each row, 1 on average.

    Returns
    -------
    DataFrame
        One row per scale: scale, items, n, alpha, alpha_low, alpha_high, omega, omega_low,
        omega_high, weakest_item, weakest_item_rest. α needs two items and ω three; they are missing
        with fewer.

    Examples
    --------
    >>> data = pd.DataFrame({"a": [1, 2, 3, 5.0], "b": [1, 3, 3, 4.0]})
    >>> quality = scale_quality(data, {"x": ["a", "b"]}, np.ones((2, 4)))
    >>> float(quality["alpha"][0].round(3)), bool(np.isnan(quality["omega"][0]))
    (0.92, True)
    """
    counts = np.asarray(weights, dtype=float)
    point = None if survey_weights is None else np.asarray(survey_weights, dtype=float)
    return pd.DataFrame(
        [_scale_row(name, answers[list(items)], counts, point) for name, items in scales.items()]
    )


def _scale_row(
    name: str, items: pd.DataFrame, weights: Floats, point: Floats | None
) -> dict[str, object]:
    complete = items.notna().all(axis=1).to_numpy()
    row: dict[str, object] = {"scale": name, "items": items.shape[1], "n": int(complete.sum())}
    measured = complete.sum() > 2
    data = items[complete].to_numpy(dtype=float)
    of_point = None if point is None else point[complete]
    for label, measure, minimum in (("alpha", cronbach_alpha, 2), ("omega", mcdonald_omega, 3)):
        value = low = high = np.nan
        if measured and items.shape[1] >= minimum:
            value = float(measure(covariance_of(data, of_point)))
            draws = measure(weighted_covariance(data, weights[:, complete]))
            low, high = map(float, percentile_interval(draws))
        row |= {label: value, f"{label}_low": low, f"{label}_high": high}
    row |= {"weakest_item": "", "weakest_item_rest": np.nan}
    if measured and items.shape[1] >= 2:
        rest = item_rest_correlations(covariance_of(data, of_point))
        if np.isfinite(rest).any():
            weakest = int(np.nanargmin(rest))
            row |= {"weakest_item": items.columns[weakest], "weakest_item_rest": rest[weakest]}
    return row


def _square(covariance: ArrayLike, minimum: int) -> Floats:
    matrices = np.asarray(covariance, dtype=float)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        raise ValueError(
            f"covariance has shape {matrices.shape}, but its last two dimensions must be equal"
        )
    checks.between("number of items", matrices.shape[-1], minimum, whole=True)
    return matrices


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full(np.shape(bottom), np.nan), where=bottom > 0)
