import numpy as np
import pytest
import statsmodels.api as sm

from cemlib.stats import response
from cemlib.stats.estimates import bootstrap_weights


def test_logit_agrees_with_statsmodels(rng):
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 3))])
    y = (rng.random(300) < 1 / (1 + np.exp(-x @ [0.5, 1, -1, 0]))).astype(float)
    weights = np.vstack([np.ones(300), bootstrap_weights(300, 3, rng)])
    ours = response.fit_logit(x, y, weights, ridge=0.0)
    for coefficients, counts in zip(ours, weights, strict=True):
        fit = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=counts).fit(tol=1e-12)
        np.testing.assert_allclose(coefficients, fit.params, atol=1e-6)


def test_small_ridge_keeps_separated_data_finite():
    x = np.column_stack([np.ones(6), [0.0, 0, 0, 1, 1, 1]])
    coefficients = response.fit_logit(x, [0, 0, 0, 1, 1, 1], np.ones((1, 6)))
    assert np.isfinite(coefficients).all()
    assert coefficients[0, 1] > 3


@pytest.mark.parametrize("outcome", [[1, 1, 1], [0, 0.5, 1]])
def test_what_is_no_outcome_is_refused(outcome):
    with pytest.raises(ValueError, match="0 and 1, each at least once"):
        response.fit_logit(np.ones((3, 1)), outcome, np.ones((1, 3)))
