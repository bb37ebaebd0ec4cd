"""Figures of the ratchet of expectations."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import signed
from cemlib.plot.style import BLUE, GREEN, VERMILION, Figure, canvas


def ratchet_figure(still: pd.DataFrame, chase: pd.DataFrame, period: str = "Year") -> Figure:
    """Draw what standing still does to satisfaction, and what chasing it takes.

    Parameters
    ----------
    still : DataFrame
        From `cemlib.stats.ratchet.Ratchet.standing_still`.
    chase : DataFrame
        From `cemlib.stats.ratchet.Ratchet.chase`.
    period : str
        What a period is called in print.
    """
    first, last = still.iloc[0], still.iloc[-1]
    alt = (
        f"With the same performance for {len(still)} periods, expectation moves from "
        f"{first['expectation']:.0f} to {last['expectation']:.0f} points and satisfaction by "
        f"{signed(last['satisfaction'] - first['satisfaction'])}. To keep satisfaction at "
        f"{chase['satisfaction'].iloc[0]:.0f}, performance must rise by "
        f"{signed(chase['more'].iloc[-1])} points by the end."
    )
    lines = (
        ("performance", GREEN, "-", "delivered"),
        ("expectation", VERMILION, (0, (4, 2)), "expected"),
        ("satisfaction", BLUE, (0, (1, 1.5)), "satisfaction"),
    )
    names = [column for column, *_ in lines]
    ends = pd.concat([still[names], chase[names]]).stack()
    with canvas(height=3.9, alt=alt, ncols=2, sharey=True) as (figure, axes):
        for axis, table, title in (
            (axes[0], still, "The same service"),
            (axes[1], chase, "The same satisfaction"),
        ):
            for column, colour, style, label in lines:
                axis.plot(
                    table["period"], table[column], color=colour, linestyle=style, label=label,
                    marker="o", markersize=3.5,
                )  # fmt: skip
            axis.set_xlabel(period)
            axis.set_title(title)
            axis.set_xticks(table["period"][:: max(len(table) // 5, 1)])
            axis.set_ylim(ends.min() - 4, ends.max() + 4)
        axes[0].set_ylabel("Points (0–100)")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower right", ncols=3)
    return figure
