"""What workbook 04 says of the repair desk, in computed sentences, tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import significant
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.interrupted import CallBack, Interrupted
from cemlib.studies.repair.queueing import Line
from cemlib.studies.repair.scripts import ScriptTrial
from cemlib.teach.markdown import Markdown, escape_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed

ARTICLE_RULE = {
    "narcissistic": "praise",
    "impulsive": "let off steam",
    "lecturing": "good pupil",
    "sensitive": "patience",
}
FLOOR = "standard"
_POINTS = "points (0–100)"


@dataclass(frozen=True)
class Repair:
    """The words of one study of a repair desk.

    Parameters
    ----------
    names : mapping of str to str
        What each problem is called in print.

    Examples
    --------
    >>> Repair({"bill": "The bill is wrong"}).called("bill")
    'The bill is wrong'
    """

    names: Mapping[str, str]

    def called(self, problem: object) -> str:
        """Return the printed name of a problem."""
        return escape_markdown(self.names.get(str(problem), str(problem)))

    def log(self, cases: pd.DataFrame, calls: pd.DataFrame) -> str:
        """Say what the desk's log holds."""
        lot = int(cases["by_lot"].sum())
        return (
            f"{plural(len(cases), 'case')} came to the desk, {number(len(calls), 0)} were called, "
            f"and {percent(calls['cured'].mean())} of those repaired. In {number(lot, 0)} cases a "
            "lot decided who was called and who had to wait; in the others the desk chose."
        )

    def golden(self, fit: GoldenTime, half: float, by_problem: pd.DataFrame) -> str:
        """Say how long there is, and for which problem least."""
        first = by_problem.loc[significant(by_problem["estimate"]).idxmin()]
        last = by_problem.loc[significant(by_problem["estimate"]).idxmax()]
        return (
            f"Half of the chance is gone after about **{number(half, 0)} hours**. Least time is "
            f"left for **{self.called(first['name'])}**: {number(first['estimate'], 0)} hours "
            f"({interval(first['low'], first['high'], 0)}); most for {self.called(last['name'])}: "
            f"{number(last['estimate'], 0)} ({interval(last['low'], last['high'], 0)}). The shape "
            f"is {number(fit.shape, 1)}: above 1 there is a plateau first, and then a fall."
        )

    def erlang(self, line: Line) -> Markdown:
        """Say what the closed form makes of the desk’s mean load."""
        wait = Markdown("the line only grows: nobody can say how long one waits")
        if line.mean_wait != np.inf:
            minutes = number(line.mean_wait / 60, 0)
            wait = markdown("one waits {minutes} minutes on average", minutes=minutes)
        return markdown(
            "With {arrivals} cases an hour of {minutes} minutes and {agents}, Erlang's formula "
            "says that {waits} have to wait and {wait}. It knows no nights, no redials and no "
            "golden time; that is what the simulation is for.",
            arrivals=number(line.arrivals, 1),
            minutes=number(line.minutes, 0),
            agents=plural(line.agents, "agent"),
            waits=percent(line.waits),
            wait=wait,
        )

    def policies(self, table: pd.DataFrame, agents: int) -> str:
        """Say what each policy achieves with so many agents."""
        rows = table[table["agents"] == agents].set_index("policy")
        best = significant(rows["value_kept"]).idxmax()
        first = rows.loc["first come"]
        gain = rows.loc[best, "value_kept"] / max(first["value_kept"], 1e-9) - 1
        return (
            f"With {plural(agents, 'agent')}, **{best}** keeps most: "
            f"{percent(rows.loc[best, 'reached_in_time'])} are reached in golden time against "
            f"{percent(first['reached_in_time'])} under first come, and {percent(gain)} more value "
            "is kept. With agents to spare the order hardly matters: a rule is worth most where "
            "time is short."
        )

    def authority(self, curves: Mapping[str, CapCurve], over: Mapping[str, float]) -> str:
        """Say up to which cap the next yuan pays, and how often too much was paid."""
        said = [
            f"the {escape_markdown(team)} up to **{number(curve.best(), 0)} yuan** "
            f"({interval(*curve.best_interval(), 0)})"
            for team, curve in curves.items()
        ]
        return (
            f"The next yuan pays for {join_words(said)}. {percent(over['cases'])} of calls were "
            f"paid more than was owed, {percent(over['yuan'])} of the money; "
            f"{percent(over['underpaid'])} were paid less."
        )

    def floor(self, trial: ScriptTrial) -> str:
        """Return the script for all: the standard one, or the most used where there is none."""
        if FLOOR in trial.scripts:
            return FLOOR
        return trial.scripts[int(np.bincount(trial.script).argmax())]

    def rule(self, trial: ScriptTrial) -> dict[str, str]:
        """Return the article's script for each type, the floor where the trial has none."""
        meant = {kind: ARTICLE_RULE.get(kind, "") for kind in trial.types}
        floor = self.floor(trial)
        return {kind: said if said in trial.scripts else floor for kind, said in meant.items()}

    def scripts(self, values: pd.DataFrame) -> str:
        """Say what matching scripts to types is worth."""
        rows = values.set_index("rule")
        matched, learned = rows.loc["matched by type"], rows.loc["floor plus matching"]
        best = rows.loc["best script for all"]
        return (
            f"One script for all, the best that could be found, adds "
            f"{signed(100 * best['gain'])} percentage points to the standard script. The "
            f"article's script for each type adds **{signed(100 * matched['gain'])}** "
            f"({interval(100 * matched['gain_low'], 100 * matched['gain_high'])}); a floor for "
            f"all, with more only where it is clearly better, {signed(100 * learned['gain'])} "
            f"({interval(100 * learned['gain_low'], 100 * learned['gain_high'])})."
        )

    def effects(self, found: pd.DataFrame, waits: pd.DataFrame) -> str:
        """Say what each way of asking answers, and why the first is wrong."""
        rows = found.set_index("estimator")
        rise = (waits["after"] - waits["before"]).mean()
        trial = rows.loc[ESTIMATORS[-1]]
        if not np.isfinite(trial["estimate"]):
            return (
                "There is no wait list in these cases, so nobody can say which of the answers is "
                "right. Let a lot decide for a part of the next month's cases."
            )
        return (
            f"By the wait list, a call raises the score by **{number(trial['estimate'])} points** "
            f"({interval(trial['low'], trial['high'])}). Before and after says "
            f"{number(rows.loc[ESTIMATORS[0], 'estimate'])}. But those who waited rose by "
            f"{number(rise)} points without any call: whoever comes because of a bad day has a "
            "better one next, **regression to the mean**. Called against not called says "
            f"{number(rows.loc[ESTIMATORS[1], 'estimate'])}, for the desk had called the hard "
            "cases."
        )

    def series(self, found: Interrupted) -> str:
        """Say what the rule changed, against its own trend."""
        low, high = found.average.interval()
        return (
            f"Since calling back is the rule, repeat calls are "
            f"**{signed(found.average.estimate)}** for 100 resets against what the trend would "
            f"have brought ({interval(low, high)}). After less before would have said "
            f"{signed(found.naive.estimate)}: the trend was going down already."
        )

    def call_back(self, found: CallBack, call_cost: float, repeat_cost: float) -> str:
        """Say whether calling back pays, and up to which cost."""
        low, high = found.saving.interval()
        even = interval(found.break_even[1], found.break_even[2])
        return (
            f"A call-back avoids {number(found.avoided.estimate, 2)} repeat calls. At "
            f"{number(call_cost)} yuan a call-back and {number(repeat_cost)} yuan a repeat call it "
            f"saves **{signed(found.saving.estimate)} yuan** a reset ({interval(low, high)}). It "
            f"breaks even at {number(found.break_even[0])} yuan a call-back ({even}), or at "
            f"{number(found.least_repeats, 2)} repeat calls a reset."
        )

    def planted_halves(self, planted: Mapping[str, Any], calls: pd.DataFrame) -> dict[str, float]:
        """Return each problem’s planted half-life in hours, over the types called."""
        factors = calls["type"].map(planted["type_halves"]).astype(float)
        mix = float(np.exp(np.log(factors).mean()))
        return {name: facts["half_life"] * mix for name, facts in planted["problems"].items()}

    def truth_findings(
        self, effects: pd.DataFrame, covered: pd.Series, halves: pd.Series
    ) -> Iterator[Finding]:
        """Yield which intervals hold what was planted: 1 if one does, 0 if not."""
        for name, holds in zip(effects["estimator"], covered, strict=True):
            yield Finding(
                f"holds_{name.replace(' ', '_')}", float(holds), "1 yes, 0 no",
                f"Whether the 95 % interval holds the planted effect: {name}.",
            )  # fmt: skip
        yield Finding(
            "holds_half_lives", float(halves.mean()), "share of the problems (0–1)",
            "Problems whose 95 % interval holds the planted half-life.",
        )  # fmt: skip

    def golden_findings(self, half: float, by_problem: pd.DataFrame) -> Iterator[Finding]:
        """Yield how long there is, overall and least."""
        yield Finding("half_life", half, "hours", "After which half the chance is gone, overall.")
        first = by_problem.loc[significant(by_problem["estimate"]).idxmin()]
        name = self.names.get(first["name"], first["name"])
        yield Finding("most_urgent", name, "", "The problem for which least time is left.")
        yield Finding(
            "most_urgent_half_life", first["estimate"], "hours",
            f"After which half the chance is gone: {name}.", first["low"], first["high"],
        )  # fmt: skip

    def policy_findings(self, policies: pd.DataFrame, agents: int) -> Iterator[Finding]:
        """Yield what each policy achieves with so many agents."""
        rows = policies[policies["agents"] == agents].set_index("policy")
        for policy, row in rows.iterrows():
            name = str(policy).replace(" ", "_")
            yield Finding(
                f"in_time_{name}", 100 * row["reached_in_time"], "% of cases",
                f"Reached in golden time, policy: {policy}.",
            )  # fmt: skip
            yield Finding(
                f"cost_{name}", row["cost_per_repaired"], "yuan",
                f"Cost per repaired customer, policy: {policy}.",
            )  # fmt: skip

    def authority_findings(self, curves: Mapping[str, CapCurve]) -> Iterator[Finding]:
        """Yield up to which cap the next yuan pays, by team."""
        for team, curve in curves.items():
            low, high = curve.best_interval()
            best = curve.best()
            yield Finding(
                f"cap_{team.replace(' ', '_')}", best, "yuan",
                f"Cap of the {team} beyond which the next yuan does not pay.",
                min(low, best), max(high, best),
            )  # fmt: skip

    def script_findings(self, values: pd.DataFrame) -> Iterator[Finding]:
        """Yield what each rule of scripts adds to the standard one."""
        for row in values.iloc[1:].itertuples():
            yield Finding(
                f"gain_{row.rule.replace(' ', '_')}", 100 * row.gain, "percentage points",
                f"More repaired than with the standard script: {row.rule}.",
                100 * row.gain_low, 100 * row.gain_high,
            )  # fmt: skip

    def effect_findings(self, effects: pd.DataFrame, waits: pd.DataFrame) -> Iterator[Finding]:
        """Yield what each estimator answers."""
        for row in effects.dropna(subset="estimate").itertuples():
            yield Finding(
                f"effect_{row.estimator.replace(' ', '_')}", row.estimate, _POINTS,
                f"Effect of a call on the score, estimated by: {row.estimator}.",
                row.low, row.high,
            )  # fmt: skip
        if len(waits):
            yield Finding(
                "rise_without_call", float((waits["after"] - waits["before"]).mean()), _POINTS,
                "By how much the score of those rose who were not called, by lot.",
            )  # fmt: skip

    def loop_findings(self, series: Interrupted, pilot: CallBack) -> Iterator[Finding]:
        """Yield what calling back changed, and what it saves."""
        low, high = series.average.interval()
        yield Finding(
            "rule_change", series.average.estimate, "repeat calls for 100 resets",
            "What calling back changed, against the trend.", low, high,
        )  # fmt: skip
        low, high = pilot.saving.interval()
        yield Finding(
            "call_back_saving", pilot.saving.estimate, "yuan a reset",
            "What a call-back saves, its own cost taken off.", low, high,
        )  # fmt: skip
