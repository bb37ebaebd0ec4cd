"""Figures of power and of interim looks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib.plot.marks import name_lines
from cemlib.plot.style import GREY, VERMILION, Figure, canvas
from cemlib.studies.expectation.sequential import SequentialDesign

_NAMES = {
    "pocock": "Pocock: one bound for all looks",
    "obrien-fleming": "O’Brien–Fleming: strict at first",
    "spend-pocock": "spending, Pocock type",
    "spend-obrien-fleming": "spending, O’Brien–Fleming type",
    "fixed": "1.96 at every look",
}


def power_figure(curve: pd.DataFrame, power: float = 0.8) -> Figure:
    """Draw the power to detect an effect against the number of participants.

    Parameters
    ----------
    curve : DataFrame
        n, effect, power: from `cemlib.studies.expectation.power.Design.curve`.
    power : float
        The power to mark.
    """
    needed = []
    for effect, part in curve.groupby("effect"):
        enough = part[part["power"] >= power]
        needed.append(
            f"{effect:g} points: {enough['n'].min():.0f} participants"
            if len(enough)
            else f"{effect:g} points: more than {part['n'].max():.0f} participants"
        )
    alt = f"Power by number of participants. For {100 * power:.0f}% power, {'; '.join(needed)}."
    with canvas(height=3.9, alt=alt) as (figure, axes):
        for effect, part in curve.groupby("effect"):
            axes.plot(part["n"], 100 * part["power"], label=f"effect {effect:g} points")
        axes.axhline(100 * power, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        axes.set_ylim(0, 103)
        axes.set_xlim(curve["n"].min(), curve["n"].max())
        axes.set_xlabel("Participants in total, people")
        axes.set_ylabel("Power, %")
        axes.set_title("Power by number of participants")
        name_lines(axes)
    return figure


def looks_figure(errors: Mapping[int, float], designs: list[SequentialDesign]) -> Figure:
    """Draw the false-positive rate of peeking, and the bounds that control it.

    Parameters
    ----------
    errors : mapping of int to float
        False-positive rate by number of looks, from
        `cemlib.studies.expectation.sequential.false_positive_rate`.
    designs : list of SequentialDesign
        Bounds to draw, all with the same number of looks.
    """
    looks = np.array(list(errors))
    rates = 100 * np.array(list(errors.values()))
    bounds = "; ".join(
        f"{_NAMES[design.shape]}, {', '.join(f'{z:.2f}' for z in design.bounds)}"
        for design in designs
    )
    alt = (
        f"Testing at 5% at each of {looks[-1]} looks gives a false positive in {rates[-1]:.0f}% of "
        f"experiments without an effect. Bounds that keep the rate at 5%: {bounds}."
    )
    with canvas(height=3.9, alt=alt, ncols=2) as (figure, (left, right)):
        left.plot(looks, rates, color=VERMILION, marker="o")
        left.axhline(5, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        left.set_ylim(0, 1.15 * max(rates.max(), 5))
        left.set_xlabel("Number of looks, each tested at 5%")
        left.set_ylabel("False-positive rate, %")
        left.set_title("Testing at every look")
        for number, design in enumerate(designs):
            share = 100 * design.frame()["share"]
            marker = "osDv^"[number % 5]
            right.plot(share, design.bounds, marker=marker, label=_NAMES[design.shape])
        right.axhline(1.96, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
        right.set_xlim(0, 105)
        right.set_ylim(1.5, max(5.0, 1.1 * max(design.bounds.max() for design in designs)))
        right.set_xlabel("Participants so far, %")
        right.set_ylabel("Stop if |z| is above")
        right.set_title("Bounds that keep 5%")
        figure.legend(*right.get_legend_handles_labels(), loc="outside lower right", ncols=1)
    return figure
