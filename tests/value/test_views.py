"""Associations agree with scipy and keep false discoveries rare; shares sum to R²."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cemlib.studies.value.views import associations, explained, total_explained


@pytest.fixture
def table(rng):
    frame = pd.DataFrame(rng.normal(size=(60, 4)), columns=list("abxy"))
    frame["x"] += frame["a"]
    return frame


def test_coefficients_and_p_values_are_scipys(table):
    table.loc[3, "a"] = np.nan
    pairs = associations(table, ["a", "b"], ["x", "y"]).set_index(["first", "second"])
    both = table[["a", "x"]].dropna()
    expected = stats.spearmanr(both["a"], both["x"])
    assert pairs.loc[("a", "x"), "estimate"] == pytest.approx(expected.statistic)
    assert pairs.loc[("a", "x"), "p_value"] == pytest.approx(expected.pvalue)
    assert pairs.loc[("a", "x"), "n"] == 59
    assert pairs["q_value"].to_numpy() == pytest.approx(
        stats.false_discovery_control(pairs["p_value"])
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
    pairs = associations(frame, list("abcd"), list("wxyz"))
    assert pairs["q_value"].to_numpy() == pytest.approx(benjamini_hochberg(pairs["p_value"]))


def test_false_discoveries_stay_within_their_share():
    rng = np.random.default_rng(5)
    shares = []
    for _ in range(200):
        frame = pd.DataFrame(rng.normal(size=(50, 8)), columns=list("abcdwxyz"))
        frame["w"] += frame["a"]  # one pair of sixteen is real
        pairs = associations(frame, list("abcd"), list("wxyz"))
        called = pairs["q_value"] <= 0.05
        false = called & ~((pairs["first"] == "a") & (pairs["second"] == "w"))
        shares.append(false.sum() / max(called.sum(), 1))
    # At most 5% times the share of pairs that are null, up to sampling error.
    assert np.mean(shares) <= 0.05 * 15 / 16 + 3 * np.std(shares) / np.sqrt(200)
    assert np.mean(shares) > 0  # a test that never errs tests nothing


def test_pairs_without_variation_are_missing(table):
    table["b"] = 1.0
    pairs = associations(table, ["a", "b"], ["x"])
    assert pairs["estimate"].isna().tolist() == [False, True]
    assert pairs["q_value"].isna().tolist() == [False, True]
    assert pairs["q_value"][0] == pytest.approx(pairs["p_value"][0])  # no adjustment for one


def test_total_explained_is_adjusted_r_squared(table):
    shares = explained(table, ["a", "b"], ["x", "y"], 4000, np.random.default_rng(1))
    x = np.column_stack([np.ones(60), table[["a", "b"]]])
    residual = table["x"] - x @ np.linalg.lstsq(x, table["x"], rcond=None)[0]
    r_squared = 1 - residual.var() / table["x"].var()
    assert shares["x"].values.sum() == pytest.approx(r_squared)
    totals = total_explained(shares).set_index("name")
    adjusted = 1 - (1 - r_squared) * 59 / 57
    assert totals.loc["x", "estimate"] == pytest.approx(adjusted, abs=0.01)
    assert totals.loc["x", "estimate"] < r_squared
    assert (totals["low"] <= totals["estimate"]).all()
    assert (totals["estimate"] <= totals["high"]).all()
    assert totals.loc["y", "low"] == 0


def test_refuses(table):
    with pytest.raises(ValueError, match="did you mean"):
        associations(table.rename(columns={"a": "speed"}), ["sped"], ["x"])
    with pytest.raises(ValueError, match="level"):
        associations(table, ["a"], ["x"], level=1)
