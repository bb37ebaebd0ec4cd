"""Figures of effort: the two mechanisms, and published effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import rows_high, signed
from cemlib.plot.style import BLUE, GREEN, GREY, INK, VERMILION, Figure, canvas, guides
from cemlib.studies.expectation.model import ExpectationModel

EFFORT_COLOURS = (BLUE, VERMILION)
_LIMITS = (20.0, 90.0)


def mechanisms_figure(model: ExpectationModel, information: int = 0) -> Figure:
    """Draw the two effects of effort on satisfaction: directly and through expectation.

    Parameters
    ----------
    model : ExpectationModel
        The model; every number is exact.
    information : {0, 1}
        Without (0) or with (1) the promising information.
    """
    table = model.mechanisms().iloc[information]
    cells = model.cells()
    columns = ["expectation", "satisfaction"]
    without = tuple(cells.loc[information, columns])
    with_effort = tuple(cells.loc[2 + information, columns])
    indirect = (with_effort[0], without[1] + table["through_expectation"])
    alt = (
        f"Effort raises expectation from {without[0]:.0f} to {with_effort[0]:.0f} "
        f"points, which changes satisfaction by {signed(table['through_expectation'])}; its "
        f"direct effect is {signed(table['direct'])}. Together: {signed(table['total'])} points."
    )
    x = np.linspace(*_LIMITS, 57)
    with canvas(height=3.9, alt=alt, ncols=2, width_ratios=(1.7, 1)) as (figure, (left, right)):
        for effort, colour, label in zip(
            (0, 1), EFFORT_COLOURS, ("without effort", "with effort"), strict=True
        ):
            curve = model.mean_satisfaction(effort, x)
            left.plot(x, curve, color=colour, label=label)
        for tail, tip, colour in ((without, indirect, INK), (indirect, with_effort, GREEN)):
            arrow = {"arrowstyle": "-|>", "color": colour, "lw": 2.2}
            left.annotate("", tip, tail, arrowprops=arrow)
        for cell, colour in ((without, EFFORT_COLOURS[0]), (with_effort, EFFORT_COLOURS[1])):
            left.scatter(*cell, s=60, color=colour, zorder=4)
        left.set_xlim(*_LIMITS)
        left.set_ylim(0, 100)
        left.set_xticks([20, 40, 60, 80])
        left.set_yticks([0, 25, 50, 75, 100])
        left.set_xlabel("Mean expectation, points (0–100)")
        left.set_ylabel("Mean satisfaction,\npoints (0–100)")
        left.set_title("Same outcome, two mechanisms")
        left.legend(loc="upper right")
        parts = ("through_expectation", "direct", "total")
        values = table[list(parts)].to_numpy(dtype=float)
        right.bar(range(3), values, color=[INK, GREEN, GREY], width=0.62)
        for bar, height in enumerate(values):
            right.annotate(
                signed(height), (bar, height), xytext=(0, 5 if height >= 0 else -5),
                textcoords="offset points", ha="center", va="bottom" if height >= 0 else "top",
            )  # fmt: skip
        right.axhline(0, color=INK, linewidth=1)
        right.set_xticks(range(3), ["through\nexpectation", "direct", "total"])
        limit = 20.0 * max(1.0, np.ceil(1.2 * float(np.abs(values).max()) / 20))
        right.set_ylim(-limit, limit)
        right.set_yticks([-limit, -limit / 2, 0, limit / 2, limit])
        right.set_ylabel("Points of satisfaction")
        right.set_title("Effects of effort")
    return figure


def effects_of_effort(effort: float, cost: float, loss: float) -> Figure:
    """Draw `mechanisms_figure` of the model with these strengths.

    Parameters
    ----------
    effort, cost : float
        Effects of effort on satisfaction and on expectation, points.
    loss : float
        Loss aversion λ.
    """
    return mechanisms_figure(ExpectationModel(effort, cost, loss))


def effort_figure(published: pd.DataFrame) -> Figure:
    """Draw published effects of effort, original studies and replications.

    Parameters
    ----------
    published : DataFrame
        The dataset ``effort-effects``.
    """
    table = published.iloc[::-1].reset_index(drop=True)
    first = table["replicates"].isna()
    failed = int((~first & (table["direction"] == "unchanged")).sum())
    alt = (
        f"{int(first.sum())} published studies of effort and {int((~first).sum())} replications. "
        f"Effort raised liking or value in "
        f"{int((first & (table['direction'] == 'up')).sum())} original studies; "
        f"{failed} replications found no effect."
    )
    with canvas(height=rows_high(len(table)) + 0.5, alt=alt) as (figure, axes):
        sized = table["effect"].notna()
        up = table["direction"] == "up"
        colours = np.where(up, VERMILION, GREY)
        axes.hlines(table.index[sized], 0, table["effect"][sized], color=VERMILION, linewidth=2.2)
        for rows, marker, label in (
            (sized, "o", "size published"),
            (~sized & up, ">", "increase, size not known"),
            (~sized & ~up, "X", "no effect found, size not known"),
        ):
            axes.scatter(
                table["effect"][rows].fillna(0.0), table.index[rows], c=colours[rows], s=70,
                marker=marker, zorder=3, label=label, clip_on=False,
            )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=1)
        names = [
            f"   {study}\n   replicates {of}" if isinstance(of, str) else study
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
        axes.set_xlabel("Increase with effort, %")
        axes.set_title("Published effects of effort on liking or value")
        figure.legend(loc="outside lower left", ncols=2)
    return figure
