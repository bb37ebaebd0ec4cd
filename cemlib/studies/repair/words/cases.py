"""Sentences and findings on merging and problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.studies.repair.agreement import MEASURE_NAMES, MEASURES
from cemlib.studies.repair.cases import Merged
from cemlib.studies.repair.problems import BASELINE_DAYS, RECENT_DAYS, ProblemCounts
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural
from cemlib.teach.tables import Table, table

Names = Mapping[str, str]

METHOD_NAMES = {"code": "code", "text": "text", "both": "code and text", "time": "time"}


def told_cases(events: pd.DataFrame) -> Table:
    """Return the events of the article's cases: who does what, and whether it is in the article."""
    shown = events[["case", "actor", "channel", "text_en", "provenance"]]
    names = {"actor": "who", "text_en": "what is done or said", "provenance": "source"}
    return table(
        shown.rename(columns=names),
        "A broadband restart, one customer in three channels, and one fault that meets many",
    )


def merged_contacts(merged: Merged) -> Markdown:
    """Return how many calls merging avoids."""
    if merged.without_customer == merged.contacts:
        return markdown(
            "No contact has a customer, so nothing can be merged: each of the {contacts} counts as "
            "a case of its own.",
            contacts=plural(merged.contacts, "contact"),
        )
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
    known = Markdown("These contacts are simulated, so the true cases are known.")
    best = markdown(
        "The harmonic mean of the two is highest for **{method}**.",
        method=METHOD_NAMES[table.loc[table["best"], "kind"].iloc[0]],
    )
    return join_markdown([known, *sentences, best])


def problem_counts(counts: ProblemCounts | None, names: Names, owners: Names) -> Markdown:
    """Return which problems are common, which are rising, and when they come."""
    if counts is None:
        return Markdown("No contact has a problem code, so problems cannot be counted.")
    vital = int(counts.common["vital"].sum())
    first = counts.common["problem"].iloc[0]
    common = markdown(
        "{share} of the cases come from {vital} of {problems}. The most common is "
        "**{problem}**{owner}.",
        vital=number(vital, 0),
        problems=plural(len(counts.common), "problem"),
        share=percent(counts.common["cumulative"].iloc[vital - 1]),
        problem=names.get(first, first),
        owner=markdown(", owned by {owner}", owner=owners.get(first, "nobody"))
        if owners
        else Markdown(""),
    )
    return join_markdown([common, *_rising(counts.rising, names, owners), *_when(counts, names)])


def _owner(owners: Names, problem: str) -> Markdown:
    """Return who owns a problem; empty where no owners are known."""
    return (
        markdown(" Its owner is {owner}.", owner=owners.get(problem, "nobody"))
        if owners
        else (Markdown(""))
    )


def _rising(table: pd.DataFrame | None, names: Names, owners: Names) -> Iterator[Markdown]:
    if table is None:
        yield markdown(
            "Whether a problem is rising cannot be tested: the log does not hold the last {recent} "
            "days and at least {before} days before them.",
            recent=RECENT_DAYS,
            before=BASELINE_DAYS,
        )
        return
    rows = list(table[table["emerging"]].itertuples())
    if not rows:
        yield Markdown("No problem is rising significantly.")
    for row in rows:
        yield markdown(
            "**{problem}** is rising: {ratio} times its earlier rate (95% interval "
            "{bounds}).{owner}",
            problem=names.get(row.problem, row.problem),
            ratio=number(row.ratio),
            bounds=interval(row.low, row.high),
            owner=_owner(owners, row.problem),
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


def case_findings(merged: Merged, counts: ProblemCounts | None, names: Names) -> Iterator[Finding]:
    """Yield the findings on merging and problems."""
    if merged.without_customer < merged.contacts:
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


def agreement_findings(agreement: pd.DataFrame) -> Iterator[Finding]:
    """Yield precision and recall of the last method of merging."""
    row = agreement.iloc[-1]
    for name in MEASURES:
        bounds = [float(row.get(f"{name}_{bound}", np.nan)) for bound in ("low", "high")]
        low, high = (None if np.isnan(bound) else bound for bound in bounds)
        yield Finding(
            f"merge_{name}", float(row[name]), "share (0–1)",
            f"{MEASURE_NAMES[name]} of merging by {METHOD_NAMES[row['kind']]}.",
            low, high,
        )  # fmt: skip


def uncoded(cases: pd.DataFrame, counts: ProblemCounts | None) -> tuple[int, str]:
    """Return the cases with a problem code, and what the others lack."""
    coded = 0 if counts is None else int(counts.common["cases"].sum())
    missing = len(cases) - coded
    reason = f"{plural(missing, 'case')} without a problem code" if missing else ""
    guessed = int(cases["by_theme"].sum()) if "by_theme" in cases else 0
    if guessed:
        reason += f"{'; ' if reason else ''}{guessed:,} counted by the usual code of their theme"
    return coded, reason
