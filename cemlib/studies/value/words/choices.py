"""Sentences, tables and findings on the price of speed, on raised hands and on standards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cemlib.findings import Finding
from cemlib.formats import currency, money
from cemlib.stats.estimates import Estimates, significant
from cemlib.studies.value.choice_design import dominated
from cemlib.studies.value.discrete_choice import ALL, ChoiceModel, uncertain_price
from cemlib.studies.value.names import printed
from cemlib.studies.value.raised_hands import Hands
from cemlib.studies.value.standards import Bill
from cemlib.teach.markdown import Markdown, join_markdown, markdown
from cemlib.teach.sentences import interval, join_words, number, percent, plural
from cemlib.teach.tables import Table, table


def willingness_summary(worth: Estimates, models: Mapping[str, ChoiceModel]) -> Markdown:
    """Say what a day is worth, to all respondents and by segment.

    Parameters
    ----------
    worth : Estimates
        From `cemlib.studies.value.discrete_choice.willingness_to_pay`.
    models : mapping of str to ChoiceModel
        The models of all respondents together and of each segment.
    """
    rows = worth.frame().set_index("name")
    pooled, segments = rows.loc[ALL], rows["estimate"].drop(index=ALL)
    parts = [
        markdown(
            "{respondents} made {choices} choices. With one model for all, a day saved is worth "
            "**{worth}** (95% interval {margin}).",
            respondents=plural(models[ALL].respondents, "respondent"),
            choices=number(models[ALL].sets),
            worth=money(pooled["estimate"], 2),
            margin=interval(pooled["low"], pooled["high"], 2),
        )
    ]
    if len(segments) > 1:
        highest, lowest = significant(segments).idxmax(), significant(segments).idxmin()
        parts.append(
            markdown(
                "By segment it is worth from {lowest_worth} ({lowest}) to {highest_worth} "
                "({highest}), a difference that one value for all hides.",
                highest=highest,
                highest_worth=money(segments[highest], 1),
                lowest=lowest,
                lowest_worth=money(segments[lowest], 1),
            )
        )
    if uncertain := uncertain_price(models):
        parts.append(
            markdown(
                "For {segments} it is uncertain whether price matters, so that the value of a day "
                "is not determined.",
                segments=join_words(uncertain),
            )
        )
    return join_markdown(parts)


def price_summary(best: pd.Series, cost: float, highest: float = np.inf) -> Markdown:
    """Say at which price the faster delivery earns most.

    Parameters
    ----------
    best : Series
        From `cemlib.studies.value.delivery.best_price`.
    cost : float
        Cost of the faster delivery.
    highest : float
        Highest price compared.
    """
    text = markdown(
        "Assuming that the faster delivery costs the company {cost}, it earns most at a price of "
        "**{price}**: "
        "{share} of customers choose it (95% interval {margin}%), and both deliveries together "
        "earn {earned} per customer asked, net of sales that the standard delivery loses.",
        cost=money(cost, 1),
        price=money(best["price"]),
        share=percent(best["share"]),
        margin=interval(100 * best["share_low"], 100 * best["share_high"], 0),
        earned=money(best["margin"], 2),
    )
    if best["price"] < highest:
        return text
    edge = markdown("This is the highest price compared: a higher one may earn more.")
    return join_markdown([text, edge])


def tasks_table(design: pd.DataFrame) -> Table:
    """Return the tasks of a design as a table."""
    rows = []
    for task, part in design.dropna(subset=["price"]).groupby("task"):
        offers = zip(part["price"], part["days"], strict=True)
        rows.append([task, *(f"{money(p)}, {_days(d)}" for p, d in offers)])
    columns = ["task", *[f"delivery {letter}" for letter in "ABCDEFGHIJ"[: len(rows[0]) - 1]]]
    return table(pd.DataFrame(rows, columns=columns), "Tasks of the next experiment")


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{number(days, 0)} days"


def design_summary(
    design: pd.DataFrame, error: float, random_error: float, margin: float, needed: int
) -> Markdown:
    """Say how many respondents a design needs, and how many it saves.

    Parameters
    ----------
    design : DataFrame
        From `cemlib.studies.value.choice_design.efficient_design`.
    error, random_error : float
        Standard error expected from one respondent, with the design and with random tasks.
    margin : float
        Margin of error per day.
    needed : int
        Respondents needed.
    """
    count = dominated(design, {"price": -1, "days": -1})
    return markdown(
        "For a margin of error of ±{margin} per day, **{needed}** with these tasks are "
        "enough; random tasks need {times} times as many. A task gives little information if one "
        "delivery is both cheaper and faster: this is so in many random tasks, and in "
        "{dominated} of these {tasks}.",
        margin=money(margin, 1),
        needed=plural(needed, "respondent"),
        times=number((random_error / error) ** 2, 1),
        dominated=number(count) if count else "none",
        tasks=number(design["task"].nunique()),
    )


def hands_source(counts: pd.DataFrame, log: pd.DataFrame, own: bool = False) -> Markdown:
    """Say whose hands were counted.

    Parameters
    ----------
    counts, log : DataFrame
        The counts in use, and those of the log.
    own : bool
        Whether the log is the user's own.
    """
    if counts is not log:
        return markdown("These are the counts of this room.")
    if own:
        return markdown(
            "These are the counts of {classes}.",
            classes=plural(log["room"].nunique() if "room" in log else 1, "class", "classes"),
        )
    return markdown(
        "No counts have been entered yet: these are the counts of {classes}.",
        classes=plural(log["room"].nunique() if "room" in log else 1, "class", "classes"),
    )


def hands_summary(hands: Hands) -> Markdown:
    """Say how many hands are raised, and what a bad condition costs.

    Parameters
    ----------
    hands : Hands
        From `cemlib.studies.value.raised_hands.fit_hands`.
    """
    shares = hands.shares(np.array([hands.base])).set_index("condition")["estimate"]
    first, last = hands.conditions[0], hands.conditions[-1]
    opening = markdown(
        "For a ${note} note, {share} of hands are raised if it is {first}",
        note=number(hands.base, 0),
        share=percent(shares[first]),
        first=first,
    )
    if len(hands.conditions) == 1:
        return opening + Markdown(".")
    opening = markdown(
        "{opening} and {share} if it is {last}.",
        opening=opening, share=percent(shares[last]), last=last,
    )  # fmt: skip
    return join_markdown([opening, _multiple(hands, first, last)])


def _multiple(hands: Hands, first: str, last: str) -> Markdown:
    """Say how much larger a note in bad condition must be, or why this cannot be said."""
    times, low, high = hands.equivalent_multiple(last)
    if not np.isfinite(high):
        return markdown(
            "How much larger a note that is {last} must be to attract as many takers cannot be "
            "said: in these counts, larger notes do not raise detectably more hands.",
            last=last,
        )
    shown = hands.largest / hands.base
    beyond = Markdown("")
    if high > shown:
        beyond = markdown(
            "Beyond {shown} times, the multiple goes past the notes that were shown: it assumes "
            "that each doubling counts as much as before.",
            shown=number(shown, 0),
        )
    bounds = interval(low, high) if high <= 10 * shown else f"{number(low, 1)} times and more"
    price = Markdown("")
    if low > 1:
        price = markdown(
            "So the condition has a price, though the value of the note is the same: how a service "
            "is presented counts, too."
        )
    return join_markdown(
        part
        for part in (
            markdown(
                "A note that is {last} must be **{times} times** larger (95% interval {margin}) to "
                "attract as many takers as one that is {first}.",
                last=last, first=first, times=number(times, 1), margin=bounds,
            ),
            beyond,
            price,
        )
        if part
    )  # fmt: skip


def bill_summary(bill: Bill, core: int, years: int, point_cost: float) -> Markdown:
    """Say what it costs to raise all standards, and to raise only the core.

    Parameters
    ----------
    bill : Bill
        From `cemlib.studies.value.standards.chase_or_core`.
    core, years : int
        Number of core standards, and of years.
    point_cost : float
        Assumed cost of a point of performance for a year, thousands.
    """
    table_ = bill.table
    in_core = [printed(name) for name in table_["added"].iloc[1 : core + 1]]
    text = markdown(
        "Raising all {standards} for {years} costs {all_cost}. Raising only the core "
        "of {core} ({names}) costs {core_cost} of that and preserves **{preserved}** of the "
        "satisfaction that raising all would preserve. Per point of satisfaction, the first "
        "standard costs {first} and the last {which} {last}. This assumes that a point of "
        "performance costs {point} per year, and that at the start customers expect {expected} "
        "points and every standard is {ahead} points above that. The costs depend on these three; "
        "the share preserved does not: it follows from the weights alone.",
        expected=number(bill.expectation, 0),
        ahead=number(bill.ahead, 0),
        standards=plural(len(table_) - 1, "standard"),
        years=plural(years, "year"),
        all_cost=money(1000 * table_["cost"].iloc[-1]),
        core=number(core),
        names=join_words(in_core),
        core_cost=percent(table_["cost"].iloc[core] / max(table_["cost"].iloc[-1], 1e-9)),
        preserved=percent(bill.preserved(core)),
        first=money(1000 * table_["point_price"].iloc[1]),
        which="one" if table_["weight"].iloc[-1] > 0 else "one with a weight above 0",
        last=money(1000 * table_["point_price"].ffill().iloc[-1]),
        point=money(1000 * point_cost),
    )
    year = bill.beyond()
    if year is None:
        return text
    limit = markdown(
        "From year {year} on, a standard would have to exceed the top of the scale, so that it "
        "cannot be raised any further.",
        year=number(year),
    )
    return join_markdown([text, limit])


def bill_table(bill: Bill) -> Table:
    """Return weight, cost and satisfaction of each standard, in the order of raising."""
    raised = bill.table.iloc[1:]
    shown = pd.DataFrame(
        {
            "standard added": [printed(name) for name in raised["added"]],
            "weight, %": 100 * raised["weight"],
            f"cost so far, thousand {currency()}": raised["cost"],
            "satisfaction in the last year": raised["satisfaction"],
        }
    )
    caption = (
        "Standards by weight: points of satisfaction that go with one point of a standard, all "
        "others held constant, as a share of the sum"
    )
    digits = dict.fromkeys(shown.columns[1:], 0) | {shown.columns[-1]: 1}
    return table(shown, caption, digits)


def no_bill() -> Markdown:
    """Say why there is no bill."""
    return Markdown(
        "No standard goes with higher satisfaction once the others are held constant, so that "
        "these data cannot say which to raise."
    )


def worth_findings(worth: Estimates) -> Iterator[Finding]:
    """Yield willingness to pay, of all respondents and by segment."""
    for name, value, low, high in worth.frame().itertuples(index=False):
        suffix = "" if name == ALL else "_" + str(name).replace(" ", "_")
        whose = "all respondents" if name == ALL else name
        yield Finding(
            f"willingness_to_pay{suffix}", value, f"{currency()} per day",
            f"Willingness to pay for each day saved: {whose}.", min(low, value), max(high, value),
        )  # fmt: skip


def price_findings(best: pd.Series) -> Iterator[Finding]:
    """Yield the best price, and the share of customers who choose the faster delivery at it."""
    yield Finding(
        "best_price", best["price"], currency(),
        "Price at which the faster delivery earns most, at its assumed cost.",
    )  # fmt: skip
    share, low, high = (100 * best[name] for name in ("share", "share_low", "share_high"))
    yield Finding(
        "next_day_share", share, "% of customers",
        "Share of customers choosing the faster delivery at that price.",
        min(low, share), max(high, share),
    )  # fmt: skip


def design_findings(needed: int) -> Iterator[Finding]:
    """Yield the size of the next experiment."""
    yield Finding(
        "respondents_needed", needed, "respondents",
        "Respondents needed in the next experiment for the target margin of error.",
    )  # fmt: skip


def hands_findings(hands: Hands) -> Iterator[Finding]:
    """Yield how much larger a note in bad condition must be."""
    if len(hands.conditions) > 1:
        first, last = hands.conditions[0], hands.conditions[-1]
        times, low, high = hands.equivalent_multiple(last)
        if not np.isfinite(high):
            return
        yield Finding(
            "note_multiple", times, "times the face value",
            f"How many times larger a note that is {last} must be to attract as many takers as one "
            f"that is {first}.",
            min(low, times), max(high, times),
        )  # fmt: skip


def bill_findings(bill: Bill, core: int) -> Iterator[Finding]:
    """Yield the cost of raising all standards, and of raising only the core."""
    years = plural(len(bill.chase), "year")
    for name, row, which in (
        ("cost_all_standards", -1, "all standards"),
        ("cost_core_standards", core, "only the core standards"),
    ):
        cost = bill.table["cost"].iloc[row]
        yield Finding(
            name,
            cost,
            f"thousand {currency()}",
            f"Cost of raising {which} over {years}, at the assumed cost of a point.",
        )  # fmt: skip
