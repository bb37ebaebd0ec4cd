"""Divisions of a budget: greedy, exact, by draw, and with customers saved twice."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.levers import Lever
from cemlib.studies import company
from cemlib.studies.company.curves import Curves, curves_of, shared, value


def free_curves(kept, most=None):
    """Return curves in steps of money; what is kept is net of it."""
    kept = np.asarray(kept, dtype=float)
    count, _, points = kept.shape
    limits = np.full(count, points - 1) if most is None else np.array(most)
    names = tuple("abcdefgh"[:count])
    money = [np.arange(limit + 1.0) for limit in limits]
    net = [each[:, : len(spent)] + spent for each, spent in zip(kept, money, strict=True)]
    return Curves(names, points - 1.0, tuple(money), tuple(net))


def divisions_of(curves):
    """Return all divisions that the budget allows."""
    every = product(*[range(len(each)) for each in curves.spent])
    within = [np.array(each) for each in every]
    return [each for each in within if curves.of(each)[1].sum() <= curves.budget + 1e-9]


def best_of(curves, objective):
    """Return the highest value of an objective over all divisions."""
    return max(objective(each) for each in divisions_of(curves))


@st.composite
def random_curves(draw, concave=False, draws=1):
    """Return curves of two or three levers on a small grid."""
    count, points = draw(st.integers(2, 3)), draw(st.integers(2, 6))
    gains = st.lists(st.integers(0 if concave else -20, 40), min_size=points, max_size=points)
    kept = np.zeros((count, draws, points + 1))
    for lever in range(count):
        for at in range(draws):
            gain = np.array(draw(gains), dtype=float)
            kept[lever, at, 1:] = np.cumsum(np.sort(gain)[::-1] if concave else gain)
    most = draw(st.lists(st.integers(0, points), min_size=count, max_size=count))
    return free_curves(kept, most)


@given(random_curves(concave=True))
@settings(max_examples=60, deadline=None)
def test_the_next_yuan_is_optimal_where_all_curves_are_concave(curves):
    """Greedy, the integer program and brute force agree in what they keep."""
    best = best_of(curves, lambda steps: value(curves, steps).mean())
    assert value(curves, company.greedy(curves)).mean() == pytest.approx(best)
    assert value(curves, company.exact(curves)).mean() == pytest.approx(best)


@given(random_curves())
@settings(max_examples=60, deadline=None)
def test_exact_and_by_draw_are_optimal_for_any_curves(curves):
    """The integer program and dynamic programming find what brute force finds."""
    best = best_of(curves, lambda steps: value(curves, steps).mean())
    assert value(curves, company.exact(curves)).mean() == pytest.approx(best)
    steps = round(curves.budget)
    totals, divisions = company.best_by_draw(curves.net, curves.spent, curves.budget, steps)
    assert totals[0] == pytest.approx(best)
    assert value(curves, divisions[0])[0] == pytest.approx(best)
    assert curves.of(divisions[0])[1].sum() <= curves.budget
    assert value(curves, company.greedy(curves)).mean() <= best + 1e-9


@given(random_curves(draws=5), st.sampled_from([0.2, 0.4, 0.6]))
@settings(max_examples=30, deadline=None)
def test_the_best_of_the_worst_draws_is_found(curves, worst):
    """The mean over the worst draws is as high as that of any division."""

    def mean_of_worst(steps):
        return np.sort(value(curves, steps))[: round(5 * worst)].mean()

    found = mean_of_worst(company.exact(curves, worst=worst))
    assert found == pytest.approx(best_of(curves, mean_of_worst), abs=1e-4)


@given(random_curves(concave=True), st.floats(30, 300))
@settings(max_examples=40, deadline=None)
def test_customers_saved_twice_count_once(curves, at_risk):
    """The division found is as good as any where levers save the same customers."""
    best = best_of(curves, lambda steps: value(curves, steps, at_risk).mean())
    found = company.best_shared(curves, at_risk)
    assert value(curves, found, at_risk).mean() == pytest.approx(best)
    assert curves.of(found)[1].sum() <= curves.budget + 1e-9


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5), st.floats(100, 1e6))
def test_levers_together_keep_at_least_the_largest_and_at_most_the_sum(kept, at_risk):
    """Sharing lies between nothing in common and everything in common, and never above the risk."""
    together = float(shared(kept, at_risk))
    assert max(kept) - 1e-6 <= together <= min(sum(kept), at_risk) + 1e-6


def test_money_that_keeps_less_than_it_costs_is_not_spent():
    """A yuan unspent is worth a yuan."""
    lever = Lever(
        "letters", "", np.array([0.0, 100, 200]), np.array([[0.0, 150, 160]]), np.ones(1), "", ()
    )
    curves = curves_of([lever], 200, parts=4)
    for division in (
        company.greedy(curves),
        company.exact(curves),
        company.best_shared(curves, 1e4),
    ):
        assert curves.of(division)[1].tolist() == [100.0]


def test_whole_units_are_bought_whole():
    """A desk with half an agent does not exist, and what is left over stays in the budget."""
    lever = Lever(
        "agents", "", np.array([0.0, 70]), np.array([[0.0, 100]]), np.ones(1), "", (), whole=True
    )
    curves = curves_of([lever], 100, parts=10)
    assert curves.spent[0].tolist() == [0.0, 70.0]
    assert curves.net[0].tolist() == [[0.0, 30.0]]
    assert company.greedy(curves).tolist() == company.exact(curves).tolist() == [1]
    assert curves.afford([69.0]).tolist() == [0]


def test_greedy_spends_what_is_left_on_a_part_of_a_segment():
    """A segment that does not fit is bought as far as the money goes."""
    curves = free_curves([[[0.0, 5, 10, 15, 20]], [[0.0, 7, 14, 21, 28]]], most=[4, 3])
    assert company.greedy(curves).tolist() == [1, 3]


def test_amounts_between_steps_count_as_the_next_step():
    """Dynamic programming never spends more than there is, and misses at most a step per lever."""
    rng = np.random.default_rng(4)
    spent = [np.concatenate([[0.0], np.sort(rng.uniform(1, 60, 6))]) for _ in range(4)]
    net = [np.concatenate([[[0.0]], 3 * each[None, 1:] ** 0.8], axis=1) for each in spent]
    curves = Curves(tuple("abcd"), 100.0, tuple(spent), tuple(np.add(net, spent[0] * 0)))
    best = best_of(curves, lambda each: sum(n[0, at] for n, at in zip(net, each, strict=True)))
    for steps in (50, 400, 4000):
        totals, divisions = company.best_by_draw(net, spent, 100.0, steps)
        assert curves.of(divisions[0])[1].sum() <= 100.0
        assert best - 3 * 4 * 100 / steps <= totals[0] <= best + 1e-9


def test_rules_that_people_use():
    """Each rule stays within the budget and within the limits."""
    curves = free_curves(np.cumsum(np.ones((3, 1, 11)), axis=2) - 1, most=[10, 2, 10])
    found = company.rules(curves, {"a": 1.0, "c": 2.0}, only=["b", "c"])
    assert found["equal split"].tolist() == [3, 2, 3]
    assert found["last quarter"].tolist() == [3, 0, 6]
    assert found["all on complaints"].tolist() == [0, 2, 8]


def test_divisions_are_compared_on_the_same_draws():
    """The regret of a rule has the interval of the differences, not of two means."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 50, size=(1, 400, 1))
    kept = np.cumsum(np.ones((2, 400, 5)), axis=2) - 1
    kept[0] *= 2
    kept = np.where(np.arange(5) > 0, kept + noise, 0.0)
    curves = free_curves(kept)
    table = company.compare_divisions(
        curves, {"best": np.array([3, 1]), "other": np.array([1, 3])}, "best"
    ).set_index("rule")
    regret = table.loc["other", ["regret", "regret_low", "regret_high"]].tolist()
    assert regret == pytest.approx([2.0, 2.0, 2.0])
    assert table.loc["best", "high"] - table.loc["best", "low"] > 100


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"budget": 0}, "budget is 0"),
        ({"limits": {"letter": 3.0}}, "did you mean 'letters'"),
        ({"parts": 0}, "parts is 0"),
    ],
)
def test_a_wrong_argument_is_named(change, message):
    """The error names the argument and its value."""
    lever = Lever("letters", "", np.array([0.0, 9]), np.array([[0.0, 1]]), np.ones(1), "", ())
    with pytest.raises(ValueError, match=message):
        curves_of([lever], **{"budget": 10, "parts": 2} | change)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"spend": np.array([1.0, 2])}, "rising from 0"),
        ({"results": np.array([[1.0, 2]])}, "0 in each draw"),
        ({"worth": np.ones(3)}, "one row per draw"),
    ],
)
def test_a_lever_that_is_none_is_refused(fields, message):
    """Shapes, prices and nothing for nothing are checked."""
    good = {"spend": np.array([0.0, 9]), "results": np.array([[0.0, 1]]), "worth": np.ones(1)}
    with pytest.raises(ValueError, match=message):
        Lever(name="x", unit="", assumes="", datasets=(), **good | fields)
