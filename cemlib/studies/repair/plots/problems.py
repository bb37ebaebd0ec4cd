"""Figures of problems: which are common, which are rising, and when they come."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import Names, called, name_rows, rows_high
from cemlib.plot.style import BLUE, GREY, INK, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.studies.repair.problems import ProblemCounts


def problem_figures(counts: ProblemCounts | None, names: Names) -> list[Figure]:
    """Return the figures of problems that were counted; none without codes.

    Parameters
    ----------
    counts : ProblemCounts or None
        From `cemlib.studies.repair.problems.count_problems`.
    names : mapping of str to str
        Printed name of each problem.
    """
    if counts is None:
        return []
    rising = [] if counts.rising is None else [emerging_figure(counts.rising, names)]
    return [pareto_figure(counts.common, names), *rising, hours_figure(counts.hourly, names)]


def pareto_figure(table: pd.DataFrame, names: Names) -> Figure:
    """Draw problems by their share of cases, with cumulative shares.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.problems.pareto`.
    names : mapping of str to str
        Printed name of each problem.
    """
    vital = int(table["vital"].sum())
    top = table.iloc[0]
    alt = (
        f"{int(table['cases'].sum()):,} cases of {len(table)} problems. Most common: "
        f"{called(top['problem'], names)} ({100 * top['share']:.0f}%); the first {vital} account "
        f"for {100 * table['cumulative'].iloc[vital - 1]:.0f}%."
    )
    rows = table.iloc[::-1].reset_index(drop=True)
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        colours = np.where(rows["vital"], BLUE, GREY)
        axes.barh(rows.index, 100 * rows["share"], color=colours, height=0.62, alpha=0.85)
        name_rows(axes, rows["problem"], names)
        for row, share in enumerate(rows["cumulative"]):
            axes.annotate(
                f"{100 * share:.0f}%", (1.0, row), xycoords=("axes fraction", "data"),
                xytext=(6, 0), textcoords="offset points", va="center", color=GREY, fontsize=9.5,
            )  # fmt: skip
        guides(axes, "x")
        axes.set_xlabel("Share of cases, %; cumulative share at the right")
        axes.set_title("Most common problems")
    return figure


def emerging_figure(table: pd.DataFrame, names: Names) -> Figure:
    """Draw the rate of each problem relative to before.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.problems.emerging`.
    names : mapping of str to str
        Printed name of each problem.
    """
    shown = table[np.isfinite(table["ratio"]) & (table["ratio"] > 0)]
    rows = shown.sort_values("ratio", ignore_index=True, kind="stable", key=significant)
    rising = [row for row in table.itertuples() if row.emerging]
    listed = [
        f"{called(row.problem, names)} ({row.ratio:.1f} times the rate before)"
        if np.isfinite(row.ratio)
        else f"{called(row.problem, names)} (new)"
        for row in rising
    ]
    alt = (
        f"Rate of {len(table)} problems relative to before. Rising: {', '.join(listed) or 'none'}."
    )
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        colours = np.where(rows["emerging"], VERMILION, GREY)
        axes.hlines(
            rows.index, rows["low"].clip(lower=0.05), rows["high"], colors=colours, linewidth=2.2,
            alpha=0.55,
        )  # fmt: skip
        axes.scatter(rows["ratio"], rows.index, c=colours, s=46, zorder=3)
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_xscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if _inside(tick, rows)]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        name_rows(axes, rows["problem"], names)
        guides(axes, "x")
        axes.set_xlabel("Rate relative to before, times; lines: 95% intervals")
        axes.set_title("Which problems are rising")
    return figure


def hours_figure(table: pd.DataFrame, names: Names) -> Figure:
    """Draw the hours of the day at which each problem concentrates.

    The colour is (cases + 3)/(expected + 3), so that hours with few cases do not stand out.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.problems.concentration`.
    names : mapping of str to str
        Printed name of each problem.
    """
    drawn = table.assign(ratio=(table["cases"] + 3) / (table["expected"] + 3))
    grid = drawn.pivot(index="problem", columns="hour", values="ratio").iloc[::-1]
    marked = table[table["concentrated"]]
    listed = [
        f"{called(problem, names)} at {', '.join(str(hour) for hour in rows['hour'])}"
        for problem, rows in marked.groupby("problem", sort=True)
    ]
    alt = f"Cases of {len(grid)} problems by hour of the day, relative to all problems. " + (
        f"Significantly more: {'; '.join(listed)} o'clock." if listed else "No hour stands out."
    )
    with canvas(height=max(1.7 + 0.3 * len(grid), 3.0), alt=alt) as (figure, axes):
        top = float(np.nanpercentile(grid.to_numpy(), 99.5))
        image = axes.imshow(
            grid.to_numpy(), cmap="cividis", aspect="auto", vmin=0, vmax=max(top, 1), origin="lower"
        )
        axes.grid(visible=False)
        row_of = {problem: row for row, problem in enumerate(grid.index)}
        axes.scatter(
            marked["hour"], marked["problem"].map(row_of), s=34, c=VERMILION, edgecolors="white",
            zorder=3, label="significantly more than expected",
        )  # fmt: skip
        axes.set_yticks(range(len(grid)), [called(row, names) for row in grid.index])
        axes.set_xticks(range(0, 24, 3))
        axes.set_xlabel("Hour of the day, local time, 0–23")
        axes.set_title("When problems come")
        bar = figure.colorbar(image, ax=axes, shrink=0.9)
        bar.outline.set_visible(False)
        bar.set_label("Cases as a multiple\nof the expected")
        figure.legend(loc="outside lower right")
    return figure


def _inside(tick: float, rows: pd.DataFrame) -> bool:
    low = max(float(rows["low"].min()), 0.05)
    return low * 0.8 <= tick <= float(rows["high"].max()) * 1.25
