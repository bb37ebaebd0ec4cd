"""Comparing paths of two groups raises a false alarm as often as stated."""

import numpy as np
import pandas as pd
import pytest

from cemlib.studies.expectation.structural.fit import pls_path
from cemlib.studies.expectation.structural.groups import compare_groups
from tests.recovery.replicates import replicates

MODEL = "X =~ x1 + x2\nZ =~ z1 + z2\nY =~ y1 + y2\nY ~ X + Z"
SAMPLES, PERMUTATIONS = replicates(800), 99


def p_values(number, shift):
    """Return p-values of two groups with the same paths; the second answers higher by `shift`."""
    rng = np.random.default_rng([14, number])
    sizes = (150, 60)
    rows = sum(sizes)
    x, z = rng.normal(size=(2, rows))
    y = 0.5 * x + 0.3 * z + 0.7 * rng.normal(size=rows)
    items = np.repeat(np.stack([x, z, y]), 2, axis=0).T + rng.normal(0, 0.6, (rows, 6))
    items[sizes[0] :] += shift
    data = pd.DataFrame(items, columns=["x1", "x2", "z1", "z2", "y1", "y2"])
    groups = np.repeat(["a", "b"], sizes)
    return compare_groups(pls_path(data, MODEL), groups, PERMUTATIONS, rng).table


@pytest.mark.parametrize("shift", [0.0, 2.0], ids=["alike", "other level"])
def test_equal_paths_differ_in_one_of_twenty_samples(shift):
    tables = [p_values(number, shift) for number in range(SAMPLES)]
    single = np.mean([table["p_value"] <= 0.05 for table in tables])
    any_path = np.mean([(table["p_holm"] <= 0.05).any() for table in tables])
    error = np.sqrt(0.05 * 0.95 / SAMPLES)
    assert abs(single - 0.05) < 3 * error, single
    assert any_path < 0.05 + 3 * error, any_path
