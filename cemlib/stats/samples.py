"""Regressions in many resamples: complete rows, slopes, and resamples that cannot be used."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.stats.estimates import Floats


def complete_rows(
    drivers: pd.DataFrame,
    outcome: pd.Series,
    weights: ArrayLike,
    survey_weights: ArrayLike | None,
) -> tuple[Floats, Floats, Floats | None]:
    """Return complete rows with the outcome last, their resamples, and their survey weights.

    Raises
    ------
    ValueError
        If fewer rows are complete than a regression needs.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, np.nan]})
    >>> complete_rows(frame, frame["a"], np.ones((1, 4)), None)[0].tolist()
    [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    """
    data = np.column_stack([drivers.to_numpy(dtype=float), outcome.to_numpy(dtype=float)])
    known = ~np.isnan(data).any(axis=1)
    minimum = data.shape[1] + 1
    if known.sum() < minimum:
        raise ValueError(
            f"drivers and outcome share {known.sum()} complete rows, but must share at least "
            f"{minimum} for {data.shape[1] - 1} drivers"
        )
    point = None if survey_weights is None else np.asarray(survey_weights, dtype=float)[known]
    return data[known], np.asarray(weights, dtype=float)[:, known], point


def least_squares_slopes(covariance: Floats) -> Floats:
    """Return the slopes of the last column on the others, from each of B covariance matrices.

    Raises
    ------
    ValueError
        If a predictor is a linear combination of others.

    Examples
    --------
    >>> least_squares_slopes(np.array([[[4.0, 2.0], [2.0, 3.0]]]))
    array([[0.5]])
    """
    try:
        slopes = np.linalg.solve(covariance[:, :-1, :-1], covariance[:, :-1, -1:])
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "drivers are collinear: one is a linear combination of others; leave it out"
        ) from error
    return slopes[..., 0].astype(np.float64, copy=False)


def where_regular(
    estimate: Callable[[Floats], Floats], covariances: Floats, columns: int
) -> Floats:
    """Estimate from each resample's covariances; missing where predictors are collinear.

    A resample of few rows may hold a column in which all values are the same.

    Examples
    --------
    >>> matrices = np.array([[[1.0, 0.5], [0.5, 1.0]], [[0.0, 0.0], [0.0, 1.0]]])
    >>> where_regular(least_squares_slopes, matrices, 1).tolist()
    [[0.5], [nan]]
    """
    variance = np.diagonal(covariances, axis1=-2, axis2=-1)
    regular = (variance > 1e-12 * np.maximum(variance.max(axis=0), 1e-300)).all(axis=-1)
    sd = np.sqrt(np.where(regular[:, None], variance, 1.0))
    scaled = covariances / sd[:, :, None] / sd[:, None, :]
    predictors = scaled[regular][:, :-1, :-1]
    regular[regular] = np.linalg.eigvalsh(predictors)[:, 0] > 1e-9
    result = np.full((len(covariances), columns), np.nan)
    if regular.any():
        result[regular] = estimate(covariances[regular])
    return result
