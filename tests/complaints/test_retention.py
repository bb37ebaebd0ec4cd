import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from cemlib.studies.complaints import retention


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
    valued = retention.outcome_values(table[table["loss"] == "over $100"].reset_index(), 1000)
    assert valued["above"].round(6).tolist() == [0, 100, 450, 730]


@given(st.floats(0.01, 0.999), st.floats(0.001, 0.5))
def test_retention_needed_inverts_the_multiple(r, i):
    multiple = retention.lifetime_multiple(r, i)
    assert retention.retention_needed(multiple, i) == pytest.approx(r)


@given(st.floats(1, 500), st.floats(0, 0.95), st.floats(0.5, 0.995), st.floats(0.001, 0.05))
def test_honest_tariff_breaks_even_at_the_retention_it_needs(margin, share, r, i):
    row = retention.honest_tariff(margin, [share * margin], r, i).iloc[0]
    if row["possible"]:
        value = (margin - row["given_up"]) * retention.lifetime_multiple(row["needed"], i)
        assert value == pytest.approx(row["before"])
    assert row["needed"] >= r - 1e-12


def test_word_of_mouth_counts_both_ways():
    words = retention.WordOfMouth(5, 10, 0.01, 0.02, 1000)
    stays = pd.DataFrame({"stays": [0.2, 0.2, 0.2], "satisfied": [np.nan, 0.0, 1.0]})
    assert retention.outcome_values(stays, 100, words)["value"].tolist() == [20, -180, 70]


def test_persons_told_are_counted_where_the_log_does():
    log = pd.DataFrame({"told": [4.0, 6, 9, np.nan], "spoke_well": [1.0, 1, 0, 0]})
    found = retention.word_of_mouth_in(log, 300)
    assert (found.told_good, found.told_bad, found.customer) == (5, 9, 300)
    usual = retention.WordOfMouth(customer=300)
    for less in (log[["told"]], log.assign(spoke_well=1.0)):
        assert retention.word_of_mouth_in(less, 300) == usual


@given(st.floats(0, 500), st.floats(0, 0.5), st.floats(0.6, 1), st.floats(0.5, 50))
def test_invitation_is_the_numerical_optimum(worth, unasked, most, ease):
    best = retention.invite(worth, unasked, most, ease)

    def gain(effort):
        share = most - (most - unasked) * np.exp(-effort / ease)
        return (share - unasked) * worth - effort

    found = minimize_scalar(lambda e: -gain(e), bounds=(0, 500), method="bounded")
    assert best.gain >= -found.fun - 1e-6
    assert best.gain == pytest.approx(gain(best.effort), abs=1e-9)
    assert unasked - 1e-12 <= best.share <= most


def test_complaints_that_cost_more_than_they_bring_are_not_invited():
    assert retention.invite(-20.0).effort == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: retention.lifetime_multiple(1.2, 0.1), "retention is 1.2"),
        (lambda: retention.lifetime_multiple(0.8, -0.1), "discount is -0.1"),
        (lambda: retention.lifetime_multiple(1.0, 0.0), "stays for ever"),
        (lambda: retention.honest_tariff(10, [12], 0.9, 0.01), "given_up is 12"),
        (lambda: retention.break_even(0.5, 1.5, 100), "stay_with is 1.5"),
        (lambda: retention.invite(10, unasked=0.9, most=0.5), "most is 0.5"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
