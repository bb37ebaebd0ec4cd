"""What workbook 02 says of touchpoints, channels, abandonment, routing and guided conversations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import (
    Difference,
    Estimates,
    Floats,
    bootstrap_weights,
    significant,
    weighted_means,
)
from cemlib.stats.importance import derived_importance
from cemlib.stats.regression import least_squares
from cemlib.studies.ladder.control_charts import ControlChart, laney_chart
from cemlib.studies.ladder.funnel import Funnel
from cemlib.studies.ladder.off_policy import PolicyValue, off_policy_value
from cemlib.studies.ladder.prompts import guided, overridden, prompted
from cemlib.studies.ladder.routing import Routing
from cemlib.studies.ladder.standardisation import directly_standardised
from cemlib.studies.ladder.voice import response_weighted_mean
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, join_words, number, percent, signed

ALWAYS, GUIDED, OVERRIDE = "always sell", "guided", "guided with override"
POLICIES = (ALWAYS, GUIDED, OVERRIDE)


@dataclass(frozen=True)
class Voice:
    """What feedback says of itself.

    Attributes
    ----------
    survey : Estimates
        Mean rating in the company's survey, raw and weighted, from `response_weighted_mean`.
    drift : Difference
        Points of rating for a day between experience and question.
    response : float
        Share of the company's survey that was answered.
    """

    survey: Estimates
    drift: Difference
    response: float


def voice(feedback: pd.DataFrame, resamples: int, rng: np.random.Generator) -> Voice:
    """Work out whose voice is missing, and what waiting does to ratings.

    Parameters
    ----------
    feedback : DataFrame
        From `cemlib.studies.ladder.datasets.conversations.load_feedback`.
    resamples : int
        Bootstrap resamples.
    rng : numpy.random.Generator
        Source of randomness.
    """
    asked = feedback[feedback["mode"] == "company-driven"]
    weights = bootstrap_weights(len(asked), resamples, rng)
    survey = response_weighted_mean(asked["rating"], asked[["segment", "channel"]], weights)
    events = feedback[feedback["mode"] == "event-driven"].dropna(subset=["rating", "days"])
    fit = least_squares(events[["days"]], events["rating"], clusters=list(events["customer"]))
    return Voice(survey, fit.effect("days"), float(asked["rating"].notna().mean()))


def by_touchpoint(feedback: pd.DataFrame, touchpoints: Sequence[str]) -> pd.DataFrame:
    """Return a row for each touchpoint that was asked about, also within the company's survey."""
    columns = ["touchpoint", "mode", "rating"]
    survey = feedback[feedback["mode"] == "company-driven"]
    parts = [survey.assign(touchpoint=name, rating=survey[name])[columns] for name in touchpoints]
    return pd.concat([feedback[columns], *parts], ignore_index=True)


def hears(found: Voice) -> str:
    """Say what those who did not answer would change, and what a late question does."""
    raw, weighted, gap = found.survey.values
    low, high = found.survey.interval()
    ends = found.drift.interval()
    return (
        f"{percent(found.response)} answered the company's survey: {number(raw, 2)} points on "
        f"average. Weighted so that each kind of customer counts as it was asked: "
        f"**{number(weighted, 2)}** ({interval(low[1], high[1], 2)}), {signed(gap, 2)} "
        f"({interval(low[2], high[2], 2)}). Each day between an event and the question changes the "
        f"rating by **{signed(found.drift.estimate, 3)}** points ({interval(*ends, 3)}): a month, "
        f"by {signed(30 * found.drift.estimate)}."
    )


def touchpoint_estimates(
    feedback: pd.DataFrame, touchpoints: Sequence[str], resamples: int, rng: np.random.Generator
) -> tuple[Estimates, Estimates]:
    """Return derived importance and mean rating (0–100) of each touchpoint, with resamples."""
    answers = feedback.dropna(subset=[*touchpoints, "rating"])
    weights = bootstrap_weights(len(answers), resamples, rng)
    drivers = answers[list(touchpoints)]
    rated = 10 * drivers.to_numpy(dtype=float)
    performance = Estimates(tuple(touchpoints), rated.mean(axis=0), weighted_means(rated, weights))
    return derived_importance(drivers, answers["rating"], weights), performance


def touches(importance: Estimates, performance: Estimates, stages: Mapping[str, str]) -> str:
    """Say which touchpoint carries most, by stage, and how it does."""
    order = np.argsort(significant(-importance.values), kind="stable")
    first = importance.names[order[0]]
    by_stage = pd.Series(importance.values, index=importance.names).groupby(dict(stages)).sum()
    share = (by_stage / by_stage.sum()).reindex(list(dict.fromkeys(stages.values())))
    words = join_words(f"{name} {percent(part)}" for name, part in share.items())
    return (
        f"Most of the relationship hangs on **{first}** (stage: {stages[first]}), which is rated "
        f"{number(performance.values[order[0]])} of 100. By stage of the lifecycle, of what the "
        f"touchpoints explain: {words}."
    )


def by_channel(feedback: pd.DataFrame, stages: Mapping[str, str]) -> pd.DataFrame:
    """Return mean ratings in the company's survey by touchpoint and channel, a table to print."""
    answers = feedback.dropna(subset=list(stages))
    means = answers.groupby("channel")[list(stages)].mean().T
    means.insert(0, "stage", [stages[str(name)] for name in means.index])
    return means.rename_axis("touchpoint").rename_axis(None, axis=1).reset_index()


def charts(weeks: pd.DataFrame) -> dict[str, ControlChart]:
    """Return the control chart of each channel."""
    return {
        str(name): laney_chart(part["in_time"], part["contacts"])
        for name, part in weeks.sort_values("week", kind="stable").groupby("channel")
    }


def in_time(found: Mapping[str, ControlChart], standard: float) -> str:
    """Say which channels meet the standard, and what is out of the ordinary."""
    rows = []
    for name, chart in found.items():
        weeks = np.flatnonzero(chart.points["outside"]) + 1
        missed = float((chart.points["share"] < standard).mean())
        rows.append(
            f"- **{escape_markdown(name)}**: {percent(chart.centre)} in time, {percent(missed)} of "
            f"the weeks below the standard; out of the ordinary: "
            f"{'week ' + join_words(weeks) if len(weeks) else 'no week'} (the ordinary chart would "
            f"call {int(chart.points['plain_outside'].sum())})"
        )
    return "\n".join(rows)


def compare_channels(feedback: pd.DataFrame) -> pd.DataFrame:
    """Return ratings after events by channel, crude and standardised to the same segments."""
    events = feedback[feedback["mode"] == "event-driven"].dropna(subset="rating")
    standard = feedback.loc[feedback["mode"] == "event-driven", "segment"].value_counts()
    return directly_standardised(
        events["rating"], events["channel"], events["segment"], standard=standard
    )


def channels(found: pd.DataFrame) -> str:
    """Say what the same customers in all channels change."""
    crude = found.sort_values("crude", kind="stable", key=significant)["group"].tolist()
    fair = found.sort_values("standardised", kind="stable", key=significant)["group"].tolist()
    gap = (found["standardised"] - found["crude"]).abs().max()
    same = "The order stays" if crude == fair else f"The order was {join_words(crude[::-1])}"
    return (
        f"From best to worst, with the same customers in all: **{join_words(fair[::-1])}**. "
        f"{same}; who uses a channel makes up to {number(gap, 2)} points of its rating."
    )


def abandonment(funnel: Funnel, steps: pd.DataFrame, won: pd.DataFrame) -> str:
    """Say where sessions end, and what mending the first reason would win."""
    worst = steps.loc[significant(steps["passed"]).idxmin()]
    words = (
        f"Of {number(len(funnel.sessions))} sessions {percent(funnel.completed)} are completed. "
        f"Fewest go on from **{escape_markdown(worst['step'])}**: {percent(worst['passed'])} "
        f"({interval(100 * worst['low'], 100 * worst['high'], 0)} %). "
    )
    if won.empty:
        return words + "Nobody was asked why."
    top = won.iloc[0]
    return words + (
        f"Mending *{escape_markdown(top['reason'])}* would complete **{number(top['won'])}** more "
        f"of 100 sessions ({interval(top['low'], top['high'])})."
    )


def integrates(found: Routing) -> str:
    """Say how comments find their owners, and whether customers hear of it."""
    right, hours, told = found.right, found.hours, found.told
    return (
        f"**{percent(right[0])}** of the comments reach the right team at once "
        f"({interval(100 * right[1], 100 * right[2], 0)} %); the median comment is there after "
        f"{number(hours[0])} hours ({interval(*hours[1:])}). **{percent(told[0])}** of the "
        f"customers are told what was done ({interval(100 * told[1], 100 * told[2], 0)} %); the "
        "article says that only 5% of companies get that far."
    )


def confusion_table(found: Routing) -> pd.DataFrame:
    """Return causes by the team that got them first, as a table to print."""
    return found.confusion.rename_axis("cause").reset_index()


def regret(saving: pd.Series, above: float) -> str:
    """Say what customers pay above the cheapest tariff for their usage."""
    pays = saving > 0.5
    return (
        f"{percent(pays.mean())} of the customers pay more than the cheapest tariff for their own "
        f"usage, {number(saving[pays].median(), 0)} yuan a month in the middle; "
        f"{percent((saving > above).mean())} more than {above:g} yuan."
    )


def policies(
    facts: pd.DataFrame, table: pd.DataFrame, actions: Sequence[str], override: str, instead: str
) -> dict[str, Floats]:
    """Return the policies that are compared.

    Parameters
    ----------
    facts : DataFrame
        What is known in each call, as numbers.
    table : DataFrame
        Prompts.
    actions : sequence of str
        What may be done; the first is to sell.
    override : str
        The fact that the agent hears, and in which a prompt to sell is overridden.
    instead : str
        What the agent does then.
    """
    prompts = guided(facts, table, actions)
    hears = (facts[override] > 0) & (prompts[:, 0] > 0)
    sell = np.zeros_like(prompts)
    sell[:, 0] = 1.0
    changed = overridden(prompts, list(hears), list(actions).index(instead))
    return {ALWAYS: sell, GUIDED: prompts, OVERRIDE: changed}


def value_policies(
    plans: Mapping[str, Floats],
    value: Floats,
    action: np.ndarray,
    chances: Floats,
    facts: pd.DataFrame,
    rng: np.random.Generator,
) -> dict[str, PolicyValue]:
    """Return what each policy would have been worth, on the same folds."""
    seed = int(rng.integers(2**31))
    return {
        name: off_policy_value(value, action, chances, plan, facts, rng=np.random.default_rng(seed))
        for name, plan in plans.items()
    }


def favours(values: Mapping[str, PolicyValue], logged: float) -> str:
    """Say which policy the log favours, and how far it can be believed."""
    robust = {name: each.values["doubly robust"] for name, each in values.items()}
    best = max(robust, key=lambda name: robust[name].estimate)
    over_sell, by_agent = (
        values[GUIDED].less(values[ALWAYS]),
        values[OVERRIDE].less(values[GUIDED]),
    )
    thin = min(values, key=lambda name: values[name].effective)
    agent = "more" if by_agent.estimate >= 0 else "less"
    return (
        f"The log favours **{best}**: {number(robust[best].estimate, 0)} yuan a call "
        f"({interval(*robust[best].interval(), 0)}), where the calls as they were earned "
        f"{number(logged, 0)}. Guided is worth **{signed(over_sell.estimate, 0)}** yuan over "
        f"always selling ({interval(*over_sell.interval(), 0)}); the agent's judgement is worth "
        f"{number(abs(by_agent.estimate), 1)} {agent} ({interval(*by_agent.interval(), 1)}). The "
        f"log tells least of *{thin}*: it counts for {number(values[thin].effective, 0)} calls, "
        f"and one call weighs up to {number(values[thin].heaviest, 1)}."
    )


def prompts_table(table: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the prompts as a table to print, with the share of calls that get each."""
    shown = np.bincount(prompted(facts, table), minlength=len(table)) / len(facts)
    when = [
        "always" if how == "always" else f"{str(fact).replace('_', ' ')} {how} {value}"
        for fact, how, value in table[["fact", "comparison", "value"]].itertuples(index=False)
    ]
    return pd.DataFrame(
        {
            "if": when,
            "prompt": table["prompt"],
            "the screen says": table["words_en"],
            "calls": shown,
        }
    )


def game(calls: pd.DataFrame, table: pd.DataFrame, actions: Sequence[str]) -> pd.DataFrame:
    """Return calls to decide against the prompts, for `cemlib.teach.scenario.decide`.

    Parameters
    ----------
    calls : DataFrame
        From `cemlib.studies.ladder.datasets.conversations.calls_to_decide`.
    table : DataFrame
        Prompts: what the screen says in each call follows from them.
    actions : sequence of str
        What may be done.
    """
    rows = prompted(calls, table)
    prompt = table["prompt"].to_numpy()[rows]
    said = table["words_en"].to_numpy()[rows]
    moment = [
        f"{text} The screen says: {words}." if isinstance(text, str) else None
        for text, words in zip(calls["moment"], said, strict=True)
    ]
    return pd.DataFrame(
        {
            "step": calls["step"],
            "moment": moment,
            "answer": calls["answer"],
            "patience": 0.0,
            "cost": calls["value"],
            "done": calls["action"].to_numpy() == prompt,
            "comes": calls["comes"],
        }
    )


def journey_findings(
    heard: Voice, importance: Estimates, won: pd.DataFrame, funnel: Funnel, routing: Routing
) -> Iterator[Finding]:
    """Yield what touchpoints, the funnel and the routing of comments show."""
    low, high = heard.survey.interval()
    for place, name in enumerate(("rating_raw", "rating_weighted")):
        text = ("of those who answered", "of all who were asked, by weighting")[place]
        value = float(heard.survey.values[place])
        words = f"Mean rating in the company's survey, {text}."
        yield Finding(name, value, "points (0–10)", words, float(low[place]), float(high[place]))
    ends = heard.drift.interval()
    yield Finding(
        "drift_a_day", heard.drift.estimate, "points a day",
        "What a day between experience and question does to a rating.", *ends,
    )  # fmt: skip
    top = importance.names[int(np.argmax(significant(importance.values)))]
    yield Finding("touchpoint_that_counts", top, "", "Carries most of the relationship.")
    yield Finding(
        "completed", funnel.completed, "share of sessions (0–1)", "Applications completed."
    )
    if len(won):
        row = won.iloc[0]
        yield Finding("reason_to_mend", str(row["reason"]), "", "Mending it wins most.")
        yield Finding(
            "completions_won", float(row["won"]), "of 100 sessions",
            f"Completions won if the reason {row['reason']} were mended.", float(row["low"]),
            float(row["high"]),
        )  # fmt: skip
    for name, share, words in (
        ("right_team_at_once", routing.right, "Comments that reach the right team at once."),
        ("told_back", routing.told, "Customers who are told what was done."),
    ):
        yield Finding(name, share[0], "share (0–1)", words, share[1], share[2])


def policy_findings(values: Mapping[str, PolicyValue], policy: str) -> Iterator[Finding]:
    """Yield what one policy is worth by each estimator, and what guiding is worth."""
    for name, found in values[policy].values.items():
        key = "_".join(name.replace("-", " ").split())
        yield Finding(
            f"policy_{key}", found.estimate, "yuan a call",
            f"What the policy {policy} would have been worth, {name}.", *found.interval(),
        )  # fmt: skip
    for name, first, second, words in (
        ("guided_over_selling", GUIDED, ALWAYS, "Guided over always selling, doubly robust."),
        ("override_over_guided", OVERRIDE, GUIDED, "The agent's judgement over the prompts."),
    ):
        gap = values[first].less(values[second])
        yield Finding(name, gap.estimate, "yuan a call", words, *gap.interval())
    yield Finding(
        "effective_calls", values[policy].effective, "calls",
        f"How many calls the log is worth for the policy {policy}.",
    )  # fmt: skip


def policy_truth(values: Mapping[str, PolicyValue], truth: Mapping[str, float]) -> pd.DataFrame:
    """Return policies beside the truth, doubly robust."""
    rows = []
    for name, each in values.items():
        found = each.values["doubly robust"]
        low, high = found.interval()
        rows.append((name, found.estimate, low, high, truth[name], low <= truth[name] <= high))
    columns = ["policy", "yuan a call", "low", "high", "truth", "within"]
    return pd.DataFrame(rows, columns=columns)
