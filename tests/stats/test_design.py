import numpy as np
import pytest

from cemlib.stats.estimates import bootstrap_weights, percentile_interval, weighted_means
from cemlib.stats.weighting import design_weights


def test_the_variance_of_a_mean_is_that_of_the_design(rng):
    strata, clusters = np.repeat([0, 1, 2], [40, 20, 12]), np.repeat(np.arange(18), 4)
    values = rng.normal(size=72) + strata + rng.normal(size=18)[clusters]
    weights = design_weights(list(clusters), list(strata), 20_000, rng)
    drawn = weighted_means(values[:, None], weights).ravel()
    variance = 0.0
    for stratum in range(3):
        means = [
            values[clusters == cluster].mean() for cluster in np.unique(clusters[strata == stratum])
        ]
        share = (strata == stratum).mean()
        variance += share**2 * np.var(means, ddof=1) / len(means)  # Cochran (1977), eq. 5.7
    assert drawn.var() == pytest.approx(variance, rel=0.05)
    np.testing.assert_allclose(weights.sum(axis=1), 72)


def test_clusters_are_drawn_whole_and_single_ones_stay(rng):
    weights = design_weights(list("aabbc"), list("xxxxy"), 50, rng)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 4] == 1).all()


def test_a_cluster_in_two_strata_counts_as_two(rng):
    weights = design_weights(list("aabb"), list("xyxy"), 200, rng)
    assert (weights[:, 0] != weights[:, 1]).any()


def test_intervals_of_a_clustered_sample_cover(rng):
    by_design, by_row = [], []
    for _ in range(120):
        clusters = np.repeat(np.arange(40), 8)
        values = rng.normal(size=320) + rng.normal(size=40)[clusters]
        for hits, weights in (
            (by_design, design_weights(list(clusters), None, 300, rng)),
            (by_row, bootstrap_weights(320, 300, rng)),
        ):
            low, high = percentile_interval(weighted_means(values[:, None], weights))
            hits.append(low[0] <= 0 <= high[0])
    assert np.mean(by_design) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 120)
    assert np.mean(by_row) < 0.8
