"""A call centre's log: arrivals, handling times, patience, waits by hour, and agents needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from cemlib import checks
from cemlib.stats.estimates import Floats
from cemlib.stats.proportions import wilson_interval
from cemlib.studies.repair.erlang_a import ErlangA
from cemlib.studies.repair.queueing import Queue

WAITED = 1.0  # seconds; a shorter wait is the time a telephone needs
_Z = 1.959963984540054


def arrival_rates(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the calls per hour, by weekday and hour of the day.

    The interval of a rate is Garwood's for a Poisson count; both count and exposure are divided by
    the dispersion of the log (Pearson's χ² per degree of freedom over days, at least 1), because
    days differ more than a Poisson process does. A day counts where at least one call arrived.

    Parameters
    ----------
    calls : DataFrame
        With ``arrived``, local time.

    Returns
    -------
    DataFrame
        One row per weekday (0 Monday) and hour with a call: ``weekday``, ``hour``, ``days``,
        ``calls``, ``estimate`` (calls per hour), ``low``, ``high``.

    References
    ----------
    Garwood (1936), *Biometrika* 28:437–442; McCullagh & Nelder (1989), *Generalized Linear
    Models*, 2nd ed., sec. 4.5 (dispersion).

    Examples
    --------
    >>> arrived = pd.to_datetime(["2026-03-02 09:10", "2026-03-02 09:40", "2026-03-09 09:20"])
    >>> arrival_rates(pd.DataFrame({"arrived": arrived}))[["calls", "days", "estimate"]]
       calls  days  estimate
    0      3     2       1.5
    """
    checks.one_of("column", "arrived", list(calls))
    arrived = calls["arrived"]
    weekday, hour = arrived.dt.day_of_week.to_numpy(), arrived.dt.hour.to_numpy()
    date = arrived.dt.tz_localize(None).dt.normalize()
    seen = date.drop_duplicates()
    days = np.bincount(seen.dt.day_of_week, minlength=7)
    table = pd.DataFrame({"weekday": weekday, "hour": hour, "date": date.to_numpy()})
    counts = table.groupby(["weekday", "hour", "date"]).size()
    cells = counts.groupby(level=[0, 1]).sum()
    total = cells.to_numpy(float)
    exposure = days[cells.index.get_level_values(0)].astype(float)
    rate = total / exposure
    squares = np.square(counts).groupby(level=[0, 1]).sum().to_numpy(float)
    squares -= exposure * np.square(rate)
    freedom = float((exposure - 1).sum())
    dispersion = max(1.0, float((squares / rate).sum()) / freedom) if freedom else 1.0
    scaled = total / dispersion
    frame = cells.index.to_frame(index=False)
    return frame.assign(
        days=exposure.astype(int),
        calls=total.astype(int),
        estimate=rate,
        low=stats.chi2.ppf(0.025, 2 * scaled) / 2 * dispersion / exposure,
        high=stats.chi2.ppf(0.975, 2 * scaled + 2) / 2 * dispersion / exposure,
    )


def handling_times(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the handling times of answered calls in seconds, by skill and for all.

    Parameters
    ----------
    calls : DataFrame
        With ``service`` in seconds, missing where nobody answered; ``skill`` if there is one.

    Returns
    -------
    DataFrame
        ``skill`` (``"all"`` first), ``calls``, ``mean`` with ``low`` and ``high`` (95%, normal),
        ``median``, ``p90``, ``variation`` (standard deviation over mean; 1 if exponential).

    Examples
    --------
    >>> handling_times(pd.DataFrame({"service": [60.0, 120, 240, np.nan]})).loc[0, "mean"]
    np.float64(140.0)
    """
    checks.one_of("column", "service", list(calls))
    known = calls[calls["service"].notna()]
    groups = [("all", known)]
    if "skill" in known and known["skill"].nunique() > 1:
        groups += [(str(name), rows) for name, rows in known.groupby("skill", sort=True)]
    rows = []
    for name, group in groups:
        seconds = group["service"].to_numpy(float)
        if len(seconds) < 2:
            continue
        mean, deviation = seconds.mean(), seconds.std(ddof=1)
        margin = _Z * deviation / np.sqrt(len(seconds))
        middle, late = np.quantile(seconds, [0.5, 0.9])
        rows.append((name, len(seconds), mean, mean - margin, mean + margin, middle, late,
                     deviation / mean if mean else np.nan))  # fmt: skip
    columns = ["skill", "calls", "mean", "low", "high", "median", "p90", "variation"]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Patience:
    """How long callers wait before they hang up.

    Parameters
    ----------
    curve : DataFrame
        Kaplan–Meier: ``seconds``, ``estimate`` (share still waiting), ``low``, ``high``.
    mean : float
        Mean in seconds if exponential: total wait per caller who hung up; infinite if nobody did.
    low, high : float
        Its 95% interval.
    median : float
        Median of Kaplan–Meier in seconds; missing where fewer than half hang up.
    abandoned, waited : int
        Callers who hung up; callers who waited more than a second.
    """

    curve: pd.DataFrame
    mean: float
    low: float
    high: float
    median: float
    abandoned: int
    waited: int


def patience(calls: pd.DataFrame) -> Patience:
    """Estimate patience by Kaplan–Meier: an answer censors the wait of those who still held on.

    Parameters
    ----------
    calls : DataFrame
        With ``wait`` in seconds and ``abandoned`` (bool).

    Returns
    -------
    Patience
        Of callers who waited more than a second; the others say nothing about it.

    References
    ----------
    Kaplan & Meier (1958), *JASA* 53:457–481; Brown et al. (2005), *JASA* 100:36–50 (call centres).

    Examples
    --------
    >>> log = pd.DataFrame({"wait": [10.0, 20, 30], "abandoned": [True, False, True]})
    >>> known = patience(log)
    >>> known.curve["estimate"].round(3).tolist(), round(known.mean)
    ([0.667, 0.0], 30)
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    for name in ("wait", "abandoned"):
        checks.one_of("column", name, list(calls))
    known = calls[calls["wait"] > WAITED]
    wait, left = known["wait"].to_numpy(float), known["abandoned"].to_numpy(bool)
    columns = ["seconds", "estimate", "low", "high"]
    count = int(left.sum())
    if not count:
        curve = pd.DataFrame(columns=columns, dtype=float)
        return Patience(curve, np.inf, np.inf, np.inf, np.nan, 0, len(known))
    fitted = SurvfuncRight(wait, left.astype(int))
    share = np.asarray(fitted.surv_prob, dtype=float)
    low, high = _log_log(share, np.asarray(fitted.surv_prob_se, dtype=float))
    curve = pd.DataFrame(np.column_stack([fitted.surv_times, share, low, high]), columns=columns)
    half = curve.loc[curve["estimate"] <= 0.5, "seconds"]
    total = wait.sum()
    least, most = (2 * total / stats.chi2.ppf([0.975, 0.025], 2 * count)).tolist()
    median = float(half.iloc[0]) if len(half) else np.nan
    return Patience(curve, total / count, least, most, median, count, len(known))


def _log_log(share: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Return intervals of survival on the scale log(−log), which stay within 0 and 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        width = _Z * error / (share * np.abs(np.log(share)))
        low, high = share ** np.exp(width), share ** np.exp(-width)
    edge = (share <= 0) | (share >= 1)
    return np.where(edge, share, low), np.where(edge, share, high)


def hours_beside(calls: pd.DataFrame, patient: float) -> pd.DataFrame:
    """Compare the waits of each hour of the day with Erlang C and Erlang A.

    Each hour of each date has its number of agents; for hours with the same number, the formulas
    take the arrivals per hour of these hours together. Their answers are averaged over calls.

    Parameters
    ----------
    calls : DataFrame
        ``arrived``, ``wait`` (seconds), ``abandoned``, ``service`` (seconds), and ``agents``
        (on duty; may be missing or absent).
    patient : float
        Mean patience in seconds; infinite for no Erlang A.

    Returns
    -------
    DataFrame
        By ``hour``: ``calls``, ``rate`` (per hour), ``agents`` (mean), and of the log, of Erlang C
        and of Erlang A: ``waits``, ``mean_wait`` (seconds), ``abandoned``, with the endings
        ``_log``, ``_c``, ``_a``; missing where agents are unknown. ``waits_low`` … are
        95% intervals of the log's shares (Wilson).

    Examples
    --------
    >>> log = pd.DataFrame({"arrived": pd.to_datetime(["2026-03-02 09:10", "2026-03-02 09:40"]),
    ...                     "wait": [0.0, 9], "abandoned": False, "service": 300.0, "agents": 1.0})
    >>> hours_beside(log, 60.0)[["hour", "rate", "waits_log"]].values.tolist()
    [[9.0, 2.0, 0.5]]
    """
    minutes = float(calls["service"].mean()) / 60
    date = calls["arrived"].dt.tz_localize(None).dt.normalize()
    known = calls.assign(hour=calls["arrived"].dt.hour, date=date, waited=calls["wait"] > WAITED)
    if "agents" not in known:
        known["agents"] = np.nan
    known["agents"] = known.groupby(["date", "hour"])["agents"].transform("median").round()
    rows, days = [], int(date.nunique())
    for hour, each in known.groupby("hour"):
        share, left = float(each["waited"].mean()), float(each["abandoned"].mean())
        row = {
            "hour": hour,
            "calls": len(each),
            "rate": len(each) / days,
            "agents": float(each.drop_duplicates("date")["agents"].mean()),
            "waits_log": share,
            "mean_wait_log": float(each["wait"].mean()),
            "abandoned_log": left,
        }
        for name, column in (("waits", "waited"), ("abandoned", "abandoned")):
            low, high = wilson_interval(int(each[column].sum()), len(each))
            row |= {f"{name}_low": float(low), f"{name}_high": float(high)}
        # Hours without a call are not in the log; they are spread over the numbers of agents.
        empty = days / each["date"].nunique()
        rows.append(row | _formulas(each[each["agents"] >= 1], minutes, patient, empty))
    return pd.DataFrame(rows)


def _formulas(
    calls: pd.DataFrame, minutes: float, patient: float, empty: float
) -> dict[str, float]:
    """Return what Erlang C and A say of an hour of the day, averaged over its calls."""
    sums = dict.fromkeys(("waits_c", "mean_wait_c", "waits_a", "mean_wait_a", "abandoned_a"), 0.0)
    for agents, each in calls.groupby("agents"):
        rate = len(each) / (empty * each["date"].nunique())
        plain = Queue(rate, minutes, int(agents))
        answers = {"waits_c": plain.waits, "mean_wait_c": plain.mean_wait}
        if np.isfinite(patient):
            queue = ErlangA(rate, minutes, int(agents), patient / 60)
            answers |= {"waits_a": queue.waits, "mean_wait_a": queue.mean_wait,
                        "abandoned_a": queue.abandoned}  # fmt: skip
        for name, value in answers.items():
            sums[name] += len(each) * value
    if not np.isfinite(patient):
        sums |= dict.fromkeys(("waits_a", "mean_wait_a", "abandoned_a"), np.nan)
    return {name: value / len(calls) if len(calls) else np.nan for name, value in sums.items()}


def staffing(
    hours: pd.DataFrame, minutes: float, patient: float, *, share: float, seconds: float
) -> pd.DataFrame:
    """Return the agents that each hour of the day needs for a service level.

    Parameters
    ----------
    hours : DataFrame
        From `hours_beside`: ``hour``, ``rate`` and ``agents``.
    minutes : float
        Mean handling time in minutes.
    patient : float
        Mean patience in seconds; infinite for no Erlang A.
    share, seconds : float
        Share of calls to be answered within these seconds.

    Returns
    -------
    DataFrame
        ``hour``, ``rate``, ``agents`` (on duty; missing if unknown), ``erlang_c``, ``erlang_a``
        (agents needed; missing without abandonment).

    Examples
    --------
    >>> hours = pd.DataFrame({"hour": [9], "rate": [200.0], "agents": [12.0]})
    >>> staffing(hours, 3, 120, share=0.8, seconds=20)[["erlang_c", "erlang_a"]].values.tolist()
    [[14.0, 12.0]]
    """
    level = {"share": share, "seconds": seconds}

    def needed(make: Callable[[float], Queue]) -> list[float]:
        return [float(make(rate).agents_needed(**level)) for rate in hours["rate"]]

    known = np.isfinite(patient)
    return hours[["hour", "rate", "agents"]].assign(
        erlang_c=needed(lambda rate: Queue(rate, minutes, 1)),
        erlang_a=needed(lambda rate: ErlangA(rate, minutes, 1, patient / 60)) if known else np.nan,
    )


@dataclass(frozen=True)
class CallCentre:
    """What the log of a call centre shows.

    Parameters
    ----------
    calls, rates, handling, hours : DataFrame
        The log, and what `arrival_rates`, `handling_times` and `hours_beside` return.
    patience : Patience
        Of the callers.
    """

    calls: pd.DataFrame
    rates: pd.DataFrame
    handling: pd.DataFrame
    patience: Patience
    hours: pd.DataFrame

    def staffing(self, share: float, seconds: float) -> pd.DataFrame:
        """Return the agents that each hour needs for a service level: see `staffing`."""
        minutes = float(self.calls["service"].mean()) / 60
        return staffing(self.hours, minutes, self.patience.mean, share=share, seconds=seconds)


def analyse_calls(calls: pd.DataFrame) -> CallCentre:
    """Analyse the log of a call centre.

    Parameters
    ----------
    calls : DataFrame
        From `cemlib.studies.repair.datasets.load_calls`.

    Examples
    --------
    >>> log = pd.DataFrame({"arrived": pd.to_datetime(["2026-03-02 09:10", "2026-03-02 09:40"]),
    ...                     "wait": [0.0, 9], "abandoned": False, "service": 300.0, "agents": 1.0})
    >>> analyse_calls(log).staffing(0.8, 20)["erlang_c"].tolist()
    [1.0]
    """
    known = patience(calls)
    hours = hours_beside(calls, known.mean)
    return CallCentre(calls, arrival_rates(calls), handling_times(calls), known, hours)
