"""Whom to call first: policies of the repair desk compared on the same customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib import checks
from cemlib.stats.estimates import Difference, significant
from cemlib.studies.repair.desk import POLICIES, Desk, add_draws, run_desk
from cemlib.studies.repair.golden_time import GoldenTime

LOADS = 20
MEASURES = (
    "reached_in_time",
    "repaired",
    "value_kept",
    "complaints_prevented",
    "cost",
    "cost_per_repaired",
)


def draw_load(
    cases: pd.DataFrame,
    fit: GoldenTime,
    rng: np.random.Generator,
    *,
    weekly: int,
    weeks: int = 2,
    zone: str = "Asia/Shanghai",
) -> pd.DataFrame:
    """Draw the cases of some weeks from a desk's log, with its weekdays and hours of the day.

    Parameters
    ----------
    cases : DataFrame
        The log: ``opened`` (dates with times), ``severity``, ``value``, ``minutes`` (may be
        missing) and the columns that the fit depends on.
    fit : GoldenTime
        Probability of a repair.
    rng : numpy.random.Generator
        Source of randomness: of the load, and of each case's own draws.
    weekly : int
        Cases per week; rows are drawn with replacement.
    weeks : int
        Number of weeks, beginning on a Monday.
    zone : str
        Time zone of weekdays and hours.

    Returns
    -------
    DataFrame
        As `cemlib.studies.repair.desk.run_desk` takes it, by arrival; ``row`` is the position of
        the case in the log.

    Raises
    ------
    ValueError
        If there is no case or a number is out of range.

    Examples
    --------
    >>> fit = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3))
    >>> log = pd.DataFrame({"opened": pd.to_datetime(["2026-03-03T02:00:00Z"]), "minutes": [12.0]})
    >>> load = draw_load(log.assign(severity=3, value=200), fit, np.random.default_rng(1), weekly=1)
    >>> load[["arrived", "half_life"]].round(6).values.tolist()
    [[34.0, 8.0], [202.0, 8.0]]
    """
    count = int(checks.between("weekly", weekly, 1, whole=True))
    span = int(checks.between("weeks", weeks, 1, whole=True))
    checks.between("number of cases", len(cases), 1)
    rows = rng.integers(0, len(cases), count * span)
    drawn = cases.iloc[rows].reset_index(drop=True)
    local = pd.DatetimeIndex(pd.to_datetime(drawn["opened"], utc=True)).tz_convert(zone)
    hours = (local - local.normalize()) / pd.Timedelta(hours=1)
    day = 7 * np.repeat(np.arange(span), count) + local.day_of_week.to_numpy()
    known = cases["minutes"].dropna().to_numpy(float)
    minutes = drawn["minutes"].to_numpy(float, copy=True)
    gaps = np.isnan(minutes)
    minutes[gaps] = known[rng.integers(0, len(known), int(gaps.sum()))]
    load = pd.DataFrame(
        {
            "row": rows,
            "arrived": 24.0 * day + np.asarray(hours, dtype=float),
            "minutes": minutes,
            "severity": drawn["severity"].to_numpy(float),
            "value": drawn["value"].to_numpy(float),
            # Fitted numbers drive the simulation: their last bits must not decide who is called.
            "initial_probability": significant(fit.initial_probability(drawn)),
            "half_life": significant(fit.half_life(drawn)),
            "shape": significant(fit.shapes(drawn)),
        }
    )
    return add_draws(load.sort_values("arrived", ignore_index=True, kind="stable"), rng)


def draw_loads(
    cases: pd.DataFrame,
    fit: GoldenTime,
    rng: np.random.Generator,
    *,
    count: int = LOADS,
    **options: Any,
) -> list[pd.DataFrame]:
    """Draw several loads, independently of one another: see `draw_load` for the arguments.

    Examples
    --------
    >>> fit = GoldenTime((), (), {}, np.array([0.0, np.log(8), np.log(2)]), np.eye(3))
    >>> log = pd.DataFrame({"opened": pd.to_datetime(["2026-03-03T02:00:00Z"]), "minutes": [12.0]})
    >>> log = log.assign(severity=3, value=200)
    >>> len(draw_loads(log, fit, np.random.default_rng(1), weekly=1, count=3))
    3
    """
    checks.between("count", count, 1, whole=True)
    return [draw_load(cases, fit, rng, **options) for _ in range(count)]


def desk_outcomes(cases: pd.DataFrame, result: pd.DataFrame, desk: Desk) -> dict[str, float]:
    """Summarise what a desk achieved.

    Parameters
    ----------
    cases : DataFrame
        As given to `run_desk`.
    result : DataFrame
        What `run_desk` returned.
    desk : Desk
        How the desk worked.

    Returns
    -------
    dict of str to float
        ``reached_in_time``, ``repaired`` (shares of all cases), ``value_kept``,
        ``complaints_prevented`` (customers who would have complained without a desk, and either
        did not or were settled by a second repair), ``cost`` (wages),
        ``cost_per_repaired`` (missing if nobody was repaired).

    Examples
    --------
    >>> cases = pd.DataFrame({"arrived": [9.0], "value": [80.0], "complaint_draw": [0.1]})
    >>> call = {"in_time": True, "repaired": True, "complained": False, "settled": False}
    >>> desk_outcomes(cases, pd.DataFrame([call]), Desk(agents=1, days=1))["cost_per_repaired"]
    540.0
    """
    days = desk.days if desk.days is not None else np.ceil(cases["arrived"].max() / 24) + 3
    cost = float(desk.wage * desk.agents * days * (desk.closes - desk.opens))
    repaired = int(result["repaired"].sum())
    would = cases["complaint_draw"].to_numpy() < desk.complaint
    open_complaint = (result["complained"] & ~result["settled"]).to_numpy()
    return {
        "reached_in_time": float(result["in_time"].mean()),
        "repaired": float(result["repaired"].mean()),
        "value_kept": float(cases["value"].to_numpy() @ result["repaired"].to_numpy(float)),
        "complaints_prevented": float((would & ~open_complaint).sum()),
        "cost": cost,
        "cost_per_repaired": cost / repaired if repaired else np.nan,
    }


def compare_policies(
    loads: Sequence[pd.DataFrame] | pd.DataFrame,
    desk: Desk,
    agents: Sequence[int],
    policies: Sequence[str] = POLICIES,
    *,
    elsewhere: int = 5,
) -> pd.DataFrame:
    """Compare policies and numbers of agents, each on the same customers of several loads.

    All policies meet the same customers with the same random draws, so that the differences
    between them vary less from load to load than the outcomes do. The intervals are t intervals
    over the loads: they cover the mean over all loads under the fitted probabilities, which are
    taken as known.

    Parameters
    ----------
    loads : DataFrame or sequence of DataFrame
        One or more loads as for `run_desk`, drawn independently of one another. One load has no
        interval.
    desk : Desk
        How the desk works; its own number of agents is simulated with all loads.
    agents : sequence of int
        Numbers of agents to try.
    policies : sequence of str
        Of `POLICIES`; the others are compared with the first.
    elsewhere : int
        Number of loads for all other numbers of agents.

    Returns
    -------
    DataFrame
        One row per policy and number of agents: ``policy``, ``agents``, ``loads`` (their number),
        and each with ``_low`` and ``_high`` (95%) the means over loads of the outcomes of
        `desk_outcomes`, ``value_gain`` (value kept beyond that of the first policy, as a share of
        it) and ``behind`` (value kept by the best policy beyond that of this one); ``ahead``
        (share of loads in which it keeps more value than the first policy) and ``best`` (whether
        the policy keeps the most value with this number of agents).

    References
    ----------
    Law (2015), *Simulation Modeling and Analysis*, 5th ed., ch. 10 (paired t intervals).

    Examples
    --------
    >>> from cemlib.studies.repair.desk import DRAWS
    >>> case = {"arrived": 9.0, "minutes": 30.0, "severity": 3, "value": 100.0, "half_life": 24.0}
    >>> case |= {"initial_probability": 1.0, "shape": 2.0} | dict.fromkeys(DRAWS, 0.5)
    >>> compare_policies(pd.DataFrame([case]), Desk(agents=1), [1, 2], ["value"])["repaired"].sum()
    np.float64(2.0)
    """
    every = [loads] if isinstance(loads, pd.DataFrame) else list(loads)
    checks.between("number of loads", len(every), 1)
    checks.between("elsewhere", elsewhere, 1, whole=True)
    blocks = []
    for count in agents:
        sized = replace(desk, agents=count)
        used = every if count == desk.agents else every[:elsewhere]
        outcomes = {policy: _over_loads(used, sized, policy) for policy in policies}
        blocks.append(_compared(outcomes).assign(agents=count, loads=len(used)))
    order = {policy: place for place, policy in enumerate(policies)}
    return pd.concat(blocks).sort_values(
        "policy", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )


def _over_loads(loads: Sequence[pd.DataFrame], desk: Desk, policy: str) -> pd.DataFrame:
    return pd.DataFrame([desk_outcomes(load, run_desk(load, desk, policy), desk) for load in loads])


def _compared(outcomes: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return means and intervals of each policy's outcomes by load, with one number of agents."""
    kept = pd.DataFrame({policy: table["value_kept"] for policy, table in outcomes.items()})
    best, first = significant(kept.mean()).idxmax(), kept.iloc[:, 0]
    rows = []
    for policy, table in outcomes.items():
        each = table.assign(
            value_gain=kept[policy] / first.clip(lower=1e-9) - 1, behind=kept[best] - kept[policy]
        )
        row: dict[str, object] = {"policy": policy}
        for name in (*MEASURES, "value_gain", "behind"):
            mean = mean_over_loads(each[name])
            low, high = mean.interval()
            row |= {name: mean.estimate, f"{name}_low": low, f"{name}_high": high}
        ahead = float((kept[policy] > first).mean())
        rows.append(row | {"ahead": ahead, "best": policy == best})
    return pd.DataFrame(rows)


def mean_over_loads(values: ArrayLike) -> Difference:
    """Return a mean over loads with its standard error; without one where there is one load.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value per load. If one is missing, so is the mean.

    Examples
    --------
    >>> np.round(mean_over_loads([12.0, 9, 15, 8]).interval(), 2).tolist()
    [5.97, 16.03]
    """
    each = np.asarray(values, dtype=float)
    error = each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.nan
    return Difference(float(each.mean()), float(error), len(each) - 1)
