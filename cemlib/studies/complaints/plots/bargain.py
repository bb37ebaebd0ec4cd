"""Figures of the bargain over one complaint, and of policies for many."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cemlib.formats import currency, money
from cemlib.plot.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Figure,
    canvas,
    guides,
)
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.complaints.answers import extreme_answers
from cemlib.studies.complaints.bargain import RULE_NAMES, frontier, pareto, solutions
from cemlib.studies.complaints.policies import NAMES

_MARKS = {
    "nash": (VERMILION, "o"),
    "kalai-smorodinsky": (GREEN, "s"),
    "egalitarian": (PURPLE, "^"),
    "utilitarian": (ORANGE, "D"),
}


def bargain_figure(
    customer: Floats,
    company: Floats,
    disagreement: tuple[float, float] = (0.0, 0.0),
    weight: float = 0.5,
    menu: pd.DataFrame | None = None,
) -> Figure:
    """Draw all answers to one complaint, the Pareto frontier, and the solution of each rule.

    Parameters
    ----------
    customer, company : ndarray, shape (k,)
        Gains of each answer, money.
    disagreement : tuple of float
        Gains of both sides without an agreement.
    weight : float
        The customer's weight, between 0 and 1.
    menu : DataFrame, k rows, optional
        The answers, to mark "deny" and "always right".
    """
    by_rule = solutions(customer, company, disagreement=disagreement, weight=weight)
    edge = frontier(customer, company)
    best = pareto(customer, company)
    agreed = by_rule.dropna(subset="mixed_customer")
    pairs = [
        f"{RULE_NAMES[row.rule]} {row.mixed_customer:.0f} and {row.mixed_company:.0f}"
        for row in agreed.itertuples()
    ]
    alt = f"Gains of customer and company from {len(customer)} answers; {best.sum()} answers are "
    alt += "Pareto efficient. "
    alt += (
        f"Gains of customer and company in {currency()} by rule: {', '.join(pairs)}."
        if pairs
        else "No answer leaves both at least as well off as no agreement."
    )
    with canvas(height=4.6, alt=alt) as (figure, axes):
        axes.scatter(customer, company, s=14, color="#b8c4d0", label="answers", zorder=1)
        axes.plot(edge[:, 0], edge[:, 1], color=BLUE, label="frontier", zorder=2)
        d, e = disagreement
        axes.axvline(d, color=GREY, linewidth=1, linestyle="--")
        axes.axhline(e, color=GREY, linewidth=1, linestyle="--")
        axes.scatter([d], [e], marker="X", s=80, color=INK, zorder=4, label="no agreement")
        if menu is not None:
            for index, name in zip(extreme_answers(menu), ("deny", "always right"), strict=True):
                axes.scatter(customer[index], company[index], s=46, color=SKY, zorder=3,
                             edgecolor=INK)  # fmt: skip
                axes.annotate(
                    name, (customer[index], company[index]), xytext=(0, -13),
                    textcoords="offset points", ha="center", fontsize=9.5,
                )  # fmt: skip
        for row in agreed.itertuples():
            (colour, marker), name = _MARKS[row.rule], RULE_NAMES[row.rule]
            axes.scatter(
                row.mixed_customer, row.mixed_company, s=92, color=colour, marker=marker,
                edgecolor="white", zorder=5, label=name,
            )  # fmt: skip
        guides(axes, "both")
        axes.margins(0.09)
        axes.set_xlabel(f"Customer’s gain compared with no answer, {currency()}")
        axes.set_ylabel(f"Company’s gain compared\nwith no answer, {currency()}")
        axes.set_title("Gains from answers to one complaint")
        figure.legend(loc="outside right upper", fontsize=9)
    return figure


def policies_figure(table: pd.DataFrame) -> Figure:
    """Draw the value of policies to both sides, and how unequally they treat similar cases.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.complaints.policies.compare`.
    """
    best = table.loc[significant(table["realised"]).idxmax()]
    unequal = table.loc[significant(table["share_sd"]).idxmax()]
    alt = (
        f"Gains from {len(table)} policies. Largest for the company: {NAMES[best['policy']]}, "
        f"{money(best['realised'])} per complaint. Most unequal for similar cases: "
        f"{NAMES[unequal['policy']]}, standard deviation {100 * unequal['share_sd']:.0f}% of the "
        "loss."
    )
    rows = table.iloc[::-1].reset_index(drop=True)
    with canvas(height=3.4, alt=alt, ncols=2, sharey=True, width_ratios=(1.7, 1)) as (
        figure,
        axes,
    ):
        for name, colour, shift, label in (
            ("customer", VERMILION, 0.16, "customer"),
            ("realised", BLUE, -0.16, "company"),
        ):
            height = rows.index.to_numpy() + shift
            axes[0].hlines(
                height, rows[f"{name}_low"], rows[f"{name}_high"], colors=colour, linewidth=2.2,
                alpha=0.55,
            )  # fmt: skip
            axes[0].scatter(rows[name], height, color=colour, s=42, zorder=3, label=label)
        _rows(axes[0], rows)
        axes[0].set_xlabel(f"Gain compared with no answer,\n{currency()} per complaint")
        axes[0].set_title("Mean gain of each side")
        axes[1].barh(rows.index, 100 * rows["share_sd"], color=PURPLE, height=0.55, alpha=0.8)
        guides(axes[1], "x")
        axes[1].set_xlabel("Standard deviation among\nsimilar cases, % of the loss")
        axes[1].set_title("Unequal shares")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=2)
    return figure


def _rows(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set_yticks(range(len(rows)), [NAMES[policy] for policy in rows["policy"]])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.axvline(0, color=INK, linewidth=1)
    guides(axes, "x")


def outcomes_figure(table: pd.DataFrame, lifetime: float) -> Figure:
    """Draw the value of each outcome of a complaint, compared with not complaining.

    Parameters
    ----------
    table : DataFrame
        ``loss``, ``outcome`` and ``gain``, from
        `cemlib.studies.complaints.retention.outcome_values`.
    lifetime : float
        Lifetime value of a customer who stays, money.
    """
    sizes = list(dict.fromkeys(table["loss"]))
    top = table.iloc[int(significant(table["gain"]).argmax())]
    alt = (
        "Value by outcome of the complaint, compared with a customer who does not complain, at a "
        f"lifetime value of {money(lifetime)}. Largest: {top['outcome']}, loss {top['loss']}, "
        f"{money(top['gain'])}."
    )
    outcomes = list(dict.fromkeys(table["outcome"]))
    with canvas(height=3.0, alt=alt) as (figure, axes):
        for bar, (size, colour) in enumerate(zip(sizes, (BLUE, ORANGE), strict=False)):
            rows = table[table["loss"] == size].set_index("outcome")["gain"].reindex(outcomes)
            at = np.arange(len(outcomes))[::-1] + 0.19 - 0.38 * bar
            axes.barh(at, rows, height=0.34, color=colour, alpha=0.85, label=f"loss {size}")
            for y, value in zip(at, rows, strict=True):
                axes.annotate(
                    f"{value:.0f}".replace("-", "−"), (max(value, 0), y), xytext=(5, 0),
                    textcoords="offset points", va="center", fontsize=9,
                )  # fmt: skip
        axes.set_yticks(range(len(outcomes))[::-1], outcomes)
        axes.axvline(0, color=INK, linewidth=1)
        axes.margins(x=0.12)
        guides(axes, "x")
        axes.set_xlabel(f"Value compared with a customer who does not complain, {currency()}")
        axes.set_title("Value of a complaint by outcome")
        figure.legend(loc="outside lower right", ncols=2)
    return figure
