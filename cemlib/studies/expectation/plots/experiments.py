"""Figures of the 2 × 2 experiment and its analyses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cemlib.plot.marks import dots, rows_high, signed
from cemlib.plot.style import BLUE, GREEN, GREY, INK, VERMILION, Figure, canvas, guides
from cemlib.studies.expectation.direct_effects import DirectEffect
from cemlib.studies.expectation.experiments import cell_means, cell_moments
from cemlib.studies.expectation.plots.expectation import EFFORT_COLOURS

TARGET_COLOURS = {"total": BLUE, "direct": VERMILION}
Labels = tuple[str, str]


def cells_figure(
    experiment: pd.DataFrame,
    efforts: Labels = ("without effort", "with effort"),
    informations: Labels = ("modest", "promising"),
) -> Figure:
    """Draw the four cell means with their 95 % intervals.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, satisfaction.
    efforts, informations : tuple of str
        What 0 and 1 are called in print.
    """
    cells = cell_means(experiment)
    told = "; ".join(
        f"{efforts[int(row.effort)]}, {informations[int(row.information)]}: {row.estimate:.1f}"
        for row in cells.itertuples()
    )
    alt = f"Mean satisfaction in the four cells, in points. {told[0].upper()}{told[1:]}."
    with canvas(width=5.6, height=3.8, alt=alt) as (figure, axes):
        for effort, marker in ((0, "o"), (1, "D")):
            part = cells[cells["effort"] == effort]
            place = part["information"].to_numpy() + (effort - 0.5) * 0.06
            reach = np.abs(part[["low", "high"]].to_numpy().T - part["estimate"].to_numpy())
            axes.errorbar(
                place, part["estimate"], yerr=reach, color=EFFORT_COLOURS[effort], marker=marker,
                capsize=4, elinewidth=1.6, label=efforts[effort],
            )  # fmt: skip
        axes.set_xticks([0, 1], list(informations))
        axes.set_xlim(-0.4, 1.4)
        axes.set_xlabel("Information before")
        axes.set_ylabel("Mean satisfaction,\npoints (0–100)")
        axes.set_title("Four cells")
        axes.legend(loc="upper right")
    return figure


def two_lines_figure(
    experiment: pd.DataFrame,
    effect: DirectEffect,
    efforts: Labels = ("without effort", "with effort"),
) -> Figure:
    """Draw how the 2 × 2 tells what effort does at a fixed expectation.

    Parameters
    ----------
    experiment : DataFrame
        effort, information, expectation, satisfaction.
    effect : DirectEffect
        From `cemlib.studies.expectation.direct_effects.controlled_direct_effect`.
    efforts : tuple of str
        What 0 and 1 are called in print.
    """
    means, covariances, counts = cell_moments(experiment)
    error = np.sqrt(covariances[:, [0, 1], [0, 1]] / counts[:, None])
    low, high = effect.interval()
    alt = (
        f"Cell means of satisfaction against expectation, a line for each effort. At an "
        f"expectation of {effect.at:.0f} points the line with effort lies "
        f"{signed(effect.estimate)} points from the other, 95 % interval {signed(low)} to "
        f"{signed(high)}."
    )
    ends = np.array([means[:, 0].min() - 3, means[:, 0].max() + 3])
    heights = []
    with canvas(height=4.0, alt=alt) as (figure, axes):
        for effort, marker in ((0, "o"), (1, "D")):
            pair, colour = means[2 * effort : 2 * effort + 2], EFFORT_COLOURS[effort]
            slope = effect.slopes[effort]
            line = pair[0, 1] + slope * (ends - pair[0, 0])
            axes.plot(ends, line, color=colour, linewidth=1, linestyle=(0, (4, 2)))
            axes.plot(pair[:, 0], pair[:, 1], color=colour)
            spread = 1.96 * error[2 * effort : 2 * effort + 2]
            axes.errorbar(
                pair[:, 0], pair[:, 1], xerr=spread[:, 0], yerr=spread[:, 1], fmt=marker,
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
        axes.set_xlabel("Mean expectation, points (0–100)")
        axes.set_ylabel("Mean satisfaction,\npoints (0–100)")
        axes.set_title("What effort does at the same expectation")
        axes.legend(loc="lower left")
    return figure


def four_ways_figure(ways: pd.DataFrame, truth: Mapping[str, float] | None = None) -> Figure:
    """Draw what each analysis says of effort, beside the truth where it is known.

    Parameters
    ----------
    ways : DataFrame
        From `cemlib.studies.expectation.direct_effects.four_ways`.
    truth : mapping of str to float, optional
        total and direct.
    """
    table = ways.iloc[::-1].reset_index(drop=True)
    told = "; ".join(
        f"{row.method} ({row.target} effect) {signed(row.estimate)}, {signed(row.low)} to "
        f"{signed(row.high)}"
        for row in ways.itertuples()
    )
    alt = f"Effect of effort on satisfaction in {len(ways)} analyses, in points: {told}."
    if truth:
        alt = alt[:-1] + (
            f". The truth: total {signed(truth['total'])}, direct {signed(truth['direct'])}."
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
        axes.set_xlabel("Effect of effort, points of satisfaction")
        axes.set_title("One experiment, several analyses")
        if truth:
            figure.legend(loc="outside lower right", ncols=2)
    return figure


def randomisation_figure(differences: ArrayLike, seen: float, p_value: float) -> Figure:
    """Draw the difference that was seen among those that chance alone would deal.

    Parameters
    ----------
    differences : array_like, shape (B,)
        From `cemlib.studies.expectation.experiments.randomisation_test`.
    seen : float
        The difference in the experiment, points.
    p_value : float
        Two-sided.
    """
    dealt = np.asarray(differences, dtype=float)
    alt = (
        f"The difference of {signed(seen)} points among {len(dealt):,} that chance alone would "
        f"deal: {100 * p_value:.1f}% of them are as far from 0."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        reach = 1.08 * max(float(np.abs(dealt).max()), abs(seen), 1e-9)
        _, _, bars = axes.hist(dealt, bins=np.linspace(-reach, reach, 42), color=GREY, alpha=0.55)
        for bar in bars:
            if abs(bar.get_x() + bar.get_width() / 2) >= abs(seen):
                bar.set(color=VERMILION, alpha=0.8)
        axes.axvline(seen, color=VERMILION, linewidth=2, label=f"seen: {signed(seen)}")
        guides(axes, "y")
        axes.set_xlabel("Difference of means if effort changed nobody, points")
        axes.set_ylabel("Deals")
        axes.set_title("Dealt anew by chance")
        axes.legend(loc="upper left")
    return figure
