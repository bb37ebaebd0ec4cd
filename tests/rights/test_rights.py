import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.rights import perception as rights

answers = hnp.arrays(float, (6, 3), elements=st.sampled_from([1.0, 2, 3, 4, 5, 6, 7, np.nan]))


@given(answers)
def test_index_is_bounded_and_monotone(values):
    frame = pd.DataFrame(values, columns=list("abc"))
    index = rights.perception_index(frame, {"care": list("abc")}, (1, 7))["care"]
    known = index.dropna()
    assert ((known >= 0) & (known <= 100)).all()
    assert index.isna().equals(frame.notna().sum(axis=1).lt(2))
    better = rights.perception_index((frame + 1).clip(upper=7), {"care": list("abc")}, (1, 7))
    assert (better["care"].dropna() >= known - 1e-9).all()


@given(answers)
def test_index_does_not_depend_on_how_the_scale_is_numbered(values):
    frame = pd.DataFrame(values, columns=list("abc"))
    one = rights.perception_index(frame, {"care": list("abc")}, (1, 7))
    other = rights.perception_index(frame * 10 - 20, {"care": list("abc")}, (-10, 50))
    pd.testing.assert_frame_equal(one, other)


def test_index_refuses_answers_off_the_scale():
    with pytest.raises(ValueError, match="answers on care leave the scale 1–5"):
        rights.perception_index(pd.DataFrame({"a": [6]}), {"care": ["a"]}, (1, 5))
    with pytest.raises(ValueError, match="scale is"):
        rights.perception_index(pd.DataFrame({"a": [6]}), {"care": ["a"]}, (5, 5))


def test_groups_average_to_the_whole_and_small_ones_are_silent(rng):
    index = pd.DataFrame({"care": rng.uniform(0, 100, 100), "voice": rng.uniform(0, 100, 100)})
    groups = pd.Series(np.repeat(["a", "b", "c"], [60, 35, 5]))
    weights = bootstrap_weights(100, 50, rng)
    table = rights.perception_by_group(index, groups, weights, min_cell=5)
    care = table[table["right"] == "care"]
    assert np.average(care["estimate"], weights=care["n"]) == pytest.approx(index["care"].mean())
    guarded = rights.perception_by_group(index, groups, weights, min_cell=30)
    silent = guarded[guarded["group"] == "c"]
    assert silent[["estimate", "low", "high"]].isna().all(axis=None)
    assert guarded[guarded["group"] != "c"]["estimate"].notna().all()


@pytest.mark.parametrize("least", [4, 1, 0, -1, 5.5, True])
def test_no_group_is_shown_of_which_anybody_could_be_told(least):
    index = pd.DataFrame({"care": [1.0] * 5})
    with pytest.raises(
        ValueError, match=r"min_cell is .*, but must be a whole number of at least 5"
    ):
        rights.perception_by_group(index, pd.Series(["a"] * 5), np.ones((2, 5)), min_cell=least)


def test_levels_of_need_keep_a_common_value():
    mapping = pd.DataFrame([[0.5, 0.5, 0], [0, 1, 0], [0.2, 0.8, 0]], columns=list("abc"))
    levels = rights.need_levels([42.0, 42.0, 42.0], mapping)
    np.testing.assert_allclose(levels[:2], 42)
    assert np.isnan(levels[2])


def test_mapping_faults_are_refused():
    with pytest.raises(ValueError, match="negative weight"):
        rights.need_levels([1.0, 2.0], pd.DataFrame([[1, -1], [0, 1]]))


def test_without_doubt_the_mapping_stands(rng):
    mapping = pd.DataFrame(np.eye(3), columns=list("abc"))
    table = rights.mapping_sensitivity([30, 20, 50], mapping, rng, doubt=0.0, draws=10)
    assert table["weakest"].tolist() == [0, 1, 0]
    np.testing.assert_allclose(table["low"], table["assumed"])
    wide = rights.mapping_sensitivity([30, 29, 50], mapping, rng, doubt=0.9)
    assert 0 < wide["weakest"][0] < 1
    assert wide["weakest"].sum() == pytest.approx(1)


def test_changes_are_found_at_their_size_and_pairs_sharpen_them(rng):
    n = 400
    person = rng.normal(60, 15, n)
    frame = pd.DataFrame({"care": np.r_[person, person + 5 + rng.normal(0, 3, n)]})
    waves = pd.Series(np.repeat(["1", "2"], n))
    paired = rights.wave_changes(frame, waves, [*range(n), *range(n)], first="1", last="2")
    apart = rights.wave_changes(frame, waves, range(2 * n), first="1", last="2")
    assert paired["low"][0] <= 5 <= paired["high"][0]
    assert paired["detectable"][0] < apart["detectable"][0] / 2
    assert paired["p_holm"][0] < 0.001


def test_no_change_is_claimed_at_the_stated_rate(rng):
    trials, false = 300, 0
    waves = pd.Series(np.repeat(["1", "2"], 60))
    for _ in range(trials):
        frame = pd.DataFrame(rng.normal(size=(120, 9)))
        false += (
            rights.wave_changes(frame, waves, range(120), first="1", last="2")["p_holm"].min()
            <= 0.05
        )
    assert false / trials <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials)


def test_a_right_missing_from_a_wave_is_left_open():
    frame = pd.DataFrame({"care": [1.0, 2, np.nan, np.nan], "voice": [1.0, 2, 3, 5]})
    table = rights.wave_changes(frame, pd.Series(list("aabb")), range(4), first="a", last="b")
    assert np.isnan(table["change"][0])
    assert table["p_holm"][1] == pytest.approx(table["p"][1])


def test_an_unknown_wave_is_refused_with_the_nearest():
    frame = pd.DataFrame({"care": [1.0, 2.0]})
    with pytest.raises(ValueError, match="did you mean '2025-06'"):
        rights.wave_changes(
            frame, pd.Series(["2025-06", "2025-12"]), [1, 2], first="2025-6", last="2025-12"
        )
