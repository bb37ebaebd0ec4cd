"""Half-lives are covered where the curves of problems differ in shape, and where they do not."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.repair.golden_time import fit_golden_time
from tests.recovery.replicates import replicates

RUNS, CASES = replicates(40), 2500
NAMES = np.array(list("abcdefghijkl"))
HALVES = np.array([14.1, 5.0, 32.9, 9.3, 50.0, 6.2, 21.5, 11.4, 40.5, 17.4, 7.6, 26.6])
ONE = np.full(12, 1.8)
SHAPES = np.array([1.0, 3.5, 1.2, 3.0, 1.8, 1.4, 2.5, 1.0, 3.5, 2.0, 1.2, 3.0])


def fits(shapes, **columns):
    """Return by replicate which half-lives are covered, and the typical shape."""
    hits, steep = [], []
    for run in range(RUNS):
        rng = np.random.default_rng([21, run])
        kind, waits = rng.integers(0, 12, CASES), rng.lognormal(2.6, 1.1, CASES)
        probability = 0.65 / (1 + (waits / HALVES[kind]) ** shapes[kind])
        frame = pd.DataFrame({"problem": NAMES[kind]})
        by = {"initial": ("problem",), "half": ("problem",)} | columns
        fit = fit_golden_time(frame, waits, rng.random(CASES) < probability, **by)
        table = fit.half_lives(frame, "problem")
        true = table["name"].map(dict(zip(NAMES, HALVES, strict=True)))
        hits.append(((table["low"] <= true) & (true <= table["high"])).mean())
        steep.append(fit.shape)
    return np.mean(hits), np.mean(steep)


def test_half_lives_are_covered_where_shapes_differ():
    """One shape for all covered 72% here; intervals of shrunken shapes are slightly narrow."""
    assert fits(SHAPES, steep=("problem",))[0] >= 0.88


def test_half_lives_are_covered_where_shapes_do_not_differ():
    covered, shape = fits(ONE, steep=("problem",))
    assert 0.92 <= covered <= 0.98
    assert shape / 1.8 == pytest.approx(1.05, abs=0.05)  # slightly too steep, as the workbook says
