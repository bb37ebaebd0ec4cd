import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from cemlib.stats.asymmetry import penalty_reward
from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.kinks import kinked_slopes


def sample(rng, n=400):
    x = rng.normal(size=(n, 2)) + 0.5 * rng.normal(size=(n, 1))
    return x, x @ [1.0, 0.5] - 0.6 * np.maximum(x[:, 0], 0) + rng.normal(size=n)


def kinked_design(x):
    kinks = [column[np.abs(column - np.median(column)).argmin()] for column in x.T]
    return sm.add_constant(np.column_stack([np.maximum(x - kinks, 0), x]))


def test_without_ceilings_the_slopes_are_those_of_least_squares(rng):
    x, y = sample(rng)
    fit = sm.OLS(y, kinked_design(x)).fit().params
    below, above, change = kinked_slopes(x, y, np.ones((1, len(y))), None).points
    np.testing.assert_allclose(below, fit[3:], atol=1e-6)
    np.testing.assert_allclose(above, fit[1:3] + fit[3:], atol=1e-6)
    np.testing.assert_allclose(change, fit[1:3], atol=1e-6)


def test_with_ceilings_the_slopes_have_the_largest_tobit_likelihood(rng):
    x, latent = sample(rng)
    y = np.clip(latent, -1.0, 1.0)
    design = kinked_design(x)

    def minus_log_likelihood(parameters):
        mean, sd = design @ parameters[:-1], np.exp(parameters[-1])
        inside = stats.norm.logpdf(y, mean, sd)
        floor, ceiling = stats.norm.logcdf(-1, mean, sd), stats.norm.logsf(1, mean, sd)
        return -np.where(y == -1, floor, np.where(y == 1, ceiling, inside)).sum()

    best = optimize.minimize(minus_log_likelihood, np.zeros(6), tol=1e-10).x
    below, _, change = kinked_slopes(x, y, np.ones((1, len(y))), None).points
    np.testing.assert_allclose(change, best[1:3], atol=2e-3)
    np.testing.assert_allclose(below, best[3:5], atol=2e-3)


def test_a_resample_and_survey_weights_count_rows_as_often_as_they_say(rng):
    x, latent = sample(rng)
    y = np.minimum(np.round(2 * latent) / 2, 1.0)
    counts = bootstrap_weights(len(y), 3, rng)
    kinks = kinked_slopes(x, y, counts, counts[0])
    # The estimate is the maximum, a draw twelve steps of the way there from the estimate.
    np.testing.assert_allclose(kinks.draws[:, 0], kinks.points, atol=5e-3)
    assert np.ptp(kinks.draws, axis=1).min() > 0.01


@pytest.mark.parametrize(
    ("answers", "tested"),
    [
        (np.tile([1.0, 2, 3, 4, 5], 40), True),
        (np.tile([1.0, 2, 3], 67)[:200], False),  # both ends may be a floor and a ceiling
        (np.repeat([1.0, 2, 3, 7], [3, 3, 4, 190]), False),
        (np.full(200, 3.0), False),
    ],
)
def test_a_kink_needs_answers_on_both_sides_of_it(answers, tested, rng):
    frame = pd.DataFrame({"a": answers, "b": rng.normal(size=200)})
    contrast = penalty_reward(frame, frame["b"] + rng.normal(size=200), np.ones((3, 200)))
    assert contrast["tested"].tolist() == [tested, True]
    assert tested or contrast.loc[0, "kind"] not in ("basic", "excitement")
