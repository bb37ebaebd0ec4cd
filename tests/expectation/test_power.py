import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from cemlib.studies.expectation.direct_effects import given_expectation
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.power import (
    CONTRASTS,
    NAIVE,
    Design,
    experiment_power,
    simulate_experiments,
)


@given(st.integers(3, 400), st.floats(0.05, 1.2), st.sampled_from((0.01, 0.05, 0.1)))
@settings(max_examples=40, deadline=None)
def test_power_of_two_means_is_that_of_statsmodels(each, effect, alpha):
    assume(effect * np.sqrt(each / 2) < 5)  # further out statsmodels has no number
    ours = Design(alpha=alpha).power(2 * each, effect)
    theirs = TTestIndPower().power(effect, each, alpha)
    assert ours == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("effect", [0.2, 0.5, 0.8])
def test_sample_sizes_are_those_of_statsmodels(effect):
    needed = TTestIndPower().solve_power(effect, power=0.8, alpha=0.05)
    assert Design().sample_size(effect) == 2 * int(np.ceil(needed))


def test_printed_sample_sizes():
    """Cohen (1988), table 2.4.1: 26 a group for d = 0.8, 64 for 0.5, 393 for 0.2 (it is 393.4)."""
    assert [Design().sample_size(effect) // 2 for effect in (0.8, 0.5, 0.2)] == [26, 64, 394]


@given(st.sampled_from(CONTRASTS), st.floats(0.2, 3), st.floats(0.5, 0.95))
@settings(max_examples=25, deadline=None)
def test_sample_size_is_the_smallest_with_this_power(contrast, effect, power):
    design = Design(contrast, sd=2.0)
    n = design.sample_size(effect, power)
    assert design.power(n, effect) >= power
    smaller = n - design.groups
    if smaller > design.groups:
        assert design.power(smaller, effect) < power


def simulated_power(design, n, effect, experiments, rng):
    """Share of simulated experiments, tested with pooled variance, that detect the effect."""
    shifts, weights = {
        "two means": ([0, 1], [-1, 1]),
        "main effect": ([0, 0, 1, 1], [-0.5, -0.5, 0.5, 0.5]),
        "interaction": ([0, 0, 0, 1], [1, -1, -1, 1]),
    }[design.contrast]
    size = n // design.groups
    answers = design.sd * rng.normal(size=(experiments, design.groups, size))
    means = answers.mean(axis=2) + effect * np.array(shifts)
    pooled = answers.var(axis=2, ddof=1).mean(axis=1)
    error = np.sqrt(pooled * np.square(weights).sum() / size)
    critical = stats.t.ppf(1 - design.alpha / 2, n - design.groups)
    return (np.abs(means @ np.array(weights)) > critical * error).mean()


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize(("n", "effect"), [(24, 8.0), (120, 6.0), (400, 0.0)])
def test_simulation_and_closed_form_agree(contrast, n, effect, rng):
    design, experiments = Design(contrast, sd=12.0), 8000
    expected = design.power(n, effect)
    rate = simulated_power(design, n, effect, experiments, rng)
    error = np.sqrt(expected * (1 - expected) / experiments)
    assert abs(rate - expected) < 4 * error


def test_an_interaction_needs_four_times_as_many():
    main, crossed = (Design(name, sd=16).sample_size(4) for name in CONTRASTS[1:])
    assert crossed / main == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize("n", [80, 400])
def test_power_of_the_metro_experiment_in_closed_form_is_that_of_many(n, rng):
    model, experiments = ExpectationModel(effort_effect=12), 4000
    closed = experiment_power(model, n).set_index("effect")
    simulated = simulate_experiments(model, n, experiments, rng).set_index("effect").drop(NAIVE)
    np.testing.assert_allclose(simulated["true_value"], closed["true_value"])
    for effect in ("total", "information", "interaction"):
        expected = closed.loc[effect, "power"]
        error = np.sqrt(expected * (1 - expected) / experiments)
        # Answers are not quite normal and the cells’ spreads differ a little.
        assert abs(simulated.loc[effect, "power"] - expected) < 4 * error + 0.01, effect
    # The closed form of a ratio holds in large samples.
    assert abs(simulated.loc["direct", "power"] - closed.loc["direct", "power"]) < 0.04


def test_standard_errors_of_many_experiments_are_those_stated(rng):
    model = ExpectationModel()
    simulated = simulate_experiments(model, 400, 4000, rng).set_index("effect").drop(NAIVE)
    stated = experiment_power(model, 400).set_index("effect")["standard_error"]
    np.testing.assert_allclose(simulated["sd"], stated, rtol=0.06)


def test_the_naive_analysis_of_many_is_that_of_one_and_misses(rng):
    model = ExpectationModel()
    shown = simulate_experiments(model, 400, 2000, rng).set_index("effect").loc[NAIVE]
    singles = [
        given_expectation(model.simulate(400, np.random.default_rng([9, number]))).effect("effort")
        for number in range(300)
    ]
    single = np.array([each.estimate for each in singles])
    assert abs(shown["mean"] - single.mean()) < 4 * shown["sd"] / np.sqrt(300)
    assert shown["sd"] == pytest.approx(
        np.mean([each.standard_error for each in singles]), rel=0.05
    )
    assert shown["coverage"] < 0.5
    honest = ExpectationModel(mood_to_satisfaction=0.0)
    fair = simulate_experiments(honest, 400, 2000, rng).set_index("effect").loc[NAIVE]
    assert fair["mean"] == pytest.approx(8, abs=0.5)


def test_curve_rises_with_size_and_effect():
    table = Design("main effect", sd=16).curve([40, 80, 160], [2.0, 5.0])
    powers = table["power"].to_numpy().reshape(2, 3)
    assert (np.diff(powers, axis=1) > 0).all()
    assert (np.diff(powers, axis=0) > 0).all()


def test_far_out_power_is_one():
    assert Design().power(1_000_000, 50) == 1.0


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: Design("three means"), "contrast is 'three means'"),
        (lambda: Design(sd=0), "sd is 0"),
        (lambda: Design().power(2, 1), "n is 2"),
        (lambda: Design().sample_size(0), "ten million participants are too few"),
        (
            lambda: simulate_experiments(ExpectationModel(), 10, 10, np.random.default_rng(1)),
            "multiple of 4",
        ),
    ],
)
def test_hopeless_designs_are_refused(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()
