"""A logistic regression under many resampling weights at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats

_DRAWS = 200  # resamples fitted at a time: their tables stay small


@dataclass(frozen=True)
class Logit:
    """A logistic regression.

    Attributes
    ----------
    names : tuple of str
        Of the k coefficients; the first is the intercept.
    values : ndarray, shape (k,)
        Log odds.
    draws : ndarray, shape (B, k)
        The same in each resample.
    """

    names: tuple[str, ...]
    values: Floats
    draws: Floats


def fit_logit(
    design: ArrayLike, outcome: ArrayLike, weights: ArrayLike, *, ridge: float = 1e-3
) -> Floats:
    """Fit a logistic regression under each row of weights, all of them at once.

    Newton's method on Σ wᵢ·log-likelihoodᵢ − ridge·|b|²/2 (not on the intercept). The small ridge
    keeps a resample without one of the outcomes finite; it moves no third digit otherwise.

    Parameters
    ----------
    design : array_like, shape (n, k)
        Predictors, the first column 1.
    outcome : array_like, shape (n,)
        0 or 1.
    weights : array_like, shape (B, n)
        How often each row counts, from `cemlib.stats.bootstrap_weights`.
    ridge : float
        Penalty, at least 0.

    Returns
    -------
    ndarray, shape (B, k)
        Coefficients.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1, or all are the same.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0.0, 0, 1, 1, 1, 1]])
    >>> fit_logit(x, [0, 1, 1, 1, 1, 0], np.ones((1, 6)), ridge=0.0).round(4) + 0
    array([[0.    , 1.0986]])
    """
    x = checks.matrix("design", design, rows=2)
    y = checks.vector("outcome", outcome, length=len(x))
    if not np.isin(y, (0, 1)).all() or y.min() == y.max():
        raise ValueError("outcome must hold 0 and 1, each at least once, for a response to be seen")
    checks.between("ridge", ridge, 0)
    counts = np.asarray(weights, dtype=float)
    # Resamples lie about the whole sample: a start at its fit spares most of the steps.
    start = _newton(x, y, np.ones((1, len(x))), np.zeros((1, x.shape[1])), ridge)
    blocks = np.split(counts, range(_DRAWS, len(counts), _DRAWS))
    fits = [_newton(x, y, block, np.repeat(start, len(block), axis=0), ridge) for block in blocks]
    return np.concatenate(fits)


def _newton(x: Floats, y: Floats, counts: Floats, coefficients: Floats, ridge: float) -> Floats:
    width = x.shape[1]
    first, second = np.triu_indices(width)
    squares = x[:, first] * x[:, second]
    penalty = ridge * np.diag(np.arange(width) > 0).astype(float)
    bend = np.empty((len(counts), width, width))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(coefficients @ x.T, -30, 30)))
        slope = (counts * (y - chance)) @ x - coefficients @ penalty
        chance *= 1 - chance
        chance *= counts
        bend[:, first, second] = bend[:, second, first] = chance @ squares
        step = np.linalg.solve(bend + penalty + 1e-9 * np.eye(width), slope[..., None])[..., 0]
        coefficients = coefficients + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-6:  # squared at each step: the next would be below 1e-12
            break
    return coefficients
