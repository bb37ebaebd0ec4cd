"""What workbook 02 says of rungs, moves, staying, forgiveness and referrals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.plot.style import Figure
from cemlib.stats.estimates import significant
from cemlib.studies.ladder.forgiveness import Forgiveness
from cemlib.studies.ladder.markov import Homogeneity, Ladder
from cemlib.studies.ladder.plots.ladder import ladder_figure, step_words
from cemlib.studies.ladder.referral import Referrals
from cemlib.studies.ladder.rung_value import ChangedLadder, StepValues
from cemlib.studies.ladder.survival import Retention
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, number, p_value, percent, plural


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


def rungs_table(values: pd.DataFrame, best: str) -> pd.DataFrame:
    """Return `cemlib.studies.ladder.rung_value.rung_table` as a table to print."""
    rungs = values.iloc[:-1]

    def cells(name: str, scale: float, digits: int) -> list[str]:
        return [
            f"{number(scale * value, digits)} ({interval(scale * low, scale * high, digits)})"
            if high > low
            else number(scale * value, digits)
            for value, low, high in rungs[[name, f"{name}_low", f"{name}_high"]].to_numpy()
        ]

    return pd.DataFrame(
        {
            "rung": rungs["rung"],
            "months observed": rungs["months_observed"],
            "lifetime value, yuan": cells("value", 1, 0),
            f"share who ever reach {best}, %": cells("ever", 100, 0),
            "mean months until then": cells("months", 1, 0),
        }
    )


def steps(values: StepValues) -> Markdown:
    """Say which step matters most, and how certain that is."""
    elasticity, per_point = values.elasticity, values.per_point
    first, best = values.most_elastic, values.best_point
    low, high = elasticity.interval()
    largest = markdown(
        """
        The step with the largest elasticity is **{step}**: 1% more of its probability changes the
        value of today's customers by {elasticity}% ({interval}). It ranks first in {agreement} of
        the posterior draws.
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
        One percentage point more is worth most {step}: **{yuan} yuan** per customer ({interval}).
        """,
        step=step_words(per_point.names[best]),
        yuan=number(per_point.values[best], 1),
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
            a mean lifetime value of **{value} yuan**.
            """,
            first=first,
            second=second,
            probability=percent(probability, 1),
            value=number(value, 0),
        )
    else:
        sentence = markdown(
            """
            From {first} to {second}: {probability} per month instead of {old_probability}. Today's
            customers have a mean lifetime value of **{value} yuan** instead of {old_value}.
            """,
            first=first,
            second=second,
            probability=percent(probability, 1),
            old_probability=percent(old_probability, 1),
            value=number(value, 0),
            old_value=number(old_value, 0),
        )
    return [figure, sentence]


def stays(retention: Retention) -> Markdown:
    """Say who stays, and how well satisfaction and rung predict leaving."""
    rungs = []
    for name, curve in retention.curves.items():
        last = curve.iloc[-1]
        bounds = share_interval(last["low"], last["high"])
        rungs.append(f"{name} {percent(last['survival'])} ({bounds})")
    present = markdown(
        "Still present after {months}, by first rung: {rungs}.",
        months=plural(retention.horizon, "month"),
        rungs="; ".join(rungs),
    )
    if retention.hazards is None:
        few = Markdown("Too few customers left for a comparison of hazards.")
        return join_markdown([present, few])
    if retention.concordance is None:
        return present
    alone, with_rung, difference = retention.concordance.values
    low, high = retention.concordance.interval()
    predicted = markdown(
        """
        In **{alone}** of the pairs of a leaver and a stayer from the same month, satisfaction alone
        identifies the leaver (a coin: 50%). With the rung it is **{with_rung}**, {difference}
        percentage points more ({interval}).
        """,
        alone=percent(alone),
        with_rung=percent(with_rung),
        difference=number(100 * difference),
        interval=interval(100 * low[2], 100 * high[2]),
    )
    return join_markdown([present, predicted])


def covariate_labels(retention: Retention) -> dict[str, str]:
    """Return the label of each covariate of the Cox regression."""
    labels = {"score": "satisfaction, per point", "tenure": "tenure, per year"}
    labels |= {"slip": "slip in the month"}
    reference = retention.rungs[:1]
    return labels | {rung: f"{rung}, against {reference[0]}" for rung in retention.rungs[1:]}


def forgives(forgiveness: Forgiveness) -> Markdown:
    """Say on which rungs a slip is forgiven."""
    table = forgiveness.rungs
    if table.empty:
        return Markdown("There are too few slips, or too few falls after one, to compare rungs.")
    highest = table.loc[significant(table["odds_ratio"]).idxmax()]
    lowest = table.loc[significant(table["odds_ratio"]).idxmin()]
    ratios = markdown(
        """
        After a slip, the odds of falling a rung or leaving are **{highest_ratio}** times as high
        ({highest_interval}) on the rung *{highest}*, and **{lowest_ratio}** times as high
        ({lowest_interval}) on the rung *{lowest}*.
        """,
        highest_ratio=number(highest["odds_ratio"]),
        highest_interval=interval(highest["low"], highest["high"]),
        highest=highest["rung"],
        lowest_ratio=number(lowest["odds_ratio"]),
        lowest_interval=interval(lowest["low"], lowest["high"]),
        lowest=lowest["rung"],
    )
    statistic, degrees, p = forgiveness.same_everywhere()
    if not degrees:
        return ratios
    tested = markdown(
        """
        The data are {verdict} with the same odds ratio on all rungs (χ² = {statistic}, {degrees},
        {p}).
        """,
        verdict="not compatible" if p < 0.05 else "compatible",
        statistic=number(statistic),
        degrees=plural(degrees, "degree of freedom", "degrees of freedom"),
        p=p_value(p),
    )
    return join_markdown([ratios, tested])


def refers(referrals: Referrals, best: str) -> Markdown:
    """Say how many customers are won by referral, and what that is worth."""
    (brought, growth), (low, high) = referrals.generation.values, referrals.generation.interval()
    without, included = referrals.value
    if low[0] > 1:
        verdict = "This is above 1, so the customer base grows by referral alone."
    elif high[0] < 1:
        verdict = "This is below 1, so referrals slow the decline but do not stop it."
    else:
        verdict = (
            "The interval includes 1, so growth by referral alone is neither shown nor ruled out."
        )
    counted = markdown(
        """
        A customer on the rung *{best}* brings **{rate} new customers** per year ({rate_interval}).
        A new customer brings **{brought}** others before leaving ({brought_interval}). {verdict} By
        referral alone, the customer base would change by {growth}% per month.
        """,
        best=best,
        rate=number(referrals.best["rate"], 2),
        rate_interval=interval(referrals.best["low"], referrals.best["high"], 2),
        brought=number(brought, 2),
        brought_interval=interval(low[0], high[0], 2),
        verdict=verdict,
        growth=number(100 * (growth - 1)),
    )
    if np.isnan(included):
        endless = Markdown("Including those they bring, their value is infinite at this discount.")
        return join_markdown([counted, endless])
    valued = markdown(
        """
        Including everyone they bring, directly or through others, a customer on the rung *{best}*
        is worth {included} yuan instead of {without}.
        """,
        best=best,
        included=number(included, 0),
        without=number(without, 0),
    )
    return join_markdown([counted, valued])


def true_moves(covered: int, moves: int) -> Markdown:
    """Say how many intervals of transition probabilities cover the true value."""
    return markdown(
        "Of {moves}, **{covered}** have a 95% interval that covers the true probability.",
        moves=plural(moves, "transition probability", "transition probabilities"),
        covered=covered,
    )


def hazards_table(frame: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """Return `Hazards.beside_truth` as a table to print."""
    columns = {"name": "covariate", "estimate": "hazard ratio", "true_value": "true value"}
    columns |= {"covered": "95% interval covers it"}
    return frame.assign(name=frame["name"].map(labels)).rename(columns=columns)


def ladder_findings(
    values: pd.DataFrame, entry: str, best: str, steps: StepValues
) -> Iterator[Finding]:
    """Yield the value of rungs and of steps."""
    table = values.set_index("rung")
    for name, rung, column, unit, sentence in (
        ("value_of_new_customer", entry, "value", "yuan",
         f"Lifetime value of a new customer, who begins on the rung '{entry}'."),
        ("value_of_best_rung", best, "value", "yuan",
         f"Lifetime value of a customer on the rung '{best}'."),
        ("share_ever_on_best_rung", entry, "ever", "share (0–1)",
         f"Share of customers on the rung '{entry}' who ever reach the rung '{best}'."),
        ("months_to_best_rung", entry, "months", "months",
         f"Mean months from the rung '{entry}' to '{best}', among those who get there."),
    ):  # fmt: skip
        row = table.loc[rung]
        bounds = float(row[f"{column}_low"]), float(row[f"{column}_high"])
        yield Finding(name, float(row[column]), unit, sentence, *bounds)
    first, best_point = steps.most_elastic, steps.best_point
    low, high = steps.elasticity.interval()
    step = step_words(steps.elasticity.names[first])
    yield Finding(
        "step_with_largest_elasticity", step, "",
        "Step whose probability has the largest relative effect on customer value.",
    )  # fmt: skip
    yield Finding(
        "largest_elasticity_of_a_step", float(steps.elasticity.values[first]), "% per 1%",
        f"Change in the value of today's customers per 1% more probability {step}.",
        float(low[first]), float(high[first]),
    )  # fmt: skip
    low, high = steps.per_point.interval()
    yield Finding(
        "value_of_one_percentage_point_of_best_step", float(steps.per_point.values[best_point]),
        "yuan per customer",
        "Value of one more percentage point moving "
        f"{step_words(steps.per_point.names[best_point])} per month.",
        float(low[best_point]), float(high[best_point]),
    )  # fmt: skip


def people_findings(
    retention: Retention, forgiveness: Forgiveness | None, referrals: Referrals | None, best: str
) -> Iterator[Finding]:
    """Yield who stays, who forgives and who brings others, as far as it is known."""
    if retention.concordance is not None:
        low, high = retention.concordance.interval()
        for column, (name, sentence) in enumerate(
            (
                ("concordance_of_satisfaction",
                 "Share of leaver–stayer pairs in which satisfaction alone identifies the leaver."),
                ("concordance_with_rung",
                 "Share of leaver–stayer pairs in which satisfaction and rung identify the "
                 "leaver."),
            )
        ):  # fmt: skip
            value = float(retention.concordance.values[column])
            yield Finding(
                name, value, "share of pairs (0–1)", sentence, float(low[column]),
                float(high[column]),
            )  # fmt: skip
    if retention.hazards is not None:
        last = retention.hazards.frame().iloc[-1]
        label = covariate_labels(retention).get(last["name"], last["name"])
        yield Finding(
            "hazard_ratio_of_best_rung", float(last["estimate"]), "hazard ratio",
            f"Hazard ratio of leaving: {label}.", float(last["low"]), float(last["high"]),
        )  # fmt: skip
    if forgiveness is not None and len(forgiveness.rungs):
        outer = forgiveness.rungs.iloc[[0, -1]].drop_duplicates("rung")
        for name, row in zip(("lowest", "highest"), outer.itertuples(), strict=False):
            yield Finding(
                f"slip_odds_ratio_on_the_{name}_rung", float(row.odds_ratio), "odds ratio",
                "Odds of falling a rung or leaving after a slip against without one, on the rung "
                f"'{row.rung}'.", float(row.low), float(row.high),
            )  # fmt: skip
    if referrals is not None:
        low, high = referrals.generation.interval()
        yield Finding(
            "referrals_per_lifetime", float(referrals.generation.values[0]),
            "customers per customer", "New customers whom a new customer brings before leaving.",
            float(low[0]), float(high[0]),
        )  # fmt: skip
        yield Finding(
            "referrals_per_year", float(referrals.best["rate"]), "customers per year",
            f"New customers whom a customer on the rung '{best}' brings per year.",
            float(referrals.best["low"]), float(referrals.best["high"]),
        )  # fmt: skip
