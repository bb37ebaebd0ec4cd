"""Shapley (LMG) shares of nine drivers, resampled: ours against refitting with statsmodels.

python benchmarks/importance.py
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from itertools import combinations
from math import comb
from time import perf_counter

import numpy as np
import pandas as pd
import statsmodels.api as sm

from cemlib.stats.estimates import bootstrap_weights
from cemlib.stats.importance import derived_importance

RESPONDENTS, DRIVERS, RESAMPLES, REFITTED = 1000, 9, 2000, 5


def refitted_shares(x, y):
    """Compute the shares without cemlib: fit every subset, average the R² that a driver adds."""
    fits = {
        subset: sm.OLS(y, sm.add_constant(x[:, subset]) if subset else np.ones(len(y)))
        .fit()
        .rsquared
        for size in range(DRIVERS + 1)
        for subset in combinations(range(DRIVERS), size)
    }
    shares = np.zeros(DRIVERS)
    for subset, r_squared in fits.items():
        for driver in set(range(DRIVERS)) - set(subset):
            gain = fits[tuple(sorted((*subset, driver)))] - r_squared
            shares[driver] += gain / (DRIVERS * comb(DRIVERS - 1, len(subset)))
    return shares


def main():
    """Print seconds and the ratio."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(RESPONDENTS, DRIVERS)) + rng.normal(size=(RESPONDENTS, 1))
    y = x @ np.arange(DRIVERS) / DRIVERS + 3 * rng.normal(size=RESPONDENTS)
    frame, outcome = pd.DataFrame(x, columns=[f"x{j}" for j in range(DRIVERS)]), pd.Series(y)

    start = perf_counter()
    weights = bootstrap_weights(RESPONDENTS, RESAMPLES, rng)
    drawn = perf_counter()
    shares = derived_importance(frame, outcome, weights)
    ours = perf_counter() - drawn

    start_refit = perf_counter()
    for weight in weights[:REFITTED].astype(int):
        again = refitted_shares(np.repeat(x, weight, axis=0), np.repeat(y, weight))
    theirs = (perf_counter() - start_refit) / REFITTED * RESAMPLES
    np.testing.assert_allclose(again, shares.draws[REFITTED - 1], atol=1e-9)

    print(f"{RESAMPLES} resamples of {RESPONDENTS} respondents, {DRIVERS} drivers, one core")
    print(f"  drawing the resamples            {drawn - start:10.2f} s")
    print(f"  cemlib, exact shares             {ours:10.2f} s")
    print(f"  statsmodels, from {REFITTED} refitted      {theirs:10.0f} s")
    print(f"  ratio                            {theirs / ours:10.0f}")


if __name__ == "__main__":
    main()
