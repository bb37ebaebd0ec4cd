import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cemlib.stats import response
from cemlib.stats.estimates import bootstrap_weights


def log(seed=1, n=800):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.random((n, 3)) < 0.5, columns=list(response.FEATURES[:3]))
    frame = frame.astype(float)
    frame["loss"] = rng.lognormal(4, 0.8, n)
    frame["compensation"] = frame["loss"] * rng.choice([0, 0.5, 1], n)
    frame["hours"] = rng.lognormal(2, 1, n)
    frame["failure"] = rng.choice(["billing", "outage"], n)
    frame["share"] = frame["compensation"] / frame["loss"]
    felt = response.features(frame) @ [0.2, 0.3, 0.2, 1.5, -0.1]
    frame["handling"] = 3 + felt + rng.normal(size=n)
    for place, outcome in enumerate(response.OUTCOMES):
        odds = (felt - 0.5) * (1 if place < 2 else -1)
        frame[outcome] = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return frame


def test_logit_agrees_with_statsmodels(rng):
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 3))])
    y = (rng.random(300) < 1 / (1 + np.exp(-x @ [0.5, 1, -1, 0]))).astype(float)
    weights = np.vstack([np.ones(300), bootstrap_weights(300, 3, rng)])
    ours = response.fit_logit(x, y, weights, ridge=0.0)
    for found, counts in zip(ours, weights, strict=True):
        fit = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=counts).fit(tol=1e-12)
        np.testing.assert_allclose(found, fit.params, atol=1e-6)


def test_small_ridge_keeps_separated_data_finite():
    x = np.column_stack([np.ones(6), [0.0, 0, 0, 1, 1, 1]])
    found = response.fit_logit(x, [0, 0, 0, 1, 1, 1], np.ones((1, 6)))
    assert np.isfinite(found).all()
    assert found[0, 1] > 3


def test_worth_is_the_ratio_of_slopes():
    data = log()
    found = response.fit_response(data, np.ones((2, len(data))))
    design = pd.DataFrame(response.features(data), columns=list(response.FEATURES))
    design = sm.add_constant(design.join(response.controls(data)))
    slopes = sm.OLS(data["handling"], design).fit().params
    expected = slopes[list(response.FEATURES)] / slopes["share"]
    np.testing.assert_allclose(found.worth, expected, rtol=1e-8)
    np.testing.assert_allclose(found.worth_draws, [expected] * 2, rtol=1e-8)


def test_base_is_the_rest_of_the_logit():
    data = log(2)
    found = response.fit_response(data, np.ones((1, len(data))))
    logit = found.logits["stayed"]
    assert logit.names[0] == "intercept"
    odds = found.base("stayed", data) + response.features(data) @ found.slopes("stayed")
    design = np.column_stack([np.ones(len(data)), response.features(data), response.controls(data)])
    np.testing.assert_allclose(odds, design @ logit.values, atol=1e-10)


def test_a_failure_that_the_log_never_had_counts_as_the_first():
    data = log(3)
    found = response.fit_response(data, np.ones((1, len(data))))
    new = data.head(2).assign(failure=["fire", "billing"], loss=100.0)
    base = found.base("stayed", new)
    assert base[0] == pytest.approx(base[1])


def test_outcomes_that_are_not_recorded_are_left_out():
    data = log(4).drop(columns=["regulator", "spoke_well"])
    found = response.fit_response(data, np.ones((1, len(data))))
    assert list(found.logits) == ["stayed"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.assign(stayed=1.0), "0 and 1, each at least once"),
        (lambda f: f.assign(handling=-f["handling"]), "compensation does not raise satisfaction"),
        (lambda f: f.assign(apology=1.0), "never varies in this log"),
    ],
)
def test_what_cannot_be_valued_is_refused(spoil, message):
    data = spoil(log(5))
    with pytest.raises(ValueError, match=message):
        response.fit_response(data, np.ones((1, len(data))))
