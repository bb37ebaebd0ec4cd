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


def test_index_refuses_answers_outside_the_scale():
    with pytest.raises(ValueError, match="answers on care are outside the scale 1–5"):
        rights.perception_index(pd.DataFrame({"a": [6]}), {"care": ["a"]}, (1, 5))
    with pytest.raises(ValueError, match="scale is"):
        rights.perception_index(pd.DataFrame({"a": [6]}), {"care": ["a"]}, (5, 5))


def test_groups_average_to_the_overall_mean_and_small_ones_are_hidden(rng):
    index = pd.DataFrame({"care": rng.uniform(0, 100, 100), "voice": rng.uniform(0, 100, 100)})
    groups = pd.Series(np.repeat(["a", "b", "c"], [60, 35, 5]))
    weights = bootstrap_weights(100, 50, rng)
    table = rights.perception_by_group(index, groups, weights, min_cell=5)
    care = table[table["right"] == "care"]
    assert np.average(care["estimate"], weights=care["n"]) == pytest.approx(index["care"].mean())
    guarded = rights.perception_by_group(index, groups, weights, min_cell=30)
    hidden = guarded[guarded["group"] != "a"]  # the mean of all would tell that of c
    assert hidden[["estimate", "low", "high"]].isna().all(axis=None)
    assert guarded[guarded["group"] == "a"]["estimate"].notna().all()


@pytest.mark.parametrize("minimum", [4, 1, 0, -1, 5.5, True])
def test_groups_too_small_for_anonymity_are_refused(minimum):
    index = pd.DataFrame({"care": [1.0] * 5})
    with pytest.raises(
        ValueError, match=r"min_cell is .*, but must be a whole number of at least 5"
    ):
        rights.perception_by_group(index, pd.Series(["a"] * 5), np.ones((2, 5)), min_cell=minimum)


def test_change_is_recovered_and_pairs_make_it_more_precise(rng):
    n = 400
    person = rng.normal(60, 15, n)
    frame = pd.DataFrame({"care": np.r_[person, person + 5 + rng.normal(0, 3, n)]})
    waves = pd.Series(np.repeat(["1", "2"], n))
    paired = rights.wave_changes(frame, waves, [*range(n), *range(n)], first="1", last="2")
    apart = rights.wave_changes(frame, waves, range(2 * n), first="1", last="2")
    assert paired["low"][0] <= 5 <= paired["high"][0]
    assert paired["detectable"][0] < apart["detectable"][0] / 2
    assert paired["p_holm"][0] < 0.001


def test_false_positive_rate_over_all_rights_is_at_most_5_percent(rng):
    trials, false = 300, 0
    waves = pd.Series(np.repeat(["1", "2"], 60))
    for _ in range(trials):
        frame = pd.DataFrame(rng.normal(size=(120, 9)))
        false += (
            rights.wave_changes(frame, waves, range(120), first="1", last="2")["p_holm"].min()
            <= 0.05
        )
    assert false / trials <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials)


def test_a_right_missing_from_a_wave_has_no_change():
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


def test_the_largest_change_is_in_either_direction_or_none():
    changes = pd.DataFrame({"right": ["care", "voice"], "change": [2.0, -3.0]})
    assert rights.largest_change(changes)["right"] == "voice"
    assert rights.largest_change(changes.assign(change=np.nan)) is None


def test_the_weakest_scale_is_none_where_every_right_has_one_question():
    quality = pd.DataFrame({"scale": ["care", "voice"], "alpha": [0.7, np.nan]})
    assert rights.weakest_scale(quality)["scale"] == "care"
    assert rights.weakest_scale(quality.assign(alpha=np.nan)) is None
