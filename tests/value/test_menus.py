"""Menus: no tree beats the bound, and what is called best is best among all trees."""

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.value.menu_search import contiguous, layered, ordered
from cemlib.studies.value.menus import (
    Voice,
    caller_shares,
    entropy,
    huffman,
    minimum_seconds,
    minimum_turns,
    offers_in,
    read_out,
    seconds_heard,
    turns_heard,
)

SHARES = st.lists(st.floats(0.01, 1), min_size=2, max_size=6)
VOICES = st.builds(
    Voice, st.integers(2, 4), st.sampled_from([0.5, 1.0, 1.5]), st.sampled_from([0.0, 1.0, 2.5])
)


@cache
def _splits(offers, parts):
    """Return all ways to deal offers into a number of non-empty groups, in every order."""
    if parts == 1:
        return [(offers,)]
    splits = []
    for size in range(1, len(offers) - parts + 2):
        for first in combinations(offers, size):
            rest = tuple(offer for offer in offers if offer not in first)
            splits += [(first, *others) for others in _splits(rest, parts - 1)]
    return splits


def brute_force(shares, cost):
    """Return the lowest mean cost of all menus; cost(j, d) is that of choice j of d."""
    branches = len(cost)

    @cache
    def lowest(offers):
        if len(offers) == 1:
            return 0.0
        return min(
            sum(
                lowest(group) + cost[parts - 1][j] * sum(shares[i] for i in group)
                for j, group in enumerate(groups)
            )
            for parts in range(2, min(branches, len(offers)) + 1)
            for groups in _splits(offers, parts)
        )

    return lowest(tuple(range(len(shares))))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SHARES, VOICES)
def test_no_menu_heard_in_order_beats_the_best(shares, voice):
    p = caller_shares(shares)
    cost = [voice.costs[:parts] for parts in range(1, voice.branches + 1)]
    best = p @ seconds_heard(ordered(p, voice), voice)
    assert best == pytest.approx(brute_force(tuple(p), cost), abs=1e-7)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SHARES, st.integers(2, 4))
def test_no_menu_has_fewer_turns_than_huffmans(shares, branches):
    p = caller_shares(shares)
    cost = [np.ones(parts) for parts in range(1, branches + 1)]
    turns = p @ turns_heard(huffman(p, branches))
    assert turns == pytest.approx(brute_force(tuple(p), cost), abs=1e-9)
    assert minimum_turns(p, branches) - 1e-9 <= turns < minimum_turns(p, branches) + 1


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=14), VOICES)
def test_no_menu_goes_below_the_bound(shares, voice):
    p = caller_shares(shares)
    best = p @ seconds_heard(ordered(p, voice), voice)
    runs = p @ seconds_heard(contiguous(p, voice), voice)
    turns = p @ seconds_heard(huffman(p, voice.branches), voice)
    assert minimum_seconds(p, voice) - 1e-7 <= best
    assert best <= min(runs, turns) + 1e-7


def test_bound_is_reached_where_shares_are_powers_of_the_costs():
    voice = Voice(branches=2, choice=1, turn=0)  # costs 1 and 2: shares 1/φ and 1/φ²
    golden = (np.sqrt(5) - 1) / 2
    shares = [golden, golden**3, golden**4]
    assert sum(shares) == pytest.approx(1)
    best = seconds_heard(ordered(shares, voice), voice) @ shares
    assert best == pytest.approx(minimum_seconds(shares, voice))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(0.05, 1), st.floats(1, 40)), min_size=2, max_size=6))
def test_smiths_order_is_the_best_of_all_orders(offers):
    from itertools import permutations

    shares, seconds = (np.array(each) for each in zip(*offers, strict=True))
    p = caller_shares(shares)
    every = [p[list(o)] @ np.cumsum(seconds[list(o)]) for o in permutations(range(len(p)))]
    listed, best = read_out(shares, seconds)
    assert best == pytest.approx(min(every))
    assert listed == pytest.approx(every[0])


def test_a_longer_search_finds_nothing_better():
    p = caller_shares(1 / np.arange(1, 13))
    voice = Voice(branches=3)
    best = p @ seconds_heard(ordered(p, voice), voice)
    deepest = 4 * seconds_heard(contiguous(p, voice), voice).max()
    assert p @ seconds_heard(ordered(p, voice, longest=deepest), voice) == pytest.approx(best)
    with pytest.raises(ValueError, match="longest"):
        ordered(p, voice, longest=5)


@pytest.mark.parametrize("branches", [3, 4])
def test_two_hundred_offers_at_once_come_within_the_gap(branches):
    p = caller_shares(1 / np.arange(1, 201))
    voice = Voice(branches=branches)
    menu = ordered(p, voice, gap=0.005)
    heard = p @ seconds_heard(menu, voice)
    assert sorted(offers_in(menu)) == list(range(200))
    assert heard <= minimum_seconds(p, voice) * 1.01


def test_layers_by_type_keep_types_together_and_are_best_of_their_kind():
    shares = caller_shares([5, 1, 4, 2, 3, 1])
    types = ["a", "b", "a", "b", "c", "b"]
    voice = Voice(branches=3)
    menu = layered(shares, types, voice)
    assert [sorted({types[i] for i in offers_in(each)}) for each in menu] == [["a"], ["b"], ["c"]]
    first, second, third = ([0, 2], [3, 1, 5], [4])
    alternatives = []
    for groups in product([first], [second], [third]):
        for order in ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
            tree = tuple(tuple(groups[g]) if len(groups[g]) > 1 else groups[g][0] for g in order)
            alternatives.append(shares @ seconds_heard(tree, voice))
    assert shares @ seconds_heard(menu, voice) == pytest.approx(min(alternatives))


def test_entropy_of_equal_shares_is_their_logarithm():
    assert entropy([2] * 10) == pytest.approx(np.log2(10))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: caller_shares([1, 0]), "shares is"),
        (lambda: caller_shares([1] * 401), "number of offers is 401"),
        (lambda: Voice(branches=1), "branches is 1"),
        (lambda: Voice(choice=0), "choice is 0"),
        (lambda: read_out([1, 2], [3]), "seconds is"),
        (lambda: layered([1, 2], ["a"], Voice()), "types is"),
        (lambda: ordered([1, 2], Voice(), gap=-1), "gap is -1"),
        (lambda: huffman([1, 2], 1), "branches is 1"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
