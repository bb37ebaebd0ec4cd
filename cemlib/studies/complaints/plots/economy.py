"""Figure of what a value depends on."""

from __future__ import annotations

import pandas as pd

from cemlib.plot.marks import name_rows, rows_high
from cemlib.plot.style import BLUE, INK, ORANGE, Figure, canvas, guides
from cemlib.teach.sentences import number

_NAMES = {
    "margin": "margin",
    "monthly_retention": "monthly retention",
    "invitation_cost": "cost of inviting",
    "uninvited_share": "share who complain uninvited",
    "reachable_share": "share who can be reached",
    "compensation": "mean compensation",
    "effect of resolving": "effect of resolving (95% interval)",
}


def tornado_figure(varied: pd.DataFrame) -> Figure:
    """Draw how the best invitation depends on each assumption.

    Parameters
    ----------
    varied : DataFrame
        From `cemlib.studies.complaints.economy.vary_invitation`.
    """
    first, base = varied.iloc[0], 100 * float(varied["base"].iloc[0])
    alt = (
        f"Share of dissatisfied customers who would complain at the best spending, {base:.0f}%, as "
        f"each assumption changes. It depends most on the {_NAMES[first['assumption']]}: "
        f"{100 * first['at_low']:.0f}% to {100 * first['at_high']:.0f}%."
    )
    rows = varied.iloc[::-1].reset_index(drop=True)
    with canvas(height=rows_high(len(rows)), alt=alt) as (figure, axes):
        for end, colour, label in (
            ("low", ORANGE, "lower value"), ("high", BLUE, "higher value"),
        ):  # fmt: skip
            width = 100 * rows[f"at_{end}"] - base
            axes.barh(rows.index, width, left=base, color=colour, height=0.6, label=label)
        names = [
            f"{_NAMES[row.assumption]}: {number(row.low, 2)} to {number(row.high, 2)}"
            for row in rows.itertuples()
        ]
        name_rows(axes, names, {})
        guides(axes, "x")
        axes.axvline(base, color=INK, linewidth=1)
        axes.set_xlabel("Share of dissatisfied customers who would complain, %")
        axes.set_title("What the best invitation rests on")
        figure.legend(loc="outside lower left", ncols=2)
    return figure
