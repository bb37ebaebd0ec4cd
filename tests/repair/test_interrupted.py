"""Series with a new rule, and the saving of a call-back."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.repair.interrupted import (
    call_back,
    call_back_curve,
    interrupted_series,
    newey_west,
)


def series(seed, days=200, starts=100, level=-5.0, slope=-0.02, memory=0.4):
    rng = np.random.default_rng(seed)
    time = np.arange(days)
    noise = 2 * rng.standard_normal(days)
    for day in range(1, days):
        noise[day] += memory * noise[day - 1]
    after = time >= starts
    week = 3 * np.cos(2 * np.pi * time / 7)
    return 30 - 0.05 * time + after * (level + slope * (time - starts)) + week + noise


@given(st.integers(0, 2**32), st.floats(-100, 100), st.floats(-2, 2))
@settings(max_examples=20, deadline=None)
def test_another_level_or_trend_changes_nothing_but_the_naive_answer(seed, shift, trend):
    y = series(seed)
    first = interrupted_series(y, 100)
    again = interrupted_series(y + shift + trend * np.arange(200), 100)
    for name in ("level", "slope", "average"):
        assert getattr(again, name).estimate == pytest.approx(
            getattr(first, name).estimate, abs=1e-7
        )
    assert again.naive.estimate == pytest.approx(first.naive.estimate + 100 * trend, abs=1e-6)


def test_average_is_the_mean_gap_between_the_two_trends():
    result = interrupted_series(series(2), 100)
    gap = result.trend - result.without
    assert (gap[:100] == 0).all()
    assert result.average.estimate == pytest.approx(gap[100:].mean())
    assert gap[100] == pytest.approx(result.level.estimate)


def test_intervals_cover_and_naive_ones_do_not():
    """In 200 days autocorrelated errors cost about a point of coverage, as is documented."""
    truth = -5.0 - 0.02 * 49.5
    runs = [interrupted_series(series(seed), 100) for seed in range(300)]

    def coverage(name, value):
        intervals = [getattr(run, name).interval() for run in runs]
        return np.mean([low <= value <= high for low, high in intervals])

    error = np.sqrt(0.95 * 0.05 / 300)
    for name, value in (("level", -5.0), ("average", truth)):
        assert 0.94 - 3 * error <= coverage(name, value) <= 0.95 + 3 * error
    assert coverage("naive", truth) < 0.05


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.7])
def test_the_fit_is_the_generalised_least_squares_of_statsmodels(memory):
    y = series(3, memory=memory)
    time = np.arange(200)
    after = (time >= 100).astype(float)
    week = (time[:, None] % 7 == np.arange(1, 7)).astype(float)
    design = np.column_stack([np.ones(200), time, after, after * (time - 100), week])
    result = interrupted_series(y, 100)
    fit = sm.GLS(y, design, sigma=result.memory ** np.abs(time[:, None] - time)).fit()
    assert result.level.estimate == pytest.approx(fit.params[2], rel=1e-8)
    assert result.level.standard_error == pytest.approx(fit.bse[2], rel=1e-8)


def test_memory_is_recovered_without_the_bias_of_residuals():
    result = np.array([interrupted_series(series(seed), 100).memory for seed in range(200)])
    assert abs(result.mean() - 0.4) < 3.5 * result.std() / np.sqrt(200)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interrupted_series(np.arange(50.0), 5), "starts is 5"),
        (lambda: interrupted_series(np.arange(50.0), 45), "starts is 45"),
        (lambda: interrupted_series([1.0, np.nan], 1), "missing"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def pilot(seed=1, size=800):
    rng = np.random.default_rng(seed)
    treated = rng.random(size) < 0.5
    return treated, rng.poisson(np.where(treated, 0.18, 0.42))


def test_break_even_is_where_nothing_is_saved():
    treated, repeats = pilot()
    result = call_back(treated, repeats, call_cost=3, repeat_cost=18)
    at_even = call_back(treated, repeats, call_cost=result.break_even[0], repeat_cost=18)
    assert at_even.saving.estimate == pytest.approx(0, abs=1e-9)
    assert result.avoided.estimate == pytest.approx(result.without - result.with_call)
    share = 1 - result.with_call / result.without
    assert result.break_even_repeats * share * 18 == pytest.approx(3)
    curve = call_back_curve(result, repeat_cost=18, costs=[3.0, result.break_even[0]])
    np.testing.assert_allclose(curve["saving"], [result.saving.estimate, 0], atol=1e-9)
    np.testing.assert_allclose(curve.loc[0, ["low", "high"]], result.saving.interval())


def test_saving_intervals_cover():
    hits = []
    for seed in range(400):
        treated, repeats = pilot(seed)
        low, high = call_back(treated, repeats, call_cost=3, repeat_cost=18).saving.interval()
        hits.append(low <= 0.24 * 18 - 3 <= high)
    assert abs(np.mean(hits) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


def test_a_call_back_that_avoids_nothing_never_pays():
    result = call_back([True, False] * 10, [1, 1] * 10, call_cost=3, repeat_cost=18)
    assert result.saving.estimate == -3
    assert result.break_even_repeats == np.inf


def test_newey_west_is_that_of_statsmodels(rng):
    x = np.column_stack([np.ones(80), np.arange(80), rng.normal(size=80)])
    y = np.cumsum(rng.normal(size=80)) + x[:, 2]
    beta, covariance = newey_west(x, y, 4)
    options = {"maxlags": 4, "use_correction": True}
    reference = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds=options)
    np.testing.assert_allclose(beta, reference.params)
    np.testing.assert_allclose(covariance, reference.cov_params())


def test_a_curved_series_before_the_rule_is_found(rng):
    days = np.arange(160)
    noise = rng.normal(size=160)
    straight = interrupted_series(30 - 0.05 * days + noise, 100)
    curved = interrupted_series(30 + 0.004 * np.square(days - 60) + noise, 100)
    assert curved.curvature.p_value < 0.001 < straight.curvature.p_value
    assert curved.curvature.estimate == pytest.approx(0.004, abs=0.001)
