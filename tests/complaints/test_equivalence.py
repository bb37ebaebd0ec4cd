import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import ttost_paired

from cemlib.studies.complaints import equivalence

seeds = st.integers(0, 2**32)


@given(seeds, st.floats(-1, 1), st.floats(0.1, 1))
@settings(max_examples=40, deadline=None)
def test_paired_agrees_with_statsmodels(seed, shift, margin):
    rng = np.random.default_rng(seed)
    before = rng.normal(size=30)
    after = before + shift + rng.normal(size=30)
    ours = equivalence.compare_paired(before, after, margin)
    theirs = ttost_paired(after, before, -margin, margin)[0]
    assert ours.p_equivalence == pytest.approx(theirs, abs=1e-10)


@given(seeds, st.floats(-1, 1), st.floats(0.05, 2))
@settings(max_examples=60, deadline=None)
def test_equivalent_is_a_90_percent_interval_within_the_margin(seed, shift, margin):
    rng = np.random.default_rng(seed)
    result = equivalence.compare_paired(rng.normal(size=20), rng.normal(shift, 1, 20), margin)
    low, high = result.interval(0.9)
    assert (result.verdict() == "equivalent") == (-margin < low and high < margin)


def test_verdicts():
    def verdict(estimate, error, margin=0.5):
        return equivalence.Equivalence(estimate, error, 100, margin).verdict()

    assert verdict(1.0, 0.1) == "higher"
    assert verdict(-1.0, 0.1) == "lower"
    assert verdict(0.1, 0.1) == "equivalent"
    assert verdict(0.3, 0.4) == "inconclusive"
    assert verdict(0.2, 0.01) == "equivalent"  # significant, but too small to matter


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: equivalence.compare_paired([1, 2], [1], 1), "before has shape"),
        (lambda: equivalence.compare_paired([1, 2, 3], [2, 3, 4], 1), "at least three pairs"),
        (lambda: equivalence.compare_paired([1, 2, 3], [2, 5, 4], 0), "margin is 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_only_judgements_before_and_after_are_compared():
    log = pd.DataFrame({"apology": [1, 1, 0, 1], "satisfaction_before": [7.0, 8, 5, 6]})
    assert equivalence.compare_recovered(log, 0.3) == {}
    result = equivalence.compare_recovered(log.assign(satisfaction_after=[8.0, 8, 0, 9]), 0.3)
    assert result["satisfaction"].estimate == pytest.approx(4 / 3)


def test_a_good_recovery_is_what_was_done():
    log = pd.DataFrame(
        {
            "apology": [1, 1, 1, 0], "explanation": [0, 1, 1, 1], "temporary_fix": [0, 0, 1, 0],
            "compensation": [50, 10, 0, 50], "loss": [100, 100, 100, 100], "hours": [8, 9, 9, 1],
        }
    )  # fmt: skip
    assert equivalence.good_recovery(log).tolist() == [True, False, True, True]
    assert equivalence.good_recovery(log[["apology"]]).tolist() == [True, True, True, False]


def test_clusters_count_a_customer_once(rng):
    gaps = rng.normal(size=40)
    before = rng.normal(size=40)
    twice = np.repeat(np.arange(40), 2)
    once = equivalence.compare_paired(before, before + gaps, 0.3)
    double = equivalence.compare_paired(
        np.repeat(before, 2), np.repeat(before + gaps, 2), 0.3, list(twice)
    )
    assert double.standard_error == pytest.approx(once.standard_error)
    assert double.degrees == once.degrees == 39


def test_selection_is_what_the_same_answers_do_not_explain(rng):
    log = pd.DataFrame({"apology": rng.integers(0, 2, 4000)})
    mood = rng.normal(size=4000)
    log = log.assign(handling=4 + mood, satisfaction_before=6.0)
    log["satisfaction_after"] = 6 + 0.5 * log["apology"] + mood
    found = equivalence.selection(log, 5)["satisfaction"]
    assert found.alike == pytest.approx(0.25, abs=0.05)
    assert found.change - found.alike == pytest.approx(1.525, abs=0.1)  # E(z | z > 1)
