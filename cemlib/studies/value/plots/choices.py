"""Figures of the price of speed, of raised hands and of the ratchet's bill."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import dots, name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.studies.value.raised_hands import Hands

_STYLES = (
    (BLUE, "o", "-"), (ORANGE, "s", (0, (4, 2))), (VERMILION, "D", (0, (1, 1.5))),
    (GREEN, "^", (0, (6, 2, 1, 2))), (GREY, "v", "-"),
)  # fmt: skip


def willingness_figure(table: pd.DataFrame) -> Figure:
    """Draw what a day faster is worth.

    Parameters
    ----------
    table : DataFrame
        ``name``, ``estimate``, ``low``, ``high`` in yuan, drawn from the top.
    """
    order = table.iloc[::-1].reset_index(drop=True)
    words = [f"{n} {e:.1f}" for n, e in zip(table["name"], table["estimate"], strict=True)]
    alt = f"What a day faster is worth, yuan: {', '.join(words)}."
    with canvas(height=rows_high(len(order)), alt=alt) as (figure, axes):
        dots(axes, order, BLUE)
        name_rows(axes, order["name"], {})
        for row, each in enumerate(order.itertuples()):
            axes.annotate(
                f"{each.estimate:.1f}", (each.estimate, row), xytext=(0, 7), ha="center",
                textcoords="offset points", fontsize=9.5,
            )  # fmt: skip
        axes.set_xlim(left=min(0, order["low"].min()))
        axes.set_xlabel("Willing to pay for a day less, yuan")
        axes.set_title("The price of speed")
    return figure


def price_figure(curve: pd.DataFrame, best: float) -> Figure:
    """Draw share and margin of the faster delivery over its price.

    Parameters
    ----------
    curve : DataFrame
        From `cemlib.studies.value.delivery.price_curve`.
    best : float
        The price with the highest margin.
    """
    at = curve.iloc[significant((curve["price"] - best).abs()).argmin()]
    alt = (
        f"Next-day delivery earns most at {best:.0f} yuan: {100 * at['share']:.0f}% take it, and "
        f"both deliveries together leave {at['margin']:.2f} yuan a customer asked."
    )
    with canvas(height=3.5, alt=alt, ncols=2) as (figure, axes):
        for panel, name, scale, label in (
            (axes[0], "share", 100, "Take next-day delivery, %"),
            (axes[1], "margin", 1, "Margin of both deliveries,\nyuan a customer asked"),
        ):
            low, high = scale * curve[f"{name}_low"], scale * curve[f"{name}_high"]
            panel.fill_between(curve["price"], low, high, color=BLUE, alpha=0.18, lw=0)
            panel.plot(curve["price"], scale * curve[name], color=BLUE)
            panel.axvline(best, color=GREEN, linewidth=1.6, linestyle=(0, (4, 2)))
            panel.set_xlabel("Price of next-day delivery, yuan")
            panel.set_title(label, fontsize=10.5)
        axes[0].set_ylim(0, 100)
        axes[1].annotate(
            f"{best:.0f} yuan", (best, 0), xytext=(5, 4), fontsize=9.5,
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip
    return figure


def sample_size_figure(error: float, random: float, reach: float, needed: int) -> Figure:
    """Draw how sure a choice experiment is of willingness to pay, by its respondents.

    Parameters
    ----------
    error, random : float
        Standard error that one respondent would leave, with the design and with random tasks.
    reach : float
        Half the width of the interval asked for, yuan.
    needed : int
        Respondents that it takes.
    """
    alt = (
        f"Half the width of the 95% interval of a day's worth by respondents: {needed} are needed "
        f"for ± {reach:g} yuan with the design, "
        f"{int(np.ceil(needed * (random / error) ** 2))} with random tasks."
    )
    people = np.arange(20, max(3 * needed, 200) + 1)
    with canvas(height=3.2, alt=alt) as (figure, axes):
        for each, colour, style, label in (
            (error, BLUE, "-", "this design"),
            (random, VERMILION, (0, (4, 2)), "random tasks"),
        ):
            axes.plot(people, 1.96 * each / np.sqrt(people), color=colour, linestyle=style,
                      label=label)  # fmt: skip
        axes.axhline(reach, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.scatter([needed], [reach], color=GREEN, s=52, zorder=4)
        axes.annotate(f"{needed} respondents", (needed, reach), xytext=(8, 6),
                      textcoords="offset points", fontsize=9.5)  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Respondents")
        axes.set_ylabel("Interval of a day’s worth,\n± yuan")
        axes.set_title("How many to ask?")
        axes.legend()
    return figure


def hands_figure(found: Hands, counts: pd.DataFrame) -> Figure:
    """Draw hands raised for a note against its face value, by its condition.

    Parameters
    ----------
    found : Hands
        From `cemlib.studies.value.raised_hands.raised_hands`.
    counts : DataFrame
        What was counted: ``face``, ``condition``, ``hands``, ``people``.
    """
    faces = np.geomspace(counts["face"].min(), counts["face"].max(), 40)
    curve = found.shares(faces)
    sums = counts.groupby(["condition", "face"])[["hands", "people"]].sum().reset_index()
    last = curve.groupby("condition", sort=False)["estimate"].first()
    words = [f"{name} {100 * share:.0f}%" for name, share in last.items()]
    alt = (
        f"Share of hands raised for a note of {faces[0]:.0f}, by condition: {', '.join(words)}; "
        "more go up the higher its face value."
    )
    with canvas(height=3.7, alt=alt) as (figure, axes):
        for condition, (colour, marker, style) in zip(found.conditions, _STYLES * 3, strict=False):
            rows = curve[curve["condition"] == condition]
            seen = sums[sums["condition"].astype(str) == condition]
            axes.fill_between(rows["face"], 100 * rows["low"], 100 * rows["high"], color=colour,
                              alpha=0.14, lw=0)  # fmt: skip
            axes.plot(rows["face"], 100 * rows["estimate"], color=colour, linestyle=style)
            axes.scatter(seen["face"], 100 * seen["hands"] / seen["people"], color=colour,
                         marker=marker, s=46, zorder=3, label=condition)  # fmt: skip
        values = sorted(set(counts["face"]))
        axes.set_xscale("log")
        axes.set_xticks(values, [f"${value:g}" for value in values])
        axes.minorticks_off()
        axes.set_ylim(0, 102)
        axes.set_xlabel("Face value of the note")
        axes.set_ylabel("Hands raised, %")
        axes.set_title("Nobody refuses value")
        figure.legend(loc="outside lower right", ncols=3)
    return figure


def standards_figure(table: pd.DataFrame, names: dict[str, str], core: int) -> Figure:
    """Draw what chasing more and more standards costs, and what it keeps of satisfaction.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.value.standards.chase_or_core`.
    names : dict of str to str
        What each standard is called in print.
    core : int
        How many standards are the core.
    """
    at, whole = table.iloc[core], table.iloc[-1]
    kept = (at["satisfaction"] - table["satisfaction"].iloc[0]) / max(
        whole["satisfaction"] - table["satisfaction"].iloc[0], 1e-9
    )
    alt = (
        f"Satisfaction in the last year against the cost of chasing standards: the core of {core} "
        f"costs {100 * core / max(len(table) - 1, 1):.0f}% of chasing all and keeps "
        f"{100 * kept:.0f}% of what all would."
    )
    with canvas(height=3.9, alt=alt) as (figure, axes):
        axes.plot(table["cost"], table["satisfaction"], color=BLUE, marker="o")
        axes.scatter([at["cost"]], [at["satisfaction"]], color=GREEN, s=90, zorder=4)
        for row in table.itertuples():
            text = names.get(row.added, row.added) if row.added else "stand still"
            axes.annotate(
                f"+ {text}" if row.added else text, (row.cost, row.satisfaction),
                xytext=(6, -13), textcoords="offset points", fontsize=9.5,
                color=INK if row.chased <= core else GREY,
            )  # fmt: skip
        axes.margins(0.14)
        guides(axes, "both")
        axes.set_xlabel("Cost of chasing over all years, thousand yuan")
        axes.set_ylabel("Satisfaction in the\nlast year, points")
        axes.set_title(f"Chase everything, or keep to a core of {core}")
    return figure
