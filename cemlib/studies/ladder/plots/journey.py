"""Figures of the journey: listening, control charts, channels, funnel, policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib.formats import currency, money
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
from cemlib.studies.ladder.channels import ControlChart
from cemlib.studies.ladder.funnel import weakest_step
from cemlib.studies.ladder.off_policy import (
    DOUBLY_ROBUST,
    ESTIMATORS,
    PolicyValue,
    best_policy,
)


def listening_figure(answers: pd.DataFrame, response: pd.DataFrame, minimum: int = 30) -> Figure:
    """Draw where customers are heard: answers by touchpoint and mode of listening.

    Parameters
    ----------
    answers, response : DataFrame
        From `cemlib.studies.ladder.voice.count_answers`.
    minimum : int
        Fewer answers make a blind spot.
    """
    blind = [
        f"{row} ({column})"
        for row in answers.index
        for column in answers.columns
        if answers.loc[row, column] < minimum
    ]
    alt = (
        f"Answers by touchpoint and mode of listening, {int(answers.to_numpy().sum())} in total. "
        f"Blind spots with fewer than {minimum} answers: {', '.join(blind) or 'none'}."
    )
    table = answers.iloc[::-1]
    with canvas(height=rows_high(len(table)) + 0.2, alt=alt) as (figure, axes):
        guides(axes, "none")
        shade = np.log1p(table.to_numpy(dtype=float))
        axes.pcolormesh(shade, cmap="Blues", vmin=0, vmax=2.0 * shade.max(), edgecolor="white")
        for row, name in enumerate(table.index):
            for column, mode in enumerate(table.columns):
                count, share = table.loc[name, mode], response.loc[name, mode]
                thin = count < minimum
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
            f"Number of answers (response rate);\nred: blind spot, fewer than {minimum}"
        )
        axes.set_title("Where customers are heard")
    return figure


def control_figure(chart: ControlChart, standard: float, name: str) -> Figure:
    """Draw weekly shares with their control limits and the service standard.

    Parameters
    ----------
    chart : ControlChart
        From `cemlib.studies.ladder.channels.laney_chart`.
    standard : float
        The service standard, a share.
    name : str
        What is charted, such as the channel.
    """
    points, week = chart.points, np.arange(1, len(chart.points) + 1)
    lie = "lies" if len(chart.signals) == 1 else "lie"
    alt = (
        f"{name}: share of contacts served in time, by week; centre {100 * chart.centre:.0f}%. "
        f"{len(chart.signals)} of {len(week)} weeks {lie} outside Laney's limits, "
        f"{chart.plain_signals} outside those of the ordinary p chart. "
        f"{100 * chart.share_below(standard):.0f}% of the weeks miss the standard of "
        f"{100 * standard:.0f}%."
    )
    with canvas(height=3.4, alt=alt) as (figure, axes):
        for low, high, colour, style, label in (
            ("low", "high", BLUE, "-", "Laney's limits (p′)"),
            ("plain_low", "plain_high", GREY, ":", "p chart limits"),
        ):
            axes.plot(week, 100 * points[low], color=colour, linestyle=style, linewidth=1.3)
            axes.plot(
                week, 100 * points[high], color=colour, linestyle=style, linewidth=1.3, label=label
            )
        axes.axhline(100 * standard, color=ORANGE, linewidth=1.6, label="service standard")
        axes.plot(week, 100 * points["share"], color="#9aa5b1", linewidth=1)
        out = points["outside"].to_numpy()
        axes.scatter(week[~out], 100 * points["share"][~out], color=BLUE, s=18, zorder=3)
        axes.scatter(
            week[out], 100 * points["share"][out], color=VERMILION, s=46, marker="D", zorder=4,
            label="outside the limits" if out.any() else None,
        )  # fmt: skip
        axes.set_xlabel("Week")
        axes.set_ylabel("Served in time, %")
        axes.set_title(f"Contacts served in time: {name}")
        axes.margins(y=0.16)
        figure.legend(loc="outside lower center", ncols=4, fontsize=9)
    return figure


def standardised_figure(channels: pd.DataFrame) -> Figure:
    """Draw ratings of channels, crude and with the same customer mix.

    Parameters
    ----------
    channels : DataFrame
        From `cemlib.studies.ladder.channels.directly_standardised`.
    """
    table = channels.sort_values("standardised", ignore_index=True, kind="stable", key=significant)
    best = table.iloc[-1]
    alt = (
        f"Mean ratings of {len(table)} channels, crude and with the same customer mix. "
        f"Best with the same mix: {best['group']}, {best['standardised']:.2f} points."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        shown = table.rename(columns={"standardised": "estimate"})
        dots(axes, shown, BLUE, label="same customer mix (95% interval)")
        axes.scatter(
            table["crude"], table.index, marker="x", color=VERMILION, s=44, zorder=4,
            label="crude",
        )  # fmt: skip
        name_rows(axes, table["group"], {})
        axes.set_xlabel("Mean rating after an event, points (0–10)")
        axes.set_title("Ratings of channels")
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
    return figure


def funnel_figure(steps: pd.DataFrame, gains: pd.DataFrame) -> Figure:
    """Draw the sessions reaching each step, and the completions gained by removing a reason.

    Parameters
    ----------
    steps : DataFrame
        From `cemlib.studies.ladder.funnel.step_survival`.
    gains : DataFrame
        From `cemlib.studies.ladder.funnel.completions_gained`; may be empty.
    """
    worst = weakest_step(steps)
    alt = (
        f"Of {int(steps['reached'].iloc[0])} sessions {100 * steps['survival'].iloc[-1]:.0f}% are "
        f"completed. The weakest step is {worst['step']}: {100 * worst['passed']:.0f}% continue."
    )
    if len(gains):
        top = gains.iloc[0]
        alt += (
            f" Removing the reason {top['reason']} gains most: {top['gained']:.1f} completions per "
            "100 sessions."
        )
    columns = 2 if len(gains) else 1
    height = max(rows_high(max(len(steps), len(gains))), 2.8)
    with canvas(height=height, alt=alt, ncols=columns, squeeze=False) as (figure, axes):
        table = steps.iloc[::-1].reset_index(drop=True)
        axes[0, 0].barh(table.index, 100 * table["survival"], color=SKY, height=0.62, alpha=0.75)
        for row, each in enumerate(table.itertuples()):
            text = f"{each.reached}"
            if np.isfinite(each.passed):
                text += f"; {100 * each.passed:.0f}% continue"
            axes[0, 0].text(2, row, text, va="center", fontsize=9)
        name_rows(axes[0, 0], table["step"], {})
        guides(axes[0, 0], "x")
        axes[0, 0].set_xlim(0, 104)
        axes[0, 0].set_xlabel("Sessions reaching the step, %")
        axes[0, 0].set_title("Where sessions end", fontsize=11)
        if len(gains):
            shown = gains.iloc[::-1].reset_index(drop=True).rename(columns={"gained": "estimate"})
            dots(axes[0, 1], shown, GREEN)
            name_rows(axes[0, 1], shown["reason"], {})
            axes[0, 1].set_xlim(left=0)
            axes[0, 1].set_xlabel("Completions gained\nper 100 sessions")
            axes[0, 1].set_title("If a reason were removed", fontsize=11)
    return figure


def policy_values_figure(
    values: Mapping[str, PolicyValue],
    true_values: Mapping[str, float],
    names: Sequence[str] = ESTIMATORS,
) -> Figure:
    """Draw the value of policies by three estimators, with the true value where it is known.

    Parameters
    ----------
    values : mapping of str to PolicyValue
        Policy → from `cemlib.studies.ladder.off_policy.off_policy_value`.
    true_values : mapping of str to float
        Policy → its true value per call; may be empty.
    names : sequence of str
        Estimators, in their order.
    """
    best = best_policy(values)
    robust = values[best].values[DOUBLY_ROBUST].estimate
    alt = (
        f"Value of {len(values)} policies, estimated from the log by {len(names)} methods. "
        f"The best by the doubly robust one is {best}: {money(robust)} per call."
    )
    rows = list(values)[::-1]
    shifts = np.linspace(0.24, -0.24, len(names))
    with canvas(height=1.7 + 0.62 * len(rows), alt=alt) as (figure, axes):
        for name, shift, colour, marker in zip(
            names, shifts, (ORANGE, PURPLE, BLUE), "sDo", strict=False
        ):
            estimates = [values[policy].values[name] for policy in rows]
            table = pd.DataFrame({"estimate": [each.estimate for each in estimates]})
            table["low"], table["high"] = np.array([each.interval() for each in estimates]).T
            dots(axes, table, colour, shift=shift, marker=marker, label=name)
        for row, policy in enumerate(rows):
            if policy in true_values:
                axes.vlines(
                    true_values[policy], row - 0.4, row + 0.4, color=INK, linewidth=1.6, zorder=2,
                    label="true value" if row == 0 else None,
                )  # fmt: skip
        name_rows(axes, rows, {})
        axes.set_xlabel(f"Value per call over twelve months ({currency()})")
        axes.set_title("Estimated value of each policy")
        figure.legend(loc="outside lower center", ncols=len(names) + 1, fontsize=9)
    return figure
