"""Figures of driver analysis."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cemlib.plot.marks import (
    Names,
    called,
    dots,
    name_points,
    name_rows,
    outcome_of,
    part_of,
    rows_high,
)
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import Estimates, significant
from cemlib.stats.importance import QUADRANTS, Cut, crossing, importance_performance

QUADRANT_COLOURS = (VERMILION, BLUE, GREY, ORANGE)
_CUT_WORDS = {"mean": "mean", "median": "median", "scale": "middle of the scale"}


def importance_figure(stated: pd.DataFrame | None, derived: pd.DataFrame, names: Names) -> Figure:
    """Draw derived importance beside stated importance.

    Parameters
    ----------
    stated : DataFrame or None
        Mean stated importance: name, estimate, low, high; None if it was not asked.
    derived : DataFrame
        LMG shares of R²: name, estimate, low, high, as fractions.
    names : mapping of str to str
        Printed name of each right.
    """
    table = derived.sort_values("estimate", ignore_index=True, kind="stable", key=significant)
    top = called(table["name"].iloc[-1], names)
    alt = (
        f"Derived importance of {len(table)} rights: highest share of explained variance for {top}"
    )
    stated_rows = None
    if stated is not None:
        stated_rows = stated.set_index("name").reindex(table["name"]).reset_index()
        known = stated_rows.dropna(subset="estimate")
        highest = known.loc[significant(known["estimate"]).idxmax(), "name"]
        alt += f"; highest stated importance: {called(highest, names)}"
    panels = 1 if stated_rows is None else 2
    with canvas(
        height=rows_high(len(table)), alt=alt + ".", ncols=panels, sharey=True, squeeze=False
    ) as (figure, axes):
        shares = table.assign(
            **{column: 100 * table[column] for column in ("estimate", "low", "high")}
        )
        dots(axes[0, 0], shares, BLUE)
        name_rows(axes[0, 0], table["name"], names)
        axes[0, 0].set_xlim(left=0)
        axes[0, 0].set_xlabel(f"Share of the {part_of(names)} of\n{outcome_of(names)}, %")
        axes[0, 0].set_title("Derived importance")
        if stated_rows is not None:
            dots(axes[0, 1], stated_rows, ORANGE, marker="D")
            axes[0, 1].set_xlabel("Mean stated importance,\nscale points")
            axes[0, 1].set_title("Stated importance")
            guides(axes[0, 1], "both")
        guides(axes[0, 0], "both")
    return figure


def map_figure(
    importance: Estimates,
    performance: Estimates,
    names: Names,
    *,
    cut: Cut = "mean",
    midpoints: tuple[float, float] | None = None,
) -> Figure:
    """Draw the importance–performance map.

    Parameters
    ----------
    importance : Estimates
        Shares of variance, as fractions.
    performance : Estimates
        Mean perception of the same rights in the same order, points (0–100).
    names : mapping of str to str
        Printed name of each right.
    cut, midpoints
        Where the axes cross: see `cemlib.stats.importance.crossing`.
    """
    rights = importance.names
    shares = 100 * importance.values
    means = performance.values
    if midpoints is not None:
        midpoints = (100 * midpoints[0], midpoints[1])
    quadrants = importance_performance(shares, means, cut=cut, midpoints=midpoints)
    cuts = [float(level[0]) for level in crossing(shares, means, cut=cut, midpoints=midpoints)]
    urgent = [called(r, names) for r, q in zip(rights, quadrants, strict=True) if q == 0]
    alt = f"Importance–performance map of {len(rights)} attributes. Concentrate here: " + (
        f"{', '.join(urgent)}." if urgent else "none."
    )
    with canvas(height=5.0, alt=alt) as (figure, axes):
        axes.axhline(cuts[0], color=GREY, linewidth=1)
        axes.axvline(cuts[1], color=GREY, linewidth=1)
        axes.scatter(means, shares, s=52, c=[QUADRANT_COLOURS[q] for q in quadrants], zorder=3)
        axes.margins(0.16, 0.14)
        name_points(axes, means, shares, [called(right, names) for right in rights])
        name_quadrants(axes)
        guides(axes, "none")
        axes.set_xlabel("Performance: perception index, points (0–100)")
        axes.set_ylabel(f"Importance: share of the {part_of(names)}\nof {outcome_of(names)}, %")
        axes.set_title(f"Importance and performance; axes cross at the {_CUT_WORDS[cut]}")
    return figure


def name_quadrants(axes: Axes) -> None:
    """Write the names of the quadrants of an importance–performance map into its corners."""
    corners = ((0.01, 0.98), (0.99, 0.98), (0.01, 0.02), (0.99, 0.02))
    for (x, y), quadrant in zip(corners, QUADRANTS, strict=True):
        axes.text(
            x, y, quadrant.capitalize(), transform=axes.transAxes, color=GREY,
            ha="left" if x < 0.5 else "right", va="top" if y > 0.5 else "bottom",
            fontsize=9.5, fontstyle="italic", fontweight="bold",
        )  # fmt: skip


def penalty_reward_figure(contrast: pd.DataFrame, names: Names) -> Figure:
    """Draw penalty and reward by thirds, and the difference of slopes that decides the kind.

    Parameters
    ----------
    contrast : DataFrame
        From `cemlib.stats.importance.penalty_reward`.
    names : mapping of str to str
        Printed name of each right.
    """
    table = contrast.dropna(subset="asymmetry").sort_values(
        "asymmetry", ignore_index=True, kind="stable", key=significant
    )
    factors = {
        kind: [called(driver, names) for driver in table.loc[table["kind"] == kind, "driver"]]
        for kind in ("basic", "excitement")
    }
    alt = (
        f"Penalty and reward of {len(table)} rights. Basic factors: "
        f"{', '.join(factors['basic']) or 'none'}; excitement factors: "
        f"{', '.join(factors['excitement']) or 'none'}."
    )
    with canvas(height=rows_high(len(table)), alt=alt, ncols=2, sharey=True) as (figure, panels):
        axes, slopes = panels
        for side, colour, label in (
            ("penalty", VERMILION, "penalty of the lowest third"),
            ("reward", GREEN, "reward of the highest third"),
        ):
            axes.barh(table.index, table[side], color=colour, height=0.62, alpha=0.85, label=label)
            margins = np.abs(
                table[[f"{side}_low", f"{side}_high"]].to_numpy().T - table[side].array
            )
            axes.errorbar(
                table[side], table.index, xerr=margins, fmt="none", ecolor=INK, elinewidth=1.2
            )
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, table["driver"], names)
        guides(axes, "x")
        axes.set_xlabel(f"Difference in {outcome_of(names)}\nfrom the middle third, points")
        axes.set_title("Penalty and reward")
        columns = {"asymmetry": "estimate", "asymmetry_low": "low", "asymmetry_high": "high"}
        dots(slopes, 10 * table[list(columns)].rename(columns=columns), BLUE)
        slopes.axvline(0, color=INK, linewidth=1)
        guides(slopes, "both")
        slopes.set_xlabel("Slope above − slope below,\npoints per 10 points")
        slopes.set_title("Difference of slopes")
        figure.legend(loc="outside lower right", ncols=2)
    return figure
