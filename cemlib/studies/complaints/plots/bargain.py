"""Figures of the bargain over a complaint, and of policies over many."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

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
from cemlib.studies.complaints.bargain import frontier, pareto, solutions

_RULES = {
    "nash": (VERMILION, "o", "Nash"),
    "kalai-smorodinsky": (GREEN, "s", "Kalai–Smorodinsky"),
    "egalitarian": (PURPLE, "^", "equal gains"),
    "utilitarian": (ORANGE, "D", "largest sum"),
}
NAMES = {
    "deny": "deny",
    "flat": "the same for all",
    "full": "always right",
    "nash": "Nash",
    "nash capped": "Nash within authority",
}


def bargain_figure(
    customer: Floats,
    company: Floats,
    disagreement: tuple[float, float] = (0.0, 0.0),
    weight: float = 0.5,
    extremes: tuple[int, int] | None = None,
) -> Figure:
    """Draw all answers to one complaint, the frontier, and what each rule would choose.

    Parameters
    ----------
    customer, company : ndarray, shape (k,)
        Gains of each answer, yuan.
    disagreement : tuple of float
        What both have without an agreement.
    weight : float
        The customer's weight, inside 0 to 1.
    extremes : tuple of int, optional
        Places of the answers "deny" and "always right".
    """
    found = solutions(customer, company, disagreement=disagreement, weight=weight)
    edge = frontier(customer, company)
    best = pareto(customer, company)
    agreed = found.dropna(subset="mixed_customer")
    told = [
        f"{_RULES[row.rule][2]} {row.mixed_customer:.0f} and {row.mixed_company:.0f}"
        for row in agreed.itertuples()
    ]
    alt = f"{len(customer)} answers as gains of customer and company, {best.sum()} of them on the "
    alt += "frontier. Yuan for customer and company: " if told else "frontier. No agreement is "
    alt += f"{', '.join(told)}." if told else "as good as none for both."
    with canvas(height=4.6, alt=alt) as (figure, axes):
        axes.scatter(customer, company, s=14, color="#b8c4d0", label="answers", zorder=1)
        axes.plot(edge[:, 0], edge[:, 1], color=BLUE, label="frontier", zorder=2)
        d, e = disagreement
        axes.axvline(d, color=GREY, linewidth=1, linestyle="--")
        axes.axhline(e, color=GREY, linewidth=1, linestyle="--")
        axes.scatter([d], [e], marker="X", s=80, color=INK, zorder=4, label="no agreement")
        if extremes is not None:
            for place, name in zip(extremes, ("deny", "always right"), strict=True):
                axes.scatter(customer[place], company[place], s=46, color=SKY, zorder=3,
                             edgecolor=INK)  # fmt: skip
                axes.annotate(
                    name, (customer[place], company[place]), xytext=(0, -13),
                    textcoords="offset points", ha="center", fontsize=9.5,
                )  # fmt: skip
        for row in agreed.itertuples():
            colour, marker, name = _RULES[row.rule]
            axes.scatter(
                row.mixed_customer, row.mixed_company, s=92, color=colour, marker=marker,
                edgecolor="white", zorder=5, label=name,
            )  # fmt: skip
        guides(axes, "both")
        axes.margins(0.09)
        axes.set_xlabel("Customer’s gain over no answer, yuan")
        axes.set_ylabel("Company’s gain over no answer, yuan")
        axes.set_title("Answers to one complaint")
        figure.legend(loc="outside right upper", fontsize=9)
    return figure


def policies_figure(table: pd.DataFrame) -> Figure:
    """Draw what policies are worth to both sides, and how far apart they treat like cases.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.complaints.policies.compare`.
    """
    best = table.loc[significant(table["realised"]).idxmax()]
    fair = table.loc[significant(table["spread"]).idxmax()]
    alt = (
        f"Value of {len(table)} policies. Most for the company: {NAMES[best['policy']]}, "
        f"{best['realised']:.0f} yuan a complaint; like cases are treated furthest apart by "
        f"{NAMES[fair['policy']]}, {100 * fair['spread']:.0f} points of the loss."
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
            place = rows.index.to_numpy() + shift
            axes[0].hlines(
                place, rows[f"{name}_low"], rows[f"{name}_high"], colors=colour, linewidth=2.2,
                alpha=0.55,
            )  # fmt: skip
            axes[0].scatter(rows[name], place, color=colour, s=42, zorder=3, label=label)
        _rows(axes[0], rows)
        axes[0].set_xlabel("Gain over no answer,\nyuan a complaint")
        axes[0].set_title("What it is worth")
        axes[1].barh(rows.index, 100 * rows["spread"], color=PURPLE, height=0.55, alpha=0.8)
        guides(axes[1], "x")
        axes[1].set_xlabel("Standard deviation among\nlike cases, % of the loss")
        axes[1].set_title("How unlike")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=2)
    return figure


def _rows(axes: Axes, rows: pd.DataFrame) -> None:
    axes.set_yticks(range(len(rows)), [NAMES[policy] for policy in rows["policy"]])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.axvline(0, color=INK, linewidth=1)
    guides(axes, "x")


def outcomes_figure(table: pd.DataFrame, lifetime: float) -> Figure:
    """Draw what may be spent to move a complainant from one outcome to another.

    Parameters
    ----------
    table : DataFrame
        ``loss``, ``outcome`` and ``above``, from
        `cemlib.studies.complaints.retention.outcome_values`.
    lifetime : float
        What staying is worth, yuan.
    """
    sizes = list(dict.fromkeys(table["loss"]))
    top = table.iloc[int(significant(table["above"]).argmax())]
    alt = (
        "Value above a silent customer by outcome of the complaint, where staying is worth "
        f"{lifetime:.0f} yuan: most for {top['outcome']} with a loss {top['loss']}, "
        f"{top['above']:.0f} yuan."
    )
    outcomes = list(dict.fromkeys(table["outcome"]))
    with canvas(height=3.0, alt=alt) as (figure, axes):
        for place, (size, colour) in enumerate(zip(sizes, (BLUE, ORANGE), strict=False)):
            rows = table[table["loss"] == size].set_index("outcome")["above"].reindex(outcomes)
            at = np.arange(len(outcomes))[::-1] + 0.19 - 0.38 * place
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
        axes.set_xlabel("Yuan above a dissatisfied customer who does not complain")
        axes.set_title("What a complaint is worth, by how it ends")
        figure.legend(loc="outside lower right", ncols=2)
    return figure
