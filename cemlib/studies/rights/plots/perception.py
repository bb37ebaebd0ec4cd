"""Figures of the rights-based assessment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import Names, called, dots, name_rows, rows_high, signed, values_at_right
from cemlib.plot.style import BLUE, GREY, GUIDE, INK, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant


def perception_figure(perception: pd.DataFrame, names: Names) -> Figure:
    """Draw each right's mean index with its interval, weakest at the bottom.

    Parameters
    ----------
    perception : DataFrame
        From `Estimates.frame`: name, estimate, low, high in points (0–100).
    names : mapping of str to str
        What each right is called in print.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["a", "b"], "estimate": [40.0, 60], "low": [35.0, 55],
    ...                       "high": [45.0, 65]})
    >>> perception_figure(frame, {}).alt
    'Perception index of 2 rights with 95 % intervals: lowest a (40), highest b (60).'
    """
    table = perception.dropna(subset="estimate").sort_values(
        "estimate", ignore_index=True, kind="stable", key=significant
    )
    first, last = table.iloc[0], table.iloc[-1]
    alt = (
        f"Perception index of {len(table)} rights with 95 % intervals: lowest "
        f"{called(first['name'], names)} ({first['estimate']:.0f}), highest "
        f"{called(last['name'], names)} ({last['estimate']:.0f})."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        overlap = table["low"].to_numpy() <= first["high"]
        colours = np.where(overlap, VERMILION, BLUE)
        dots(axes, table, colours)
        name_rows(axes, table["name"], names)
        values_at_right(axes, table["estimate"])
        axes.set_xlabel("Perception index, points (0–100); lines: 95 % intervals")
        axes.set_title("How strongly customers feel each right")
    return figure


def groups_figure(groups: pd.DataFrame, everyone: pd.DataFrame, names: Names, by: str) -> Figure:
    """Draw how far each group's index lies from that of all customers.

    Parameters
    ----------
    groups : DataFrame
        From `cemlib.studies.rights.perception.perception_by_group`.
    everyone : DataFrame
        From `Estimates.frame`: name, estimate.
    names : mapping of str to str
        What each right is called in print.
    by : str
        What the groups are: "segment".
    """
    wide = groups.pivot(index="right", columns="group", values="estimate")
    whole = everyone.set_index("name")["estimate"].sort_values(
        ascending=False, kind="stable", key=significant
    )
    apart = wide.reindex(whole.index).sub(whole, axis=0)
    stacked = apart.stack()
    if stacked.empty:
        summary = "No group is large enough to be shown."
    else:
        right, group = significant(stacked.abs()).idxmax()
        summary = (
            f"Farthest from all customers: {called(right, names)} in {group}, "
            f"{signed(stacked[right, group])} points."
        )
    alt = f"Perception index by {by}, as difference from all customers. {summary}"
    with canvas(height=rows_high(len(apart)), alt=alt) as (figure, axes):
        reach = max(float(stacked.abs().max()) if len(stacked) else 0.0, 5.0)
        edges = [np.arange(size + 1) - 0.5 for size in apart.shape]
        shades = np.ma.masked_invalid(apart)
        axes.pcolormesh(*edges[::-1], shades, cmap="RdBu", vmin=-1.4 * reach, vmax=1.4 * reach)
        axes.invert_yaxis()
        for row, column in np.ndindex(*apart.shape):
            value = apart.iloc[row, column]
            text = "–" if np.isnan(value) else signed(value)
            strong = abs(value) > 0.85 * reach
            axes.text(column, row, text, ha="center", va="center", color="white" if strong else INK)
        axes.set_xticks(
            range(apart.shape[1]), [str(group).replace(" ", "\n") for group in apart.columns]
        )
        axes.set_yticks(range(len(apart)), [called(right, names) for right in apart.index])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        guides(axes, "none")
        axes.set_xlabel(f"{by.capitalize()}; difference from all customers in points")
        axes.set_title(f"Who feels it more, who less, by {by}")
    return figure


def levels_figure(levels: pd.DataFrame) -> Figure:
    """Draw each level of need with the range that other mappings give it.

    Parameters
    ----------
    levels : DataFrame
        From `cemlib.studies.rights.perception.mapping_sensitivity`, basic needs first.
    """
    weakest = levels.loc[significant(levels["weakest"]).idxmax()]
    alt = (
        f"Perception of {len(levels)} levels of need under the assumed mapping and under others. "
        f"Weakest most often: {weakest['level']}, in {weakest['weakest']:.0%} of those tried."
    )
    with canvas(height=rows_high(len(levels)), alt=alt) as (figure, axes):
        rows = levels.rename(columns={"assumed": "estimate"}).reset_index(drop=True)
        dots(axes, rows, BLUE)
        name_rows(axes, rows["level"], {})
        for row, share in enumerate(rows["weakest"]):
            axes.annotate(
                f"weakest in {share:.0%}", (1.0, row), xycoords=("axes fraction", "data"),
                xytext=(6, 0), textcoords="offset points", va="center", color=GREY, fontsize=9,
            )  # fmt: skip
        axes.set_xlabel("Perception index, points (0–100); lines: 95 % of other mappings")
        axes.set_title("Levels of need, basic ones at the bottom")
    return figure


def changes_figure(changes: pd.DataFrame, names: Names, first: str, last: str) -> Figure:
    """Draw the change of each right between two waves and what could have been seen.

    Parameters
    ----------
    changes : DataFrame
        From `cemlib.studies.rights.perception.wave_changes`.
    names : mapping of str to str
        What each right is called in print.
    first, last : str
        The waves.
    """
    table = changes.dropna(subset="change").sort_values(
        "change", ignore_index=True, kind="stable", key=significant
    )
    sure = table["p_holm"].to_numpy() < 0.05
    moved = [called(right, names) for right in table.loc[sure, "right"]]
    alt = f"Change of {len(table)} rights from {first} to {last} with 95 % intervals. Sure: " + (
        f"{', '.join(moved)}." if moved else "none."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        rows = np.arange(len(table))
        axes.barh(
            rows, 2 * table["detectable"], left=-table["detectable"], color=GUIDE, height=0.7,
            label="too small for this sample to find",
        )  # fmt: skip
        dots(axes, table.rename(columns={"change": "estimate"}), np.where(sure, BLUE, GREY))
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, table["right"], names)
        axes.set_xlabel(f"Change from {first} to {last}, points; lines: 95 % intervals")
        axes.set_title("What has changed, all rights judged together")
        figure.legend(loc="outside lower right")
    return figure
