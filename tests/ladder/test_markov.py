"""The ladder as a Markov chain: laws, reference values, simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cemlib.studies.ladder import chain_checks, markov, rung_value


@st.composite
def chains(draw, low=3, high=6):
    """Draw a chain whose last state nobody leaves and every other one may reach."""
    size = draw(st.integers(low, high))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    probabilities = rng.dirichlet(np.ones(size), size) * 0.98 + 0.02 / size
    probabilities[-1] = np.eye(size)[-1]
    return probabilities, rng


def moves_of(probabilities, customers, months, rng):
    """Draw moves of customers who begin evenly over the rungs."""
    size = len(probabilities)
    state = rng.integers(size - 1, size=customers)
    parts = []
    for month in range(months):
        later = (rng.random(customers)[:, None] > probabilities.cumsum(axis=1)[state]).sum(axis=1)
        frame = pd.DataFrame({"customer": np.arange(customers), "month": month, "state": state})
        parts.append(frame.assign(next=later)[state < size - 1])
        state = later
    return pd.concat(parts, ignore_index=True)


def test_moves_need_months_that_follow():
    rows = {"customer": list("aaabb"), "month": [1, 2, 4, 1, 2], "state": [0, 1, 2, 0, 0]}
    result = markov.moves(pd.DataFrame(rows).sample(frac=1, random_state=1))
    assert result[["customer", "month", "state", "next"]].to_numpy().tolist() == [
        ["a", 1, 0, 1],
        ["b", 1, 0, 0],
    ]


@given(chains())
def test_rows_sum_to_one_and_structural_zeros_stay(drawn):
    probabilities, rng = drawn
    moved = moves_of(probabilities, 40, 3, rng)
    names = [f"rung {n}" for n in range(len(probabilities))]
    fit = markov.fit_ladder(moved, names, 50, rng)
    for table in (fit.probabilities, fit.draws):
        assert np.allclose(table.sum(axis=-1), 1)
        assert (table >= 0).all()
    unseen = (fit.counts == 0) & (fit.counts.sum(axis=1, keepdims=True) > 0)
    assert (fit.draws[:, unseen] == 0).all()
    assert len(fit.steps()) == ((fit.counts > 0) & ~np.eye(len(probabilities), dtype=bool)).sum()


def test_dirichlet_intervals_cover():
    probabilities = np.array([[0.9, 0.07, 0.03], [0.04, 0.95, 0.01], [0.0, 0.0, 1.0]])
    hits = []
    for number in range(400):
        rng = np.random.default_rng([2, number])
        fit = markov.fit_ladder(moves_of(probabilities, 300, 5, rng), ("a", "b", "c"), 400, rng)
        low, high = np.quantile(fit.draws, [0.025, 0.975], axis=0)
        hits.append(((low <= probabilities) & (probabilities <= high))[:2].ravel())
    rate = np.mean(hits, axis=0)
    assert (np.abs(rate - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)).all(), rate


@given(chains())
def test_first_passage_is_what_first_step_analysis_says(drawn):
    probabilities, _ = drawn
    target = len(probabilities) - 2
    ever, months = markov.first_passage(probabilities, target)
    inner = [at for at in range(len(probabilities) - 1) if at != target]
    assert ever[target] == 1
    assert ever[-1] == 0
    assert np.allclose(ever[inner], (probabilities @ ever)[inner])
    assert ((ever >= 0) & (ever <= 1 + 1e-12)).all()
    assert (months[inner] >= 1 - 1e-9).all()


def test_first_passage_against_simulation(rng):
    probabilities = np.array(
        [[0.6, 0.3, 0.0, 0.1], [0.1, 0.6, 0.2, 0.1], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    )
    state, time, size = np.zeros(40_000, dtype=int), np.zeros(40_000), 40_000
    while (state < 2).any():
        on = state < 2
        later = (rng.random(size)[:, None] > probabilities.cumsum(axis=1)[state]).sum(axis=1)
        time += on
        state = np.where(on, later, state)
    ever, months = markov.first_passage(probabilities, 2)
    got = state == 2
    assert abs(got.mean() - ever[0]) < 4 * np.sqrt(ever[0] * (1 - ever[0]) / size)
    assert abs(time[got].mean() - months[0]) < 4 * time[got].std() / np.sqrt(got.sum())


@given(chains(), st.floats(0.5, 0.99))
def test_value_is_the_sum_of_discounted_margins(drawn, discount):
    probabilities, rng = drawn
    margins = rng.normal(10, 5, len(probabilities))
    value, power = np.zeros(len(probabilities)), np.eye(len(probabilities))
    for month in range(3000):
        value += discount**month * power @ margins
        power = power @ probabilities
    assert np.allclose(
        rung_value.value_of_rungs(probabilities, margins, discount), value, rtol=1e-6
    )


@given(chains(), st.floats(0.5, 0.99))
def test_step_sensitivity_against_finite_differences(drawn, discount):
    probabilities, rng = drawn
    size = len(probabilities)
    margins, start = rng.uniform(5, 20, size), rng.dirichlet(np.ones(size))
    elasticity, slope = rung_value.step_sensitivity(probabilities, margins, discount, start)
    value = float(start @ rung_value.value_of_rungs(probabilities, margins, discount))
    h = 1e-6
    for i in range(size - 1):
        for j in range(size):
            shifted = [
                markov.with_step(probabilities, (i, j), probabilities[i, j] + sign * h)
                for sign in (1, -1)
            ]
            up, down = (start @ rung_value.value_of_rungs(p, margins, discount) for p in shifted)
            assert slope[i, j] == pytest.approx((up - down) / (2 * h), rel=1e-3, abs=1e-3 * value)
            assert elasticity[i, j] == pytest.approx(probabilities[i, j] * slope[i, j] / value)


@given(chains(), st.floats(0.5, 0.99), st.floats(0.2, 0.9))
def test_gain_of_a_step_is_that_of_the_changed_ladder(drawn, discount, factor):
    probabilities, rng = drawn
    margins, step = rng.uniform(5, 20, len(probabilities)), (0, 1)
    changed = markov.with_step(probabilities, step, factor * probabilities[step])
    before, after = (
        rung_value.value_of_rungs(p, margins, discount) for p in (probabilities, changed)
    )
    gain = rung_value.gain_of_step(probabilities, step, factor, margins, discount)
    assert gain == pytest.approx(after[0] - before[0], abs=1e-8)


@given(chains())
def test_a_lumped_chain_is_worth_the_same(drawn):
    """A rung split in two that are alike in all is worth what it was: strong lumpability."""
    probabilities, rng = drawn
    size = len(probabilities)
    margins, share = rng.uniform(0, 20, size), rng.uniform(0.1, 0.9)
    split = np.zeros((size + 1, size + 1))
    twin = [0, *range(size)]  # the first rung twice
    for row, source in enumerate(twin):
        split[row, 2:] = probabilities[source, 1:]
        split[row, :2] = probabilities[source, 0] * np.array([share, 1 - share])
    whole = rung_value.value_of_rungs(probabilities, margins, 0.9)
    assert np.allclose(rung_value.value_of_rungs(split, margins[twin], 0.9), whole[twin])
    assert np.allclose(
        markov.first_passage(split, size - 1)[0],
        markov.first_passage(probabilities, size - 2)[0][twin],
    )


def test_compare_steps_has_joint_draws_and_names_the_first(rng):
    probabilities = np.array([[0.8, 0.15, 0.05], [0.02, 0.97, 0.01], [0.0, 0.0, 1.0]])
    fit = markov.fit_ladder(
        moves_of(probabilities, 900, 12, rng), ("new", "loyal", "gone"), 300, rng
    )
    steps = rung_value.compare_steps(fit, [10, 20, 0], 0.99, [0.5, 0.5, 0.0])
    names = steps.elasticity.names
    assert names == ("new → loyal", "new → gone", "loyal → new", "loyal → gone")
    assert steps.elasticity.draws.shape == (300, 4)
    assert names[steps.most_elastic] == steps.ranked(2)[0] == "loyal → gone"
    assert steps.agreement > 0.9
    low, high = steps.per_point.interval()
    assert ((low <= steps.per_point.values) & (steps.per_point.values <= high)).all()


def test_homogeneity_is_the_chi_square_of_a_table(rng):
    frame = pd.DataFrame({"month": rng.integers(2, size=400), "state": 0})
    frame["next"] = rng.integers(3, size=400)
    result = chain_checks.homogeneity(frame, 3, 2)
    table = pd.crosstab(frame["month"], frame["next"])
    wanted = stats.chi2_contingency(table, correction=False)
    assert result.statistic == pytest.approx(wanted.statistic)
    assert (result.degrees, result.p_value) == (wanted.dof, pytest.approx(wanted.pvalue))


def test_homogeneity_keeps_its_level_and_finds_a_change():
    probabilities = np.array([[0.8, 0.15, 0.05], [0.05, 0.9, 0.05], [0.0, 0.0, 1.0]])
    worse = np.array([[0.7, 0.15, 0.15], [0.05, 0.8, 0.15], [0.0, 0.0, 1.0]])
    p_values = []
    for number in range(400):
        rng = np.random.default_rng([3, number])
        p_values.append(chain_checks.homogeneity(moves_of(probabilities, 300, 9, rng), 3).p_value)
    rate = np.mean(np.array(p_values) < 0.05)
    assert abs(rate - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 400), rate
    before, after = moves_of(probabilities, 300, 4, rng), moves_of(worse, 300, 4, rng)
    both = pd.concat([before, after.assign(month=after["month"] + 4)])
    assert chain_checks.homogeneity(both, 3, 2).p_value < 0.001


def test_shares_over_time_end_where_nobody_leaves():
    probabilities = [[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.0, 0.0, 1.0]]
    shares = markov.shares_over_time(probabilities, [1, 0, 0], 600)
    assert np.allclose(shares.sum(axis=1), 1)
    assert shares[-1, -1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: markov.first_passage([[0.5, 0.4], [0, 1]], 0), "each row must sum to 1"),
        (lambda: markov.with_step([[0.5, 0.5], [0, 1]], (0, 1), 1.2), "probability is 1.2"),
        (lambda: markov.with_step([[0.5, 0.5], [0, 1]], (1, 1), 0.5), "below 1: no other move"),
        (lambda: rung_value.value_of_rungs(np.eye(2), [1, 0], 1.0), "discount is 1.0"),
        (lambda: rung_value.value_of_rungs([[1.2]], [1], 0.9), "infinite; use a smaller discount"),
        (
            lambda: markov.fit_ladder(pd.DataFrame(), ("a", "b", "c"), 5, np.random.default_rng(1)),
            "observed in two consecutive months",
        ),
        (
            lambda: markov.fit_ladder(
                pd.DataFrame({"state": [0]}), ("a", "a", "c"), 5, np.random.default_rng(1)
            ),
            "at least three names",
        ),
        (
            lambda: markov.first_passage(
                [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], 2
            ),
            "merge these rungs into one",
        ),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
