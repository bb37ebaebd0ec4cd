"""Measures that boards follow cover their true values, in small groups and of skewed answers."""

import numpy as np
import pytest
from scipy.special import ndtr

from cemlib.stats.changes import difference, shared_correlation
from cemlib.stats.customers import correlated_normals
from cemlib.stats.measures import KINDS, measure, scores
from tests.recovery.replicates import record, replicates

SAMPLES = replicates(2000)
POINTS = np.arange(11)
ALIKE = (
    "Where nearly all answer alike, an interval of a share covers its true value in 93% of samples."
)
SHAPES = {
    "mixed answers": np.array([2, 1, 2, 3, 4, 8, 10, 18, 22, 14, 16.0]),
    "nearly all at the top": np.array([1, 0, 0, 0, 0, 0, 0, 1, 3, 10, 85.0]),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [20, 50, 200])
def test_measures_cover(size, shape):
    share = SHAPES[shape] / SHAPES[shape].sum()
    rng = np.random.default_rng([801, size])
    samples = rng.choice(POINTS, (SAMPLES, size), p=share)
    for kind in KINDS:
        true = share @ scores(kind, POINTS)
        found = [measure(kind, answers) for answers in samples]
        hits = [each.low - 1e-9 <= true <= each.high + 1e-9 for each in found]
        record("01, 02", kind, hits, f"{size} answers, {shape}", told=ALIKE)
        assert np.mean(hits) >= 0.93 - 2 * np.sqrt(0.05 * 0.95 / SAMPLES)


def test_measures_cover_where_customers_answer_often():
    """Four answers of each of 60 customers, correlated by 0.4."""
    share = SHAPES["mixed answers"] / SHAPES["mixed answers"].sum()
    edges = np.cumsum(share)[:-1]
    rng, owners = np.random.default_rng(802), np.repeat(np.arange(60), 4)
    for kind in KINDS:
        hits = []
        for _ in range(SAMPLES // 4):
            answers = np.searchsorted(edges, ndtr(correlated_normals(owners, 0.4, rng)))
            found = measure(kind, answers, clusters=list(owners))
            hits.append(found.low <= share @ scores(kind, POINTS) <= found.high)
        record("01, 02", kind, hits, "four answers of each of 60 customers correlate by 0.4")
        assert np.mean(hits) >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / len(hits))


def test_changes_cover_where_half_of_the_customers_answer_twice():
    """Two waves of 120 answers; 60 customers answer in both, correlated by 0.6."""
    share = SHAPES["mixed answers"] / SHAPES["mixed answers"].sum()
    edges = np.cumsum(share)[:-1]
    rng, later = np.random.default_rng(803), np.repeat([False, True], 120)
    owners = np.r_[np.arange(120), np.arange(60, 180)]
    for kind in KINDS:
        hits = []
        for _ in range(SAMPLES // 4):
            answers = np.searchsorted(edges, ndtr(correlated_normals(owners, 0.6, rng)))
            waves = [measure(kind, answers[at]) for at in (~later, later)]
            shared = shared_correlation(kind, answers, later, list(owners))
            _, low, high = difference(*waves, shared)
            hits.append(low <= 0 <= high)
        record("01, 02", f"change: {kind}", hits, "half of the customers answer in both waves")
        assert np.mean(hits) >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / len(hits))
