import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize
from scipy.special import expit

from cemlib.stats import logit
from cemlib.stats.estimates import bootstrap_weights
from tests.recovery.test_deviance import drawn


def test_logit_agrees_with_statsmodels(rng):
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 3))])
    y = (rng.random(300) < 1 / (1 + np.exp(-x @ [0.5, 1, -1, 0]))).astype(float)
    weights = np.vstack([np.ones(300), bootstrap_weights(300, 3, rng)])
    ours = logit.fit_logit(x, y, weights)
    for coefficients, counts in zip(ours, weights, strict=True):
        fit = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=counts).fit(tol=1e-12)
        np.testing.assert_allclose(coefficients, fit.params, atol=1e-6)


def test_small_ridge_keeps_separated_data_finite():
    x = np.column_stack([np.ones(6), [0.0, 0, 0, 1, 1, 1]])
    coefficients = logit.fit_logit(x, [0, 0, 0, 1, 1, 1], np.ones((1, 6)), ridge=1e-3)
    assert np.isfinite(coefficients).all()
    assert coefficients[0, 1] > 3


@pytest.mark.parametrize("outcome", [[1, 1, 1], [0, 0.5, 1]])
def test_what_is_no_outcome_is_refused(outcome):
    with pytest.raises(ValueError, match="0 and 1, each at least once"):
        logit.fit_logit(np.ones((3, 1)), outcome, np.ones((1, 3)))


def test_firth_maximises_the_penalised_likelihood(rng):
    x = np.column_stack([np.ones(12), rng.normal(size=12), np.tile([0.0, 1], 6)])
    trials = rng.integers(1, 9, 12).astype(float)
    hits = rng.binomial(trials.astype(int), 0.4).astype(float)

    def penalised(b):
        p = 1 / (1 + np.exp(-x @ b))
        information = x.T @ ((trials * p * (1 - p))[:, None] * x)
        log_likelihood = hits @ np.log(p) + (trials - hits) @ np.log(1 - p)
        return -log_likelihood - np.linalg.slogdet(information)[1] / 2

    theirs = optimize.minimize(penalised, np.zeros(3), tol=1e-10).x
    ours, covariance = logit.firth_logit(x, hits, trials)
    assert ours[0] == pytest.approx(theirs, abs=1e-4)
    assert (np.diagonal(covariance[0]) > 0).all()


def test_firth_adds_half_to_each_cell_of_a_table():
    ours = logit.firth_logit([[1.0, 0], [1, 1]], [[3, 7], [0, 9], [4, 9]], [9, 9])[0]
    hits = np.array([[3.5, 7.5], [0.5, 9.5], [4.5, 9.5]])
    odds = np.log(hits / (10 - hits))
    assert ours[:, 0] == pytest.approx(odds[:, 0])
    assert ours[:, 1] == pytest.approx(odds[:, 1] - odds[:, 0])


def test_firth_refuses_a_sum_of_columns():
    with pytest.raises(ValueError, match="sum of others"):
        logit.firth_logit(np.ones((3, 2)), [1, 0, 1], [1, 1, 1])


@pytest.mark.parametrize("ridge", [0.0, 1e-6])
def test_predictors_far_from_zero_are_fitted(rng, ridge):
    z = rng.normal(4, 0.8, 800)
    outcome = (rng.random(800) < 1 / (1 + np.exp(-4 * (z - 4)))).astype(float)
    reference = sm.Logit(outcome, sm.add_constant(z)).fit(disp=0).params
    fitted = logit.fit_logit(np.column_stack([np.ones(800), z]), outcome, ridge=ridge)[0]
    np.testing.assert_allclose(fitted, reference, rtol=1e-4)


def test_a_fit_that_does_not_converge_is_no_estimate(monkeypatch):
    monkeypatch.setattr(logit, "_STEPS", 2)
    x = np.column_stack([np.ones(40), np.arange(40.0)])
    outcome = (np.arange(40) > 30).astype(float)
    with pytest.raises(ValueError, match="no estimate in 1 of 1 fits"):
        logit.fit_logit(x, outcome, ridge=1e-3)


def test_newton_leaves_a_circle():
    """In two of these resamples full steps jump to and fro for ever."""
    rng = np.random.default_rng([532, 70, 100])
    x, y = drawn(100, 0.9, 0.0, rng)
    x = np.column_stack([np.ones(100), (x - x.mean(axis=0)) / x.std(axis=0)])
    weights = bootstrap_weights(100, 400, rng)
    fitted = logit.fit_logit(x, y, weights, ridge=0.1)
    score = (weights * (y - expit(fitted @ x.T))) @ x - 0.1 * fitted * (np.arange(7) > 0)
    np.testing.assert_allclose(score, 0, atol=1e-6)
