"""Elements that figures share: dots with intervals, named rows, named points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cemlib import formats
from cemlib.plot.style import GREY, guides
from cemlib.stats.estimates import significant

Names = Mapping[str, str]


def called(right: object, names: Names) -> str:
    """Return the printed name of a right."""
    return names.get(str(right), str(right))


def outcome_of(names: Names) -> str:
    """Return what the drivers explain: the name under "outcome", or overall satisfaction."""
    return names.get("outcome", "overall satisfaction")


def points_of(names: Names) -> str:
    """Return the unit of the outcome: the name under "points", or points of its scale."""
    return names.get("points", "points")


def part_of(names: Names) -> str:
    """Return what drivers explain of the outcome: the name under "part", or its variance."""
    return names.get("part", "variance")


def signed(value: float) -> str:
    """Return a number with its sign, to one decimal; no sign before a zero."""
    return formats.signed(float(value), 1)


def minus(text: str) -> str:
    """Return a text with hyphens replaced by true minus signs."""
    return text.replace("-", "−")


def rows_high(rows: int) -> float:
    """Return the height in inches of a figure with this number of named rows."""
    return 1.5 + 0.34 * rows


def dots(
    axes: Axes,
    table: pd.DataFrame,
    colours: Any,
    *,
    shift: float = 0.0,
    marker: str = "o",
    label: str | None = None,
) -> None:
    """Draw estimates as dots on lines from low to high, one per row."""
    rows = table.index.to_numpy() + shift
    axes.hlines(rows, table["low"], table["high"], colors=colours, linewidth=2.2, alpha=0.55)
    axes.scatter(table["estimate"], rows, c=colours, s=46, marker=marker, zorder=3, label=label)
    guides(axes, "x")


def name_rows(axes: Axes, rows: Sequence[object] | pd.Series | pd.Index, names: Names) -> None:
    """Name the rows of a figure, the first at the bottom."""
    axes.set_yticks(range(len(rows)), [called(row, names) for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)


def values_at_right(axes: Axes, values: pd.Series) -> None:
    """Write the value of each row beyond the right edge."""
    for row, value in enumerate(values):
        axes.annotate(
            minus(f"{value:.1f}"), (1.0, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", va="center", color=GREY, fontsize=9.5,
        )  # fmt: skip


def name_points(
    axes: Axes, x: np.ndarray, y: np.ndarray, labels: Sequence[str], gap: float = 0.045
) -> None:
    """Write names beside points, moved upwards where they would overlap.

    Points in the right half have their names on the left, so that none leaves the figure.
    """
    min_x, range_x = float(np.min(x)), max(float(np.ptp(x)), 1e-9)
    range_y = max(float(np.ptp(y)), 1e-9)
    placed: list[tuple[float, float, float]] = []
    for point in np.argsort(y, kind="stable"):
        across, height = (x[point] - min_x) / range_x, y[point] / range_y
        on_left, width = across > 0.5, 0.0145 * len(labels[point]) + 0.02
        start, end = (across - width, across) if on_left else (across, across + width)
        while any(start < e and s < end and abs(height - h) < gap for s, e, h in placed):
            height += gap / 4
        placed.append((start, end, height))
        axes.annotate(
            labels[point],
            (x[point], height * range_y),
            xytext=(-7 if on_left else 7, 0),
            ha="right" if on_left else "left",
            va="center",
            textcoords="offset points",
            fontsize=9.5,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6},
        )


def name_lines(axes: Axes, gap: float = 0.07) -> None:
    """Write the name of each line beyond its right end, moved where names would overlap.

    Parameters
    ----------
    axes : Axes
        With its limits set; lines whose label begins with ``_`` have no name.
    gap : float
        Smallest distance of two names, as a share of the height of the axes.
    """
    to_share = axes.transData + axes.transAxes.inverted()
    lines = [line for line in axes.get_lines() if not str(line.get_label()).startswith("_")]
    last = [np.asarray(line.get_xydata())[-1] for line in lines]
    ends = [float(to_share.transform(point)[1]) for point in last]
    heights: list[float] = []
    order = np.argsort(significant(ends), kind="stable")
    for at in order:
        heights.append(max(ends[at], heights[-1] + gap if heights else 0.0))
    top = 1.0
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = min(heights[place], top)
        top = heights[place] - gap
    for at, height in zip(order, heights, strict=True):
        axes.annotate(
            lines[at].get_label(), (1.0, height), xycoords="axes fraction", xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=9.5,
        )  # fmt: skip
