"""Figures of workbook 01."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.importance import map_figure
from cemlib.plot.marks import (
    Names,
    called,
    dots,
    name_lines,
    name_rows,
    outcome_of,
    points_of,
    rows_high,
    signed,
    values_at_right,
)
from cemlib.plot.style import BLUE, GREY, GUIDE, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import Estimates, significant
from cemlib.stats.importance import Cut
from cemlib.studies.rights.drivers import midpoints
from cemlib.studies.rights.need_levels import weakest_level
from cemlib.studies.rights.planning import Plan

LONG_NAME = 40  # letters from which a name takes several lines
RELIABILITY = {"alpha": "Cronbach’s α", "omega": "McDonald’s ω"}


def perception_figure(perception: pd.DataFrame, names: Names) -> Figure:
    """Draw each right's mean index with its interval, the lowest at the bottom.

    Parameters
    ----------
    perception : DataFrame
        From `Estimates.frame`: name, estimate, low, high in points (0–100).
    names : mapping of str to str
        Printed name of each right.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["a", "b"], "estimate": [40.0, 60], "low": [35.0, 55],
    ...                       "high": [45.0, 65]})
    >>> perception_figure(frame, {}).alt
    'Perception index of 2 rights with 95% intervals: lowest a (40), highest b (60).'
    """
    table = perception.dropna(subset="estimate").sort_values(
        "estimate", ignore_index=True, kind="stable", key=significant
    )
    first, last = table.iloc[0], table.iloc[-1]
    alt = (
        f"Perception index of {len(table)} rights with 95% intervals: lowest "
        f"{called(first['name'], names)} ({first['estimate']:.0f}), highest "
        f"{called(last['name'], names)} ({last['estimate']:.0f})."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        overlap = table["low"].to_numpy() <= first["high"]
        dots(axes, table, np.where(overlap, VERMILION, BLUE))
        name_rows(axes, table["name"], names)
        values_at_right(axes, table["estimate"])
        axes.set_xlabel("Perception index, points (0–100); lines: 95% intervals")
        axes.set_title("Perception of each right")
    return figure


def importance_map(importance: Estimates, performance: Estimates, names: Names, cut: Cut) -> Figure:
    """Draw the importance–performance map; "scale" is an equal share for each right, 50.

    Parameters
    ----------
    importance, performance : Estimates
        Shares of variance and mean index of the same rights in the same order.
    names : mapping of str to str
        Printed name of each right.
    cut : {"mean", "median", "scale"}
        Where the axes cross.
    """
    return map_figure(importance, performance, names, cut=cut, midpoints=midpoints(importance))


def groups_figure(groups: pd.DataFrame, everyone: pd.DataFrame, names: Names, by: str) -> Figure:
    """Draw the difference between each group's index and that of all customers.

    Parameters
    ----------
    groups : DataFrame
        From `cemlib.studies.rights.perception.perception_by_group`.
    everyone : DataFrame
        From `Estimates.frame`: name, estimate.
    names : mapping of str to str
        Printed name of each right.
    by : str
        Variable that defines the groups: "segment".
    """
    wide = groups.pivot(index="right", columns="group", values="estimate")
    overall = everyone.set_index("name")["estimate"].sort_values(
        ascending=False, kind="stable", key=significant
    )
    differences = wide.reindex(overall.index).sub(overall, axis=0)
    stacked = differences.stack().dropna()
    if stacked.empty:
        summary = "No group is large enough to be shown."
    else:
        right, group = significant(stacked.abs()).idxmax()
        summary = (
            f"Largest difference: {called(right, names)} in {group}, "
            f"{signed(stacked[right, group])} points."
        )
    alt = f"Perception index by {by}, as difference from all customers. {summary}"
    labels = [str(group) for group in differences.columns]
    is_long = max(map(len, labels)) > LONG_NAME
    room = 0.7 if is_long else 0.0  # for names of several lines, which the figure wraps
    with canvas(height=rows_high(len(differences)) + room, alt=alt) as (figure, axes):
        largest = max(float(stacked.abs().max()) if len(stacked) else 0.0, 5.0)
        edges = [np.arange(size + 1) - 0.5 for size in differences.shape]
        axes.pcolormesh(
            *edges[::-1], np.ma.masked_invalid(differences), cmap="RdBu",
            vmin=-1.4 * largest, vmax=1.4 * largest
        )  # fmt: skip
        axes.invert_yaxis()
        for row, column in np.ndindex(*differences.shape):
            value = differences.iloc[row, column]
            text = "–" if np.isnan(value) else signed(value)
            dark = abs(value) > 0.85 * largest
            axes.text(column, row, text, ha="center", va="center", color="white" if dark else INK)
        axes.set_xticks(
            range(differences.shape[1]),
            labels if is_long else [label.replace(" ", "\n") for label in labels],
        )
        axes.set_yticks(
            range(len(differences)), [called(right, names) for right in differences.index]
        )
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        guides(axes, "none")
        axes.set_xlabel(f"{by.capitalize()}; difference from all customers, points")
        axes.set_title(f"Perception by {by}, compared with all customers")
    return figure


def reliability_figure(quality: pd.DataFrame, names: Names) -> Figure:
    """Draw α and ω of each scale with intervals, and the usual threshold of 0.7.

    Parameters
    ----------
    quality : DataFrame
        From `cemlib.stats.scales.scale_quality`.
    names : mapping of str to str
        Printed name of each right.
    """
    table = quality.dropna(subset="alpha").sort_values(
        "alpha", ignore_index=True, kind="stable", key=significant
    )
    weak = [called(scale, names) for scale in table.loc[table["alpha"] < 0.7, "scale"]]
    alt = (
        f"Cronbach’s alpha and McDonald’s omega of {len(table)} scales with 95% intervals. "
        f"Alpha below 0.7: {', '.join(weak) or 'none'}."
    )
    with canvas(height=rows_high(max(len(table), 3)), alt=alt) as (figure, axes):
        for measure, shift, colour, marker in (
            ("alpha", 0.14, BLUE, "o"),
            ("omega", -0.14, ORANGE, "D"),
        ):
            bounds = {bound: table[f"{measure}_{bound}"] for bound in ("low", "high")}
            part = table.assign(estimate=table[measure], **bounds).dropna(subset="estimate")
            dots(axes, part, colour, shift=shift, marker=marker, label=RELIABILITY[measure])
        axes.axvline(0.7, color=GREY, linestyle=(0, (4, 3)), linewidth=1.2, zorder=1)
        axes.annotate(
            "usual threshold 0.7", (0.7, len(table) - 0.45), xytext=(-4, 0), ha="right",
            textcoords="offset points", color=GREY, va="center", fontsize=9
        )  # fmt: skip
        name_rows(axes, table["scale"], names)
        axes.set_xlim(right=1.0)
        axes.set_xlabel("Reliability (0–1); lines: 95% intervals")
        axes.set_title("Reliability of the questions on each right")
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def levels_figure(levels: pd.DataFrame) -> Figure:
    """Draw each level of need with the range of its index over the random mappings.

    Parameters
    ----------
    levels : DataFrame
        From `cemlib.studies.rights.need_levels.mapping_sensitivity`, basic needs first.
    """
    weakest = weakest_level(levels)
    alt = (
        f"Perception index of {len(levels)} levels of need under the assumed mapping and under "
        f"random ones. Most often lowest: {weakest['level']}, in {weakest['weakest']:.0%} of the "
        "random mappings."
    )
    with canvas(height=rows_high(len(levels)), alt=alt) as (figure, axes):
        rows = levels.rename(columns={"assumed": "estimate"}).reset_index(drop=True)
        dots(axes, rows, BLUE)
        name_rows(axes, rows["level"], {})
        for row, share in enumerate(rows["weakest"]):
            axes.annotate(
                f"lowest in {share:.0%}", (1.0, row), xycoords=("axes fraction", "data"),
                xytext=(6, 0), textcoords="offset points", va="center", color=GREY, fontsize=9
            )  # fmt: skip
        axes.set_xlabel(
            "Perception index, points (0–100); dots: assumed mapping,\n"
            "lines: 95% of the random mappings"
        )
        axes.set_title("Perception by level of need, basic needs at the bottom")
    return figure


def changes_figure(changes: pd.DataFrame, names: Names, first: str, last: str) -> Figure:
    """Draw the change in each right between two waves and the smallest detectable change.

    Parameters
    ----------
    changes : DataFrame
        From `cemlib.studies.rights.perception.wave_changes`.
    names : mapping of str to str
        Printed name of each right.
    first, last : str
        The waves.
    """
    table = changes.dropna(subset="change").sort_values(
        "change", ignore_index=True, kind="stable", key=significant
    )
    changed = table["p_holm"].to_numpy() < 0.05
    names_changed = [called(right, names) for right in table.loc[changed, "right"]]
    alt = (
        f"Change in {len(table)} rights from {first} to {last} with 95% intervals. "
        f"Statistically significant: {', '.join(names_changed) or 'none'}."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        rows = np.arange(len(table))
        axes.barh(
            rows, 2 * table["detectable"], left=-table["detectable"], color=GUIDE, height=0.7,
            label="below the smallest detectable change"
        )  # fmt: skip
        dots(axes, table.rename(columns={"change": "estimate"}), np.where(changed, BLUE, GREY))
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, table["right"], names)
        between = "\n" if len(first) + len(last) > LONG_NAME else " "
        axes.set_xlabel(f"Change from {first}{between}to {last}, points; lines: 95% intervals")
        axes.set_title("Change in perception between the first and the last wave")
        figure.legend(loc="outside lower right")
    return figure


def plan_figure(plan: Plan, names: Names, budget_days: float) -> Figure:
    """Draw the uplift of a practice plan by right.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : mapping of str to str
        Printed name of each right.
    budget_days : float
        Budget, person-days.
    """
    uplift = plan.uplift
    alt = (
        f"A plan of {plan.days:.0f} of {budget_days:.0f} person-days with an expected gain of "
        f"{plan.gain:.2f} {points_of(names)} of {outcome_of(names)}, "
        + (
            f"most uplift in {called(significant(uplift).idxmax(), names)}."
            if plan.gain > 0
            else "no uplift in any right."
        )
    )
    with canvas(height=rows_high(len(uplift)), alt=alt) as (figure, axes):
        order = uplift.iloc[::-1]
        axes.barh(range(len(order)), order, color=BLUE, height=0.62)
        name_rows(axes, order.index, names)
        guides(axes, "x")
        axes.set_xlim(0, 16)
        axes.set_xlabel("Uplift in perception after diminishing returns, points")
        axes.set_title(
            f"{plan.days:.0f} person-days: +{plan.gain:.2f} {points_of(names)} of "
            f"{outcome_of(names)}"
        )
    return figure


def frontier_figure(
    frontier: pd.DataFrame, budget_days: float, names: Names | None = None
) -> Figure:
    """Draw the gain of the best plan and of the largest-gap rule by budget.

    Parameters
    ----------
    frontier : DataFrame
        budget_days, best, largest_gap (points of the outcome).
    budget_days : float
        The budget to mark.
    names : mapping of str to str, optional
        Printed name of the outcome, under "outcome".
    """
    distance = significant((frontier["budget_days"] - budget_days).abs())
    marked = frontier.iloc[distance.argmin()]
    alt = (
        f"Expected rise in {outcome_of(names or {})} by budget. At {marked['budget_days']:.0f} "
        f"person-days the best plan gains {marked['best']:.2f} {points_of(names or {})}, improving "
        f"the lowest right first {marked['largest_gap']:.2f}."
    )
    with canvas(height=3.8, alt=alt) as (figure, axes):
        for column, colour, style, label in (
            ("best", BLUE, "-", "best plan"),
            ("largest_gap", VERMILION, (0, (4, 2)), "rule: improve the\nlowest right first"),
        ):
            axes.plot(
                frontier["budget_days"], frontier[column], color=colour, linestyle=style,
                label=label
            )  # fmt: skip
        axes.axvline(budget_days, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_xlabel("Budget, person-days")
        axes.set_ylabel(f"Expected rise in\n{outcome_of(names or {})}, {points_of(names or {})}")
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, frontier["budget_days"].max())
        axes.set_title("Expected gain by budget")
        name_lines(axes, gap=0.12)
    return figure
