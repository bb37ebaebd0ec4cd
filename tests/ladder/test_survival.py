"""Survival: against lifelines and statsmodels, and laws."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies.ladder import proportional, survival
from cemlib.studies.ladder.concordance import concordance

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lifelines
    from lifelines.utils import concordance_index


@pytest.fixture(scope="module")
def months():
    """Rows of customers and months, with covariates that change."""
    rng = np.random.default_rng(5)
    size, rows = 500, []
    fixed = rng.integers(3, size=size)
    present = np.ones(size, dtype=bool)
    for month in range(1, 13):
        score = np.round(rng.normal(7, 1.5, size))
        left = rng.random(size) < -np.expm1(
            -0.05 * np.exp(-0.2 * (score - 7) - 0.6 * (fixed == 1) + 0.3 * (fixed == 2))
        )
        frame = pd.DataFrame({"customer": np.arange(size), "month": month, "score": score})
        frame["loyal"], frame["new"] = (fixed == 1) * 1.0, (fixed == 2) * 1.0
        rows.append(frame.assign(left=left)[present])
        present &= ~left
    return pd.concat(rows, ignore_index=True)


def people(months):
    last = months.groupby("customer").agg(time=("month", "max"), left=("left", "max"))
    return last.join(months.groupby("customer")[["loyal", "new"]].first())


def test_kaplan_meier_is_that_of_lifelines(months):
    each = people(months)
    result = survival.kaplan_meier(each["time"], each["left"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lifelines.KaplanMeierFitter().fit(each["time"], each["left"])
        curve = theirs.predict(result["time"]).to_numpy()
        bounds = theirs.confidence_interval_survival_function_.loc[result["time"]].to_numpy()
    assert np.allclose(result["survival"], curve, atol=1e-12)
    assert np.allclose(result[["low", "high"]].to_numpy(), bounds, atol=1e-9)


def test_kaplan_meier_is_that_of_statsmodels(months):
    from statsmodels.duration.survfunc import SurvfuncRight

    each = people(months)
    result = survival.kaplan_meier(each["time"], each["left"])
    theirs = SurvfuncRight(each["time"], each["left"])
    assert np.allclose(result["survival"][1:], theirs.surv_prob)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_without_censoring_it_is_the_share_that_is_left(times):
    result = survival.kaplan_meier(times, [True] * len(times))
    share = [(np.array(times) > time).mean() for time in result["time"]]
    assert np.allclose(result["survival"], share)


def test_cox_is_that_of_statsmodels(months):
    from statsmodels.duration.hazard_regression import PHReg

    columns = ["score", "loyal", "new"]
    result = survival.cox(months[columns], months["month"], months["left"])
    theirs = PHReg(
        months["month"], months[columns], months["left"] * 1, entry=months["month"] - 0.5,
        ties="efron",
    ).fit()  # fmt: skip
    assert np.allclose(result.coefficients, theirs.params, atol=1e-6)
    assert np.allclose(np.sqrt(np.diag(result.covariance)), theirs.bse, atol=1e-6)


def test_cox_is_that_of_lifelines(months):
    columns = ["score", "loyal", "new"]
    rows = months[["customer", *columns, "left"]].assign(
        start=months["month"] - 1, stop=months["month"]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lifelines.CoxTimeVaryingFitter().fit(
            rows, id_col="customer", event_col="left", start_col="start", stop_col="stop"
        )
    result = survival.cox(months[columns], months["month"], months["left"])
    assert np.allclose(result.coefficients, theirs.params_[columns], atol=1e-5)
    assert np.allclose(
        np.sqrt(np.diag(result.covariance)), theirs.standard_errors_[columns], rtol=1e-4
    )


def test_concordance_is_that_of_lifelines(months):
    each = people(months)
    risk = each["new"] - each["loyal"]
    theirs = concordance_index(each["time"], -risk, each["left"])
    rows = months["new"] - months["loyal"]
    result = concordance(rows, months["month"], months["left"])
    assert result[0] == pytest.approx(theirs, abs=1e-12)


@given(st.integers(0, 10_000))
def test_concordance_turns_with_the_risk_and_weights_repeat_rows(seed):
    rng = np.random.default_rng(seed)
    risk, month = rng.integers(4, size=30), rng.integers(3, size=30)
    left = rng.random(30) < 0.4
    forth = concordance(risk, month, left)
    back = concordance(-risk, month, left)
    if np.isnan(forth[0]):
        return
    assert forth[0] + back[0] == pytest.approx(1)
    counts = rng.integers(0, 3, size=30)
    again = np.repeat(np.arange(30), counts)
    if len(again) and left[again].any():
        weighted = concordance(risk, month, left, counts[None])
        assert weighted == pytest.approx(
            concordance(risk[again], month[again], left[again]), nan_ok=True
        )


def test_first_rungs_end_with_the_first_leaving():
    rows = pd.DataFrame(
        {
            "customer": list("aaaabbcdd"),
            "month": [1, 2, 3, 4, 2, 3, 5, 1, 2],
            "state": [1, 2, 3, 1, 1, 2, 1, 0, 0],
        }
    )
    rows["rung"] = rows["state"].map({0: "lead", 1: "new", 2: "loyal", 3: "gone"})
    result = survival.first_rungs(rows, 1, 3)
    assert result.to_numpy().tolist() == [["a", "new", 2, True], ["b", "new", 1, False]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: survival.kaplan_meier([0], [True]), "all above 0"),
        (lambda: survival.cox(pd.DataFrame({"x": [1, 2]}), [1, 1], [False] * 2), "nobody who left"),
        (
            lambda: survival.cox(pd.DataFrame({"x": [1.0, 1, 1]}), [1] * 3, [True, False, False]),
            "does not vary",
        ),
        (
            lambda: survival.cox(
                pd.DataFrame({"x": [1.0, 0, 0, 0]}), [1] * 4, [True, False, False, False]
            ),
            "completely",
        ),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_schoenfeld_test_is_that_of_lifelines(months):
    from lifelines.statistics import proportional_hazard_test

    columns = ["loyal", "new"]
    fit = survival.cox(months[columns], months["month"], months["left"]).proportional
    each = people(months)
    assert months["left"].groupby(months["month"]).sum().min() > 1  # ties
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # With covariates that do not change, a row per customer has the same sets at risk.
        theirs = lifelines.CoxPHFitter().fit(each, duration_col="time", event_col="left")
        test = proportional_hazard_test(theirs, each, time_transform="identity").summary
    for name, column in (("statistic", "test_statistic"), ("p_value", "p")):
        wanted = test.loc[columns, column].to_numpy()
        assert fit.each[name].to_numpy() == pytest.approx(wanted, rel=1e-4)


def test_score_residuals_sum_to_zero_with_ties(months):
    columns = ["score", "loyal", "new"]
    x = months[columns].to_numpy(dtype=float)
    left, month = months["left"].to_numpy(), months["month"].to_numpy()
    fit = survival.cox(months[columns], month, left)
    schoenfeld, score = proportional.efron_residuals(x, month, left, fit.coefficients)
    assert np.allclose(score.sum(axis=0), 0, atol=1e-6)
    assert np.allclose(schoenfeld.sum(axis=0), 0, atol=1e-6)


def test_the_sandwich_over_customers_is_that_of_statsmodels(months):
    from statsmodels.duration.hazard_regression import PHReg

    columns = ["score", "loyal", "new"]
    # Without ties: statsmodels has Breslow's residuals only.
    tied = months["left"] & months.duplicated(["month", "left"])
    rows = months[~tied]
    people = rows["customer"] % 60  # customers with many months
    result = survival.cox(rows[columns], rows["month"], rows["left"], list(people))
    theirs = PHReg(
        np.ones(len(rows)), rows[columns], rows["left"] * 1, strata=rows["month"].to_numpy(),
        ties="efron",
    ).fit(groups=people.to_numpy())  # fmt: skip
    groups = people.nunique()
    assert np.sqrt(np.diag(result.covariance)) == pytest.approx(
        np.sqrt(groups / (groups - 1)) * theirs.bse, rel=1e-5
    )
