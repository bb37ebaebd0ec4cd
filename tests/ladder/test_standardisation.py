"""Direct standardisation against a saturated regression, and where strata are missing."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.ladder.standardisation import directly_standardised


@pytest.fixture
def rows(rng):
    frame = pd.DataFrame({"kind": rng.choice(list("xyz"), 900, p=[0.5, 0.3, 0.2])})
    often = frame["kind"].map({"x": 0.7, "y": 0.3, "z": 0.5})
    frame["channel"] = np.where(rng.random(900) < often, "app", "shop")
    frame["rating"] = rng.normal(6, 1, 900) + (frame["kind"] == "x") + (frame["channel"] == "shop")
    return frame


def test_it_is_the_prediction_of_a_saturated_regression(rows):
    import statsmodels.formula.api as smf

    found = directly_standardised(rows["rating"], rows["channel"], rows["kind"])
    fit = smf.ols("rating ~ C(channel) * C(kind)", rows).fit()
    for row in found.itertuples():
        assert row.standardised == pytest.approx(fit.predict(rows.assign(channel=row.group)).mean())
        assert row.crude == pytest.approx(rows.loc[rows["channel"] == row.group, "rating"].mean())
        assert row.covered == 1


def test_error_is_that_of_a_sum_of_means(rows):
    found = directly_standardised(rows["rating"], rows["channel"], rows["kind"]).set_index("group")
    share = rows["kind"].value_counts(normalize=True)
    app = rows[rows["channel"] == "app"].groupby("kind")["rating"]
    error = np.sqrt((share**2 * app.var() / app.size()).sum())
    low, high = found.loc["app", ["low", "high"]]
    assert high - low == pytest.approx(2 * 1.959964 * error, rel=1e-6)


def test_a_stratum_without_a_group_is_told(rows):
    part = rows[(rows["kind"] != "z") | (rows["channel"] == "shop")]
    found = directly_standardised(part["rating"], part["channel"], part["kind"]).set_index("group")
    assert found.loc["shop", "covered"] == 1
    assert found.loc["app", "covered"] == pytest.approx((part["kind"] != "z").mean())


def test_a_standard_of_ones_own(rows):
    only = directly_standardised(
        rows["rating"], rows["channel"], rows["kind"], standard=pd.Series({"x": 10})
    ).set_index("group")
    x = rows[rows["kind"] == "x"].groupby("channel")["rating"].mean()
    assert only["standardised"].to_numpy() == pytest.approx(x.to_numpy())
    with pytest.raises(ValueError, match="counts of the strata that there are"):
        directly_standardised([1, 2], ["a", "b"], ["x", "x"], standard=pd.Series({"q": 3}))
