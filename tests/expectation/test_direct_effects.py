import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from cemlib.stats.estimates import bootstrap_weights, weighted_means
from cemlib.studies.expectation import direct_effects
from cemlib.studies.expectation.experiments import cell_moments
from cemlib.studies.expectation.model import ExpectationModel

points = st.floats(-20, 20)


@given(points, points, points, st.floats(1, 30), st.floats(-30, 30))
@settings(max_examples=60, deadline=None)
def test_midway_the_gap_is_exact_for_any_quadratic(effect, slope, bend, told, cost):
    """The errors of the two chords cancel, whatever effort and information do to expectation."""
    expected = np.array([50, 50 + told, 50 + cost, 50 + cost + told])
    x = (expected - 50) / 10
    satisfied = 60 + slope * x + bend * x**2 + effect * np.array([0, 0, 1, 1])
    means = np.stack([expected, satisfied], axis=1)[None]
    result, _, held, _ = direct_effects.direct_effects(means, np.zeros((1, 4, 2, 2)))
    assert result[0] == pytest.approx(effect, abs=1e-8)
    assert held[0] == pytest.approx(50 + (told + cost) / 2)


def test_standard_error_is_that_of_the_delta_method(rng):
    frame = ExpectationModel().simulate(80, rng)
    means, covariances, counts = cell_moments(frame)
    spreads = covariances / counts[:, None, None]

    def effect(flat, at):
        four = flat.reshape(1, 4, 2)
        return direct_effects.direct_effects(four, np.zeros((1, 4, 2, 2)), at)[0][0]

    for at in (None, 52.0):
        gradient = optimize.approx_fprime(means.ravel(), effect, 1e-6, at).reshape(4, 2)
        expected = np.sqrt(np.einsum("ci,cij,cj->", gradient, spreads, gradient))
        result = direct_effects.controlled_direct_effect(frame, at=at)
        assert result.standard_error == pytest.approx(expected, rel=1e-4)


def test_bootstrap_agrees_with_the_delta_method(rng):
    frame = ExpectationModel().simulate(800, rng)
    draws = []
    for _, cell in frame.groupby(["effort", "information"]):
        weights = bootstrap_weights(len(cell), 2000, rng)
        draws.append(weighted_means(cell[["expectation", "satisfaction"]], weights))
    resampled = np.stack(draws, axis=1)
    effects = direct_effects.direct_effects(resampled, np.zeros((2000, 4, 2, 2)))[0]
    result = direct_effects.controlled_direct_effect(frame)
    assert effects.std() == pytest.approx(result.standard_error, rel=0.08)


def test_naive_conditioning_is_right_only_without_mood(rng):
    straight = {"loss_aversion": 1.0, "curvature": 1.0}
    calm = ExpectationModel(mood_to_expectation=0, **straight).simulate(100_000, rng)
    fit = direct_effects.given_expectation(calm).effect("effort")
    assert abs(fit.estimate - 8) < 4 * fit.standard_error
    moody = ExpectationModel(**straight).simulate(100_000, rng)
    fit = direct_effects.given_expectation(moody).effect("effort")
    # Mood and expectation share 10 · 6, of 6² + 8² + 14²/4 on either side of effort, which moves
    # expectation by 10.
    bias = 10 * 60 / (36 + 64 + 49)
    assert fit.estimate == pytest.approx(8 - bias, abs=4 * fit.standard_error)


def test_four_ways_tell_what_each_is_after(rng):
    frame = ExpectationModel().simulate(100_000, rng)
    ways = direct_effects.four_ways(frame, ["baseline"]).set_index("method")
    truth = ExpectationModel().effects()
    hits = {
        method: row["low"] - 0.15 <= truth[row["target"]] <= row["high"] + 0.15
        for method, row in ways.iterrows()
    }
    assert hits == {
        "difference in means": True,
        "regression adjusted": True,
        "controlling for measured expectation": False,
        "two lines of the 2 × 2": True,
    }
    assert len(direct_effects.four_ways(frame)) == 3


def test_extrapolation_and_weak_information_are_told(rng):
    frame = ExpectationModel().simulate(400, rng)
    assert direct_effects.controlled_direct_effect(frame).interpolated
    assert not direct_effects.controlled_direct_effect(frame, at=90.0).interpolated
    weak = ExpectationModel(information_to_expectation=0.5).simulate(400, rng)
    assert direct_effects.controlled_direct_effect(weak).strength < 10
    with pytest.raises(ValueError, match="does not change mean expectation"):
        direct_effects.controlled_direct_effect(frame.assign(expectation=50.0))
