"""Figures of the experience ladder: rungs and moves, value of steps, staying, forgiveness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from cemlib.formats import currency, money
from cemlib.plot.marks import dots, minus, name_lines, name_rows, rows_high
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
from cemlib.stats.estimates import Floats, significant
from cemlib.studies.ladder.markov import ARROW
from cemlib.studies.ladder.prediction import RISKIEST, Prediction
from cemlib.studies.ladder.rung_value import StepValues

_COLOURS = (SKY, BLUE, GREEN, ORANGE, PURPLE, VERMILION)
_BOX = (0.86, 0.62)


def ladder_figure(
    states: Sequence[str],
    probabilities: Floats,
    shares: Floats,
    values: Floats,
    *,
    changed: tuple[int, int] | None = None,
    minimum: float = 0.005,
) -> Figure:
    """Draw the ladder: value of each rung, monthly moves, and where customers are later.

    Parameters
    ----------
    states : sequence of str
        Rungs from the lowest to the best, then the state of customers who left.
    probabilities : ndarray, shape (S, S)
        Monthly transition probabilities.
    shares : ndarray, shape (T, S)
        Share of the customers in each state over time, from
        `cemlib.studies.ladder.markov.shares_over_time`.
    values : ndarray, shape (S,)
        Lifetime value on each rung.
    changed : (int, int), optional
        A step to highlight.
    minimum : float
        Smallest probability of a step that is drawn.
    """
    size, months = len(states), len(shares) - 1
    top = int(np.argmax(shares[-1]))
    alt = (
        f"A ladder of {size} states with monthly transition probabilities. The largest group in "
        f"month {months} is {states[top]}, {100 * shares[-1, top]:.0f}% of customers. Lifetime "
        f"value: {money(values[0])} for {states[0]}, {money(values[-2])} for {states[-2]}."
    )
    ratios = {"width_ratios": (2.1, 1)}
    with canvas(height=4.3, alt=minus(alt), ncols=2, gridspec_kw=ratios) as (figure, axes):
        _staircase(axes[0], states, probabilities, values, changed, minimum)
        rows = np.arange(size)
        axes[1].barh(rows + 0.19, 100 * shares[0], 0.34, color="#c3cad2", label="now")
        axes[1].barh(
            rows - 0.19, 100 * shares[-1], 0.34, color=BLUE, label=f"after {months} months"
        )
        name_rows(axes[1], list(states), {})
        guides(axes[1], "x")
        axes[1].set_xlabel("Share of customers, %")
        axes[1].set_title("Customers by state", fontsize=11)
        axes[1].legend(loc="lower right", fontsize=8.5)
        axes[0].set_title("Probability of each move per month, and lifetime value", fontsize=11)
    return figure


def _staircase(
    axes: Axes,
    states: Sequence[str],
    probabilities: Floats,
    values: Floats,
    changed: tuple[int, int] | None,
    minimum: float,
) -> None:
    size, (width, height) = len(states), _BOX
    centres = {rung: (float(rung), 1.35 * rung) for rung in range(size - 1)}
    centres[size - 1] = (size - 1.2, 0.0)
    for rung, (x, y) in centres.items():
        gone = rung == size - 1
        box = FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.04",
            facecolor="#eef1f4" if gone else "#e3f0f9", edgecolor=GREY if gone else BLUE,
        )  # fmt: skip
        axes.add_patch(box)
        value = "" if gone else f"\n{money(values[rung])}"
        axes.text(x, y, f"{states[rung]}{value}", ha="center", va="center", fontsize=8.5)
    for i, j in np.argwhere(probabilities >= minimum):
        if i == j:
            continue
        marked = changed == (i, j)
        pair, leaves = (int(i), int(j)), int(j) == size - 1
        _arrow(axes, centres[pair[0]], centres[pair[1]], probabilities[i, j], pair, leaves, marked)
    axes.set_xlim(-0.6, size - 0.5)
    axes.set_ylim(-0.7, 1.35 * (size - 2) + 1.0)
    axes.set_axis_off()
    axes.set(xticks=[], yticks=[])


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    probability: float,
    step: tuple[int, int],
    leaves: bool,
    marked: bool,
) -> None:
    i, j = step
    returns = not leaves and i > j and end[1] >= start[1]  # from the box of those who left
    colour = VERMILION if leaves else BLUE if returns else GREEN if j > i else ORANGE
    height = _BOX[1] / 2 + 0.04
    if returns:
        begin, stop = (start[0] + 0.2, start[1] + height), (end[0] + 0.48, end[1])
        bend = "arc3,rad=0.3"
        if not j:
            begin, stop = (start[0] - 0.3, start[1] - height), (end[0] + 0.3, end[1] - height)
            bend = "arc3,rad=-0.2"
    elif leaves:
        begin, stop = (
            (start[0] + 0.3, start[1] - height),
            (end[0] - 0.3 + 0.12 * i, end[1] + height),
        )
        if i == 0:
            begin, stop = (start[0] + 0.48, start[1] - 0.1), (end[0] - 0.48, end[1] - 0.1)
        bend = "arc3,rad=0"
    elif j > i:
        begin, stop, bend = (start[0], start[1] + height), (end[0] - 0.48, end[1]), "arc3,rad=-0.35"
    else:
        begin, stop = (start[0] + 0.1, start[1] - height), (end[0] + 0.48, end[1] + 0.1)
        bend = "arc3,rad=-0.3"
    axes.annotate(
        "", stop, begin,
        arrowprops={
            "arrowstyle": "-|>", "color": colour, "linewidth": 0.8 + 14 * min(probability, 0.25),
            "connectionstyle": bend, "shrinkA": 0, "shrinkB": 0, "alpha": 0.9,
        },
    )  # fmt: skip
    x, y = (begin[0] + stop[0]) / 2, (begin[1] + stop[1]) / 2
    if leaves and i:
        x, y = begin[0] + 0.28 * (stop[0] - begin[0]), begin[1] + 0.28 * (stop[1] - begin[1])
    if returns:
        x, y = (x + 0.25, y + 0.1) if j else (x, y - 0.25)
    elif not leaves:
        x += -0.3 if j > i else 0.3
        y += 0.28 if j > i else -0.28
    axes.text(
        x, y, f"{100 * probability:.1f}%", ha="center", va="center", fontsize=8.5,
        fontweight="bold" if marked else "normal", color=INK,
        bbox={
            "facecolor": "#fff3c9" if marked else "white",
            "edgecolor": ORANGE if marked else "none", "pad": 1.0, "alpha": 0.92,
        },
    )  # fmt: skip


def steps_figure(steps: StepValues) -> Figure:
    """Draw the value of each step: per 1% of its probability, and per percentage point.

    Parameters
    ----------
    steps : StepValues
        From `cemlib.studies.ladder.rung_value.compare_steps`.
    """
    elasticity = steps.elasticity
    order = np.argsort(significant(np.abs(elasticity.values)), kind="stable")
    first = int(order[-1])
    alt = minus(
        f"Elasticity of customer value to {len(order)} steps. The step with the largest elasticity "
        f"is {elasticity.names[first]}: {elasticity.values[first]:.2f}% per 1% more probability."
    )
    with canvas(height=rows_high(len(order)), alt=alt, ncols=2, sharey=True) as (figure, axes):
        for panel, estimates, label in (
            (axes[0], elasticity, "Change in value, % per 1% more\nof the step's probability"),
            (
                axes[1],
                steps.per_point,
                f"Change in value ({currency()}) per\ncustomer per percentage point",
            ),
        ):
            table = estimates.frame().iloc[order].reset_index(drop=True)
            colours = [GREEN if value > 0 else VERMILION for value in table["estimate"]]
            dots(panel, table, colours)
            panel.axvline(0, color=INK, linewidth=1)
            panel.set_xlabel(label)
        name_rows(axes[0], [elasticity.names[step] for step in order], {})
        figure.suptitle("Value of each step", x=0.01, ha="left")
    return figure


def survival_figure(curves: Mapping[str, pd.DataFrame], horizon: float) -> Figure:
    """Draw the share still present, by the first observed rung.

    Parameters
    ----------
    curves : mapping of str to DataFrame
        Rung → from `cemlib.studies.ladder.survival.kaplan_meier`, time in months.
    horizon : float
        Last month that is drawn.
    """
    last = {name: float(curve["survival"].iloc[-1]) for name, curve in curves.items()}
    listed = ", ".join(f"{name} {100 * share:.0f}%" for name, share in last.items())
    alt = f"Share of customers still present in month {horizon:.0f}, by first rung: {listed}."
    with canvas(height=3.6, alt=alt) as (figure, axes):
        for (name, curve), colour in zip(curves.items(), _COLOURS[1:] * 3, strict=False):
            time = np.r_[curve["time"], horizon + 0.5]
            lines = [100 * np.r_[curve[c], curve[c].iloc[-1]] for c in ("survival", "low", "high")]
            axes.step(time, lines[0], where="post", color=colour, label=name)
            axes.fill_between(time, *lines[1:], step="post", color=colour, alpha=0.13, linewidth=0)
        axes.set_xlim(0, horizon + 0.5)
        name_lines(axes)
        axes.set_xlabel("Months since first observed")
        axes.set_ylabel("Still a customer, %")
        axes.set_title("Customers who stay, by first rung")
    return figure


def hazards_figure(hazards: pd.DataFrame, names: Mapping[str, str]) -> Figure:
    """Draw hazard ratios of leaving.

    Parameters
    ----------
    hazards : DataFrame
        From `cemlib.studies.ladder.survival.Hazards.frame`.
    names : mapping of str to str
        Label of each covariate.
    """
    table = hazards.iloc[::-1].reset_index(drop=True)
    smallest = hazards.loc[significant(hazards["estimate"]).idxmin()]
    alt = (
        f"Hazard ratios of leaving for {len(table)} covariates; the smallest is for "
        f"{names.get(smallest['name'], smallest['name'])}, {smallest['estimate']:.2f}."
    )
    with canvas(height=rows_high(len(table)), alt=alt) as (figure, axes):
        dots(axes, table, BLUE)
        axes.axvline(1, color=INK, linewidth=1)
        axes.set_xscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 3) if tick >= table["low"].min() * 0.7]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        name_rows(axes, table["name"], names)
        axes.set_xlabel("Hazard ratio of leaving (1 = no difference)")
        axes.set_title("Predictors of leaving")
    return figure


def prediction_figure(prediction: Prediction) -> Figure:
    """Draw how well each measure foretells leaving, beside a coin.

    Parameters
    ----------
    prediction : Prediction
        From `cemlib.studies.ladder.prediction.predict_leaving`.
    """
    scores = prediction.concordance
    listed = ", ".join(
        f"{name} {100 * value:.0f}%"
        for name, value in zip(scores.names, scores.values, strict=True)
    )
    alt = (
        f"Leaver–stayer pairs in which the leaver had the higher risk, by measure: {listed}; a "
        "coin: 50%. Beside it the share of leavers among the riskiest fifth of customers."
    )
    columns = ["estimate", "low", "high"]
    sides = (
        (scores, 0.5, "Pairs with the leaver at\nthe higher risk, %"),
        (prediction.found, RISKIEST, "Leavers among the riskiest\nfifth of customers, %"),
    )
    height = rows_high(len(scores.names))
    with canvas(height=height, alt=alt, ncols=2, sharey=True) as (figure, axes):
        for panel, (estimates, coin, label) in zip(axes, sides, strict=True):
            table = estimates.frame().iloc[::-1].reset_index(drop=True)
            table[columns] *= 100
            dots(panel, table, BLUE)
            panel.axvline(100 * coin, color=INK, linewidth=1)
            panel.set_xlabel(label)
        name_rows(axes[0], scores.names[::-1], {})
        figure.suptitle("Which measure foretells leaving? Lines: a coin", x=0.01, ha="left")
    return figure


def forgiveness_figure(rungs: pd.DataFrame) -> Figure:
    """Draw falling and leaving with and without a slip, by rung.

    Parameters
    ----------
    rungs : DataFrame
        From `cemlib.studies.ladder.forgiveness.forgiveness`.
    """
    ratios = ", ".join(f"{row.rung} {row.odds_ratio:.1f}" for row in rungs.itertuples())
    alt = f"Odds ratio of falling a rung or leaving after a slip, by rung: {ratios}."
    table = rungs.iloc[::-1].reset_index(drop=True)
    ratio = table.rename(columns={"odds_ratio": "estimate"})
    with canvas(height=rows_high(len(table)), alt=alt, ncols=2, sharey=True) as (figure, axes):
        for column, colour, marker, label in (
            ("without", GREEN, "o", "without a slip"),
            ("after", VERMILION, "D", "after a slip"),
        ):
            axes[0].scatter(
                100 * table[column], table.index, color=colour, s=46, marker=marker, zorder=3,
                label=label,
            )  # fmt: skip
        axes[0].hlines(table.index, 100 * table["without"], 100 * table["after"], color=GREY)
        guides(axes[0], "x")
        axes[0].set_xlim(left=0)
        axes[0].set_xlabel("On a lower rung or gone\nin the next month, %")
        axes[0].legend(loc="lower right", fontsize=9)
        dots(axes[1], ratio, BLUE)
        axes[1].axvline(1, color=INK, linewidth=1)
        axes[1].set_xlabel("Odds ratio, after against without\na slip (1 = no difference)")
        name_rows(axes[0], table["rung"], {})
        figure.suptitle("Falling or leaving after a slip, by rung", x=0.01, ha="left")
    return figure


def step_words(name: str) -> str:
    """Return the name of a step in words.

    Examples
    --------
    >>> step_words("satisfied → loyal")
    'from satisfied to loyal'
    """
    first, second = name.split(ARROW)
    return f"from {first} to {second}"
