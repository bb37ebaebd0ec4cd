"""Drivers of any outcome: satisfaction, recommendation, another column, a yes or no."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cemlib.data.load import DataError
from cemlib.stats.deviance import deviance_importance
from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.rights.datasets.survey import SURVEY, load_survey


@pytest.fixture
def binary():
    rng = np.random.default_rng(11)
    x = pd.DataFrame(rng.normal(size=(500, 4)), columns=list("abcd"))
    x["b"] += 0.6 * x["a"]
    odds = 1.2 * x["a"] + 0.5 * x["c"]
    return x, pd.Series((rng.random(500) < 1 / (1 + np.exp(-odds))).astype(float))


def test_shares_sum_to_mcfadden_by_statsmodels(binary):
    x, y = binary
    shares = deviance_importance(x, y, np.ones((1, 500)))
    fitted = sm.Logit(y, sm.add_constant(x)).fit(disp=False)
    assert shares.values.sum() == pytest.approx(fitted.prsquared, abs=1e-5)


def test_shares_are_the_mean_over_all_orders(binary):
    x, y = binary
    x = x[["a", "b", "c"]]

    def explained(names):
        if not names:
            return 0.0
        return sm.Logit(y, sm.add_constant(x[sorted(names)])).fit(disp=False).prsquared

    gains = dict.fromkeys(x, 0.0)
    for order in permutations(x):
        for at, name in enumerate(order):
            gains[name] += (explained(order[: at + 1]) - explained(order[:at])) / 6
    shares = deviance_importance(x, y, np.ones((1, 500)))
    np.testing.assert_allclose(shares.values, list(gains.values()), atol=1e-5)


def test_resamples_are_those_of_all_subsets(binary):
    """What the approximation divides, all 2ᵖ logits divide in nearly the same way."""
    x, y = binary
    weights = bootstrap_weights(500, 60, np.random.default_rng(3))
    shares = deviance_importance(x, y, weights)
    exact = np.array(
        [deviance_importance(x, y, np.ones((1, 500)), each).values for each in weights]
    )
    np.testing.assert_allclose(shares.draws.sum(axis=1), exact.sum(axis=1), atol=2e-3)
    np.testing.assert_allclose(shares.draws, exact, atol=0.01)
    assert np.corrcoef(shares.draws[:, 0], exact[:, 0])[0, 1] > 0.99


def test_few_rows_that_separate_yes_from_no_stay_finite():
    rng = np.random.default_rng(8)
    x = pd.DataFrame(rng.normal(size=(60, 9)))
    y = pd.Series((x[0] + 0.2 * rng.normal(size=60) > 0).astype(float))
    shares = deviance_importance(x, y, bootstrap_weights(60, 50, rng))
    assert np.isfinite(shares.draws).all()
    assert 0.5 < shares.values.sum() <= 1


def survey_with(tmp_path, **columns):
    frame = pd.read_csv(SURVEY.path).assign(**columns)
    frame.to_csv(tmp_path / "survey.csv", index=False)
    return tmp_path / "survey.csv"


def test_any_column_of_numbers_may_be_the_outcome(tmp_path):
    left = np.arange(1483) % 3 == 0
    path = survey_with(tmp_path, left=left.astype(int))
    survey = load_survey(path, outcome="left")
    assert survey.explained.mean() == pytest.approx(left.mean())
    assert survey.outcome_names == {
        "outcome": "left", "part": "deviance", "points": "percentage points"
    }  # fmt: skip
    assert survey.outcome_points.max() == 100
    assert load_survey(outcome="recommend").outcome_names["part"] == "variance"


def test_an_outcome_that_is_not_there_or_no_number_is_refused(tmp_path):
    with pytest.raises(DataError, match="has no column left"):
        load_survey(survey_with(tmp_path), outcome="left")
    with pytest.raises(DataError, match="left"):
        load_survey(survey_with(tmp_path, left="maybe"), outcome="left")


@pytest.mark.parametrize("words", [("yes", "no"), ("是", "否"), ("True", "False")])
def test_yes_and_no_in_words_are_read_and_said(tmp_path, words):
    left = np.where(np.arange(1483) % 3 == 0, *words)
    survey = load_survey(survey_with(tmp_path, Left=left), outcome="left")
    assert survey.explained.mean() == pytest.approx((np.arange(1483) % 3 == 0).mean())
    assert "Column Left: yes counts as 1, no as 0." in survey.notes


def test_one_answer_counts_against_all_others(tmp_path):
    status = np.array(["left", "stayed", "stayed", "paused"], dtype=object)[np.arange(1483) % 4]
    path = survey_with(tmp_path, Status=status)
    with pytest.raises(DataError, match=r"outcome=status=left"):
        load_survey(path, outcome="status")
    survey = load_survey(path, outcome="status=Left")
    assert survey.explained.sum() == (status == "left").sum()
    assert survey.outcome_names["outcome"] == "status: Left"
    assert any("371 rows with Left count as 1" in note for note in survey.notes)
    with pytest.raises(DataError, match="did you mean stayed"):
        load_survey(path, outcome="status=stayd")


@pytest.mark.parametrize("outcome", ["safety_1", "segment", "overall=9", "=left"])
def test_what_cannot_be_an_outcome_is_refused_at_once(outcome):
    with pytest.raises(ValueError, match="outcome is "):
        load_survey(outcome=outcome)
