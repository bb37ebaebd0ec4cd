import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cemlib.studies.expectation import sequential
from cemlib.studies.expectation.sequential import group_sequential, peeking_error


def test_pocock_constants_as_printed():
    """Jennison & Turnbull (2000), table 2.1, α = 0.05."""
    printed = {1: 1.960, 2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413, 10: 2.555}
    for looks, constant in printed.items():
        bounds = group_sequential(looks, shape="pocock").bounds
        np.testing.assert_allclose(bounds.round(3), constant)


def test_obrien_fleming_constants_as_printed():
    """Jennison & Turnbull (2000), table 2.3, α = 0.05."""
    printed = {1: 1.960, 2: 1.977, 3: 2.004, 4: 2.024, 5: 2.040, 10: 2.087}
    for looks, constant in printed.items():
        bounds = group_sequential(looks).bounds
        assert bounds[-1].round(3) == constant
        np.testing.assert_allclose(bounds, bounds[-1] * np.sqrt(looks / np.arange(1, looks + 1)))


def test_inflation_as_printed():
    """Jennison & Turnbull (2000), tables 2.2 and 2.4, K = 5, α = 0.05."""
    pocock, fleming = group_sequential(5, shape="pocock"), group_sequential(5)
    assert [round(pocock.inflation(power), 3) for power in (0.8, 0.9)] == [1.229, 1.207]
    assert [round(fleming.inflation(power), 3) for power in (0.8, 0.9)] == [1.028, 1.026]


def test_spending_bounds_as_printed():
    """The familiar Lan–DeMets bounds for five looks, 0.025 a side."""
    fleming = group_sequential(5, shape="spend-obrien-fleming")
    assert fleming.bounds.round(3).tolist() == [4.877, 3.357, 2.680, 2.290, 2.031]
    pocock = group_sequential(5, shape="spend-pocock")
    assert pocock.bounds.round(3).tolist() == [2.438, 2.427, 2.410, 2.397, 2.386]
    spent = 0.05 * np.log(1 + (np.e - 1) * np.arange(1, 6) / 5)
    np.testing.assert_allclose(pocock.frame()["spent"], spent, atol=1e-9)


def test_peeking_as_printed():
    """Armitage, McPherson & Rowe (1969), table 2."""
    printed = {1: 0.050, 2: 0.083, 3: 0.107, 4: 0.126, 5: 0.142, 10: 0.193, 20: 0.248}
    assert {looks: round(peeking_error(looks), 3) for looks in printed} == printed


@pytest.mark.parametrize("drift", [0.0, 1.5, 3.0])
def test_quadrature_is_the_multivariate_normal_distribution(drift):
    bounds = np.array([2.5, 2.2, 2.0])
    times = np.arange(1, 4)
    covariance = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    inside = stats.multivariate_normal.cdf(
        bounds, drift * np.sqrt(times / 3), covariance, lower_limit=-bounds,
        abseps=1e-7, releps=1e-7, rng=np.random.default_rng(1),
    )  # fmt: skip
    crossed = sequential.crossing_probabilities(bounds, drift).sum()
    assert crossed == pytest.approx(1 - inside, abs=2e-6)


@given(st.integers(1, 12), st.sampled_from(sequential.SHAPES), st.sampled_from((0.01, 0.05, 0.2)))
@settings(max_examples=20, deadline=None)
def test_every_shape_spends_alpha_and_no_more(looks, shape, alpha):
    design = group_sequential(looks, alpha=alpha, shape=shape)
    assert design.frame()["spent"].iloc[-1] == pytest.approx(alpha, abs=1e-8)
    assert design.power(0.0) == pytest.approx(alpha / 2, rel=0.01)
    assert design.expected_share(0.0) <= 1


@pytest.mark.parametrize(("shape", "drift"), [("pocock", 0.0), ("obrien-fleming", 2.8)])
def test_simulation_agrees(shape, drift, rng):
    design = group_sequential(5, shape=shape)
    found = sequential.simulate_peeking(design.bounds, 40_000, rng, drift=drift)
    expected = sequential.crossing_probabilities(design.bounds, drift).sum()
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / 40_000)


def test_one_look_is_the_plain_test():
    design = group_sequential(1)
    assert design.bounds[0] == pytest.approx(stats.norm.isf(0.025))
    assert design.power(2.8) == pytest.approx(stats.norm.sf(design.bounds[0] - 2.8))
    assert design.inflation() == pytest.approx(1)


def test_hopeless_designs_are_refused():
    with pytest.raises(ValueError, match="looks is 0"):
        group_sequential(0)
    with pytest.raises(ValueError, match="did you mean 'pocock'"):
        group_sequential(3, shape="pokock")
    with pytest.raises(ValueError, match="bounds is 0"):
        sequential.crossing_probabilities([0.0])
