import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cemlib.studies.expectation import sequential
from cemlib.studies.expectation.sequential import false_positive_rate, group_sequential


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
    assert {looks: round(false_positive_rate(looks), 3) for looks in printed} == printed


def test_quadrature_is_the_multivariate_normal_distribution():
    bounds = np.array([2.5, 2.2, 2.0])
    times = np.arange(1, 4)
    covariance = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    inside = stats.multivariate_normal.cdf(
        bounds, None, covariance, lower_limit=-bounds,
        abseps=1e-7, releps=1e-7, rng=np.random.default_rng(1),
    )  # fmt: skip
    crossed = sequential.crossing_probabilities(bounds).sum()
    assert crossed == pytest.approx(1 - inside, abs=2e-6)


@given(st.integers(1, 12), st.sampled_from(sequential.SHAPES), st.sampled_from((0.01, 0.05, 0.2)))
@settings(max_examples=20, deadline=None)
def test_every_shape_spends_alpha_and_no_more(looks, shape, alpha):
    design = group_sequential(looks, alpha=alpha, shape=shape)
    assert design.frame()["spent"].iloc[-1] == pytest.approx(alpha, abs=1e-8)


@pytest.mark.parametrize("shape", ["pocock", "obrien-fleming"])
def test_simulation_agrees(shape, rng):
    bounds = group_sequential(5, shape=shape).bounds
    z = rng.normal(size=(40_000, 5)).cumsum(axis=1) / np.sqrt(np.arange(1, 6))
    rate = (np.abs(z) >= bounds).any(axis=1).mean()
    assert abs(rate - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 40_000)


def test_one_look_is_the_plain_test():
    design = group_sequential(1)
    assert design.bounds[0] == pytest.approx(stats.norm.isf(0.025))


def test_hopeless_designs_are_refused():
    with pytest.raises(ValueError, match="looks is 0"):
        group_sequential(0)
    with pytest.raises(ValueError, match="did you mean 'pocock'"):
        group_sequential(3, shape="pokock")
    with pytest.raises(ValueError, match="bounds is 0"):
        sequential.crossing_probabilities([0.0])
