"""Golden time: the fit against another optimiser, laws, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import fisk
from statsmodels.stats.proportion import proportion_confint

from cemlib.studies.repair.by_wait import misfit, repaired_by_wait
from cemlib.studies.repair.golden_time import GoldenTime, fit_golden_time


def sample(seed=1, size=1500, shape=1.8):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"problem": rng.choice(["line", "bill"], size), "paid": rng.random(size)})
    half = np.where(frame["problem"] == "line", 6.0, 30.0)
    waits = 12 * np.exp(1.1 * rng.standard_normal(size))
    probability = expit(-0.5 + 1.5 * frame["paid"]) / (1 + (waits / half) ** shape)
    return frame, waits, rng.random(size) < probability


@pytest.fixture(scope="module")
def fitted():
    frame, waits, cured = sample()
    return fit_golden_time(frame, waits, cured, initial=("problem", "paid"), half=("problem",))


def test_fit_is_the_maximum_that_another_optimiser_finds(fitted):
    frame, waits, cured = sample()
    broken = (frame["problem"] == "line").to_numpy(float)
    designs = np.column_stack([np.ones(len(frame)), 1 - broken, broken, frame["paid"]])
    others = designs[:, :3]

    def loss(theta):
        late = np.exp(theta[7]) * (np.log(waits) - others @ theta[4:7])
        probability = expit(designs @ theta[:4]) * expit(-late)
        log_likelihood = np.where(cured, np.log(probability), np.log1p(-probability)).sum()
        pulled = np.square(theta[[1, 2, 5, 6]]).sum() + 4 * (theta[7] - np.log(1.5)) ** 2
        return 0.5 * pulled - log_likelihood

    best = minimize(loss, np.r_[0, 0, 0, 0, 2, 0, 0, 0.4], options={"gtol": 1e-8})
    assert loss(fitted.coefficients) <= best.fun + 1e-6
    np.testing.assert_allclose(fitted.coefficients, best.x, atol=2e-3)


@given(st.floats(0.2, 200), st.floats(0.5, 100), st.floats(0.3, 4))
@settings(deadline=None)
def test_curve_is_the_log_logistic_of_scipy(hours, half, shape):
    fit = GoldenTime((), (), {}, np.array([0.3, np.log(half), np.log(shape)]), np.eye(3))
    expected = expit(0.3) * fisk.sf(hours, shape, scale=half)
    assert fit.probability(pd.DataFrame(index=[0]), hours)[0] == pytest.approx(expected, rel=1e-9)
    assert fit.probability(pd.DataFrame(index=[0]), half)[0] == pytest.approx(expit(0.3) / 2)


def test_probability_never_rises_with_waiting(fitted):
    frame = sample(2, 50)[0]
    probabilities = np.array(
        [fitted.probability(frame, hours) for hours in np.geomspace(0.1, 300, 40)]
    )
    assert (np.diff(probabilities, axis=0) < 0).all()
    np.testing.assert_allclose(probabilities[0], fitted.initial_probability(frame), rtol=1e-2)


def test_waits_in_minutes_give_the_same_curve():
    frame, waits, cured = sample(3)
    hours = fit_golden_time(frame, waits, cured, half=("problem",))
    minutes = fit_golden_time(frame, 60 * waits, cured, half=("problem",))
    np.testing.assert_allclose(minutes.half_life(frame), 60 * hours.half_life(frame), rtol=1e-4)
    assert minutes.shape == pytest.approx(hours.shape, rel=1e-4)


def test_intervals_hold_their_estimates_and_widen_with_level(fitted):
    frame = sample()[0]
    narrow, wide = (fitted.half_lives(frame, "problem", level) for level in (0.8, 0.95))
    for table in (narrow, wide):
        assert (table["low"] < table["estimate"]).all()
        assert (table["estimate"] < table["high"]).all()
    assert (wide["high"] > narrow["high"]).all()
    assert wide.set_index("name").loc["line", "high"] < wide.set_index("name").loc["bill", "low"]
    curve = fitted.curve(frame, [1.0, 10.0, 100.0])
    assert ((curve["low"] < curve["probability"]) & (curve["probability"] < curve["high"])).all()


def test_delta_interval_agrees_with_draws_of_the_coefficients(fitted):
    frame = sample()[0]
    draws = fitted.draws(4000, np.random.default_rng(1))
    broken = frame[frame["problem"] == "line"].head(1)
    deviation = np.std([np.log(fitted.half_life(broken, draw)[0]) for draw in draws])
    table = fitted.half_lives(frame, "problem").set_index("name").loc["line"]
    assert np.log(table["high"] / table["low"]) / 3.92 == pytest.approx(deviation, rel=0.05)


def test_half_lives_are_in_order_and_average_to_the_mean(fitted):
    frame = sample()[0]
    table = fitted.half_lives(frame, "problem")
    assert table["name"].tolist() == ["line", "bill"]
    expected = np.average(np.log(table["estimate"]), weights=table["cases"])
    assert np.log(fitted.mean_half_life(frame)) == pytest.approx(expected)


def test_observed_shares_have_wilson_intervals():
    _, waits, cured = sample(6)
    table = repaired_by_wait(waits, cured, bins=6)
    assert table["cases"].sum() == len(waits)
    low, high = proportion_confint(table["share"] * table["cases"], table["cases"], method="wilson")
    np.testing.assert_allclose(table["low"], low, atol=1e-9)
    np.testing.assert_allclose(table["high"], high, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f, t, y: fit_golden_time(f[:20], t[:20], y[:20]), "number of cases is 20"),
        (lambda f, t, y: fit_golden_time(f, t, np.zeros(len(y))), "only one value"),
        (lambda f, t, y: fit_golden_time(f, t, y, half=("prblem",)), "did you mean 'problem'"),
        (lambda f, t, y: fit_golden_time(f, t[:-1], y), "hours has shape"),
        (lambda f, t, y: fit_golden_time(f, t, y, prior_sd=0), "prior_sd is 0"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call(*sample(7, 300))


def test_an_unknown_level_is_refused(fitted):
    with pytest.raises(ValueError, match="problem is 'sim'"):
        fitted.half_life(pd.DataFrame({"problem": ["sim"]}))
    with pytest.raises(ValueError, match="by is 'paid'"):
        fitted.half_lives(sample()[0], "paid")


def test_the_problem_whose_curve_misses_is_named():
    rng = np.random.default_rng(8)
    waits, kind = rng.exponential(20, 3000), rng.choice(["bill", "line"], 3000)
    frame = pd.DataFrame({"problem": kind})
    shape = np.where(kind == "bill", 0.8, 4.0)
    cured = rng.random(3000) < 0.7 / (1 + (waits / 12) ** shape)
    one = fit_golden_time(frame, waits, cured, initial=("problem",), half=("problem",))
    assert misfit(one, frame, waits, cured)["missed"].any()
    own = fit_golden_time(
        frame, waits, cured, initial=("problem",), half=("problem",), steep=("problem",)
    )
    assert not misfit(own, frame, waits, cured)["missed"].any()
    assert own.shapes(frame)[kind == "bill"][0] < 1.2 < 3 < own.shapes(frame)[kind == "line"][0]
