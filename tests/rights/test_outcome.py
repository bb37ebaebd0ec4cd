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


def test_resamples_are_few_and_lie_about_the_estimate(binary):
    x, y = binary
    weights = bootstrap_weights(500, 200, np.random.default_rng(3))
    shares = deviance_importance(x, y, weights)
    low, _ = shares.interval()
    assert len(shares.draws) == 60
    assert low[0] <= shares.values[0]
    assert shares.values.argmax() == 0


def survey_with(tmp_path, **columns):
    frame = pd.read_csv(SURVEY.path).assign(**columns)
    frame.to_csv(tmp_path / "survey.csv", index=False)
    return tmp_path / "survey.csv"


def test_any_column_of_numbers_may_be_the_outcome(tmp_path):
    left = np.arange(1483) % 3 == 0
    path = survey_with(tmp_path, left=left.astype(int))
    survey = load_survey(path, outcome="left")
    assert survey.explained.mean() == pytest.approx(left.mean())
    assert survey.outcome_names == {"outcome": "left", "part": "deviance"}
    assert load_survey(outcome="recommend").outcome_names["part"] == "variance"


def test_an_outcome_that_is_not_there_or_no_number_is_refused(tmp_path):
    with pytest.raises(DataError, match="has no column left"):
        load_survey(survey_with(tmp_path), outcome="left")
    with pytest.raises(DataError, match="left"):
        load_survey(survey_with(tmp_path, left="maybe"), outcome="left")
