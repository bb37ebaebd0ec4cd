import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from cemlib.stats import bootstrap_weights
from cemlib.studies.complaints import retention
from cemlib.studies.complaints.economy import economy, vary_invitation
from cemlib.studies.complaints.invitation import invite


@pytest.fixture(scope="module")
def published(root):
    return root / "datasets/published"


def test_printed_multiples(published):
    table = pd.read_csv(published / "lifetime-multiples.csv", dtype={"multiple": str})
    for row in table.itertuples():
        ours = retention.lifetime_multiple(row.retention, row.discount)
        digits = len(row.multiple.partition(".")[2])
        assert f"{float(ours):.{digits}f}" == row.multiple


def test_multiple_is_the_sum_of_the_series():
    years = np.arange(1, 2000)
    for r, i in ((0.8, 0.1), (0.95, 0.02), (0.0, 0.1)):
        series = ((r / (1 + i)) ** years).sum()
        assert retention.lifetime_multiple(r, i) == pytest.approx(series)


def test_tarp_shares_rise_with_what_is_done(published):
    table = pd.read_csv(published / "tarp-complaints.csv")
    for _, rows in table.groupby("loss"):
        assert rows["stays"].is_monotonic_increasing
    valued = retention.outcome_values(table, 1000).groupby("loss")["gain"]
    assert valued.get_group("over $100").round(6).tolist() == [0, 100, 450, 730]
    assert (valued.first() == 0).all()


@given(st.floats(0.01, 0.999), st.floats(0.001, 0.5))
def test_required_retention_inverts_the_multiple(r, i):
    multiple = retention.lifetime_multiple(r, i)
    assert retention.required_retention(multiple, i) == pytest.approx(r)


@given(st.floats(1, 500), st.floats(0, 0.95), st.floats(0.5, 0.995), st.floats(0.001, 0.05))
def test_honest_tariff_breaks_even_at_the_retention_it_needs(margin, share, r, i):
    row = retention.honest_tariff(margin, [share * margin], r, i).iloc[0]
    if row["possible"]:
        value = (margin - row["given_up"]) * retention.lifetime_multiple(row["required"], i)
        assert value == pytest.approx(row["before"])
    assert row["required"] >= r - 1e-12


def test_word_of_mouth_counts_both_ways():
    words = retention.WordOfMouth(5, 10, 0.01, 0.02, 1000)
    stays = pd.DataFrame({"stays": [0.2, 0.2, 0.2], "satisfied": [np.nan, 0.0, 1.0]})
    stays["loss"] = "any"
    assert retention.outcome_values(stays, 100, words)["value"].tolist() == [20, -180, 70]


def test_persons_told_come_from_the_log_if_it_has_them():
    log = pd.DataFrame({"told": [4.0, 6, 9, np.nan], "spoke_well": [1.0, 1, 0, 0]})
    counted = retention.word_of_mouth_from_log(log, 300)
    assert (counted.audience_good, counted.audience_bad, counted.customer) == (5, 9, 300)
    default = retention.WordOfMouth(customer=300)
    for less in (log[["told"]], log.assign(spoke_well=1.0)):
        assert retention.word_of_mouth_from_log(less, 300) == default


@given(st.floats(0, 500), st.floats(0, 0.5), st.floats(0.6, 1), st.floats(0.5, 50))
def test_invitation_is_the_numerical_optimum(worth, uninvited, maximum, scale):
    best = invite(worth, uninvited, maximum, scale)

    def gain(effort):
        share = maximum - (maximum - uninvited) * np.exp(-effort / scale)
        return (share - uninvited) * worth - effort

    optimum = minimize_scalar(lambda e: -gain(e), bounds=(0, 500), method="bounded")
    assert best.gain >= -optimum.fun - 1e-6
    assert best.gain == pytest.approx(gain(best.effort), abs=1e-9)
    assert uninvited - 1e-12 <= best.share <= maximum


def test_complaints_that_cost_more_than_they_bring_are_not_invited():
    assert invite(-20.0).effort == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: retention.lifetime_multiple(1.2, 0.1), "retention is 1.2"),
        (lambda: retention.lifetime_multiple(0.8, -0.1), "discount is -0.1"),
        (lambda: retention.lifetime_multiple(1.0, 0.0), "stay for ever"),
        (lambda: retention.honest_tariff(10, [12], 0.9, 0.01), "given_up is 12"),
        (lambda: retention.break_even(0.5, 1.5, 100), "stay_with is 1.5"),
        (lambda: invite(10, uninvited=0.9, maximum=0.5), "maximum is 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_computed_multiples_are_within_the_rounding_of_the_printed_ones(published):
    table = retention.recomputed_multiples(pd.read_csv(published / "lifetime-multiples.csv"))
    assert (table["multiple"] - table["computed"]).abs().max() < 0.005


def test_break_even_moves_with_the_margin():
    stays = pd.DataFrame({"outcome": ["not resolved", "resolved"], "stays": [0.6, 0.9]})
    small, large = (retention.break_even_at(stays, margin, 0.93, 0.008) for margin in (10, 90))
    assert small["lifetime"][0] == pytest.approx(10 * 0.93 / 0.078)
    assert large["cost"][0] == pytest.approx(9 * small["cost"][0])


def test_resolving_costs_what_each_resample_says(rng):
    log = pd.DataFrame({"handling": rng.integers(1, 8, 400).astype(float)})
    log["hours"], log["fee"] = rng.uniform(1, 40, 400), 100.0
    log["stayed"] = (rng.random(400) < 0.4 + 0.3 * (log["handling"] >= 5)).astype(float)
    log["compensation"] = 5.0
    stays = retention.retention_by_outcome(log, satisfied=5, quick_hours=8)
    weights = bootstrap_weights(400, 500, rng)
    assumed = {"margin": 0.5, "monthly_retention": 0.9}
    found = economy(log, stays, assumed, 0.01, 5.0, weights=weights)
    cost = found.resolving["cost"].iloc[0]
    assert found.bounds[0] < cost < found.bounds[1]
    slow = log[(log["handling"] >= 5) & (log["hours"] > 8)]["stayed"]
    bad = log[log["handling"] < 5]["stayed"]
    error = np.sqrt(slow.var() / len(slow) + bad.var() / len(bad)) * found.lifetime
    assert found.bounds[1] - found.bounds[0] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_each_assumption_of_the_invitation_is_varied():
    held = {"margin": 0.3, "monthly_retention": 0.93, "invitation_cost": 5.0,
            "uninvited_share": 0.05, "reachable_share": 0.9, "compensation": 30.0}  # fmt: skip
    table = vary_invitation(held, 130.0, 0.008, 0.3, (0.25, 0.35))
    assert set(held) | {"effect of resolving"} == set(table["assumption"])
    spread = (table["at_high"] - table["at_low"]).abs().to_numpy()
    assert (np.diff(spread) <= 1e-9).all()
    rows = table.set_index("assumption")
    assert rows.loc["compensation", "at_low"] > rows.loc["compensation", "at_high"]
    assert rows.loc["reachable_share", "high"] <= 1
