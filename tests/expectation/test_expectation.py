import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from cemlib.stats.value_function import value
from cemlib.studies.expectation.model import CELLS, ExpectationModel, positive_moment


def test_value_function_as_printed():
    """Tversky & Kahneman (1992), with their median parameters."""
    assert value(100).round(3) == 57.544
    assert value(-100).round(3) == -129.474


@given(st.floats(0, 1e3), st.floats(0.1, 1), st.floats(0, 5))
def test_a_shortfall_is_lambda_times_the_excess_of_its_size(x, curvature, loss_aversion):
    both = value([x, -x], curvature=curvature, loss_aversion=loss_aversion)
    assert both[1] == pytest.approx(-loss_aversion * both[0])


@given(st.floats(-80, 80), st.floats(0.5, 20), st.sampled_from((0.88, 1.76, -0.12, 1.0, 2.0)))
@settings(max_examples=40, deadline=None)
def test_positive_moments_are_the_integrals(mean, spread, power):
    def bell(x):
        return np.exp(-(((x - mean) / spread) ** 2) / 2) / spread / np.sqrt(2 * np.pi)

    # The power has a singularity at 0, which this quadrature knows of; beyond it is smooth.
    near = integrate.quad(bell, 0, spread, weight="alg", wvar=(power, 0))[0]
    top = max(mean, 0) + 12 * spread
    middle = [p for p in (mean - 3 * spread, mean, mean + 3 * spread) if spread < p < top]
    far = integrate.quad(
        lambda x: x**power * bell(x), spread, top, points=middle or None, limit=300
    )[0]
    expected = near + far
    assert positive_moment(mean, spread, power) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("z", [24.9, 25.1])
def test_moments_meet_where_the_series_takes_over(z):
    assert positive_moment(z, 1.0, 0.88) == pytest.approx(
        z**0.88 * (1 + 0.88 * -0.12 / 2 / z**2), rel=1e-6
    )
    assert positive_moment(-z, 1.0, 0.88) == pytest.approx(0, abs=1e-12)


def test_without_noise_the_moments_are_the_function_itself():
    exact = ExpectationModel(
        quality_spread=0, mood_to_expectation=0, expectation_noise=0, mood_to_satisfaction=0
    )
    cells = exact.cells()
    effort, _ = np.array(CELLS).T
    at_cells = exact.satisfaction_at(effort, exact.quality, cells["expectation"])
    np.testing.assert_allclose(cells["satisfaction"], at_cells)
    np.testing.assert_allclose(cells["sd"], exact.satisfaction_noise)


@pytest.mark.parametrize(
    "model",
    [
        ExpectationModel(),
        ExpectationModel(loss_aversion=1, curvature=1),
        ExpectationModel(effort_effect=-3, loss_aversion=4, curvature=0.5, mood_to_expectation=-5),
    ],
)
def test_cells_are_those_of_a_very_large_experiment(model, rng):
    n = 400_000
    frame = model.simulate(n, rng)
    simulated = frame.groupby(["effort", "information"], as_index=False).agg(
        expectation=("expectation", "mean"), satisfaction=("satisfaction", "mean"),
        sd=("satisfaction", "std"),
    )  # fmt: skip
    cells = model.cells()
    error = cells["sd"] / np.sqrt(n / 4)
    assert (np.abs(simulated["satisfaction"] - cells["satisfaction"]) < 4.5 * error).all()
    assert (
        np.abs(simulated["expectation"] - cells["expectation"]) < 4.5 * 12 / np.sqrt(n / 4)
    ).all()
    np.testing.assert_allclose(simulated["sd"], cells["sd"], rtol=0.01)


def test_the_slope_is_what_a_point_of_expectation_does():
    model, step = ExpectationModel(), 1e-4
    more = ExpectationModel(expectation_base=model.expectation_base + step)
    less = ExpectationModel(expectation_base=model.expectation_base - step)
    change = (more.cells()["satisfaction"] - less.cells()["satisfaction"]) / (2 * step)
    np.testing.assert_allclose(model.cells()["slope"], change, rtol=1e-6)


def test_the_two_mechanisms_pull_apart_and_sum_to_the_total():
    table = ExpectationModel().mechanisms()
    assert (table["direct"] > 0).all()
    assert (table["through_expectation"] < 0).all()
    np.testing.assert_allclose(table["direct"] + table["through_expectation"], table["total"])
    without = ExpectationModel(cost_to_expectation=0).effects()
    assert without["through_expectation"] == pytest.approx(0)
    assert ExpectationModel(effort_effect=0).effects()["direct"] == 0


def test_equal_cells_and_equal_seeds(rng):
    frame = ExpectationModel().simulate(42, rng)
    sizes = frame.groupby(["effort", "information"]).size()
    assert sorted(sizes) == [10, 10, 11, 11]
    first, again = (ExpectationModel().simulate(20, np.random.default_rng(5)) for _ in range(2))
    assert first.equals(again)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"curvature": 1.2}, "curvature is 1.2"),
        ({"loss_aversion": -1}, "loss_aversion is -1"),
        ({"quality_spread": -1}, "quality_spread is -1"),
        ({"baseline_correlation": 2}, "baseline_correlation is 2"),
        ({"effort_effect": float("nan")}, "effort_effect is nan"),
    ],
)
def test_a_hopeless_model_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ExpectationModel(**arguments)


def test_too_few_participants_are_refused(rng):
    with pytest.raises(ValueError, match="n is 3"):
        ExpectationModel().simulate(3, rng)
