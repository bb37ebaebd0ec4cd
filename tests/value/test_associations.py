"""Associations agree with scipy, keep false discoveries rare, and count what is missing."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.value.associations import associations, explained, totals


@pytest.fixture
def table(rng):
    frame = pd.DataFrame(rng.normal(size=(60, 4)), columns=list("abxy"))
    frame["x"] += frame["a"]
    return frame


def test_coefficients_and_p_values_are_scipys(table):
    table.loc[3, "a"] = np.nan
    found = associations(table, ["a", "b"], ["x", "y"]).set_index(["first", "second"])
    both = table[["a", "x"]].dropna()
    expected = stats.spearmanr(both["a"], both["x"])
    assert found.loc[("a", "x"), "estimate"] == pytest.approx(expected.statistic)
    assert found.loc[("a", "x"), "p_value"] == pytest.approx(expected.pvalue)
    assert found.loc[("a", "x"), "n"] == 59
    assert found["q_value"].to_numpy() == pytest.approx(
        stats.false_discovery_control(found["p_value"])
    )


def benjamini_hochberg(p):
    """The method as printed: q(i) = min over j ≥ i of m·p(j)/j."""
    order = np.argsort(p)
    m = len(p)
    ratio = m * np.asarray(p)[order] / np.arange(1, m + 1)
    q = np.minimum(np.minimum.accumulate(ratio[::-1])[::-1], 1)
    return q[np.argsort(order)]


def test_adjustment_is_benjamini_and_hochbergs(rng):
    frame = pd.DataFrame(rng.normal(size=(30, 8)), columns=list("abcdwxyz"))
    found = associations(frame, list("abcd"), list("wxyz"))
    assert found["q_value"].to_numpy() == pytest.approx(benjamini_hochberg(found["p_value"]))


def test_false_discoveries_stay_within_their_share():
    rng = np.random.default_rng(5)
    shares = []
    for _ in range(200):
        frame = pd.DataFrame(rng.normal(size=(50, 8)), columns=list("abcdwxyz"))
        frame["w"] += frame["a"]  # one pair of sixteen is real
        found = associations(frame, list("abcd"), list("wxyz"))
        called = found["q_value"] <= 0.05
        false = called & ~((found["first"] == "a") & (found["second"] == "w"))
        shares.append(false.sum() / max(called.sum(), 1))
    # At most 5 % times the share of pairs that are null, up to chance.
    assert np.mean(shares) <= 0.05 * 15 / 16 + 3 * np.std(shares) / np.sqrt(200)
    assert np.mean(shares) > 0  # a test that never errs tests nothing


def test_pairs_that_tell_nothing_are_missing(table):
    table["b"] = 1.0
    found = associations(table, ["a", "b"], ["x"])
    assert found["estimate"].isna().tolist() == [False, True]
    assert found["q_value"].isna().tolist() == [False, True]
    assert found["q_value"][0] == pytest.approx(found["p_value"][0])  # no adjustment for one


def test_shares_explained_sum_to_r_squared(table):
    weights = bootstrap_weights(len(table), 50, np.random.default_rng(1))
    found = explained(table, ["a", "b"], ["x", "y"], weights)
    x = np.column_stack([np.ones(60), table[["a", "b"]]])
    residual = table["x"] - x @ np.linalg.lstsq(x, table["x"], rcond=None)[0]
    r_squared = 1 - residual.var() / table["x"].var()
    whole = totals(found).set_index("name")
    assert whole.loc["x", "estimate"] == pytest.approx(r_squared)
    assert (whole["low"] <= whole["high"]).all()


def test_refuses(table):
    with pytest.raises(ValueError, match="did you mean"):
        associations(table.rename(columns={"a": "speed"}), ["sped"], ["x"])
    with pytest.raises(ValueError, match="level"):
        associations(table, ["a"], ["x"], level=1)
