"""Prediction out of sample and the comparison of groups agree with what is planted."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_predict

from cemlib.studies.expectation import findings, path_words
from cemlib.studies.expectation.structural.fit import Moments, pls_path
from cemlib.studies.expectation.structural.groups import compare_groups
from cemlib.studies.expectation.structural.predict import predict_items

MODEL = "X =~ x1 + x2\nZ =~ z1\nY =~ y1 + y2\nY ~ X + Z"


def survey(rng, rows, path=0.8, noise=0.3):
    """Return answers in units of their own; `path` of the composite of X goes to Y."""
    x, z = rng.normal(size=(2, rows))
    y = path * x + 0.2 * bool(path) * z + rng.normal(0, np.sqrt(1 - path**2) or 1, rows)
    small = rng.normal(0, noise, (4, rows))
    columns = {"x1": 5 + x + small[0], "x2": 3 + 2 * (x + small[1]), "z1": z}
    return pd.DataFrame(columns | {"y1": y + small[2], "y2": 4 + 3 * (y + small[3])})


def test_noise_is_predicted_as_well_as_by_the_mean(rng):
    predicted = predict_items(pls_path(survey(rng, 1000, path=0.0), MODEL), "Y", rng)
    assert (predicted["q2_predict"].abs() < 0.02).all()
    sentence = path_words.prediction(predicted, "Y")
    assert ("no better than the mean" in sentence) == (predicted["q2_predict"] <= 0).any()


# In units of their own, x2 weighs too much for its error, so that predictions are a little worse.
@pytest.mark.parametrize(("standardised", "loss"), [(True, 0.02), (False, 0.05)])
def test_q2_of_a_strong_model_is_near_r_squared_of_the_item(rng, standardised, loss):
    data = survey(rng, 2000)
    predicted = predict_items(pls_path(data, MODEL, standardised=standardised), "Y", rng)
    x = data[["x1", "x2", "z1"]]
    expected = [LinearRegression().fit(x, data[item]).score(x, data[item]) for item in ("y1", "y2")]
    assert min(expected) > 0.5
    assert predicted["q2_predict"].to_numpy() == pytest.approx(expected, abs=0.02)
    assert predicted["q2_against_linear"].abs().max() < loss


def test_linear_benchmark_is_that_of_sklearn(rng):
    data = survey(rng, 300)
    predicted = predict_items(pls_path(data, MODEL), "Y", rng, folds=300, repeats=1)
    theirs = cross_val_predict(LinearRegression(), data[["x1", "x2", "z1"]], data["y1"], cv=300)
    rmse = np.sqrt(np.mean((data["y1"] - theirs) ** 2))
    assert predicted["rmse_linear"][0] == pytest.approx(rmse)
    out = (data["y1"].sum() - data["y1"]) / 299  # the mean of the others
    q2 = 1 - rmse**2 / np.mean((data["y1"] - out) ** 2)
    assert predicted["q2_linear"][0] == pytest.approx(q2)


def test_a_row_left_out_is_predicted_by_the_model_without_it(rng):
    """By hand: fit to the others, and predict through scores, path and loading."""
    data = survey(rng, 60)
    errors = []
    for row in range(60):
        rest = data.drop(index=row)
        fit = pls_path(rest, MODEL)
        outer = fit.outer.set_index("item")
        standard = (data.loc[row] - rest.mean()) / rest.std()
        paths = fit.paths.set_index("from")["path"]
        score = sum(
            paths[outer["block"][item]] * outer["weight"][item] * standard[item]
            for item in ("x1", "x2", "z1")
        )
        errors.append(standard["y2"] - outer["loading"]["y2"] * score)
        errors[-1] *= rest["y2"].std()
    predicted = predict_items(pls_path(data, MODEL), "Y", rng, folds=60, repeats=1)
    assert predicted["rmse"][1] == pytest.approx(np.sqrt(np.mean(np.square(errors))))


def test_moments_and_few_rows_predict_nothing(rng):
    moments = Moments(("x", "y"), np.zeros(2), np.ones(2), np.eye(2) / 2 + 0.5, 300)
    fit = pls_path(moments, "X =~ x\nY =~ y\nY ~ X")
    assert predict_items(fit, "Y", rng) is None
    assert compare_groups(fit, ["a"] * 300, 20, rng) is None
    assert predict_items(pls_path(survey(rng, 49), MODEL), "Y", rng) is None
    assert list(findings.prediction(None, "Y")) == []
    with pytest.raises(ValueError, match="target"):
        predict_items(pls_path(survey(rng, 60), MODEL), "X", rng)


def test_a_planted_difference_of_paths_is_found_and_named(rng):
    data = pd.concat([survey(rng, 200), survey(rng, 150, path=0.1)], ignore_index=True)
    groups = ["home"] * 200 + ["business"] * 150
    compared = compare_groups(pls_path(data, MODEL), groups, 499, rng)
    assert (compared.names, compared.sizes) == (("home", "business"), (200, 150))
    table = compared.table.set_index("from")
    apart = pls_path(data[:200], MODEL).paths["path"]
    assert table["one"].to_numpy() == pytest.approx(apart.to_numpy(), abs=1e-6)
    assert table["difference"]["X"] == pytest.approx(-0.7, abs=0.2)
    assert table["p_holm"]["X"] < 0.05 < table["p_holm"]["Z"]
    sentence = path_words.groups(compared)
    assert "these paths differ: X → Y." in sentence
    assert "home (200 respondents) and business (150)" in sentence
    assert "coefficient, home" in str(path_words.groups_table(compared))


def test_only_the_two_largest_groups_of_at_least_50_are_compared(rng):
    fit = pls_path(survey(rng, 260), MODEL)
    unknown = [None] * 10
    small = ["a"] * 201 + ["b"] * 49 + unknown
    assert compare_groups(fit, small, 20, rng) is None
    assert compare_groups(fit, [], 20, rng) is None
    compared = compare_groups(fit, ["a"] * 60 + ["b"] * 90 + ["c"] * 100 + unknown, 20, rng)
    assert compared.names == ("c", "b")
    assert compared.others == 1
    assert "the two largest groups" in path_words.groups(compared)
