"""Figures on the price of speed, on raised hands and on standards."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.formats import currency, money
from cemlib.plot.marks import Names, called, dots, name_lines, name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.studies.value.delivery import best_price
from cemlib.studies.value.names import NAMES
from cemlib.studies.value.raised_hands import Hands
from cemlib.studies.value.standards import Bill

_STYLES = (
    (BLUE, "o", "-"), (ORANGE, "s", (0, (4, 2))), (VERMILION, "D", (0, (1, 1.5))),
    (GREEN, "^", (0, (6, 2, 1, 2))), (GREY, "v", "-"),
)  # fmt: skip


def willingness_figure(table: pd.DataFrame) -> Figure:
    """Draw willingness to pay for a day saved.

    Parameters
    ----------
    table : DataFrame
        ``name``, ``estimate``, ``low``, ``high``, drawn from the top.
    """
    order = table.iloc[::-1].reset_index(drop=True)
    words = [f"{n} {e:.1f}" for n, e in zip(table["name"], table["estimate"], strict=True)]
    alt = f"Willingness to pay for a day saved ({currency()}): {', '.join(words)}."
    with canvas(height=rows_high(len(order)), alt=alt) as (figure, axes):
        dots(axes, order, BLUE)
        name_rows(axes, order["name"], {})
        for row, each in enumerate(order.itertuples()):
            axes.annotate(
                f"{each.estimate:.1f}", (each.estimate, row), xytext=(0, 7), ha="center",
                textcoords="offset points", fontsize=9.5,
            )  # fmt: skip
        axes.set_xlim(left=min(0, order["low"].min()))
        axes.set_xlabel(f"Willingness to pay for a day saved ({currency()}); line: 95% interval")
        axes.set_title("Value of a day saved, by segment")
    return figure


def price_figure(curve: pd.DataFrame) -> Figure:
    """Draw share and margin of the faster delivery by its price.

    Parameters
    ----------
    curve : DataFrame
        From `cemlib.studies.value.delivery.price_curve`.
    """
    at = best_price(curve)
    best = at["price"]
    alt = (
        f"The faster delivery earns most at {money(best)}: {100 * at['share']:.0f}% of customers "
        f"choose it, and both deliveries together earn {money(at['margin'], 2)} per customer asked."
    )
    with canvas(height=3.5, alt=alt, ncols=2) as (figure, axes):
        for panel, name, scale, label in (
            (axes[0], "share", 100, "Customers choosing\nthe faster delivery, %"),
            (axes[1], "margin", 1, f"Margin of both deliveries\nper customer asked ({currency()})"),
        ):
            low, high = scale * curve[f"{name}_low"], scale * curve[f"{name}_high"]
            panel.fill_between(curve["price"], low, high, color=BLUE, alpha=0.18, lw=0)
            panel.plot(curve["price"], scale * curve[name], color=BLUE)
            panel.axvline(best, color=GREEN, linewidth=1.6, linestyle=(0, (4, 2)))
            panel.set_xlabel(f"Price of the faster delivery ({currency()})")
            panel.set_title(label, fontsize=10.5)
        axes[0].set_ylim(0, 100)
        axes[1].annotate(
            money(best), (best, 0), xytext=(5, 4), fontsize=9.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
    return figure


def sample_size_figure(error: float, random_error: float, margin: float, needed: int) -> Figure:
    """Draw the margin of error of willingness to pay by the number of respondents.

    Parameters
    ----------
    error, random_error : float
        Standard error expected from one respondent, with the design and with random tasks.
    margin : float
        Target margin of error, in money.
    needed : int
        Respondents needed.
    """
    alt = (
        f"Margin of error of willingness to pay by number of respondents: ±{money(margin, 1)} "
        f"needs {needed} respondents with the design and "
        f"{int(np.ceil(needed * (random_error / error) ** 2))} with random tasks."
    )
    people = np.arange(20, max(3 * needed, 200) + 1)
    with canvas(height=3.2, alt=alt) as (figure, axes):
        for each, colour, style, label in (
            (error, BLUE, "-", "this design"),
            (random_error, VERMILION, (0, (4, 2)), "random tasks"),
        ):
            axes.plot(people, 1.96 * each / np.sqrt(people), color=colour, linestyle=style,
                      label=label)  # fmt: skip
        axes.axhline(margin, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.scatter([needed], [margin], color=GREEN, s=52, zorder=4)
        axes.annotate(f"{needed} respondents", (needed, margin), xytext=(8, 6),
                      textcoords="offset points", fontsize=9.5)  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Number of respondents")
        axes.set_ylabel(f"Margin of error per day\nsaved, ± {currency()}")
        axes.set_title("Respondents needed for a margin of error")
        name_lines(axes)
    return figure


def hands_figure(hands: Hands, counts: pd.DataFrame) -> Figure:
    """Draw the share of hands raised for a note by its face value and its condition.

    Parameters
    ----------
    hands : Hands
        From `cemlib.studies.value.raised_hands.fit_hands`.
    counts : DataFrame
        The counts: ``face``, ``condition``, ``hands``, ``people``.
    """
    faces = np.geomspace(counts["face"].min(), counts["face"].max(), 40)
    curve = hands.shares(faces)
    sums = counts.groupby(["condition", "face"])[["hands", "people"]].sum().reset_index()
    last = curve.groupby("condition", sort=False)["estimate"].first()
    words = [f"{name} {100 * share:.0f}%" for name, share in last.items()]
    alt = (
        f"Share of hands raised for a ${faces[0]:.0f} note, by condition: {', '.join(words)}; "
        "higher face values raise more hands."
    )
    with canvas(height=3.7, alt=alt) as (figure, axes):
        for condition, (colour, marker, style) in zip(hands.conditions, _STYLES * 3, strict=False):
            rows = curve[curve["condition"] == condition]
            counted = sums[sums["condition"].astype(str) == condition]
            axes.fill_between(rows["face"], 100 * rows["low"], 100 * rows["high"], color=colour,
                              alpha=0.14, lw=0)  # fmt: skip
            axes.plot(rows["face"], 100 * rows["estimate"], color=colour, linestyle=style,
                      label=condition)  # fmt: skip
            axes.scatter(counted["face"], 100 * counted["hands"] / counted["people"], color=colour,
                         marker=marker, s=46, zorder=3)  # fmt: skip
        values = sorted(set(counts["face"]))
        axes.set_xscale("log")
        axes.set_xticks(values, [f"${value:g}" for value in values])
        axes.minorticks_off()
        axes.set_ylim(0, 102)
        axes.set_xlabel("Face value of the note")
        axes.set_ylabel("Share of hands raised, %")
        axes.set_title("Hands raised for a note, by face value and condition")
        name_lines(axes)
    return figure


def standards_figure(bill: Bill, core: int, names: Names = NAMES) -> Figure:
    """Draw satisfaction by the cost of raising more and more standards.

    Parameters
    ----------
    bill : Bill
        From `cemlib.studies.value.standards.chase_or_core`.
    core : int
        Number of core standards.
    names : mapping of str to str
        Printed name of each standard.
    """
    table, at = bill.table, bill.table.iloc[core]
    alt = (
        f"Satisfaction in the last year by the cost of raising standards: the core of {core} costs "
        f"{100 * core / max(len(table) - 1, 1):.0f}% of raising all and preserves "
        f"{100 * bill.preserved(core):.0f}% of the satisfaction that raising all would."
    )
    with canvas(height=3.9, alt=alt) as (figure, axes):
        axes.plot(table["cost"], table["satisfaction"], color=BLUE, marker="o")
        axes.scatter([at["cost"]], [at["satisfaction"]], color=GREEN, s=90, zorder=4)
        for row in table.itertuples():
            text = called(row.added, names) if row.added else "no standard raised"
            axes.annotate(
                f"+ {text}" if row.added else text, (row.cost, row.satisfaction),
                xytext=(6, -13), textcoords="offset points", fontsize=9.5,
                color=INK if row.chased <= core else GREY,
            )  # fmt: skip
        axes.margins(0.14)
        guides(axes, "both")
        axes.set_xlabel(f"Total cost of raising standards (thousand {currency()})")
        axes.set_ylabel("Satisfaction in the\nlast year, points")
        axes.set_title(f"Satisfaction and cost: a core of {core}, or all standards")
    return figure
