"""Net promoter score, top boxes and means: by hand, exactly, and against statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln, xlogy
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from cemlib.stats import changes, measures

ANSWERS = st.lists(st.integers(0, 10), min_size=2, max_size=60)


def test_nps_by_hand():
    found = measures.measure("NPS", [10] * 50 + [7] * 30 + [2] * 20)
    assert found.estimate == pytest.approx(30)
    assert (found.answers, found.effective) == (100, pytest.approx(100))


def exact_coverage(size, detractors, promoters):
    """Probability that the interval holds the true score, summed over all outcomes."""
    one, two = np.meshgrid(np.arange(size + 1), np.arange(size + 1), indexing="ij")
    inside = one + two <= size
    one, two = one[inside], two[inside]
    rest = size - one - two
    log = gammaln(size + 1) - gammaln(one + 1) - gammaln(two + 1) - gammaln(rest + 1)
    log += xlogy(one, detractors) + xlogy(two, promoters)
    log += xlogy(rest, 1 - detractors - promoters)
    bounds = np.array(
        [
            measures._nps_interval(
                np.array([-100.0, 0, 100]), np.array([a, c, b]) / size, size, 1.959964
            )
            for a, b, c in zip(one, two, rest, strict=True)
        ]
    )
    true = 100 * (promoters - detractors)
    return np.exp(log)[(bounds[:, 0] <= true + 1e-9) & (true <= bounds[:, 1] + 1e-9)].sum()


@pytest.mark.parametrize("size", [20, 50, 200])
def test_the_interval_of_the_nps_covers_exactly(size):
    """Also where nearly all answer alike, in small groups: nowhere below 93%, on average 95%."""
    shares = [(0.2, 0.4), (0.05, 0.8), (0.02, 0.9), (0.6, 0.1), (0.01, 0.3), (0.01, 0.95)]
    if size == 200:
        shares = shares[::3]  # 20,000 outcomes each
    covered = [exact_coverage(size, *pair) for pair in shares]
    assert min(covered) >= 0.93
    assert np.mean(covered) >= 0.945


def test_shares_and_means_agree_with_statsmodels():
    answers = [5] * 17 + [4] * 9 + [2] * 6
    share = measures.measure("top box", answers, (1, 5))
    low, high = proportion_confint(17, 32, method="wilson")
    assert (share.low, share.high) == (pytest.approx(100 * low), pytest.approx(100 * high))
    mean = measures.measure("mean", answers * 100, (1, 5))  # half an answer at each end is little
    expected = DescrStatsW(answers * 100).tconfint_mean()
    assert (mean.low, mean.high) == pytest.approx(expected, abs=0.002)


def test_equal_weights_change_nothing_and_unequal_ones_widen():
    answers = np.random.default_rng(1).integers(0, 11, 300)
    plain = measures.measure("NPS", answers)
    equal = measures.measure("NPS", answers, weights=np.full(300, 2.0))
    assert equal.estimate == pytest.approx(plain.estimate)
    assert equal.low == pytest.approx(plain.low, abs=0.1)
    uneven = measures.measure("NPS", answers, weights=np.where(np.arange(300) % 2, 1, 9))
    assert uneven.effective == pytest.approx(300 * 25 / 41)
    assert uneven.high - uneven.low > plain.high - plain.low


def test_answers_of_one_customer_count_as_one():
    answers = np.repeat(np.random.default_rng(2).integers(0, 11, 100), 5)
    together = measures.measure("NPS", answers, clusters=list(np.repeat(np.arange(100), 5)))
    assert together.effective == pytest.approx(100, rel=0.05)


@given(ANSWERS)
def test_laws(answers):
    for kind in measures.KINDS:
        found = measures.measure(kind, answers)
        assert -100 <= found.low <= found.high <= 100
    turned = measures.measure("mean", [10 - answer for answer in answers])
    assert turned.estimate == pytest.approx(10 - measures.measure("mean", answers).estimate)


@given(ANSWERS, ANSWERS)
def test_a_difference_turns_with_its_groups(first, second):
    one, two = (measures.measure("top two boxes", each) for each in (first, second))
    gap, low, high = changes.difference(one, two)
    assert changes.difference(two, one) == pytest.approx((-gap, -high, -low))


def test_three_distributions_have_the_same_nps():
    shares = [(0.3, 0.4, 0.3), (0.0, 1.0, 0.0), (0.5, 0.0, 0.5)]
    for detractors, passives, promoters in shares:
        counts = [round(100 * share) for share in (detractors, passives, promoters)]
        found = measures.measure("NPS", np.repeat([0, 8, 10], counts))
        assert found.estimate == pytest.approx(0)


def test_small_groups_are_left_out_and_missing_answers_do_not_count():
    answers = pd.Series([9.0] * 4 + [np.nan] + [3] * 6 + [4] * 7)
    groups = pd.Series(list("a" * 5 + "b" * 6 + "c" * 7))
    table = measures.measure_by("NPS", answers, groups, min_cell=5)
    assert table[["group", "answers"]].to_numpy().tolist() == [["c", 7]]
    assert len(measures.measure_by("NPS", answers, groups)) == 3
    assert measures.measure("NPS", [np.nan]).answers == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("NPS", [5], (1, 5)), "no meaning on another scale"),
        (("smiles", [5]), "smiles"),
        (("mean", [11]), "between 0 and 10"),
    ],
)
def test_what_cannot_be_measured_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        measures.measure(*arguments)


def test_natural_limits_need_eight_values():
    with pytest.raises(ValueError, match="number of values"):
        changes.natural_limits([1, 2, 3])


@pytest.mark.parametrize("size", [7, 20, 49, 93, 200])
def test_shares_of_independent_answers_are_wilsons_at_every_size(size):
    hits = size // 3
    share = measures.measure("top box", [5] * hits + [1] * (size - hits), (1, 5))
    low, high = proportion_confint(hits, size, method="wilson")
    assert (share.low, share.high) == (pytest.approx(100 * low), pytest.approx(100 * high))
