import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from cemlib.studies.complaints import bargain

CASES = 200
SCALED = ("nash", "kalai-smorodinsky")
# Whole numbers and powers of two: sums, products and scales of them are exact.
points = st.lists(
    st.tuples(st.integers(-20, 60), st.integers(-20, 60)), min_size=1, max_size=12
).map(np.array)
pairs = st.tuples(st.integers(-15, 15), st.integers(-15, 15))
weights = st.sampled_from([0.25, 0.5, 0.75])
scales = st.sampled_from([0.25, 0.5, 1, 2, 4, 8])
rules = st.sampled_from(bargain.RULES)
lawful = settings(max_examples=CASES, deadline=None)


def dominated(points, point):
    u, v = points.T
    return ((u >= point[0]) & (v >= point[1]) & ((u > point[0]) | (v > point[1]))).any()


@given(points)
@lawful
def test_pareto_is_what_nothing_dominates(points):
    ours = bargain.pareto(*points.T)
    assert ours.tolist() == [not dominated(points, point) for point in points]


@given(points, pairs, rules, weights)
@lawful
def test_what_is_chosen_is_acceptable_and_never_dominated(points, d, rule, weight):
    index = bargain.choose(*points.T, rule, disagreement=d, weight=weight)
    fit = (points >= d).all(axis=1)
    assert (index == bargain.NO_AGREEMENT) == (not fit.any())
    if fit.any():
        assert fit[index]
        assert not dominated(points, points[index])


@given(points, pairs, rules, weights)
@lawful
def test_solution_on_the_frontier_is_acceptable_and_on_it(points, d, rule, weight):
    corners = bargain.frontier(*points.T)
    solution = bargain.solve(corners, rule, disagreement=d, weight=weight)
    if solution is None:
        assert not (points >= d).all(axis=1).any()
        return
    assert solution[0] >= d[0] - 1e-9
    assert solution[1] >= d[1] - 1e-9
    height = np.interp(solution[0], *corners.T)  # the frontier above that customer's gain
    assert corners[0, 0] - 1e-9 <= solution[0] <= corners[-1, 0] + 1e-9
    assert solution[1] == pytest.approx(height, abs=1e-7)


@given(points)
@lawful
def test_frontier_is_concave_and_no_answer_lies_above_it(points):
    corners = bargain.frontier(*points.T)
    slopes = np.diff(corners[:, 1]) / np.diff(corners[:, 0])
    assert (slopes < 0).all()
    assert (np.diff(slopes) < 0).all()
    right = points[points[:, 0] >= corners[0, 0]]
    assert (right[:, 1] <= np.interp(right[:, 0], *corners.T) + 1e-9).all()


@given(points, st.integers(-10, 10), rules)
@lawful
def test_symmetry_a_symmetric_problem_has_an_equal_solution(points, d, rule):
    assume(rule != "utilitarian")  # it may take any corner of a flat stretch
    both = np.vstack([points, points[:, ::-1]])
    solution = bargain.solve(bargain.frontier(*both.T), rule, disagreement=(d, d))
    if solution is not None:
        assert solution[0] == pytest.approx(solution[1], abs=1e-7)


@given(points, pairs, rules, weights)
@lawful
def test_anonymity_sides_exchanged_gains_exchanged(points, d, rule, weight):
    kinds = {"disagreement": d, "weight": weight}
    turned = {"disagreement": d[::-1], "weight": 1 - weight}
    one = bargain.choose(*points.T, rule, **kinds)
    two = bargain.choose(*points.T[::-1], rule, **turned)
    assert (one < 0) == (two < 0)
    if one >= 0 and rule != "nash" and one != two:  # equal by the rule and by the tie-break
        gains = (points[[one, two]] - d) @ [weight, 1 - weight]
        assert gains[0] == pytest.approx(gains[1])
    if rule == "nash" and one >= 0:
        products = np.prod(np.abs(points[[one, two]] - d) ** np.array([weight, 1 - weight]), axis=1)
        assert products[0] == pytest.approx(products[1])


@given(points, pairs, st.tuples(scales, scales), pairs, st.sampled_from(SCALED), weights)
@lawful
def test_invariance_to_affine_scales(points, d, units, shift, rule, weight):
    corners = bargain.frontier(*points.T)
    solution = bargain.solve(corners, rule, disagreement=d, weight=weight)
    moved = bargain.frontier(*(points * units + shift).T)
    other = bargain.solve(
        moved, rule, disagreement=tuple(np.array(d) * units + shift), weight=weight
    )
    assert (solution is None) == (other is None)
    if solution is not None:
        np.testing.assert_allclose(np.array(solution) * units + shift, other, atol=1e-7)


@given(points, pairs, st.tuples(scales, scales), pairs)
@lawful
def test_the_chosen_answer_does_not_depend_on_units(points, d, units, shift):
    one = bargain.choose(*points.T, disagreement=d)
    two = bargain.choose(
        *(points * units + shift).T, disagreement=tuple(np.array(d) * units + shift)
    )
    assert (one < 0) == (two < 0)
    if one >= 0:
        products = np.prod(points[[one, two]] - d, axis=1)
        assert products[0] == products[1]


@given(points, pairs, weights, st.data())
@lawful
def test_independence_of_irrelevant_alternatives(points, d, weight, data):
    index = bargain.choose(*points.T, disagreement=d, weight=weight)
    assume(index >= 0)
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(points), max_size=len(points))))
    keep[index] = True
    again = bargain.choose(*points[keep].T, disagreement=d, weight=weight)
    np.testing.assert_array_equal(points[keep][again], points[index])


@given(points, pairs, weights, st.data())
@lawful
def test_independence_on_the_frontier(points, d, weight, data):
    corners = bargain.frontier(*points.T)
    solution = bargain.solve(corners, disagreement=d, weight=weight)
    assume(solution is not None)
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(points), max_size=len(points))))
    smaller = np.vstack([points[keep].reshape(-1, 2), solution])
    again = bargain.solve(bargain.frontier(*smaller.T), disagreement=d, weight=weight)
    np.testing.assert_allclose(again, solution, atol=1e-6)


@given(points, pairs, points, weights)
@lawful
def test_kalai_smorodinsky_is_monotone_where_the_ideal_stands(points, d, more, weight):
    """Nobody loses by a larger set of answers that leaves both ideals as they are."""
    small = bargain.solve(
        bargain.frontier(*points.T), "kalai-smorodinsky", disagreement=d, weight=0.5
    )
    assume(small is not None)
    ideal = ideals(points, d)
    wider = np.vstack([points, more])
    assume(np.allclose(ideals(wider, d), ideal))
    large = bargain.solve(
        bargain.frontier(*wider.T), "kalai-smorodinsky", disagreement=d, weight=0.5
    )
    assert large[0] >= small[0] - 1e-7
    assert large[1] >= small[1] - 1e-7


def ideals(points, d):
    """Return the most that each side can get on the frontier without hurting the other."""
    corners = bargain.frontier(*points.T)
    left, right = max(corners[0, 0], d[0]), min(corners[-1, 0], d[0] + 1e9)
    grid = np.union1d(np.linspace(left, right, 3), corners[:, 0])
    grid = grid[(grid >= left) & (grid <= right)]
    height = np.interp(grid, *corners.T)
    top = height.max()
    across = corners[:, 0]
    most = across[-1] if corners[-1, 1] >= d[1] else np.interp(-d[1], -corners[:, 1], across)
    return np.array([most, top])


@given(points, pairs, rules, st.tuples(st.integers(0, 5), st.integers(0, 5)))
@lawful
def test_egalitarian_is_strongly_monotone(points, d, rule, more):
    small = bargain.solve(bargain.frontier(*points.T), "egalitarian", disagreement=d)
    assume(small is not None)
    wider = np.vstack([points, points + more])
    large = bargain.solve(bargain.frontier(*wider.T), "egalitarian", disagreement=d)
    assert min(np.array(large) - d) >= min(np.array(small) - d) - 1e-7


@given(points, pairs, weights)
@lawful
def test_nash_on_the_frontier_is_the_numerical_maximum(points, d, weight):
    corners = bargain.frontier(*points.T)
    solution = bargain.solve(corners, disagreement=d, weight=weight)
    assume(solution is not None)

    def product(u):
        x, y = u - d[0], np.interp(u, *corners.T) - d[1]
        return max(x, 0) ** weight * max(y, 0) ** (1 - weight)

    grid = np.linspace(corners[0, 0], corners[-1, 0], 400)
    ours = product(solution[0])
    assert ours >= max(map(product, grid)) - 1e-6
    if len(corners) > 1:
        best = minimize_scalar(
            lambda u: -product(u), bounds=(corners[0, 0], corners[-1, 0]), method="bounded"
        )
        assert ours >= -best.fun - 1e-6


@given(pairs, pairs, st.integers(0, 200), weights)
@lawful
def test_transferable_utility_splits_the_surplus(gains, d, more, weight):
    u, v = gains[0], gains[1] + more
    paid = float(bargain.transfer(u, v, disagreement=d, weight=weight))
    surplus = u + v - sum(d)
    if surplus < 0:
        assert np.isnan(paid)
        return
    assert u + paid - d[0] == pytest.approx(weight * surplus)
    assert v - paid - d[1] == pytest.approx((1 - weight) * surplus)
    line = bargain.frontier([u - 500, u + 500], [v + 500, v - 500])
    solution = bargain.solve(line, disagreement=d, weight=weight)
    np.testing.assert_allclose(solution, (u + paid, v - paid), atol=1e-6)
    if weight == 0.5:
        for rule in ("egalitarian", "kalai-smorodinsky"):
            other = bargain.solve(line, rule, disagreement=d)
            np.testing.assert_allclose(other, solution, atol=1e-6)


@given(st.integers(0, 2**32), rules, weights)
@settings(max_examples=60, deadline=None)
def test_many_at_once_are_one_by_one(seed, rule, weight):
    rng = np.random.default_rng(seed)
    u, v = rng.normal(1, 3, size=(2, 20, 7))
    d, e = rng.normal(size=(2, 20))
    kinds = {"weight": weight}
    ours = bargain.choose(u, v, rule, disagreement=(d, e), **kinds)
    for row in range(20):
        alone = bargain.choose(u[row], v[row], rule, disagreement=(d[row], e[row]), **kinds)
        assert ours[row] == alone


@pytest.mark.parametrize("rule", bargain.RULES)
def test_a_single_answer_is_the_solution(rule):
    assert bargain.solve(bargain.frontier([2], [3]), rule) == (2.0, 3.0)
    assert bargain.choose([2], [3], rule) == 0


def test_more_weight_for_the_customer_moves_the_bargain_towards_her():
    corners = bargain.frontier([0, 6, 10], [10, 7, 0])
    gains = [bargain.solve(corners, weight=w)[0] for w in (0.2, 0.5, 0.8)]
    assert gains == sorted(gains)
    assert gains[0] < gains[-1]


def test_solutions_lists_every_rule():
    solution = bargain.solutions([0, 4, 9], [9, 5, 0])
    assert solution["rule"].tolist() == list(bargain.RULES)
    assert bargain.solutions([-1], [5])["answer"].tolist() == [-1] * 4
    assert isinstance(solution, pd.DataFrame)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bargain.choose([1], [1], "nahs"), "did you mean 'nash'"),
        (lambda: bargain.choose([1], [1], weight=1), "weight is 1, but must be between 0 and 1"),
        (lambda: bargain.choose([1], [1, 2]), "customer has shape"),
        (lambda: bargain.pareto([1, np.nan], [1, 2]), "missing or infinite value at row 1"),
        (lambda: bargain.frontier([], []), "at least one answer"),
        (lambda: bargain.solve([[1, 2, 3]]), "corners has shape"),
    ],
)
def test_what_cannot_be_bargained_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
