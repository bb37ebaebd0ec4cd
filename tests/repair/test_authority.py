"""Authority: caps, what they cover and where they stop paying."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from cemlib.studies.repair.authority import cap_curve, covered, overpaid
from cemlib.studies.repair.golden_time import GoldenTime

FIT = GoldenTime(
    ("covered",), (), {}, np.array([-1.0, 2.0, np.log(10), np.log(2)]), np.eye(4) * 1e-4
)


def owing(owed, value):
    return pd.DataFrame({"owed": np.asarray(owed, float), "value": np.asarray(value, float)})


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(1, 500)), min_size=1, max_size=20))
def test_shares_are_shares_and_money_adds_up(pairs):
    paid, owed = np.array(pairs).T
    share = covered(paid, owed)
    assert ((share >= 0) & (share <= 1)).all()
    excess = overpaid(paid, owed)
    assert excess["cases"] + excess["underpaid"] <= 1
    assert 0 <= excess["excess"] <= 1


@given(st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_a_higher_cap_repairs_and_costs_no_less(seed):
    rng = np.random.default_rng(seed)
    cases = owing(rng.lognormal(4, 1, 50), rng.lognormal(6, 1, 50))
    curve = cap_curve(FIT, cases, np.full(50, 3.0), np.arange(0, 300, 20), rng, draws=20)
    assert (np.diff(curve.cost) >= 0).all()
    assert (np.diff(curve.repaired) >= -1e-12).all()
    frame = curve.frame()
    net = frame["net"].to_numpy()
    assert curve.best() == frame["cap"][int(np.argmax(net))]
    low, high = curve.best_interval()
    assert frame["cap"].min() <= low <= high <= frame["cap"].max()


def test_curve_is_the_probability_under_each_cap_by_hand(rng):
    cases, hours = owing([40, 200], [300, 900]), np.array([5.0, 20.0])
    caps = np.array([0.0, 50, 100, 400])
    curve = cap_curve(FIT, cases, hours, caps, rng, draws=5)
    paid = np.minimum(cases["owed"].to_numpy(), caps[:, None])
    probability = expit(-1 + 2 * paid / cases["owed"].to_numpy()) / (1 + (hours / 10) ** 2)
    np.testing.assert_allclose(curve.repaired, probability.mean(axis=1))
    np.testing.assert_allclose(curve.value, (probability * cases["value"].to_numpy()).mean(axis=1))
    np.testing.assert_allclose(curve.cost, paid.mean(axis=1))


def test_a_higher_cap_pays_below_the_best_one_and_not_above(rng):
    cases = owing(rng.lognormal(4, 0.8, 400), np.full(400, 400.0))
    curve = cap_curve(FIT, cases, np.full(400, 2.0), np.arange(0, 301, 10), rng, draws=20)
    frame = curve.frame()
    marginal = np.diff(curve.value) / np.diff(curve.cost)  # value kept per further yuan paid
    best = frame.index[frame["cap"] == curve.best()][0]
    assert (marginal[:best] >= 1).all()
    assert marginal[best] < 1
    assert 0 < curve.best() < 300


def test_draws_are_those_of_the_fit(rng):
    cases = owing([80.0], [500.0])
    sharp = cap_curve(FIT, cases, [1.0], [0, 80], rng, draws=800)
    deviation = sharp.repaired_draws.std(axis=0)
    top = expit(np.array([-1.0, 1.0])) / 1.01
    slope = top * (1 - expit(np.array([-1.0, 1.0])))
    expected = (
        slope * 0.01 * np.sqrt([1, 2])
    )  # of the initial probability; after 1 hour h hardly matters
    np.testing.assert_allclose(deviation, expected, rtol=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: covered([-1], [5]), "compensation must be at least 0"),
        (lambda: covered([1], [0]), "owed more than 0"),
        (lambda: cap_curve(FIT, owing([1], [1]), [1], [50, 20], None), "increasing numbers"),
        (
            lambda: cap_curve(
                GoldenTime((), (), {}, np.zeros(3), np.eye(3)), owing([1], [1]), [1], [0, 1], None
            ),
            "column is 'covered'",
        ),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
