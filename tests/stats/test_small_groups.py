"""Small groups: nothing that is published lets anybody recompute the figures of a few people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from cemlib.stats.measures import measure_by
from cemlib.stats.small_groups import OTHERS, pooled, withheld
from cemlib.studies import rights

SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


@given(SIZES, st.integers(5, 30))
def test_those_withheld_are_never_one_group_nor_few_people(sizes, min_cell):
    """Law: all small groups are withheld, never one alone, and enough people together."""
    hidden = withheld(sizes, min_cell)
    there = {name: size for name, size in sizes.items() if size}
    assert {name for name, size in there.items() if size < min_cell} <= set(hidden)
    if hidden and len(hidden) < len(there):
        assert len(hidden) >= 2
        assert sum(there[name] for name in hidden) >= min_cell


@given(SIZES, st.integers(5, 30))
def test_no_more_is_withheld_than_is_needed(sizes, min_cell):
    """Law: without the largest of those withheld, the others would be told."""
    hidden = withheld(sizes, min_cell)
    small = [name for name in hidden if sizes[name] < min_cell]
    if len(hidden) > max(len(small), 2):
        assert sum(sizes[name] for name in hidden[:-1]) < min_cell
    assert all(
        sizes[name] <= sizes[other]
        for name in hidden
        for other in sizes
        if other not in hidden and sizes[other]
    )


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 20)), max_size=60))
def test_every_group_that_is_left_is_of_enough_people(rows):
    """Law: after pooling no group is of fewer than five people, unless all of them are."""
    groups = pd.Series([name for name, _ in rows], dtype="string")
    people = [person for _, person in rows]
    after = pooled(groups, people)
    sizes = pd.Series(people, dtype=object).groupby(after).nunique()
    if len(set(people)) >= 5:
        assert (sizes >= 5).all()
    assert (after.notna() == groups.notna()).all()
    kept = after != OTHERS
    assert (after[kept] == groups[kept]).all()


def bounds(total, shown, sizes, hidden, name, decimals, low=0.0, high=100.0):
    """Return the least and largest mean of a group that agrees with everything published.

    An attacker knows the sizes, the mean of all and of the groups shown, each as printed.
    """
    half = 0.5 * 10.0**-decimals
    names = [*shown, *hidden]
    free = [(max(low, shown[each] - half), min(high, shown[each] + half)) for each in shown]
    free += [(low, high)] * len(hidden)
    weights = np.array([sizes[each] for each in names], dtype=float)
    weights /= weights.sum()
    found = []
    for sign in (1, -1):
        cost = sign * (np.array(names) == name)
        limits = [total + half, half - total]
        done = linprog(cost, A_ub=[weights, -weights], b_ub=limits, bounds=free)
        assert done.status == 0
        found.append(sign * done.fun)
    return found


def answers(sizes, seed):
    """Return indexes of a right, with means that differ between groups of these sizes."""
    rng = np.random.default_rng(seed)
    groups = pd.Series(np.repeat(list(sizes), list(sizes.values())))
    means = dict(zip(sizes, rng.uniform(30, 70, len(sizes)), strict=True))
    noise = rng.normal(0, 15, len(groups))
    return groups, pd.DataFrame({"safety": np.clip(groups.map(means) + noise, 0, 100)})


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "sizes",
    [
        {"shop": 200, "app": 300, "post": 12},
        {"shop": 200, "app": 300, "post": 29, "fax": 3},
        {"shop": 40, "app": 45, "post": 1},
    ],
)
def test_a_linear_program_cannot_bound_a_group_that_is_not_shown(sizes, seed):
    """The attack that recomputed a withheld mean to within a point now learns next to nothing.

    Of fewer than five people it learns less than half of what there is to know. What is withheld
    for being uncertain, such as the mean of 29 people beside 3, may be known to some points.
    """
    groups, index = answers(sizes, seed)
    weights = np.ones((2, len(index)))
    table = rights.perception_by_group(index, groups, weights).set_index("group")["estimate"]
    hidden = list(table.index[table.isna()])
    assert hidden
    printed = table.dropna().round(1).to_dict()
    total = round(float(index["safety"].mean()), 1)
    for name in hidden:
        if sizes[name] < 30:
            low, high = bounds(total, printed, sizes, hidden, name, 1)
            assert high - low > (50 if sizes[name] < 5 else 10), name
    alone = index["safety"].groupby(groups).mean().round(1).to_dict()
    small = min(sizes, key=sizes.get)
    told = {name: mean for name, mean in alone.items() if name != small}
    low, high = bounds(total, told, sizes, [small], small, 1)
    assert high - low < 40  # what the attack does where only the small group is left out


def test_measures_by_group_withhold_the_next_smallest_too():
    """Also net promoter scores and shares of satisfied answers."""
    groups = pd.Series(["a"] * 50 + ["b"] * 40 + ["c"] * 3)
    scores = pd.Series(np.random.default_rng(1).integers(0, 11, 93).astype(float))
    table = measure_by("top box", scores, groups, min_cell=30)
    assert list(table["group"]) == ["a"]
