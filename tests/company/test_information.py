"""What a study is worth before the budget is divided."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cemlib.studies.company.curves import Curves
from cemlib.studies.company.information import (
    perfect_information,
    resolved_by,
    study_sizes,
    study_worth,
)

MEAN, SPREAD, FIXED = 90.0, 40.0, 100.0


def either(gains):
    """Return two levers of which one can be bought: one with these draws, one that is known."""
    nothing, known = np.zeros(len(gains)), np.full(len(gains), FIXED)
    kept = [np.column_stack([nothing, each + 1.0]) for each in (gains, known)]
    return Curves(("new", "known"), 1.0, (np.array([0.0, 1]),) * 2, tuple(kept))


def one_choice(draws=40_000, seed=1):
    """Return two levers of which one can be bought: one uncertain, one known."""
    rng = np.random.default_rng(seed)
    return either(rng.normal(MEAN, SPREAD, draws))


def simulated_worth(size, noise, rounds=200_000, seed=2):
    """Simulate the study itself: draw a truth, draw its data, decide by the posterior mean."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(MEAN, SPREAD, rounds)
    seen = rng.normal(truth, noise / np.sqrt(size))
    weight = SPREAD**2 / (SPREAD**2 + noise**2 / size)
    believed = MEAN + weight * (seen - MEAN)
    return np.where(believed > FIXED, truth, FIXED).mean() - FIXED


@pytest.mark.parametrize("size", [5, 20, 80])
def test_a_study_is_worth_what_carrying_it_out_many_times_gains(size):
    """Moment matching agrees with a simulation of data, posterior and decision."""
    noise = 200.0
    observations = noise**2 / SPREAD**2  # a prior as from so many rows
    share = resolved_by(round(observations), size)
    expected = simulated_worth(size, noise)
    assert study_worth(one_choice(), ["new"], share) == pytest.approx(expected, abs=0.6)


def test_perfect_information_is_the_closed_form():
    """For a normal gain against a known one, the unit normal loss has a formula."""
    u = (FIXED - MEAN) / SPREAD
    expected = SPREAD * (stats.norm.pdf(u) - u * stats.norm.sf(u))
    table = perfect_information(one_choice()).set_index("lever")["worth"]
    assert table["new"] == pytest.approx(expected, abs=0.4)
    assert table["known"] == 0
    assert table["all of them"] == pytest.approx(table["new"])


def test_more_is_worth_more_and_never_more_than_all():
    """The worth of a study grows with its size towards that of perfect information."""
    curves = one_choice(4000)
    table = study_sizes(curves, "new", 25, 0.0, [0, 10, 100, 1000, 10_000])
    assert table["worth"].iloc[0] == 0
    assert (np.diff(table["worth"]) >= 0).all()
    assert table["worth"].iloc[-1] <= perfect_information(curves)["worth"].iloc[0]


def test_what_changes_no_division_is_worth_nothing():
    """However uncertain a lever is, if it is always bought there is nothing to find out."""
    curves = either(np.random.default_rng(1).uniform(150, 900, 500))
    assert perfect_information(curves)["worth"].tolist() == [0.0, 0.0, 0.0]
