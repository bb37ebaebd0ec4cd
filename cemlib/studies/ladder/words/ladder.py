"""What workbook 02 says of rungs and moves, in computed sentences, tables and findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.checks import one_of
from cemlib.findings import Finding
from cemlib.plot.style import Figure
from cemlib.stats.estimates import Estimates, Floats, percentile_interval, significant
from cemlib.studies.ladder import ladder as science
from cemlib.studies.ladder import rung_value
from cemlib.studies.ladder.ladder import Homogeneity, Ladder
from cemlib.studies.ladder.plots.ladder import ladder_figure, step_words
from cemlib.teach.markdown import escape_markdown
from cemlib.teach.sentences import interval, number, p_value, percent


def entry_of(entry: str, states: Sequence[str]) -> int:
    """Return the place of the state in which a customer begins."""
    return list(states).index(one_of("entry", entry, tuple(states[:-1])))


def shares_now(rows: pd.DataFrame, size: int) -> Floats:
    """Return the share of each state in the last month, of those who are not gone."""
    last = rows[(rows["month"] == rows["month"].max()) & (rows["state"] < size - 1)]
    return np.bincount(last["state"], minlength=size) / max(len(last), 1)


def rungs(ladder: Ladder, margins: Sequence[float], discount: float) -> pd.DataFrame:
    """Return rungs as a table to print: worth, and the way to the best rung."""
    found = rung_value.rung_table(ladder, margins, discount).iloc[:-1]

    def spread(name: str, scale: float, digits: int) -> list[str]:
        return [
            f"{number(scale * value, digits)} ({interval(scale * low, scale * high, digits)})"
            if high > low
            else number(scale * value, digits)
            for value, low, high in found[[name, f"{name}_low", f"{name}_high"]].to_numpy()
        ]

    best = ladder.states[ladder.best]
    return pd.DataFrame(
        {
            "rung": found["rung"],
            "months seen": ladder.counts.sum(axis=1)[:-1].astype(int),
            "worth, yuan (95%)": spread("value", 1, 0),
            f"ever {best}, % (95%)": spread("ever", 100, 0),
            "months until then, if so (95%)": spread("months", 1, 0),
        }
    )


def moves(ladder: Ladder, same: Homogeneity, customers: int) -> str:
    """Say what was seen, and whether moves have the same chances all the time."""
    gone = ladder.chances[:-1, ladder.gone]
    seen = np.flatnonzero(ladder.counts[:-1].sum(axis=1) > 0)
    most, least = seen[np.argmax(significant(gone[seen]))], seen[np.argmin(significant(gone[seen]))]
    words = (
        f"{number(int(ladder.counts.sum()))} months of {number(customers)} persons, each with the "
        f"month after it. Of those who are {escape_markdown(ladder.states[most])}, "
        f"{percent(gone[most], 1)} are {escape_markdown(ladder.states[-1])} a month later; of "
        f"those who are {escape_markdown(ladder.states[least])}, {percent(gone[least], 1)}. "
    )
    if np.isnan(same.p_value):
        return words + "One span of time only: whether moves change cannot be told."
    verdict = (
        "no sign that the chances change"
        if same.p_value >= 0.05
        else "the chances **change**: one matrix for all months is a mean of several"
    )
    return words + (
        f"Over {same.spans} spans of time: {verdict} (χ² = {number(same.statistic)} on "
        f"{same.degrees} degrees of freedom, {p_value(same.p_value)})."
    )


def steps(elasticity: Estimates, per_point: Estimates) -> str:
    """Say which step is worth most, and how sure that is."""
    name, agreed = rung_value.most_worth(elasticity)
    place = elasticity.names.index(name)
    low, high = elasticity.interval()
    upward = elasticity.values > 0
    best = int(np.argmax(significant(np.where(upward, per_point.values, -np.inf))))
    ends = per_point.interval()
    words = (
        f"Most moves with the step **{step_words(name)}**: 1% more of its chance changes the value "
        f"of today's customers by {number(elasticity.values[place], 2)}% "
        f"({interval(low[place], high[place], 2)}); it is first in {percent(agreed)} of the draws. "
    )
    if upward.any():
        words += (
            f"A whole point of the chance is worth most {step_words(per_point.names[best])}: "
            f"**{number(per_point.values[best], 1)} yuan** a customer "
            f"({interval(ends[0][best], ends[1][best], 1)})."
        )
    return words


@dataclass(frozen=True)
class Moved:
    """A ladder in which one step may have another chance."""

    ladder: Ladder
    margins: tuple[float, ...]
    discount: float
    start: Floats
    months: int

    def choices(self, most: int = 6) -> dict[str, str]:
        """Return the steps that are worth moving, those that matter most first."""
        found, _ = rung_value.step_worth(
            self.ladder.chances, self.margins, self.discount, self.start
        )
        ranked = sorted(self.ladder.steps(), key=lambda step: -abs(found[step]))[:most]
        return {self.ladder.named(step): step_words(self.ladder.named(step)) for step in ranked}

    def parts(self, step: str, factor: float) -> tuple[Floats, Floats, Floats, tuple[int, int]]:
        """Return chances, shares over time, values of rungs and the place of a moved step."""
        place = next(each for each in self.ladder.steps() if self.ladder.named(each) == step)
        chance = min(self.ladder.chances[place] * factor, 1.0)
        changed = science.with_step(self.ladder.chances, place, float(chance))
        shares = science.shares_over_time(changed, self.start, self.months)
        values = rung_value.value_of_rungs(changed, self.margins, self.discount)
        return changed, shares, values, place

    def drawn(self, step: str, factor: float) -> list[Figure | str]:
        """Return the moved ladder as a figure, and what today's customers would be worth."""
        chances, shares, values, place = self.parts(step, factor)
        figure = ladder_figure(self.ladder.states, chances, shares, values, changed=place)
        return [figure, self.said(step, factor)]

    def said(self, step: str, factor: float) -> str:
        """Say what today's customers would be worth."""
        changed, _, values, place = self.parts(step, factor)
        before = rung_value.value_of_rungs(self.ladder.chances, self.margins, self.discount)
        old, new = float(before @ self.start), float(values @ self.start)
        words = f"{step_words(step).capitalize()}: {percent(changed[place], 1)} a month"
        if factor == 1:
            return f"{words}, as it is. A customer of today is worth **{number(old, 0)} yuan**."
        return (
            f"{words} instead of {percent(self.ladder.chances[place], 1)}. A customer of today is "
            f"worth **{number(new, 0)} yuan** instead of {number(old, 0)}."
        )


def ladder_findings(
    ladder: Ladder,
    margins: Sequence[float],
    discount: float,
    entry: int,
    elasticity: Estimates,
    per_point: Estimates,
) -> Iterator[Finding]:
    """Yield what rungs are worth, and which step is worth most."""
    table = rung_value.rung_table(ladder, margins, discount).set_index("rung")
    first, best = ladder.states[entry], ladder.states[ladder.best]
    for finding, rung, column, unit, words in (
        ("value_of_customer", first, "value", "yuan", f"Worth of one who begins as {first}."),
        ("value_of_best", best, "value", "yuan", f"Worth of one who is {best}."),
        ("ever_best", first, "ever", "share (0–1)", f"From {first} ever to {best}."),
        ("months_to_best", first, "months", "months", f"From {first} to {best}, if ever."),
    ):
        row = table.loc[rung]
        ends = row[f"{column}_low"], row[f"{column}_high"]
        yield Finding(finding, float(row[column]), unit, words, float(ends[0]), float(ends[1]))
    name, _ = rung_value.most_worth(elasticity)
    place = elasticity.names.index(name)
    low, high = elasticity.interval()
    yield Finding("step_worth_most", step_words(name), "", "Its chance moves the value most.")
    yield Finding(
        "elasticity_of_that_step", float(elasticity.values[place]), "% for 1%",
        "Change of today's customers' value for 1% more of its chance.", float(low[place]),
        float(high[place]),
    )  # fmt: skip
    best_step = int(np.argmax(significant(per_point.values)))
    low, high = per_point.interval()
    yield Finding(
        "worth_of_a_point", float(per_point.values[best_step]), "yuan a customer",
        f"A point more of the chance {step_words(per_point.names[best_step])}.",
        float(low[best_step]), float(high[best_step]),
    )  # fmt: skip


def ladder_truth(ladder: Ladder, planted: dict[str, dict[str, float]]) -> str:
    """Say how many of the moves' intervals hold the truth."""
    low, high = percentile_interval(ladder.draws)
    held = [
        bool(low[step] <= planted[ladder.states[step[0]]][ladder.states[step[1]]] <= high[step])
        for step in ladder.steps()
    ]
    return f"Of {len(held)} moves, the 95% intervals of **{sum(held)}** hold the planted chance."
