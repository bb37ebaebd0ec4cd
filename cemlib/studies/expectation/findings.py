"""Findings of workbook 03."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cemlib.findings import Finding
from cemlib.stats.estimates import Estimates
from cemlib.stats.regression import Regression
from cemlib.studies.expectation.curvature import CurvatureProfile
from cemlib.studies.expectation.direct_effects import CONDITIONED
from cemlib.studies.expectation.disconfirmation import KinkedValue
from cemlib.studies.expectation.structural.bootstrap import PathBootstrap
from cemlib.studies.expectation.structural.fit import PathFit

POINTS = "points of satisfaction"
PROBABILITY = "probability (0–1)"


def experiment(
    ways: pd.DataFrame, power: pd.DataFrame, false_positive_rate: float
) -> Iterator[Finding]:
    """Yield the effects of effort in the metro experiment, and whether it detected the direct one.

    Where the answers are simulated, so that `ways` has true values, also the power of the
    experiment and the false-positive rate of interim looks.
    """
    conditioned = ways[ways["method"] == CONDITIONED].iloc[0]
    yield _effect(
        "total_effect", ways.iloc[0], "Total effect of effort in the metro experiment (randomised)."
    )
    yield _effect(
        "naive_direct_effect",
        conditioned,
        "Effect of effort in the metro experiment, controlling for measured expectation, which was "
        "not randomised.",
    )
    yield _effect(
        "direct_effect",
        ways.iloc[-1],
        "Effect of effort in the metro experiment at a fixed expectation, if information acts "
        "through expectation alone.",
    )

    row = ways.iloc[-1]
    detected = float(row["low"] > 0 or row["high"] < 0)
    yield Finding(
        "detected", detected, "(1 yes, 0 no)",
        "Whether the 95% interval of the direct effect excludes 0.",
    )  # fmt: skip
    if "true_value" in ways:
        yield from _design(detected, power.set_index("effect")["power"], false_positive_rate)


def _design(detected: float, power: pd.Series, false_positive_rate: float) -> Iterator[Finding]:
    for effect in ("direct", "total"):
        yield Finding(
            f"power_{effect}", float(power[effect]), PROBABILITY,
            f"Power of a metro experiment of this size to detect effort's {effect} effect.",
        )  # fmt: skip
    yield Finding(
        "false_positive_rate", false_positive_rate, PROBABILITY,
        "False-positive rate when testing at 5% at every interim look.",
    )  # fmt: skip
    yield Finding(
        "detected_minus_power", detected - float(power["direct"]),
        "difference of probabilities",
        "Detected (0/1) minus theoretical power; averages 0 if they agree.",
    )  # fmt: skip


def trial(
    ways: pd.DataFrame, kinked: KinkedValue, profile: CurvatureProfile | None = None
) -> Iterator[Finding]:
    """Yield the effects of having to call again, and the loss aversion.

    With a profile, its interval is over all curvatures that the data allow.
    """
    yield _effect(
        "call_again_effect",
        ways.iloc[0],
        "Total effect of having to call again instead of being called back (randomised).",
    )
    yield _effect(
        "call_again_direct_effect",
        ways.iloc[-1],
        "Effect of having to call again at a fixed expectation of the repair.",
    )
    ratio = kinked.frame().set_index("name").loc["loss_aversion"]
    over = ""
    if profile is not None:
        ratio, over = profile.loss_aversion, "; the interval is over all curvatures the data allow"
    yield Finding(
        "loss_aversion", ratio["estimate"], "times",
        "Weight of a point below expectation relative to a point above, in the call-back trial"
        f"{over}.",
        ratio["low"], ratio["high"],
    )  # fmt: skip


def panel(rates: Regression) -> Iterator[Finding]:
    """Yield the learning rates of expectations."""
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


def path_model(fit: PathFit, refits: PathBootstrap | None, target: str) -> Iterator[Finding]:
    """Yield the findings of the path model on its target; with intervals where there are refits."""
    strongest = fit.strongest(target)
    explained: tuple[float | None, float | None] = (None, None)
    path = explained
    if refits is not None:
        explained = _bounds(refits.r_squared, target)
        path = _bounds(refits.paths, f"{strongest['from']} → {target}")
    yield Finding(
        "path_r_squared", fit.r_squared(target), "share (0–1)",
        f"Share of the variance of {target} that the path model explains.", *explained,
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
        f"Standardised coefficient of the strongest path to {target}.", *path,
    )  # fmt: skip


def prediction(predicted: pd.DataFrame | None, target: str) -> Iterator[Finding]:
    """Yield how well the answers of respondents left out are predicted."""
    if predicted is not None:
        yield Finding(
            "q2_predict_target", float(predicted["q2_predict"].mean()), "share (at most 1)",
            f"Q² of predicting the items of {target} for respondents left out, mean of the items; "
            "0 is as good as the mean of the others.",
        )  # fmt: skip


def _bounds(estimates: Estimates, name: str) -> tuple[float | None, float | None]:
    row = estimates.frame().set_index("name").loc[name]
    return float(row["low"]), float(row["high"])


def _effect(name: str, row: pd.Series, sentence: str) -> Finding:
    return Finding(name, row["estimate"], POINTS, sentence, row["low"], row["high"])
