"""Figures of spoken menus."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, SKY, VERMILION, Figure, canvas, guides


def listening_figure(methods: pd.DataFrame, bound: float) -> Figure:
    """Draw how long callers listen, by the method of telling offers.

    Parameters
    ----------
    methods : DataFrame
        From `cemlib.studies.value.spoken_menus.SpokenMenu.methods`, drawn from the top.
    bound : float
        Seconds of choices below which no menu can go.
    """
    order = methods.iloc[::-1].reset_index(drop=True)
    whole = order["choices"] + order["offer"]
    pairs = zip(order["method"], whole, strict=True)
    words = [f"{method} {seconds:.0f} seconds" for method, seconds in pairs][::-1]
    with canvas(
        height=rows_high(len(order)) + 0.4, alt=f"Mean listening time: {', '.join(words)}."
    ) as (
        figure,
        axes,
    ):
        flat = order["offer"] == 0
        colours = [VERMILION if each else BLUE for each in flat]
        axes.barh(order.index, order["choices"], color=colours, height=0.62)
        axes.barh(order.index, order["offer"], left=order["choices"], color=SKY, height=0.62,
                  label="explaining the one offer")  # fmt: skip
        for row, seconds in enumerate(whole):
            axes.annotate(
                f"{seconds:.0f} s", (seconds, row), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=9.5, color=INK,
            )  # fmt: skip
        axes.axvline(bound, color=GREEN, linewidth=1.8, linestyle=(0, (4, 2)),
                     label=f"bound for the choices of any menu: {bound:.1f} s")  # fmt: skip
        axes.margins(x=0.1)
        name_rows(axes, order["method"], {})
        guides(axes, "x")
        axes.set_xlabel("Mean listening time of callers, seconds")
        axes.set_title("Listening time by method of telling offers")
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def branches_figure(table: pd.DataFrame, chosen: int) -> Figure:
    """Draw the seconds of choices by the maximum number of choices in a turn.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.value.spoken_menus.branches_table`.
    chosen : int
        The number of choices to mark.
    """
    at = table[table["branches"] == chosen].iloc[0]
    alt = (
        f"Mean seconds of choices by the maximum number of choices in a turn: with {chosen}, the "
        f"best menu takes {at['best']:.1f} and the menu layered by type {at['by_type']:.1f}; the "
        f"bound is {at['bound']:.1f}."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        for column, colour, style, label in (
            ("by_type", VERMILION, (0, (4, 2)), "menu layered by type"),
            ("best", BLUE, "-", "best menu of all"),
            ("bound", GREEN, (0, (1, 1.5)), "bound"),
        ):
            axes.plot(
                table["branches"], table[column], color=colour, linestyle=style, marker="o",
                markersize=5, label=label,
            )  # fmt: skip
        axes.axvline(chosen, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_xticks(table["branches"])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Maximum number of choices in a turn")
        axes.set_ylabel("Mean seconds of choices")
        axes.set_title("Listening time by number of choices in a turn")
        figure.legend(loc="outside lower right", ncols=3)
    return figure
