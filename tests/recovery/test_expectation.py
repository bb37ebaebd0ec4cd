"""The estimators of workbook 03 find what is planted, at the rate they state."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation import direct_effects, learning, pooling, power
from cemlib.studies.expectation.curvature import curvature_profile
from cemlib.studies.expectation.disconfirmation import (
    expectation_residual,
    gap_controls,
    kinked_value,
)
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.operator import TRUTH, callbacks, expectations
from tests.recovery.replicates import record, replicates, tolerance

TRIALS, RESAMPLES = replicates(200), 300
PULLED = (
    "partial pooling pulls it towards the mean, and the intervals of the levels cover the true "
    "effect in 93% of computed trials, of the most extreme level in 88%."
)
TOO_RARELY = (  # what the reader is told of the interval that takes the curvature as known
    "covers too rarely: in computed trials of about 900 people it contained the true ratio in "
    "90% of the trials if that is the curvature, in 83% if it is 0.6, and in 64% if it is 1."
)


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "datasets/telecom/truth.json").read_text(encoding="utf-8"))


def assert_covers(rate, repeats, nominal=0.95, shortfall=0.0):
    """A rate may stray by 4 standard errors and a stated shortfall."""
    error = np.sqrt(nominal * (1 - nominal) / repeats)
    assert nominal - shortfall - 4 * error <= rate <= min(nominal + 4 * error, 1.0), rate


def people(count):
    return pd.DataFrame(
        {"customer": [f"C{number}" for number in range(count)], "segment": TRUTH.segment}
    )


@cache
def trial(number):
    return callbacks(people(1000), np.random.default_rng([8, number]))


@cache
def panel(number):
    return expectations(people(2000), np.random.default_rng([9, number]))


def covered(frame, name, value):
    row = frame.set_index("name").loc[name]
    return row["low"] <= value <= row["high"]


def counted(rates, repeats):
    """Return rates as hits of so many repeats."""
    return np.arange(repeats)[:, None] < np.round(np.asarray(rates) * repeats)


def test_effect_of_effort_is_covered_in_many_experiments(rng):
    model = ExpectationModel(loss_aversion=1, curvature=1)
    table = power.simulate_experiments(model, 200, 6000, rng).set_index("effect")
    for effect in ("total", "direct", "information", "interaction"):
        hits = counted(table.loc[[effect], "coverage"], 6000)
        record("03", f"{effect} effect of effort (2 × 2)", hits, "satisfaction is linear")
        assert_covers(table.loc[effect, "coverage"], 6000)
        assert (
            abs(table.loc[effect, "mean"] - table.loc[effect, "true_value"])
            < 4 * (table.loc[effect, "sd"] / np.sqrt(6000)) + 0.05
        )


def test_effect_of_effort_is_covered_where_satisfaction_bends(rng):
    table = power.simulate_experiments(ExpectationModel(), 400, 6000, rng).set_index("effect")
    # The gap midway is right to second order: what is left is about a twentieth of its error.
    assert table.loc["direct", "mean"] == pytest.approx(8, abs=0.25)
    for effect in table.index.drop(power.NAIVE):
        hits = counted(table.loc[[effect], "coverage"], 6000)
        record("03", f"{effect} effect of effort (2 × 2)", hits, "satisfaction bends")
        assert_covers(table.loc[effect, "coverage"], 6000)


@cache
def analysed(number):
    return direct_effects.four_ways(trial(number), ["baseline"]).set_index("method")


@pytest.mark.parametrize(
    ("method", "right"),
    [
        ("difference in means", True),
        ("regression adjusted", True),
        ("two lines of the 2 × 2", True),
        ("controlling for measured expectation", False),
    ],
)
def test_four_ways_with_the_trial_of_call_backs(truth, method, right):
    effects = truth["population"]["expectation"]["effects"]
    rows = [analysed(number).loc[method] for number in range(TRIALS)]
    hits = [row["low"] <= effects[row["target"]] <= row["high"] for row in rows]
    record("03", f"effect of call-backs: {method}", hits, mistake=not right)
    if right:
        assert_covers(np.mean(hits), TRIALS)
    else:
        assert np.mean(hits) < 0.5


def test_loss_aversion_is_covered(truth):
    true_values = truth["planted"]["expectation"]["trial"]
    hits, estimates = [], []
    for number in range(TRIALS):
        table = trial(number)
        controls = table[["effort"]].assign(
            residual=expectation_residual(table["expectation"], table[["effort", "information"]])
        )
        weights = bootstrap_weights(len(table), RESAMPLES, np.random.default_rng([10, number]))
        result = kinked_value(
            table["satisfaction"], table["quality"], table["expectation"], weights, controls
        )
        hits.append(covered(result.frame(), "loss_aversion", true_values["loss_aversion"]))
        estimates.append(result.loss_aversion)
    record("03", "loss aversion λ, curvature known", hits, told=TOO_RARELY)
    assert_covers(np.mean(hits), TRIALS)
    # Four standard errors of a median, and 0.03: answers held to 0–100 take a little of shortfalls.
    margin = 4 * np.sqrt(np.pi / 2) * np.std(estimates) / np.sqrt(TRIALS) + 0.03
    assert abs(np.median(estimates) - true_values["loss_aversion"]) < margin


@pytest.mark.parametrize("name", ["rise", "fall"])
def test_learning_rates_are_covered(truth, name):
    true_values = truth["planted"]["expectation"]["ratchet"][name]
    frames = [learning.learning_rates(panel(number)).frame() for number in range(TRIALS)]
    hits = [covered(frame, name, true_values) for frame in frames]
    record("03", f"learning rate of expectations that {name}", hits)
    assert_covers(np.mean(hits), TRIALS)
    mean = np.mean([frame.set_index("name").loc[name, "estimate"] for frame in frames])
    assert mean == pytest.approx(true_values, abs=tolerance(0.005))


def test_effects_by_level_are_covered_and_pooling_in_part_is_closest(truth):
    true_values = pd.Series(truth["population"]["expectation"]["total_by_level"])
    error, hits = {}, {}
    for number in range(TRIALS):
        table = pooling.partially_pooled(pooling.effects_by_group(trial(number), "level"))
        aim = true_values.reindex(table["group"]).to_numpy()
        table["error"] = (table["estimate"] - aim) ** 2
        table["hit"] = (table["low"] <= aim) & (aim <= table["high"])
        for method, part in table.groupby("method"):
            error.setdefault(method, []).append(part["error"].mean())
            hits.setdefault(method, []).append(part["hit"].to_numpy())
    loss = {method: np.mean(values) for method, values in error.items()}
    assert loss["partially pooled"] < loss["separate"] < loss["pooled"]
    for method, each in hits.items():
        wrong = method == "pooled"
        record("03", f"effects by level, {method}", each, mistake=wrong, told=PULLED)
    assert np.mean(hits["separate"]) == pytest.approx(0.95, abs=tolerance(0.03))
    assert np.mean(hits["partially pooled"]) == pytest.approx(0.95, abs=tolerance(0.04))
    assert np.mean(hits["pooled"]) < 0.6


@pytest.mark.parametrize("curvature", [0.6, 0.88, 1.0])
def test_loss_aversion_over_allowed_curvatures_covers_whatever_the_curvature(curvature):
    other = replace(TRUTH, trial=replace(TRUTH.trial, curvature=curvature))
    trials, hits, taken_as_known = replicates(120), [], []
    for number in range(trials):
        table = callbacks(people(1000), np.random.default_rng([8, number]), other)
        weights = bootstrap_weights(len(table), 200, np.random.default_rng([10, number]))
        outcome = [table[name] for name in ("satisfaction", "quality", "expectation")]
        profile = curvature_profile(*outcome, weights, gap_controls(table))
        true = other.trial.loss_aversion
        hits.append(profile.loss_aversion["low"] <= true <= profile.loss_aversion["high"])
        row = profile.table.set_index("curvature").loc[0.88]
        taken_as_known.append(row["low"] <= true <= row["high"])
    shape = f"true curvature {curvature}"
    record("03", "loss aversion λ over the curvatures allowed", hits, shape)
    record("03", "loss aversion λ, curvature taken as 0.88", taken_as_known, shape, told=TOO_RARELY)
    assert np.mean(hits) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / trials)
    # With another curvature than the true one, its interval alone does not cover.
    assert curvature == 0.88 or np.mean(taken_as_known) < 0.9


@cache
def rates_with_error(sd, number):
    noise = np.random.default_rng([3, number]).standard_normal(len(panel(number)))
    measured = panel(number).assign(expectation=panel(number)["expectation"] + sd * noise)
    instrumented = learning.instrumented_rates(measured)
    return learning.learning_rates(measured).frame(), instrumented.frame()


@pytest.mark.parametrize("sd", [0.0, 4.0, 8.0])
@pytest.mark.parametrize("name", ["rise", "fall"])
def test_instrumented_learning_rates_are_covered_with_measurement_error(truth, name, sd):
    true = truth["planted"]["expectation"]["ratchet"][name]
    trials = replicates(120)
    pairs = [rates_with_error(sd, number) for number in range(trials)]
    error = f"expectations measured with an error of {sd:.0f} points"
    hits = [covered(with_it, name, true) for _, with_it in pairs]
    record("03", f"learning rate of expectations that {name}, with instruments", hits, error)
    assert_covers(np.mean(hits), trials)
    if sd:
        # Least squares covered 57% of the rises and 0% of the falls with an error of 4 points.
        hits = [covered(plain, name, true) for plain, _ in pairs]
        record("03", f"learning rate of expectations that {name}", hits, error, mistake=True)
        assert np.mean(hits) < 0.8
