"""The interval of R² of all drivers covers where nothing is explained, and where much is.

Counted with 6 and 9 drivers, 60 to 1,000 rows, normal, skewed and ceiling-bound measures.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates, bootstrap_weights, weighted_covariance
from cemlib.stats.explained import adjusted_r_squared
from tests.recovery.replicates import ALL, record, replicates

SAMPLES, RESAMPLES = replicates(200), 400
SKEWED = (
    "skewed and half of the variance is explained, the interval of the total covers the true share "
    "in 93% of samples."
)
SHORTFALL = 0.04  # half explained of a lognormal outcome: few large values decide, at any size
ROWS = (60, 100, 200, 1000) if ALL else (60, 200)


def drawn(rows, drivers, explained, shape, rng):
    """Return drivers and, last, an outcome; skewed or rounded and cut at the top on request."""
    common = 0.3
    x = np.sqrt(1 - common) * rng.standard_normal((rows, drivers))
    x += np.sqrt(common) * rng.standard_normal((rows, 1))
    weight = 1 / np.sqrt(drivers * (1 + common * (drivers - 1)))
    y = np.sqrt(explained) * weight * x.sum(axis=1)
    y += np.sqrt(1 - explained) * rng.standard_normal(rows)
    if shape == "skewed":
        x, y = np.exp(0.5 * x), np.exp(0.8 * y)
    if shape == "ceilings":
        # Two fifths of the answers are at the top of their scale.
        x, y = np.clip(np.round(5.8 + 1.4 * x), 1, 7), np.clip(np.round(8.3 + 1.8 * y), 0, 10)
    return np.column_stack([x, y])


def r_squared(covariance):
    slopes = np.linalg.solve(covariance[..., :-1, :-1], covariance[..., :-1, -1:])[..., 0]
    return (slopes * covariance[..., :-1, -1]).sum(axis=-1) / covariance[..., -1, -1]


@cache
def truth(drivers, explained, shape):
    if explained == 0:
        return 0.0
    many = drawn(400_000, drivers, explained, shape, np.random.default_rng(20260170))
    return float(r_squared(np.cov(many.T)))


@pytest.mark.parametrize("shape", ["normal", "skewed", "ceilings"])
@pytest.mark.parametrize("explained", [0.0, 0.05, 0.2, 0.5])
def test_adjusted_r_squared_covers(explained, shape):
    every = []
    for drivers in (6, 9):
        true, hits, misses = truth(drivers, explained, shape), {}, []
        for rows in ROWS:
            hits[rows] = []
            for number in range(SAMPLES):
                rng = np.random.default_rng([531, number, rows, drivers])
                data = drawn(rows, drivers, explained, shape, rng)
                weights = bootstrap_weights(rows, RESAMPLES, rng)
                total = Estimates(
                    ("R²",),
                    r_squared(np.cov(data.T))[None],
                    r_squared(weighted_covariance(data, weights))[:, None],
                )
                low, high = adjusted_r_squared(total).interval()
                hits[rows].append(low[0] <= true <= high[0])
                misses.append(adjusted_r_squared(total).values[0] - true)
        rates = pd.Series(hits).map(np.mean)
        every += hits.values()
        error = np.sqrt(0.95 * 0.05 / SAMPLES)
        # Cut at 0, an interval of next to nothing covers more than it says.
        shortfall = SHORTFALL if shape == "skewed" and explained == 0.5 else 0.0
        assert (rates >= 0.95 - shortfall - 4 * error).all(), rates
        assert rates.mean() >= 0.95 - shortfall - 2 * error, rates
        if explained >= 0.2:
            assert rates.mean() <= 0.95 + 4 * error, rates
        assert abs(np.mean(misses)) < 0.03  # cut at 0, the estimate of nothing is a little above 0
    sizes = "adjusted R² of 6 and 9 drivers, 60 to 1,000 rows"
    condition = f"measures: {shape}, true R² {explained}"
    record("01, 05", sizes, np.column_stack(every), condition, told=SKEWED)
