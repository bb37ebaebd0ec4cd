from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.stats.estimates import Estimates
from cemlib.studies.rights.planning import PracticeProblem

RIGHTS = ["safety", "choice", "respect"]


@st.composite
def problems(draw):
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(RIGHTS),
                st.integers(0, 4),
                st.integers(1, 30),
                st.integers(0, 12),
                st.booleans(),
            ),
            min_size=1,
            max_size=8,
        )
    )
    table = pd.DataFrame(
        rows, columns=["right", "in_place", "person_days", "uplift", "call_centre"]
    )
    table.insert(0, "practice", [f"p{row}" for row in range(len(table))])
    return PracticeProblem(
        table,
        perception={r: draw(st.integers(40, 99)) for r in RIGHTS},
        slopes={r: draw(st.integers(-1, 5)) / 100 for r in RIGHTS},
        decay=draw(st.sampled_from([1.0, 0.5, 0.25])),
        call_centre_only=draw(st.booleans()),
    )


@given(problems(), st.integers(0, 80))
@settings(max_examples=60, deadline=None)
def test_no_choice_of_practices_beats_the_best(problem, budget):
    best = problem.best(budget)
    assert best.days <= budget + 1e-9
    names = list(problem.candidates["practice"])
    days = problem.candidates.set_index("practice")["days"]
    feasible = (
        list(choice)
        for size in range(len(names) + 1)
        for choice in combinations(names, size)
        if days[list(choice)].sum() <= budget
    )
    greatest = max(problem.plan(choice).gain for choice in feasible)
    assert best.gain == pytest.approx(greatest, abs=1e-6)


@given(problems(), st.integers(0, 80))
@settings(max_examples=25, deadline=None)
def test_more_days_never_hurt_and_the_rule_of_thumb_never_wins(problem, budget):
    assert problem.best(budget + 10).gain >= problem.best(budget).gain - 1e-6
    rule = problem.largest_gap(budget)
    assert rule.days <= budget
    assert rule.gain <= problem.best(budget).gain + 1e-6


def one_right(**changes):
    table = pd.DataFrame(
        {
            "practice": ["a", "b"],
            "right": "choice",
            "in_place": [0, 2],
            "person_days": [10.0, 20.0],
            "uplift": [6.0, 8.0],
            "call_centre": [True, False],
        }
    )
    return PracticeProblem(table, {"choice": 50}, {"choice": 0.1}, **changes)


def test_what_is_in_place_is_neither_paid_nor_counted_twice():
    both = one_right(decay=1.0).plan(["a", "b"])
    assert both.days == 20
    assert both.gain == pytest.approx(0.1 * (6 + 4))


def test_uplift_in_one_right_diminishes_by_steps():
    assert one_right(step=5, decay=0.5).plan(["a", "b"]).uplift["choice"] == pytest.approx(
        5 + 0.5 * 5
    )


def test_nothing_rises_above_a_hundred():
    table = one_right().practices
    full = PracticeProblem(table, {"choice": 98}, {"choice": 0.1}, decay=1.0)
    assert full.plan(["a", "b"]).uplift["choice"] == pytest.approx(2)
    done = PracticeProblem(table, {"choice": 100}, {"choice": 0.1})
    assert done.best(100).gain == 0


def test_the_call_centre_alone_does_only_its_own():
    assert one_right(call_centre_only=True).best(100).practices["practice"].tolist() == ["a"]


def test_nothing_to_do_is_an_empty_plan():
    problem = one_right()
    finished = PracticeProblem(
        problem.practices.assign(in_place=4), problem.perception, problem.slopes
    )
    assert finished.best(100).practices.empty
    assert finished.largest_gap(100).gain == 0


def test_the_frontier_has_both_plans_at_each_budget():
    problem = one_right()
    table = problem.frontier([0, 10, 30])
    assert table["best"].tolist() == [problem.best(days).gain for days in (0, 10, 30)]
    assert table["largest_gap"].tolist() == [problem.largest_gap(days).gain for days in (0, 10, 30)]


def test_gain_interval_follows_the_resampled_slopes():
    plan = one_right(decay=1.0).plan(["a"])
    draws = np.array([[0.1, 9.0]] * 50 + [[-0.2, 9.0]] * 50)
    slopes = Estimates(("choice", "other"), draws.mean(axis=0), draws)
    np.testing.assert_allclose(plan.gain_interval(slopes), [0.0, 0.6])


def test_gain_interval_allows_for_doubtful_uplifts(rng):
    problem = one_right(decay=1.0)
    plan = problem.plan(["a"])
    exact = Estimates(("choice",), np.array([0.1]), np.full((20_000, 1), 0.1))
    low, high = problem.gain_interval(plan, exact, 0.5, rng)
    # Without diminishing returns the gain is the uplift times the slope: half less to half more.
    assert (low, high) == pytest.approx((0.5 * plan.gain, 1.5 * plan.gain), rel=0.03)
    np.testing.assert_allclose(problem.gain_interval(plan, exact, 0.0, rng), [plan.gain] * 2)


def test_a_gain_with_doubtful_uplifts_is_covered(rng):
    """Uplifts drawn around those stated: the gain they bring lies in the interval."""
    practices = pd.DataFrame(
        {"practice": list("abcd"), "right": ["choice", "choice", "safety", "safety"],
         "in_place": 0, "person_days": 10.0, "uplift": [6.0, 4.0, 8.0, 3.0], "call_centre": True}
    )  # fmt: skip
    true_slopes, error = np.array([0.03, 0.05]), 0.002
    hits, exact = [], []
    for _ in range(300):
        estimated = true_slopes + error * rng.standard_normal(2)
        draws = estimated + error * rng.standard_normal((400, 2))
        slopes = Estimates(("choice", "safety"), estimated, draws)
        stated = dict(zip(slopes.names, estimated, strict=True))
        problem = PracticeProblem(practices, {"choice": 50, "safety": 50}, stated)
        plan = problem.plan(list("abcd"))
        true = practices.assign(
            uplift=practices["uplift"] * (1 + 0.5 / 1.96 * rng.standard_normal(4)).clip(0)
        )
        planted = dict(zip(slopes.names, true_slopes, strict=True))
        gain = PracticeProblem(true, problem.perception, planted).plan(list("abcd")).gain
        low, high = problem.gain_interval(plan, slopes, 0.5, rng)
        hits.append(low <= gain <= high)
        alone = plan.gain_interval(slopes)
        exact.append(alone[0] <= gain <= alone[1])
    assert np.mean(hits) > 0.91
    assert np.mean(exact) < 0.9


def test_the_best_plan_is_the_best_of_all_sets(rng):
    practices = pd.DataFrame(
        {"practice": list("abcdefgh"), "right": ["choice", "safety"] * 4,
         "in_place": [0, 1, 2, 0] * 2,
         "person_days": rng.integers(5, 30, 8).astype(float), "uplift": rng.uniform(1, 12, 8),
         "call_centre": True}
    )  # fmt: skip
    problem = PracticeProblem(
        practices, {"choice": 60, "safety": 93}, {"choice": 0.02, "safety": 0.05}
    )
    for budget in (0, 12, 40, 90):
        assert problem.exhaustive_gain(budget) == pytest.approx(problem.best(budget).gain, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decay": 0}, "decay is 0"),
        ({"step": -1}, "step is -1"),
    ],
)
def test_settings_out_of_range_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        one_right(**change)


def test_practices_and_budgets_out_of_range_are_refused():
    table = one_right().practices
    with pytest.raises(ValueError, match="person_days"):
        PracticeProblem(table.assign(person_days=0.0), {"choice": 50}, {"choice": 0.1})
    with pytest.raises(ValueError, match="budget_days is -1"):
        one_right().best(-1)
    with pytest.raises(ValueError, match="among the practices not yet fully in place"):
        one_right().plan(["z"])
