"""Sentences, tables and findings on reliability and on effectiveness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import Difference, Estimates
from cemlib.stats.proportions import Share
from cemlib.studies.value.discrete_choice import ALL
from cemlib.studies.value.effectiveness import Regret
from cemlib.studies.value.names import printed
from cemlib.studies.value.reliability import INDICES
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural, signed
from cemlib.teach.tables import Table, table

MIN_ALPHA = 0.667  # Krippendorff's minimum for tentative conclusions


def _percents(low: float, high: float) -> str:
    return f"{interval(100 * low, 100 * high, 0)}%"


def reliability_summary(indices: pd.DataFrame, margin: float, needed: int) -> Markdown:
    """Say how reliable answers are, and how many a given margin of error needs.

    Parameters
    ----------
    indices : DataFrame
        From `cemlib.studies.value.reliability.reliability_indices`.
    margin : float
        Margin of error, as a share.
    needed : int
        Number of answers that it needs.
    """
    rows = indices.set_index("name")
    reliable = rows.loc["reliable"]
    parts = [
        markdown(
            "{correct} of the answers are correct and {certain} are not hedged, but only "
            "**{reliable}** are both (95% interval {margin}). A caller can act on these only.",
            correct=percent(rows.loc["correct", "estimate"]),
            certain=percent(rows.loc["certain", "estimate"]),
            reliable=percent(reliable["estimate"]),
            margin=_percents(reliable["low"], reliable["high"]),
        )
    ]
    if "consistent" in rows.index:
        parts.append(
            markdown(
                "Two agents give the same answer to the same question in {share} of cases.",
                share=percent(rows.loc["consistent", "estimate"]),
            )
        )
    parts.append(
        markdown(
            "Answers of one agent resemble each other, and so may answers to one question: these "
            "{answers} carry as much information as {effective} independent ones. A margin of "
            "error of ±{margin} points needs {needed} answers.",
            answers=number(int(reliable["rows"])),
            effective=number(reliable["effective"], 0),
            margin=number(100 * margin, 0),
            needed=number(needed),
        )
    )
    return join_markdown(parts)


def agreement_summary(alphas: pd.DataFrame) -> Markdown:
    """Say on which judgements coders do not agree enough.

    Parameters
    ----------
    alphas : DataFrame
        From `cemlib.studies.value.coder_agreement.coder_alphas`.
    """
    if alphas.empty:
        return markdown("Each answer has one coder, so agreement cannot be measured.")
    weak = [printed(row.name) for row in alphas.itertuples() if row.estimate < MIN_ALPHA]
    verdict = markdown("All judgements reach it.")
    if weak:
        verdict = markdown(
            "**{judgements}** {verb} below it: clarify the coding rule before rating agents with "
            "it.",
            judgements=join_words(weak).capitalize(),
            verb="is" if len(weak) == 1 else "are",
        )
    return markdown(
        "α is 1 if coders always agree and 0 if they agree no more often than at random. "
        "Krippendorff's minimum for tentative conclusions is {minimum}. {verdict}",
        minimum=number(MIN_ALPHA, 2),
        verdict=verdict,
    )


def agreement_table(alphas: pd.DataFrame) -> Table:
    """Return the agreement of coders as a table."""
    bounds = zip(alphas["low"], alphas["high"], strict=True)
    frame = pd.DataFrame(
        {
            "judgement": alphas["name"].map(printed),
            "α": alphas["estimate"],
            "95% interval": [interval(low, high, 2) for low, high in bounds],
        }
    )
    return table(frame, "Agreement of coders on each judgement: Krippendorff's α", {"α": 2})


def policy_experiment() -> Markdown:
    """Say how the fictional operator tested a quality policy."""
    return markdown(
        "The fictional operator tested this. Half of the agents, chosen at random, stayed under "
        "the policy *marks off*. The other half were told that an honest error costs no marks: the "
        "policy *good faith*."
    )


def policy_summary(
    effects: Mapping[str, Difference], policy: str, randomised: bool = False
) -> Markdown:
    """Say what a quality policy changes.

    Parameters
    ----------
    effects : mapping of str to Difference
        From `cemlib.studies.value.reliability.policy_effects`.
    policy : str
        The policy.
    randomised : bool
        Whether agents are known to have been randomised to policies.
    """
    if not effects:
        return markdown(
            "The answers do not allow a comparison of {policy} with another policy.",
            policy=f"“{policy}”",
        )
    changes = {}
    for name, effect in effects.items():
        low, high = effect.interval()
        changes[name] = (100 * effect.estimate, 100 * low, 100 * high)
    change, low, high = changes["correct"]
    harm = "there is no measurable change in correct answers"
    if high < 0:
        harm = "there are fewer correct answers"
    elif low > 0:
        harm = "there are also more correct answers"
    return markdown(
        "Under *{policy}* the number of hedged answers per 100 changes by {hedged} (95% interval "
        "{hedged_margin}), and {harm}: {correct} ({correct_margin}). Answers that are correct and "
        "not hedged change by **{reliable}** ({reliable_margin}). With sixty agents, "
        "such intervals cover the true change in 92% to 95% of trials. {cause}",
        policy=policy,
        hedged=signed(changes["hedged"][0]),
        hedged_margin=interval(*changes["hedged"][1:]),
        harm=harm,
        correct=signed(change),
        correct_margin=interval(low, high),
        reliable=signed(changes["reliable"][0]),
        reliable_margin=interval(*changes["reliable"][1:]),
        cause=markdown("Agents were randomised to policies, so the differences are causal.")
        if randomised
        else markdown(
            "If agents were randomised to policies, the differences are causal; if not, other "
            "differences between the agents may explain them."
        ),
    )


def effectiveness_summary(
    solved: Share, topics: pd.DataFrame, regret: Regret | None, days: float
) -> Markdown:
    """Say how many matters the first contact solves, and what advice costs.

    Parameters
    ----------
    solved, topics : Share, DataFrame
        From `resolved` and `resolved_by` of `cemlib.studies.value.effectiveness`.
    regret : Regret or None
        From `cemlib.studies.value.effectiveness.advice_regret`.
    days : float
        Days without a repeat contact after which a matter counts as solved.
    """
    lowest = topics.iloc[0]
    first = markdown(
        "**{share}** of matters are solved at the first contact (95% interval {margin}): the "
        "customer does not ask again within {days}. The share is lowest for {topic}, {lowest}.",
        share=percent(solved.estimate),
        margin=_percents(solved.low, solved.high),
        days=_days(days),
        topic=lowest["name"],
        lowest=percent(lowest["estimate"]),
    )
    if regret is None:
        return join_markdown([first, markdown("The cost of advised tariffs is not recorded.")])
    second = markdown(
        "Of {pieces} on tariffs, {best} named the best tariff for the customer; on average, the "
        "advised tariff costs **{mean} per month** more than the best ({margin}).",
        pieces=plural(len(regret.regrets), "piece of advice", "pieces of advice"),
        best=percent(regret.best.estimate),
        mean=money(regret.mean, 1),
        margin=interval(regret.low, regret.high),
    )
    return join_markdown([first, second])


def _days(days: float) -> str:
    return plural(int(days), "day") if float(days).is_integer() else f"{number(days)} days"


def definitions_table(
    indices: pd.DataFrame | None, solved: Share | None, regret: Regret | None, days: float
) -> Table:
    """Return the indices of reliability and effectiveness, each with its definition."""
    rows = [] if indices is None else [
        (
            row.name, INDICES[row.name], percent(row.estimate), _percents(row.low, row.high),
            row.rows,
        )
        for row in indices.itertuples()
    ]  # fmt: skip
    if solved is not None:
        rows.append((
            "first contact resolution", f"the customer does not ask again within {_days(days)}",
            percent(solved.estimate), _percents(solved.low, solved.high), solved.rows,
        ))  # fmt: skip
    if regret is not None:
        best = regret.best
        rows += [
            ("best advice", "the advised tariff is the best for the customer",
             percent(best.estimate), _percents(best.low, best.high), best.rows),
            ("regret", "mean extra cost of the advised tariff per month",
             money(regret.mean, 1), interval(regret.low, regret.high), best.rows),
        ]  # fmt: skip
    columns = ["index", "definition", "value", "95% interval", "number of cases"]
    caption = "Reliability and effectiveness: definitions and values"
    return table(pd.DataFrame(rows, columns=columns), caption)


def reliability_findings(indices: pd.DataFrame) -> Iterator[Finding]:
    """Yield the indices of reliability."""
    for row in indices.itertuples():
        cases = "questions" if row.name == "consistent" else "answers"
        yield Finding(
            f"share_{row.name}", 100 * row.estimate, f"% of {cases}",
            f"Share of {cases} counted as {row.name}: {INDICES[row.name]}.",
            100 * row.low, 100 * row.high,
        )  # fmt: skip


def agreement_findings(alphas: pd.DataFrame) -> Iterator[Finding]:
    """Yield the agreement of coders."""
    for row in alphas.dropna(subset="estimate").itertuples():
        yield Finding(
            f"alpha_{row.name}", row.estimate, "Krippendorff's α (1: full agreement)",
            f"Agreement of coders on the judgement: {printed(row.name)}.",
            min(row.low, row.estimate), max(row.high, row.estimate),
        )  # fmt: skip


def policy_findings(effects: Mapping[str, Difference]) -> Iterator[Finding]:
    """Yield the effects of a quality policy."""
    for name, effect in effects.items():
        low, high = effect.interval()
        yield Finding(
            f"policy_effect_{name}", 100 * effect.estimate, "per 100 answers",
            f"Change under the quality policy in the number of answers that are {printed(name)}.",
            100 * low, 100 * high,
        )  # fmt: skip


def effectiveness_findings(solved: Share, regret: Regret | None) -> Iterator[Finding]:
    """Yield first contact resolution and the regret of advice."""
    yield Finding(
        "first_contact_resolution", 100 * solved.estimate, "% of matters",
        "Share of matters solved at the first contact.", 100 * solved.low, 100 * solved.high,
    )  # fmt: skip
    if regret is not None:
        yield Finding(
            "advice_regret", regret.mean, f"{currency()} per month",
            "Mean extra cost of the advised tariff compared with the best tariff.",
            regret.low, regret.high,
        )  # fmt: skip


def truth_table(
    truth: Mapping[str, Any],
    indices: pd.DataFrame,
    effects: Mapping[str, Difference],
    worth: Estimates,
    solved: Share,
    totals: pd.DataFrame,
) -> Table:
    """Return the estimates of the workbook next to the true values of the fictional operator.

    Parameters
    ----------
    truth : mapping
        ``truth.json``.
    indices, effects, worth, solved, totals
        Results of the workbook.
    """
    answers, explained = truth["population"]["answers"], truth["population"]["value-map"]
    rows = [
        (
            f"explained variance of {printed(row.name)}, %",
            100 * row.estimate, 100 * row.low, 100 * row.high,
            100 * explained["explained"][row.name],
        )
        for row in totals.itertuples()
    ]  # fmt: skip
    rows += [
        (
            f"{row.name}, % of {'questions' if row.name == 'consistent' else 'answers'}",
            100 * row.estimate, 100 * row.low, 100 * row.high, 100 * answers[row.name],
        )
        for row in indices.itertuples()
    ]  # fmt: skip
    for name, effect in effects.items():
        low, high = effect.interval()
        rows.append(
            (f"effect of the policy: {printed(name)}, per 100 answers", 100 * effect.estimate,
             100 * low, 100 * high, 100 * answers["policy"][name])
        )  # fmt: skip
    rows.append(
        ("solved at the first contact, % of matters", 100 * solved.estimate, 100 * solved.low,
         100 * solved.high, 100 * truth["planted"]["enquiries"]["resolved"])
    )  # fmt: skip
    choices = truth["population"]["choices"]
    days = choices["by_segment"] | {ALL: choices["day"]}
    for row in worth.frame().itertuples():
        if row.name in days:
            label = f"willingness to pay, {currency()} per day: {row.name}"
            rows.append((label, row.estimate, row.low, row.high, days[row.name]))
    frame = pd.DataFrame(rows, columns=["quantity", "estimate", "low", "high", "true value"])
    frame["covered"] = frame["true value"].between(frame["low"], frame["high"])
    caption = f"{int(frame['covered'].sum())} of {len(frame)} intervals cover the true value"
    return table(frame, caption, dict.fromkeys(["estimate", "low", "high", "true value"], 1))
