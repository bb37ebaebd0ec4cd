"""Which problems come more often than before: weekly counts that vary more than Poisson's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats
from scipy.special import digamma, polygamma

from cemlib import checks

Floats = NDArray[np.float64]
_WEEK_HOURS = 168
_WEEK = pd.Timedelta(days=7)
MIN_WEEKS, TREND_WEEKS, YEAR_WEEKS = 4, 8, 78
_TREND_P, _TREND_CASES, _YEAR = 0.05, 20, 52.18  # weeks


def emerging(
    cases: pd.DataFrame,
    since: str | pd.Timestamp,
    *,
    recurrence_days: float = 28.0,
    fdr: float = 0.05,
    level: float = 0.95,
    dispersion: float | None = None,
) -> pd.DataFrame:
    r"""Test which problems come more often since a day than the weeks before predict.

    The exposure :math:`E` of a period is the sum over its hours of the weight of each hour of the
    week, taken from all cases before `since`: a part of a week counts as that part. The weeks
    before are fitted by quasi-Poisson regression, with a log-linear trend where all problems
    together or the problem itself have one (p < 0.05, as Farrington's method), and a yearly wave
    where the record is long enough. It predicts :math:`\mu` cases since; :math:`1/v`, with
    :math:`v` the variance of :math:`\log\mu` but for the dispersion, is the number of cases that
    the prediction rests on (without a trend, all :math:`x_0` before).

    Weeks differ more than Poisson counts do. The dispersion :math:`\varphi \ge 1` of a problem is
    estimated from the weeks before and shrunk towards that of all problems (Smyth). Given
    :math:`n_0 = 1/v` and :math:`x_1` cases, :math:`x_1/\varphi` is tested as a binomial count of
    :math:`(n_0 + x_1)/\varphi`: with a dispersion of 1 and no trend, this is the exact conditional
    test of two Poisson rates and the interval of Clopper and Pearson. Where the dispersion is
    estimated, a t distribution takes the place of the normal. The false discovery rate over
    problems is controlled (Benjamini and Hochberg). Recurrences of a problem to the same customer
    are left out.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``problem`` (rows without one are left out), ``first`` (when it began,
        local time), and ``customer`` if recurrences are to be left out.
    since : str or Timestamp
        Beginning of the recent period, in the zone of ``first``.
    recurrence_days : float
        Days within which a further case of a customer with the same problem counts as a
        recurrence; 0 keeps all cases.
    fdr : float
        Target false discovery rate, in (0, 1).
    level : float
        Coverage of the intervals.
    dispersion : float, optional
        Variance of weekly counts relative to Poisson counts, at least 1, and no trend; estimated
        by default where at least four weeks lie before that day, else 1.

    Returns
    -------
    DataFrame
        By p-value: ``problem``, ``before`` and ``after`` (cases), ``expected`` (after, as
        the weeks before predict), ``ratio`` (after to expected), ``low``, ``high``, ``p``, ``q``
        (adjusted), ``dispersion``, ``trend`` (change per week as a share; 0 if there is none) and
        ``emerging``.

    Raises
    ------
    ValueError
        If all cases are before that day, or all since.

    References
    ----------
    Farrington, Andrews, Beale & Catchpole (1996), *JRSS A* 159:547–563; Przyborowski & Wilenski
    (1940), *Biometrika* 31:313–323; Smyth (2004), *Statistical Applications in Genetics and
    Molecular Biology* 3(1):3 (shrunken dispersions); Lund, Nettleton, McCarthy & Smyth (2012),
    11(5):8 (quasi-likelihood with them); Benjamini & Hochberg (1995), *JRSS B* 57:289–300.

    Examples
    --------
    >>> days = pd.date_range("2026-03-02", periods=28, freq="D")
    >>> more = pd.DatetimeIndex(["2026-03-24"] * 9)
    >>> frame = pd.DataFrame({
    ...     "first": days.append(days).append(more), "problem": ["a"] * 28 + ["b"] * 37})
    >>> emerging(frame, "2026-03-23")[["problem", "emerging"]]
      problem  emerging
    0       b      True
    1       a     False
    """
    checks.between("fdr", fdr, 1e-12, 1 - 1e-12)
    checks.between("level", level, 1e-6, 1 - 1e-6)
    checks.between("recurrence_days", recurrence_days, 0)
    first, problem = starts(_without_recurrences(cases, recurrence_days))
    start = pd.Timestamp(since)
    if first.dt.tz is not None and start.tz is None:
        start = start.tz_localize(first.dt.tz)
    late = (first >= start).to_numpy()
    if late.all() or not late.any():
        raise checks.invalid_argument(
            "since", str(since), f"between {first.min()} and {first.max()}"
        )
    week = np.bincount(_hour_of_week(first[~late]), minlength=_WEEK_HOURS).astype(float)
    week /= week.mean()
    kinds, names = pd.factorize(problem, sort=True)
    after = np.bincount(kinds[late], minlength=len(names))
    before = np.bincount(kinds[~late], minlength=len(names))
    exposed = _exposure(start, first.max(), week)
    weekly = _by_week(first[~late], kinds[~late], len(names), start, week)
    past = _predict(*weekly, exposed, dispersion)
    tail = (1 - level) / 2
    n0, n1 = past.cases / past.dispersion, after / past.dispersion
    odds = past.odds
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1 / (1 + odds)
        p = np.where(after > 0, stats.beta.cdf(share, np.maximum(n1, 1e-12), n0 + 1), 1.0)
        wide = 1.0
        if dispersion is None:
            z = stats.norm.isf(p)
            p = np.where(np.isfinite(z), stats.t.sf(z, past.degrees), p)
            wide = stats.t.ppf(1 - tail, past.degrees) / stats.norm.ppf(1 - tail)
        edge = stats.norm.sf(wide * stats.norm.ppf(1 - tail))
        low = np.where(after > 0, stats.beta.ppf(edge, n1, n0 + 1), 0.0)
        high = np.where(before > 0, stats.beta.ppf(1 - edge, n1 + 1, n0), 1.0)
        table = pd.DataFrame(
            {
                "problem": names,
                "before": before,
                "after": after,
                "expected": past.expected,
                "ratio": after / past.expected,
                "low": low / (1 - low) * odds,
                "high": high / (1 - high) * odds,
                "p": p,
            }
        )
    table["q"] = stats.false_discovery_control(table["p"].to_numpy())
    table["dispersion"], table["trend"] = past.dispersion, past.trend
    table["emerging"] = table["q"] <= fdr
    return table.sort_values(["p", "problem"], ignore_index=True, kind="stable")


@dataclass(frozen=True)
class _Past:
    """What the weeks before predict, for each problem."""

    expected: Floats
    cases: Floats  # that the prediction rests on
    odds: Floats  # of a case before against one since, if nothing changed
    dispersion: Floats
    degrees: float | Floats
    trend: Floats


def _by_week(
    first: pd.Series, kinds: NDArray[np.int64], count: int, start: pd.Timestamp, week: Floats
) -> tuple[Floats, Floats]:
    """Return cases by problem and week before a day, the latest first, and each week's exposure."""
    back = ((start - first) / _WEEK).to_numpy(float)
    number = np.maximum(np.ceil(back).astype(int) - 1, 0)
    weeks = int(number.max()) + 1
    cases = np.bincount(kinds * weeks + number, minlength=count * weeks).reshape(count, weeks)
    exposed = np.full(weeks, week.sum())
    exposed[-1] = _exposure(first.min(), start, week) - exposed[:-1].sum()
    return cases.astype(float), np.maximum(exposed, 1e-9)


def _predict(cases: Floats, exposed: Floats, ahead: float, dispersion: float | None) -> _Past:
    count, weeks = cases.shape
    total = cases.sum(axis=1)
    if dispersion is not None or weeks < MIN_WEEKS:
        known = checks.between("dispersion", 1.0 if dispersion is None else dispersion, 1)
        expected = total * ahead / exposed.sum()
        odds = np.full(count, exposed.sum() / ahead)
        return _Past(expected, total, odds, np.full(count, known), np.inf, np.zeros(count))
    time, middle = -np.arange(weeks) - 0.5, ahead / _WEEK_HOURS / 2
    waves = [np.sin, np.cos] if weeks >= YEAR_WEEKS else []
    angle = 2 * np.pi / _YEAR
    flat = np.column_stack([np.ones(weeks), *(wave(angle * time) for wave in waves)])
    point = np.r_[1.0, [wave(angle * middle) for wave in waves]]
    fit = _quasi_poisson(cases, flat, exposed, point)
    trend = np.zeros(count)
    if weeks >= TREND_WEEKS:
        design, at = np.column_stack([flat, time]), np.r_[point, middle]
        sloped = _quasi_poisson(cases, design, exposed, at)
        whole = _quasi_poisson(cases.sum(axis=0, keepdims=True), design, exposed, at)
        chosen = (sloped.p < _TREND_P) | (whole.p[0] < _TREND_P)
        chosen &= total >= _TREND_CASES
        trend = np.where(chosen, np.expm1(sloped.slope), 0.0)
        fit = _Weekly(*(np.where(chosen, *pair) for pair in zip(sloped, fit, strict=True)))
    seen = total > 0
    rests_on = np.where(seen, 1 / np.maximum(fit.variance, 1e-300), 0.0)
    spread, degrees = _shrunken(np.where(seen, fit.dispersion, np.nan), fit.degrees, total >= weeks)
    expected = np.where(seen, ahead * np.exp(fit.log_rate), 0.0)
    odds = np.where(seen, rests_on / np.maximum(expected, 1e-300), exposed.sum() / ahead)
    return _Past(expected, rests_on, odds, np.maximum(spread, 1.0), degrees, trend)


class _Weekly(NamedTuple):
    """Quasi-Poisson regressions of weekly counts, one for each row."""

    log_rate: Floats  # predicted, per exposure
    variance: Floats  # of log_rate, but for the dispersion
    dispersion: Floats
    degrees: Floats
    slope: Floats  # of the last column of the design
    p: Floats  # of the slope


def _quasi_poisson(cases: Floats, design: Floats, exposed: Floats, point: Floats) -> _Weekly:
    """Fit log-linear rates by iteratively weighted least squares, all rows at once."""
    count, weeks = cases.shape
    beta = np.zeros((count, design.shape[1]))
    beta[:, 0] = np.log((cases.sum(axis=1) + 1e-9) / exposed.sum())
    small = 1e-9 * np.eye(design.shape[1])
    for _ in range(30):
        mean = exposed * np.exp(np.clip(beta @ design.T, -60, 60))
        inside = np.einsum("kw,wi,wj->kij", mean, design, design) + small
        step = np.linalg.solve(inside, ((cases - mean) @ design)[..., None])[..., 0]
        beta += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-10:
            break
    mean = exposed * np.exp(np.clip(beta @ design.T, -60, 60))
    inverse = np.linalg.inv(np.einsum("kw,wi,wj->kij", mean, design, design) + small)
    degrees = max(weeks - design.shape[1], 1)
    spread = (np.square(cases - mean) / np.maximum(mean, 1e-9)).sum(axis=1) / degrees
    error = np.sqrt(np.maximum(spread, 1.0) * inverse[:, -1, -1])
    p = 2 * stats.t.sf(np.abs(beta[:, -1]) / error, degrees)
    variance = np.einsum("i,kij,j->k", point, inverse, point)
    return _Weekly(beta @ point, variance, spread, np.full(count, float(degrees)), beta[:, -1], p)


def _shrunken(
    dispersion: Floats, degrees: Floats, counted: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return dispersions shrunk towards their common distribution, and their degrees (Smyth)."""
    use = counted & (dispersion > 0)
    if use.sum() < 3:
        own = np.where(np.isnan(dispersion), 1.0, dispersion)
        return own, degrees
    d = degrees[use]
    logs = np.log(dispersion[use]) - digamma(d / 2) + np.log(d / 2)
    excess = float(logs.var(ddof=1) - polygamma(1, d / 2).mean())
    if excess <= polygamma(1, 5e3):
        return np.full(len(dispersion), np.exp(logs.mean())), np.full(len(dispersion), np.inf)
    half = optimize.brentq(lambda x: float(polygamma(1, x)) - excess, 1e-3, 1e4)
    common = np.exp(logs.mean() + digamma(half) - np.log(half))
    own = np.where(np.isnan(dispersion), 0.0, degrees)
    value = (2 * half * common + own * np.nan_to_num(dispersion)) / (2 * half + own)
    return value, 2 * half + own


def _without_recurrences(cases: pd.DataFrame, days: float) -> pd.DataFrame:
    """Leave out recurrences: cases soon after one of the same customer and problem."""
    if "customer" not in cases or "first" not in cases or "problem" not in cases or not days:
        return cases
    in_turn = cases.sort_values("first", kind="stable", ignore_index=True)
    gap = in_turn.groupby(["customer", "problem"], sort=False)["first"].diff()
    return in_turn[~(gap <= pd.Timedelta(days=days))]


def starts(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return when cases with a problem and a start began, and their problems."""
    for name in ("problem", "first"):
        checks.one_of("column", name, list(cases))
    if not pd.api.types.is_datetime64_any_dtype(cases["first"]):
        raise checks.invalid_argument(
            "first", str(cases["first"].dtype), "a column of dates with times"
        )
    known = cases[cases["problem"].notna() & cases["first"].notna()]
    if known.empty:
        raise ValueError("no case has a problem and a start")
    return known["first"].reset_index(drop=True), known["problem"].reset_index(drop=True)


def _hour_of_week(times: pd.Series | pd.DatetimeIndex) -> NDArray[np.int64]:
    part = times.dt if isinstance(times, pd.Series) else times
    return np.asarray(part.day_of_week, dtype=np.int64) * 24 + np.asarray(part.hour, dtype=np.int64)


def _exposure(start: pd.Timestamp, end: pd.Timestamp, week: Floats) -> float:
    """Return the summed weight of the hours from start to end, both counted in full."""
    first, last = (time.tz_localize(None).floor("h") for time in (start, end))
    hours = pd.date_range(first, last, freq="h")
    if end > start and end == end.floor("h"):
        hours = hours[:-1] if len(hours) > 1 else hours
    return float(week[_hour_of_week(hours)].sum())
