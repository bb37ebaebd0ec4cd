"""Figures of the service levels of a log."""

from __future__ import annotations

import numpy as np

from cemlib.plot.marks import Names, dots, name_rows, rows_high
from cemlib.plot.style import BLUE, GREY, GUIDE, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.studies.repair.service_levels import ServiceLevels

GROUPS = {"hours": "hour of the day", "weekdays": "weekday", "channels": "channel", "days": "week"}
_TITLES = {"first response": "First answer within {} h", "resolution": "Closed within {} h"}


def levels_figure(levels: ServiceLevels, names: Names, wait: str, by: str) -> Figure:
    """Draw the share within target by hour, weekday, channel, or day.

    Parameters
    ----------
    levels : ServiceLevels
        Service levels.
    names : mapping of str to str
        Printed names of channels.
    wait : str
        ``"first response"`` or ``"resolution"``.
    by : str
        One of `GROUPS`.
    """
    waits = levels.shown[wait]
    title = _TITLES[wait].format(f"{waits.target:g}")
    if by == "days":
        return _days_figure(levels, wait, title)
    table = getattr(waits, by).iloc[:: 1 if by == "hours" else -1].reset_index(drop=True)
    every = waits.within
    lowest = table.loc[significant(table["estimate"]).idxmin()] if len(table) else None
    alt = (
        f"{title}, by {GROUPS[by]}: {len(table)} groups with 95% intervals; all contacts "
        f"{100 * every.estimate:.0f}%."
    )
    if lowest is not None:
        group = names.get(lowest["group"], lowest["group"])
        alt += f" Lowest: {group}, {100 * lowest['estimate']:.0f}%."
    shares = table.assign(**{name: 100 * table[name] for name in ("estimate", "low", "high")})
    height = 3.6 if by == "hours" else rows_high(max(len(table), 2))
    with canvas(height=height, alt=alt) as (figure, axes):
        if by == "hours":
            at = table["group"].astype(int)
            axes.axhspan(100 * every.low, 100 * every.high, color=GUIDE, linewidth=0)
            axes.vlines(at, shares["low"], shares["high"], color=BLUE, alpha=0.55, linewidth=2.2)
            axes.scatter(at, shares["estimate"], color=BLUE, s=36, zorder=3)
            guides(axes, "y")
            axes.set_xticks(range(0, 24, 3))
            axes.set_xlabel("Hour at which the contact began; grey: all contacts")
            axes.set_ylabel("Contacts, %")
        else:
            axes.axvspan(100 * every.low, 100 * every.high, color=GUIDE, linewidth=0)
            dots(axes, shares, BLUE)
            name_rows(axes, table["group"], names)
            axes.set_xlabel("Contacts, %; lines: 95% intervals; grey: all contacts")
        axes.set_title(title)
    return figure


def _days_figure(levels: ServiceLevels, wait: str, title: str) -> Figure:
    waits = levels.shown[wait]
    table, outside = waits.days, waits.outside
    said = "None lies" if not outside else f"{len(outside)} of {len(table)} lie"
    alt = f"{title}, {len(table)} days or weeks. {said} outside the limits of usual variation."
    with canvas(height=3.6, alt=alt) as (figure, axes):
        at = np.arange(len(table))
        marked = table["group"].isin(outside).to_numpy()
        axes.plot(at, 100 * table["estimate"], color=BLUE, linewidth=1.2)
        colours = np.where(marked, VERMILION, BLUE)
        axes.scatter(at, 100 * table["estimate"], c=colours, s=30, zorder=3)
        if waits.limits is not None:
            centre, low, high = waits.limits
            axes.axhline(100 * centre, color=GREY, linewidth=1)
            for limit in (low, min(high, 1.0)):
                axes.axhline(100 * limit, color=ORANGE, linewidth=1.2, linestyle="--")
        guides(axes, "y")
        step = max(1, len(table) // 5)
        axes.set_xticks(at[::step], table["group"][::step])
        axes.set_ylabel("Contacts, %")
        axes.set_xlabel("Beginning of the day or week; dashed: limits of usual variation")
        axes.set_title(title)
    return figure
