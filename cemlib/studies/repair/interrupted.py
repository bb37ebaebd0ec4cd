"""Closing the loop: what a fix changed in a series, and what a call-back is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, mean_difference

WEEK = 7
Errors = Literal["ar1", "hac"]


def newey_west(design: ArrayLike, residuals: ArrayLike, lags: int) -> Floats:
    """Compute the covariance of least-squares coefficients under autocorrelated errors.

    (X′X)⁻¹ (Γ₀ + Σ (1 − l/(L + 1))(Γₗ + Γₗ′)) (X′X)⁻¹ · n/(n − p), Γₗ = Σ xₜ eₜ eₜ₋ₗ xₜ₋ₗ′.

    Parameters
    ----------
    design : array_like, shape (n, p)
        Predictors, in the order of time.
    residuals : array_like, shape (n,)
        Residuals of the fit.
    lags : int
        How far back errors are taken to be related, L ≥ 0.

    Returns
    -------
    ndarray, shape (p, p)
        Covariance.

    Raises
    ------
    ValueError
        If shapes do not fit or lags are out of range.

    References
    ----------
    Newey & West (1987), *Econometrica* 55:703–708.

    Examples
    --------
    >>> float(newey_west(np.ones((4, 1)), [1.0, -1, 1, -1], 0)[0, 0].round(4))
    0.3333
    """
    x = checks.matrix("design", design, rows=2)
    e = checks.vector("residuals", residuals, length=len(x))
    depth = int(checks.between("lags", lags, 0, len(x) - 1, whole=True))
    score = x * e[:, None]
    middle = score.T @ score
    for lag in range(1, depth + 1):
        related = score[lag:].T @ score[:-lag]
        middle += (1 - lag / (depth + 1)) * (related + related.T)
    bread = np.linalg.inv(x.T @ x)
    return np.asarray(bread @ middle @ bread * len(x) / (len(x) - x.shape[1]), dtype=float)


@dataclass(frozen=True)
class Interrupted:
    """A series before and after a fix.

    Attributes
    ----------
    values, trend, without : ndarray, shape (n,)
        What was seen, the fit on an average day of the week, and how that would have gone on
        without the fix (the same as the trend before it).
    starts : int
        First period after the fix.
    level, slope : Difference
        Change of level at the fix, and of the slope a period from there on.
    average : Difference
        Mean change over all periods since the fix.
    naive : Difference
        Mean after less mean before, as if nothing else had moved.
    memory : float
        Share of its error that a day passes on to the next, ρ; missing with Newey–West errors.
    """

    values: Floats
    trend: Floats
    without: Floats
    starts: int
    level: Difference
    slope: Difference
    average: Difference
    naive: Difference
    memory: float


def interrupted_series(
    values: ArrayLike,
    starts: int,
    *,
    errors: Errors = "ar1",
    lags: int | None = None,
    period: int = WEEK,
) -> Interrupted:
    """Estimate what a fix changed in a series, beside its own trend and week.

    y = a + b·t + c·after + d·(t − t₀)·after + day of the week + e. Days that follow one another
    are alike, so errors are autocorrelated: either they keep a share ρ from day to day, which is
    estimated by restricted likelihood and taken out (generalised least squares), or least squares
    are given Newey–West errors, which assume less. In 200 days with ρ = 0.4 the first cover 94 %,
    the second 88 %.

    Parameters
    ----------
    values : array_like, shape (n,)
        The series, one value a period, in order.
    starts : int
        First period after the fix, t₀; at least two weeks of periods on each side.
    errors : {"ar1", "hac"}
        How autocorrelation is dealt with.
    lags : int, optional
        Lags of the Newey–West errors; 4·(n/100)^(2/9) rounded down, plus one, if not given.
    period : int
        Length of the week in periods; 1 for no week.

    Returns
    -------
    Interrupted
        The changes, with intervals.

    Raises
    ------
    ValueError
        If a side is too short or the errors are unknown.

    References
    ----------
    Wagner, Soumerai, Zhang & Ross-Degnan (2002), *J. Clinical Pharmacy and Therapeutics*
    27:299–309; Harville (1977), *JASA* 72:320–338, for the restricted likelihood.

    Examples
    --------
    >>> days = np.arange(60)
    >>> noise = 0.01 * np.random.default_rng(1).standard_normal(60)
    >>> found = interrupted_series(10 - 0.05 * days - 3.0 * (days >= 30) + noise, 30)
    >>> round(found.level.estimate, 1), round(found.naive.estimate, 1)
    (-3.0, -4.5)
    """
    checks.one_of("errors", errors, get_args(Errors))
    y = checks.vector("values", values)
    least = 2 * int(checks.between("period", period, 1, whole=True))
    first = int(checks.between("starts", starts, least, len(y) - least, whole=True))
    time = np.arange(len(y))
    after = (time >= first).astype(float)
    season = (time[:, None] % period == np.arange(1, period)).astype(float)
    x = np.column_stack([np.ones(len(y)), time, after, after * (time - first), season])
    if errors == "hac":
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        depth = int(4 * (len(y) / 100) ** (2 / 9)) + 1 if lags is None else lags
        covariance, memory = newey_west(x, y - x @ beta, depth), np.nan
    else:
        beta, covariance, memory = _whitened_fit(x, y)
    mean = np.zeros(x.shape[1])
    mean[2], mean[3] = 1.0, (time[first:] - first).mean()

    def change(weights: Floats) -> Difference:
        error = np.sqrt(weights @ covariance @ weights)
        return Difference(float(weights @ beta), float(error), len(y) - x.shape[1])

    unit = np.eye(x.shape[1])
    trend = x[:, :4] @ beta[:4] + season.mean(axis=0) @ beta[4:]
    without = trend - after * (beta[2] + beta[3] * (time - first))
    return Interrupted(
        y, trend, without, first, change(unit[2]), change(unit[3]), change(mean),
        mean_difference(y, after > 0), memory,
    )  # fmt: skip


def _whitened_fit(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """Fit by generalised least squares, with the ρ of the largest restricted likelihood."""
    spare = len(y) - x.shape[1]
    highest, best = -np.inf, (y, x, 0.0)
    for memory in np.linspace(-0.3, 0.97, 128).tolist():
        design, values = _whitened(x, memory), _whitened(y, memory)
        inside = design.T @ design
        beta = np.linalg.solve(inside, design.T @ values)
        loss = max(float(np.square(values - design @ beta).sum()), 1e-300)
        likelihood = -spare * np.log(loss) + np.log(1 - memory**2) - np.linalg.slogdet(inside)[1]
        if likelihood > highest:
            covariance = np.asarray(np.linalg.inv(inside) * loss / spare, dtype=np.float64)
            highest, best = likelihood, (beta.astype(np.float64), covariance, memory)
    return best


def _whitened(values: Floats, memory: float) -> Floats:
    first = values[:1] * np.sqrt(1 - memory**2)
    return np.concatenate([first, values[1:] - memory * values[:-1]])


@dataclass(frozen=True)
class CallBack:
    """Whether calling back after a reset pays.

    Attributes
    ----------
    without, with_call : float
        Repeat calls a reset, without and with a call-back.
    avoided : Difference
        Repeat calls avoided by a call-back.
    saving : Difference
        Yuan saved a reset, the call-back's own cost taken off.
    break_even : tuple of (float, float, float)
        Most that a call-back may cost, in yuan: estimate, low, high.
    least_repeats : float
        Repeat calls a reset, without call-backs, from which on they pay.
    """

    without: float
    with_call: float
    avoided: Difference
    saving: Difference
    break_even: tuple[float, float, float]
    least_repeats: float


def call_back(
    called_back: ArrayLike, repeats: ArrayLike, *, call_cost: float, repeat_cost: float
) -> CallBack:
    """Work out whether to call back after a reset, from resets called back by lot.

    Parameters
    ----------
    called_back : array_like of bool, shape (n,)
        Whether the customer was called back.
    repeats : array_like, shape (n,)
        How often the customer called again.
    call_cost, repeat_cost : float
        Yuan for a call-back, and for a repeat call.

    Returns
    -------
    CallBack
        The decision.

    Raises
    ------
    ValueError
        If a cost is negative or a group too small.

    Examples
    --------
    >>> found = call_back([True, True, False, False], [0, 0, 1, 2], call_cost=6, repeat_cost=20)
    >>> found.avoided.estimate, found.saving.estimate, found.break_even[0]
    (1.5, 24.0, 30.0)
    """
    cost = checks.between("call_cost", call_cost, 0)
    each = checks.between("repeat_cost", repeat_cost, 0)
    marks = np.asarray(called_back, dtype=bool)
    counts = checks.vector("repeats", repeats, length=len(marks))
    avoided = mean_difference(-counts, marks)
    without, with_call = float(counts[~marks].mean()), float(counts[marks].mean())
    ends = [end * each for end in avoided.interval()]
    share = avoided.estimate / without if without > 0 else np.nan
    return CallBack(
        without,
        with_call,
        avoided,
        Difference(avoided.estimate * each - cost, avoided.standard_error * each, avoided.degrees),
        (avoided.estimate * each, ends[0], ends[1]),
        float(cost / (share * each)) if share > 0 and each > 0 else np.inf,
    )


def call_back_curve(
    found: CallBack, *, repeat_cost: float, costs: ArrayLike | None = None
) -> pd.DataFrame:
    """Return the saving of a reset for each cost of a call-back.

    Parameters
    ----------
    found : CallBack
        The decision.
    repeat_cost : float
        Yuan for a repeat call.
    costs : array_like, shape (m,), optional
        Costs of a call-back, in yuan; 41 from 0 to twice what can at most break even if not given.

    Returns
    -------
    DataFrame
        ``cost``, ``saving``, ``low``, ``high``, in yuan a reset.

    Examples
    --------
    >>> found = call_back([True, True, False, False], [0, 0, 1, 2], call_cost=6, repeat_cost=20)
    >>> call_back_curve(found, repeat_cost=20, costs=[0, 30])["saving"].tolist()
    [30.0, 0.0]
    """
    reached = max(2 * found.break_even[2], 1.0)
    cost = checks.vector("costs", np.linspace(0, reached, 41) if costs is None else costs)
    reach = stats.t.ppf(0.975, found.avoided.degrees) * found.avoided.standard_error * repeat_cost
    saving = found.avoided.estimate * repeat_cost - cost
    return pd.DataFrame(
        {"cost": cost, "saving": saving, "low": saving - reach, "high": saving + reach}
    )
