"""Series with a fix, and the call-back as a decision."""

import numpy as np
import pandas as pd
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
    chance = 2 * rng.standard_normal(days)
    for day in range(1, days):
        chance[day] += memory * chance[day - 1]
    after = time >= starts
    week = 3 * np.cos(2 * np.pi * time / 7)
    return 30 - 0.05 * time + after * (level + slope * (time - starts)) + week + chance


@pytest.mark.parametrize("lags", [0, 1, 6])
def test_errors_are_those_of_statsmodels(lags):
    y = series(1)
    time = np.arange(200)
    after = (time >= 100).astype(float)
    week = pd.get_dummies(time % 7, dtype=float).to_numpy()[:, 1:]
    design = np.column_stack([np.ones(200), time, after, after * (time - 100), week])
    fit = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    found = interrupted_series(y, 100, errors="hac", lags=lags)
    assert found.level.estimate == pytest.approx(fit.params[2])
    assert found.level.standard_error == pytest.approx(fit.bse[2], rel=1e-9)
    assert found.slope.standard_error == pytest.approx(fit.bse[3], rel=1e-9)
    np.testing.assert_allclose(
        newey_west(design, fit.resid, lags), fit.cov_params(), rtol=1e-8, atol=1e-14
    )


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
    found = interrupted_series(series(2), 100)
    gap = found.trend - found.without
    assert (gap[:100] == 0).all()
    assert found.average.estimate == pytest.approx(gap[100:].mean())
    assert gap[100] == pytest.approx(found.level.estimate)


def test_intervals_cover_and_naive_ones_do_not():
    """In 200 days autocorrelated errors cost a point, Newey–West errors some 7, as is stated."""
    truth = -5.0 - 0.02 * 49.5

    def rates(errors):
        runs = [interrupted_series(series(seed), 100, errors=errors) for seed in range(300)]
        for name, value in (("level", -5.0), ("average", truth), ("naive", truth)):
            ends = [getattr(found, name).interval() for found in runs]
            yield np.mean([low <= value <= high for low, high in ends])

    error = np.sqrt(0.95 * 0.05 / 300)
    level, average, naive = rates("ar1")
    assert 0.94 - 3 * error <= level <= 0.95 + 3 * error
    assert 0.94 - 3 * error <= average <= 0.95 + 3 * error
    assert naive < 0.05
    level, average, _ = rates("hac")
    assert 0.82 <= min(level, average) <= max(level, average) <= 0.93


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.7])
def test_whitened_fit_is_the_generalised_least_squares_of_statsmodels(memory):
    y = series(3, memory=memory)
    time = np.arange(200)
    after = (time >= 100).astype(float)
    week = (time[:, None] % 7 == np.arange(1, 7)).astype(float)
    design = np.column_stack([np.ones(200), time, after, after * (time - 100), week])
    found = interrupted_series(y, 100)
    fit = sm.GLS(y, design, sigma=found.memory ** np.abs(time[:, None] - time)).fit()
    assert found.level.estimate == pytest.approx(fit.params[2], rel=1e-8)
    assert found.level.standard_error == pytest.approx(fit.bse[2], rel=1e-8)


def test_memory_is_recovered_without_the_bias_of_residuals():
    found = np.array([interrupted_series(series(seed), 100).memory for seed in range(200)])
    assert abs(found.mean() - 0.4) < 3.5 * found.std() / np.sqrt(200)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: interrupted_series(np.arange(50.0), 5), "starts is 5"),
        (lambda: interrupted_series(np.arange(50.0), 45), "starts is 45"),
        (lambda: interrupted_series([1.0, np.nan], 1), "missing"),
        (lambda: newey_west(np.ones((4, 1)), np.ones(4), 4), "lags is 4"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def pilot(seed=1, size=800):
    rng = np.random.default_rng(seed)
    marks = rng.random(size) < 0.5
    return marks, rng.poisson(np.where(marks, 0.18, 0.42))


def test_break_even_is_where_nothing_is_saved():
    marks, repeats = pilot()
    found = call_back(marks, repeats, call_cost=3, repeat_cost=18)
    at_even = call_back(marks, repeats, call_cost=found.break_even[0], repeat_cost=18)
    assert at_even.saving.estimate == pytest.approx(0, abs=1e-9)
    assert found.avoided.estimate == pytest.approx(found.without - found.with_call)
    share = 1 - found.with_call / found.without
    assert found.least_repeats * share * 18 == pytest.approx(3)
    curve = call_back_curve(found, repeat_cost=18, costs=[3.0, found.break_even[0]])
    np.testing.assert_allclose(curve["saving"], [found.saving.estimate, 0], atol=1e-9)
    np.testing.assert_allclose(curve.loc[0, ["low", "high"]], found.saving.interval())


def test_saving_intervals_cover():
    hits = []
    for seed in range(400):
        marks, repeats = pilot(seed)
        low, high = call_back(marks, repeats, call_cost=3, repeat_cost=18).saving.interval()
        hits.append(low <= 0.24 * 18 - 3 <= high)
    assert abs(np.mean(hits) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


def test_a_call_back_that_avoids_nothing_never_pays():
    found = call_back([True, False] * 10, [1, 1] * 10, call_cost=3, repeat_cost=18)
    assert found.saving.estimate == -3
    assert found.least_repeats == np.inf
