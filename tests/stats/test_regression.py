import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.regression import least_squares, weighted_coefficients


def sample(seed, n=60):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 3)), columns=list("abc"))
    y = x @ [1.0, -2.0, 0.5] + rng.normal(size=n) * (1 + x["a"].abs())
    return x, y.to_numpy()


@given(st.integers(0, 2**32), st.sampled_from(("HC0", "HC1", "HC2", "HC3")))
@settings(max_examples=20, deadline=None)
def test_robust_errors_are_those_of_statsmodels(seed, kind):
    x, y = sample(seed)
    ours = least_squares(x, y, kind=kind)
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type=kind, use_t=True)
    np.testing.assert_allclose(ours.coefficients, fit.params, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(ours.covariance, fit.cov_params(), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(ours.frame()[["low", "high"]], fit.conf_int(), rtol=1e-7)
    assert ours.r_squared == pytest.approx(fit.rsquared)


def test_clustered_errors_are_those_of_statsmodels():
    x, y = sample(3, 120)
    owner = np.arange(120) // 5
    ours = least_squares(x, y, clusters=list(owner))
    fit = sm.OLS(y, sm.add_constant(x)).fit(
        cov_type="cluster", cov_kwds={"groups": owner}, use_t=True
    )
    np.testing.assert_allclose(ours.covariance, fit.cov_params(), rtol=1e-8)
    assert ours.degrees == 23


def test_weights_are_refits(rng):
    x, y = sample(4)
    counts = rng.multinomial(60, np.full(60, 1 / 60), size=5)
    design = np.column_stack([np.ones(60), x])
    for row, coefficients in zip(counts, weighted_coefficients(design, y, counts), strict=True):
        again = np.repeat(np.arange(60), row)
        fit = sm.OLS(y[again], design[again]).fit()
        np.testing.assert_allclose(coefficients, fit.params, rtol=1e-8)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda x: x.assign(d=x["a"] + x["b"]), "collinear"),
        (lambda x: x.assign(a=0.0), "collinear"),
        (lambda x: x.head(4), "4 rows, but must have at least 5"),
        (lambda x: x.mask(x["a"] == x["a"].max()), "missing or infinite"),
    ],
)
def test_hopeless_designs_are_refused(spoil, message):
    x, y = sample(1)
    x = spoil(x)
    with pytest.raises(ValueError, match=message):
        least_squares(x, y[: len(x)])


def test_clusters_without_contrast_or_name_are_refused():
    x, y = sample(1)
    with pytest.raises(ValueError, match="clusters has one value"):
        least_squares(x, y, clusters=["one"] * 60)
    with pytest.raises(ValueError, match="no entry at row 0"):
        least_squares(x, y, clusters=[None] + ["b"] * 59)
