"""What workbook 02 says of rungs, moves, and the value of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.plot.style import Figure
from cemlib.stats.estimates import significant
from cemlib.studies.ladder.chain_checks import ChainChecks, Homogeneity
from cemlib.studies.ladder.markov import Ladder
from cemlib.studies.ladder.plots.ladder import ladder_figure, step_words
from cemlib.studies.ladder.rung_value import ChangedLadder, StepValues
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, p_value, percent, plural
from cemlib.teach.tables import Table, table


def share_interval(low: float, high: float, digits: int = 0) -> str:
    """Return an interval of shares in per cent.

    Examples
    --------
    >>> share_interval(0.541, 0.62)
    '54% to 62%'
    """
    return f"{percent(low, digits)} to {percent(high, digits)}"


def moves(ladder: Ladder, test: Homogeneity, customers: int) -> Markdown:
    """Say how many moves were observed, and whether their probabilities change over time."""
    leaving = ladder.probabilities[:-1, ladder.gone]
    observed = np.flatnonzero(ladder.counts[:-1].sum(axis=1) > 0)
    highest = observed[np.argmax(significant(leaving[observed]))]
    lowest = observed[np.argmin(significant(leaving[observed]))]
    summary = markdown(
        """
        The panel holds {months} months of {customers}, each with the month after it. Within a
        month, {highest_share} of people on the rung *{highest}* become *{gone}*, and {lowest_share}
        of those on the rung *{lowest}*.
        """,
        months=number(int(ladder.counts.sum())),
        customers=plural(customers, "person", "people"),
        highest_share=percent(leaving[highest], 1),
        highest=ladder.states[highest],
        gone=ladder.states[ladder.gone],
        lowest_share=percent(leaving[lowest], 1),
        lowest=ladder.states[lowest],
    )
    if np.isnan(test.p_value):
        return join_markdown(
            [summary, Markdown("With one period only, change over time cannot be tested.")]
        )
    verdict = (
        Markdown("no evidence that the probabilities change")
        if test.p_value >= 0.05
        else Markdown("the probabilities **change**, so one matrix is an average of several")
    )
    tested = markdown(
        """
        Compared over {periods} periods: {verdict} (χ² = {statistic}, {degrees} degrees of freedom,
        {p}).
        """,
        periods=test.periods,
        verdict=verdict,
        statistic=number(test.statistic),
        degrees=test.degrees,
        p=p_value(test.p_value),
    )
    return join_markdown([summary, tested])


def one_chain(assumptions: ChainChecks) -> Markdown:
    """Say whether the data allow one Markov chain for all, on which everything projected rests."""
    memory, stayers = assumptions.memory, assumptions.stayers
    parts, contradicted = [], []
    if not np.isnan(memory.p_value):
        contradicted.append(memory.p_value < 0.05)
        parts.append(
            markdown(
                """
                The rung of the month before {verdict} the next one, given this month's (second
                order against first order: χ² = {statistic}, {degrees}, {p}).
                """,
                verdict=Markdown("**helps to predict**")
                if contradicted[-1]
                else "adds no evidence on",
                statistic=number(memory.statistic),
                degrees=plural(memory.degrees, "degree of freedom", "degrees of freedom"),
                p=p_value(memory.p_value),
            )
        )
    if not np.isnan(stayers.p_value):
        contradicted.append(stayers.p_value < 0.05)
        parts.append(
            markdown(
                """
                {observed} of {customers} stayed on their first rung throughout, against {expected}
                expected if all move with the same probabilities ({p} for an excess).
                """,
                observed=number(stayers.observed),
                customers=plural(stayers.customers, "person", "people"),
                expected=number(stayers.expected, 0),
                p=p_value(stayers.p_value),
            )
        )
    if not parts:
        return Markdown("There are too few moves to test whether one Markov chain fits all.")
    if any(contradicted):
        verdict = Markdown(
            "The data **contradict** one Markov chain for all. Shares who ever reach a rung, "
            "months until then, and lifetime values project such a chain, so their intervals are "
            "too narrow."
        )
    else:
        verdict = Markdown(
            "Shares who ever reach a rung, months until then, and lifetime values project one "
            "Markov chain for all, which these tests do not contradict."
        )
    return join_markdown([*parts, verdict])


def rungs_table(values: pd.DataFrame, best: str) -> Table:
    """Return `cemlib.studies.ladder.rung_value.rung_table` as a table to show."""
    rungs = values.iloc[:-1]

    def cells(name: str, scale: float, digits: int) -> list[str]:
        return [
            f"{number(scale * value, digits)} ({interval(scale * low, scale * high, digits)})"
            if high > low
            else number(scale * value, digits)
            for value, low, high in rungs[[name, f"{name}_low", f"{name}_high"]].to_numpy()
        ]

    shown = pd.DataFrame(
        {
            "rung": rungs["rung"],
            "months observed": rungs["months_observed"],
            **(
                {f"lifetime value ({currency()})": cells("value", 1, 0)} if "value" in rungs else {}
            ),
            f"share who ever reach {best}, %": cells("ever", 100, 0),
            "mean months until then": cells("months", 1, 0),
        }
    )
    known = "Value of each rung and the way" if "value" in rungs else "The way"
    return table(shown, f"{known} to the best one (95% intervals in brackets)")


def assumed_margins(states: Sequence[str], margins: Sequence[float] | None) -> Markdown:
    """Say which margins the values assume; nothing without margins."""
    if margins is None:
        return Markdown("")
    return markdown(
        "Values assume a monthly margin of {margins}.",
        margins=join_words(
            f"{money(margin, 0 if float(margin).is_integer() else 2)} as {state}"
            for state, margin in zip(states, margins, strict=True)
        ),
    )


def steps(values: StepValues) -> Markdown:
    """Say which step matters most, and how certain that is."""
    elasticity, per_point = values.elasticity, values.per_point
    first, best = values.most_elastic, values.best_point
    low, high = elasticity.interval()
    largest = markdown(
        """
        The step with the largest elasticity is **{step}**: 1% more of its probability changes the
        value of today's customers by {elasticity}% in the model ({interval}). It ranks first in
        {agreement} of the posterior draws.
        """,
        step=step_words(elasticity.names[first]),
        elasticity=number(elasticity.values[first], 2),
        interval=interval(low[first], high[first], 2),
        agreement=percent(values.agreement),
    )
    if per_point.values[best] <= 0:
        return largest
    low, high = per_point.interval()
    point = markdown(
        """
        One percentage point more is worth most {step}: **{value}** per customer ({interval}).
        """,
        step=step_words(per_point.names[best]),
        value=money(per_point.values[best], 1),
        interval=interval(low[best], high[best], 1),
    )
    return join_markdown([largest, point])


def what_if(changed: ChangedLadder) -> list[Figure | Markdown]:
    """Return a changed ladder as a figure, and the value of today's customers in a sentence."""
    figure = ladder_figure(
        changed.states,
        changed.probabilities,
        changed.shares,
        changed.values,
        changed=changed.step,
    )
    first, second = (changed.states[state] for state in changed.step)
    (old_probability, old_value), (probability, value) = changed.before, changed.after
    if probability == old_probability:
        sentence = markdown(
            """
            From {first} to {second}: {probability} per month, as estimated. Today's customers have
            a mean lifetime value of **{value}**.
            """,
            first=first,
            second=second,
            probability=percent(probability, 1),
            value=money(value),
        )
    else:
        sentence = markdown(
            """
            From {first} to {second}: {probability} per month instead of {old_probability}. Today's
            customers have a mean lifetime value of **{value}** instead of {old_value}.
            """,
            first=first,
            second=second,
            probability=percent(probability, 1),
            old_probability=percent(old_probability, 1),
            value=money(value),
            old_value=money(old_value),
        )
    return [figure, sentence]


def true_moves(covered: int, moves: int) -> Markdown:
    """Say how many intervals of transition probabilities cover the true value."""
    return markdown(
        "Of {moves}, **{covered}** have a 95% interval that covers the true probability.",
        moves=plural(moves, "transition probability", "transition probabilities"),
        covered=covered,
    )


def ladder_findings(values: pd.DataFrame, entry: str, best: str) -> Iterator[Finding]:
    """Yield the value of rungs, where margins are known, and the way to the best one."""
    rows = values.set_index("rung")
    for name, rung, column, unit, sentence in (
        ("value_of_new_customer", entry, "value", currency(),
         f"Lifetime value of a new customer, who begins on the rung '{entry}', at the "
         "assumed margins."),
        ("value_of_best_rung", best, "value", currency(),
         f"Lifetime value of a customer on the rung '{best}', at the assumed margins."),
        ("share_ever_on_best_rung", entry, "ever", "share (0–1)",
         f"Share of customers on the rung '{entry}' who ever reach the rung '{best}'."),
        ("months_to_best_rung", entry, "months", "months",
         f"Mean months from the rung '{entry}' to '{best}', among those who get there."),
    ):  # fmt: skip
        row = rows.loc[rung]
        if column not in rows or np.isnan(row[column]):
            continue
        bounds = float(row[f"{column}_low"]), float(row[f"{column}_high"])
        yield Finding(name, float(row[column]), unit, sentence, *bounds)


def step_findings(steps: StepValues) -> Iterator[Finding]:
    """Yield the steps that matter most."""
    first, best_point = steps.most_elastic, steps.best_point
    low, high = steps.elasticity.interval()
    step = step_words(steps.elasticity.names[first])
    yield Finding(
        "step_with_largest_elasticity", step, "",
        "Step with the largest elasticity of customer value, in the model of the ladder.",
    )  # fmt: skip
    yield Finding(
        "largest_elasticity_of_a_step", float(steps.elasticity.values[first]), "% per 1%",
        f"Change in the value of today's customers per 1% more probability {step}, in the model.",
        float(low[first]), float(high[first]),
    )  # fmt: skip
    low, high = steps.per_point.interval()
    yield Finding(
        "step_worth_most", step_words(steps.per_point.names[best_point]), "",
        "Step at which one more percentage point is worth most, in the model of the ladder.",
    )  # fmt: skip
    yield Finding(
        "value_of_one_percentage_point_of_best_step", float(steps.per_point.values[best_point]),
        f"{currency()} per customer",
        "Value of one more percentage point moving "
        f"{step_words(steps.per_point.names[best_point])} per month.",
        float(low[best_point]), float(high[best_point]),
    )  # fmt: skip
