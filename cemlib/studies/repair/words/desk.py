"""Sentences and findings on the repair desk: golden time, order, authority, scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import significant
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.desk import Desk
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.queueing import Queue
from cemlib.studies.repair.scripts import ScriptStudy
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, number, percent, plural, signed
from cemlib.teach.tables import Table, table

Names = Mapping[str, str]

ADJUSTED = Markdown(
    "This was not randomised: it is an adjusted comparison, and an effect only if calls of the "
    "same kind differed in nothing else that matters."
)


_LOADS = Markdown(
    "These intervals cover the differences between loads; they take the estimated probabilities of "
    "repair as known."
)


def desk_cases(cases: pd.DataFrame, calls: pd.DataFrame) -> Markdown:
    """Return what the desk's log contains."""
    drawn = int(cases["randomised"].sum())
    chosen = markdown(
        "In {randomised} the call was randomised against a wait list; in the others the desk chose "
        "whom to call.",
        randomised=plural(drawn, "case"),
    )
    log = markdown(
        "The desk received {cases} and called {called} of them; {repaired} of these calls repaired "
        "the case.",
        cases=plural(len(cases), "case"),
        called=number(len(calls), 0),
        repaired=percent(calls["cured"].mean()),
    )
    return join_markdown([log, chosen]) if drawn else log


def half_lives(
    fit: GoldenTime, half_life: float, by_problem: pd.DataFrame | None, names: Names
) -> Markdown:
    """Return the half-life over all calls, and the shortest and longest by problem if known."""
    if by_problem is None:
        return markdown(
            "Half of the initial probability is gone after about **{hours} hours**. The shape is "
            "{shape}: above 1, the probability first stays high and then falls.",
            hours=number(half_life, 0),
            shape=number(fit.shape, 1),
        )
    shortest, longest = by_problem.iloc[0], by_problem.iloc[-1]
    return markdown(
        "Half of the initial probability is gone after about **{hours} hours**. The half-life is "
        "shortest for **{urgent}**, {low_hours} hours (95% interval {low_bounds}), and longest for "
        "{patient}, {high_hours} hours ({high_bounds}). The typical shape is {shape}: above 1, "
        "the probability first stays high and then falls.",
        hours=number(half_life, 0),
        urgent=names.get(shortest["name"], shortest["name"]),
        low_hours=number(shortest["estimate"], 0),
        low_bounds=interval(shortest["low"], shortest["high"], 0),
        patient=names.get(longest["name"], longest["name"]),
        high_hours=number(longest["estimate"], 0),
        high_bounds=interval(longest["low"], longest["high"], 0),
        shape=number(fit.shape, 1),
    )


def missed_problems(table: pd.DataFrame, names: Names) -> Markdown:
    """Return for which problems the fitted curve misses the shares repaired."""
    rows = [
        markdown(
            "{problem} (around {hours} hours, {repaired} were repaired where the curve says "
            "{expected})",
            problem=names.get(row.name, row.name),
            hours=number(row.hours, 0),
            repaired=percent(row.repaired),
            expected=percent(row.expected),
        )
        for row in table[table["missed"]].itertuples(index=False)
    ]
    if not rows:
        return markdown(
            "Compared with the shares repaired by hours waited, {problems}: no curve misses them "
            "by more than chance.",
            problems=plural(len(table), "problem"),
        )
    return markdown(
        "The curve misses the shares repaired by more than chance for {rows}.",
        rows=join_markdown(rows, "; "),
    )


def best_policy(policies: pd.DataFrame, agents: int) -> Markdown:
    """Return which policy keeps the most value with this number of agents, on average."""
    rows = policies[policies["agents"] == agents]
    best, first = rows[rows["best"]].iloc[0], rows.iloc[0]
    common = {
        "agents": plural(agents, "agent"),
        "loads": plural(int(best["loads"]), "random load"),
        "first": first["policy"],
        "in_time": percent(best["reached_in_time"]),
        "in_time_bounds": _shares(best, "reached_in_time"),
    }
    if best["policy"] == first["policy"]:
        text = markdown(
            "Over {loads} with {agents}, no policy keeps more value on average than **{first}**. "
            "It reaches {in_time} of cases before their half-life (95% interval {in_time_bounds}).",
            **common,
        )
        return join_markdown([text, *_next_best(rows), _LOADS])
    text = markdown(
        "Over {loads} with {agents}, **{policy}** keeps the most value: on average **{gain} more** "
        "than {first} (95% interval {gain_bounds}), and more in {ahead} of the loads. It reaches "
        "{in_time} of cases before their half-life ({in_time_bounds}), compared with "
        "{first_in_time} under {first}.",
        policy=best["policy"],
        gain=percent(best["value_gain"]),
        gain_bounds=_shares(best, "value_gain"),
        ahead=number(round(best["ahead"] * best["loads"])),
        first_in_time=percent(first["reached_in_time"]),
        **common,
    )
    most = policies[(policies["agents"] > agents) & (policies["policy"] == best["policy"])]
    return join_markdown([text, *_next_best(rows), *_more_agents(most, first["policy"]), _LOADS])


def _next_best(rows: pd.DataFrame) -> Iterator[Markdown]:
    """Yield by how much the best policy is ahead of the next one."""
    others = rows[~rows["best"]]
    if others.empty:
        return
    second = others.loc[significant(others["behind"]).idxmin()]
    yield markdown(
        "Its lead over *{second}*, the next best, is {lead} per load ({bounds}){verdict}.",
        second=second["policy"],
        lead=money(second["behind"]),
        bounds=interval(second["behind_low"], second["behind_high"], 0),
        verdict="" if second["behind_low"] > 0 else ": these loads do not tell the two apart",
    )


def _more_agents(rows: pd.DataFrame, first: str) -> Iterator[Markdown]:
    """Yield what the order is worth with the largest number of agents."""
    if rows.empty:
        return
    most = rows.sort_values("agents", kind="stable").iloc[-1]
    yield markdown(
        "With {agents}, the gain over {first} is {gain} ({bounds}).",
        agents=plural(int(most["agents"]), "agent"),
        first=first,
        gain=percent(most["value_gain"]),
        bounds=_shares(most, "value_gain"),
    )


def _shares(row: pd.Series, name: str) -> str:
    return f"{percent(row[f'{name}_low'])} to {percent(row[f'{name}_high'])}"


def script_study(study: ScriptStudy) -> Markdown:
    """Return what each script rule adds to the default script for all."""
    return script_rules(study.values, study.default, study.randomised)


def desk_assumptions(desk: Desk) -> Markdown:
    """Return what the simulation of a desk assumes and no log says."""
    return markdown(
        "The simulation assumes shifts from {opens}:00 to {closes}:00, {answer} of calls picked "
        "up, {tries} attempts {redial} hours apart, and a complaint by {complaint} of the "
        "customers who are not repaired. {wage}",
        opens=number(desk.opens, 0),
        closes=number(desk.closes, 0),
        answer=percent(desk.answer),
        tries=number(desk.tries, 0),
        redial=number(desk.redial, 0),
        complaint=percent(desk.complaint),
        wage=Markdown("")
        if np.isnan(desk.wage)
        else markdown("Costs assume {wage} per agent and hour.", wage=money(desk.wage)),
    )


def erlang(queue: Queue, needed: int) -> Markdown:
    """Return Erlang's answer for the mean load of the desk, and the agents it calls for."""
    wait = markdown("the mean wait is {minutes} minutes", minutes=number(queue.mean_wait / 60, 0))
    if queue.mean_wait == np.inf:
        wait = Markdown("demand exceeds capacity, so the queue grows without limit")
    return markdown(
        "With {arrivals} cases per hour of {minutes} minutes each and {agents}, Erlang's formula "
        "says that {waits} of cases have to wait and {wait}. To call 80% of cases within an hour, "
        "{needed} would be needed. The formula ignores nights, redials and the golden time; the "
        "simulation includes them.",
        arrivals=number(queue.arrivals, 1),
        minutes=number(queue.minutes, 0),
        agents=plural(queue.agents, "agent"),
        waits=percent(queue.waits),
        wait=wait,
        needed=plural(needed, "agent"),
    )


def best_caps(
    curves: Mapping[str, CapCurve], overpaid: Mapping[str, float], randomised: bool = True
) -> Markdown:
    """Return the best cap of each team, and how often payments differ from the amount owed."""
    caps = [
        markdown(
            "**{cap}** (95% interval {bounds}) for the {team}",
            cap=money(curve.best()),
            bounds=interval(*curve.best_interval(), 0),
            team=team,
        )
        for team, curve in curves.items()
    ]
    return markdown(
        "Net value (value kept minus payment) is highest with a cap of {caps}. In {over} of calls "
        "more was paid than was owed; the excess is {excess} of all payments. In {under} of calls "
        "less was paid than was owed. {design}",
        design=Markdown("Caps were randomised.") if randomised else ADJUSTED,
        caps=join_markdown(caps, " and "),
        over=percent(overpaid["cases"]),
        excess=percent(overpaid["excess"]),
        under=percent(overpaid["underpaid"]),
    )


def script_rules(values: pd.DataFrame, default: str = "", randomised: bool = True) -> Markdown:
    """Return what each script rule adds to the default script for all."""
    rows = 100 * values.set_index("rule")[["gain", "gain_low", "gain_high"]]
    combined = rows.loc["default plus matching"]
    design = Markdown("Scripts were randomised.") if randomised else ADJUSTED
    if "matched by type" not in rows.index:
        return markdown(
            "Compared with *{default}* for all, that script plus another one only where it is "
            "clearly better for a type changes the share repaired by **{combined} percentage "
            "points** (95% interval {combined_bounds}), and the best single script for all by "
            "{single}. {design}",
            default=default,
            combined=signed(combined["gain"]),
            combined_bounds=interval(combined["gain_low"], combined["gain_high"]),
            single=signed(rows.loc["best single script", "gain"]),
            design=design,
        )
    matched = rows.loc["matched by type"]
    return markdown(
        "Compared with the default script for all, the article's script for each type changes the "
        "share repaired by **{matched} percentage points** (95% interval {matched_bounds}). The "
        "default plus another script only where that is clearly better gives {combined} "
        "({combined_bounds}), and the best single script for all {single}. {design}",
        design=design,
        matched=signed(matched["gain"]),
        matched_bounds=interval(matched["gain_low"], matched["gain_high"]),
        combined=signed(combined["gain"]),
        combined_bounds=interval(combined["gain_low"], combined["gain_high"]),
        single=signed(rows.loc["best single script", "gain"]),
    )


def half_life_findings(
    half_life: float, by_problem: pd.DataFrame | None, names: Names
) -> Iterator[Finding]:
    """Yield the half-life over all calls, and the shortest one by problem."""
    yield Finding(
        "half_life", half_life, "hours",
        "Hours after which half of the probability of repair is gone, all problems.",
    )  # fmt: skip
    if by_problem is None:
        return
    first = by_problem.iloc[0]
    name = names.get(first["name"], first["name"])
    yield Finding("most_urgent_problem", name, "", "Problem with the shortest half-life.")
    yield Finding(
        "most_urgent_half_life", first["estimate"], "hours",
        f"Hours after which half of the probability of repair is gone: {name}.",
        first["low"], first["high"],
    )  # fmt: skip


def policy_findings(policies: pd.DataFrame, agents: int) -> Iterator[Finding]:
    """Yield what each policy achieves with this number of agents, on average over loads."""
    rows = policies[policies["agents"] == agents]
    first = rows["policy"].iloc[0]
    for row in rows.iloc[1:].itertuples():
        yield Finding(
            f"value_gain_{row.policy.replace(' ', '_')}", 100 * row.value_gain, "%",
            f"Value kept beyond that of {first}, policy {row.policy}; mean over random loads.",
            100 * row.value_gain_low, 100 * row.value_gain_high,
        )  # fmt: skip
    for row in rows.itertuples():
        name = row.policy.replace(" ", "_")
        yield Finding(
            f"in_time_{name}", 100 * row.reached_in_time, "% of cases",
            f"Cases reached before their half-life, policy {row.policy}; mean over random "
            "loads.", 100 * row.reached_in_time_low, 100 * row.reached_in_time_high,
        )  # fmt: skip
        if not np.isnan(row.cost_per_repaired):
            yield Finding(
                f"cost_{name}", row.cost_per_repaired, currency(),
                f"Cost per repaired customer, policy {row.policy}; mean over random loads.",
                row.cost_per_repaired_low, row.cost_per_repaired_high,
            )  # fmt: skip


def cap_findings(curves: Mapping[str, CapCurve]) -> Iterator[Finding]:
    """Yield the best cap of each team."""
    for team, curve in curves.items():
        low, high = curve.best_interval()
        best = curve.best()
        yield Finding(
            f"cap_{team.replace(' ', '_')}", best, currency(),
            f"Cap with the highest value kept minus payment, {team}.",
            min(low, best), max(high, best),
        )  # fmt: skip


def script_findings(values: pd.DataFrame) -> Iterator[Finding]:
    """Yield what each script rule adds to the default script for all."""
    for row in values.iloc[1:].itertuples():
        yield Finding(
            f"gain_{row.rule.replace(' ', '_')}", 100 * row.gain, "percentage points",
            f"Change of the share repaired relative to the default script for all: {row.rule}.",
            100 * row.gain_low, 100 * row.gain_high,
        )  # fmt: skip


def policy_table(policies: pd.DataFrame, agents: int) -> Table:
    """Return what each policy achieves with this number of agents, as a table."""
    rows = policies[policies["agents"] == agents]
    columns = ["policy", "reached_in_time", "repaired", "value_kept", "complaints_prevented"]
    formats: dict[str, Any] = dict.fromkeys(["reached_in_time", "repaired"], percent)
    formats |= dict.fromkeys(["value_kept", "complaints_prevented"], 0)
    money_in = "value"
    if not rows["cost_per_repaired"].isna().all():
        columns.append("cost_per_repaired")
        formats["cost_per_repaired"] = 0
        money_in = "value and cost per repaired customer"
    gains = ["value_gain", "value_gain_low", "value_gain_high"]
    caption = (
        f"Two weeks, mean over {plural(int(rows['loads'].iloc[0]), 'load')}; in time: before the "
        f"half-life; {money_in} in {currency()}; value gain: beyond {rows['policy'].iloc[0]}, with "
        "95% interval"
    )
    shown = rows[[*columns, *gains]].reset_index(drop=True)
    return table(shown, caption, formats | dict.fromkeys(gains, percent))
