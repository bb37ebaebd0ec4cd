"""Control charts and direct standardisation: laws, false alarms, and missing strata."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies.ladder.channels import directly_standardised, laney_chart


@given(st.integers(0, 10_000))
def test_limits_lie_about_the_centre_and_turn_with_the_shares(seed):
    rng = np.random.default_rng(seed)
    totals = rng.integers(200, 400, 20)
    counts = rng.binomial(totals, 0.4)
    chart, turned = laney_chart(counts, totals), laney_chart(totals - counts, totals)
    assert chart.centre == pytest.approx(1 - turned.centre)
    assert chart.inflation == pytest.approx(turned.inflation)
    assert (chart.points["outside"] == turned.points["outside"]).all()
    width = chart.points["high"] - chart.centre
    plain = chart.points["plain_high"] - chart.centre
    assert np.allclose(width, plain * chart.inflation)


def test_by_hand():
    chart = laney_chart([10, 20, 10, 20], [100] * 4)
    sigma = np.sqrt(0.15 * 0.85 / 100)
    assert chart.centre == pytest.approx(0.15)
    assert chart.inflation == pytest.approx((0.1 / sigma) / (2 / np.sqrt(np.pi)))


def alarms(noise, replicates=300, weeks=78):
    rng = np.random.default_rng(4)
    rows = []
    for _ in range(replicates):
        totals = rng.poisson(2000, weeks)
        odds = 1.4 + noise * rng.standard_normal(weeks)
        chart = laney_chart(rng.binomial(totals, 1 / (1 + np.exp(-odds))), totals)
        rows.append((chart.inflation, *chart.points[["outside", "plain_outside"]].mean()))
    return np.mean(rows, axis=0)


def test_with_binomial_variation_alone_both_charts_are_the_same():
    inflation, laney, plain = alarms(0.0)
    assert abs(inflation - 1) < 0.03
    assert laney < 0.006  # three sigmas: 0.27%, slightly more where sigma is estimated
    assert plain < 0.004


def test_where_weeks_differ_only_laney_keeps_its_false_alarms_low():
    inflation, laney, plain = alarms(0.22)
    assert inflation > 3
    assert laney < 0.008
    assert plain > 0.3


def test_a_run_on_one_side_is_marked():
    counts = [55, 45] * 6 + [56] * 8 + [44, 55, 45, 44]
    chart = laney_chart(counts, [100] * 24)
    assert chart.points["run"].to_numpy()[12:20].all()
    assert not chart.points["run"].to_numpy()[:10].any()


@pytest.mark.parametrize(
    ("counts", "totals", "message"),
    [
        ([1, 2], [3, 3], "at least three periods"),
        ([1, 5, 1], [3, 3, 3], "from 0 to it"),
        ([0, 0, 0], [3, 3, 3], "neither all nor none"),
    ],
)
def test_refuses(counts, totals, message):
    with pytest.raises(ValueError, match=message):
        laney_chart(counts, totals)


@pytest.fixture
def rows(rng):
    frame = pd.DataFrame({"kind": rng.choice(list("xyz"), 900, p=[0.5, 0.3, 0.2])})
    often = frame["kind"].map({"x": 0.7, "y": 0.3, "z": 0.5})
    frame["channel"] = np.where(rng.random(900) < often, "app", "shop")
    frame["rating"] = rng.normal(6, 1, 900) + (frame["kind"] == "x") + (frame["channel"] == "shop")
    return frame


def test_it_is_the_prediction_of_a_saturated_regression(rows):
    import statsmodels.formula.api as smf

    table = directly_standardised(rows["rating"], rows["channel"], rows["kind"])
    fit = smf.ols("rating ~ C(channel) * C(kind)", rows).fit()
    for row in table.itertuples():
        assert row.standardised == pytest.approx(fit.predict(rows.assign(channel=row.group)).mean())
        assert row.crude == pytest.approx(rows.loc[rows["channel"] == row.group, "rating"].mean())
        assert row.covered == 1


def test_error_is_that_of_a_sum_of_means(rows):
    table = directly_standardised(rows["rating"], rows["channel"], rows["kind"]).set_index("group")
    share = rows["kind"].value_counts(normalize=True)
    app = rows[rows["channel"] == "app"].groupby("kind")["rating"]
    error = np.sqrt((share**2 * app.var() / app.size()).sum())
    low, high = table.loc["app", ["low", "high"]]
    assert high - low == pytest.approx(2 * 1.959964 * error, rel=1e-6)


def test_coverage_is_reported_where_a_stratum_lacks_a_group(rows):
    part = rows[(rows["kind"] != "z") | (rows["channel"] == "shop")]
    table = directly_standardised(part["rating"], part["channel"], part["kind"]).set_index("group")
    assert table.loc["shop", "covered"] == 1
    assert table.loc["app", "covered"] == pytest.approx((part["kind"] != "z").mean())


def test_the_standard_population_may_be_given(rows):
    only = directly_standardised(
        rows["rating"], rows["channel"], rows["kind"], standard=pd.Series({"x": 10})
    ).set_index("group")
    x = rows[rows["kind"] == "x"].groupby("channel")["rating"].mean()
    assert only["standardised"].to_numpy() == pytest.approx(x.to_numpy())
    with pytest.raises(ValueError, match="counts of strata that occur in the data"):
        directly_standardised([1, 2], ["a", "b"], ["x", "x"], standard=pd.Series({"q": 3}))
