"""Which problems are common, which emerge, and at which hours they concentrate."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import percentile_interval

Floats = NDArray[np.float64]
VITAL = 0.8
_WEEK_HOURS = 168


def pareto(
    cases: pd.DataFrame,
    *,
    by: str = "problem",
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count cases by problem, the commonest first, with what they add up to.

    Parameters
    ----------
    cases : DataFrame
        A row a case: ``customer``, and the column `by`; rows without one are left out.
    by : str
        What is counted: ``"problem"``, ``"owner"``.
    weights : array_like, shape (B, customers), optional
        How often each customer counts in each resample, customers in the order in which they first
        appear among the rows that count: from `cemlib.stats.bootstrap_weights`.
    level : float
        Coverage of the percentile intervals, in (0, 1).

    Returns
    -------
    DataFrame
        The column `by`, ``cases``, ``share``, ``cumulative`` (share of this row and those above),
        ``vital`` (whether the rows above hold less than 80 %); with weights, ``_low`` and ``_high``
        of share and cumulative, the order of the rows being kept.

    Raises
    ------
    ValueError
        If a column is absent, nothing is left, or weights do not fit.

    References
    ----------
    Juran (1975), The non-Pareto principle: mea culpa, *Quality Progress* 8(5):8–9 (vital few);
    Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 13.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer": list("abcd"), "problem": ["bill", "bill", "app", "bill"]})
    >>> pareto(frame)[["problem", "cases", "cumulative"]]
      problem  cases  cumulative
    0    bill      3        0.75
    1     app      1        1.00
    """
    for name in (by, "customer"):
        checks.one_of("column", name, list(cases))
    known = cases[cases[by].notna()]
    if known.empty:
        raise ValueError(f"no case has a {by}")
    kinds, names = pd.factorize(known[by], sort=True)
    owner, owners = pd.factorize(known["customer"], use_na_sentinel=False)
    totals = np.bincount(kinds).astype(float)
    order = np.argsort(-totals, kind="stable")
    share = totals[order] / totals.sum()
    table = pd.DataFrame({by: names[order], "cases": totals[order].astype(int), "share": share})
    table["cumulative"] = np.cumsum(share)
    table["vital"] = table["cumulative"] - share < VITAL - 1e-12
    if weights is None:
        return table
    counts = np.asarray(weights, dtype=float)
    if counts.ndim != 2 or counts.shape[1] != len(owners):
        raise ValueError(
            f"weights have shape {counts.shape}, but there are {len(owners)} customers"
        )
    flat = np.bincount(owner * len(names) + kinds, minlength=len(owners) * len(names))
    drawn = counts @ flat.reshape(len(owners), len(names))[:, order]
    drawn = drawn / drawn.sum(axis=1, keepdims=True)
    for name, values in (("share", drawn), ("cumulative", np.cumsum(drawn, axis=1))):
        table[f"{name}_low"], table[f"{name}_high"] = percentile_interval(values, level)
    return table


def emerging(
    cases: pd.DataFrame,
    since: str | pd.Timestamp,
    *,
    recurrence_days: float = 28.0,
    fdr: float = 0.05,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Test which problems come more often since a day than the weekly pattern lets one expect.

    The exposure :math:`E` of a period is the sum over its hours of the weight of each hour of the
    week, taken from all cases before `since`. Given :math:`x_0 + x_1` cases of a problem before
    and since, :math:`x_1` is binomial with :math:`E_1/(E_0 + E_1)` if its rate stayed: the p-value
    is the upper tail, the interval of the rate ratio :math:`(x_1/E_1)/(x_0/E_0)` that of Clopper
    and Pearson, carried over. Over problems the false discovery rate is controlled (Benjamini and
    Hochberg). The test takes cases to be independent; a problem that comes back to one customer is
    no news, so such cases are left out.

    Parameters
    ----------
    cases : DataFrame
        A row a case: ``problem`` (rows without one are left out), ``first`` (when it began, local
        time), and ``customer`` if recurrences are to be left out.
    since : str or Timestamp
        Beginning of the recent period, in the zone of ``first``.
    recurrence_days : float
        A case so soon after the customer's last one with that problem is left out; 0 keeps all.
    fdr : float
        False discovery rate that is allowed, in (0, 1).
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        By p-value: ``problem``, ``before`` and ``after`` (cases), ``expected`` (after, had the
        rate stayed), ``ratio``, ``low``, ``high``, ``p``, ``q`` (adjusted) and ``emerging``.

    Raises
    ------
    ValueError
        If there are no cases before or since.

    References
    ----------
    Przyborowski & Wilenski (1940), *Biometrika* 31:313–323 (the test); Clopper & Pearson (1934),
    *Biometrika* 26:404–413; Benjamini & Hochberg (1995), *JRSS B* 57:289–300.

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
    first, problem = _begun(_news(cases, recurrence_days))
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
    exposed = np.array(
        [_exposure(first.min(), start, week), _exposure(start, first.max(), week)], dtype=float
    )
    kinds, names = pd.factorize(problem, sort=True)
    after = np.bincount(kinds[late], minlength=len(names))
    before = np.bincount(kinds[~late], minlength=len(names))
    total = before + after
    chance = exposed[1] / exposed.sum()
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(after > 0, stats.beta.ppf(tail, after, before + 1), 0.0)
        high = np.where(before > 0, stats.beta.ppf(1 - tail, after + 1, before), 1.0)
        odds = exposed[0] / exposed[1]
        table = pd.DataFrame(
            {
                "problem": names,
                "before": before,
                "after": after,
                "expected": before * exposed[1] / exposed[0],
                "ratio": after / before * odds,
                "low": low / (1 - low) * odds,
                "high": high / (1 - high) * odds,
                "p": stats.binom.sf(after - 1, total, chance),
            }
        )
    table["q"] = stats.false_discovery_control(table["p"].to_numpy())
    table["emerging"] = table["q"] <= fdr
    return table.sort_values(["p", "problem"], ignore_index=True, kind="stable")


def waves(cases: pd.DataFrame, *, fdr: float = 0.05) -> pd.DataFrame:
    """Find hours in which far more cases of one problem begin than the weekly pattern expects.

    A problem's expected cases in an hour are its cases a day, times the weight of the weekday among
    all cases, times its share of that hour of the day, which 24 more cases spread like all problems
    keep from zero. More than expected is tested by the Poisson upper tail over all hours and
    problems, with the false discovery rate controlled; neighbouring hours are not put together.

    Parameters
    ----------
    cases : DataFrame
        A row a case: ``problem`` (rows without one are left out) and ``first`` (local time).
    fdr : float
        False discovery rate that is allowed, in (0, 1).

    Returns
    -------
    DataFrame
        The hours found, by p-value: ``problem``, ``hour`` (its beginning), ``cases``, ``expected``,
        ``p``, ``q``.

    References
    ----------
    Benjamini & Hochberg (1995), *JRSS B* 57:289–300; Farrington, Andrews, Beale & Catchpole (1996),
    *JRSS A* 159:547–563 (outbreaks against a seasonal baseline).

    Examples
    --------
    >>> calm = pd.date_range("2026-03-02 09:00", periods=60, freq="12h")
    >>> burst = pd.DatetimeIndex(["2026-03-17 19:10"] * 12)
    >>> found = waves(pd.DataFrame({"first": calm.append(burst), "problem": "broadband-down"}))
    >>> found["hour"].dt.strftime("%d %H:%M").tolist()
    ['17 19:00']
    """
    checks.between("fdr", fdr, 1e-12, 1 - 1e-12)
    first, problem = _begun(cases)
    kinds, names = pd.factorize(problem, sort=True)
    hour = first.dt.floor("h") if first.dt.tz is None else _floor(first)
    days = (_floor_day(first.max()) - _floor_day(first.min())).days + 1
    weekday = np.bincount(first.dt.day_of_week, minlength=7) / len(first) * 7
    everybody = np.bincount(first.dt.hour, minlength=24) / len(first)
    own = np.bincount(kinds * 24 + first.dt.hour.to_numpy(), minlength=24 * len(names))
    own = own.reshape(-1, 24)
    totals = own.sum(axis=1)
    share = (own + 24 * everybody) / (totals + 24)[:, None]
    rate = (totals / days)[:, None, None] * weekday[None, :, None] * share[:, None, :]
    seen = pd.DataFrame({"kind": kinds, "hour": hour}).value_counts(sort=False).reset_index()
    expected = rate[seen["kind"], seen["hour"].dt.day_of_week, seen["hour"].dt.hour]
    tail = stats.poisson.sf(seen["count"].to_numpy() - 1, expected)
    tests = days * 24 * len(names)
    q = stats.false_discovery_control(np.r_[tail, np.ones(max(tests - len(tail), 0))])[: len(tail)]
    table = pd.DataFrame(
        {
            "problem": names[seen["kind"]],
            "hour": seen["hour"],
            "cases": seen["count"],
            "expected": expected,
            "p": tail,
            "q": q,
        }
    )
    return table[table["q"] <= fdr].sort_values("p", kind="stable", ignore_index=True)


def concentration(cases: pd.DataFrame, *, fdr: float = 0.05) -> pd.DataFrame:
    """Find hours of the day at which a problem concentrates, against all other problems.

    Of all N cases, K begin at the hour and n are of the problem: were the problem like the others,
    their overlap would be hypergeometric. The p-value is its upper tail (Fisher's exact test), with
    the false discovery rate controlled over all problems and hours.

    Parameters
    ----------
    cases : DataFrame
        A row a case: ``problem`` (rows without one are left out) and ``first`` (local time).
    fdr : float
        False discovery rate that is allowed, in (0, 1).

    Returns
    -------
    DataFrame
        A row a problem and hour: ``problem``, ``hour`` (0–23), ``cases``, ``expected``, ``ratio``,
        ``p``, ``q``, ``concentrated``.

    References
    ----------
    Fisher (1935), *JRSS* 98:39–82; Benjamini & Hochberg (1995), *JRSS B* 57:289–300.

    Examples
    --------
    >>> first = pd.to_datetime(["2026-03-02 20:00"] * 9 + ["2026-03-02 10:00"] * 11)
    >>> frame = pd.DataFrame({"first": first, "problem": ["slow"] * 9 + ["bill"] * 11})
    >>> found = concentration(frame)
    >>> found.loc[found["concentrated"], ["problem", "hour"]].to_numpy().tolist()
    [['bill', 10], ['slow', 20]]
    """
    checks.between("fdr", fdr, 1e-12, 1 - 1e-12)
    first, problem = _begun(cases)
    kinds, names = pd.factorize(problem, sort=True)
    seen = np.bincount(kinds * 24 + first.dt.hour.to_numpy(), minlength=24 * len(names))
    seen = seen.reshape(-1, 24)
    hours, totals, whole = seen.sum(axis=0), seen.sum(axis=1), int(seen.sum())
    expected = np.outer(totals, hours) / whole
    p = stats.hypergeom.sf(seen - 1, whole, hours[None, :], totals[:, None])
    q = stats.false_discovery_control(p.ravel())
    return pd.DataFrame(
        {
            "problem": np.repeat(np.asarray(names, dtype=object), 24),
            "hour": np.tile(np.arange(24), len(names)),
            "cases": seen.ravel(),
            "expected": expected.ravel(),
            "ratio": np.divide(seen, expected, out=np.full(seen.shape, np.nan), where=expected > 0)
            .ravel(),
            "p": p.ravel(),
            "q": q,
            "concentrated": q <= fdr,
        }
    )  # fmt: skip


def with_owner(table: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """Return a table of problems or cases with the owner of each; missing where there is none.

    Parameters
    ----------
    table : DataFrame
        With ``problem``.
    problems : DataFrame
        ``problem`` and ``owner``, a row a problem.

    Raises
    ------
    ValueError
        If a problem has two owners.

    Examples
    --------
    >>> listed = pd.DataFrame({"problem": ["bill"], "owner": ["billing"]})
    >>> with_owner(pd.DataFrame({"problem": ["bill", "app"]}), listed)["owner"].isna().tolist()
    [False, True]
    """
    twice = problems["problem"].duplicated()
    if twice.any():
        raise ValueError(f"problem {problems['problem'][twice].iloc[0]!r} stands there twice")
    return table.assign(owner=table["problem"].map(problems.set_index("problem")["owner"]))


def _news(cases: pd.DataFrame, days: float) -> pd.DataFrame:
    """Leave out cases that come soon after one of the same customer and problem."""
    if "customer" not in cases or "first" not in cases or "problem" not in cases or not days:
        return cases
    in_turn = cases.sort_values("first", kind="stable", ignore_index=True)
    gap = in_turn.groupby(["customer", "problem"], sort=False)["first"].diff()
    return in_turn[~(gap <= pd.Timedelta(days=days))]


def _begun(cases: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    for name in ("problem", "first"):
        checks.one_of("column", name, list(cases))
    if not pd.api.types.is_datetime64_any_dtype(cases["first"]):
        raise checks.invalid_argument(
            "first", str(cases["first"].dtype), "a column of dates with times"
        )
    known = cases[cases["problem"].notna() & cases["first"].notna()]
    if known.empty:
        raise ValueError("no case has a problem and a beginning")
    return known["first"].reset_index(drop=True), known["problem"].reset_index(drop=True)


def _floor(times: pd.Series) -> pd.Series:
    """Return the beginning of the hour, told by the clock of the zone."""
    zone = times.dt.tz
    return times.dt.tz_convert("UTC").dt.floor("h").dt.tz_convert(zone)


def _floor_day(time: pd.Timestamp) -> pd.Timestamp:
    return time.tz_localize(None).normalize()


def _hour_of_week(times: pd.Series | pd.DatetimeIndex) -> NDArray[np.int64]:
    part = times.dt if isinstance(times, pd.Series) else times
    return np.asarray(part.day_of_week, dtype=np.int64) * 24 + np.asarray(part.hour, dtype=np.int64)


def _exposure(start: pd.Timestamp, end: pd.Timestamp, week: Floats) -> float:
    """Return the weight of the hours from start to end, the first and last ones whole."""
    first, last = (time.tz_localize(None).floor("h") for time in (start, end))
    stop: Iterable[pd.Timestamp] = pd.date_range(first, last, freq="h")
    hours = pd.DatetimeIndex(stop)
    if end > start and end == end.floor("h"):
        hours = hours[:-1] if len(hours) > 1 else hours
    return float(week[_hour_of_week(hours)].sum())
