"""Which problems are common or rising, and when they come."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.studies.repair.rising import emerging, starts

VITAL = 0.8
RECENT_DAYS, BASELINE_DAYS = 28, 28


@dataclass(frozen=True)
class ProblemCounts:
    """What `count_problems` finds in coded cases.

    Attributes
    ----------
    common : DataFrame
        From `pareto`.
    rising : DataFrame or None
        From `emerging`; none where the record before the day is shorter than four weeks.
    hourly : DataFrame
        From `concentration`.
    waves : DataFrame
        From `waves`.
    """

    common: pd.DataFrame
    rising: pd.DataFrame | None
    hourly: pd.DataFrame
    waves: pd.DataFrame


def count_problems(
    cases: pd.DataFrame, now: pd.Timestamp, *, days: int = RECENT_DAYS
) -> ProblemCounts | None:
    """Count problems, and test which are rising, come in waves or at hours of their own.

    Parameters
    ----------
    cases : DataFrame
        From `cemlib.studies.repair.cases.case_table`.
    now : Timestamp
        End of the record.
    days : int
        Length of the recent period, up to the day of `now`.

    Returns
    -------
    ProblemCounts or None
        None where no case has a problem code.

    Examples
    --------
    >>> count_problems(pd.DataFrame({"customer": ["a"]}), pd.Timestamp("2026-03-01")) is None
    True
    """
    if "problem" not in cases or cases["problem"].isna().all():
        return None
    rising, since = None, now.normalize() - pd.Timedelta(days=days)
    if cases["first"].min() <= since - pd.Timedelta(days=BASELINE_DAYS):
        with suppress(ValueError):  # all cases that count are before that day, or all since
            rising = emerging(cases, since)
    return ProblemCounts(pareto(cases), rising, concentration(cases), waves(cases))


def pareto(cases: pd.DataFrame) -> pd.DataFrame:
    """Count cases by problem, the most common first, with cumulative shares.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``problem``; rows without one are left out.

    Returns
    -------
    DataFrame
        ``problem``, ``cases``, ``share``, ``cumulative`` (share of this row and those above),
        ``vital`` (whether the rows above hold less than 80%).

    Raises
    ------
    ValueError
        If there is no column ``problem``, or no case has one.

    References
    ----------
    Juran (1975), The non-Pareto principle: mea culpa, *Quality Progress* 8(5):8–9 (vital few).

    Examples
    --------
    >>> pareto(pd.DataFrame({"problem": ["bill", "bill", "app", "bill"]}))
      problem  cases  share  cumulative  vital
    0    bill      3   0.75        0.75   True
    1     app      1   0.25        1.00   True
    """
    checks.one_of("column", "problem", list(cases))
    known = cases["problem"].dropna()
    if known.empty:
        raise ValueError("no case has a problem")
    kinds, names = pd.factorize(known, sort=True)
    totals = np.bincount(kinds)
    order = np.argsort(-totals, kind="stable")
    share = totals[order] / totals.sum()
    table = pd.DataFrame({"problem": names[order], "cases": totals[order], "share": share})
    table["cumulative"] = np.cumsum(share)
    table["vital"] = table["cumulative"] - share < VITAL - 1e-12
    return table


def waves(cases: pd.DataFrame, *, fdr: float = 0.05) -> pd.DataFrame:
    """Find hours in which far more cases of one problem begin than the weekly pattern predicts.

    A problem's expected cases in an hour are its cases per day, times the weight of the weekday
    among all cases, times its share of that hour of the day; 24 pseudo-cases, distributed over the
    day like all cases, keep that share above zero. The Poisson upper tail is tested over all hours
    and problems, with the false discovery rate controlled; adjacent hours are not merged. Where
    weeks differ by a gamma factor of variance 0.2, one record in a hundred has a false wave.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``problem`` (rows without one are left out) and ``first`` (local time).
    fdr : float
        Target false discovery rate, in (0, 1).

    Returns
    -------
    DataFrame
        The significant hours, by p-value: ``problem``, ``hour`` (its start), ``cases``,
        ``expected``, ``p``, ``q``.

    References
    ----------
    Benjamini & Hochberg (1995), *JRSS B* 57:289–300; Farrington, Andrews, Beale & Catchpole (1996),
    *JRSS A* 159:547–563 (outbreaks against a seasonal baseline).

    Examples
    --------
    >>> calm = pd.date_range("2026-03-02 09:00", periods=60, freq="12h")
    >>> burst = pd.DatetimeIndex(["2026-03-17 19:10"] * 12)
    >>> table = waves(pd.DataFrame({"first": calm.append(burst), "problem": "broadband-down"}))
    >>> table["hour"].dt.strftime("%d %H:%M").tolist()
    ['17 19:00']
    """
    checks.between("fdr", fdr, 1e-12, 1 - 1e-12)
    first, problem = starts(cases)
    kinds, names = pd.factorize(problem, sort=True)
    hour = first.dt.floor("h") if first.dt.tz is None else _start_of_hour(first)
    days = (_day(first.max()) - _day(first.min())).days + 1
    weekday = np.bincount(first.dt.day_of_week, minlength=7) / len(first) * 7
    all_hours = np.bincount(first.dt.hour, minlength=24) / len(first)
    by_hour = np.bincount(kinds * 24 + first.dt.hour.to_numpy(), minlength=24 * len(names))
    by_hour = by_hour.reshape(-1, 24)
    totals = by_hour.sum(axis=1)
    share = (by_hour + 24 * all_hours) / (totals + 24)[:, None]
    rate = (totals / days)[:, None, None] * weekday[None, :, None] * share[:, None, :]
    seen = pd.DataFrame({"kind": kinds, "hour": hour}).value_counts(sort=False).reset_index()
    expected = rate[seen["kind"], seen["hour"].dt.day_of_week, seen["hour"].dt.hour]
    tail = stats.poisson.sf(seen["count"].to_numpy() - 1, expected)
    # Hours without a case are tests too, with p = 1: leaving them out would find too many waves.
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
    """Find hours of the day at which a problem concentrates, relative to all problems.

    Of all N cases, K begin at the hour and n are of the problem; if the problem were like the
    others, the overlap would be hypergeometric. The p-value is its upper tail (Fisher's exact
    test), with the false discovery rate controlled over all problems and hours.

    Parameters
    ----------
    cases : DataFrame
        One row per case: ``problem`` (rows without one are left out) and ``first`` (local time).
    fdr : float
        Target false discovery rate, in (0, 1).

    Returns
    -------
    DataFrame
        One row per problem and hour: ``problem``, ``hour`` (0–23), ``cases``, ``expected``,
        ``ratio``, ``p``, ``q``, ``concentrated``.

    References
    ----------
    Fisher (1935), *JRSS* 98:39–82; Benjamini & Hochberg (1995), *JRSS B* 57:289–300.

    Examples
    --------
    >>> first = pd.to_datetime(["2026-03-02 20:00"] * 9 + ["2026-03-02 10:00"] * 11)
    >>> frame = pd.DataFrame({"first": first, "problem": ["slow"] * 9 + ["bill"] * 11})
    >>> table = concentration(frame)
    >>> table.loc[table["concentrated"], ["problem", "hour"]].to_numpy().tolist()
    [['bill', 10], ['slow', 20]]
    """
    checks.between("fdr", fdr, 1e-12, 1 - 1e-12)
    first, problem = starts(cases)
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


def _start_of_hour(times: pd.Series) -> pd.Series:
    """Return the start of each hour; through UTC, because local hours can be ambiguous."""
    zone = times.dt.tz
    return times.dt.tz_convert("UTC").dt.floor("h").dt.tz_convert(zone)


def _day(time: pd.Timestamp) -> pd.Timestamp:
    return time.tz_localize(None).normalize()
