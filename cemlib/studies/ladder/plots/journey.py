"""Figures of touchpoints and channels: where one hears, what is in time, who gives up, prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib.plot.marks import dots, name_rows, rows_high
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
from cemlib.studies.ladder.control_charts import ControlChart
from cemlib.studies.ladder.off_policy import ESTIMATORS, PolicyValue


def heard_figure(answers: pd.DataFrame, response: pd.DataFrame, least: int = 30) -> Figure:
    """Draw where customers are heard: answers by touchpoint and way of hearing.

    Parameters
    ----------
    answers, response : DataFrame
        From `cemlib.studies.ladder.voice.heard`.
    least : int
        Fewer answers are a blind spot.
    """
    blind = [
        f"{row} by way of {column}"
        for row in answers.index
        for column in answers.columns
        if answers.loc[row, column] < least
    ]
    alt = (
        f"Answers by touchpoint and way of hearing, {int(answers.to_numpy().sum())} in all; fewer "
        f"than {least}: {', '.join(blind) or 'nowhere'}."
    )
    table = answers.iloc[::-1]
    with canvas(height=rows_high(len(table)) + 0.2, alt=alt) as (figure, axes):
        guides(axes, "none")
        shade = np.log1p(table.to_numpy(dtype=float))
        axes.pcolormesh(shade, cmap="Blues", vmin=0, vmax=2.0 * shade.max(), edgecolor="white")
        for row, name in enumerate(table.index):
            for column, mode in enumerate(table.columns):
                count, share = table.loc[name, mode], response.loc[name, mode]
                thin = count < least
                text = f"{count}" + (f" ({100 * share:.0f}%)" if share < 1 else "")
                axes.text(
                    column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=9.5,
                    color=VERMILION if thin else INK, fontweight="bold" if thin else "normal",
                )  # fmt: skip
        axes.set_xticks(np.arange(len(table.columns)) + 0.5, list(table.columns))
        axes.set_yticks(np.arange(len(table)) + 0.5, list(table.index))
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.set_xlabel(
            f"Answers, and the share of those asked who gave one;\nred: fewer than {least}"
        )
        axes.set_title("Where customers are heard")
    return figure


def control_figure(chart: ControlChart, standard: float, name: str) -> Figure:
    """Draw shares week by week between their limits, and the standard they are promised to meet.

    Parameters
    ----------
    chart : ControlChart
        From `cemlib.studies.ladder.control_charts.laney_chart`.
    standard : float
        The service standard, a share.
    name : str
        What is charted, say the channel.
    """
    points, week = chart.points, np.arange(1, len(chart.points) + 1)
    signals, plain = int(points["outside"].sum()), int(points["plain_outside"].sum())
    missed = float((points["share"] < standard).mean())
    alt = (
        f"{name}: share of contacts in time, week by week; centre {100 * chart.centre:.0f}%. "
        f"{signals} of {len(week)} weeks lie outside Laney's limits; the ordinary ones would call "
        f"{plain}. {100 * missed:.0f}% of the weeks miss the standard of "
        f"{100 * standard:.0f}%."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        for low, high, colour, style, label in (
            ("low", "high", BLUE, "-", "Laney's limits (p′)"),
            ("plain_low", "plain_high", GREY, ":", "ordinary limits (p)"),
        ):
            axes.plot(week, 100 * points[low], color=colour, linestyle=style, linewidth=1.3)
            axes.plot(
                week, 100 * points[high], color=colour, linestyle=style, linewidth=1.3, label=label
            )
        axes.axhline(100 * standard, color=ORANGE, linewidth=1.6, label="standard")
        axes.plot(week, 100 * points["share"], color="#9aa5b1", linewidth=1)
        out = points["outside"].to_numpy()
        axes.scatter(week[~out], 100 * points["share"][~out], color=BLUE, s=18, zorder=3)
        axes.scatter(
            week[out], 100 * points["share"][out], color=VERMILION, s=46, marker="D", zorder=4,
            label="out of the ordinary" if out.any() else None,
        )  # fmt: skip
        axes.set_xlabel("Week")
        axes.set_ylabel("In time, %")
        axes.set_title(f"In time, week by week: {name}")
        axes.margins(y=0.16)
        figure.legend(loc="outside lower center", ncols=4, fontsize=9)
    return figure


def standardised_figure(channels: pd.DataFrame) -> Figure:
    """Draw channels as they are rated, and as they would be with the same customers.

    Parameters
    ----------
    channels : DataFrame
        From `cemlib.studies.ladder.standardisation.directly_standardised`.
    """
    table = channels.sort_values("standardised", ignore_index=True, kind="stable", key=significant)
    best = table.iloc[-1]
    alt = (
        f"Mean ratings of {len(table)} channels, crude and standardised to the same customers. "
        f"Best when standardised: {best['group']}, {best['standardised']:.2f} points."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        shown = table.rename(columns={"standardised": "estimate"})
        dots(axes, shown, BLUE, label="with the same customers in all")
        axes.scatter(
            table["crude"], table.index, marker="x", color=VERMILION, s=44, zorder=4,
            label="with the customers that each has",
        )  # fmt: skip
        name_rows(axes, table["group"], {})
        axes.set_xlabel("Mean rating after an event, points (0–10)")
        axes.set_title("Channels compared")
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def funnel_figure(steps: pd.DataFrame, won: pd.DataFrame) -> Figure:
    """Draw who reaches each step, and what mending a reason would win.

    Parameters
    ----------
    steps : DataFrame
        From `cemlib.studies.ladder.funnel.step_survival`.
    won : DataFrame
        From `cemlib.studies.ladder.funnel.completions_won`; may be empty.
    """
    worst = steps.loc[significant(steps["passed"]).idxmin()]
    alt = (
        f"Of {int(steps['reached'].iloc[0])} sessions {100 * steps['survival'].iloc[-1]:.0f}% are "
        f"completed; fewest go on from {worst['step']}, {100 * worst['passed']:.0f}%."
    )
    if len(won):
        top = won.iloc[0]
        alt += f" Mending {top['reason']} wins most, {top['won']:.1f} of 100 sessions."
    columns = 2 if len(won) else 1
    height = max(rows_high(max(len(steps), len(won))), 2.8)
    with canvas(height=height, alt=alt, ncols=columns, squeeze=False) as (figure, axes):
        table = steps.iloc[::-1].reset_index(drop=True)
        axes[0, 0].barh(table.index, 100 * table["survival"], color=SKY, height=0.62, alpha=0.75)
        for row, each in enumerate(table.itertuples()):
            text = f"{each.reached}"
            if np.isfinite(each.passed):
                text += f"; {100 * each.passed:.0f}% go on"
            axes[0, 0].text(2, row, text, va="center", fontsize=9)
        name_rows(axes[0, 0], table["step"], {})
        guides(axes[0, 0], "x")
        axes[0, 0].set_xlim(0, 104)
        axes[0, 0].set_xlabel("Sessions that get there, %")
        axes[0, 0].set_title("Where sessions end", fontsize=11)
        if len(won):
            shown = won.iloc[::-1].reset_index(drop=True).rename(columns={"won": "estimate"})
            dots(axes[0, 1], shown, GREEN)
            name_rows(axes[0, 1], shown["reason"], {})
            axes[0, 1].set_xlim(left=0)
            axes[0, 1].set_xlabel("Won, of 100 sessions")
            axes[0, 1].set_title("If a reason were mended", fontsize=11)
    return figure


def policy_values_figure(
    values: Mapping[str, PolicyValue], truth: Mapping[str, float], names: Sequence[str] = ESTIMATORS
) -> Figure:
    """Draw what policies are worth by three estimators, beside the truth where it is known.

    Parameters
    ----------
    values : mapping of str to PolicyValue
        Policy → from `cemlib.studies.ladder.off_policy.off_policy_value`.
    truth : mapping of str to float
        Policy → its true value, yuan a call; may be empty.
    names : sequence of str
        Estimators, in their order.
    """
    robust = {policy: each.values["doubly robust"].estimate for policy, each in values.items()}
    best = max(robust, key=robust.__getitem__)
    alt = (
        f"Value of {len(values)} policies from the log of another, by {len(names)} estimators; "
        f"doubly robust, the best is {best}, {robust[best]:.0f} yuan a call."
    )
    rows = list(values)[::-1]
    shifts = np.linspace(0.24, -0.24, len(names))
    with canvas(height=1.7 + 0.62 * len(rows), alt=alt) as (figure, axes):
        for name, shift, colour, marker in zip(
            names, shifts, (ORANGE, PURPLE, BLUE), "sDo", strict=False
        ):
            found = [values[policy].values[name] for policy in rows]
            ends = np.array([each.interval() for each in found])
            table = pd.DataFrame({"estimate": [each.estimate for each in found]})
            table["low"], table["high"] = ends.T
            dots(axes, table, colour, shift=shift, marker=marker, label=name)
        for row, policy in enumerate(rows):
            if policy in truth:
                axes.vlines(
                    truth[policy], row - 0.4, row + 0.4, color=INK, linewidth=1.6, zorder=2,
                    label="truth" if row == 0 else None,
                )  # fmt: skip
        name_rows(axes, rows, {})
        axes.set_xlabel("Value of a call, yuan in twelve months")
        axes.set_title("What each policy would have been worth")
        figure.legend(loc="outside lower center", ncols=len(names) + 1, fontsize=9)
    return figure
