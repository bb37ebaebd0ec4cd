"""Diagnostics of adjusted comparisons: the paper's examples, closed forms, statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from statsmodels.stats.weightstats import DescrStatsW

from cemlib.stats.propensity import propensity_scores
from cemlib.stats.sensitivity import (
    e_value,
    e_value_difference,
    overlap,
    standardised_differences,
)


def groups(strength, size=2000):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(size, 2)) * [1.0, 30.0]
    return x, rng.random(size) < expit(strength * x[:, 0])


def test_e_values_are_those_printed_by_vanderweele_and_ding():
    printed = e_value(3.9, 1.8, 8.7)
    assert printed.estimate == pytest.approx(7.26, abs=0.005)
    assert printed.bound == pytest.approx(3.0, abs=0.005)


@given(st.floats(1.01, 50), st.floats(0.0, 0.99))
def test_a_cause_of_the_size_of_the_e_value_just_explains_a_ratio_away(ratio, share):
    needed = e_value(ratio, 1 + share * (ratio - 1), 2 * ratio)
    for size, explained in ((needed.estimate, ratio), (needed.bound, 1 + share * (ratio - 1))):
        assert size**2 / (2 * size - 1) == pytest.approx(explained)  # the bounding factor
    mirrored = e_value(1 / ratio, 1 / (2 * ratio), 1 / (1 + share * (ratio - 1)))
    assert mirrored.estimate == pytest.approx(needed.estimate)
    assert mirrored.bound == pytest.approx(needed.bound)


def test_an_interval_with_no_effect_needs_no_cause():
    assert e_value_difference(0.2, -0.1, 0.5).bound == 1
    assert e_value_difference(0.0, -0.1, 0.1).estimate == 1


def test_a_difference_is_converted_with_its_bounds():
    ours = e_value_difference(-0.5, -0.7, -0.3)
    ratio, nearer = np.exp(0.91 * 0.5), np.exp(0.91 * 0.3)
    assert ours.estimate == pytest.approx(ratio + np.sqrt(ratio * (ratio - 1)))
    assert ours.bound == pytest.approx(nearer + np.sqrt(nearer * (nearer - 1)))


@pytest.mark.parametrize("bounds", [(0.5, 0.6, 2.0), (3.0, 1.0, 2.0), (0.0, 0.0, 1.0)])
def test_impossible_ratios_are_refused(bounds):
    with pytest.raises(ValueError, match="is "):
        e_value(*bounds)


def test_standardised_differences_agree_with_statsmodels_and_ignore_units():
    x, arm = groups(1.0)
    weights = np.random.default_rng(1).random(len(x))
    ours = standardised_differences(x, arm, weights)
    parts = [DescrStatsW(x[side], weights[side]).mean for side in (arm, ~arm)]
    spread = np.sqrt((x[arm].var(axis=0, ddof=1) + x[~arm].var(axis=0, ddof=1)) / 2)
    np.testing.assert_allclose(ours, (parts[0] - parts[1]) / spread)
    np.testing.assert_allclose(ours, standardised_differences(x * [9, 0.1] + 4, arm, weights))
    assert standardised_differences(np.ones((4, 1)), [0, 0, 1, 1]).tolist() == [0]


def test_weights_by_the_propensity_balance_what_was_not():
    x, arm = groups(1.0)
    scores = propensity_scores(arm, x)
    fit = sm.Logit(arm.astype(float), sm.add_constant(x)).fit(disp=0)
    np.testing.assert_allclose(scores, np.clip(fit.predict(), 0.01, 0.99), atol=1e-6)
    weights = np.where(arm, 1 / scores, 1 / (1 - scores))
    assert abs(standardised_differences(x, arm)[0]) > 0.5
    assert abs(standardised_differences(x, arm, weights)).max() < 0.1


def test_overlap_falls_with_the_strength_of_choice():
    weak, strong = (
        overlap(propensity_scores(arm, x), arm) for x, arm in (groups(0.0), groups(3.0))
    )
    assert sum(weak.rows) == 2000
    assert weak.effective[0] > 0.97 * weak.rows[0]
    assert strong.effective[0] < 0.7 * strong.rows[0]
    assert max(weak.outside) < 0.05 < min(strong.outside)


def test_groups_without_overlap_lie_outside():
    assert overlap([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]).outside == (1.0, 1.0)
    with pytest.raises(ValueError, match="at least two"):
        overlap([0.1, 0.2, 0.8], [0, 0, 1])
