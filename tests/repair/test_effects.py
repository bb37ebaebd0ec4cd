"""Effects: against statsmodels, by hand, and laws that every estimator keeps."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import ttest_1samp
from statsmodels.treatment.treatment_effects import TreatmentEffect

from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.logit import fit_logit
from cemlib.stats.propensity import doubly_robust, fold_of, inverse_weighting
from cemlib.studies.repair.effects import (
    ESTIMATORS,
    before_after,
    difference_in_differences,
    estimate_effects,
    matching,
    rise_without_call,
)

ESTIMATES = {
    "matching": matching,
    "inverse weighting": inverse_weighting,
    "doubly robust": doubly_robust,
}


def study(seed=1, size=600, effect=2.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(size, 3))
    t = rng.random(size) < expit(x @ [0.8, -0.5, 0.3])
    return effect * t + x @ [1.0, 1.0, -1.0] + rng.normal(size=size), t, x


@pytest.fixture(scope="module")
def theirs():
    y, t, x = study(3, 1500)
    design = sm.add_constant(x)
    propensity = sm.Logit(t.astype(float), design).fit(disp=0)
    return TreatmentEffect(sm.OLS(y, design), t.astype(int), results_select=propensity)


def test_logit_agrees_with_statsmodels_and_resamples_are_refits(rng):
    _, t, x = study(2, 200)
    design = sm.add_constant(x)
    weights = bootstrap_weights(200, 3, rng)
    ours = fit_logit(design, t.astype(float), weights)
    for draw, counts in zip(ours, weights, strict=True):
        fit = sm.GLM(t.astype(float), design, sm.families.Binomial(), freq_weights=counts).fit()
        np.testing.assert_allclose(draw, fit.params, atol=1e-6)


def test_logit_refuses_what_it_cannot_fit():
    x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    with pytest.raises(ValueError, match="determines outcome perfectly"):
        fit_logit(x, [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match="outcome is"):
        fit_logit(x, [0.0] * 6)


def test_inverse_weighting_agrees_with_statsmodels(theirs):
    ours, ipw = inverse_weighting(*study(3, 1500)), theirs.ipw()
    assert ours.estimate == pytest.approx(ipw.effect[0], rel=1e-6)
    assert ours.standard_error == pytest.approx(ipw.results_gmm.bse[0], rel=0.01)


def test_doubly_robust_agrees_with_statsmodels(theirs):
    ours, aipw = doubly_robust(*study(3, 1500)), theirs.aipw()
    assert ours.estimate == pytest.approx(aipw.effect[0], rel=1e-6)
    assert ours.standard_error == pytest.approx(aipw.results_gmm.bse[0], rel=0.05)


def test_doubly_robust_by_hand():
    y, t, x = study(4, 80)
    design = sm.add_constant(x)
    e = sm.Logit(t.astype(float), design).fit(disp=0).predict(design)
    high, low = (sm.OLS(y[t == arm], design[t == arm]).fit().predict(design) for arm in (1, 0))
    score = high - low + t * (y - high) / e - (1 - t) * (y - low) / (1 - e)
    assert doubly_robust(y, t, x).estimate == pytest.approx(score.mean(), rel=1e-6)


def test_doubly_robust_survives_one_wrong_model():
    """Outcome or propensity may lack what matters, not both; cross-fitted."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(40_000, 1))
    t = rng.random(40_000) < expit(0.8 * x[:, 0])
    curved = 2.0 * t + np.exp(x[:, 0]) + rng.normal(size=40_000)  # least squares cannot follow it
    result = doubly_robust(curved, t, x, folds=5, rng=rng)
    assert abs(result.estimate - 2) < 4 * result.standard_error < 0.25


def test_matching_by_hand():
    y, t, x = study(6, 60)
    root = np.linalg.inv(np.cov(x.T))
    slopes = {
        arm: np.linalg.lstsq(sm.add_constant(x[t == arm]), y[t == arm], rcond=None)[0][1:]
        for arm in (True, False)
    }
    gains = []
    for row in range(60):
        others = np.flatnonzero(t != t[row])
        apart = x[others] - x[row]
        near = others[np.argsort(np.einsum("ij,jk,ik->i", apart, root, apart))[:4]]
        stand_in = (y[near] + (x[row] - x[near]) @ slopes[not t[row]]).mean()
        gains.append((y[row] - stand_in) * (1 if t[row] else -1))
    assert matching(y, t, x).estimate == pytest.approx(np.mean(gains), rel=1e-9)


@given(st.integers(0, 2**32), st.sampled_from(sorted(ESTIMATES)), st.floats(-50, 50))
@settings(max_examples=25, deadline=None)
def test_a_shift_of_all_outcomes_changes_no_effect(seed, name, shift):
    y, t, x = study(seed, 150)
    first, again = ESTIMATES[name](y, t, x), ESTIMATES[name](y + shift, t, x)
    assert again.estimate == pytest.approx(first.estimate, abs=1e-7)
    assert again.standard_error == pytest.approx(first.standard_error, abs=1e-6)


@given(st.integers(0, 2**32), st.sampled_from(sorted(ESTIMATES)))
@settings(max_examples=25, deadline=None)
def test_swapping_the_groups_turns_the_sign(seed, name):
    y, t, x = study(seed, 150)
    assert ESTIMATES[name](y, ~t, x).estimate == pytest.approx(-ESTIMATES[name](y, t, x).estimate)


@given(st.integers(0, 2**32), st.sampled_from(sorted(ESTIMATES)), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_units_of_covariates_do_not_matter(seed, name, unit):
    y, t, x = study(seed, 150)
    first = ESTIMATES[name](y, t, x)
    again = ESTIMATES[name](y, t, x * [unit, 1, 1] + 3)
    assert again.estimate == pytest.approx(first.estimate, abs=1e-6)


def test_before_and_after_is_the_paired_t_test():
    rng = np.random.default_rng(7)
    before, after = rng.normal(size=30), rng.normal(0.5, 1, 30)
    result, test = before_after(before, after), ttest_1samp(after - before, 0)
    assert result.p_value == pytest.approx(test.pvalue)
    np.testing.assert_allclose(result.interval(), tuple(test.confidence_interval()))


def test_difference_in_differences_is_the_interaction_of_a_regression():
    y, t, x = study(8, 120)
    before = x[:, 0]
    long = pd.DataFrame({"y": np.r_[before, y], "t": np.r_[t, t], "after": np.repeat([0, 1], 120)})
    fit = sm.OLS.from_formula("y ~ t * after", long).fit()
    result = difference_in_differences(before, y, t)
    assert result.estimate == pytest.approx(fit.params["t[T.True]:after"])


def cases(seed=9, size=400):
    y, t, x = study(seed, size)
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"before": x[:, 0], "after": y, "called": t, "severity": x[:, 1]})
    return frame.assign(randomised=rng.random(size) < 0.3), rng


def test_all_estimates_are_in_one_table():
    frame, rng = cases()
    result = estimate_effects(frame, rng, covariates=["before", "severity"])
    assert tuple(result["estimator"]) == ESTIMATORS
    assert (result["low"] < result["estimate"]).all()
    assert (result["estimate"] < result["high"]).all()
    trial = frame[frame["randomised"]].groupby("called")["after"].mean()
    assert result["estimate"].iloc[-1] == pytest.approx(trial[True] - trial[False])
    assert result["cases"].iloc[1] + result["cases"].iloc[-1] == len(frame)


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        (lambda f: f[f["randomised"]], ESTIMATORS[:6]),
        (lambda f: f[~f["randomised"]], ESTIMATORS[6:]),
        (lambda f: f[f["called"] | f["randomised"]], ESTIMATORS[1:6]),
    ],
)
def test_estimates_without_cases_are_missing(spoil, missing):
    frame, rng = cases()
    result = estimate_effects(spoil(frame), rng, covariates=["before", "severity"])
    assert tuple(result.loc[result["estimate"].isna(), "estimator"]) == missing


def test_rise_without_call_is_that_of_the_randomised_wait_list():
    frame, _ = cases()
    waiting = frame[frame["randomised"] & ~frame["called"]]
    assert rise_without_call(frame).estimate == pytest.approx(
        (waiting["after"] - waiting["before"]).mean()
    )
    assert np.isnan(rise_without_call(frame[frame["called"]]).estimate)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda y, t, x: doubly_robust(y, t, x, folds=3), "rng is None"),
        (
            lambda y, t, x: inverse_weighting(y, np.ones(len(y)), x),
            "two cases as treated and two as not treated",
        ),
        (lambda y, t, x: matching(y, t, np.column_stack([x, x[:, 0]])), "collinear"),
        (lambda y, t, x: matching(y, t, x, matches=60), "matches is 60"),
        (
            lambda y, t, x: estimate_effects(pd.DataFrame({"before": y}), None),
            "column is 'after'",
        ),
        (lambda y, t, x: fold_of(3, 4, np.random.default_rng(1)), "folds is 4"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call(*study(10, 100))
