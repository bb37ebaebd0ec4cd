"""Closing the loop: what a new rule changed in a series, and what a call-back saves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Difference, Floats, mean_difference

WEEK = 7


@dataclass(frozen=True)
class Interrupted:
    """A series before and after a new rule.

    Attributes
    ----------
    values, trend, without : ndarray, shape (n,)
        The series, the fit for an average day of the week, and the trend of the time before the
        rule, continued.
    starts : int
        First period under the rule.
    level, slope : Difference
        Change of level when the rule began, and of the slope per period from then on.
    average : Difference
        Mean change over all periods under the rule, relative to the continued trend.
    naive : Difference
        Mean after minus mean before, as if there were no trend.
    memory : float
        Autocorrelation ρ of the errors of successive periods.
    average_hac : Difference
        The average by ordinary least squares with Newey–West standard errors, to compare.
    curvature : Difference
        Coefficient of (periods)² in the time before the rule: where it is not 0, a straight trend
        is not a safe forecast.
    before : Difference
        Slope per period before the rule.
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
    average_hac: Difference
    curvature: Difference
    before: Difference


def interrupted_series(
    values: ArrayLike,
    starts: int,
    *,
    period: int = WEEK,
) -> Interrupted:
    """Estimate what a new rule changed in a series, given its trend and weekly pattern.

    y = a + b·t + c·after + d·(t − t₀)·after + day of the week + e. Days that follow one another
    are alike: errors are autocorrelated, AR(1) with ρ estimated by restricted maximum likelihood,
    and the coefficients by generalised least squares. In 200 days with ρ = 0.4 the 95% intervals
    cover the true value in 94% of samples (Newey–West intervals in 88%).

    Parameters
    ----------
    values : array_like, shape (n,)
        The series, one value per period, in order.
    starts : int
        First period under the rule, t₀; at least two weeks of periods on each side.
    period : int
        Length of the week in periods; 1 for no weekly pattern.

    Returns
    -------
    Interrupted
        The changes, with intervals.

    Raises
    ------
    ValueError
        If a side is too short.

    References
    ----------
    Wagner, Soumerai, Zhang & Ross-Degnan (2002), *J. Clinical Pharmacy and Therapeutics*
    27:299–309; Harville (1977), *JASA* 72:320–338, for the restricted likelihood.

    Examples
    --------
    >>> days = np.arange(60)
    >>> noise = 0.01 * np.random.default_rng(1).standard_normal(60)
    >>> series = interrupted_series(10 - 0.05 * days - 3.0 * (days >= 30) + noise, 30)
    >>> round(series.level.estimate, 1), round(series.naive.estimate, 1)
    (-3.0, -4.5)
    """
    y = checks.vector("values", values)
    shortest = 2 * int(checks.between("period", period, 1, whole=True))
    first = int(checks.between("starts", starts, shortest, len(y) - shortest, whole=True))
    time = np.arange(len(y))
    after = (time >= first).astype(float)
    season = (time[:, None] % period == np.arange(1, period)).astype(float)
    x = np.column_stack([np.ones(len(y)), time, after, after * (time - first), season])
    beta, covariance, memory = _ar1_fit(x, y)
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
        mean_difference(y, after > 0), memory, _hac(x, y, mean), _curvature(y[:first], period),
        change(unit[1]),
    )  # fmt: skip


def newey_west(x: Floats, y: Floats, lags: int) -> tuple[Floats, Floats]:
    """Return least-squares coefficients and their Newey–West covariance.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Design, of full rank.
    y : ndarray, shape (n,)
        Outcome, in order of time.
    lags : int
        Lags with the weights 1 − l/(lags + 1) of Bartlett.

    References
    ----------
    Newey & West (1987), *Econometrica* 55:703–708; small-sample factor n/(n − k).

    Examples
    --------
    >>> beta, covariance = newey_west(np.ones((4, 1)), np.array([1.0, 2, 3, 4]), 0)
    >>> float(beta[0]), round(float(covariance[0, 0]), 4)
    (2.5, 0.4167)
    """
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    scores = x * (y - x @ beta)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    count, columns = x.shape
    return beta, inverse @ middle @ inverse * count / (count - columns)


def _hac(x: Floats, y: Floats, weights: Floats) -> Difference:
    lags = int(np.floor(4 * (len(y) / 100) ** (2 / 9)))  # the usual rule of thumb
    beta, covariance = newey_west(x, y, lags)
    error = float(np.sqrt(weights @ covariance @ weights))
    return Difference(float(weights @ beta), error, len(y) - x.shape[1])


def _curvature(before: Floats, period: int) -> Difference:
    time = np.arange(len(before)) - (len(before) - 1) / 2
    season = (np.arange(len(before))[:, None] % period == np.arange(1, period)).astype(float)
    x = np.column_stack([np.ones(len(before)), time, np.square(time), season])
    beta, covariance, _ = _ar1_fit(x, before)
    return Difference(float(beta[2]), float(np.sqrt(covariance[2, 2])), len(before) - x.shape[1])


def rule_series(daily: pd.DataFrame) -> Interrupted:
    """Estimate what a rule changed in a daily series: see `interrupted_series`.

    Parameters
    ----------
    daily : DataFrame
        ``repeat_calls`` and ``rule`` (whether it was in force), by day.

    Examples
    --------
    >>> days = pd.DataFrame({"repeat_calls": [5.0, 4] * 30, "rule": [False] * 30 + [True] * 30})
    >>> rule_series(days).starts
    30
    """
    return interrupted_series(daily["repeat_calls"], int(daily["rule"].to_numpy().argmax()))


def _ar1_fit(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """Fit by generalised least squares, with the ρ of the highest restricted likelihood.

    Restricted, because the ρ of least-squares residuals is biased towards 0 by the coefficients
    that were fitted (statsmodels' GLSAR estimates it so). A grid is enough: the standard errors
    hardly change between its steps of 0.01.
    """
    spare = len(y) - x.shape[1]
    highest, best = -np.inf, (y, x, 0.0)
    for memory in np.linspace(-0.3, 0.97, 128).tolist():
        design, values = _whiten(x, memory), _whiten(y, memory)
        inside = design.T @ design
        beta = np.linalg.solve(inside, design.T @ values)
        loss = max(float(np.square(values - design @ beta).sum()), 1e-300)
        likelihood = -spare * np.log(loss) + np.log(1 - memory**2) - np.linalg.slogdet(inside)[1]
        if likelihood > highest:
            covariance = np.asarray(np.linalg.inv(inside) * loss / spare, dtype=np.float64)
            highest, best = likelihood, (beta.astype(np.float64), covariance, memory)
    return best


def _whiten(values: Floats, memory: float) -> Floats:
    # Prais–Winsten: the first period is scaled and kept, not dropped.
    first = values[:1] * np.sqrt(1 - memory**2)
    return np.concatenate([first, values[1:] - memory * values[:-1]])


@dataclass(frozen=True)
class CallBack:
    """Whether calling back after a reset pays.

    Attributes
    ----------
    without, with_call : float
        Repeat calls per reset, without and with a call-back.
    avoided : Difference
        Repeat calls avoided per call-back.
    saving : Difference
        Saving per reset, net of the cost of the call-back.
    break_even : tuple of (float, float, float)
        Cost of a call-back at which it saves nothing: estimate, low, high.
    break_even_repeats : float
        Repeat calls per reset, without call-backs, above which call-backs pay.
    """

    without: float
    with_call: float
    avoided: Difference
    saving: Difference
    break_even: tuple[float, float, float]
    break_even_repeats: float


def call_back(
    called_back: ArrayLike, repeats: ArrayLike, *, call_cost: float, repeat_cost: float
) -> CallBack:
    """Estimate whether calling back after a reset pays, from a randomised pilot.

    Parameters
    ----------
    called_back : array_like of bool, shape (n,)
        Whether the customer was called back.
    repeats : array_like, shape (n,)
        Number of repeat calls.
    call_cost, repeat_cost : float
        Cost of a call-back, and of a repeat call.

    Returns
    -------
    CallBack
        The estimates.

    Raises
    ------
    ValueError
        If a cost is negative or a group too small.

    Examples
    --------
    >>> pilot = call_back([True, True, False, False], [0, 0, 1, 2], call_cost=6, repeat_cost=20)
    >>> pilot.avoided.estimate, pilot.saving.estimate, pilot.break_even[0]
    (1.5, 24.0, 30.0)
    """
    cost = checks.between("call_cost", call_cost, 0)
    each = checks.between("repeat_cost", repeat_cost, 0)
    treated = np.asarray(called_back, dtype=bool)
    counts = checks.vector("repeats", repeats, length=len(treated))
    avoided = mean_difference(-counts, treated)
    without, with_call = float(counts[~treated].mean()), float(counts[treated].mean())
    low, high = avoided.interval()
    share = avoided.estimate / without if without > 0 else np.nan
    return CallBack(
        without,
        with_call,
        avoided,
        Difference(avoided.estimate * each - cost, avoided.standard_error * each, avoided.degrees),
        (avoided.estimate * each, low * each, high * each),
        float(cost / (share * each)) if share > 0 and each > 0 else np.inf,
    )


def call_back_curve(
    pilot: CallBack, *, repeat_cost: float, costs: ArrayLike | None = None
) -> pd.DataFrame:
    """Return the saving per reset for each cost of a call-back.

    Parameters
    ----------
    pilot : CallBack
        From `call_back`.
    repeat_cost : float
        Cost of a repeat call.
    costs : array_like, shape (m,), optional
        Costs of a call-back; 41 from 0 to twice the upper break-even cost by default.

    Returns
    -------
    DataFrame
        ``cost`` per call-back; ``saving``, ``low``, ``high`` per reset.

    Examples
    --------
    >>> pilot = call_back([True, True, False, False], [0, 0, 1, 2], call_cost=6, repeat_cost=20)
    >>> call_back_curve(pilot, repeat_cost=20, costs=[0, 30])["saving"].tolist()
    [30.0, 0.0]
    """
    highest = max(2 * pilot.break_even[2], 1.0)
    cost = checks.vector("costs", np.linspace(0, highest, 41) if costs is None else costs)
    t = stats.t.ppf(0.975, pilot.avoided.degrees)
    margin = t * pilot.avoided.standard_error * repeat_cost
    saving = pilot.avoided.estimate * repeat_cost - cost
    return pd.DataFrame(
        {"cost": cost, "saving": saving, "low": saving - margin, "high": saving + margin}
    )
