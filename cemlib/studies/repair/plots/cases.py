"""Figures of merging: a customer's week, agreement with the truth, window and similarity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DayLocator, HourLocator, num2date

from cemlib import checks
from cemlib.plot.marks import Names, called, name_rows
from cemlib.plot.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Figure,
    canvas,
    guides,
)
from cemlib.stats.estimates import significant
from cemlib.studies.repair.agreement import MEASURE_NAMES, MEASURES
from cemlib.studies.repair.cases import example_week

_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, INK)
_MARKERS = "osD^vP*"


def week_figures(contacts: pd.DataFrame, case: pd.Series, names: Names) -> list[Figure]:
    """Return the figure of a customer's week that shows merging best; none without channels.

    Parameters
    ----------
    contacts : DataFrame
        As merged.
    case : Series of str
        The case of each contact.
    names : mapping of str to str
        Printed name of each problem.
    """
    if "channel" not in contacts or contacts["customer"].isna().all():
        return []
    return [week_figure(example_week(contacts, case), names)]


def week_figure(week: pd.DataFrame, names: Names) -> Figure:
    """Draw one customer's contacts before and after merging, by channel.

    Parameters
    ----------
    week : DataFrame
        Contacts of one customer: ``time`` (local), ``channel``, ``case``; from
        `cemlib.studies.repair.cases.example_week`.
    names : mapping of str to str
        Printed names of problems and channels.
    """
    checks.between("the number of contacts", len(week), 1)
    week = week.sort_values("time", kind="stable")
    channels = list(dict.fromkeys(week["channel"]))
    rows = week["channel"].map({name: row for row, name in enumerate(reversed(channels))})
    times = week["time"].dt.tz_localize(None) if week["time"].dt.tz is not None else week["time"]
    cases = list(dict.fromkeys(week["case"]))
    about = [_about(week[week["case"] == case], names) for case in cases]
    count, days = len(week), (times.max() - times.min()).days + 1
    alt = (
        f"One customer's {_many(count, 'contact')} in {_many(len(channels), 'channel')} within "
        f"{_many(days, 'day')} become {_many(len(cases), 'case')}: "
        + "; ".join(
            f"{problem} with {_many(int((week['case'] == case).sum()), 'contact')}"
            for case, problem in zip(cases, about, strict=True)
        )
        + "."
    )
    height = 2.6 + 0.66 * len(channels)
    with canvas(height=height, alt=alt, nrows=2, sharex=True) as (figure, axes):
        axes[0].scatter(times, rows, s=130, c=GREY, zorder=3)
        for number, (time, row) in enumerate(zip(times, rows, strict=True), 1):
            axes[0].annotate(
                str(number), (time, row), color="white", fontsize=8.5, ha="center", va="center",
                zorder=4,
            )  # fmt: skip
        axes[0].set_title(f"Before merging: {_many(count, 'contact')}, {_many(count, 'call-back')}")
        for index, (case, problem) in enumerate(zip(cases, about, strict=True)):
            mask = (week["case"] == case).to_numpy()
            colour = _COLOURS[index % len(_COLOURS)]
            axes[1].plot(
                times[mask], rows[mask], color=colour, marker=_MARKERS[index % len(_MARKERS)],
                markersize=9, label=problem,
            )  # fmt: skip
        calls = _many(len(cases), "call-back")
        axes[1].set_title(f"After merging: {_many(len(cases), 'case')}, {calls}")
        for panel in axes:
            name_rows(panel, list(reversed(channels)), names)
            guides(panel, "y")
        _clock(axes[1], times)
        figure.legend(loc="outside lower right", ncols=min(len(cases), 3))
    return figure


def agreement_figure(table: pd.DataFrame, names: Names) -> Figure:
    """Draw precision and recall of several ways to merge.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.agreement.agreement_table`, with or without intervals.
    names : mapping of str to str
        Printed name of each method.
    """
    listed = [
        f"{called(row.kind, names)}, precision {100 * row.pair_precision:.0f}% and recall "
        f"{100 * row.pair_recall:.0f}%"
        for row in table.itertuples()
    ]
    alt = f"Pairwise agreement of merged contacts with the truth: {'; '.join(listed)}."
    rows = table.iloc[::-1].reset_index(drop=True)
    with canvas(height=2.2 + 0.5 * len(rows), alt=alt, ncols=2, sharey=True) as (figure, axes):
        for panel, (kind, title) in zip(
            axes, (("pair", "Pairs of contacts"), ("b3", "Each contact (B³)")), strict=True
        ):
            for shift, measure, colour, marker in (
                (0.12, "precision", BLUE, "o"), (-0.12, "recall", ORANGE, "D"),
            ):  # fmt: skip
                column = f"{kind}_{measure}"
                values = 100 * rows[column]
                if f"{column}_low" in rows:
                    bounds = 100 * rows[[f"{column}_low", f"{column}_high"]].to_numpy()
                    panel.hlines(
                        rows.index + shift, bounds[:, 0], bounds[:, 1], colors=colour,
                        linewidth=2.2, alpha=0.55,
                    )  # fmt: skip
                panel.scatter(
                    values, rows.index + shift, c=colour, marker=marker, s=46, zorder=3,
                    label=measure if kind == "pair" else None,
                )  # fmt: skip
            name_rows(panel, rows["kind"], names)
            panel.set_xlim(0, 103)
            panel.set_xlabel("% of pairs" if kind == "pair" else "%, mean over contacts")
            panel.set_title(title)
            guides(panel, "both")
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def sensitivity_figure(table: pd.DataFrame, measure: str = "pair_f1") -> Figure:
    """Draw a measure of agreement by window and similarity.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.agreement.sensitivity`.
    measure : str
        ``"pair_f1"`` or one of `cemlib.studies.repair.agreement.MEASURES`.
    """
    checks.one_of("measure", measure, (*MEASURES, "pair_f1"))
    grid = 100 * table.pivot(index="similarity", columns="window_days", values=measure)
    best = table.loc[significant(table[measure]).idxmax()]
    alt = (
        f"{MEASURE_NAMES[measure]} for {len(grid.columns)} windows and {len(grid)} similarities: "
        f"highest, {100 * best[measure]:.0f}%, with {best.window_days:g} days and similarity "
        f"{best.similarity:g}; lowest {grid.min(axis=None):.0f}%."
    )
    with canvas(height=1.8 + 0.42 * len(grid), alt=alt) as (figure, axes):
        image = _heat(axes, grid.to_numpy(), "{:.0f}")
        position = (grid.columns.get_loc(best.window_days), grid.index.get_loc(best.similarity))
        axes.plot(*position, marker="s", markersize=26, mfc="none", mec=VERMILION, mew=2.2)
        axes.set_xticks(range(len(grid.columns)), [f"{window:g}" for window in grid.columns])
        axes.set_yticks(range(len(grid)), [f"{similarity:g}" for similarity in grid.index])
        axes.set_xlabel("Window, days")
        axes.set_ylabel("Minimum similarity, 0–1")
        axes.set_title(f"{MEASURE_NAMES[measure]}, %")
        figure.colorbar(image, ax=axes, shrink=0.9).outline.set_visible(False)
    return figure


def _heat(axes: Axes, values: np.ndarray, text: str) -> Any:
    """Draw a heat map with the value in each cell."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    image = axes.imshow(values, cmap="cividis", aspect="auto", vmin=low, vmax=max(high, low + 1e-9))
    axes.grid(visible=False)
    for row, column in np.ndindex(values.shape):
        number = values[row, column]
        if np.isfinite(number):
            dark = number < low + 0.55 * (high - low)
            axes.text(
                column, row, text.format(number), ha="center", va="center", fontsize=9.5,
                color="white" if dark else INK,
            )  # fmt: skip
    return image


def _clock(axes: Axes, times: pd.Series) -> None:
    """Label the days, or the hours if there is only one day."""
    span = times.max() - times.min()
    room = max(span * 0.06, pd.Timedelta(hours=1))
    axes.set_xlim(times.min() - room, times.max() + room)
    one_day = span < pd.Timedelta(days=1.5)
    axes.xaxis.set_major_locator(HourLocator(interval=6) if one_day else DayLocator())
    form = "%d %b\n%H:%M" if one_day else "%a\n%d %b"
    axes.xaxis.set_major_formatter(lambda at, _: num2date(at).strftime(form))
    axes.set_xlabel("Local time, " + ("hours" if one_day else "days"))


def _about(contacts: pd.DataFrame, names: Names) -> str:
    codes = contacts["problem"].dropna() if "problem" in contacts else pd.Series(dtype=object)
    return called(codes.mode().iloc[0], names) if len(codes) else "no code"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
