"""Findings of workbook 03."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.regression import Regression
from cemlib.studies.expectation.direct_effects import CONDITIONED
from cemlib.studies.expectation.disconfirmation import KinkedValue

POINTS = "points of satisfaction"
PROBABILITY = "probability (0–1)"


def effects(
    ways: pd.DataFrame, callback_ways: pd.DataFrame, kinked: KinkedValue, rates: Regression
) -> Iterator[Finding]:
    """Yield the effects of effort, the loss aversion and the learning rates."""
    conditioned = ways[ways["method"] == CONDITIONED].iloc[0]
    rows = (
        (
            "total_effect",
            ways.iloc[0],
            "Total effect of effort in the metro experiment (randomised).",
        ),
        (
            "naive_direct_effect",
            conditioned,
            "Effect of effort in the metro experiment, controlling for measured expectation, which "
            "was not randomised.",
        ),
        (
            "direct_effect",
            ways.iloc[-1],
            "Effect of effort in the metro experiment at a fixed expectation, if information acts "
            "through expectation alone.",
        ),
        (
            "call_again_effect",
            callback_ways.iloc[0],
            "Total effect of having to call again instead of being called back (randomised).",
        ),
        (
            "call_again_direct_effect",
            callback_ways.iloc[-1],
            "Effect of having to call again at a fixed expectation of the repair.",
        ),
    )
    for name, row, sentence in rows:
        yield Finding(name, row["estimate"], POINTS, sentence, row["low"], row["high"])
    ratio = kinked.frame().set_index("name").loc["loss_aversion"]
    yield Finding(
        "loss_aversion", ratio["estimate"], "times",
        "Weight of a point below expectation relative to a point above, in the call-back trial.",
        ratio["low"], ratio["high"],
    )  # fmt: skip
    for name, gap, moves, of in (
        ("learning_rate_up", "rise", "rises", "a positive surprise"),
        ("learning_rate_down", "fall", "falls", "a disappointment"),
    ):
        row = rates.frame().set_index("name").loc[gap]
        yield Finding(
            name, row["estimate"], "share per quarter (0–1)",
            f"Share of {of} by which expectation {moves} within a quarter.",
            row["low"], row["high"],
        )  # fmt: skip


def path_model(strongest: pd.Series, r_squared: float) -> Iterator[Finding]:
    """Yield the findings of the path model on its target."""
    target = strongest["to"]
    yield Finding(
        "path_r_squared", r_squared, "share (0–1)",
        f"Share of the variance of {target} that the path model explains.",
    )  # fmt: skip
    yield Finding(
        "strongest_path",
        str(strongest["from"]),
        "",
        f"Construct with the strongest path to {target}.",
    )
    yield Finding(
        "strongest_path_coefficient", float(strongest["path"]),
        "standard deviations per standard deviation",
        f"Standardised coefficient of the strongest path to {target}.",
    )  # fmt: skip


def design(
    ways: pd.DataFrame, power: pd.DataFrame, false_positive_rate: float
) -> Iterator[Finding]:
    """Yield power, false-positive rate, and whether this experiment detected the direct effect."""
    for effect in ("direct", "total"):
        yield Finding(
            f"power_{effect}", float(power.set_index("effect")["power"][effect]), PROBABILITY,
            f"Power of a metro experiment of this size to detect effort's {effect} effect.",
        )  # fmt: skip
    yield Finding(
        "false_positive_rate", false_positive_rate, PROBABILITY,
        "False-positive rate when testing at 5% at every interim look.",
    )  # fmt: skip
    row = ways.iloc[-1]
    detected = float(row["low"] > 0 or row["high"] < 0)
    probability = float(power.set_index("effect").loc["direct", "power"])
    yield Finding(
        "detected", detected, "(1 yes, 0 no)",
        "Whether the 95% interval of the direct effect excludes 0.",
    )  # fmt: skip
    yield Finding(
        "detected_minus_power", detected - probability, "difference of probabilities",
        "Detected (0/1) minus theoretical power; averages 0 if they agree.",
    )  # fmt: skip
