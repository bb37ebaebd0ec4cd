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
    log = pd.DataFrame({"handling": [6.0, 7, 2, 6], "satisfaction_before": [7.0, 8, 5, 6]})
    assert equivalence.compare_recovered(log, 0.3) == {}
    result = equivalence.compare_recovered(log.assign(satisfaction_after=[8.0, 8, 0, 9]), 0.3)
    assert result["satisfaction"].estimate == pytest.approx(4 / 3)
