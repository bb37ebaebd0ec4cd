import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cemlib.studies.complaints import response
from cemlib.studies.complaints.unseen import unseen_causes


def log(seed=1, n=800):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.random((n, 3)) < 0.5, columns=list(response.FEATURES[:3]))
    frame = frame.astype(float)
    frame["loss"] = rng.lognormal(4, 0.8, n)
    frame["compensation"] = frame["loss"] * rng.choice([0, 0.5, 1], n)
    frame["hours"] = rng.lognormal(2, 1, n)
    frame["failure"] = rng.choice(["billing", "outage"], n)
    frame["share"] = frame["compensation"] / frame["loss"]
    effect = response.features(frame) @ [0.2, 0.3, 0.2, 1.5, -0.1]
    frame["handling"] = 3 + effect + rng.normal(size=n)
    for index, outcome in enumerate(response.OUTCOMES):
        odds = (effect - 0.5) * (1 if index < 2 else -1)
        frame[outcome] = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return frame


def test_worth_is_the_ratio_of_slopes():
    data = log()
    model = response.fit_response(data, np.ones((2, len(data))))
    design = pd.DataFrame(response.features(data), columns=list(response.FEATURES))
    design = sm.add_constant(design.join(response.controls(data)))
    slopes = sm.OLS(data["handling"], design).fit().params
    expected = slopes[list(response.FEATURES)] / slopes["share"]
    np.testing.assert_allclose(model.worth, expected, rtol=1e-8)
    np.testing.assert_allclose(model.worth_draws, [expected] * 2, rtol=1e-8)


def test_unseen_causes_agree_with_statsmodels():
    data = log()
    rows = unseen_causes(data).set_index("part")
    design = pd.DataFrame(response.features(data), columns=list(response.FEATURES))
    design = sm.add_constant(design.join(response.controls(data)))
    fit = sm.OLS(data["handling"], design).fit(cov_type="HC1")
    assert rows.loc["apology", "slope"] == pytest.approx(fit.params["apology"])
    low, high = fit.conf_int().loc["apology"]
    assert (rows.loc["apology", "low"], rows.loc["apology", "high"]) == pytest.approx(
        (low, high), abs=1e-4
    )
    ratio = np.exp(0.91 * rows["slope"].abs() / data["handling"].std())
    np.testing.assert_allclose(rows["e_value"], ratio + np.sqrt(ratio * (ratio - 1)))
    assert (rows["bound"] <= rows["e_value"]).all()
    assert rows["outside"].isna().tolist() == [False, False, False, True, True]
    assert rows.loc["apology", "effective"] > 0.9 * rows.loc["apology", "rows"]


def test_overlap_falls_where_handlers_apologise_to_large_losses():
    data, rng = log(), np.random.default_rng(3)
    tilt = 4 * (np.log(data["loss"]) - 4)
    chosen = data.assign(apology=(rng.random(len(data)) < 1 / (1 + np.exp(-tilt))).astype(float))
    before, after = (
        unseen_causes(each).set_index("part").loc["apology"] for each in (data, chosen)
    )
    assert after["outside"] > before["outside"]
    assert after["effective"] / after["rows"] < 0.8 < before["effective"] / before["rows"]


def test_base_is_the_rest_of_the_logit():
    data = log(2)
    model = response.fit_response(data, np.ones((1, len(data))))
    logit = model.logits["stayed"]
    assert logit.names[0] == "intercept"
    odds = model.base("stayed", data) + response.features(data) @ model.slopes("stayed")
    design = np.column_stack([np.ones(len(data)), response.features(data), response.controls(data)])
    np.testing.assert_allclose(odds, design @ logit.values, atol=1e-10)


def test_a_failure_that_the_log_never_had_counts_as_the_first():
    data = log(3)
    model = response.fit_response(data, np.ones((1, len(data))))
    new = data.head(2).assign(failure=["fire", "billing"], loss=100.0)
    base = model.base("stayed", new)
    assert base[0] == pytest.approx(base[1])


def test_outcomes_that_are_not_recorded_are_left_out():
    data = log(4).drop(columns=["regulator", "spoke_well"])
    model = response.fit_response(data, np.ones((1, len(data))))
    assert list(model.logits) == ["stayed"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.assign(stayed=1.0), "0 and 1, each at least once"),
        (lambda f: f.assign(handling=-f["handling"]), "compensation does not raise satisfaction"),
        (lambda f: f.assign(apology=1.0), "never varies in this log"),
    ],
)
def test_what_cannot_be_valued_is_refused(spoil, message):
    data = spoil(log(5))
    with pytest.raises(ValueError, match=message):
        response.fit_response(data, np.ones((1, len(data))))


def test_worth_of_parts_counts_a_day_of_waiting():
    data = log(6)
    model = response.fit_response(data, np.ones((2, len(data))))
    table = response.worth_of_parts(model).set_index("part")
    day = np.log1p(24) - np.log1p(1)
    assert table.loc["delay", "worth"] == pytest.approx(model.worth[-1] * day)
    assert table.loc["delay", "odds_ratio"] == pytest.approx(
        np.exp(model.slopes("stayed")[-1] * day)
    )
    assert table.loc["share", ["worth", "low", "high"]].tolist() == pytest.approx([1, 1, 1])


def test_truth_is_compared_with_the_interval():
    names = response.FEATURES
    worth = np.array([0.2, 0.25, 0.15, 1.0, -0.04])
    draws = worth + np.array([[-0.05], [0.05]]) * (np.array(names) != "share")
    true_worth = dict(zip(names, (0.2, 0.5, 0.15, 1, -0.04), strict=True))
    table = response.compare_with_truth(response.Response({}, worth, draws), true_worth)
    assert table["covered"].tolist() == [True, False, True, True, True]


def test_worth_is_not_defined_where_compensation_has_no_detectable_effect():
    """Fieller: the interval of a ratio is unbounded unless its denominator differs from 0."""
    refused = []
    for number in range(60):
        rng = np.random.default_rng([41, number])
        log = pd.DataFrame({name: rng.integers(0, 2, 200) for name in response.FEATURES[:3]})
        log = log.assign(loss=rng.uniform(50, 150, 200), hours=rng.uniform(1, 48, 200))
        log["compensation"] = log["loss"] * rng.choice([0.0, 0.5, 1.0], 200)
        log["handling"] = 4 + 0.5 * log["apology"] + rng.normal(size=200)
        refused.append(bool(response.obstacle(log)))
        log["handling"] += 2 * log["compensation"] / log["loss"]
        assert response.obstacle(log) == ""
    assert np.mean(refused) > 0.9
