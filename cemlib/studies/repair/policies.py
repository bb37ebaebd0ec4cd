"""Whom to call first: policies of the repair desk compared on the same customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import significant
from cemlib.studies.repair.desk import POLICIES, Desk, add_draws, run_desk
from cemlib.studies.repair.golden_time import GoldenTime

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
        As `cemlib.studies.repair.desk.run_desk` takes it, by arrival.

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
    drawn = cases.iloc[rng.integers(0, len(cases), count * span)].reset_index(drop=True)
    local = pd.DatetimeIndex(pd.to_datetime(drawn["opened"], utc=True)).tz_convert(zone)
    hours = (local - local.normalize()) / pd.Timedelta(hours=1)
    day = 7 * np.repeat(np.arange(span), count) + local.day_of_week.to_numpy()
    known = cases["minutes"].dropna().to_numpy(float)
    minutes = drawn["minutes"].to_numpy(float, copy=True)
    gaps = np.isnan(minutes)
    minutes[gaps] = known[rng.integers(0, len(known), int(gaps.sum()))]
    load = pd.DataFrame(
        {
            "arrived": 24.0 * day + np.asarray(hours, dtype=float),
            "minutes": minutes,
            "severity": drawn["severity"].to_numpy(float),
            "value": drawn["value"].to_numpy(float),
            # Fitted numbers drive the simulation: their last bits must not decide who is called.
            "initial_probability": significant(fit.initial_probability(drawn)),
            "half_life": significant(fit.half_life(drawn)),
            "shape": float(significant(fit.shape)),
        }
    )
    return add_draws(load.sort_values("arrived", ignore_index=True, kind="stable"), rng)


def paired_differences(
    loads: Sequence[pd.DataFrame], desk: Desk, measure: str, *, first: str, second: str
) -> pd.DataFrame:
    """Compare two policies over several loads, both on the same customers of each load.

    Parameters
    ----------
    loads : sequence of DataFrame
        Loads drawn independently of one another, at least two.
    desk : Desk
        How the desk works.
    measure : str
        One of `MEASURES`.
    first, second : str
        The policies.

    Returns
    -------
    DataFrame
        One row per load: ``first``, ``second`` and ``difference`` (first minus second).

    Raises
    ------
    ValueError
        If the measure or a policy is unknown.

    Examples
    --------
    >>> from cemlib.studies.repair.desk import DRAWS
    >>> case = {"arrived": 9.0, "minutes": 30.0, "severity": 3, "value": 100.0, "half_life": 24.0}
    >>> case |= {"initial_probability": 1.0, "shape": 2.0} | dict.fromkeys(DRAWS, 0.5)
    >>> pair = {"first": "value", "second": "severity"}
    >>> paired_differences([pd.DataFrame([case])] * 2, Desk(1), "repaired", **pair)["difference"]
    0    0.0
    1    0.0
    Name: difference, dtype: float64
    """
    checks.one_of("measure", measure, MEASURES)
    values = {
        name: [desk_outcomes(load, run_desk(load, desk, policy), desk)[measure] for load in loads]
        for name, policy in (("first", first), ("second", second))
    }
    frame = pd.DataFrame(values)
    return frame.assign(difference=frame["first"] - frame["second"])


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
    cases: pd.DataFrame,
    desk: Desk,
    agents: Sequence[int],
    policies: Sequence[str] = POLICIES,
) -> pd.DataFrame:
    """Run the same customers through several policies and numbers of agents.

    Parameters
    ----------
    cases : DataFrame
        As for `run_desk`.
    desk : Desk
        How the desk works; its own number of agents is not used.
    agents : sequence of int
        Numbers of agents to try.
    policies : sequence of str
        Of `POLICIES`.

    Returns
    -------
    DataFrame
        One row per policy and number of agents: ``policy``, ``agents``, the outcomes of
        `desk_outcomes`, ``value_gain`` (value kept beyond that of the first policy, as a share of
        it) and ``best`` (whether the policy keeps the most value with this number of agents).

    Examples
    --------
    >>> from cemlib.studies.repair.desk import DRAWS
    >>> case = {"arrived": 9.0, "minutes": 30.0, "severity": 3, "value": 100.0, "half_life": 24.0}
    >>> case |= {"initial_probability": 1.0, "shape": 2.0} | dict.fromkeys(DRAWS, 0.5)
    >>> compare_policies(pd.DataFrame([case]), Desk(agents=1), [1, 2], ["value"])["repaired"].sum()
    np.float64(2.0)
    """
    rows = []
    for policy in policies:
        for count in agents:
            sized = replace(desk, agents=count)
            outcomes = desk_outcomes(cases, run_desk(cases, sized, policy), sized)
            rows.append({"policy": policy, "agents": count, **outcomes})
    table = pd.DataFrame(rows)
    value = table.groupby("agents")["value_kept"]
    gain = table["value_kept"] / value.transform("first").clip(lower=1e-9) - 1
    best = significant(table["value_kept"]).groupby(table["agents"]).idxmax()
    return table.assign(value_gain=gain, best=table.index.isin(best))
