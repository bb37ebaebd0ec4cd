"""Fieller's interval holds all ratios that a test does not reject, and covers."""

import numpy as np
import pytest

from cemlib.stats.ratios import fieller

COVARIANCE = np.array([[0.04, 0.01], [0.01, 0.09]])


def test_bounds_are_where_the_test_is_just_not_significant():
    for top, bottom in ((2.0, 1.0), (-3.0, 0.8), (0.1, -2.0)):
        for bound in fieller(top, bottom, COVARIANCE, 1.96):
            contrast = np.array([1.0, -bound])
            z = abs(contrast @ [top, bottom]) / np.sqrt(contrast @ COVARIANCE @ contrast)
            assert z == pytest.approx(1.96)


def test_covers_also_where_the_denominator_is_uncertain(rng):
    drawn = rng.multivariate_normal([1.0, 0.7], COVARIANCE, 4000)
    bounds = [fieller(top, bottom, COVARIANCE, 1.96) for top, bottom in drawn]
    hits = [low <= 1 / 0.7 <= high for low, high in bounds]
    # The whole line stands for a line with a gap, so that it covers a little more.
    assert 0.94 <= np.mean(hits) <= 0.985
    assert 0.2 < np.mean([np.isinf(high) for _, high in bounds]) < 0.5
