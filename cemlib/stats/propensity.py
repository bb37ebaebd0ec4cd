"""Effects of treatments that were not randomised: weighting and double robustness."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats
from cemlib.stats.logit import fit_logit


def inverse_weighting(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike, *, minimum: float = 0.01
) -> Difference:
    """Estimate an average effect by weighting each case by the inverse of its propensity.

    τ = Σ w₁Y / Σ w₁ − Σ w₀Y / Σ w₀, w₁ = T/e(x), w₀ = (1 − T)/(1 − e(x)), with e(x) from a
    logistic regression. The standard error accounts for the estimation of e.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        Outcome of each case.
    treated : array_like of bool, shape (n,)
        Whether each case was treated.
    covariates : array_like, shape (n, p)
        Variables on which both treatment and outcome may depend; no column of ones.
    minimum : float
        Propensities are clipped to [minimum, 1 − minimum].

    Returns
    -------
    Difference
        Average effect on all cases, in units of the outcome.

    Raises
    ------
    ValueError
        If shapes do not match, or fewer than two cases were treated or not treated.

    References
    ----------
    Hájek (1971); Lunceford & Davidian (2004), *Statistics in Medicine* 23:2937–2960.

    Examples
    --------
    >>> x = np.array([[0.0], [0], [1], [1], [0], [1]])
    >>> y, t = [1.0, 3, 2, 4, 1, 4], [False, True, False, True, False, True]
    >>> round(inverse_weighting(y, t, x).estimate, 6)
    2.0
    """
    y, t, x = _prepare(outcome, treated, covariates)
    propensity = _propensity(x, t, x, minimum)
    up, down = t / propensity, (1 - t) / (1 - propensity)
    high, low = up @ y / up.sum(), down @ y / down.sum()
    direct = up * (y - high) / up.mean() - down * (y - low) / down.mean()
    # The score of the propensity model enters the influence function: estimating e(x) changes the
    # variance, usually downwards (Lunceford & Davidian, section 3.2).
    sensitivity = -(
        up * (y - high) * (1 - propensity) / up.mean() + down * (y - low) * propensity / down.mean()
    )
    information = (x * (propensity * (1 - propensity))[:, None]).T @ x / len(y)
    slope = np.linalg.solve(information, sensitivity @ x / len(y))
    influence = direct + (t - propensity) * (x @ slope)
    return _difference(high - low, influence, x.shape[1])


def doubly_robust(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    folds: int = 1,
    rng: np.random.Generator | None = None,
    minimum: float = 0.01,
) -> Difference:
    """Estimate an average effect that is right if either of two models is (AIPW).

    τ = mean of m₁(x) − m₀(x) + T·(Y − m₁(x))/e(x) − (1 − T)·(Y − m₀(x))/(1 − e(x)), with least
    squares for m and logistic regression for e.

    Parameters
    ----------
    outcome, treated, covariates, minimum
        As for `inverse_weighting`.
    folds : int
        With 1, both models are fitted on all cases; with more, on the other folds
        (cross-fitting).
    rng : numpy.random.Generator, optional
        Source of randomness of the folds; required if there are several.

    Returns
    -------
    Difference
        Average effect on all cases, in units of the outcome; standard error from the efficient
        influence function.

    Raises
    ------
    ValueError
        As `inverse_weighting`; or several folds without `rng`.

    References
    ----------
    Robins, Rotnitzky & Zhao (1994), *JASA* 89:846–866; Chernozhukov et al. (2018),
    *Econometrics Journal* 21:C1–C68.

    Examples
    --------
    >>> x = np.array([[0.0], [0], [1], [1], [0], [1]])
    >>> y, t = [1.0, 3, 2, 4, 1, 4], [False, True, False, True, False, True]
    >>> round(doubly_robust(y, t, x).estimate, 6)
    2.0
    """
    y, t, x = _prepare(outcome, treated, covariates)
    membership = fold_of(len(y), folds, rng)
    score = np.empty(len(y))
    for fold in range(folds):
        held = membership == fold
        used = ~held if folds > 1 else held
        propensity = _propensity(x[used], t[used], x[held], minimum)
        high, low = (
            x[held] @ np.linalg.lstsq(x[used & (t == arm)], y[used & (t == arm)], rcond=None)[0]
            for arm in (1, 0)
        )
        score[held] = (
            high
            - low
            + t[held] * (y[held] - high) / propensity
            - (1 - t[held]) * (y[held] - low) / (1 - propensity)
        )
    return _difference(float(score.mean()), score - score.mean(), x.shape[1])


def propensity_scores(
    treated: ArrayLike, covariates: ArrayLike, *, minimum: float = 0.01, ridge: float = 0.0
) -> Floats:
    """Return the probability of treatment of each case, as `inverse_weighting` uses it, shape (n,).

    With a ridge (see `cemlib.stats.logit.fit_logit`), also where covariates decide the treatment.

    Raises
    ------
    ValueError
        As `inverse_weighting`.

    Examples
    --------
    >>> propensity_scores([0, 0, 1, 1], [[0.0], [1], [0], [1]]).round(2)
    array([0.5, 0.5, 0.5, 0.5])
    """
    t = checks.vector("treated", treated)
    _, t, x = _prepare(t, t, covariates)
    return _propensity(x, t, x, minimum, ridge)


def fold_of(size: int, folds: int, rng: np.random.Generator | None) -> NDArray[np.int64]:
    """Return the fold of each case: of nearly equal size, in random order.

    Raises
    ------
    ValueError
        If there are fewer cases than folds, or several folds without `rng`.

    Examples
    --------
    >>> np.bincount(fold_of(10, 4, np.random.default_rng(1)))
    array([3, 3, 2, 2])
    """
    checks.between("folds", folds, 1, size, whole=True)
    if folds == 1:
        return np.zeros(size, dtype=np.int64)
    if rng is None:
        raise checks.invalid_argument(
            "rng", rng, "a numpy.random.Generator where there are several folds"
        )
    return rng.permutation(np.arange(size) % folds)


def _prepare(
    outcome: ArrayLike, treated: ArrayLike, covariates: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    y = checks.vector("outcome", outcome)
    x = checks.matrix("covariates", covariates, rows=len(y))
    t = checks.vector("treated", treated, length=len(y))
    if len(x) != len(y):
        raise ValueError(f"covariates has {len(x)} rows, but outcome {len(y)}")
    if min(t.sum(), (1 - t).sum()) < 2:
        raise ValueError("treated must mark at least two cases as treated and two as not treated")
    sd = x.std(axis=0)
    x = (x - x.mean(axis=0))[:, sd > 0] / sd[sd > 0]
    return y, t, np.column_stack([np.ones(len(y)), x])


def _propensity(
    x: Floats, treated: Floats, at: Floats, minimum: float, ridge: float = 0.0
) -> Floats:
    return np.clip(expit(at @ fit_logit(x, treated, ridge=ridge)[0]), minimum, 1 - minimum)


def _difference(estimate: float, influence: Floats, parameters: int) -> Difference:
    rows = len(influence)
    error = np.sqrt(np.square(influence).sum() / rows / (rows - parameters))
    return Difference(float(estimate), float(error), rows - parameters)
