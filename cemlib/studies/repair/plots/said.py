"""Figure of the themes that go with low and high scores."""

from __future__ import annotations

import numpy as np

from cemlib.formats import percent
from cemlib.plot.marks import dots, rows_high, signed
from cemlib.plot.style import BLUE, GREY, VERMILION, Figure, canvas
from cemlib.studies.repair.said import Said

_MOST = 14


def theme_drivers_figure(said: Said) -> Figure | None:
    """Draw how far the scores of each theme lie from the mean; None without scores."""
    if said.drivers.empty:
        return None
    table = said.drivers.sort_values("estimate", kind="stable").head(_MOST)
    table = table.iloc[::-1].reset_index(drop=True)
    lowest = table.iloc[-1]
    alt = (
        f"Scores of {len(table)} themes relative to the mean, with 95% intervals. Lowest: "
        f"{lowest['name']}, {signed(lowest['estimate'])} points."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        low, high = (table["high"] < 0).to_numpy(), (table["low"] > 0).to_numpy()
        axes.axvline(0, color=GREY, linewidth=1.2)
        dots(axes, table, np.where(low, VERMILION, np.where(high, BLUE, GREY)))
        names = [f"{row.name} ({percent(row.share)})" for row in table.itertuples(index=False)]
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(-0.6, len(table) - 0.4)
        axes.set_xlabel("Score minus the mean, points; channel held")
        axes.set_title("Themes with low scores (share of rated contacts)")
    return figure
