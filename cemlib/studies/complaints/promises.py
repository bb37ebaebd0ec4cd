"""How many hours to promise when repair times vary and late repairs hurt more than early ones help.

Each promised hour has a cost even if the promise is kept, since the customer plans around it. The
best promise is then a quantile of the repair times: the newsvendor problem, with disappointment in
place of unsold newspapers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Floats, bootstrap_weights, percentile_interval
from cemlib.stats.value_function import value


def promise_quantile(price: float, loss_aversion: float) -> float:
    """Return the share of repairs that the best promise covers: q = (λ − c)/(λ − 1).

    A promised hour costs c, an hour early is worth 1, an hour late costs λ.

    Parameters
    ----------
    price : float
        c, cost per promised hour relative to the benefit of an hour early, from 1 to λ: below 1,
        the longest time would be promised, above λ, no time at all.
    loss_aversion : float
        λ, above 1.

    Returns
    -------
    float
        q in [0, 1]; 0 if a promised hour costs as much as an hour late.

    Raises
    ------
    ValueError
        If λ is not above 1, or the price not from 1 to λ.

    References
    ----------
    Arrow, Harris & Marschak (1951), *Econometrica* 19:250–272, for the critical ratio; Tversky &
    Kahneman (1992), *J. Risk and Uncertainty* 5:297–323, for λ = 2.25, from gambles: an analogy.

    Examples
    --------
    >>> round(promise_quantile(1.25, 2.25), 3), promise_quantile(2.25, 2.25)
    (0.8, 0.0)
    """
    checks.between("loss_aversion", loss_aversion, 1 + 1e-9)
    checks.between("price", price, 1, loss_aversion)
    return (loss_aversion - price) / (loss_aversion - 1)


def promise_cost(
    promised: ArrayLike,
    hours: ArrayLike,
    *,
    price: float,
    loss_aversion: float,
) -> Floats:
    """Return the mean cost of promises, given the repair times.

    cost(p) = c·p − mean of v(p − T), where v is linear with loss aversion λ below 0.

    Parameters
    ----------
    promised : array_like, shape (k,)
        Hours promised.
    hours : array_like, shape (n,)
        Hours that repairs took.
    price, loss_aversion
        As for `promise_quantile`.

    Returns
    -------
    ndarray, shape (k,)
        In units of the benefit of an hour early; only differences have a meaning.

    Examples
    --------
    >>> promise_cost([1, 2], [1.0, 3.0], price=1.5, loss_aversion=2).tolist()
    [3.5, 3.5]
    """
    times = checks.vector("hours", hours)
    points = np.atleast_1d(np.asarray(promised, dtype=float))
    values = value(points[:, None] - times, curvature=1.0, loss_aversion=loss_aversion)
    return price * points - values.mean(axis=1)


@dataclass(frozen=True)
class Promise:
    """The best promise, compared with one that was made.

    Attributes
    ----------
    repairs : int
        Number of comparable repairs.
    hours, low, high : float
        The best promise and its interval, hours.
    kept : float
        Share of repairs that keep it.
    made : float or None
        The promise that was made, hours; None if there was none, and the rest is missing.
    made_kept : float
        Share of repairs that keep the promise that was made.
    implied_price : float
        Cost per promised hour at which the promise that was made would have been best.
    excess_cost : float
        Mean cost of the promise that was made minus that of the best one, in hours early.
    """

    repairs: int
    hours: float
    low: float
    high: float
    kept: float
    made: float | None = None
    made_kept: float = np.nan
    implied_price: float = np.nan
    excess_cost: float = np.nan


def best_promise(
    hours: ArrayLike,
    weights: ArrayLike,
    *,
    price: float,
    loss_aversion: float,
    made: float | None = None,
) -> Promise:
    """Find the promise with the lowest mean cost, and compare one that was made with it.

    Parameters
    ----------
    hours : array_like, shape (n,)
        Hours that comparable repairs took.
    weights : array_like, shape (B, n)
        Resamples, from `cemlib.stats.bootstrap_weights`.
    price, loss_aversion
        As for `promise_cost`.
    made : float, optional
        The promise that was made, hours.

    Returns
    -------
    Promise
        The best one is the quantile of `promise_quantile`.

    Examples
    --------
    >>> times = np.arange(1.0, 11.0)
    >>> promise = best_promise(times, np.ones((2, 10)), price=1.25, loss_aversion=2.25, made=2.0)
    >>> promise.hours, promise.kept, promise.made_kept
    (8.0, 0.8, 0.2)
    """
    times = checks.vector("hours", hours)
    counts = np.asarray(weights, dtype=float)
    quantile = promise_quantile(price, loss_aversion)
    best = float(weighted_quantile(times, np.ones((1, len(times))), quantile)[0])
    low, high = percentile_interval(weighted_quantile(times, counts, quantile))
    kept = float((times <= best).mean())
    promise = Promise(len(times), best, float(low), float(high), kept)
    if made is None:
        return promise
    checks.between("made", made, 0)
    made_kept = float((times <= made).mean())
    cost = promise_cost([made, best], times, price=price, loss_aversion=loss_aversion)
    return replace(
        promise,
        made=made,
        made_kept=made_kept,
        implied_price=loss_aversion - made_kept * (loss_aversion - 1),
        excess_cost=float(cost[0] - cost[1]),
    )


@dataclass(frozen=True)
class KeptPromises:
    """Promises of a log.

    Attributes
    ----------
    count : int
        Repairs with a promise.
    median_hours : float
        Median promise, hours.
    kept : float
        Share of promises that were kept.
    """

    count: int
    median_hours: float
    kept: float


def kept_promises(log: pd.DataFrame, standard: float | None = None) -> KeptPromises | None:
    """Count the promises of a log that were kept.

    Parameters
    ----------
    log : DataFrame
        ``repair_hours``, or ``hours`` until the answer; ``promised_hours`` where known.
    standard : float, optional
        Hours promised to every customer, where the log does not name the promise.

    Returns
    -------
    KeptPromises or None
        None if there are no promises.

    Examples
    --------
    >>> kept_promises(pd.DataFrame({"repair_hours": [1.0, 5.0], "promised_hours": [2.0, 2.0]}))
    KeptPromises(count=2, median_hours=2.0, kept=0.5)
    >>> kept_promises(pd.DataFrame({"hours": [1.0, 5.0, 9.0]}), standard=8.0).kept.__round__(2)
    0.67
    """
    took = "repair_hours" if "repair_hours" in log else "hours"
    if took not in log or ("promised_hours" not in log and standard is None):
        return None
    rows = log if "promised_hours" in log else log.assign(promised_hours=standard)
    rows = rows[[took, "promised_hours"]].dropna()
    if rows.empty:
        return None
    kept = float((rows[took] <= rows["promised_hours"]).mean())
    return KeptPromises(len(rows), float(rows["promised_hours"].median()), kept)


@dataclass(frozen=True)
class Waits:
    """Times that complaints took, and what was promised.

    Attributes
    ----------
    hours : Series
        Hours that repairs took, or answers where a log has no repair times.
    noun : str
        ``"repair"`` or ``"answer"``.
    kept : KeptPromises or None
        Promises of the log.
    made : float or None
        The promise to compare with the best one, hours: the standard, or the median promise.
    """

    hours: pd.Series
    noun: str
    kept: KeptPromises | None = None
    made: float | None = None


def waits(log: pd.DataFrame, failure: str = "", standard: float | None = None) -> Waits:
    """Return the times that complaints of a log took, and its promises.

    Parameters
    ----------
    log : DataFrame
        ``failure``, ``hours`` until the answer, and ``repair_hours`` where the log has them.
    failure : str
        Kind of failure; all kinds if empty, or if there are none of it.
    standard : float, optional
        As for `kept_promises`.

    Returns
    -------
    Waits
        Times and promises.

    Examples
    --------
    >>> log = pd.DataFrame({"failure": ["outage", "billing"], "repair_hours": [3.0, 9.0]})
    >>> [waits(log, kind).hours.tolist() for kind in ("outage", "fire")]
    [[3.0], [3.0, 9.0]]
    """
    noun = "repair" if "repair_hours" in log else "answer"
    hours = log["repair_hours" if noun == "repair" else "hours"].dropna()
    same_failure = hours[log["failure"] == failure]
    kept = kept_promises(log, standard)
    made = standard if standard is not None or kept is None else kept.median_hours
    return Waits(same_failure if len(same_failure) else hours, noun, kept, made)


def best_promises(
    waits: Waits,
    price: float,
    loss_aversion: float,
    resamples: int,
    rng: np.random.Generator,
    positions: Sequence[float] = (0.1, 0.4, 0.6, 0.8),
) -> dict[float, Promise]:
    """Return the best promise at a cost per promised hour, and at others between 1 and λ.

    Parameters
    ----------
    waits : Waits
        From `waits`: times that complaints took, and the promise that was made.
    price, loss_aversion : float
        As for `promise_quantile`.
    resamples : int
        Bootstrap resamples for the intervals.
    rng : Generator
        Source of randomness.
    positions : sequence of float
        Positions of the other costs between 1 and λ, in [0, 1].

    Returns
    -------
    dict of float to Promise
        Cost per promised hour → best promise, in the order of the costs; empty without times.

    Examples
    --------
    >>> rng, times = np.random.default_rng(1), pd.Series(np.arange(1.0, 11.0))
    >>> list(best_promises(Waits(times, "answer"), 1.5, 2.0, 10, rng, [0.2, 0.8]))
    [1.2, 1.5, 1.8]
    """
    checks.between("loss_aversion", loss_aversion, 1 + 1e-9)
    checks.between("hour_price", price, 1, loss_aversion)
    times = np.asarray(waits.hours, dtype=float)
    if not len(times):
        return {}
    weights = bootstrap_weights(len(times), resamples, rng)
    others = [1 + (loss_aversion - 1) * checks.between("position", at, 0, 1) for at in positions]
    return {
        each: best_promise(times, weights, price=each, loss_aversion=loss_aversion, made=waits.made)
        for each in sorted({price, *others})
    }


def longest_gaps(log: pd.DataFrame, dates: Mapping[str, str]) -> pd.Series:
    """Return the longest time without a recorded step between receipt and answer.

    Parameters
    ----------
    log : DataFrame, n rows
        Answered complaints: ``received``, ``answered``, and the times of further steps.
    dates : mapping of str to str
        Step of ISO 10002 → column of its time.

    Returns
    -------
    Series, length n
        Hours.

    Examples
    --------
    >>> when = pd.to_datetime(["2026-01-01 09:00", "2026-01-01 12:00", "2026-01-02 09:00"])
    >>> log = pd.DataFrame([when], columns=["received", "acknowledged", "answered"])
    >>> longest_gaps(log, {"acknowledgement": "acknowledged", "response": "answered"}).tolist()
    [21.0]
    """
    between = [
        name for name in dates.values() if name in log and name not in ("closed", "answered")
    ]
    hours = pd.DataFrame(
        {name: (log[name] - log["received"]).dt.total_seconds() / 3600 for name in between},
        index=log.index,
    )
    until = ((log["answered"] - log["received"]).dt.total_seconds() / 3600).to_numpy()[:, None]
    times = np.column_stack([np.zeros(len(log)), hours.to_numpy(dtype=float), until])
    times = np.sort(np.where((times >= 0) & (times <= until), times, 0.0), axis=1)
    return pd.Series(np.diff(times, axis=1).max(axis=1), index=log.index)


def weighted_quantile(values: ArrayLike, weights: ArrayLike, quantile: float) -> Floats:
    """Return the smallest value that covers a share of the weight, for each row of weights.

    Parameters
    ----------
    values : array_like, shape (n,)
        Data.
    weights : array_like, shape (B, n)
        How often each counts.
    quantile : float
        Share to be covered, in [0, 1].

    Returns
    -------
    ndarray, shape (B,)
        Quantiles, each one of the values: the inverse of the distribution function.

    Examples
    --------
    >>> weighted_quantile([3.0, 1.0, 2.0], [[1, 1, 1], [4, 1, 0]], 0.5)
    array([2., 3.])
    """
    checks.between("quantile", quantile, 0, 1)
    array = checks.vector("values", values)
    counts = np.asarray(weights, dtype=float)
    order = np.argsort(array, kind="stable")
    cumulative = np.cumsum(counts[:, order], axis=1)
    required = np.maximum(quantile * cumulative[:, -1:], 1e-12)
    # A small tolerance: 8 of 10 must count as a share of 0.8 in spite of rounding.
    return array[order][(cumulative < required - 1e-9 * cumulative[:, -1:]).sum(axis=1)]
