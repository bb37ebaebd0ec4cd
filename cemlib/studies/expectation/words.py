"""What workbook 03 says of its results, in computed sentences, tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import significant
from cemlib.stats.regression import Regression
from cemlib.studies.expectation.disconfirmation import KinkedValue
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.ratchet import will_and_should
from cemlib.studies.expectation.response_surface import ResponseSurface
from cemlib.teach.entry_form import InteractiveForm, StaticForm, entry_form
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, plural, signed

POINTS = "points (0–100)"
CONDITIONS = {0: "no", 1: "yes"}


def cells(model: ExpectationModel) -> pd.DataFrame:
    """Return what the model expects of each cell of the 2 × 2, as a table to print."""
    table = model.cells()[["effort", "information", "expectation", "satisfaction"]]
    table[["effort", "information"]] = table[["effort", "information"]].replace(CONDITIONS)
    return table.rename(columns={"information": "told that it would be easy"})


def class_sheet(
    model: ExpectationModel, rng: np.random.Generator, participants: int = 24
) -> StaticForm | InteractiveForm:
    """Return a sheet on which chance has dealt the conditions, for a class to type answers into."""
    dealt = model.simulate(participants, rng)[["participant", "effort", "information"]]
    asked = {"expectation": (0, 100), "satisfaction": (0, 100)}
    label = f"The metro experiment: {plural(participants, 'participant')}"
    return entry_form(dealt, label, asked, "responses.csv")


def mechanisms(model: ExpectationModel) -> str:
    """Say what effort does on its two ways, and what remains."""
    effect = model.effects()
    return (
        f"In this model effort adds {number(effect['direct'])} points directly and takes "
        f"{number(-effect['through_expectation'])} through expectation. What an onlooker sees is "
        f"the sum, **{signed(effect['total'])} points**: nearly nothing, out of two large effects."
        if abs(effect["total"]) < 2
        else f"In this model effort adds {number(effect['direct'])} points directly and moves "
        f"{signed(effect['through_expectation'])} through expectation. What an onlooker sees is "
        f"the sum, **{signed(effect['total'])} points**."
    )


def before(power: pd.DataFrame, n: int, needed: int) -> str:
    """Say what n participants can see, and how many the interaction would take."""
    chance = power.set_index("effect")["power"]
    return (
        f"With {plural(n, 'participant')} the experiment finds effort's direct effect with a "
        f"chance of {percent(chance['direct'])}, its total effect with "
        f"{percent(chance['total'])} and the interaction with {percent(chance['interaction'])}. "
        f"An interaction as large as the direct effect would take {number(needed, 0)} participants "
        "for four chances in five."
    )


def peeking(error: float, looks: int) -> str:
    """Say what looking early does to the chance of a false alarm."""
    return (
        f"Who tests at 5 % after each of {plural(looks, 'look')} and stops when lucky has a false "
        f"alarm in **{percent(error, 1)}** of the experiments without an effect. The bounds in the "
        "figure bring it back to 5 %: strict at first, almost the usual at the end."
    )


def source(data: pd.DataFrame, own: bool, typed: bool) -> str:
    """Say whose answers are analysed."""
    who = "of a file of your own" if own else "typed in above" if typed else "drawn from the model"
    return f"{plural(len(data), 'answer')}, {who}."


def four_ways(table: pd.DataFrame, truth: Mapping[str, float] | None) -> str:
    """Say which analyses recover the truth, where there is one."""
    total, direct = (table[table["target"] == target] for target in ("total", "direct"))
    words = (
        f"The difference in means says {signed(total['estimate'].iloc[0])}: that is the *total* "
        f"effect. At a fixed expectation, the two lines of the 2 × 2 say "
        f"**{signed(direct['estimate'].iloc[-1])}** "
        f"({interval(direct['low'].iloc[-1], direct['high'].iloc[-1])})."
    )
    if truth is None:
        return words + " Nobody knows the truth here."
    aim = table["target"].map(truth)
    held = table["method"][(table["low"] <= aim) & (aim <= table["high"])]
    missed = table["method"][~table["method"].isin(held)]
    return words + (
        f" Planted are {signed(truth['total'])} in all and {signed(truth['direct'])} directly. "
        f"Intervals that hold what they aim at: {join_words(held)}; that miss it: "
        f"{join_words(missed)}."
    )


def repeated(table: pd.DataFrame) -> pd.DataFrame:
    """Return what many such experiments show, as a table to print."""
    called = {
        "total": "difference in means, for the total effect",
        "direct": "two lines of the 2 × 2, for the direct effect",
        "direct, given expectation": "given measured expectation, for the direct effect",
    }
    rows = table[table["effect"].isin(called)][["effect", "truth", "mean", "coverage"]]
    rows["effect"] = rows["effect"].map(called)
    rows["coverage"] = rows["coverage"].map(percent)
    heads = {"effect": "analysis", "mean": "mean estimate", "coverage": "intervals that hold it"}
    return rows.rename(columns=heads)


def by_chance(p: float, draws: int) -> str:
    """Say what dealing the conditions out anew shows."""
    return (
        f"Had effort done nothing to anybody, {plural(draws, 'deal')} of the same answers show a "
        f"difference as large as ours with {p_value(p)}."
    )


def levels(pooled: pd.DataFrame) -> str:
    """Say how far the effect differs between levels of need."""
    shrunk = pooled[pooled["method"] == "partially pooled"].set_index("group")
    apart = pooled[pooled["method"] == "separate"].set_index("group")
    low, high = significant(shrunk["estimate"]).idxmin(), significant(shrunk["estimate"]).idxmax()
    return (
        f"Having to call again costs most where the need is *{low}* "
        f"({signed(shrunk['estimate'][low])} points) and least where it is *{high}* "
        f"({signed(shrunk['estimate'][high])}). Separately estimated they lie "
        f"{number(np.ptp(apart['estimate']))} points apart, partially pooled "
        f"{number(np.ptp(shrunk['estimate']))}: small groups exaggerate."
    )


def gap(compared: pd.DataFrame, fitted: ResponseSurface, kinked: KinkedValue) -> str:
    """Say which model foresees best, whether a difference would do, and how sharp the kink is."""
    return f"{models(compared)} {surface(fitted)} {kink(kinked)}"


def models(compared: pd.DataFrame) -> str:
    """Say which model foresees satisfaction best."""
    best = compared.loc[significant(compared["behind"]).idxmin()]
    clearly = compared.loc[compared["low"] > 0, "model"]
    return (
        f"On people that it has not seen, the **{best['model']}** errs least: "
        f"{number(best['rmse'])} points. Clearly worse: {join_words(clearly)}."
    )


def surface(fitted: ResponseSurface) -> str:
    """Say whether a difference score would have been enough."""
    tests = fitted.tests().set_index("name")
    broken = [name for name in ("a1", "a2", "a4") if tests["p"][name] < 0.05]
    marks = {"a1": "a₁", "a2": "a₂", "a4": "a₄"}
    verdict = (
        f"The data refuse that for {join_words(marks[name] for name in broken)}."
        if broken
        else "These data do not refuse that, which is not the same as to confirm it."
    )
    return f"A difference score claims that a₁, a₂ and a₄ are all zero. {verdict}"


def kink(fitted: KinkedValue) -> str:
    """Say how much more a shortfall weighs than an excess."""
    rows = fitted.frame().set_index("name")
    ratio = rows.loc["loss_aversion"]
    return (
        f"A point short weighs **{number(ratio['estimate'])} times** as much as a point above "
        f"({interval(ratio['low'], ratio['high'])})."
    )


def ratchet(still: pd.DataFrame, chase: pd.DataFrame) -> str:
    """Say what standing still costs, and what chasing would."""
    fall = still["satisfaction"].iloc[0] - still["satisfaction"].iloc[-1]
    return (
        f"Ten years of the *same* performance, and satisfaction falls by {number(fall)} points, "
        "because good days raise the standard more than bad days lower it. To please every year as "
        f"much as in the first, performance would have to rise by {number(chase['more'].iloc[-1])} "
        "points."
    )


def learning(rates: Regression, panel: pd.DataFrame) -> str:
    """Say how fast expectations rise and fall, and how forecast and standard pull."""
    rows = rates.frame().set_index("name")
    rise, fall = rows.loc["rise"], rows.loc["fall"]
    words = (
        f"In one quarter expectation makes up {percent(rise['estimate'])} of a pleasant surprise "
        f"({percent(rise['low'])} to {percent(rise['high'])}) but only "
        f"{percent(fall['estimate'])} of a disappointment "
        f"({percent(fall['low'])} to {percent(fall['high'])})."
    )
    if not {"forecast", "satisfaction"} <= set(panel):
        return words
    pull = will_and_should(panel).frame().set_index("name")["estimate"]
    return words + (
        f" With performance held fixed, a point more of what customers think *will* come goes with "
        f"{signed(pull['forecast'], 2)} points of satisfaction, a point more of what *should* come "
        f"with {signed(pull['expectation'], 2)}."
    )


def paths(fit_paths: pd.DataFrame, explained: pd.Series, target: str) -> Markdown:
    """Say what the target hangs on in the path model."""
    rows = fit_paths[fit_paths["to"] == target].sort_values(
        "path", key=lambda path: significant(np.abs(path)), kind="stable"
    )
    strongest = rows.iloc[-1]
    return markdown(
        "{share} of the variance of {target} is explained; most hangs on **{strongest}** ({path} "
        "standard deviations for one).",
        share=percent(explained[target]),
        target=target,
        strongest=strongest["from"],
        path=number(strongest["path"], 2),
    )


def reproduced(found: pd.DataFrame, printed: pd.DataFrame) -> str:
    """Say how far the paths are from the published ones."""
    both = printed.merge(found, on=["from", "to"])
    worst = (both["path"] - both["standardised"]).abs().max()
    decimals = int(np.floor(-np.log10(2 * max(float(worst), 1e-12))))
    return (
        f"The published paths are met to {decimals} decimals in the worst of {len(both)} cases, "
        "from means, deviations and correlations alone."
    )


def findings(
    ways: pd.DataFrame,
    call_backs: pd.DataFrame,
    kinked: KinkedValue,
    rates: Regression,
    power: pd.DataFrame,
    peeked: float,
) -> Iterator[Finding]:
    """Yield what every run of the workbook finds."""
    rows = (
        ("total_effect", ways.iloc[0], "What effort does to satisfaction in all."),
        ("naive_direct_effect", _way(ways, "given"), "The same, given the measured expectation."),
        ("direct_effect", ways.iloc[-1], "What effort does while expectation stays where it is."),
        ("call_again_effect", call_backs.iloc[0], "What having to call again does in all."),
        (
            "call_again_direct_effect",
            call_backs.iloc[-1],
            "The same at a fixed expectation of the repair.",
        ),
    )
    for name, row, words in rows:
        yield Finding(
            name, row["estimate"], "points of satisfaction", words, row["low"], row["high"]
        )
    ratio = kinked.frame().set_index("name").loc["loss_aversion"]
    yield Finding(
        "loss_aversion", ratio["estimate"], "times",
        "How much more a point short of expectation weighs than one above.",
        ratio["low"], ratio["high"],
    )  # fmt: skip
    learnt = rates.frame().set_index("name")
    for name, words in (("rise", "a pleasant surprise"), ("fall", "a disappointment")):
        row = learnt.loc[name]
        yield Finding(
            f"expectation_{name}", row["estimate"], "share a quarter (0–1)",
            f"What expectation makes up of {words} in one quarter.", row["low"], row["high"],
        )  # fmt: skip
    chance = power.set_index("effect")["power"]
    for name in ("direct", "total"):
        yield Finding(
            f"power_{name}", float(chance[name]), "chance (0–1)",
            f"The chance that an experiment of this size finds effort's {name} effect.",
        )  # fmt: skip
    yield Finding(
        "peeking_error", peeked, "chance (0–1)",
        "The chance of a false alarm for who tests at 5 % at every look.",
    )  # fmt: skip


def path_findings(fit_paths: pd.DataFrame, explained: pd.Series, target: str) -> Iterator[Finding]:
    """Yield what the path model finds of its target."""
    rows = fit_paths[fit_paths["to"] == target].sort_values(
        "path", key=lambda path: significant(np.abs(path)), kind="stable"
    )
    yield Finding(
        "path_r_squared", float(explained[target]), "share (0–1)",
        f"What the path model explains of {target}.",
    )  # fmt: skip
    yield Finding("strongest_path", str(rows["from"].iloc[-1]), "", f"What {target} hangs on most.")
    yield Finding(
        "strongest_path_size", float(rows["path"].iloc[-1]), "standard deviations for one",
        f"How much {target} hangs on it.",
    )  # fmt: skip


def found_effect(ways: pd.DataFrame, power: pd.DataFrame) -> Iterator[Finding]:
    """Yield whether this experiment found the direct effect, for a study of power."""
    row = ways.iloc[-1]
    seen = float(row["low"] > 0 or row["high"] < 0)
    chance = float(power.set_index("effect").loc["direct", "power"])
    yield Finding(
        "found", seen, "yes is 1", "Whether the interval of the direct effect leaves out 0."
    )
    yield Finding(
        "found_less_power", seen - chance, "chance (0–1)",
        "The same less its chance in closed form: 0 on average, if the two agree.",
    )  # fmt: skip


def truth(
    planted: Mapping[str, Any], calls: pd.DataFrame, kinked: KinkedValue, rates: Regression
) -> pd.DataFrame:
    """Return what is planted in the operator beside what was estimated."""
    by_level, shares = planted["effort_by_level"], planted["level_shares"]
    learnt = rates.frame().set_index("name")
    ratio = kinked.frame().set_index("name").loc["loss_aversion"]
    rows = [
        (
            "direct effect of calling again",
            calls.iloc[-1],
            sum(by_level[k] * shares[k] for k in shares),
        ),
        ("loss aversion λ", ratio, planted["trial"]["loss_aversion"]),
        ("expectation rises, α⁺", learnt.loc["rise"], planted["ratchet"]["rise"]),
        ("expectation falls, α⁻", learnt.loc["fall"], planted["ratchet"]["fall"]),
    ]
    return pd.DataFrame(
        [
            (name, row["estimate"], row["low"], row["high"], aim, row["low"] <= aim <= row["high"])
            for name, row, aim in rows
        ],
        columns=["what", "estimate", "low", "high", "truth", "within"],
    )


def _way(ways: pd.DataFrame, begins: str) -> pd.Series:
    return ways[ways["method"].str.startswith(begins)].iloc[0]
