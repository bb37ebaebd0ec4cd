"""Figures of the 2 × 2 experiment and its analyses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib.plot.marks import Names, called, dots, name_rows, rows_high, signed
from cemlib.plot.style import BLUE, GREEN, GREY, INK, VERMILION, Figure, canvas
from cemlib.stats.estimates import significant
from cemlib.studies.expectation.direct_effects import DirectEffect
from cemlib.studies.expectation.experiments import cell_means, cell_moments
from cemlib.studies.expectation.plots.effort import EFFORT_COLOURS

_METHODS = (
    ("separate", GREY, "o", 0.22),
    ("partially pooled", BLUE, "D", 0.0),
    ("pooled", VERMILION, "s", -0.22),
)
TARGET_COLOURS = {"total": BLUE, "direct": VERMILION}
Labels = tuple[str, str]


def cells_figure(
    experiment: pd.DataFrame,
    efforts: Labels = ("without effort", "with effort"),
    informations: Labels = ("no promise", "promise of an empty train"),
) -> Figure:
    """Draw the four cell means with their 95% intervals.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, satisfaction.
    efforts, informations : tuple of str
        Labels of 0 and 1.
    """
    cells = cell_means(experiment)
    means = "; ".join(
        f"{efforts[int(row.effort)]}, {informations[int(row.information)]}: {row.estimate:.1f}"
        for row in cells.itertuples()
    )
    alt = f"Mean satisfaction in the four cells, in points. {means[0].upper()}{means[1:]}."
    with canvas(width=5.6, height=3.8, alt=alt) as (figure, axes):
        for effort, marker in ((0, "o"), (1, "D")):
            part = cells[cells["effort"] == effort]
            x = part["information"].to_numpy() + (effort - 0.5) * 0.06
            margins = np.abs(part[["low", "high"]].to_numpy().T - part["estimate"].to_numpy())
            axes.errorbar(
                x, part["estimate"], yerr=margins, color=EFFORT_COLOURS[effort], marker=marker,
                capsize=4, elinewidth=1.6, label=efforts[effort],
            )  # fmt: skip
        axes.set_xticks([0, 1], list(informations))
        axes.set_xlim(-0.4, 1.4)
        axes.set_xlabel("Information before the ride (95% intervals)")
        axes.set_ylabel("Mean satisfaction,\npoints (0–100)")
        axes.set_title("Mean satisfaction in the four cells")
        axes.legend(loc="upper right")
    return figure


def two_lines_figure(
    experiment: pd.DataFrame,
    effect: DirectEffect,
    efforts: Labels = ("without effort", "with effort"),
) -> Figure:
    """Draw how the 2 × 2 identifies the effect of effort at a fixed expectation.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, expectation, satisfaction.
    effect : DirectEffect
        From `cemlib.studies.expectation.direct_effects.controlled_direct_effect`.
    efforts : tuple of str
        Labels of 0 and 1.
    """
    means, covariances, counts = cell_moments(experiment)
    error = np.sqrt(covariances[:, [0, 1], [0, 1]] / counts[:, None])
    low, high = effect.interval()
    alt = (
        "Cell means of satisfaction against expectation, with and without effort. At an "
        f"expectation of {effect.at:.0f} points the line with effort lies "
        f"{signed(effect.estimate)} points from the other, 95% interval {signed(low)} to "
        f"{signed(high)}."
    )
    x = np.array([means[:, 0].min() - 3, means[:, 0].max() + 3])
    heights = []
    with canvas(height=4.0, alt=alt) as (figure, axes):
        for effort, marker in ((0, "o"), (1, "D")):
            pair, colour = means[2 * effort : 2 * effort + 2], EFFORT_COLOURS[effort]
            slope = effect.slopes[effort]
            line = pair[0, 1] + slope * (x - pair[0, 0])
            axes.plot(x, line, color=colour, linewidth=1, linestyle=(0, (4, 2)))
            axes.plot(pair[:, 0], pair[:, 1], color=colour)
            margins = 1.96 * error[2 * effort : 2 * effort + 2]
            axes.errorbar(
                pair[:, 0], pair[:, 1], xerr=margins[:, 0], yerr=margins[:, 1], fmt=marker,
                color=colour, elinewidth=1.2, capsize=3, label=efforts[effort],
            )  # fmt: skip
            heights.append(pair[0, 1] + slope * (effect.at - pair[0, 0]))
        axes.annotate(
            "", (effect.at, heights[1]), (effect.at, heights[0]),
            arrowprops={"arrowstyle": "-|>", "color": GREEN, "lw": 2.4, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip
        axes.annotate(
            f"{signed(effect.estimate)} points", (effect.at, sum(heights) / 2), xytext=(8, 0),
            textcoords="offset points", va="center", color=GREEN, fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
        )  # fmt: skip
        axes.set_xlabel("Mean expectation, points (0–100); bars: 95% intervals")
        axes.set_ylabel("Mean satisfaction,\npoints (0–100)")
        axes.set_title("Effect of effort at the same expectation")
        axes.legend(loc="lower left")
    return figure


def four_ways_figure(ways: pd.DataFrame, truth: Mapping[str, float] | None = None) -> Figure:
    """Draw the effect of effort by each analysis, with the true effects where known.

    Parameters
    ----------
    ways : DataFrame
        From `cemlib.studies.expectation.direct_effects.four_ways`.
    truth : mapping of str to float, optional
        True total and direct effects.
    """
    table = ways.iloc[::-1].reset_index(drop=True)
    estimates = "; ".join(
        f"{row.method} ({row.target} effect) {signed(row.estimate)}, {signed(row.low)} to "
        f"{signed(row.high)}"
        for row in ways.itertuples()
    )
    alt = f"Effect of effort on satisfaction in {len(ways)} analyses, in points: {estimates}."
    if truth:
        alt = alt[:-1] + (
            f". True effects: total {signed(truth['total'])}, direct {signed(truth['direct'])}."
        )
    with canvas(height=rows_high(len(table)) + 0.5, alt=alt) as (figure, axes):
        dots(axes, table, [TARGET_COLOURS[target] for target in table["target"]])
        for target, value in (truth or {}).items():
            if target in TARGET_COLOURS:
                axes.axvline(
                    value, color=TARGET_COLOURS[target], linestyle=(0, (4, 2)), linewidth=1.4,
                    label=f"true {target} effect",
                )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=1)
        names = [f"{row.method}\n(for the {row.target} effect)" for row in table.itertuples()]
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(-0.6, len(table) - 0.4)
        axes.set_xlabel("Effect of effort, points of satisfaction (lines: 95% intervals)")
        axes.set_title("One experiment, several analyses")
        if truth:
            figure.legend(loc="outside lower right", ncols=2)
    return figure


def pooling_figure(table: pd.DataFrame, names: Names) -> Figure:
    """Draw the effect in each group: separate, pooled and partially pooled.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.expectation.pooling.partially_pooled`.
    names : mapping of str to str
        Labels of the groups.
    """
    groups = list(dict.fromkeys(table["group"]))[::-1]
    partial = table[table["method"] == "partially pooled"].set_index("group")["estimate"]
    alt = (
        f"Effect of effort in {len(groups)} groups, in points. Partially pooled, it ranges from "
        f"{signed(partial.min())} ({called(significant(partial).idxmin(), names)}) to "
        f"{signed(partial.max())} ({called(significant(partial).idxmax(), names)})."
    )
    with canvas(height=rows_high(len(groups)) + 1.0, alt=alt) as (figure, axes):
        for method, colour, marker, shift in _METHODS:
            part = table[table["method"] == method].set_index("group").loc[groups].reset_index()
            dots(axes, part, colour, shift=shift, marker=marker, label=method)
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, groups, names)
        axes.set_xlabel("Effect of effort, points of satisfaction (lines: 95% intervals)")
        axes.set_title("Does the effect differ by level of need?")
        figure.legend(loc="outside lower right", ncols=4)
    return figure
