"""Figures of a call centre: arrivals, handling times and patience, waits, agents needed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from cemlib.plot.style import BLUE, GREY, INK, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import significant
from cemlib.studies.repair.call_centre import CallCentre, Patience

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLEAR = (0, (4, 2))


def arrivals_figure(rates: pd.DataFrame) -> Figure:
    """Draw the calls per hour, by weekday and hour, with intervals.

    Parameters
    ----------
    rates : DataFrame
        From `cemlib.studies.repair.call_centre.arrival_rates`.
    """
    top = rates.loc[significant(rates["estimate"]).idxmax()]
    alt = (
        f"Calls per hour by weekday and hour of the day. Highest: {top['estimate']:.1f} on "
        f"{_DAYS[int(top['weekday'])]} at {int(top['hour'])}:00 (95% interval {top['low']:.1f} to "
        f"{top['high']:.1f})."
    )
    days = sorted(rates["weekday"].unique())
    rows = -(-len(days) // 4)
    shape = {"nrows": rows, "ncols": min(len(days), 4), "sharex": True, "sharey": True}
    with canvas(height=1.2 + 1.6 * rows, alt=alt, squeeze=False, **shape) as (figure, axes):
        for panel, day in zip(axes.flat, days, strict=False):
            part = rates[rates["weekday"] == day]
            margins = np.abs(part[["low", "high"]].to_numpy().T - part["estimate"].to_numpy())
            panel.bar(part["hour"] + 0.5, part["estimate"], width=0.85, color=BLUE, alpha=0.8,
                      yerr=margins, error_kw={"ecolor": INK, "elinewidth": 0.9})  # fmt: skip
            panel.set_title(_DAYS[int(day)], fontsize=11)
            guides(panel, "y")
        for panel in axes.flat[len(days) :]:
            panel.set_visible(False)
        for panel in axes.flat[: len(days)]:
            panel.xaxis.set_major_locator(_hours())
        figure.supxlabel("Hour of the day, local time; lines: 95% intervals", fontsize=10.5)
        figure.supylabel("Calls per hour", fontsize=10.5)
    return figure


def patience_figure(centre: CallCentre) -> Figure:
    """Draw the distribution of handling times, and the share of callers still waiting.

    Parameters
    ----------
    centre : CallCentre
        From `cemlib.studies.repair.call_centre.analyse_calls`.
    """
    known = centre.patience
    minutes = centre.calls["service"].dropna().to_numpy(float) / 60
    middle, late = np.quantile(minutes, [0.5, 0.9])
    alt = (
        f"Handling times: mean {minutes.mean():.1f} minutes, median {middle:.1f}, 90th percentile "
        f"{late:.1f}."
    )
    if known.abandoned:
        alt += f" Mean patience of callers {known.mean:.0f} seconds, if exponential."
    with canvas(height=3.7, alt=alt, ncols=2 if known.abandoned else 1, squeeze=False) as made:
        figure, axes = made
        times = axes[0, 0]
        end = float(np.quantile(minutes, 0.99))
        times.hist(minutes, bins=np.linspace(0, end, 31), color=BLUE, alpha=0.8)
        marks = (("mean", minutes.mean(), "-"), ("median", middle, (0, (4, 2))),
                 ("90th percentile", late, (0, (1, 1.5))))  # fmt: skip
        for label, at, style in marks:
            times.axvline(at, color=INK, linewidth=1.3, linestyle=style, label=label)
        times.set_xlabel("Handling time, minutes")
        times.set_ylabel("Number of calls")
        times.set_title("Handling times", fontsize=11)
        times.legend(loc="upper right")
        if known.abandoned:
            _waiting(axes[0, 1], known)
    return figure


def _waiting(draw: Axes, known: Patience) -> None:
    curve = known.curve
    reliable = curve[curve["high"] - curve["low"] < 0.5]
    shown = reliable if len(reliable) > 1 else curve
    seconds = np.r_[0, shown["seconds"]]
    bounds = [100 * np.r_[1, shown[name]] for name in ("low", "high")]
    draw.fill_between(seconds, bounds[0], bounds[1], step="post", color=BLUE, alpha=0.16, lw=0)
    draw.step(seconds, 100 * np.r_[1, shown["estimate"]], where="post", color=BLUE,
              label="Kaplan–Meier, 95% band")  # fmt: skip
    grid = np.linspace(0, seconds[-1], 100)
    draw.plot(grid, 100 * np.exp(-grid / known.mean), color=VERMILION, linestyle=_CLEAR,
              label="exponential")  # fmt: skip
    draw.set_ylim(0, 102)
    draw.set_xlim(0, seconds[-1])
    draw.set_xlabel("Seconds waited")
    draw.set_ylabel("Callers who would still wait, %")
    draw.set_title("Patience", fontsize=11)
    draw.legend(loc="upper right")


def erlang_figure(hours: pd.DataFrame) -> Figure:
    """Draw waits and abandonment by hour of the day: the log, Erlang C and Erlang A.

    Parameters
    ----------
    hours : DataFrame
        From `cemlib.studies.repair.call_centre.hours_beside`.
    """
    share = np.average(hours["waits_log"], weights=hours["calls"])
    alt = f"By hour of the day: {100 * share:.0f}% of calls wait in the log."
    for name, label in (("waits_c", "Erlang C"), ("waits_a", "Erlang A")):
        rows = hours[hours[name].notna()]
        if len(rows):
            mean = np.average(rows[name], weights=rows["calls"])
            alt += f" {label} says {100 * mean:.0f}%."
    panels = (
        ("Calls that wait, %", "waits", 100.0),
        ("Mean wait, seconds", "mean_wait", 1.0),
        ("Callers who hang up, %", "abandoned", 100.0),
    )
    with canvas(height=3.8, alt=alt, ncols=3) as (figure, axes):
        for panel, (title, name, scale) in zip(axes, panels, strict=True):
            log = scale * hours[f"{name}_log"]
            if f"{name}_low" in hours:
                bounds = scale * hours[[f"{name}_low", f"{name}_high"]].to_numpy().T
                panel.errorbar(hours["hour"], log, yerr=np.abs(bounds - log.to_numpy()), fmt="o",
                               color=GREY, markersize=5, elinewidth=1.3, label="log")  # fmt: skip
            else:
                panel.plot(hours["hour"], log, "o", color=GREY, markersize=5)
            for ending, colour, style, label in (
                ("c", ORANGE, _CLEAR, "Erlang C"), ("a", BLUE, "-", "Erlang A"),
            ):  # fmt: skip
                column = f"{name}_{ending}"
                if column in hours and np.isfinite(hours[column]).any():
                    values = scale * hours[column].where(np.isfinite(hours[column]))
                    named = label if name == "waits" else None
                    panel.plot(hours["hour"], values, color=colour, linestyle=style, label=named)
            panel.set_ylim(bottom=0)
            if name == "mean_wait":  # Erlang C may be far beyond all others
                seen = hours[["mean_wait_log", "mean_wait_a"]].to_numpy(float)
                panel.set_ylim(top=3 * max(float(np.nanmax(seen)), 1.0))
            panel.set_xlabel("Hour of the day")
            panel.set_title(title, fontsize=11)
            panel.xaxis.set_major_locator(_hours())
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def staffing_figure(centre: CallCentre, share: float, seconds: float) -> Figure:
    """Draw the agents on duty and those needed, by hour of the day.

    Parameters
    ----------
    centre : CallCentre
        From `cemlib.studies.repair.call_centre.analyse_calls`.
    share, seconds : float
        The service level.
    """
    table = centre.staffing(share, seconds)
    level = f"{100 * share:.0f}% within {seconds:.0f} seconds"
    alt = f"Agents needed by hour of the day for {level}: at most {table['erlang_c'].max():.0f} by "
    alt += "Erlang C"
    if table["erlang_a"].notna().any():
        alt += f" and {table['erlang_a'].max():.0f} by Erlang A"
    with canvas(height=3.4, alt=f"{alt}.") as (figure, axes):
        hours = table["hour"].to_numpy(float)
        if table["agents"].notna().any():
            axes.bar(hours + 0.5, table["agents"], width=0.9, color=GREY, alpha=0.35,
                     label="on duty")  # fmt: skip
        for column, colour, width, label in (
            ("erlang_c", ORANGE, 6.0, "needed, Erlang C"),
            ("erlang_a", BLUE, 2.4, "needed, Erlang A"),
        ):
            if table[column].notna().any():
                axes.hlines(table[column], hours + 0.05, hours + 0.95, colors=colour,
                            linewidth=width, label=label)  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(_hours())
        axes.set_xlabel("Hour of the day")
        axes.set_ylabel("Agents")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_title(f"Agents needed: {level}")
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def _hours() -> MultipleLocator:
    return MultipleLocator(4)
