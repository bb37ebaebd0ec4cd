"""Figure of a case, event by event."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from cemlib.plot.style import BLUE, GREEN, GREY, ORANGE, VERMILION, Figure, canvas, guides
from cemlib.studies.complaints.case import Replay

_LANES = {"customer": 1.15, "everyone": 1.15, "others": 1.15, "agent": 2.35, "network": 3.55}
_LANE_NAMES = {"customer": "customers", "agent": "agent", "network": "network"}
_STATE_COLOURS = {"kept": GREEN, "broken": VERMILION, "open": ORANGE}
_TEXT_AT, _WIDTH = 4.5, 11.4


def timeline_figure(events: pd.DataFrame, replay: Replay) -> Figure:
    """Draw a case as a timeline: who contacted whom, what happened, which promises were made.

    Parameters
    ----------
    events : DataFrame
        One row per event: see `cemlib.studies.complaints.case.replay`; with ``event_en``.
    replay : Replay
        The same events, replayed.
    """
    promises = replay.promises
    counts = promises["state"].value_counts()
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    alt = f"Timeline of {len(events)} events between customers, agent and network. "
    alt += f"{len(promises)} promises: {states}."
    timed = replay.silences["minutes"].notna().any()
    if timed:
        gap = replay.longest_silence
        alt += f" The longest gap without contact lasts {_duration(gap['minutes'])}."
    table = events.sort_values("order", ignore_index=True, kind="stable")
    height = dict(zip(table["order"], -np.arange(len(table), dtype=float), strict=True))
    with canvas(width=7.2, height=1.2 + 0.5 * len(table), alt=alt) as (figure, axes):
        guides(axes, "none")
        axes.set_axis_off()
        axes.set(xticks=[], yticks=[])
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(-len(table) - 0.2, 1.3)
        for lane, name in _LANE_NAMES.items():
            axes.plot([_LANES[lane]] * 2, [0.5, -len(table) + 0.5], color="#c3cad2", linewidth=1.2)
            axes.text(_LANES[lane], 0.75, name, ha="center", fontsize=9, fontweight="bold")
        if timed:
            _silence(axes, height[gap["after"]], height[gap["until"]], gap["minutes"])
        for event in table.itertuples():
            _event(axes, event, height[event.order])
        for row, promise in enumerate(promises.itertuples()):
            _promise(axes, promise, height, row, -len(table) + 0.5)
        axes.text(
            0, -len(table) - 0.1, "≈ about, > after, * inferred time. Bars on the right are "
            "promises: green kept, red broken, orange still open",
            fontsize=8, color=GREY, va="center",
        )  # fmt: skip
        axes.set_title("The case of Ms Yang, event by event")
    return figure


def _event(axes: Axes, event: Any, y: float) -> None:
    start = _LANES.get(str(event.actor), 2.35)
    end = _LANES.get(str(event.toward), 2.35)
    colour = VERMILION if event.actor in ("customer", "others") else BLUE
    colour = GREY if event.actor == "network" else colour
    if start != end:
        axes.annotate(
            "", (end, y), (start, y),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkB": 0},
        )  # fmt: skip
    axes.scatter([start], [y], s=26, color=colour, zorder=3)
    clock = event.clock if isinstance(event.clock, str) else ""
    mark = {"about": "≈", "after": ">", "inferred": ""}.get(str(event.clock_mark), "")
    star = "*" if clock and event.clock_mark == "inferred" else ""
    if clock:
        axes.text(0.62, y, f"{mark}{clock}{star}", ha="right", va="center", fontsize=8.5)
    words = "\n".join(textwrap.wrap(str(event.event_en), 62))
    axes.text(_TEXT_AT, y, words, va="center", fontsize=8.2, linespacing=1.15)


def _silence(axes: Axes, start: float, end: float, minutes: float) -> None:
    box = FancyBboxPatch(
        (0.68, end), 3.35, start - end, boxstyle="round,pad=0.06", facecolor="#fdf0e6",
        edgecolor="none", zorder=0,
    )  # fmt: skip
    axes.add_patch(box)
    axes.text(
        1.75, (start + end) / 2 + 0.28, f"{_duration(minutes)}\nwithout contact", ha="center",
        va="center", fontsize=8, color="#8a3b00", linespacing=1.1,
        bbox={"facecolor": "#fdf0e6", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _promise(axes: Axes, promise: Any, height: Mapping[int, float], row: int, last: float) -> None:
    end = last if np.isnan(promise.settled) else height[int(promise.settled)]
    x = _WIDTH - 0.45 + 0.18 * (row % 3)
    colour = _STATE_COLOURS[promise.state]
    axes.plot([x, x], [height[promise.made] + 0.25, end - 0.15], color=colour, linewidth=4.5)


def _duration(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"
