"""Krippendorff's alpha: equal to the package of that name, and to its laws."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.value.coder_agreement import SCALES, coder_alphas, krippendorff_alpha


def judgements(rng, coders=4, units=30, values=5, missing=0.25):
    truth = rng.integers(1, values + 1, units)
    table = np.where(
        rng.random((coders, units)) < 0.6, truth, rng.integers(1, values + 1, (coders, units))
    ).astype(float)
    table[rng.random(table.shape) < missing] = np.nan
    return table


def long(table):
    _, unit = np.indices(table.shape)
    return pd.DataFrame({"unit": unit.T.ravel(), "value": table.T.ravel()})


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", range(8))
def test_equals_the_package_krippendorff(scale, seed):
    table = judgements(np.random.default_rng(seed), values=2 + seed % 5)
    frame = long(table)
    ours = krippendorff_alpha(frame["unit"], frame["value"], scale=scale).values[0]
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=scale)
    assert ours == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize("scale", SCALES)
def test_draws_are_those_of_refitting_with_the_package(scale):
    table = judgements(np.random.default_rng(3))
    frame = long(table)
    weights = bootstrap_weights(table.shape[1], 20, np.random.default_rng(4))
    estimates = krippendorff_alpha(frame["unit"], frame["value"], scale=scale, weights=weights)
    for weight, draw in zip(weights, estimates.draws[:, 0], strict=True):
        again = np.repeat(table, weight.astype(int), axis=1)
        theirs = krippendorff.alpha(reliability_data=again, level_of_measurement=scale)
        assert draw == pytest.approx(theirs, abs=1e-10)


def test_is_one_if_all_agree_and_near_nought_at_random():
    same = long(np.tile(np.arange(10.0), (3, 1)))
    assert krippendorff_alpha(same["unit"], same["value"]).values[0] == 1
    random = long(np.random.default_rng(1).integers(0, 2, (3, 4000)).astype(float))
    assert abs(krippendorff_alpha(random["unit"], random["value"]).values[0]) < 0.03


def test_is_missing_where_nothing_varies():
    assert np.isnan(krippendorff_alpha([1, 1], ["yes", "yes"]).values[0])


def test_table_names_each_judgement(rng):
    frame = long(judgements(rng)).rename(columns={"unit": "answer", "value": "fit"})
    table = coder_alphas(frame, 100, rng)
    assert table["name"].tolist() == ["fit"]
    assert table["low"][0] < table["estimate"][0] < table["high"][0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": [1, 2], "value": [0, 1]}, "judged twice"),
        ({"unit": [1, 1], "value": [0]}, "unit has 2 rows"),
        ({"unit": [1, 1], "value": [0, 1], "scale": "ratio"}, "scale is 'ratio'"),
        ({"unit": [1, 1], "value": ["a", "b"], "scale": "interval"}, "numbers"),
        ({"unit": [1, 1], "value": [0, 1], "weights": np.ones((2, 5))}, "weights have shape"),
        ({"unit": np.repeat(range(61), 2), "value": np.arange(122)}, "different values"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(**arguments)
