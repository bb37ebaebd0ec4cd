"""A step in a series of counts, apart from its trend and season."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from cemlib.stats.estimates import Floats

_FEWEST = 8  # weeks on each side
_YEAR = 365.25  # days
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """A step in a rate, from a quasi-Poisson regression on trend, season and step.

    Attributes
    ----------
    ratio, low, high, p_value : float
        Rate from the day on relative to what trend and season continue; its 95% interval and
        p-value.
    dispersion : float
        Variance of weekly counts relative to a Poisson distribution, at least 1.
    yearly_trend : float
        Rate after a year relative to the rate before, without the step.
    season : bool
        Whether the log is long enough, two years, to tell a season.
    """

    ratio: float
    low: float
    high: float
    p_value: float
    dispersion: float
    yearly_trend: float
    season: bool


def step_in_rate(
    received: pd.Series, start: pd.Timestamp, end: pd.Timestamp, day: pd.Timestamp
) -> Step | None:
    """Estimate how much a rate of events changes on a day, apart from its trend.

    Weeks are counted from the day in both directions, the outer ones by their exposure. The model
    is log E(y) = log(days) + a + b·t + s·(t ≥ 0), with a yearly wave where there are two years;
    standard errors are scaled by Pearson's dispersion, never below 1.

    Parameters
    ----------
    received : Series
        Time of each event.
    start, end : Timestamp
        First and last time that the log covers.
    day : Timestamp
        Day of the step.

    Returns
    -------
    Step or None
        None with fewer than eight weeks on a side, or without an event on one.

    References
    ----------
    Farrington et al. (1996), *J. Royal Statistical Society A* 159:547–563; Bernal, Cummins &
    Gasparrini (2017), *Int. J. Epidemiology* 46:348–355.
    """
    first, last = (start - day) / _DAY, (end - day) / _DAY
    edges = np.unique(np.concatenate(
        [[first], np.arange(np.ceil(first / 7), np.floor(last / 7) + 1) * 7.0, [last]]
    ))  # fmt: skip
    middle, days = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    counts = np.histogram((received - day) / _DAY, edges)[0].astype(float)
    after = (middle > 0).astype(float)
    if min(after.sum(), (1 - after).sum()) < _FEWEST:
        return None
    if not counts[after > 0].sum() or not counts[after < 1].sum():
        return None
    season = bool(last - first >= 2 * _YEAR)
    columns = [np.ones(len(counts)), after, middle / _YEAR]
    if season:
        columns += [np.sin(2 * np.pi * columns[2]), np.cos(2 * np.pi * columns[2])]
    design = np.column_stack(columns)
    values, covariance, dispersion = quasi_poisson(design, counts, days)
    error, degrees = float(np.sqrt(covariance[1, 1])), len(counts) - design.shape[1]
    margin = stats.t.ppf(0.975, degrees) * error
    bounds = np.exp(values[1] + np.array([0.0, -margin, margin]))
    p_value = 2 * stats.t.sf(abs(values[1]) / error, degrees)
    ratio, low, high = (float(each) for each in bounds)
    return Step(ratio, low, high, float(p_value), dispersion, float(np.exp(values[2])), season)


def quasi_poisson(
    design: ArrayLike, counts: ArrayLike, exposure: ArrayLike
) -> tuple[Floats, Floats, float]:
    """Fit a log-linear model of counts, with a variance in proportion to the mean.

    Parameters
    ----------
    design : array_like, shape (n, k)
        Predictors, the first column 1.
    counts, exposure : array_like, shape (n,)
        Events, and exposure above 0.

    Returns
    -------
    values : ndarray, shape (k,)
        Log rate ratios.
    covariance : ndarray, shape (k, k)
        Times the dispersion.
    dispersion : float
        Pearson's statistic by its degrees of freedom, at least 1.

    References
    ----------
    McCullagh & Nelder (1989), *Generalized Linear Models*, 2nd ed., ch. 6.

    Examples
    --------
    >>> values, covariance, dispersion = quasi_poisson(np.ones((4, 1)), [2, 3, 1, 2], np.ones(4))
    >>> round(float(np.exp(values[0])), 6), dispersion
    (2.0, 1.0)
    """
    x, y = np.asarray(design, dtype=float), np.asarray(counts, dtype=float)
    offset = np.log(np.asarray(exposure, dtype=float))
    values = np.zeros(x.shape[1])
    values[0] = np.log(y.sum() / np.exp(offset).sum())
    for _ in range(50):
        mean = np.exp(np.clip(offset + x @ values, -30, 30))
        step = np.linalg.pinv(x.T @ (mean[:, None] * x)) @ (x.T @ (y - mean))
        values = values + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    mean = np.exp(np.clip(offset + x @ values, -30, 30))
    dispersion = max(float(((y - mean) ** 2 / mean).sum() / (len(y) - x.shape[1])), 1.0)
    covariance: Floats = dispersion * np.linalg.pinv(x.T @ (mean[:, None] * x))
    return values, covariance, dispersion
