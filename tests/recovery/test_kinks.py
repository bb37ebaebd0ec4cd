"""Straight drivers are seldom called basic or excitement, and kinked ones are found.

Under skewed drivers, drivers at the ceiling and an outcome at the ceiling, where the thirds alone
called up to 73% of the straight drivers basic.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.asymmetry import penalty_reward
from cemlib.stats.estimates import bootstrap_weights
from tests.recovery.replicates import ALL, replicates

SAMPLES, RESAMPLES = replicates(160), 200
ROWS = (300, 1200) if ALL else (600,)
CASES = (
    "normal",
    "skewed",
    "answers at the ceiling",
    "outcome at the ceiling",
    "both at the ceiling",
    "perception above the ceiling",
)


def drawn(rows, case, kinked, rng):
    """Return four drivers with a slope and two without; on request the first two have a kink."""
    z = np.sqrt(0.6) * rng.standard_normal((rows, 6))
    z += np.sqrt(0.4) * rng.standard_normal((rows, 1))
    x = 60 + 15 * z
    if case == "skewed":
        x = 72 - 15 * (np.exp(0.6 * z) - 1.2) / 0.8
    if case in ("answers at the ceiling", "both at the ceiling", "perception above the ceiling"):
        x = 78 + 20 * z
    seen = x
    if "ceiling" in case and case != "outcome at the ceiling":
        seen = np.clip(np.round(x / 100 * 18), 0, 18) / 18 * 100
        if case != "perception above the ceiling":
            x = seen
    away = x - np.median(x, axis=0)
    y = 7.3 + away @ [0.03, 0.03, 0.03, 0.03, 0, 0]
    if kinked:
        y += 0.02 * np.minimum(away[:, 0], 0) - 0.04 * np.maximum(away[:, 0], 0)
        y += 0.03 * np.maximum(away[:, 1], 0) - 0.02 * np.minimum(away[:, 1], 0)
    y += 1.2 * rng.standard_normal(rows)
    if case in ("outcome at the ceiling", "both at the ceiling"):
        y = np.clip(np.round(y + 1.4), 0, 10)
    return pd.DataFrame(seen, columns=list("abcdef")), pd.Series(y)


@cache
def kinds(case, kinked, rows):
    found = []
    for number in range(SAMPLES):
        rng = np.random.default_rng([614, number, rows])
        frame, outcome = drawn(rows, case, kinked, rng)
        weights = bootstrap_weights(rows, RESAMPLES, rng)
        found.append(penalty_reward(frame, outcome, weights)["kind"].to_numpy())
    return np.stack(found)


@pytest.mark.parametrize("case", CASES)
def test_straight_drivers_are_seldom_called_basic_or_excitement(case):
    called = np.concatenate([kinds(case, False, rows)[:, :4].ravel() for rows in ROWS])
    # 5% by the interval; percentile intervals of 300 rows cover a point or two less.
    error = np.sqrt(0.05 * 0.95 / (SAMPLES * len(ROWS)))
    rates = {kind: (called == kind).mean() for kind in ("basic", "excitement")}
    assert max(rates.values()) <= 0.05 + error, rates
    assert sum(rates.values()) <= 0.07 + 2 * error, rates


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("perception")])
def test_kinked_drivers_are_found(case):
    found = kinds(case, True, ROWS[-1])
    least = 0.9 if ALL else 0.7
    assert (found[:, 0] == "basic").mean() >= least
    assert (found[:, 1] == "excitement").mean() >= least
    assert np.isin(found[:, 2:4], ["basic", "excitement"]).mean() <= 0.11
