"""Figures of a case and of a log of complaints."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from cemlib.plot.marks import dots, name_rows, rows_high
from cemlib.plot.style import BLUE, GREEN, GREY, INK, ORANGE, SKY, VERMILION, Figure, canvas, guides
from cemlib.stats.estimates import Estimates, significant
from cemlib.stats.rates import RateRatio
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.replay import Replay

_LANES = {"customer": 1.15, "everyone": 1.15, "others": 1.15, "agent": 2.35, "network": 3.55}
_LANE_NAMES = {"customer": "customers", "agent": "agent", "network": "network"}
_STATE_COLOURS = {"kept": GREEN, "broken": VERMILION, "open": ORANGE}
_TEXT_AT, _WIDTH = 4.5, 11.4


def timeline_figure(events: pd.DataFrame, replay: Replay) -> Figure:
    """Draw a case for the wall: who turned to whom, what was said, which promises were made.

    Parameters
    ----------
    events : DataFrame
        A row an event: see `cemlib.studies.complaints.replay.replay`; with ``event_en``.
    replay : Replay
        The same, replayed.
    """
    promises = replay.promises
    counts = promises["state"].value_counts()
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    alt = f"Timeline of {len(events)} events among customers, agent and network. "
    alt += f"{len(promises)} promises: {states}."
    timed = replay.silences["minutes"].notna().any()
    if timed:
        quiet = replay.longest_silence
        alt += f" The longest silence lasts {_span(quiet['minutes'])}."
    table = events.sort_values("order", ignore_index=True, kind="stable")
    at = dict(zip(table["order"], -np.arange(len(table), dtype=float), strict=True))
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
            _silence(axes, at[quiet["after"]], at[quiet["until"]], quiet["minutes"])
        for event in table.itertuples():
            _event(axes, event, at[event.order])
        for row, promise in enumerate(promises.itertuples()):
            _promise(axes, promise, at, row, -len(table) + 0.5)
        axes.text(
            0, -len(table) - 0.1, "≈ about, > after, * inferred; bars at the right are promises: "
            "green kept, red broken, orange open at the end",
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
        1.75, (start + end) / 2 + 0.28, f"{_span(minutes)}\nwithout a word", ha="center",
        va="center", fontsize=8, color="#8a3b00", linespacing=1.1,
        bbox={"facecolor": "#fdf0e6", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _promise(axes: Axes, promise: Any, at: Mapping[int, float], row: int, last: float) -> None:
    end = last if np.isnan(promise.settled) else at[int(promise.settled)]
    x = _WIDTH - 0.45 + 0.18 * (row % 3)
    colour = _STATE_COLOURS[promise.state]
    axes.plot([x, x], [at[promise.made] + 0.25, end - 0.15], color=colour, linewidth=4.5)


def _span(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def promise_figure(hours: pd.Series, found: Promise) -> Figure:
    """Draw how many repairs keep a promise, with the best one and the one that was made.

    Parameters
    ----------
    hours : Series
        Hours that comparable repairs took.
    found : Promise
        From `cemlib.studies.complaints.promises.best_promise`.
    """
    ordered = np.sort(hours.dropna().to_numpy(dtype=float))
    share = 100 * np.arange(1, len(ordered) + 1) / len(ordered)
    alt = (
        f"Share of {len(ordered)} repairs done by an hour. {found.made:g} hours are kept by "
        f"{100 * found.made_kept:.0f}%, the best promise, {found.hours:.1f} hours, by "
        f"{100 * found.kept:.0f}%."
    )
    with canvas(height=3.6, alt=alt) as (figure, axes):
        axes.step(ordered, share, where="post", color=BLUE)
        axes.axvspan(found.low, found.high, color=GREEN, alpha=0.16, linewidth=0)
        for place, kept, colour, words in (
            (found.made, found.made_kept, VERMILION, f"promised: {found.made:g} h"),
            (found.hours, found.kept, GREEN, f"best: {found.hours:.1f} h"),
        ):
            axes.plot([place, place], [0, 100 * kept], color=colour, linewidth=2)
            axes.scatter([place], [100 * kept], color=colour, s=52, zorder=4)
            axes.annotate(
                f"{words},\nkept by {100 * kept:.0f}%", (place, 100 * kept), xytext=(9, -8),
                textcoords="offset points", va="top", fontsize=9.5, color=INK,
            )  # fmt: skip
        axes.set_xlim(0, max(float(np.quantile(ordered, 0.97)), found.hours * 1.4))
        axes.set_ylim(0, 104)
        axes.set_xlabel("Hours since the failure was reported")
        axes.set_ylabel("Repairs done by then, %")
        axes.set_title("What can be promised")
    return figure


def coverage_figure(report: pd.DataFrame) -> Figure:
    """Draw how many complaints show each step of ISO 10002.

    Parameters
    ----------
    report : DataFrame
        From `cemlib.studies.complaints.replay.step_coverage`.
    """
    known = report[report["recorded"]]
    thin = known.loc[significant(known["share"]).idxmin()]
    unknown = int((~report["recorded"]).sum())
    alt = (
        f"Share of complaints with a date of each step of ISO 10002; fewest show "
        f"{thin['step']}, {100 * thin['share']:.0f}%; {unknown} steps are not recorded at all."
    )
    table = report.iloc[::-1].reset_index(drop=True)
    shown = pd.DataFrame(
        {"estimate": 100 * table["share"], "low": 100 * table["low"], "high": 100 * table["high"]}
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        axes.barh(table.index, shown["estimate"].fillna(0), color=SKY, height=0.62, alpha=0.6)
        dots(axes, shown.dropna(), BLUE)
        for row, step in enumerate(table.itertuples()):
            text = f"median {step.hours:.1f} h" if step.recorded and step.hours > 0 else ""
            if step.out_of_order > 0.001:
                text += f"; {100 * step.out_of_order:.1f}% before an earlier step"
            text = text if step.recorded else "not recorded"
            axes.text(2, row, text, va="center", fontsize=9, color=INK)
        name_rows(axes, table["step"], {})
        axes.set_xlim(0, 104)
        axes.set_xlabel("Complaints with a date of this step, %")
        axes.set_title("Steps of ISO 10002 in the log, and hours from receipt")
    return figure


def justice_figure(
    parts: Mapping[str, Mapping[str, Estimates]], names: Mapping[str, str]
) -> Figure:
    """Draw how each kind of justice works: through satisfaction with the handling, and directly.

    Parameters
    ----------
    parts : mapping of str to mapping
        Outcome, as it is called in print → from `cemlib.studies.complaints.justice.mediation`.
    names : mapping of str to str
        What each kind of justice is called in print.
    """
    outcomes = list(parts)
    words = []
    for outcome in outcomes:
        totals = parts[outcome]["total"]
        top = totals.names[int(np.argmax(significant(totals.values)))]
        words.append(f"{outcome} hangs most on {names.get(top, top)} justice")
    alt = f"Indirect and direct effects of kinds of justice: {'; '.join(words)}."
    with canvas(
        height=3.2, alt=alt, ncols=len(outcomes), sharey=True, sharex=True, squeeze=False
    ) as (
        figure,
        axes,
    ):
        for panel, outcome in zip(axes[0], outcomes, strict=True):
            for part, colour, shift, marker in (
                ("indirect", BLUE, 0.14, "o"),
                ("direct", ORANGE, -0.14, "D"),
            ):
                table = parts[outcome][part].frame().iloc[::-1].reset_index(drop=True)
                label = "through satisfaction with the handling" if shift > 0 else "directly"
                dots(panel, table, colour, shift=shift, marker=marker, label=label)
            order = list(reversed(parts[outcome]["total"].names))
            name_rows(panel, order, names)
            panel.axvline(0, color=INK, linewidth=1)
            panel.set_xlabel("Scale points for one point\nof justice felt")
            panel.set_title(outcome)
        handles, labels = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def paradox_figure(found: Mapping[str, Equivalence]) -> Figure:
    """Draw changes of the well recovered against the differences that would not matter.

    Parameters
    ----------
    found : mapping of str to Equivalence
        What is compared, as it is called in print → from `cemlib.studies.complaints.equivalence`.
    """
    verdicts = [f"{name} is {each.verdict()}" for name, each in found.items()]
    alt = f"After a good recovery, against before the failure: {'; '.join(verdicts)}."
    rows = list(found.items())[::-1]
    with canvas(height=1.5 + 0.55 * len(rows), alt=alt) as (figure, axes):
        for row, (_, each) in enumerate(rows):
            axes.add_patch(
                FancyBboxPatch(
                    (-each.margin, row - 0.3), 2 * each.margin, 0.6, boxstyle="square,pad=0",
                    facecolor="#dff0ea", edgecolor="none", zorder=0,
                )
            )  # fmt: skip
            low, high = each.interval()
            table = pd.DataFrame({"estimate": each.estimate, "low": low, "high": high}, index=[row])
            dots(axes, table, GREEN if each.verdict() == "alike" else BLUE)
            axes.annotate(
                each.verdict(), (high, row), xytext=(8, 0), textcoords="offset points",
                va="center", fontsize=9.5,
            )  # fmt: skip
        axes.axvline(0, color=INK, linewidth=1)
        name_rows(axes, [name for name, _ in rows], {})
        axes.margins(x=0.25)
        axes.set_xlabel("After the answer less before the failure, scale points;\n"
                        "green band: too small to matter")  # fmt: skip
        axes.set_title("Is a failure well mended better than none?")
    return figure


def cause_figure(monthly: pd.DataFrame, removed: pd.Timestamp, found: RateRatio) -> Figure:
    """Draw complaints of one kind by month, before and after its cause was removed.

    Parameters
    ----------
    monthly : DataFrame
        From `cemlib.stats.rates.monthly_rates`, of one failure.
    removed : Timestamp
        When the cause was removed.
    found : RateRatio
        After over before.
    """
    kind = str(monthly["failure"].iloc[0])
    alt = (
        f"Complaints about {kind} a month per 1,000 customers; after the cause was removed "
        f"{100 * found.ratio:.0f}% of the rate before remain ({100 * found.low:.0f} to "
        f"{100 * found.high:.0f}%)."
    )
    place = np.arange(len(monthly))
    after = (monthly["month"] >= removed.to_period("M").to_timestamp()).to_numpy()
    with canvas(height=3.2, alt=alt) as (figure, axes):
        colours = np.where(after, GREEN, VERMILION)
        axes.vlines(place, monthly["low"], monthly["high"], colors=colours, linewidth=2, alpha=0.5)
        axes.scatter(place, monthly["rate"], c=colours, s=40, zorder=3)
        if after.any() and not after.all():
            edge = int(np.argmax(after)) - 0.5
            axes.axvline(edge, color=GREY, linewidth=1, linestyle="--")
            axes.annotate(
                f"removed: {100 * found.ratio:.0f}% remain", (edge, 1), xytext=(6, -4),
                xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
                fontsize=9.5,
            )  # fmt: skip
        step = max(1, len(monthly) // 6)
        axes.set_xticks(place[::step], [f"{m:%Y-%m}" for m in monthly["month"][::step]])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Month of the complaint")
        axes.set_ylabel("Complaints per\n1,000 customers")
        axes.set_title(f"At the source: {kind}")
    return figure
