import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.expectation import pooling
from cemlib.studies.expectation.experiments import difference_in_means

SCHOOLS = pd.DataFrame(
    {
        "group": list("ABCDEFGH"),
        "estimate": [28.0, 8, -3, 7, -1, 1, 18, 12],
        "standard_error": [15.0, 10, 16, 11, 9, 11, 10, 18],
    }
)


def trial(rng, groups=6, each=300, spread=6.0):
    effects = 2 + spread * rng.normal(size=groups)
    level = np.repeat(np.arange(groups), each)
    effort = np.tile([0, 1], groups * each // 2)
    y = 50 + 3 * level + effects[level] * effort + 12 * rng.normal(size=groups * each)
    return pd.DataFrame({"level": level.astype(str), "effort": effort, "satisfaction": y})


def test_effects_by_group_are_differences(rng):
    frame = trial(rng)
    table = pooling.effects_by_group(frame, "level", order=["3", "1", "missing"])
    assert table["group"].tolist() == ["3", "1"]
    part = frame[frame["level"] == "3"]
    effect = difference_in_means(part["satisfaction"], part["effort"])
    assert table.loc[0, "estimate"] == effect.estimate
    assert table.loc[0, "standard_error"] == effect.standard_error
    assert pooling.effects_by_group(frame, "level")["group"].tolist() == list("012345")


def test_eight_schools():
    """Means and deviations of the posterior by plain simulation from the model on a grid."""
    rng = np.random.default_rng(1)
    y, variance = SCHOOLS["estimate"].to_numpy(), SCHOOLS["standard_error"].to_numpy() ** 2
    grid = np.linspace(0.01, 150, 6000)
    weight = 1 / (variance + grid[:, None] ** 2)
    centre = (weight @ y) / weight.sum(axis=1)
    log = (np.log(weight).sum(axis=1) - np.log(weight.sum(axis=1))) / 2
    log -= (weight * (y - centre[:, None]) ** 2).sum(axis=1) / 2
    probability = np.exp(log - log.max())
    tau = rng.choice(grid, size=400_000, p=probability / probability.sum())[:, None]
    weight = 1 / (variance + tau**2)
    total = weight.sum(axis=1, keepdims=True)
    mu = (weight @ y)[:, None] / total + rng.normal(size=tau.shape) / np.sqrt(total)
    own = 1 / (1 / variance + 1 / tau**2)
    draws = own * (y / variance + mu / tau**2) + np.sqrt(own) * rng.normal(size=(len(tau), 8))
    table = pooling.partially_pooled(SCHOOLS)
    table = table[table["method"] == "partially pooled"]
    np.testing.assert_allclose(table["estimate"], draws.mean(axis=0), atol=0.1)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(table["low"], low, atol=0.3)
    np.testing.assert_allclose(table["high"], high, atol=0.3)


@given(st.integers(0, 2**32), st.integers(3, 8))
@settings(max_examples=20, deadline=None)
def test_partial_pooling_lies_between_and_is_surer(seed, groups):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "group": range(groups),
            "estimate": 4 * rng.normal(size=groups),
            "standard_error": np.full(groups, 2.0),
        }
    )
    table = pooling.partially_pooled(frame).set_index(["method", "group"])
    separate, pooled, partly = (
        table.loc[method] for method in ("separate", "pooled", "partially pooled")
    )
    low = np.minimum(separate["estimate"], pooled["estimate"]) - 1e-9
    high = np.maximum(separate["estimate"], pooled["estimate"]) + 1e-9
    assert partly["estimate"].between(low, high).all()
    assert (partly["low"] < partly["estimate"]).all()
    assert (partly["estimate"] < partly["high"]).all()


def test_hopeless_groups_are_refused():
    with pytest.raises(ValueError, match="at least 3 rows"):
        pooling.partially_pooled(SCHOOLS.head(2))
    with pytest.raises(ValueError, match="standard_error is 0"):
        pooling.partially_pooled(SCHOOLS.assign(standard_error=0.0))
