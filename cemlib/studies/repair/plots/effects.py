"""Figures of effects: seven estimates of one effect, scripts by type, a series with a new rule."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib.formats import currency, money
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
from cemlib.studies.repair.scripts import ScriptStudy, script_means

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, INK)


def effects_figure(effects: pd.DataFrame, truth: float | None = None) -> Figure:
    """Draw each estimate of the effect next to that of the randomised trial.

    Parameters
    ----------
    effects : DataFrame
        From `cemlib.studies.repair.effects.estimate_effects`.
    truth : float, optional
        The true effect, where it is known.
    """
    table = effects.iloc[::-1].reset_index(drop=True).dropna(subset="estimate")
    table = table.reset_index(drop=True)
    values = [
        "not known" if np.isnan(value) else f"{value:.1f}".replace("-", "−")
        for value in effects["estimate"]
    ]
    pairs = zip(effects["estimator"], values, strict=True)
    listed = ", ".join(f"{name} {value}" for name, value in pairs)
    alt = f"Estimated effect of a repair call on the score, in points: {listed}." + (
        "" if truth is None else f" True effect: {truth:.1f}."
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
                f"true effect: {truth:.1f}", (truth, len(table) - 0.45), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=9.5,
            )  # fmt: skip
        axes.axvline(0, color=GREY, linewidth=1)
        name_rows(axes, table["estimator"], {})
        axes.set_ylim(-0.6, len(table) - 0.1)
        axes.set_xlabel("Effect of a call on the score, points (0–100); lines: 95% intervals")
        axes.set_title("Effect of a call, estimated in seven ways")
        guides(axes, "x")
    return figure


def effects_by_strength(effects: Mapping[float, pd.DataFrame], strength: float) -> Figure:
    """Draw the estimates at a desk that chooses this strongly; see `effects_figure`."""
    return effects_figure(effects[strength])


def script_figures(study: ScriptStudy) -> list[Figure]:
    """Return the figures of scripts by type, and of rules.

    Parameters
    ----------
    study : ScriptStudy
        From `cemlib.studies.repair.scripts.compare_scripts`.
    """
    return [scripts_figure(script_means(study.trial)), rules_figure(study.values)]


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
    listed = "; ".join(
        f"{row.type}: {row.script} ({100 * row.estimate:.0f}%)" for row in best.itertuples()
    )
    alt = f"Share repaired by type of customer and script. Best for each type: {listed}."
    with canvas(height=0.95 * len(types) + 1.7, alt=alt) as (figure, axes):
        for index, script in enumerate(scripts):
            rows = means[means["script"] == script]
            shift = 0.6 * (0.5 - (index + 0.5) / len(scripts)) * 1.2
            part = rows.assign(
                **{name: 100 * rows[name] for name in ("estimate", "low", "high")}
            ).set_axis([types.index(kind) for kind in rows["type"]], axis=0)
            dots(
                axes, part, _COLOURS[index % len(_COLOURS)], shift=shift,
                marker=_MARKERS[index % len(_MARKERS)], label=script,
            )  # fmt: skip
        name_rows(axes, types, {})
        for row in range(1, len(types)):
            axes.axhline(row - 0.5, color=GREY, linewidth=0.6, alpha=0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel("Repaired, % of calls; lines: 95% intervals")
        axes.set_title("Share repaired by type and script")
        figure.legend(loc="outside lower center", ncols=min(len(scripts), 5))
    return figure


def rules_figure(values: pd.DataFrame) -> Figure:
    """Draw the share that each script rule would repair.

    Parameters
    ----------
    values : DataFrame
        From `cemlib.studies.repair.scripts.script_values`.
    """
    table = values.iloc[::-1].reset_index(drop=True)
    listed = ", ".join(f"{row.rule} {100 * row.estimate:.0f}%" for row in values.itertuples())
    alt = f"Share of calls that each script rule would repair: {listed}."
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        shares = table.assign(**{name: 100 * table[name] for name in ("estimate", "low", "high")})
        dots(axes, shares, BLUE)
        axes.axvline(shares["estimate"].iloc[-1], color=GREY, linewidth=1.1, linestyle=(0, (4, 3)))
        name_rows(axes, table["rule"], {})
        axes.set_xlabel("Repaired, % of calls (doubly robust); lines: 95% intervals")
        axes.set_title("One script for all, or one per type?")
    return figure


def interrupted_figure(series: Interrupted, unit: str = "Repeat calls per 100 resets") -> Figure:
    """Draw a series, its trend, and the trend continued without the rule.

    Parameters
    ----------
    series : Interrupted
        From `cemlib.studies.repair.interrupted.interrupted_series`.
    unit : str
        Measure and its unit.
    """
    bounds = " to ".join(signed(bound) for bound in series.average.interval())
    alt = (
        f"{unit}, by day. Change under the rule, from day {series.starts}, relative to the trend: "
        f"{signed(series.average.estimate)} (95% interval {bounds}); mean after minus mean before: "
        f"{signed(series.naive.estimate)}."
    )
    days = np.arange(len(series.values))
    with canvas(height=3.8, alt=alt) as (figure, axes):
        axes.scatter(days, series.values, s=11, color=GREY, alpha=0.6, label="observed")
        first = series.starts
        axes.plot(days[:first], series.trend[:first], color=BLUE, label="trend")
        axes.plot(days[first:], series.trend[first:], color=BLUE)
        axes.plot(
            days[first:], series.without[first:], color=VERMILION, linestyle=(0, (4, 2)),
            label="earlier trend, continued",
        )  # fmt: skip
        axes.axvline(series.starts - 0.5, color=INK, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, len(days))
        axes.set_xlabel("Day; lines: adjusted for the day of the week")
        axes.set_ylabel(unit)
        axes.set_title("Did the rule change repeat calls?")
        figure.legend(loc="outside lower right", ncols=3)
    return figure


def call_back_figure(curve: pd.DataFrame, pilot: CallBack, call_cost: float) -> Figure:
    """Draw the saving by the cost of a call-back.

    Parameters
    ----------
    curve : DataFrame
        From `cemlib.studies.repair.interrupted.call_back_curve`.
    pilot : CallBack
        From `cemlib.studies.repair.interrupted.call_back`.
    call_cost : float
        Present cost of a call-back.
    """
    even = pilot.break_even[0]
    alt = (
        f"Saving per reset by the cost of a call-back: {signed(pilot.saving.estimate)} "
        f"{currency()} at a cost of {money(call_cost, 1)}; break-even at {money(even, 1)}."
    )
    with canvas(height=3.5, alt=alt) as (figure, axes):
        axes.fill_between(curve["cost"], curve["low"], curve["high"], color=BLUE, alpha=0.16, lw=0)
        axes.plot(curve["cost"], curve["saving"], color=BLUE, label="saving, 95% band")
        axes.axhline(0, color=INK, linewidth=1)
        axes.axvline(
            call_cost, color=GREY, linestyle=(0, (1, 2)), linewidth=1.3, label="present cost"
        )
        axes.scatter([even], [0], color=VERMILION, s=60, zorder=3, label="break-even")
        axes.set_xlim(curve["cost"].min(), curve["cost"].max())
        axes.set_xlabel(f"Cost, {currency()} per call-back")
        axes.set_ylabel(f"Saving, {currency()} per reset")
        axes.set_title("Saving by cost of a call-back")
        axes.legend(loc="upper right")
    return figure
