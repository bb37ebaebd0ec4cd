import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats as reference
from statsmodels.stats.multitest import multipletests

from cemlib import stats


def test_weights_draw_rows_evenly(rng):
    weights = stats.bootstrap_weights(50, 4000, rng)
    assert (weights.sum(axis=1) == 50).all()
    assert weights.mean() == pytest.approx(1)
    assert weights.var(axis=0).mean() == pytest.approx(1 - 1 / 50, rel=0.02)


def test_clusters_stay_together(rng):
    clusters = ["a", "b", "a", "c"]
    weights = stats.bootstrap_weights(4, 200, rng, clusters)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()


def test_clusters_without_a_name_are_refused(rng):
    with pytest.raises(ValueError, match="no entry at row 1"):
        stats.bootstrap_weights(3, 10, rng, ["a", None, "b"])


def test_weights_refuse_clusters_of_another_length(rng):
    with pytest.raises(ValueError, match="clusters has 2 entries"):
        stats.bootstrap_weights(3, 10, rng, ["a", "b"])


@given(seed=st.integers(0, 2**32), scale=st.floats(0.01, 1e3), shift=st.floats(-1e3, 1e3))
@settings(max_examples=30, deadline=None)
def test_weighted_moments_are_those_of_repeated_rows(seed, scale, shift):
    rng = np.random.default_rng(seed)
    data = shift + scale * rng.normal(size=(12, 3))
    weights = stats.bootstrap_weights(12, 5, rng)
    for row, mean, covariance in zip(
        weights,
        stats.weighted_means(data, weights),
        stats.weighted_covariance(data, weights),
        strict=True,
    ):
        repeated = np.repeat(data, row.astype(int), axis=0)
        np.testing.assert_allclose(mean, repeated.mean(axis=0), rtol=1e-9, atol=1e-9 * scale)
        np.testing.assert_allclose(covariance, np.cov(repeated.T), rtol=1e-7, atol=1e-9 * scale**2)


def test_means_leave_out_missing_values():
    means = stats.weighted_means([[1.0, np.nan], [3.0, np.nan]], [[1, 1]])
    assert means[0, 0] == 2
    assert np.isnan(means[0, 1])


@pytest.mark.parametrize("statistic", ["mean", "variance"])
def test_percentile_intervals_cover_at_their_rate(rng, statistic):
    covered, trials, n = 0, 400, 80
    truth = {"mean": 0.0, "variance": 1.0}[statistic]
    for _ in range(trials):
        data = rng.normal(size=(n, 1))
        weights = stats.bootstrap_weights(n, 500, rng)
        draws = (
            stats.weighted_means(data, weights)[:, 0]
            if statistic == "mean"
            else stats.weighted_covariance(data, weights)[:, 0, 0]
        )
        low, high = stats.percentile_interval(draws)
        covered += low <= truth <= high
    # Percentile intervals of a variance cover slightly too rarely at this size (Efron 1987).
    minimum = {"mean": 0.92, "variance": 0.86}[statistic]
    assert minimum <= covered / trials <= 0.98


def test_percentile_interval_skips_missing_draws():
    draws = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    low, high = stats.percentile_interval(draws, 0.5)
    assert (low[0], high[0]) == (1.5, 2.5)
    assert np.isnan(low[1])


def test_estimates_refuse_other_shapes_and_return_the_probability_of_the_lowest():
    with pytest.raises(ValueError, match="do not match"):
        stats.Estimates(("a", "b"), np.zeros(2), np.zeros((5, 3)))
    draws = np.array([[1, 2], [1, 2], [3, 2], [1, 2.0]])
    estimates = stats.Estimates(("a", "b"), np.array([1.5, 2.0]), draws)
    assert estimates.probability_lowest().tolist() == [0.75, 0.25]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_the_raw_p_and_bonferroni(p_values):
    p = np.array(p_values)
    adjusted = stats.holm(p)
    assert (adjusted >= p - 1e-15).all()
    assert (adjusted <= np.minimum(p * len(p), 1) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-15).all()


def test_holm_agrees_with_statsmodels(rng):
    p = rng.random(40).round(2)
    np.testing.assert_allclose(stats.holm(p), multipletests(p, method="holm")[1], rtol=1e-12)


def test_holm_keeps_missing_values():
    np.testing.assert_allclose(stats.holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])


def test_difference_agrees_with_clustered_regression(rng):
    n = 300
    frame = pd.DataFrame({"later": rng.integers(0, 2, n), "who": rng.integers(0, 120, n)})
    frame["y"] = 2 * frame["later"] + rng.normal(size=120)[frame["who"]] + rng.normal(size=n)
    model = smf.ols("y ~ later", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["who"]}, use_t=True
    )
    ours = stats.mean_difference(frame["y"], frame["later"] == 1, list(frame["who"]))
    assert ours.estimate == pytest.approx(model.params["later"], rel=1e-10)
    assert ours.standard_error == pytest.approx(model.bse["later"], rel=1e-10)
    assert ours.p_value == pytest.approx(model.pvalues["later"], rel=1e-8)
    np.testing.assert_allclose(ours.interval(), model.conf_int().loc["later"], rtol=1e-8)


def test_difference_without_clusters_is_close_to_welch(rng):
    before, after = rng.normal(0, 1, 200), rng.normal(0.3, 2, 300)
    ours = stats.mean_difference(np.r_[before, after], np.repeat([False, True], [200, 300]))
    welch = reference.ttest_ind(after, before, equal_var=False)
    assert ours.p_value == pytest.approx(welch.pvalue, rel=0.05)


def test_difference_refuses_too_few_rows_and_clusters():
    with pytest.raises(ValueError, match="at least two true"):
        stats.mean_difference([1, 2, 3], [False, False, True])
    with pytest.raises(ValueError, match="one value only, but must have at least two"):
        stats.mean_difference([1, 2, 3, 4], [0, 0, 1, 1], ["a"] * 4)


def test_detectable_difference_has_the_stated_power(rng):
    n, trials = 100, 1500
    effect = stats.Difference(0, np.sqrt(2 / n), 2 * n - 2).detectable(power=0.8)
    group = np.repeat([False, True], n)
    detected = sum(
        stats.mean_difference(rng.normal(size=2 * n) + effect * group, group).p_value < 0.05
        for _ in range(trials)
    )
    assert detected / trials == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / trials))


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), st.integers(0, 2**32))
@example([5e-324], 0)
def test_rounded_values_keep_nine_digits_of_the_largest(values, seed):
    array = np.array(values)
    size = np.abs(array).max()
    rounded = stats.significant(array)
    assert np.abs(rounded - array).max() <= size * 1e-9
    assert (stats.significant(rounded) == rounded).all()
    assert not np.signbit(rounded[rounded == 0]).any()


@pytest.mark.parametrize("largest", [1.0, 0.5, 3.7, 1024.0, 99.9])
def test_last_bits_of_any_value_leave_rounded_ones_as_they_are(largest):
    values = np.array([largest, 0.3 * largest, 0.3 * largest, 0.0, -0.1 * largest])
    noise = largest * 1e-14 * np.array([1, -1, 1, 1, -1])
    expected = stats.significant(values)
    for noisy in (values + noise, values - noise):
        assert stats.significant(noisy).tobytes() == expected.tobytes()


def test_rounding_keeps_infinite_and_missing_values_and_the_index():
    series = stats.significant(pd.Series([np.inf, np.nan, 2.0], ["a", "b", "c"]))
    assert series.isna().tolist() == [False, True, False]
    assert series.index.tolist() == ["a", "b", "c"]
    assert series["c"] == 2
    assert stats.significant([]).shape == (0,)
    with pytest.raises(ValueError, match="digits"):
        stats.significant([1.0], 0)
