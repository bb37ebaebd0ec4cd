"""Figures of workbook 07."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike

from cemlib.formats import currency, join_words, money, percent
from cemlib.plot.marks import name_rows, rows_high
from cemlib.plot.style import BLUE, GREY, INK, ORANGE, SKY, Figure, canvas, guides
from cemlib.stats.estimates import percentile_interval, significant
from cemlib.stats.levers import Lever
from cemlib.studies.company.curves import Curves


def about(value: float) -> str:
    """Return money to three digits: more would be read as if it were known.

    Examples
    --------
    >>> about(160262.4), about(-1522.4), about(0.0)
    ('160,000 CNY', '−1,520 CNY', '0 CNY')
    """
    if not np.isfinite(value) or not value:
        return money(value)
    return money(round(float(value), 2 - int(np.floor(np.log10(abs(value))))))


def _thousands(axes: Axes, *sides: str) -> None:
    """Write money on an axis in thousands."""
    for side in sides:
        axis = axes.xaxis if side == "x" else axes.yaxis
        axis.set_major_locator(MaxNLocator(5, integer=False))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:,.10g}"))


def curves_figure(levers: Sequence[Lever], curves: Curves, division: ArrayLike) -> Figure:
    """Draw what each lever keeps against what is spent on it, with the recommended amount.

    Parameters
    ----------
    levers : sequence of Lever
        The levers.
    curves : Curves
        The same levers within the budget.
    division : array_like of int, shape (L,)
        The recommended division.
    """
    kept, spent = curves.of(division)
    most = int(np.argmax(significant(kept.mean(axis=1))))
    alt = (
        f"Money kept in a quarter against money spent, one panel for each of {len(levers)} levers, "
        "with bands that hold 95 of 100 draws. Dots mark what is recommended; the largest keeps "
        f"{about(float(kept[most].mean()))} for {about(float(spent[most]))}: {levers[most].name}."
    )
    columns = min(len(levers), 3)
    rows = -(-len(levers) // columns)
    size = {"nrows": rows, "ncols": columns, "squeeze": False}
    with canvas(height=1.75 * rows + 0.7, alt=alt, **size) as (figure, panels):
        for axes, lever, at, money_spent in zip(panels.flat, levers, kept, spent, strict=False):
            low, high = percentile_interval(lever.kept)
            style = "steps-post" if lever.whole else "default"
            axes.fill_between(
                lever.spend, low, high, color=SKY, alpha=0.35, linewidth=0,
                step="post" if lever.whole else None,
            )  # fmt: skip
            axes.plot(lever.spend, lever.kept.mean(axis=0), color=BLUE, drawstyle=style)
            end = lever.spend[-1]
            axes.plot([0, end], [0, end], color=GREY, linestyle=(0, (4, 3)), linewidth=1)
            axes.scatter([money_spent], [at.mean()], color=ORANGE, s=46, zorder=3)
            axes.set_title(lever.name, fontsize=10)
            _thousands(axes, "x", "y")
            guides(axes, "y")
        for axes in panels.flat[len(levers) :]:
            axes.set_axis_off()
        figure.supxlabel(f"Money spent in a quarter, thousand {currency()}", fontsize=10)
        figure.supylabel(f"Money kept, thousand {currency()}", fontsize=10)
        figure.suptitle("Above the dashed line a lever keeps more than it costs", x=0.01, ha="left")
    return figure


def division_figure(curves: Curves, division: ArrayLike) -> Figure:
    """Draw what a division spends on each lever, and what that keeps.

    Parameters
    ----------
    curves : Curves
        What may be spent.
    division : array_like of int, shape (L,)
        Position of the amount for each lever.
    """
    kept, spent = curves.of(division)
    mean, (low, high) = kept.mean(axis=1), percentile_interval(kept.T)
    order = np.argsort(significant(mean), kind="stable")
    first = order[::-1][:2]
    said = [
        f"{curves.names[at]} {about(float(spent[at]))}, which keep {about(float(mean[at]))}"
        for at in first
    ]
    alt = (
        f"Money spent on each lever out of {money(curves.budget)}, and money kept with its 95% "
        f"interval. The most is kept by {join_words(said)}."
    )
    with canvas(height=rows_high(len(order)) + 0.4, alt=alt) as (figure, axes):
        rows = np.arange(len(order))
        axes.barh(rows + 0.18, mean[order], color=BLUE, height=0.34, label="money kept")
        axes.barh(rows - 0.18, spent[order], color=ORANGE, height=0.34, label="money spent")
        axes.hlines(rows + 0.18, low[order], high[order], color=INK, linewidth=1.4)
        width = max(float(high.max()), float(spent.max()), 1.0)
        for row, at in zip(rows, order, strict=True):
            text = f"{about(float(spent[at]))} → {about(float(mean[at]))}" if spent[at] else "–"
            axes.annotate(
                text, (max(high[at], spent[at]) + 0.015 * width, row), va="center",
                color=INK if spent[at] else GREY, fontsize=9.5,
            )  # fmt: skip
        name_rows(axes, [curves.names[at] for at in order], {})
        axes.set_xlim(0, 1.36 * width)
        _thousands(axes, "x")
        guides(axes, "x")
        axes.set_xlabel(f"Thousand {currency()} in a quarter; lines: 95% interval")
        axes.set_title(f"How to divide {money(curves.budget)}, and what it keeps")
        figure.legend(loc="outside lower left", ncols=2)
    return figure


def rules_figure(compared: pd.DataFrame) -> Figure:
    """Draw what each way to divide the budget keeps beyond what it spends.

    Parameters
    ----------
    compared : DataFrame
        From `cemlib.studies.company.rules.compare_divisions`.
    """
    rows = compared.iloc[::-1].reset_index(drop=True)
    best, worst = (rows.loc[each] for each in (significant(rows["net"]).idxmax(),
                                               significant(rows["net"]).idxmin()))  # fmt: skip
    alt = (
        "Money kept beyond what is spent, for each way to divide the budget, with 95% intervals. "
        f"{str(best['rule']).capitalize()}: {about(best['net'])}; {worst['rule']}: "
        f"{about(worst['net'])}."
    )
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        colours = [ORANGE if rule == compared["rule"].iloc[0] else BLUE for rule in rows["rule"]]
        axes.hlines(rows.index, rows["low"], rows["high"], colors=colours, linewidth=2.2, alpha=0.6)
        axes.scatter(rows["net"], rows.index, c=colours, s=46, zorder=3)
        name_rows(axes, rows["rule"], {})
        guides(axes, "x")
        _thousands(axes, "x")
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_xlabel(f"Money kept beyond what is spent, thousand {currency()} in a quarter")
        axes.set_title("Ways to divide the same budget")
    return figure


def how_often_figure(often: pd.DataFrame) -> Figure:
    """Draw how much money each lever would get, if each draw were the truth.

    Parameters
    ----------
    often : DataFrame
        From `cemlib.studies.company.doubt.how_often`.
    """
    rows = often.sort_values("money", kind="stable").reset_index(drop=True)
    widest = rows.loc[significant(rows["high"] - rows["low"]).idxmax()]
    alt = (
        "Money recommended for each lever as a dot, and the span that 95 of 100 draws would give "
        f"it. The widest span has {widest['lever']}: {about(widest['low'])} to "
        f"{about(widest['high'])}."
    )
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        axes.hlines(rows.index, rows["low"], rows["high"], colors=BLUE, linewidth=5, alpha=0.4)
        axes.scatter(rows["money"], rows.index, c=ORANGE, s=46, zorder=3)
        for row, share in enumerate(rows["some"]):
            axes.annotate(
                percent(share), (1.0, row), xycoords=("axes fraction", "data"), xytext=(6, 0),
                textcoords="offset points", va="center", color=GREY, fontsize=9.5,
            )  # fmt: skip
        name_rows(axes, rows["lever"], {})
        guides(axes, "x")
        _thousands(axes, "x")
        axes.set_xlabel(
            f"Money for the lever, thousand {currency()}; right: share of draws that give it any"
        )
        axes.set_title("How sure each share is")
    return figure


def sizes_figure(studies: pd.DataFrame, lever: str) -> Figure:
    """Draw what studies of one lever are worth and cost, by size.

    Parameters
    ----------
    studies : DataFrame
        From `cemlib.studies.company.information.study_sizes`.
    lever : str
        What is studied.
    """
    best = studies.loc[significant(studies["net"]).idxmax()]
    alt = (
        f"What a study is worth before the budget is divided, and what it costs, by its size: "
        f"{lever}. At {best['size']:,.0f} rows it is worth {about(best['worth'])} and costs "
        f"{about(best['cost'])}."
    )
    with canvas(height=3.2, alt=alt) as (figure, axes):
        axes.plot(studies["size"], studies["worth"], color=BLUE, label="worth")
        axes.plot(studies["size"], studies["cost"], color=ORANGE, label="cost")
        axes.scatter([best["size"]], [best["worth"]], color=INK, s=30, zorder=3)
        axes.set_ylim(0, 1.25 * max(float(studies["worth"].max()), 1.0))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        guides(axes, "y")
        axes.set_xlabel("Rows of the study")
        axes.set_ylabel(currency())
        axes.set_title(lever.capitalize())
        axes.legend(loc="upper left", ncols=2)
    return figure


def outcome_figure(compared: pd.DataFrame) -> Figure:
    """Draw what the last plan kept beside its forecast.

    Parameters
    ----------
    compared : DataFrame
        From `cemlib.studies.company.quarter.forecast_beside_outcome`.
    """
    rows = compared.iloc[::-1].reset_index(drop=True)
    inside = int(rows["inside"].sum())
    alt = (
        "Forecast of what each lever keeps as a line from low to high, and what the quarter kept "
        f"as a dot. {inside} of {len(rows)} outcomes lie inside their 95% interval."
    )
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        axes.hlines(
            rows.index, rows["low"], rows["high"], colors=BLUE, linewidth=5, alpha=0.4,
            label="forecast, 95% interval",
        )  # fmt: skip
        axes.scatter(rows["outcome"], rows.index, c=ORANGE, s=46, zorder=3, label="outcome")
        name_rows(axes, rows["lever"], {})
        guides(axes, "x")
        _thousands(axes, "x")
        axes.set_xlabel(f"Money kept in the quarter, thousand {currency()}")
        axes.set_title("Last quarter: forecast and outcome")
        figure.legend(loc="outside lower left", ncols=2)
    return figure
