"""Problems: held to laws, and reference libraries."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import test_poisson_2indep as poisson_test

from cemlib.studies.repair.problems import concentration, emerging, pareto, waves

HOUR = pd.Timedelta(hours=1)


def record(rng, count=3000, weeks=20, kinds="abcdef"):
    """Cases spread over whole weeks by a common weekly pattern, so that nothing stands out."""
    weight = np.tile(np.r_[np.full(8, 0.2), np.full(12, 2.0), np.full(4, 0.6)], 7)
    weight[-48:] *= 0.5
    hour = rng.choice(168, size=count, p=weight / weight.sum())
    first = pd.Timestamp("2026-01-05", tz="Asia/Shanghai") + HOUR * (
        168 * rng.integers(0, weeks, count) + hour
    )
    return pd.DataFrame(
        {
            "first": pd.DatetimeIndex(first) + pd.to_timedelta(rng.integers(0, 3600, count), "s"),
            "problem": rng.choice(list(kinds), count),
            "customer": rng.integers(0, count // 2, count).astype(str),
        }
    )


def test_pareto_counts_what_is_there(rng):
    cases = record(rng, 500)
    cases.loc[:20, "problem"] = None
    table = pareto(cases)
    counted = cases["problem"].value_counts()
    assert table["cases"].tolist() == sorted(counted, reverse=True)
    assert (table.set_index("problem")["cases"] == counted.reindex(table["problem"])).all()
    assert table["cumulative"].iloc[-1] == pytest.approx(1)
    assert table["cases"].sum() == 479


def test_vital_problems_are_those_that_reach_four_fifths():
    cases = pd.DataFrame({"problem": list("aaaaaabbcd"), "customer": range(10)})
    assert pareto(cases)["vital"].tolist() == [True, True, False, False]


def test_emerging_is_the_exact_test_of_another_library(rng):
    cases = record(rng, 600)
    table = emerging(cases, "2026-05-04", dispersion=1.0)
    scale = table["expected"] / table["before"]
    for row, odds in zip(table.itertuples(), scale, strict=True):
        reference = poisson_test(
            row.after, odds, row.before, 1.0, method="exact-cond", alternative="larger"
        )
        assert row.p == pytest.approx(reference.pvalue, rel=1e-9)
        assert row.ratio == pytest.approx(row.after / row.expected)
        low, high = proportion_confint(row.after, row.after + row.before, 0.05, method="beta")
        assert row.low == pytest.approx(low / (1 - low) / odds)
        assert row.high == pytest.approx(high / (1 - high) / odds)
    adjusted = multipletests(table["p"], method="fdr_bh")[1]
    np.testing.assert_allclose(table["q"], adjusted)


def test_whole_weeks_weigh_as_many_weeks(rng):
    cases = record(rng, 4000)
    bounds = pd.Series(pd.to_datetime(["2026-01-05 00:00", "2026-05-24 23:30"]))
    cases = pd.concat(
        [cases, pd.DataFrame({"first": bounds.dt.tz_localize("Asia/Shanghai"), "problem": "a"})],
        ignore_index=True,
    )
    table = emerging(cases, "2026-04-27")
    assert (table["expected"] / table["before"]).to_numpy() == pytest.approx(4 / 16, rel=1e-9)


def test_the_weekly_pattern_is_taken_into_account(rng):
    """Two days of a weekend, on which little happens, are no fewer cases than expected."""
    cases = record(rng, 20_000)
    since = pd.Timestamp("2026-05-23", tz="Asia/Shanghai")
    table = emerging(cases, since)
    late = (cases["first"] >= since).sum()
    assert table["expected"].sum() == pytest.approx(late, rel=0.12)
    flat = len(cases) * 2 / 140
    assert flat > 1.4 * late


def test_a_rate_that_stayed_is_seldom_taken_for_a_new_one():
    alarms = [
        emerging(record(np.random.default_rng([5, run]), 800), "2026-05-04")["emerging"].any()
        for run in range(200)
    ]
    assert np.mean(alarms) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_rate_ratios_cover_the_truth():
    hits, detected, runs = 0, 0, 200
    for run in range(runs):
        rng = np.random.default_rng([6, run])
        cases = record(rng, 1500)
        late = cases["first"] >= pd.Timestamp("2026-05-04", tz="Asia/Shanghai")
        more = cases[late & (cases["problem"] == "a")]
        risen = pd.concat([cases, more, more])
        table = emerging(risen, "2026-05-04", recurrence_days=0).set_index("problem")
        hits += table.loc["b", "low"] <= 1 <= table.loc["b", "high"]
        detected += table.loc["a", "emerging"]
    assert hits / runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)
    assert detected >= 0.98 * runs  # three times the rate


def test_a_problem_never_seen_before_emerges(rng):
    cases = record(rng, 400)
    new = cases.tail(1).assign(problem="new", first=pd.Timestamp("2026-05-20", tz="Asia/Shanghai"))
    cases = pd.concat([cases, *(new.assign(customer=f"n{number}") for number in range(12))])
    table = emerging(cases, "2026-05-18").set_index("problem")
    assert table.loc["new", "emerging"]
    assert np.isinf(table.loc["new", "ratio"])
    assert np.isinf(table.loc["new", "high"])
    assert table.loc["new", "low"] > 1


def test_recurrences_of_one_customer_are_left_out(rng):
    cases = record(rng, 400)
    again = pd.DataFrame({"first": pd.date_range("2026-05-04", periods=15, tz="Asia/Shanghai")})
    cases = pd.concat([cases, again.assign(problem="a", customer="one")], ignore_index=True)
    assert not emerging(cases, "2026-05-04")["emerging"].any()
    counted = emerging(cases, "2026-05-04", recurrence_days=0).set_index("problem")
    assert counted.loc["a", "after"] >= 15
    assert counted.loc["a", "emerging"]


def test_a_wave_is_found_at_its_hour_and_calm_weeks_have_none(rng):
    cases = record(rng)
    assert waves(cases).empty
    at = pd.Timestamp("2026-03-10 19:00", tz="Asia/Shanghai")
    burst = pd.DataFrame({"first": at + pd.to_timedelta(rng.integers(0, 3600, 15), "s")})
    table = waves(pd.concat([cases, burst.assign(problem="c")]))
    assert table[["problem", "hour"]].to_numpy().tolist() == [["c", at]]
    assert table["cases"].iloc[0] >= 15


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_concentration_is_fishers_exact_test(seed):
    cases = record(np.random.default_rng(seed), 300, kinds="ab")
    table = concentration(cases)
    for row in table[table["cases"] > 0].head(4).itertuples():
        mine = cases["problem"] == row.problem
        here = cases["first"].dt.hour == row.hour
        square = pd.crosstab(mine, here).to_numpy()
        if square.shape == (2, 2):
            assert row.p == pytest.approx(fisher_exact(square, "greater").pvalue, rel=1e-6)
    np.testing.assert_allclose(table["q"], multipletests(table["p"], method="fdr_bh")[1])
    assert table["cases"].sum() == 300
    assert table["expected"].sum() == pytest.approx(300)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: pareto(c.drop(columns="problem")), "column is 'problem'"),
        (lambda c: pareto(c.assign(problem=None)), "no case has a problem"),
        (lambda c: emerging(c, "2030-01-01"), "since is '2030-01-01'"),
        (lambda c: emerging(c, "2026-05-01", fdr=0), "fdr is 0"),
        (lambda c: waves(c.drop(columns="first")), "column is 'first'"),
        (lambda c: concentration(c.assign(first="now")), "a column of dates with times"),
        (lambda c: concentration(c.assign(problem=None)), "no case has a problem"),
    ],
)
def test_refuses(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(record(rng, 100))
