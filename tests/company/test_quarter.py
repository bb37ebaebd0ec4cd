"""Forecast beside outcome: the parts of a miss, coverage, and what a quarter teaches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.levers import Lever
from cemlib.studies.company.quarter import (
    forecast_beside_outcome,
    outcomes,
    updated,
    updated_levers,
)


def curve(name, scale, worth, points=(0.0, 60, 100, 120)):
    """Return a lever whose draws are a shape times a scale."""
    spend = np.array([0.0, 100, 200, 300])
    shape = np.array(points)
    return Lever(name, "stays", spend, scale[:, None] * shape, worth, "", ())


def weeks(name, spend, results, kept, count=13, seed=1):
    """Return a quarter that adds up to these sums, unevenly."""
    noise = np.random.default_rng(seed).normal(0, results / count / 5, count)
    return pd.DataFrame(
        {
            "lever": name,
            "week": range(1, count + 1),
            "spend": spend / count,
            "results": results / count + noise - noise.mean(),
            "kept": kept / count,
        }
    )


@given(
    planned=st.floats(0, 300),
    spent=st.floats(1, 300),
    results=st.floats(1, 200),
    kept=st.floats(0, 9000),
)
@settings(max_examples=60, deadline=None)
def test_the_parts_add_up_to_the_miss(planned, spent, results, kept):
    """Other spending, other results and another worth explain all of the difference."""
    rng = np.random.default_rng(1)
    lever = curve("calls", rng.normal(1, 0.2, 50), rng.normal(30, 5, 50))
    quarter = weeks("calls", spent, results, kept)
    row = forecast_beside_outcome([lever], {"calls": planned}, quarter, rng).iloc[0]
    parts = row[["by_spend", "by_results", "by_worth"]].sum()
    assert parts == pytest.approx(row["outcome"] - row["forecast"], abs=1e-6)


def test_a_plan_that_was_followed_misses_nothing_by_spending():
    """Money as planned, results and worth as forecast: no part is blamed."""
    lever = curve("calls", np.ones(20), np.full(20, 30.0))
    quarter = weeks("calls", 100.0, 60.0, 1800.0)
    row = forecast_beside_outcome([lever], {"calls": 100.0}, quarter, np.random.default_rng(1))
    assert np.allclose(row[["by_spend", "by_results", "by_worth"]], 0)
    assert row["inside"].all()


def test_the_forecast_holds_the_outcome_95_times_in_100():
    """Curves drawn from what is believed, and the chance of a quarter, give the stated coverage."""
    rng, inside, error = np.random.default_rng(11), [], 2.0
    for _ in range(400):
        believed = rng.normal(1, 0.2)  # an estimate, its error as large as stated
        lever = curve("calls", believed + 0.2 * rng.standard_normal(300), np.full(300, 30.0))
        results = 60 * 1.0 + error * np.sqrt(13) * rng.standard_normal()
        noise = rng.normal(0, error, 13)
        quarter = weeks("calls", 100.0, 60.0, 1.0)
        quarter["results"] = results / 13 + noise - noise.mean()
        quarter["kept"] = quarter["results"] * 30.0
        row = forecast_beside_outcome([lever], {"calls": 100.0}, quarter, rng).iloc[0]
        inside.append(row["inside"])
    assert 0.92 <= np.mean(inside) <= 0.98


def test_what_was_seen_moves_and_narrows_the_curve():
    """The curve moves towards the outcome, narrows, and keeps its shape."""
    rng = np.random.default_rng(5)
    before = curve("calls", rng.normal(1, 0.3, 4000), np.ones(4000))
    after = updated(before, 100.0, 90.0, 6.0)
    prior, error = 60 * 0.3, 6.0
    weight = prior**2 / (prior**2 + error**2)
    assert after.at([100.0]).mean() == pytest.approx(60 + weight * 30, abs=0.7)
    assert after.at([100.0]).std() == pytest.approx(prior * np.sqrt(1 - weight), rel=0.05)
    mean = after.results.mean(axis=0)
    assert mean / mean[1] == pytest.approx(np.array([0.0, 60, 100, 120]) / 60)
    assert not after.results[:, 0].any()


def test_only_levers_that_were_used_are_updated():
    """A lever without weeks, or with a single one, stays as it was."""
    rng = np.random.default_rng(5)
    levers = [curve(name, rng.normal(1, 0.3, 50), np.ones(50)) for name in ("calls", "mail")]
    quarter = pd.concat([weeks("calls", 100.0, 90.0, 1.0), weeks("mail", 9.0, 9.0, 9.0, count=1)])
    after = updated_levers(levers, quarter)
    assert after[0] is not levers[0]
    assert after[1] is levers[1]
    assert np.isnan(outcomes(quarter).loc["mail", "error"])


def test_a_quarter_of_other_levers_is_refused():
    """The error says which levers have curves."""
    lever = curve("calls", np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="about one of the levers"):
        forecast_beside_outcome([lever], {}, weeks("mail", 1.0, 1, 1), np.random.default_rng(1))
