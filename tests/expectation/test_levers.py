"""The lever of realistic promises, and draws of partially pooled effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemlib.studies import expectation
from cemlib.studies.expectation.pooling import partially_pooled, pooled_draws

LEVELS = ("low", "middle", "high")


def trial(rng, effects=(-2.0, -8.0, -14.0), size=400):
    """Return a randomised trial in which a promise lowers satisfaction, by level."""
    level = rng.integers(0, 3, size)
    information = rng.integers(0, 2, size)
    satisfaction = 60 + np.array(effects)[level] * information + rng.normal(0, 10, size)
    return pd.DataFrame(
        {
            "level": np.array(LEVELS)[level],
            "information": information,
            "satisfaction": satisfaction,
        }
    )


def test_draws_are_those_of_the_posterior():
    """Means and 95% intervals of the draws are those that are printed."""
    groups = pd.DataFrame(
        {"group": list("abcd"), "estimate": [28.0, 8, -3, 7], "standard_error": [15.0, 10, 16, 11]}
    )
    table = partially_pooled(groups)
    printed = table[table["method"] == "partially pooled"]
    drawn = pooled_draws(groups, 200_000, np.random.default_rng(1))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    assert drawn.mean(axis=0) == pytest.approx(printed["estimate"].to_numpy(), abs=0.3)
    assert low == pytest.approx(printed["low"].to_numpy(), abs=0.6)
    assert high == pytest.approx(printed["high"].to_numpy(), abs=0.6)


def test_the_most_sensitive_customers_come_first():
    """The curve is concave: the first money goes where a promise does most harm."""
    rng = np.random.default_rng(3)
    lever = expectation.promises_lever(
        trial(rng, size=4000), cases=300, cost=2, worth=np.full(500, 0.5), rng=rng, order=LEVELS
    )
    rates = np.diff(lever.kept.mean(axis=0)) / np.diff(lever.spend)
    assert (np.diff(rates) < 0).all()
    assert lever.spend[-1] == pytest.approx(600)
    assert lever.results[:, -1].mean() == pytest.approx(300 * 8 / 10, rel=0.1)


def test_the_true_gain_is_covered():
    """Of many trials, about 95 in 100 intervals of the full gain hold the true one."""
    rng, held = np.random.default_rng(8), 0
    for _ in range(200):
        lever = expectation.promises_lever(
            trial(rng), cases=300, cost=2, worth=np.ones(300), rng=rng, order=LEVELS
        )
        low, high = np.quantile(lever.results[:, -1], [0.025, 0.975])
        held += low <= 300 * 0.8 <= high
    assert 0.90 <= held / 200 <= 0.99
