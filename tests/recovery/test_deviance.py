"""The interval of the deviance that drivers explain covers, also where they explain nothing."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from cemlib.stats.deviance import deviance_importance
from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.explained import adjusted_r_squared
from cemlib.stats.logit import fit_logit
from tests.recovery.replicates import record, replicates

SAMPLES, RESAMPLES, DRIVERS = replicates(200), 400, 6


def drawn(rows, slope, base, rng):
    x = np.sqrt(0.7) * rng.standard_normal((rows, DRIVERS))
    x += np.sqrt(0.3) * rng.standard_normal((rows, 1))
    y = rng.random(rows) < expit(base + slope * x[:, :2].sum(axis=1))
    return x, y.astype(float)


@cache
def truth(slope, base):
    if slope == 0:
        return 0.0
    x, y = drawn(400_000, slope, base, np.random.default_rng(20260172))
    design = np.column_stack([np.ones(len(y)), x])
    p, share = expit(design @ fit_logit(design, y)[0]), y.mean()
    fitted = np.log(np.where(y == 1, p, 1 - p)).sum()
    null = len(y) * (share * np.log(share) + (1 - share) * np.log(1 - share))
    return 1 - fitted / null


@pytest.mark.parametrize("rows", [100, 400])
@pytest.mark.parametrize(("slope", "base"), [(0.0, 0.0), (0.4, 0.0), (0.9, 0.0), (0.9, -2.0)])
def test_the_deviance_of_all_drivers_covers(rows, slope, base):
    true, hits = truth(slope, base), []
    for number in range(SAMPLES):
        rng = np.random.default_rng([532, number, rows])
        x, y = drawn(rows, slope, base, rng)
        weights = bootstrap_weights(rows, RESAMPLES, rng)
        shares = deviance_importance(pd.DataFrame(x), pd.Series(y), weights)
        low, high = adjusted_r_squared(shares).interval()
        hits.append(low[0] <= true <= high[0])
    often = "half say yes" if base == 0 else "a fifth say yes"
    record("01, 02", f"deviance explained by {DRIVERS} drivers", hits,
           f"{rows} rows, true share {true:.2f}, {often}")  # fmt: skip
    assert np.mean(hits) >= 0.88 - 4 * np.sqrt(0.88 * 0.12 / SAMPLES)
