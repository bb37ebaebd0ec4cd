import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

from cemlib.studies.complaints import promises

prices = st.floats(1.01, 2.2)
aversions = st.floats(2.25, 4)
times = st.lists(st.floats(0.1, 200), min_size=2, max_size=40)


@given(times, prices, aversions)
@settings(max_examples=150, deadline=None)
def test_no_promise_costs_less_than_the_quantile(hours, price, aversion):
    kind = {"price": price, "loss_aversion": aversion}
    best = promises.best_promise(hours, np.ones((1, len(hours))), **kind).hours
    ours = promises.promise_cost(best, hours, **kind)[0]
    others = promises.promise_cost(np.linspace(0, 210, 500), hours, **kind)
    assert ours <= others.min() + 1e-7 * max(1, abs(ours))


@pytest.mark.parametrize(("price", "aversion"), [(1.25, 2.25), (1.5, 2.25), (1.8, 3.0)])
def test_quantile_is_the_minimum_for_a_known_distribution(price, aversion):
    """Expected cost of a lognormal repair time, integrated and minimised numerically."""
    repair = stats.lognorm(0.9, scale=5)

    def cost(promise):
        late = repair.expect(lambda t: t - promise, lb=promise)
        early = repair.expect(lambda t: promise - t, ub=promise)
        return price * promise + aversion * late - early

    best = minimize_scalar(cost, bounds=(0.05, 60), method="bounded", options={"xatol": 1e-6})
    quantile = promises.promise_quantile(price, aversion)
    assert best.x == pytest.approx(repair.ppf(quantile), rel=2e-3)


def test_the_price_that_would_make_a_promise_right_does():
    hours = np.arange(1.0, 101.0)
    result = promises.best_promise(
        hours, np.ones((1, 100)), price=1.25, loss_aversion=2.25, made=20.0
    )
    again = promises.best_promise(
        hours, np.ones((1, 100)), price=result.implied_price, loss_aversion=2.25, made=20.0
    )
    assert again.hours == 20.0
    assert again.excess_cost == pytest.approx(0)
    assert result.excess_cost > 0


@given(times, st.lists(st.integers(0, 3), min_size=2, max_size=40), st.floats(0.01, 1))
@settings(max_examples=100, deadline=None)
def test_weighted_quantile_is_that_of_repeated_values(values, counts, quantile):
    size = min(len(values), len(counts))
    values, counts = np.array(values[:size]), np.array(counts[:size])
    counts[0] += 1
    ours = promises.weighted_quantile(values, counts[None], quantile)[0]
    repeated = np.sort(np.repeat(values, counts))
    index = int(np.ceil(quantile * len(repeated) - 1e-6)) - 1
    assert ours == repeated[max(index, 0)]


def test_a_dearer_hour_means_a_shorter_promise():
    hours, ones = np.arange(1.0, 51.0), np.ones((1, 50))
    best = [
        promises.best_promise(hours, ones, price=c, loss_aversion=2.25).hours
        for c in (1.1, 1.5, 2.0)
    ]
    assert best == sorted(best, reverse=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"price": 0.5}, "price is 0.5, but must be a number from 1 to 2.25"),
        ({"loss_aversion": 1.0}, "loss_aversion is 1.0"),
        ({"made": -1.0}, "made is -1.0"),
    ],
)
def test_what_makes_no_sense_is_refused(change, message):
    kind = {"price": 1.25, "loss_aversion": 2.25, "made": 2.0} | change
    with pytest.raises(ValueError, match=message):
        promises.best_promise([1.0, 2.0], np.ones((1, 2)), **kind)


def test_best_promises_at_several_costs(rng):
    hours = rng.lognormal(1.6, 0.9, 100)
    best = promises.best_promises(promises.Waits(hours, "repair"), 1.25, 2.25, 20, rng)
    assert list(best) == [1.125, 1.25, 1.5, 1.75, 2.0]
    lengths = [promise.hours for promise in best.values()]
    assert lengths == sorted(lengths, reverse=True)
    assert {promise.repairs for promise in best.values()} == {100}
    assert (
        promises.best_promises(promises.Waits(pd.Series([]), "repair"), 1.25, 2.25, 20, rng) == {}
    )


def test_comparable_repairs_are_those_of_the_failure_if_there_are_any():
    log = pd.DataFrame({"failure": ["network outage", "slow repair"], "repair_hours": [3.0, 9.0]})
    assert promises.waits(log, "network outage").hours.tolist() == [3.0]
    assert promises.waits(log, "fire").hours.tolist() == [3.0, 9.0]
    assert promises.waits(log).hours.tolist() == [3.0, 9.0]


def test_without_repair_times_the_answer_is_promised():
    log = pd.DataFrame({"failure": ["a", "b"], "hours": [3.0, 9.0]})
    found = promises.waits(log, "b")
    assert (found.hours.tolist(), found.noun, found.made) == ([9.0], "answer", None)
    assert promises.waits(log, standard=4.0).made == 4.0
    assert promises.kept_promises(log, 4.0) == promises.KeptPromises(2, 4.0, 0.5)
    assert promises.kept_promises(log) is None


def test_a_promise_that_nobody_made_is_not_judged(rng):
    waits = promises.Waits(pd.Series([1.0, 2.0, 3.0]), "answer")
    best = promises.best_promises(waits, 1.25, 2.25, 20, rng)[1.25]
    assert best.made is None
    assert np.isnan([best.made_kept, best.implied_price, best.excess_cost]).all()


def test_the_longest_gap_is_the_longest_between_steps():
    day = pd.Timestamp("2026-03-01")
    hours = pd.DataFrame({"received": [0, 0], "acknowledged": [1, 30], "answered": [5, 20]})
    log = hours.apply(lambda column: day + pd.to_timedelta(column, unit="h"))
    log["assessed"] = [day + pd.Timedelta(hours=2), pd.NaT]
    steps = {"acknowledgement": "acknowledged", "assessment": "assessed", "response": "answered"}
    assert promises.longest_gaps(log, steps).tolist() == [3.0, 20.0]  # after the answer: no gap
    assert promises.longest_gaps(log, {}).tolist() == [5.0, 20.0]


def test_kept_promises_are_counted():
    log = pd.DataFrame({"repair_hours": [1.0, 5, np.nan], "promised_hours": [2.0, 2, 2]})
    assert promises.kept_promises(log) == promises.KeptPromises(2, 2.0, 0.5)
    assert promises.kept_promises(log[["repair_hours"]]) is None
