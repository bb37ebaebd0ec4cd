"""Figures of what worked: one effect in seven estimates, scripts by type, a series with a fix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cemlib.plot.marks import dots, name_rows, rows_high, signed
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
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.interrupted import CallBack, Interrupted

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, INK)


def effects_figure(effects: pd.DataFrame, truth: float | None = None) -> Figure:
    """Draw each estimator's answer beside that of the trial.

    Parameters
    ----------
    effects : DataFrame
        From `cemlib.studies.repair.effects.did_it_work`.
    truth : float, optional
        The effect that was planted, where that is known.
    """
    table = effects.iloc[::-1].reset_index(drop=True).dropna(subset="estimate")
    table = table.reset_index(drop=True)
    said = [
        "not known" if np.isnan(value) else f"{value:.1f}".replace("-", "−")
        for value in effects["estimate"]
    ]
    pairs = zip(effects["estimator"], said, strict=True)
    told = ", ".join(f"{name} {value}" for name, value in pairs)
    alt = f"Estimated effect of a repair call on the score, in points: {told}." + (
        "" if truth is None else f" Planted: {truth:.1f}."
    )
    trial = table["estimator"] == ESTIMATORS[-1]
    away = np.zeros(len(table), dtype=bool)
    with canvas(height=rows_high(len(table)) + 0.5, alt=alt) as (figure, axes):
        if trial.any():
            row = table[trial].iloc[0]
            axes.axvspan(row["low"], row["high"], color=GREEN, alpha=0.13, lw=0)
            away = ((table["low"] > row["high"]) | (table["high"] < row["low"])).to_numpy()
        colours = np.select([trial.to_numpy(), away], [GREEN, VERMILION], BLUE)
        dots(axes, table, colours)
        if truth is not None:
            axes.axvline(truth, color=INK, linewidth=1.3, linestyle=(0, (1, 2)))
            axes.annotate(
                f"planted: {truth:.1f}", (truth, len(table) - 0.45), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=9.5,
            )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1)
        name_rows(axes, table["estimator"], {})
        axes.set_ylim(-0.6, len(table) - 0.1)
        axes.set_xlabel("Effect of a call on the score, points (0–100); lines: 95 % intervals")
        axes.set_title("Did it work?")
        guides(axes, "x")
    return figure


def scripts_figure(means: pd.DataFrame) -> Figure:
    """Draw the share repaired by type of customer and script.

    Parameters
    ----------
    means : DataFrame
        From `cemlib.studies.repair.scripts.script_means`.
    """
    types = list(dict.fromkeys(means["type"]))
    scripts = list(dict.fromkeys(means["script"]))
    best = means.loc[significant(means["estimate"]).groupby(means["type"]).idxmax()]
    told = "; ".join(
        f"{row.type}: {row.script} ({100 * row.estimate:.0f}%)" for row in best.itertuples()
    )
    alt = f"Share repaired by type of customer and script. Best for each type: {told}."
    with canvas(height=0.95 * len(types) + 1.7, alt=alt) as (figure, axes):
        for place, script in enumerate(scripts):
            rows = means[means["script"] == script]
            shift = 0.6 * (0.5 - (place + 0.5) / len(scripts)) * 1.2
            part = rows.assign(
                **{end: 100 * rows[end] for end in ("estimate", "low", "high")}
            ).set_axis([types.index(kind) for kind in rows["type"]], axis=0)
            dots(
                axes, part, _COLOURS[place % len(_COLOURS)], shift=shift,
                marker=_MARKERS[place % len(_MARKERS)], label=script,
            )  # fmt: skip
        name_rows(axes, types, {})
        for row in range(1, len(types)):
            axes.axhline(row - 0.5, color=GREY, linewidth=0.6, alpha=0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel("Repaired, % of calls; lines: 95 % intervals")
        axes.set_title("Who answers to which script")
        figure.legend(loc="outside lower center", ncols=min(len(scripts), 5))
    return figure


def rules_figure(values: pd.DataFrame) -> Figure:
    """Draw what each rule of scripts would repair.

    Parameters
    ----------
    values : DataFrame
        From `cemlib.studies.repair.scripts.script_values`.
    """
    table = values.iloc[::-1].reset_index(drop=True)
    told = ", ".join(f"{row.rule} {100 * row.estimate:.0f}%" for row in values.itertuples())
    alt = f"Share of calls that each rule of scripts would repair: {told}."
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        shares = table.assign(**{end: 100 * table[end] for end in ("estimate", "low", "high")})
        dots(axes, shares, BLUE)
        axes.axvline(shares["estimate"].iloc[-1], color=GREY, linewidth=1.1, linestyle=(0, (4, 3)))
        name_rows(axes, table["rule"], {})
        axes.set_xlabel("Repaired, % of calls; lines: 95 % intervals, doubly robust")
        axes.set_title("One script for all, or one for each type?")
    return figure


def interrupted_figure(found: Interrupted, unit: str) -> Figure:
    """Draw a series, its fit, and how it would have gone on without the fix.

    Parameters
    ----------
    found : Interrupted
        From `cemlib.studies.repair.interrupted.interrupted_series`.
    unit : str
        What is measured, with its unit.
    """
    ends = " to ".join(signed(end) for end in found.average.interval())
    alt = (
        f"{unit}, day by day. Since the fix on day {found.starts} the level is "
        f"{signed(found.average.estimate)} against its own trend ({ends}); after less before is "
        f"{signed(found.naive.estimate)}."
    )
    days = np.arange(len(found.values))
    with canvas(height=3.8, alt=alt) as (figure, axes):
        axes.scatter(days, found.values, s=11, color=GREY, alpha=0.6, label="seen")
        first = found.starts
        axes.plot(days[:first], found.trend[:first], color=BLUE, label="trend")
        axes.plot(days[first:], found.trend[first:], color=BLUE)
        axes.plot(
            days[first:], found.without[first:], color=VERMILION, linestyle=(0, (4, 2)),
            label="without the fix",
        )  # fmt: skip
        axes.axvline(found.starts - 0.5, color=INK, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, len(days))
        axes.set_xlabel("Day (lines: on an average day of the week)")
        axes.set_ylabel(unit)
        axes.set_title("Did the fix hold?")
        figure.legend(loc="outside lower right", ncols=3)
    return figure


def call_back_figure(curve: pd.DataFrame, found: CallBack, call_cost: float) -> Figure:
    """Draw what a call-back saves, over what it costs.

    Parameters
    ----------
    curve : DataFrame
        From `cemlib.studies.repair.interrupted.call_back_curve`.
    found : CallBack
        The decision.
    call_cost : float
        What a call-back costs now, in yuan.
    """
    even = found.break_even[0]
    alt = (
        f"Saving of a call-back after a reset, by its cost: {signed(found.saving.estimate)} yuan "
        f"at {call_cost:.1f} yuan; it breaks even at {even:.1f}."
    )
    with canvas(height=3.5, alt=alt) as (figure, axes):
        axes.fill_between(curve["cost"], curve["low"], curve["high"], color=BLUE, alpha=0.16, lw=0)
        axes.plot(curve["cost"], curve["saving"], color=BLUE, label="saving, 95 % band")
        axes.axhline(0, color=INK, linewidth=1)
        axes.axvline(call_cost, color=GREY, linestyle=(0, (1, 2)), linewidth=1.3, label="cost now")
        axes.scatter([even], [0], color=VERMILION, s=60, zorder=3, label="break-even")
        axes.set_xlim(curve["cost"].min(), curve["cost"].max())
        axes.set_xlabel("Cost of a call-back, yuan")
        axes.set_ylabel("Saving, yuan a reset")
        axes.set_title("Does it pay to call back?")
        axes.legend(loc="upper right")
    return figure
