"""Referral: thresholds, simulation, series."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cemlib.studies.ladder import markov, referral, rung_value


def chain(seed, size=4):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.ones(size), size) * 0.98 + 0.02 / size
    probabilities[-1] = np.eye(size)[-1]
    return probabilities, rng


@given(st.integers(0, 10_000), st.floats(0.01, 1.0))
def test_customers_grow_exactly_where_a_generation_exceeds_the_last(seed, scale):
    probabilities, rng = chain(seed)
    births = rng.uniform(0, scale, probabilities.shape)
    births[-1], births[:, -1] = 0, 0  # the gone bring nobody, and nobody begins as gone
    r, growth = referral.reproduction(probabilities, births), referral.growth(probabilities, births)
    assume(abs(r - 1) > 1e-6)
    assert (r > 1) == (growth > 1)


@given(st.integers(0, 10_000))
def test_one_entry_makes_the_radius_a_sum_over_months(seed):
    probabilities, rng = chain(seed)
    rates = np.r_[rng.uniform(0, 0.2, 3), 0.0]
    births = referral.births_matrix(rates, 0)
    months = np.linalg.inv(np.eye(3) - probabilities[:3, :3])[0]
    assert referral.reproduction(probabilities, births) == pytest.approx(months @ rates[:3])


def test_generation_against_simulation(rng):
    probabilities = np.array([[0.7, 0.2, 0.1], [0.05, 0.85, 0.1], [0.0, 0.0, 1.0]])
    rates = np.array([0.01, 0.08, 0.0])
    brought = np.zeros(20_000)
    state = np.zeros(20_000, dtype=int)
    while (state < 2).any():
        brought += rng.poisson(rates[state])
        state = (rng.random(20_000)[:, None] > probabilities.cumsum(axis=1)[state]).sum(axis=1)
    expected = float(referral.reproduction(probabilities, referral.births_matrix(rates, 0)))
    assert abs(brought.mean() - expected) < 4 * brought.std() / np.sqrt(20_000)


def test_value_with_referrals_adds_those_who_are_brought():
    moved = pd.DataFrame({"state": [0, 0, 0, 1, 1, 1], "next": [0, 1, 2, 1, 1, 2]})
    fit = markov.fit_ladder(moved, ("new", "loyal", "gone"), 1, np.random.default_rng(1))
    rates, margins = np.array([0.0, 0.1, 0.0]), np.array([5.0, 8.0, 0.0])
    plain = rung_value.value_of_rungs(fit.probabilities, margins, 0.9)
    result = referral.value_with_referrals(fit, rates, 0, margins, 0.9)
    # The value of the customers brought counts like a margin.
    again = rung_value.value_of_rungs(fit.probabilities, margins + 0.9 * rates * result[0], 0.9)
    assert np.allclose(result, again)
    assert (result[:2] > plain[:2]).all()


def test_brought_by_rung_counts_years():
    panel = pd.DataFrame({"state": [0] * 24 + [1] * 12, "brought": [0] * 24 + [1, 2] + [0] * 10})
    result = referral.brought_by_rung(panel, 3)
    assert result["rate"].tolist()[:2] == [0, 3]
    assert result.loc[0, "low"] == 0
    assert result.loc[1, ["low", "high"]].round(3).tolist() == [0.619, 8.767]  # Garwood, 3 events
    assert np.isnan(result.loc[2, "rate"])


def test_who_never_leaves_has_no_generation():
    with pytest.raises(ValueError, match="never leave"):
        referral.next_generation([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]], np.zeros((3, 3)))
