"""Figures of the repair desk: golden time, whom to call first, authority."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from cemlib import checks
from cemlib.formats import currency, money
from cemlib.plot.marks import Names, called, dots, name_lines, name_rows, rows_high
from cemlib.plot.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Figure,
    canvas,
    guides,
)
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.golden_time import GoldenTime

_POLICY_LOOKS = {
    "first come": (GREY, "s", (0, (1, 1.5))),
    "severity": (ORANGE, "^", (0, (4, 2))),
    "value": (BLUE, "D", (0, (6, 2, 1, 2))),
    "golden time": (VERMILION, "o", "-"),
}
_MEASURES = {
    "reached_in_time": ("Reached before half-life,\n% of cases", 100.0),
    "repaired": ("Repaired,\n% of cases", 100.0),
    "value_kept": ("Value kept,\nthousand {currency}", 0.001),
    "complaints_prevented": ("Complaints prevented,\nnumber of cases", 1.0),
    "cost_per_repaired": ("Cost per repaired\ncustomer, {currency}", 1.0),
}
_HOURS = (0.5, 1, 2, 4, 8, 24, 48, 96, 240)


def golden_time_figure(curve: pd.DataFrame, counts: pd.DataFrame, half_life: float) -> Figure:
    """Draw the probability of a repair against the hours waited.

    Parameters
    ----------
    curve : DataFrame
        From `GoldenTime.curve`: hours, probability, low, high.
    counts : DataFrame
        From `cemlib.studies.repair.by_wait.repaired_by_wait`: the observed shares.
    half_life : float
        Hours after which half of the probability is gone.
    """
    soon, late = curve.iloc[0], curve.iloc[-1]
    alt = (
        f"Probability of repair by hours waited: {100 * soon['probability']:.0f}% after "
        f"{soon['hours']:.1f} hours, {100 * late['probability']:.0f}% after {late['hours']:.0f}; "
        f"half-life about {half_life:.0f} hours."
    )
    with canvas(height=3.9, alt=alt) as (figure, axes):
        axes.fill_between(
            curve["hours"], 100 * curve["low"], 100 * curve["high"], color=BLUE, alpha=0.16, lw=0
        )
        axes.plot(curve["hours"], 100 * curve["probability"], color=BLUE, label="fitted, 95% band")
        shown = 100 * counts[["share", "low", "high"]]
        margins = np.abs(shown[["low", "high"]].to_numpy().T - shown["share"].to_numpy())
        axes.errorbar(
            counts["hours"], shown["share"], yerr=margins, fmt="o", color=GREY, elinewidth=1.4,
            label="observed share, each of eight groups",
        )  # fmt: skip
        axes.axvline(half_life, color=VERMILION, linestyle=(0, (4, 3)), linewidth=1.4)
        axes.annotate(
            f"half-life: {half_life:.0f} h", (half_life, 1.0), xycoords=("data", "axes fraction"),
            xytext=(6, -4), textcoords="offset points", va="top", color=VERMILION,
        )  # fmt: skip
        _hours(axes)
        axes.set_xlim(curve["hours"].min(), curve["hours"].max())
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Hours from first contact to call (log scale)")
        axes.set_ylabel("Probability of repair, %")
        axes.set_title("The golden time")
        figure.legend(loc="outside lower right", ncols=2)
    return figure


def half_lives_figures(fit: GoldenTime, calls: pd.DataFrame, names: Names) -> list[Figure]:
    """Return a figure of the half-lives for each column that they depend on.

    Parameters
    ----------
    fit : GoldenTime
        The fit.
    calls : DataFrame
        The calls that it rests on.
    names : mapping of str to str
        Printed name of each problem.
    """
    return [
        half_lives_figure(fit.half_lives(calls, by), names if by == "problem" else {}, by)
        for by in fit.half
    ]


def half_lives_figure(half_lives: pd.DataFrame, names: Names, by: str) -> Figure:
    """Draw the half-life of the probability of repair, by problem or type.

    Parameters
    ----------
    half_lives : DataFrame
        From `GoldenTime.half_lives`, the shortest first.
    names : mapping of str to str
        Printed name of each level.
    by : str
        The column of the levels: ``"problem"``.
    """
    table = half_lives.iloc[::-1].reset_index(drop=True)
    shortest, longest = half_lives.iloc[0], half_lives.iloc[-1]
    alt = (
        f"Half-life of the probability of repair by {by}: shortest "
        f"{called(shortest['name'], names)} ({shortest['estimate']:.0f} hours), longest "
        f"{called(longest['name'], names)} ({longest['estimate']:.0f} hours)."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        dots(axes, table, BLUE)
        _hours(axes, (2, 4, 8, 16, 24, 48, 96))
        name_rows(axes, table["name"], names)
        axes.set_xlabel(
            "Half-life of the probability of repair,\nhours (log scale); lines: 95% intervals"
        )
        axes.set_title(f"Half-life by {by}")
        guides(axes, "x")
    return figure


def desk_policies_figure(table: pd.DataFrame, measures: tuple[str, str] | None = None) -> Figure:
    """Draw two outcomes of each policy by number of agents.

    Parameters
    ----------
    table : DataFrame
        From `cemlib.studies.repair.policies.compare_policies`.
    measures : tuple of str
        Two outcomes of that table; by default the share reached in time and the cost, or the value
        kept where the cost is not known.
    """
    if measures is None:
        known = table["cost_per_repaired"].notna().any()
        measures = ("reached_in_time", "cost_per_repaired" if known else "value_kept")
    smallest = table["agents"].min()
    short = table[table["agents"] == smallest].set_index("policy")[measures[0]]
    scale = _MEASURES[measures[0]][1]
    what = " ".join(_MEASURES[measures[0]][0].format(currency=currency()).split())
    listed = ", ".join(f"{policy} {scale * value:.0f}" for policy, value in short.items())
    noun = "agent" if smallest == 1 else "agents"
    alt = f"{what}, by policy and number of agents. With {smallest} {noun}: {listed}."
    with canvas(height=3.9, alt=alt, ncols=2) as (figure, axes):
        for panel, measure in zip(axes, measures, strict=True):
            template, scale = _MEASURES[measure]
            label = template.format(currency=currency())
            for policy, rows in table.groupby("policy", sort=False):
                colour, marker, style = _POLICY_LOOKS[str(policy)]
                if f"{measure}_low" in rows:
                    bounds = (scale * rows[f"{measure}_{end}"] for end in ("low", "high"))
                    panel.fill_between(rows["agents"], *bounds, color=colour, alpha=0.14, lw=0)
                panel.plot(
                    rows["agents"], scale * rows[measure], color=colour, marker=marker,
                    linestyle=style, label=policy if panel is axes[0] else None,
                )  # fmt: skip
            panel.set_xticks(sorted(table["agents"].unique()))
            panel.set_ylim(bottom=0)
            panel.set_xlabel("Number of agents;\nshaded: 95% intervals of means over loads")
            panel.set_title(label, fontsize=11)
        figure.legend(loc="outside lower center", ncols=4)
    return figure


def cap_figure(curves: Mapping[str, CapCurve]) -> Figure:
    """Draw share repaired, payment and net value under each cap, by team.

    Parameters
    ----------
    curves : mapping of str to CapCurve
        The curve of each team, from `cemlib.studies.repair.authority.team_curves`; six at most.
    """
    frames = {team: curve.frame() for team, curve in curves.items()}
    best = {team: curve.best() for team, curve in curves.items()}
    listed = "; ".join(
        f"{team}: {100 * frame['repaired'].iloc[0]:.0f}% repaired with a cap of "
        f"{money(frame['cap'].iloc[0])}, {100 * frame['repaired'].iloc[-1]:.0f}% with "
        f"{frame['cap'].iloc[-1]:.0f}, highest net value with {best[team]:.0f}"
        for team, frame in frames.items()
    )
    alt = f"Share repaired, payment and net value per call, by cap. {listed}."
    looks = (
        (ORANGE, (0, (4, 2))), (BLUE, "-"), (GREEN, (0, (1, 1.5))), (PURPLE, (0, (6, 2, 1, 2))),
        (SKY, (0, (2, 1))), (GREY, (0, (8, 2))),
    )  # fmt: skip
    checks.between("number of teams", len(curves), 1, len(looks))
    with canvas(height=3.9, alt=alt, ncols=3) as (figure, axes):
        for (team, frame), (colour, style) in zip(frames.items(), looks, strict=False):
            for panel, (middle, low, high), scale in (
                (axes[0], ("repaired", "low", "high"), 100.0),
                (axes[1], ("cost", "cost", "cost"), 1.0),
                (axes[2], ("net", "net_low", "net_high"), 1.0),
            ):
                bounds = scale * frame[low], scale * frame[high]
                panel.fill_between(frame["cap"], *bounds, color=colour, alpha=0.14, lw=0)
                panel.plot(
                    frame["cap"], scale * frame[middle], color=colour, linestyle=style,
                    label=team if panel is axes[2] else None,
                )  # fmt: skip
            axes[2].axvline(best[team], color=colour, linewidth=1.2, linestyle=(0, (1, 2)))
        titles = (
            "Repaired,\n% of calls",
            f"Payment,\n{currency()} per call",
            f"Net value,\n{currency()} per call",
        )
        for panel, label in zip(axes, titles, strict=True):
            panel.set_xlabel(f"Cap, {currency()}")
            panel.set_title(label, fontsize=11)
            panel.set_xlim(left=0)
        for panel in axes[:2]:
            panel.set_ylim(bottom=0)
        name_lines(axes[2])
    return figure


def _hours(axes: object, ticks: tuple[float, ...] = _HOURS) -> None:
    axes.set_xscale("log")  # type: ignore[attr-defined]
    axis = axes.xaxis  # type: ignore[attr-defined]
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    axis.set_minor_locator(NullLocator())
