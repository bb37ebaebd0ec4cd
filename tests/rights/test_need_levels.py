import numpy as np
import pandas as pd
import pytest

from cemlib.studies.rights.need_levels import mapping_sensitivity, need_levels


def test_levels_of_need_keep_a_common_value():
    mapping = pd.DataFrame([[0.5, 0.5, 0], [0, 1, 0], [0.2, 0.8, 0]], columns=list("abc"))
    levels = need_levels([42.0, 42.0, 42.0], mapping)
    np.testing.assert_allclose(levels[:2], 42)
    assert np.isnan(levels[2])


def test_invalid_mappings_are_refused():
    with pytest.raises(ValueError, match="negative weight"):
        need_levels([1.0, 2.0], pd.DataFrame([[1, -1], [0, 1]]))


def test_without_doubt_only_the_assumed_mapping_counts(rng):
    mapping = pd.DataFrame(np.eye(3), columns=list("abc"))
    table = mapping_sensitivity([30, 20, 50], mapping, rng, doubt=0.0, draws=10)
    assert table["weakest"].tolist() == [0, 1, 0]
    np.testing.assert_allclose(table["low"], table["assumed"])
    wide = mapping_sensitivity([30, 29, 50], mapping, rng, doubt=0.9)
    assert 0 < wide["weakest"][0] < 1
    assert wide["weakest"].sum() == pytest.approx(1)
