"""The estimators of workbook 01 recover the true parameters of the operator's survey."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.stats import importance as drivers
from cemlib.stats import scales
from cemlib.studies.rights import perception as rights
from cemlib.studies.rights.drivers import explained_variance
from cemlib.studies.rights.nine_rights import RIGHTS
from cemlib.studies.rights.operator.survey import simulate_survey
from tests.recovery.replicates import record, replicates, tolerance

SURVEYS, RESPONDENTS, RESAMPLES = replicates(200), 600, 500
ITEMS = {right: [f"{right}_{item}" for item in (1, 2, 3)] for right in RIGHTS}


@pytest.fixture(scope="module")
def truth(root):
    return json.loads((root / "datasets/telecom/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def population(truth):
    return truth["population"]["survey"]


@cache
def study(survey):
    rng = np.random.default_rng([7, survey])
    answers = simulate_survey(RESPONDENTS, rng)
    index = rights.perception_index(answers, ITEMS, (1, 7))
    weights = stats.bootstrap_weights(RESPONDENTS, RESAMPLES, rng)
    return {
        "index": rights.perception_by_right(index, weights).frame(),
        "shares": drivers.derived_importance(index, answers["overall"], weights).frame(),
        "slopes": drivers.driver_slopes(index, answers["overall"], weights).frame(),
        "changes": rights.wave_changes(
            index, answers["wave"], list(answers["respondent"]), first="2025-06", last="2026-06"
        ),
        "alpha": scales.scale_quality(answers, {"association": ITEMS["association"]}, weights),
    }


def covered(kind, expected):
    frames = [study(survey)[kind] for survey in range(SURVEYS)]
    hits = [(f["low"] <= expected) & (expected <= f["high"]) for f in frames]
    return pd.concat(hits, axis=1).to_numpy().T


def assert_covers(rates, nominal=0.95, shortfall=0.0):
    """Each rate may differ by 4 standard errors, their mean by 2 points and a stated shortfall."""
    error = np.sqrt(nominal * (1 - nominal) / SURVEYS)
    assert (rates >= nominal - shortfall - 4 * error).all(), rates
    lowest, highest = nominal - shortfall - tolerance(0.02), nominal + tolerance(0.03)
    assert lowest <= rates.mean() <= highest, rates.mean()


def population_covariance(population):
    names = [*RIGHTS, "overall"]
    return pd.DataFrame(population["correlations"]).loc[names, names].to_numpy()


def test_perception_intervals_cover(population):
    hits = covered("index", pd.Series(population["index"]).reindex(RIGHTS).array)
    record("01", "perception index of each right", hits)
    assert_covers(hits.mean(axis=0))


def test_importance_intervals_cover(population):
    shares = drivers.shapley_shares(population_covariance(population))
    # Missing items, here 1.5%, lower every correlation a little.
    hits = covered("shares", shares)
    record("01", "importance of each right (Shapley shares)", hits)
    assert_covers(hits.mean(axis=0), shortfall=0.01)


def test_importance_puts_the_strongest_rights_first(population):
    shares = pd.Series(drivers.shapley_shares(population_covariance(population)), index=RIGHTS)
    strongest = set(shares.nlargest(4).index)
    assert strongest == {"safety", "respect", "fairness", "compensation"}
    recovered = [
        len(strongest & set(study(s)["shares"].set_index("name")["estimate"].nlargest(4).index))
        for s in range(SURVEYS)
    ]
    assert np.mean(recovered) > 3.7


def test_changes_between_waves_cover(population):
    waves = {wave: pd.Series(index) for wave, index in population["wave"].items()}
    expected = (waves["2026-06"] - waves["2025-06"]).reindex(RIGHTS).array
    hits = covered("changes", expected)
    record("01", "change of each right between waves", hits)
    assert_covers(hits.mean(axis=0))


def test_reliability_of_the_weak_scale_covers(population):
    alpha = population["alpha"]["association"]
    intervals = pd.concat([study(survey)["alpha"] for survey in range(SURVEYS)])
    hits = (intervals["alpha_low"] <= alpha) & (alpha <= intervals["alpha_high"])
    record("01", "Cronbach’s α of the weakest scale", hits)
    rate = hits.mean()
    assert 0.90 <= rate <= 0.99


def test_penalty_and_reward_recover_the_true_kinds(truth, rng):
    true_kinds = truth["planted"]["survey"]["classes"]
    answers = simulate_survey(20_000, rng)
    index = rights.perception_index(answers, ITEMS, (1, 7))
    weights = stats.bootstrap_weights(len(answers), 200, rng)
    contrast = drivers.penalty_reward(index, answers["overall"], weights).set_index("driver")
    for right, kind in true_kinds.items():
        if kind in ("basic", "excitement"):
            assert contrast.loc[right, "kind"] == kind, right
        if kind == "linear":
            assert contrast.loc[right, "penalty_high"] < 0 < contrast.loc[right, "reward_low"], (
                right
            )
    # Not zero: other rights are measured with error, and the halo transfers part of their effect.
    assert contrast["swing"].idxmin() == "supervision"


@pytest.mark.parametrize("respondents", [100, 150, 200])
def test_explained_variance_of_small_surveys_covers(respondents, population):
    covariance = population_covariance(population)
    true = drivers.subset_r_squared(covariance)[-1]
    rows = []
    for survey in range(SURVEYS):
        rng = np.random.default_rng([8, survey, respondents])
        answers = simulate_survey(respondents, rng)
        index = rights.perception_index(answers, ITEMS, (1, 7))
        weights = stats.bootstrap_weights(respondents, 300, rng)
        shares = drivers.derived_importance(index, answers["overall"], weights)
        rows.append(explained_variance(shares))
    explained = pd.DataFrame(rows)
    hits = (explained["low"] <= true) & (true <= explained["high"])
    record("01", "variance explained by all rights", hits, f"surveys of {respondents} respondents")
    rate = hits.mean()
    assert rate >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / SURVEYS), rate
    assert abs(explained["estimate"].astype(float).mean() - true) < tolerance(0.015)
