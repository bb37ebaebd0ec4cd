import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.expectation import disconfirmation as dis
from cemlib.studies.expectation.model import ExpectationModel
from cemlib.studies.expectation.surface import response_surface


def sample(model, n, rng):
    frame = model.simulate(n, rng)
    rest = dis.expectation_residual(frame["expectation"], frame[["effort", "information"]])
    return frame, pd.DataFrame({"effort": frame["effort"], "residual": rest})


def three(frame):
    return frame["satisfaction"], frame["quality"], frame["expectation"]


def test_kink_is_least_squares(rng):
    frame, controls = sample(ExpectationModel(), 300, rng)
    ours = dis.kinked_value(*three(frame), np.ones((2, 300)), controls)
    gap = frame["quality"] - frame["expectation"]
    design = pd.DataFrame(
        {"p": frame["quality"], "g": gap.clip(0) ** 0.88, "l": -((-gap).clip(0) ** 0.88)}
    ).join(controls)
    fit = sm.OLS(frame["satisfaction"], sm.add_constant(design)).fit()
    assert ours.estimates.values[:2] == pytest.approx([fit.params["g"], fit.params["l"]])
    assert ours.loss_aversion == pytest.approx(fit.params["l"] / fit.params["g"])
    np.testing.assert_allclose(ours.estimates.draws[0], ours.estimates.values)


def test_resamples_are_refits(rng):
    frame, _ = sample(ExpectationModel(mood_to_expectation=0), 300, rng)
    weights = bootstrap_weights(300, 4, rng)
    ours = dis.kinked_value(*three(frame), weights, frame[["effort"]], curvature=1.0)
    for row, draw in zip(weights.astype(int), ours.estimates.draws, strict=True):
        again = frame.loc[np.repeat(frame.index, row)].reset_index(drop=True)
        refit = dis.kinked_value(*three(again), np.ones((1, 300)), again[["effort"]], curvature=1.0)
        np.testing.assert_allclose(draw, refit.estimates.values, rtol=1e-8)


def test_curvature_found_on_the_grid_is_the_least_squares_one(rng):
    frame, _ = sample(ExpectationModel(mood_to_expectation=0, satisfaction_noise=3), 3000, rng)
    y, p, e = (column.to_numpy() for column in three(frame))
    ours = dis.kinked_value(y, p, e, np.ones((1, 3000)), frame[["effort"]], curvature=None)
    effort, gap = frame["effort"].to_numpy(), p - e

    def residuals(b):
        felt = np.where(gap >= 0, b[2], -b[3]) * np.abs(gap) ** b[4]
        return y - (b[0] + b[1] * p + felt + b[5] * effort)

    fit = optimize.least_squares(residuals, [35, 0.5, 0.6, 1.3, 0.9, 8], x_scale="jac")
    assert abs(ours.curvature - fit.x[4]) <= 0.026
    assert ours.estimated_curvature


def test_without_the_residual_mood_spoils_lambda(rng):
    frame, controls = sample(ExpectationModel(), 40_000, rng)
    weights = bootstrap_weights(len(frame), 50, rng)
    held = dis.kinked_value(*three(frame), weights, controls).frame().set_index("name")
    assert held.loc["loss_aversion", "low"] < 2.25 < held.loc["loss_aversion", "high"]
    spoilt = dis.kinked_value(*three(frame), weights, controls[["effort"]])
    assert not 1.5 < spoilt.loss_aversion < 4


def test_a_shortfall_weighs_more(rng):
    """Direction of Anderson & Sullivan (1993), and its absence where λ is 1."""
    frame, controls = sample(ExpectationModel(), 4000, rng)
    weights = bootstrap_weights(4000, 400, rng)
    lower = dis.kinked_value(*three(frame), weights, controls).frame().set_index("name")["low"]
    assert lower["asymmetry"] > 0
    even, controls = sample(ExpectationModel(loss_aversion=1), 4000, rng)
    result = dis.kinked_value(*three(even), weights, controls).frame().set_index("name")
    assert result.loc["asymmetry", "low"] < 0 < result.loc["asymmetry", "high"]


def test_a_resample_without_gain_says_so(rng):
    frame, _ = sample(ExpectationModel(), 300, rng)  # mood not held: the gain seems negative
    fit = dis.kinked_value(*three(frame), bootstrap_weights(300, 50, rng), frame[["effort"]])
    gain, ratio = fit.estimates.draws[:, 0], fit.estimates.draws[:, 2]
    assert (gain < 0).any()
    assert (ratio[gain < 0] == dis.MAX_LOSS_AVERSION).all()
    assert np.isfinite(fit.frame()[["low", "high"]]).all(axis=None)


def test_worth_follows_the_kink(rng):
    frame, controls = sample(ExpectationModel(), 1000, rng)
    fit = dis.kinked_value(*three(frame), bootstrap_weights(1000, 200, rng), controls)
    effect, low, high = fit.contribution([-20.0, 0.0, 20.0])
    assert effect[1] == 0
    assert (low <= effect).all()
    assert (effect <= high).all()
    assert -effect[0] / effect[2] == pytest.approx(fit.loss_aversion)


def test_surface_tests_are_those_of_statsmodels(rng):
    frame, controls = sample(ExpectationModel(), 400, rng)
    result = response_surface(*three(frame), controls).tests().set_index("name")
    x, y = frame["expectation"] - 50, frame["quality"] - 50
    design = pd.DataFrame({"x": x, "y": y, "xx": x * x, "xy": x * y, "yy": y * y})
    design = sm.add_constant(design.join(controls - controls.mean()))
    fit = sm.OLS(frame["satisfaction"], design).fit(cov_type="HC3", use_t=True)
    for name, test in {
        "a1": "x + y = 0",
        "a2": "xx + xy + yy = 0",
        "a3": "x - y = 0",
        "a4": "xx - xy + yy = 0",
    }.items():
        theirs = fit.t_test(test)
        assert result.loc[name, "estimate"] == pytest.approx(float(np.squeeze(theirs.effect)))
        assert result.loc[name, "p"] == pytest.approx(float(theirs.pvalue), abs=1e-10)


def test_a_difference_score_is_a_flat_ridge(rng):
    x, y = rng.uniform(0, 100, size=(2, 2000))
    tests = response_surface(60 + 0.4 * (y - x) + rng.normal(size=2000), y, x).tests()
    inside = (tests["low"] < 0) & (tests["high"] > 0)
    assert inside.tolist() == [True, True, False, True]
    assert tests.loc[2, "low"] < -0.8 < tests.loc[2, "high"]


def test_left_out_errors_are_those_of_refits(rng):
    frame, _ = sample(ExpectationModel(), 60, rng)
    table = dis.compare_models(*three(frame), np.random.default_rng(3), folds=60, repeats=1)
    design = sm.add_constant(frame[["quality", "expectation"]])
    fit = sm.OLS(frame["satisfaction"], design).fit()
    loo = fit.resid / (1 - fit.get_influence().hat_matrix_diag)
    assert table.loc[1, "rmse"] == pytest.approx(np.sqrt(np.mean(loo**2)))


@pytest.mark.parametrize(
    ("model", "best"),
    [
        (ExpectationModel(mood_to_expectation=0), "kinked value"),
        (
            ExpectationModel(mood_to_expectation=0, loss_aversion=1, curvature=1, quality_slope=0),
            "difference score",
        ),
    ],
)
def test_the_true_model_predicts_best(model, best, rng):
    frame, _ = sample(model, 4000, rng)
    table = dis.compare_models(*three(frame), rng, frame[["effort"]], curvature=model.curvature)
    assert table.loc[table["excess"].idxmin(), "model"] == best
    assert (table["low"] <= table["excess"]).all()
    assert table["r_squared"].between(0.2, 0.9).all()


def test_hopeless_data_is_refused(rng):
    frame, _ = sample(ExpectationModel(), 40, rng)
    y, p, e = three(frame)
    with pytest.raises(ValueError, match="a kink needs at least 3"):
        dis.kinked_value(y, p, e + 1000, np.ones((1, 40)))
    with pytest.raises(ValueError, match="controls has 39 rows"):
        dis.kinked_value(y, p, e, np.ones((1, 40)), frame[["effort"]].head(39))
    with pytest.raises(ValueError, match="folds is 1"):
        dis.compare_models(y, p, e, rng, folds=1)
