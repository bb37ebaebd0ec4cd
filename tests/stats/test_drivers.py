import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats import importance as drivers
from cemlib.stats.estimates import bootstrap_weights

seeds = st.integers(0, 2**32)


def sample(seed, p=4, n=60):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return np.column_stack([x, x @ rng.normal(size=p) + rng.normal(size=n)])


@given(seeds, st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_every_subset_equals_its_regression(seed, p):
    data = sample(seed, p)
    ours = drivers.subset_r_squared(np.cov(data.T))
    assert ours.shape == (2**p,)
    for subset in range(2**p):
        used = [j for j in range(p) if subset >> (p - 1 - j) & 1]
        fit = sm.OLS(data[:, -1], sm.add_constant(data[:, used]) if used else np.ones(60)).fit()
        assert ours[subset] == pytest.approx(fit.rsquared, abs=1e-9)


def test_shares_agree_with_pingouin():
    data = sample(3, 5)
    frame = pd.DataFrame(data[:, :-1], columns=list("abcde"))
    expected = pingouin.linear_regression(frame, data[:, -1], relimp=True)["relimp"].dropna()
    np.testing.assert_allclose(drivers.shapley_shares(np.cov(data.T)), expected, rtol=1e-8)


@given(seeds, st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_shares_sum_to_r_squared_and_none_is_negative(seed, p):
    covariance = np.cov(sample(seed, p).T)
    shares = drivers.shapley_shares(covariance)
    assert shares.sum() == pytest.approx(drivers.subset_r_squared(covariance)[-1], abs=1e-10)
    assert (shares > -1e-10).all()


@given(seeds, st.lists(st.floats(0.001, 1000), min_size=5, max_size=5))
@settings(max_examples=30, deadline=None)
def test_shares_do_not_depend_on_units(seed, units):
    covariance = np.cov(sample(seed).T)
    np.testing.assert_allclose(
        drivers.shapley_shares(covariance * np.outer(units, units)),
        drivers.shapley_shares(covariance),
        atol=1e-9,
    )


@given(seeds, st.permutations(range(4)))
@settings(max_examples=30, deadline=None)
def test_shares_follow_their_drivers_in_any_order(seed, order):
    covariance = np.cov(sample(seed).T)
    reordered = [*order, 4]
    np.testing.assert_allclose(
        drivers.shapley_shares(covariance[np.ix_(reordered, reordered)]),
        drivers.shapley_shares(covariance)[list(order)],
        atol=1e-10,
    )


@given(st.floats(-0.3, 0.9), st.floats(0.05, 0.5))
def test_exchangeable_drivers_have_equal_shares(between, with_outcome):
    covariance = np.full((4, 4), between) + (1 - between) * np.eye(4)
    covariance[-1, :-1] = covariance[:-1, -1] = with_outcome
    shares = drivers.shapley_shares(covariance)
    np.testing.assert_allclose(shares, shares[0], atol=1e-9)


def test_resamples_are_refits(rng):
    data = sample(5)
    frame, outcome = pd.DataFrame(data[:, :-1], columns=list("abcd")), pd.Series(data[:, -1])
    weights = bootstrap_weights(len(data), 4, rng)
    shares = drivers.derived_importance(frame, outcome, weights)
    slopes = drivers.driver_slopes(frame, outcome, weights)
    for draw, row in enumerate(weights.astype(int)):
        again = np.repeat(data, row, axis=0)
        np.testing.assert_allclose(
            shares.draws[draw], drivers.shapley_shares(np.cov(again.T)), atol=1e-9
        )
        fit = sm.OLS(again[:, -1], sm.add_constant(again[:, :-1])).fit()
        np.testing.assert_allclose(slopes.draws[draw], fit.params[1:], atol=1e-9)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.assign(a=1.0), "column 0 of covariance does not vary"),
        (lambda f: f.assign(d=f["a"] + f["b"]), "singular"),
        (
            lambda f: f[f.index < 4].reindex(f.index),
            "share 4 complete rows, but must share at least 6",
        ),
    ],
)
def test_unusable_data_is_refused(spoil, message):
    data = sample(6)
    frame = spoil(pd.DataFrame(data[:, :-1], columns=list("abcd")))
    with pytest.raises(ValueError, match=message):
        drivers.derived_importance(frame, pd.Series(data[:, -1]), np.ones((1, len(data))))


def test_too_many_drivers_are_refused():
    with pytest.raises(ValueError, match="number of drivers is 17"):
        drivers.subset_r_squared(np.eye(18))


@pytest.fixture(scope="module")
def martilla_james(root):
    return pd.read_csv(root / "datasets/published/ipa-martilla-james-1977.csv")


def test_martilla_james_cuts_and_quadrants(martilla_james):
    importance, performance = martilla_james["importance"], martilla_james["performance"]
    assert (round(importance.mean(), 3), round(performance.mean(), 3)) == (3.151, 2.816)
    assert (importance.median(), performance.median()) == (3.375, 3.010)
    quadrant = pd.Series(
        drivers.importance_performance(importance, performance, cut="mean"),
        index=martilla_james["attribute"],
    )
    assert set(quadrant[quadrant == 0].index) == {
        "Job done right the first time",
        "Fast action on complaints",
        "Low prices on service",
    }
    assert list(quadrant[quadrant == 3].index) == ["Send out maintenance notices"]


def test_martilla_james_quadrants_depend_on_the_cut(martilla_james):
    pair = martilla_james["importance"], martilla_james["performance"]
    by_mean, by_median, by_scale = (
        drivers.importance_performance(*pair, cut=cut, midpoints=(2.5, 2.5)) for cut in drivers.CUTS
    )
    assert (by_mean != by_median).any()
    assert (by_mean != by_scale).any()


@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=12),
    st.sampled_from(drivers.CUTS),
)
def test_quadrants_are_those_of_the_two_cuts(pairs, cut):
    importance, performance = np.array(pairs).T
    middles = {
        "mean": (importance.mean(), performance.mean()),
        "median": (np.median(importance), np.median(performance)),
        "scale": (5, 5),
    }[cut]
    ours = drivers.importance_performance(importance, performance, cut=cut, midpoints=(5, 5))
    for value, i, p in zip(ours, importance, performance, strict=True):
        expected = (0 if p < middles[1] else 1) if i >= middles[0] else (2 if p < middles[1] else 3)
        assert value == expected


def test_map_refuses_invalid_arguments():
    with pytest.raises(ValueError, match="did you mean 'mean'"):
        drivers.importance_performance([1], [1], cut="means")
    with pytest.raises(ValueError, match="midpoints is None"):
        drivers.importance_performance([1], [1], cut="scale")
    with pytest.raises(ValueError, match="importance has shape"):
        drivers.importance_performance([1, 2], [1])


def test_quadrant_shares_sum_to_one(rng):
    quadrants = drivers.importance_performance(rng.random((50, 9)), rng.random((50, 9)))
    np.testing.assert_allclose(drivers.quadrant_shares(quadrants).sum(axis=1), 1)


def kinked(rng, n=3000):
    x = rng.normal(size=(n, 4))
    must, delight, linear, _ = x.T
    outcome = 2 * np.minimum(must, 0) + 2 * np.maximum(delight, 0) + linear
    frame = pd.DataFrame(x, columns=["must", "delight", "linear", "nothing"])
    return frame, pd.Series(outcome + rng.normal(size=n))


def test_contrast_recovers_basic_and_excitement_factors(rng):
    frame, outcome = kinked(rng)
    contrast = drivers.penalty_reward(frame, outcome, bootstrap_weights(len(frame), 500, rng))
    kinds = contrast.set_index("driver")["kind"].to_dict()
    assert kinds == {
        "must": "basic",
        "delight": "excitement",
        "linear": "performance",
        "nothing": "unclear",
    }
    # Means of min(x, 0) for a normal x: −1.0908 in its lowest third, −0.1060 in the middle one.
    must = contrast.set_index("driver").loc["must"]
    assert must["penalty_low"] <= 2 * (-1.0908 + 0.1060) <= must["penalty_high"]


def test_contrast_is_the_dummy_regression(rng):
    frame, outcome = kinked(rng, 200)
    contrast = drivers.penalty_reward(frame, outcome, np.ones((1, 200))).set_index("driver")
    thirds = frame.quantile([1 / 3, 2 / 3])
    dummies = pd.concat(
        [(frame <= thirds.iloc[0]).add_suffix("-"), (frame >= thirds.iloc[1]).add_suffix("+")],
        axis=1,
    ).astype(float)
    fit = sm.OLS(outcome, sm.add_constant(dummies)).fit()
    for driver in frame:
        assert contrast.loc[driver, "penalty"] == pytest.approx(fit.params[f"{driver}-"], abs=1e-9)
        assert contrast.loc[driver, "reward"] == pytest.approx(fit.params[f"{driver}+"], abs=1e-9)


def test_contrast_leaves_out_a_driver_with_one_answer(rng):
    frame, outcome = kinked(rng, 200)
    contrast = drivers.penalty_reward(frame.assign(must=3.0), outcome, np.ones((3, 200)))
    assert np.isnan(contrast.loc[0, "penalty"])
    assert contrast.loc[0, "kind"] == "unclear"
    assert np.isfinite(contrast.loc[1:, "penalty"]).all()
