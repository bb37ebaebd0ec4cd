"""Weights, gaps and reversed items of a survey."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats import importance
from cemlib.stats.estimates import bootstrap_weights, mean_difference
from cemlib.stats.scales import scale_quality
from cemlib.stats.weighting import covariance, effective_size
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.drivers import regression_basis
from cemlib.studies.rights.perception import (
    perception_by_group,
    perception_by_right,
    perception_index,
    wave_changes,
)
from cemlib.studies.rights.reversal import seem_reversed
from cemlib.studies.rights.words import Assessment


@pytest.fixture
def index(rng):
    felt = rng.normal(50, 10, size=(90, 1))
    return pd.DataFrame(felt + rng.normal(0, 8, size=(90, 3)), columns=["a", "b", "c"])


@pytest.fixture
def weights(rng):
    return rng.integers(1, 4, size=90).astype(float)


def repeated(frame, weights):
    return frame.loc[frame.index.repeat(weights.astype(int))].reset_index(drop=True)


def test_a_weight_of_three_counts_like_three_respondents(index, weights):
    """All estimates with whole weights are those of a sample with rows repeated."""
    many = repeated(index, weights)
    ones, once = np.ones((1, 90)), np.ones((1, len(many)))
    total = weights * 90 / weights.sum()
    weighted = perception_by_right(index, ones * total, total)
    assert weighted.values == pytest.approx(perception_by_right(many, once).values)
    assert weighted.draws[0] == pytest.approx(weighted.values)
    overall = index.sum(axis=1) + 5 * np.sin(np.arange(90))
    overall_many = repeated(overall.to_frame("overall"), weights)["overall"]
    shares = importance.derived_importance(index, overall, ones * total, total)
    assert shares.values == pytest.approx(
        importance.derived_importance(many, overall_many, once).values
    )
    quality = scale_quality(index, {"x": ["a", "b", "c"]}, ones * total, total)
    assert quality["alpha"][0] == pytest.approx(
        scale_quality(many, {"x": ["a", "b", "c"]}, once)["alpha"][0]
    )
    group = pd.Series(["x", "y"] * 45)
    group_many = repeated(group.to_frame("group"), weights)["group"]
    ours = perception_by_group(index, group, ones * total, total)
    theirs = perception_by_group(many, group_many, once)
    assert ours["estimate"].to_numpy() == pytest.approx(theirs["estimate"].to_numpy())
    changes = wave_changes(index, group, range(90), total, first="x", last="y")
    changes_many = wave_changes(many, group_many, range(len(many)), first="x", last="y")
    assert changes["change"].to_numpy() == pytest.approx(changes_many["change"].to_numpy())


def test_equal_weights_change_nothing_and_unequal_ones_widen_intervals(index, rng):
    later = np.arange(90) % 2 == 1
    plain = mean_difference(index["a"], later)
    equal = mean_difference(index["a"], later, weights=np.full(90, 2.0))
    assert equal.estimate == pytest.approx(plain.estimate)
    assert equal.standard_error == pytest.approx(plain.standard_error)
    heavy = np.where(np.arange(90) < 10, 30.0, 1.0)
    assert effective_size(heavy) < 20
    assert mean_difference(index["a"], later, weights=heavy).standard_error > plain.standard_error
    assert covariance(index, np.ones(90)) == pytest.approx(np.cov(index.to_numpy().T))


def test_a_sparse_right_is_left_out_of_the_regressions_only(index):
    overall = index.mean(axis=1)
    index.loc[36:, "c"] = np.nan
    index.loc[:4, "a"] = np.nan
    basis = regression_basis(index, overall)
    assert basis.rights == ("a", "b")
    assert basis.left_out == {"c": 36}
    assert (basis.rows, basis.total, basis.needed) == (85, 90, 9)


def test_resamples_in_which_a_driver_does_not_vary_are_missing(rng):
    frame = pd.DataFrame({"a": [1.0] * 19 + [5.0], "b": rng.normal(size=20)})
    overall = pd.Series(rng.normal(size=20)) + frame["b"]
    weights = bootstrap_weights(20, 200, rng)
    for estimate in (importance.derived_importance, importance.driver_slopes):
        draws = estimate(frame, overall, weights).draws
        constant = weights[:, 19] == 0
        assert 20 < constant.sum() < 150
        assert np.isnan(draws[constant]).all()
        assert np.isfinite(draws[~constant]).all()


def test_the_reversed_item_is_the_one_that_goes_against_satisfaction(rng):
    felt = rng.normal(size=200)
    answers = pd.DataFrame(
        {f"q{at}": np.clip(np.round(4 + felt + rng.normal(size=200)), 1, 7) for at in range(5)}
    )
    overall = pd.Series(felt)
    items = {"safety": ["q0", "q1", "q2"], "choice": ["q3", "q4"]}
    assert seem_reversed(answers, items, overall) == {}
    answers[["q1", "q4"]] = 8 - answers[["q1", "q4"]]
    assert set(seem_reversed(answers, items, overall)) == {"q1", "q4"}
    index = perception_index(answers, items, (1, 7))
    assert list(index) == ["safety", "choice"]


def test_a_survey_with_strata_and_clusters_is_resampled_by_its_design(tmp_path, rng):
    frame = load_survey().answers.head(400).assign(stratum="north")
    frame.loc[frame.index[200:], "stratum"] = "south"
    frame["cluster"] = [f"shop {number // 10}" for number in range(400)]
    frame.to_csv(tmp_path / "survey.csv", index=False)
    survey = load_survey(tmp_path / "survey.csv")
    weights = survey.resample(5, rng)
    assert (weights.reshape(5, 40, 10) == weights.reshape(5, 40, 10)[:, :, :1]).all()
    np.testing.assert_allclose(weights[:, :200].sum(axis=1), 200)
    said = Assessment({}).answered(survey)
    assert "draw 40 clusters within 2 strata" in said
