"""Order and mover–stayer checks of the ladder: reference, level, power."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cemlib.studies.ladder import chain_checks
from tests.ladder.test_markov import moves_of

CHAIN = np.array([[0.8, 0.15, 0.05], [0.05, 0.9, 0.05], [0.0, 0.0, 1.0]])


def test_memory_is_the_chi_square_of_tables(rng):
    size = 400
    path = rng.integers(3, size=(size, 3))
    moved = pd.DataFrame(
        {
            "customer": np.repeat(np.arange(size), 2),
            "month": np.tile([1, 2], size),
            "state": path[:, :2].ravel(),
            "next": path[:, 1:].ravel(),
        }
    )
    result = chain_checks.memory(moved, 3)
    wanted = [
        stats.chi2_contingency(pd.crosstab(part[:, 0], part[:, 2]), correction=False)
        for part in (path[path[:, 1] == state] for state in range(3))
    ]
    assert result.statistic == pytest.approx(sum(each.statistic for each in wanted))
    assert result.degrees == sum(each.dof for each in wanted)
    assert result.p_value == pytest.approx(stats.chi2.sf(result.statistic, result.degrees))


def test_a_gap_of_a_month_is_no_path():
    moved = pd.DataFrame({"customer": 1, "month": [1, 3], "state": [0, 1], "next": [1, 0]})
    assert chain_checks.memory(moved, 2).degrees == 0
    assert chain_checks.stayers(moved.assign(state=0, next=[0, 1]), 3).observed == 1


def p_values(draw, replicates=200):
    rows = []
    for number in range(replicates):
        rng = np.random.default_rng([8, number])
        checks = chain_checks.check_chain(draw(rng), 3)
        rows.append((checks.memory.p_value, checks.stayers.p_value))
    return np.array(rows)


def test_both_keep_their_level():
    p = p_values(lambda rng: moves_of(CHAIN, 200, 9, rng))
    rate = (p < 0.05).mean(axis=0)
    assert (np.abs(rate - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 200)).all(), rate
    assert (np.abs(p.mean(axis=0) - 0.5) < 4 / np.sqrt(12 * 200)).all(), p.mean(axis=0)


def test_both_find_movers_and_stayers():
    still = 0.1 * CHAIN + 0.9 * np.eye(3)

    def draw(rng):
        movers, rest = moves_of(CHAIN, 900, 9, rng), moves_of(still, 900, 9, rng)
        return pd.concat([movers, rest.assign(customer=rest["customer"] + 900)])

    rate = (p_values(draw, 30) < 0.05).mean(axis=0)
    assert rate.min() > 0.9, rate


def test_nothing_to_compare_is_no_verdict():
    moved = pd.DataFrame({"customer": [1, 2], "month": 1, "state": 0, "next": 0})
    checks = chain_checks.check_chain(moved, 3)
    assert np.isnan([checks.memory.p_value, checks.stayers.p_value]).all()
