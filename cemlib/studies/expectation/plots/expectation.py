"""Figures of effort and expectation: the two mechanisms, and what is printed on effort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import rows_high, signed
from cemlib.plot.style import BLUE, GREEN, GREY, INK, VERMILION, Figure, canvas, guides
from cemlib.studies.expectation.model import ExpectationModel

EFFORT_COLOURS = (BLUE, VERMILION)
_LIMITS = (20.0, 90.0)


def mechanisms_figure(model: ExpectationModel, information: int = 0) -> Figure:
    """Draw how effort moves satisfaction down through expectation, and up directly.

    Parameters
    ----------
    model : ExpectationModel
        The truth; every number is exact.
    information : {0, 1}
        With the modest information or the promising one.
    """
    table = model.mechanisms().iloc[information]
    cells = model.cells()
    start, end = cells.iloc[information], cells.iloc[2 + information]
    turned = start["satisfaction"] + table["through_expectation"]
    alt = (
        f"Effort raises expectation from {start['expectation']:.0f} to {end['expectation']:.0f} "
        f"points, which moves satisfaction by {signed(table['through_expectation'])} points; its "
        f"direct effect is {signed(table['direct'])}. Together: {signed(table['total'])} points."
    )
    along = np.linspace(*_LIMITS, 57)
    with canvas(height=3.9, alt=alt, ncols=2, width_ratios=(1.7, 1)) as (figure, (left, right)):
        for effort, colour, label in zip(
            (0, 1), EFFORT_COLOURS, ("without effort", "with effort"), strict=True
        ):
            curve = model.mean_satisfaction(effort, along)
            left.plot(along, curve, color=colour, label=label)
        for x, y, to, colour in (
            (start["expectation"], start["satisfaction"], (end["expectation"], turned), INK),
            (end["expectation"], turned, (end["expectation"], end["satisfaction"]), GREEN),
        ):
            left.annotate(
                "", to, (x, y), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2.2}
            )
        for cell, colour in ((start, EFFORT_COLOURS[0]), (end, EFFORT_COLOURS[1])):
            left.scatter(cell["expectation"], cell["satisfaction"], s=60, color=colour, zorder=4)
        left.set_xlim(*_LIMITS)
        left.set_ylim(0, 100)
        left.set_xticks([20, 40, 60, 80])
        left.set_yticks([0, 25, 50, 75, 100])
        left.set_xlabel("Mean expectation, points (0–100)")
        left.set_ylabel("Mean satisfaction,\npoints (0–100)")
        left.set_title("Same outcome, two ways")
        left.legend(loc="upper right")
        parts = ("through_expectation", "direct", "total")
        values = table[list(parts)].to_numpy(dtype=float)
        right.bar(range(3), values, color=[INK, GREEN, GREY], width=0.62)
        for place, height in enumerate(values):
            right.annotate(
                signed(height), (place, height), xytext=(0, 5 if height >= 0 else -5),
                textcoords="offset points", ha="center", va="bottom" if height >= 0 else "top",
            )  # fmt: skip
        right.axhline(0, color=INK, linewidth=1)
        right.set_xticks(range(3), ["through\nexpectation", "directly", "in all"])
        reach = 20.0 * max(1.0, np.ceil(1.2 * float(np.abs(values).max()) / 20))
        right.set_ylim(-reach, reach)
        right.set_yticks([-reach, -reach / 2, 0, reach / 2, reach])
        right.set_ylabel("Points of satisfaction")
        right.set_title("What effort does")
    return figure


def effort_figure(published: pd.DataFrame) -> Figure:
    """Draw published effects of effort, originals and repetitions alike.

    Parameters
    ----------
    published : DataFrame
        The dataset ``effort-effects``.
    """
    table = published.iloc[::-1].reset_index(drop=True)
    first = table["replicates"].isna()
    failed = int((~first & (table["direction"] == "unchanged")).sum())
    alt = (
        f"{int(first.sum())} published studies of effort and {int((~first).sum())} repetitions. "
        f"Effort raised what a thing is worth in "
        f"{int((first & (table['direction'] == 'up')).sum())} of the former; "
        f"{failed} of the repetitions found no effect."
    )
    with canvas(height=rows_high(len(table)) + 0.5, alt=alt) as (figure, axes):
        sized = table["effect"].notna()
        up = table["direction"] == "up"
        colours = np.where(up, VERMILION, GREY)
        axes.hlines(table.index[sized], 0, table["effect"][sized], color=VERMILION, linewidth=2.2)
        for rows, marker, label in (
            (sized, "o", "size printed"),
            (~sized & up, ">", "rises, size not known here"),
            (~sized & ~up, "X", "no effect found, size not known here"),
        ):
            axes.scatter(
                table["effect"][rows].fillna(0.0), table.index[rows], c=colours[rows], s=70,
                marker=marker, zorder=3, label=label, clip_on=False,
            )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=1)
        names = [
            f"   {study}\n   repeats {of}" if isinstance(of, str) else study
            for study, of in zip(table["study"], table["replicates"], strict=True)
        ]
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(-0.6, len(table) - 0.4)
        axes.set_xlim(-3, 110)
        axes.set_xticks(range(0, 81, 20))
        for row, n in enumerate(table["n"]):
            axes.annotate(
                "n unknown" if pd.isna(n) else f"n = {n:.0f}", (1.0, row),
                xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
                va="center", color=GREY, fontsize=9.5,
            )  # fmt: skip
        guides(axes, "x")
        axes.set_xlabel("More with effort than without, %")
        axes.set_title("Effort in print")
        figure.legend(loc="outside lower left", ncols=2)
    return figure
