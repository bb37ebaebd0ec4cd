"""Figures of practice plans."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import Names, called, name_rows, rows_high
from cemlib.plot.style import BLUE, GREY, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.studies.rights.planning import Plan


def plan_figure(plan: Plan, names: Names, budget_days: float) -> Figure:
    """Draw what a practice plan lifts, right by right.

    Parameters
    ----------
    plan : Plan
        What is to be done.
    names : mapping of str to str
        What each right is called in print.
    budget_days : float
        Person-days there are.
    """
    uplift = plan.uplift
    alt = (
        f"A plan of {plan.days:.0f} of {budget_days:.0f} person-days raises overall satisfaction "
        f"by {plan.gain:.2f} points, "
        + (
            f"most through {called(significant(uplift).idxmax(), names)}."
            if plan.gain > 0
            else "not at all."
        )
    )
    with canvas(height=rows_high(len(uplift)), alt=alt) as (figure, axes):
        order = uplift.iloc[::-1]
        axes.barh(range(len(order)), order, color=BLUE, height=0.62)
        name_rows(axes, order.index, names)
        guides(axes, "x")
        axes.set_xlim(0, 16)
        axes.set_xlabel("Uplift that counts, points of perception")
        axes.set_title(
            f"{plan.days:.0f} person-days: +{plan.gain:.2f} points of overall satisfaction"
        )
    return figure


def frontier_figure(frontier: pd.DataFrame, budget_days: float) -> Figure:
    """Draw the best gain at each budget beside the rule of fixing the largest gap.

    Parameters
    ----------
    frontier : DataFrame
        budget_days, best, largest_gap (points of overall satisfaction).
    budget_days : float
        The budget to mark.
    """
    at = frontier.iloc[significant((frontier["budget_days"] - budget_days).abs()).argmin()]
    alt = (
        f"Expected rise of overall satisfaction by budget. At {at['budget_days']:.0f} days the "
        f"best plan brings {at['best']:.2f} points, fixing the largest gap {at['largest_gap']:.2f}."
    )
    with canvas(height=3.8, alt=alt) as (figure, axes):
        for column, colour, style, label in (
            ("best", BLUE, "-", "best plan"),
            ("largest_gap", VERMILION, (0, (4, 2)), "fix the largest gap first"),
        ):
            axes.plot(
                frontier["budget_days"], frontier[column], color=colour, linestyle=style,
                label=label,
            )  # fmt: skip
        axes.axvline(budget_days, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_xlabel("Budget, person-days")
        axes.set_ylabel("Rise of overall\nsatisfaction, points")
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, frontier["budget_days"].max())
        axes.set_title("What a budget buys")
        axes.legend(loc="lower right")
    return figure
