"""Figures of menus to be spoken."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, SKY, VERMILION, Figure, canvas, guides


def listening_figure(ways: pd.DataFrame, bound: float) -> Figure:
    """Draw how long callers listen, by the way offers are told.

    Parameters
    ----------
    ways : DataFrame
        ``way``, ``choices`` (seconds until the right offer is reached) and ``offer`` (seconds to
        tell it, or 0 where reaching it is telling it), drawn from the top.
    bound : float
        Seconds of choices that no menu goes below.
    """
    order = ways.iloc[::-1].reset_index(drop=True)
    whole = order["choices"] + order["offer"]
    words = [f"{way} {s:.0f} seconds" for way, s in zip(order["way"], whole, strict=True)][::-1]
    with canvas(height=rows_high(len(order)) + 0.4, alt=f"Listening time: {', '.join(words)}.") as (
        figure,
        axes,
    ):
        flat = order["offer"] == 0
        colours = [VERMILION if each else BLUE for each in flat]
        axes.barh(order.index, order["choices"], color=colours, height=0.62)
        axes.barh(order.index, order["offer"], left=order["choices"], color=SKY, height=0.62,
                  label="telling the one offer")  # fmt: skip
        for row, seconds in enumerate(whole):
            axes.annotate(
                f"{seconds:.0f} s", (seconds, row), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=9.5, color=INK,
            )  # fmt: skip
        axes.axvline(bound, color=GREEN, linewidth=1.8, linestyle=(0, (4, 2)),
                     label=f"no menu goes below {bound:.1f} s of choices")  # fmt: skip
        axes.margins(x=0.1)
        name_rows(axes, order["way"], {})
        guides(axes, "x")
        axes.set_xlabel("Seconds that a caller listens, on average")
        axes.set_title("Reading out, or asking first")
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def branches_figure(table: pd.DataFrame, chosen: int) -> Figure:
    """Draw the seconds of choices over the most choices that a turn may have.

    Parameters
    ----------
    table : DataFrame
        ``branches``, ``best``, ``by_type``, ``bound`` (seconds).
    chosen : int
        The number to mark.
    """
    at = table[table["branches"] == chosen].iloc[0]
    alt = (
        f"Seconds of choices by the most choices a turn: with {chosen} the best menu takes "
        f"{at['best']:.1f}, layered by type {at['by_type']:.1f}, the bound is {at['bound']:.1f}."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        for column, colour, style, label in (
            ("by_type", VERMILION, (0, (4, 2)), "layered by type"),
            ("best", BLUE, "-", "best of all"),
            ("bound", GREEN, (0, (1, 1.5)), "bound"),
        ):
            axes.plot(
                table["branches"], table[column], color=colour, linestyle=style, marker="o",
                markersize=5, label=label,
            )  # fmt: skip
        axes.axvline(chosen, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_xticks(table["branches"])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Most choices in a turn")
        axes.set_ylabel("Seconds of choices")
        axes.set_title("How many choices at once?")
        figure.legend(loc="outside lower right", ncols=3)
    return figure
