import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from cemlib.stats import scales
from cemlib.stats.estimates import bootstrap_weights

ECSI_ALPHA = {
    "IMAG": 0.723,
    "CUEX": 0.452,
    "PERQ": 0.877,
    "PERV": 0.824,
    "CUSA": 0.779,
    "CUSL": 0.472,
}


def one_factor(rng, loadings, n):
    loadings = np.asarray(loadings)
    factor = rng.normal(size=(n, 1))
    return factor * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)


@pytest.mark.parametrize(("block", "printed"), ECSI_ALPHA.items())
def test_alpha_of_the_ecsi_blocks(root, block, printed):
    moments = pd.read_csv(root / "datasets/published/ecsi-mobile-moments.csv", index_col="item")
    names = [item for item in moments.index if item.startswith(block)]
    alpha = scales.cronbach_alpha(moments.loc[names, names])
    assert round(float(alpha), 3) == printed  # computed there from standardised items


@given(st.integers(0, 2**32), st.integers(2, 6))
@settings(max_examples=25, deadline=None)
def test_alpha_agrees_with_pingouin(seed, items):
    data = np.random.default_rng(seed).normal(size=(40, items)) + np.arange(40)[:, None] / 10
    expected = pingouin.cronbach_alpha(pd.DataFrame(data))[0]
    assert scales.cronbach_alpha(np.cov(data.T)) == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.floats(0.2, 0.95), min_size=3, max_size=6), st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_omega_of_an_exact_factor_model_is_its_formula_on_any_scale(loadings, scale):
    loadings = np.array(loadings)
    covariance = scale**2 * (np.outer(loadings, loadings) + np.diag(1 - loadings**2))
    truth = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert scales.mcdonald_omega(covariance) == pytest.approx(truth, abs=1e-5)


def test_omega_agrees_with_maximum_likelihood(rng):
    data = one_factor(rng, [0.8, 0.6, 0.7], 500)
    fitted = Factor(data, n_factor=1, method="ml").fit()
    sd = data.std(axis=0, ddof=1)
    loadings = np.abs(fitted.loadings[:, 0]) * sd
    unique = np.asarray(fitted.uniqueness) * sd**2
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())
    assert scales.mcdonald_omega(np.cov(data.T)) == pytest.approx(expected, abs=2e-4)


def test_alpha_is_at_most_omega_and_equal_for_equal_loadings():
    unequal = np.array([0.9, 0.5, 0.3])
    covariance = np.outer(unequal, unequal) + np.diag(1 - unequal**2)
    assert scales.cronbach_alpha(covariance) < scales.mcdonald_omega(covariance)
    equal = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    assert scales.cronbach_alpha(equal) == pytest.approx(scales.mcdonald_omega(equal), abs=1e-8)


def test_batches_equal_single_matrices(rng):
    stack = np.stack([np.cov(one_factor(rng, [0.7, 0.6, 0.5], 60).T) for _ in range(4)])
    for measure in (
        scales.cronbach_alpha,
        scales.mcdonald_omega,
        scales.item_rest_correlations,
    ):
        together = measure(stack)
        for one, matrix in zip(together, stack, strict=True):
            np.testing.assert_allclose(one, measure(matrix), rtol=1e-6)


def test_item_rest_correlations_are_those_of_the_data(rng):
    data = one_factor(rng, [0.8, 0.6, 0.4, 0.3], 100)
    expected = [
        np.corrcoef(data[:, i], np.delete(data, i, axis=1).sum(axis=1))[0, 1] for i in range(4)
    ]
    np.testing.assert_allclose(scales.item_rest_correlations(np.cov(data.T)), expected)


@pytest.mark.parametrize("measure", ["alpha", "omega"])
def test_reliability_intervals_cover_the_truth(rng, measure):
    loadings = np.array([0.8, 0.7, 0.6])
    covariance = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    function = {"alpha": scales.cronbach_alpha, "omega": scales.mcdonald_omega}[measure]
    truth, trials, covered = function(covariance), 150, 0
    for _ in range(trials):
        frame = pd.DataFrame(one_factor(rng, loadings, 200), columns=list("abc"))
        row = scales.scale_quality(frame, {"x": "abc"}, bootstrap_weights(200, 300, rng)).iloc[0]
        covered += row[f"{measure}_low"] <= truth <= row[f"{measure}_high"]
    assert 0.89 <= covered / trials <= 0.99


def test_quality_is_missing_where_it_cannot_be_measured(rng):
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "c": [5.0, 5, 5, 5]})
    quality = scales.scale_quality(
        frame, {"one": ["a"], "two": ["a", "b"]}, bootstrap_weights(4, 10, rng)
    ).set_index("scale")
    assert np.isnan(quality.loc["one", "alpha"])
    assert np.isnan(quality.loc["two", "omega"])
    assert quality.loc["two", "alpha"] > 0
    rest = scales.item_rest_correlations(np.cov(frame.to_numpy().T))
    assert np.isnan(rest[2])


def test_too_few_items_are_refused():
    with pytest.raises(ValueError, match="number of items is 2"):
        scales.mcdonald_omega(np.eye(2))
    with pytest.raises(ValueError, match="last two dimensions must be equal"):
        scales.cronbach_alpha(np.ones((2, 3)))
