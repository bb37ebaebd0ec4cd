"""Sentences and findings of workbook 04."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.studies.repair.agreement import MEASURE_NAMES, MEASURES
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.cases import Merged
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.interrupted import CallBack, Interrupted
from cemlib.studies.repair.problems import ProblemCounts
from cemlib.studies.repair.queueing import Queue
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed

Names = Mapping[str, str]

METHOD_NAMES = {"code": "code", "text": "text", "both": "code and text"}
_POINTS = "points (0–100)"


def merged_contacts(merged: Merged) -> Markdown:
    """Return how many calls merging avoids."""
    return markdown(
        "{contacts} form **{cases}**. Calling back cases instead of contacts avoids {calls} "
        "({share}).",
        contacts=plural(merged.contacts, "contact"),
        cases=plural(merged.cases, "case"),
        calls=plural(merged.calls_saved, "call"),
        share=percent(merged.share_saved),
    )


def merge_agreement(table: pd.DataFrame) -> Markdown:
    """Return precision and recall of each method of merging, and the best method."""
    sentences = [
        markdown(
            "Merging by {method} finds {recall} of the pairs of contacts that belong together; "
            "{precision} of the pairs that it merges belong together.",
            method=METHOD_NAMES[row.kind],
            recall=percent(row.pair_recall),
            precision=percent(row.pair_precision),
        )
        for row in table.itertuples()
    ]
    best = markdown(
        "The harmonic mean of the two is highest for **{method}**.",
        method=METHOD_NAMES[table.loc[table["best"], "kind"].iloc[0]],
    )
    return join_markdown([*sentences, best])


def problem_counts(counts: ProblemCounts | None, names: Names, owners: Names) -> Markdown:
    """Return which problems are common, which are rising, and when they come."""
    if counts is None:
        return Markdown("No contact has a problem code, so problems cannot be counted.")
    vital = int(counts.common["vital"].sum())
    first = counts.common["problem"].iloc[0]
    common = markdown(
        "{share} of the cases come from {vital} of {problems}. The most common is **{problem}**, "
        "owned by {owner}.",
        vital=number(vital, 0),
        problems=plural(len(counts.common), "problem"),
        share=percent(counts.common["cumulative"].iloc[vital - 1]),
        problem=names.get(first, first),
        owner=owners.get(first, "nobody"),
    )
    return join_markdown([common, *_rising(counts.rising, names, owners), *_when(counts, names)])


def _rising(table: pd.DataFrame | None, names: Names, owners: Names) -> Iterator[Markdown]:
    rows = [] if table is None else list(table[table["emerging"]].itertuples())
    if not rows:
        yield Markdown("No problem is rising significantly.")
    for row in rows:
        yield markdown(
            "**{problem}** is rising: {ratio} times its earlier rate (95% interval {bounds}). Its "
            "owner is {owner}.",
            problem=names.get(row.problem, row.problem),
            ratio=number(row.ratio),
            bounds=interval(row.low, row.high),
            owner=owners.get(row.problem, "nobody"),
        )


def _when(counts: ProblemCounts, names: Names) -> Iterator[Markdown]:
    for row in counts.waves.itertuples():
        yield markdown(
            "**{problem}** came in a wave on {day} from {hour}:00: {cases} within the hour, where "
            "{expected} were expected.",
            problem=names.get(row.problem, row.problem),
            day=f"{row.hour:%Y-%m-%d}",
            hour=row.hour.hour,
            cases=plural(row.cases, "case"),
            expected=number(row.expected),
        )
    marked = counts.hourly[counts.hourly["concentrated"]].groupby("problem")["hour"].agg(list)
    if len(marked):
        hours = [
            markdown("{problem} at {hours}", problem=names.get(code, code), hours=join_words(each))
            for code, each in marked.items()
        ]
        yield markdown(
            "Hours of the day with significantly more cases than expected: {hours}.",
            hours=join_markdown(hours, "; "),
        )


def desk_cases(cases: pd.DataFrame, calls: pd.DataFrame) -> Markdown:
    """Return what the desk's log contains."""
    return markdown(
        "The desk received {cases} and called {called} of them; {repaired} of these calls repaired "
        "the case. In {randomised} the call was randomised against a wait list; in the others the "
        "desk chose whom to call.",
        cases=plural(len(cases), "case"),
        called=number(len(calls), 0),
        repaired=percent(calls["cured"].mean()),
        randomised=plural(int(cases["randomised"].sum()), "case"),
    )


def half_lives(
    fit: GoldenTime, half_life: float, by_problem: pd.DataFrame, names: Names
) -> Markdown:
    """Return the half-life over all calls, and the shortest and longest by problem."""
    shortest, longest = by_problem.iloc[0], by_problem.iloc[-1]
    return markdown(
        "Half of the initial probability is gone after about **{hours} hours**. The half-life is "
        "shortest for **{urgent}**, {low_hours} hours (95% interval {low_bounds}), and longest for "
        "{patient}, {high_hours} hours ({high_bounds}). The shape is {shape}: above 1, the "
        "probability first stays high and then falls.",
        hours=number(half_life, 0),
        urgent=names.get(shortest["name"], shortest["name"]),
        low_hours=number(shortest["estimate"], 0),
        low_bounds=interval(shortest["low"], shortest["high"], 0),
        patient=names.get(longest["name"], longest["name"]),
        high_hours=number(longest["estimate"], 0),
        high_bounds=interval(longest["low"], longest["high"], 0),
        shape=number(fit.shape, 1),
    )


def best_policy(table: pd.DataFrame, agents: int) -> Markdown:
    """Return which policy keeps the most value with this number of agents."""
    rows = table[table["agents"] == agents]
    best, first = rows[rows["best"]].iloc[0], rows.iloc[0]
    return markdown(
        "With {agents}, **{policy}** keeps the most value. It reaches {in_time} of cases before "
        "their half-life, compared with {first_in_time} under {first}, and keeps {gain} more "
        "value. With more agents than needed, the order hardly matters.",
        agents=plural(agents, "agent"),
        policy=best["policy"],
        in_time=percent(best["reached_in_time"]),
        first=first["policy"],
        first_in_time=percent(first["reached_in_time"]),
        gain=percent(best["value_gain"]),
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


def best_caps(curves: Mapping[str, CapCurve], overpaid: Mapping[str, float]) -> Markdown:
    """Return the best cap of each team, and how often payments differ from the amount owed."""
    caps = [
        markdown(
            "**{cap} yuan** (95% interval {bounds}) for the {team}",
            cap=number(curve.best(), 0),
            bounds=interval(*curve.best_interval(), 0),
            team=team,
        )
        for team, curve in curves.items()
    ]
    return markdown(
        "Net value (value kept minus payment) is highest with a cap of {caps}. In {over} of calls "
        "more was paid than was owed; the excess is {excess} of all payments. In {under} of calls "
        "less was paid than was owed.",
        caps=join_markdown(caps, " and "),
        over=percent(overpaid["cases"]),
        excess=percent(overpaid["yuan"]),
        under=percent(overpaid["underpaid"]),
    )


def script_rules(values: pd.DataFrame) -> Markdown:
    """Return what each script rule adds to the default script for all."""
    rows = 100 * values.set_index("rule")[["gain", "gain_low", "gain_high"]]
    matched, combined = rows.loc["matched by type"], rows.loc["default plus matching"]
    return markdown(
        "Compared with the default script for all, the article's script for each type changes the "
        "share repaired by **{matched} percentage points** (95% interval {matched_bounds}). The "
        "default plus another script only where that is clearly better gives {combined} "
        "({combined_bounds}), and the best single script for all {single}.",
        matched=signed(matched["gain"]),
        matched_bounds=interval(matched["gain_low"], matched["gain_high"]),
        combined=signed(combined["gain"]),
        combined_bounds=interval(combined["gain_low"], combined["gain_high"]),
        single=signed(rows.loc["best single script", "gain"]),
    )


def effect_estimates(effects: pd.DataFrame, rise: float) -> Markdown:
    """Return the effect in the trial, and how far the simple comparisons are from it."""
    rows = effects.set_index("estimator")
    trial = rows.loc[ESTIMATORS[-1]]
    if not np.isfinite(trial["estimate"]):
        return Markdown(
            "These cases contain no randomised wait list, so nobody can say which of the estimates "
            "is right. Randomise a part of next month's cases."
        )
    return markdown(
        "In the randomised wait list, a call raises the score by **{effect} points** (95% interval "
        "{bounds}). The before-and-after comparison gives {naive}. But customers randomised to "
        "wait rose by {rise} points without any call. This is **regression to the mean**: "
        "customers come to the desk after an unusually low score, and the next score is usually "
        "closer to their average. Called versus not called gives {crude}; it includes the "
        "differences between the customers whom the desk chose and the others.",
        effect=number(trial["estimate"]),
        bounds=interval(trial["low"], trial["high"]),
        naive=number(rows.loc[ESTIMATORS[0], "estimate"]),
        rise=number(rise),
        crude=number(rows.loc[ESTIMATORS[1], "estimate"]),
    )


def rule_effect(series: Interrupted) -> Markdown:
    """Return the change under the rule, relative to the trend before it."""
    return markdown(
        "Since calling back became the rule, repeat calls per 100 resets differ by **{change}** "
        "from the trend before it (95% interval {bounds}). The mean after minus the mean before, "
        "{naive}, includes that trend.",
        change=signed(series.average.estimate),
        bounds=interval(*series.average.interval()),
        naive=signed(series.naive.estimate),
    )


def call_back_saving(pilot: CallBack, call_cost: float, repeat_cost: float) -> Markdown:
    """Return what a call-back saves, and at which cost it breaks even."""
    even, low, high = pilot.break_even
    return markdown(
        "In the randomised pilot, a call-back avoids {avoided} repeat calls. At {call_cost} yuan "
        "per call-back and {repeat_cost} yuan per repeat call, the net saving is **{saving} yuan** "
        "per reset (95% interval {bounds}). A call-back breaks even at a cost of {even} yuan "
        "({even_bounds}), or at {repeats} repeat calls per reset.",
        avoided=number(pilot.avoided.estimate, 2),
        call_cost=number(call_cost),
        repeat_cost=number(repeat_cost),
        saving=signed(pilot.saving.estimate),
        bounds=interval(*pilot.saving.interval()),
        even=number(even),
        even_bounds=interval(low, high),
        repeats=number(pilot.break_even_repeats, 2),
    )


def case_findings(
    merged: Merged,
    counts: ProblemCounts | None,
    names: Names,
    agreement: pd.DataFrame | None = None,
) -> Iterator[Finding]:
    """Yield the findings on merging and problems."""
    yield Finding("cases", merged.cases, "cases", "Cases after merging.")
    yield Finding("calls_saved", merged.calls_saved, "calls", "Calls avoided by merging.")
    if counts is not None:
        code = counts.common["problem"].iloc[0]
        name = names.get(code, code)
        yield Finding("most_common_problem", name, "", "Problem with the most cases.")
        if counts.rising is not None:
            rising = counts.rising.loc[counts.rising["emerging"], "problem"]
            listed = join_words(names.get(code, code) for code in rising)
            sentence = "Problems whose rate has risen significantly."
            yield Finding("rising_problems", listed, "", sentence)
    if agreement is not None:
        row = agreement.iloc[-1]
        for name in MEASURES:
            bounds = [float(row.get(f"{name}_{bound}", np.nan)) for bound in ("low", "high")]
            low, high = (None if np.isnan(bound) else bound for bound in bounds)
            yield Finding(
                f"merge_{name}", float(row[name]), "share (0–1)",
                f"{MEASURE_NAMES[name]} of merging by {METHOD_NAMES[row['kind']]}.",
                low, high,
            )  # fmt: skip


def half_life_findings(
    half_life: float, by_problem: pd.DataFrame, names: Names
) -> Iterator[Finding]:
    """Yield the half-life over all calls, and the shortest one by problem."""
    yield Finding(
        "half_life", half_life, "hours",
        "Hours after which half of the probability of repair is gone, all problems.",
    )  # fmt: skip
    first = by_problem.iloc[0]
    name = names.get(first["name"], first["name"])
    yield Finding("most_urgent_problem", name, "", "Problem with the shortest half-life.")
    yield Finding(
        "most_urgent_half_life", first["estimate"], "hours",
        f"Hours after which half of the probability of repair is gone: {name}.",
        first["low"], first["high"],
    )  # fmt: skip


def policy_findings(policies: pd.DataFrame, agents: int) -> Iterator[Finding]:
    """Yield what each policy achieves with this number of agents."""
    for row in policies[policies["agents"] == agents].itertuples():
        name = row.policy.replace(" ", "_")
        yield Finding(
            f"in_time_{name}", 100 * row.reached_in_time, "% of cases",
            f"Cases reached before their half-life, policy {row.policy}.",
        )  # fmt: skip
        yield Finding(
            f"cost_{name}", row.cost_per_repaired, "yuan",
            f"Cost per repaired customer, policy {row.policy}.",
        )  # fmt: skip


def cap_findings(curves: Mapping[str, CapCurve]) -> Iterator[Finding]:
    """Yield the best cap of each team."""
    for team, curve in curves.items():
        low, high = curve.best_interval()
        best = curve.best()
        yield Finding(
            f"cap_{team.replace(' ', '_')}", best, "yuan",
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


def effect_findings(effects: pd.DataFrame, rise: float) -> Iterator[Finding]:
    """Yield each estimate of the effect of a call."""
    for row in effects.dropna(subset="estimate").itertuples():
        yield Finding(
            f"effect_{row.estimator.replace(' ', '_')}", row.estimate, _POINTS,
            f"Effect of a call on the score, estimator: {row.estimator}.", row.low, row.high,
        )  # fmt: skip
    if np.isfinite(rise):
        sentence = "Score rise among customers randomised to no call."
        yield Finding("rise_without_call", rise, _POINTS, sentence)


def call_back_findings(series: Interrupted, pilot: CallBack) -> Iterator[Finding]:
    """Yield the change under the rule, and the saving in the pilot."""
    yield Finding(
        "repeat_calls_change", series.average.estimate, "repeat calls per 100 resets",
        "Change of repeat calls since calling back became the rule, relative to the trend.",
        *series.average.interval(),
    )  # fmt: skip
    yield Finding(
        "call_back_saving", pilot.saving.estimate, "yuan per reset",
        "Net saving of a call-back after a reset.", *pilot.saving.interval(),
    )  # fmt: skip


def coverage_findings(
    estimators: Iterable[str], covered: Iterable[bool], half_lives_covered: float
) -> Iterator[Finding]:
    """Yield which 95% intervals cover the true values."""
    for name, covers in zip(estimators, covered, strict=True):
        yield Finding(
            f"covers_{name.replace(' ', '_')}", float(covers), "1 yes, 0 no",
            f"Whether the 95% interval covers the true effect: {name}.",
        )  # fmt: skip
    yield Finding(
        "covers_half_lives", half_lives_covered, "share of problems (0–1)",
        "Problems whose 95% interval covers the true half-life.",
    )  # fmt: skip
