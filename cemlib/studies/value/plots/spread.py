"""The figure of how respondents differ in what a day is worth to them."""

from __future__ import annotations

import pandas as pd

from cemlib.formats import currency, money
from cemlib.plot.style import BLUE, GREY, Figure, canvas


def willing_figure(willing: pd.DataFrame, simple: float) -> Figure:
    """Draw the share of respondents to whom a day saved is worth more than an amount.

    Parameters
    ----------
    willing : DataFrame
        From `cemlib.studies.value.mixed_logit.share_willing`, by rising amounts.
    simple : float
        What a day is worth in the one model for all.
    """
    row = willing.iloc[(willing["worth"] - simple).abs().argmin()]
    alt = (
        "Share of respondents to whom a day saved is worth more than an amount, falling from "
        f"{100 * willing['estimate'].iloc[0]:.0f}% at {money(willing['worth'].iloc[0], 1)} to "
        f"{100 * willing['estimate'].iloc[-1]:.0f}% at {money(willing['worth'].iloc[-1], 1)}; at "
        f"{money(row['worth'], 1)}, near the one value for all, {100 * row['estimate']:.0f}%."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        axes.fill_between(
            willing["worth"], 100 * willing["low"], 100 * willing["high"],
            color=BLUE, alpha=0.18, lw=0,
        )  # fmt: skip
        axes.plot(willing["worth"], 100 * willing["estimate"], color=BLUE)
        axes.axvline(simple, color=GREY, linewidth=1.4, linestyle=(0, (4, 2)))
        axes.annotate(
            "one value for all", (simple, 96), xytext=(5, -4), fontsize=9.5,
            textcoords="offset points",
        )  # fmt: skip
        axes.set_ylim(0, 102)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Value of a day saved ({currency()}); band: 95% interval")
        axes.set_ylabel("Respondents who value\na day at more, %")
        axes.set_title("How respondents differ in the value of a day")
    return figure
