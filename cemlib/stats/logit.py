"""Logistic regression by Newton's method, all resamples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from cemlib import checks
from cemlib.stats.clusters import Floats

_DRAWS = 200  # resamples fitted at a time: their tables stay small
_STEPS = 50
SMALL_RIDGE = 1e-3  # keeps resamples finite; moves no third digit of a log odds


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
    design: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None, *, ridge: float = 0.0
) -> Floats:
    """Fit a logistic regression under each row of weights.

    Newton's method on Σ wᵢ·log-likelihoodᵢ − ridge·|b|²/2 (not on the intercept).

    Parameters
    ----------
    design : array_like, shape (n, k)
        Predictors; the first column 1 where there is an intercept.
    outcome : array_like, shape (n,)
        0 or 1.
    weights : array_like, shape (B, n), optional
        How often each row counts, from `cemlib.stats.bootstrap_weights`; one fit with weights of 1
        if not given.
    ridge : float
        Penalty, at least 0. A small one keeps a resample without one of the outcomes finite.

    Returns
    -------
    ndarray, shape (B, k)
        Coefficients, log odds.

    Raises
    ------
    ValueError
        If an outcome is neither 0 nor 1 or all are the same; if no estimate is reached; without
        a ridge also if the predictors determine the outcome, or are sums of one another.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0.0, 0, 1, 1, 1, 1]])
    >>> fit_logit(x, [0, 1, 1, 1, 1, 0]).round(4) + 0
    array([[0.    , 1.0986]])
    """
    x = checks.matrix("design", design, rows=2)
    y = checks.vector("outcome", outcome, length=len(x))
    if not np.isin(y, (0, 1)).all() or y.min() == y.max():
        raise checks.invalid_argument("outcome", sorted(set(y))[:3], "0 and 1, each at least once")
    checks.between("ridge", ridge, 0)
    whole = np.ones((1, len(x)))
    # Resamples lie about the whole sample: a start at its fit saves most of the steps.
    start = _newton(x, y, whole, np.zeros((1, x.shape[1])), ridge)
    if weights is None:
        return start
    counts = np.asarray(weights, dtype=float)
    blocks = np.split(counts, range(_DRAWS, len(counts), _DRAWS))
    fits = [_newton(x, y, block, np.repeat(start, len(block), axis=0), ridge) for block in blocks]
    return np.concatenate(fits)


def firth_logit(design: ArrayLike, hits: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    r"""Fit a logistic regression of counts by penalised likelihood, all samples at once.

    Firth's penalty, :math:`\tfrac12 \log|I(b)|`, removes the first-order bias of the log odds and
    keeps them finite where everybody, or nobody, says yes: the score is
    :math:`\sum x_i (y_i - n_i p_i + h_i(\tfrac12 - p_i))`, with h the leverages.

    Parameters
    ----------
    design : array_like, shape (n, k)
        Predictors; the first column 1 where there is an intercept.
    hits, trials : array_like, shape (n,) or (B, n)
        Counts in each row; rows of no trial have no influence.

    Returns
    -------
    coefficients : ndarray, shape (B, k)
        Log odds.
    covariance : ndarray, shape (B, k, k)
        Inverse information, as if trials were independent.

    Raises
    ------
    ValueError
        If a column is a sum of others, in a sample.

    References
    ----------
    Firth (1993), *Biometrika* 80:27–38; Heinze & Schemper (2002), *Statistics in Medicine*
    21:2409–2419.

    Examples
    --------
    >>> coefficients, _ = firth_logit([[1.0, 0], [1, 1]], [3, 5], [5, 5])
    >>> bool(np.isclose(coefficients[0, 1], np.log(5.5 / 0.5) - np.log(3.5 / 2.5)))
    True
    """
    x = checks.matrix("design", design)
    y, n = np.atleast_2d(np.asarray(hits, dtype=float)), np.atleast_2d(np.asarray(trials, float))
    coefficients = np.zeros((len(y), x.shape[1]))
    for _ in range(4 * _STEPS):
        p = expit(coefficients @ x.T)
        weights = n * p * (1 - p)
        information = np.einsum("bn,nj,nk->bjk", weights, x, x)
        scale = np.sqrt(np.einsum("bjj->bj", information))
        if (
            not (scale > 0).all()
            or (np.linalg.cond(information / (scale[:, None] * scale[:, :, None])) > 1e10).any()
        ):
            raise _undetermined()
        covariance = np.linalg.inv(information)
        leverage = weights * np.einsum("nj,bjk,nk->bn", x, covariance, x)
        score = (y - n * p + leverage * (0.5 - p)) @ x
        step = np.einsum("bjk,bk->bj", covariance, score)
        coefficients = coefficients + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            return coefficients, covariance
    raise ValueError("design and hits do not lead to an estimate; combine some rows")


def _newton(x: Floats, y: Floats, counts: Floats, coefficients: Floats, ridge: float) -> Floats:
    width = x.shape[1]
    first, second = np.triu_indices(width)
    products = x[:, first] * x[:, second]
    penalty = ridge * np.diag(np.arange(width) > 0).astype(float)
    floor = 1e-9 * np.eye(width) if ridge else 0.0  # a resample may lack a level of a factor
    information = np.empty((len(counts), width, width))
    longest, last = np.full((len(counts), 1), 3.0), np.zeros_like(coefficients)
    for _ in range(_STEPS):
        probability = expit(coefficients @ x.T)
        score = (counts * (y - probability)) @ x - coefficients @ penalty
        upper = (counts * probability * (1 - probability)) @ products
        information[:, first, second] = information[:, second, first] = upper
        try:
            step = np.linalg.solve(information + penalty + floor, score[..., None])[..., 0]
        except np.linalg.LinAlgError as error:
            raise _undetermined() from error
        # Shortened as a whole: cut one by one, the steps of predictors far from 0 go astray. A step
        # that goes back most of the last one begins a circle, which shorter steps leave.
        size = np.abs(step).max(axis=1, keepdims=True)
        back = (step * last).sum(axis=1, keepdims=True) < -0.25 * np.square(last).sum(
            axis=1, keepdims=True
        )
        longest = np.where(back, np.minimum(longest, size) / 2, longest)
        last = step / np.maximum(1, size / longest)
        coefficients = coefficients + last
        if np.abs(step).max() < 1e-6:  # squared at each step: the next would be below 1e-12
            return coefficients
    if ridge:
        open_ = int((np.abs(step).max(axis=1) >= 1e-6).sum())
        raise ValueError(
            f"design and outcome lead to no estimate in {open_} of {len(counts)} fits; "
            "leave out columns that are nearly sums of others, or use a larger ridge"
        )
    raise _undetermined()


def _undetermined() -> ValueError:
    return ValueError(
        "design determines outcome perfectly, or a column is a sum of others: "
        "leave some columns out"
    )
