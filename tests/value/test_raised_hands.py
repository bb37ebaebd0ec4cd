"""Raised hands and standards: the logit is statsmodels', the bill follows the ratchet."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cemlib.stats.ratchet import Ratchet
from cemlib.studies.value.raised_hands import raised_hands
from cemlib.studies.value.standards import chase_or_core


def room(hands=(20, 16, 9, 26, 24, 18, 29, 28, 27), people=30):
    faces = np.repeat([20.0, 100, 1000], 3)
    return pd.DataFrame(
        {"face": faces, "condition": ["fresh", "crumpled", "trodden on"] * 3, "hands": hands}
    ).assign(people=people)


def test_equals_the_binomial_logit_of_statsmodels(rng):
    counts = room()
    found = raised_hands(counts, 200, rng)
    x = np.column_stack(
        [
            np.ones(9),
            np.log2(counts["face"] / 20),
            counts["condition"] == "crumpled",
            counts["condition"] == "trodden on",
        ]
    ).astype(float)
    y = np.column_stack([counts["hands"], counts["people"] - counts["hands"]])
    theirs = sm.GLM(y, x, family=sm.families.Binomial()).fit()
    assert found.logit.values == pytest.approx(theirs.params, abs=2e-3)  # the ridge of 0.001
    spread = found.logit.draws.std(axis=0)
    assert spread == pytest.approx(theirs.bse, rel=0.25)


def test_what_makes_up_for_being_trodden_on(rng):
    found = raised_hands(room(), 200, rng)
    times, low, high = found.makes_up("trodden on")
    face = np.array([20.0, 20 * times])
    shares = found.shares(face).set_index(["condition", "face"])["estimate"]
    assert shares[("fresh", 20.0)] == pytest.approx(shares[("trodden on", face[1])], abs=1e-9)
    assert 1 < low < times < high


def test_rooms_are_drawn_whole_where_there_are_many(rng):
    many = pd.concat([room().assign(room=name) for name in range(10)])
    found = raised_hands(many, 100, rng)
    assert found.rooms == 10
    assert found.logit.draws.std(axis=0) == pytest.approx(0, abs=1e-9)  # all rooms are alike


def test_shares_lie_in_their_intervals(rng):
    shares = raised_hands(room(), 300, rng).shares(np.array([20.0, 50, 1000]))
    assert ((shares["low"] <= shares["estimate"]) & (shares["estimate"] <= shares["high"])).all()
    assert len(shares) == 9


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (room(hands=(31, *[5] * 8)), "hands in row 0 is 31"),
        (room().query("face == 20"), "face is"),
        (room().assign(face=0), "face is"),
    ],
)
def test_refuses_counts(counts, message, rng):
    with pytest.raises(ValueError, match=message):
        raised_hands(counts.reset_index(drop=True), 10, rng)


WEIGHTS = {"visible": 1.0, "speed": 3, "reliability": 4}
GIVEN = {"years": 10, "expectation": 60.0, "ahead": 6.0, "point_cost": 2.0}


def test_every_standard_chased_costs_as_much_and_brings_less_and_less():
    bill = chase_or_core(WEIGHTS, Ratchet(), **GIVEN)
    table = bill.table
    assert table["added"].tolist() == ["", "reliability", "speed", "visible"]
    assert np.ptp(np.diff(table["cost"])) == pytest.approx(0)
    gains = np.diff(table["satisfaction"])
    assert gains / gains.sum() == pytest.approx(np.array([4, 3, 1]) / 8)
    assert table["point_price"].dropna().is_monotonic_increasing
    assert table["satisfaction"].iloc[-1] == pytest.approx(Ratchet().satisfaction(66, 60))
    assert table["satisfaction"].iloc[0] == pytest.approx(Ratchet().satisfaction(66, 66), abs=0.1)
    assert table["cost"][1] == pytest.approx(2 * (bill.chase["performance"] - 66).sum())


def test_a_long_chase_leaves_the_scale():
    fast = chase_or_core(WEIGHTS, Ratchet(rise=0.9, quality_slope=0.05), **GIVEN | {"years": 20})
    assert fast.beyond() < 20
    assert fast.chase.set_index("period")["performance"][fast.beyond()] > 100
    assert chase_or_core(WEIGHTS, Ratchet(), **GIVEN | {"years": 2}).beyond() is None


def test_an_expectation_that_never_learns_has_nothing_to_chase():
    table = chase_or_core(WEIGHTS, Ratchet(rise=0, fall=0), **GIVEN).table
    assert table["cost"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert table["point_price"].isna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"ahead": 0.0}, "ahead is 0"), ({"years": 1}, "years is 1"), ({"point_cost": -1}, "cost")],
)
def test_refuses_terms(change, message):
    with pytest.raises(ValueError, match=message):
        chase_or_core(WEIGHTS, Ratchet(), **GIVEN | change)


def test_refuses_weights():
    with pytest.raises(ValueError, match="weights is"):
        chase_or_core({"speed": 0.0}, Ratchet(), **GIVEN)
