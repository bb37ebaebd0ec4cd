"""Raised hands agree with statsmodels; the cost of standards follows the ratchet."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cemlib.stats.importance import derived_importance
from cemlib.stats.ratchet import Ratchet
from cemlib.studies.value.raised_hands import fit_hands
from cemlib.studies.value.standards import chase_or_core, standard_weights


def room(hands=(20, 16, 9, 26, 24, 18, 29, 28, 27), people=30):
    faces = np.repeat([20.0, 100, 1000], 3)
    return pd.DataFrame(
        {"face": faces, "condition": ["fresh", "crumpled", "trampled"] * 3, "hands": hands}
    ).assign(people=people)


def test_is_near_the_binomial_logit_of_statsmodels():
    counts = room()
    hands = fit_hands(counts)
    x = np.column_stack(
        [
            np.ones(9),
            np.log2(counts["face"] / 20),
            counts["condition"] == "crumpled",
            counts["condition"] == "trampled",
        ]
    ).astype(float)
    y = np.column_stack([counts["hands"], counts["people"] - counts["hands"]])
    theirs = sm.GLM(y, x, family=sm.families.Binomial()).fit()
    # The penalty is worth half an observation per coefficient: a sixth of an error here.
    assert (np.abs(hands.values - theirs.params) < 0.2 * theirs.bse).all()
    assert np.sqrt(np.diagonal(hands.covariance)) == pytest.approx(theirs.bse, rel=0.05)
    large = fit_hands(counts.assign(hands=1000 * counts["hands"], people=30_000))
    assert large.values == pytest.approx(theirs.params, abs=1e-3)


def test_a_larger_note_attracts_as_many_takers():
    hands = fit_hands(room())
    times, low, high = hands.equivalent_multiple("trampled")
    face = np.array([20.0, 20 * times])
    shares = hands.shares(face).set_index(["condition", "face"])["estimate"]
    assert shares[("fresh", 20.0)] == pytest.approx(shares[("trampled", face[1])], abs=1e-9)
    assert 1 < low < times < high


def test_no_multiple_where_larger_notes_may_not_raise_more_hands():
    """A class of twenty, whose bootstrap gave "207 times, from 13 to 3 billion"."""
    flat = fit_hands(room(hands=(17, 15, 11, 18, 15, 12, 18, 16, 13), people=20))
    assert flat.frame()["low"][1] < 0 < flat.frame()["high"][1]
    assert flat.equivalent_multiple("trampled")[1:] == (0.0, np.inf)


def test_all_hands_and_none_are_finite():
    hands = fit_hands(room(hands=(30, 30, 0, 30, 30, 0, 30, 30, 0)))
    assert np.isfinite(hands.values).all()
    assert np.abs(hands.values).max() < 10


def test_whole_rooms_are_the_clusters_if_there_are_several():
    many = pd.concat([room().assign(room=name) for name in range(10)])
    hands = fit_hands(many)
    assert (hands.rooms, hands.degrees) == (10, 9)
    assert hands.covariance == pytest.approx(0, abs=1e-5)  # all rooms are alike
    few = fit_hands(many[many["room"] < 3])
    assert np.isinf(few.degrees)


def test_covariance_is_the_jackknife_over_rooms(rng):
    many = pd.concat(
        [room(hands=rng.integers(5, 30, 9)).assign(room=name) for name in range(6)],
        ignore_index=True,
    )
    hands = fit_hands(many)
    without = [fit_hands(many[many["room"] != name]).values - hands.values for name in range(6)]
    assert hands.covariance == pytest.approx(5 / 6 * sum(np.outer(w, w) for w in without))


def test_shares_lie_in_their_intervals():
    shares = fit_hands(room()).shares(np.array([20.0, 50, 1000]))
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
def test_refuses_counts(counts, message):
    with pytest.raises(ValueError, match=message):
        fit_hands(counts.reset_index(drop=True))


WEIGHTS = {"visible": 1.0, "speed": 3, "reliability": 4}
TERMS = {"years": 10, "expectation": 60.0, "ahead": 6.0, "point_cost": 2.0}


def test_each_standard_costs_the_same_and_preserves_less_and_less():
    bill = chase_or_core(WEIGHTS, Ratchet(), **TERMS)
    table = bill.table
    assert table["added"].tolist() == ["", "reliability", "speed", "visible"]
    assert np.ptp(np.diff(table["cost"])) == pytest.approx(0)
    gains = np.diff(table["satisfaction"])
    assert gains / gains.sum() == pytest.approx(np.array([4, 3, 1]) / 8)
    assert table["point_price"].dropna().is_monotonic_increasing
    assert table["satisfaction"].iloc[-1] == pytest.approx(Ratchet().satisfaction(66, 60))
    assert table["satisfaction"].iloc[0] == pytest.approx(Ratchet().satisfaction(66, 66), abs=0.1)
    assert bill.preserved(1) == pytest.approx(0.5)
    assert table["cost"][1] == pytest.approx(2 * (bill.chase["performance"] - 66).sum())


def test_a_standard_weighs_as_what_its_fall_costs_not_as_its_share_of_r_squared(rng):
    """The weight is the fall of overall satisfaction when customers find a standard a point worse.

    Customers differ little in the first standard and much in the second, so that R² ranks the
    second first, although a point of the first is worth three of the second.
    """
    frame = pd.DataFrame({"dear": rng.normal(60, 2, 500), "varied": rng.normal(50, 15, 500)})
    frame["harmful"] = rng.normal(50, 10, 500)

    def overall(table):
        return 0.6 * table["dear"] + 0.2 * table["varied"] - 0.1 * table["harmful"]

    frame["satisfaction"] = overall(frame) + rng.normal(0, 0.01, 500)
    standards = ["dear", "varied", "harmful"]
    weights = standard_weights(frame, standards, "satisfaction")
    falls = {
        name: float((overall(frame) - overall(frame.assign(**{name: frame[name] - 1}))).mean())
        for name in standards
    }
    assert weights == pytest.approx(falls | {"harmful": 0.0}, abs=0.005)
    by_slope = chase_or_core(weights, Ratchet(), **TERMS)
    assert by_slope.table["added"].tolist() == ["", "dear", "varied", "harmful"]
    assert by_slope.preserved(1) == pytest.approx(0.75, abs=0.01)
    shares = derived_importance(frame[standards], frame["satisfaction"], np.ones((1, 500)))
    assert shares.values[1] > 2 * shares.values[0]


def test_standards_that_do_not_vary_have_no_weight(rng):
    frame = pd.DataFrame({"a": rng.normal(size=50), "same": 5.0}).assign(y=lambda t: 2 * t["a"])
    assert standard_weights(frame, ["a", "same"], "y") == pytest.approx({"a": 2.0})


@pytest.mark.parametrize("start", [(40.0, 2.0), (70.0, 12.0)])
def test_the_share_preserved_does_not_depend_on_the_start(start):
    terms = TERMS | dict(zip(("expectation", "ahead"), start, strict=True))
    bill = chase_or_core(WEIGHTS, Ratchet(), **terms)
    assert bill.preserved(1) == pytest.approx(0.5)
    assert (bill.expectation, bill.ahead) == start


def test_a_long_chase_exceeds_the_scale():
    fast = chase_or_core(WEIGHTS, Ratchet(rise=0.9, quality_slope=0.05), **TERMS | {"years": 20})
    assert fast.beyond() < 20
    assert fast.chase.set_index("period")["performance"][fast.beyond()] > 100
    assert chase_or_core(WEIGHTS, Ratchet(), **TERMS | {"years": 2}).beyond() is None


def test_an_expectation_that_never_learns_has_nothing_to_chase():
    table = chase_or_core(WEIGHTS, Ratchet(rise=0, fall=0), **TERMS).table
    assert table["cost"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert table["point_price"].isna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"ahead": 0.0}, "ahead is 0"), ({"years": 1}, "years is 1"), ({"point_cost": -1}, "cost")],
)
def test_refuses_terms(change, message):
    with pytest.raises(ValueError, match=message):
        chase_or_core(WEIGHTS, Ratchet(), **TERMS | change)


def test_refuses_weights():
    with pytest.raises(ValueError, match="weights is"):
        chase_or_core({"speed": 0.0}, Ratchet(), **TERMS)
