"""Off-policy values: by hand, laws, and what a log cannot show."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.studies.ladder.off_policy import ESTIMATORS, off_policy_value


def log(seed, size=300, actions=3):
    rng = np.random.default_rng(seed)
    context = pd.DataFrame({"x": rng.normal(size=size), "y": rng.integers(2, size=size) * 1.0})
    probabilities = rng.dirichlet(np.ones(actions) * 5, size)
    action = (rng.random(size)[:, None] > probabilities.cumsum(axis=1)).sum(axis=1)
    action = np.minimum(action, actions - 1)
    reward = 10 + 3 * action + context["x"] * (1 + action) + rng.normal(size=size)
    return reward.to_numpy(), action, probabilities, context, rng


def value(parts, policy, **options):
    reward, action, probabilities, context, rng = parts
    return off_policy_value(reward, action, probabilities, policy, context, rng=rng, **options)


@given(st.integers(0, 10_000))
def test_the_logging_policy_is_worth_what_it_earned(seed):
    parts = log(seed)
    result = value(parts, parts[2])
    mean = parts[0].mean()
    error = parts[0].std(ddof=1) / np.sqrt(len(parts[0]))
    for name in ESTIMATORS[:2]:  # weights of 1
        assert result.values[name].estimate == pytest.approx(mean)
        assert result.values[name].standard_error == pytest.approx(error)
    assert result.effective == pytest.approx(len(parts[0]))
    assert abs(result.values["doubly robust"].estimate - mean) < 3 * error


@given(st.integers(0, 10_000), st.floats(-50, 50))
def test_a_shift_of_rewards_moves_two_estimators_alike(seed, shift):
    """Inverse propensity scores move by shift × mean weight; the others by the shift."""
    reward, action, probabilities, context, _ = log(seed)
    policy = np.eye(3)[np.full(len(reward), 1)]
    one, two = (
        off_policy_value(
            reward + more, action, probabilities, policy, context, rng=np.random.default_rng(1)
        )
        for more in (0.0, shift)
    )
    moved = {name: two.values[name].estimate - one.values[name].estimate for name in ESTIMATORS}
    assert moved["self-normalised"] == pytest.approx(shift, abs=1e-6)
    assert moved["doubly robust"] == pytest.approx(shift, abs=1e-4)
    weight = policy[np.arange(len(action)), action] / probabilities[np.arange(len(action)), action]
    assert moved["inverse propensity"] == pytest.approx(shift * weight.mean(), abs=1e-6)


def test_by_hand():
    result = off_policy_value(
        [4.0, 2.0, 6.0, 1.0],
        [0, 1, 0, 1],
        [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75], [0.25, 0.75]],
        np.eye(2)[[0, 0, 0, 0]],
        pd.DataFrame({"x": np.zeros(4)}),
        rng=np.random.default_rng(1),
    )
    assert result.values["inverse propensity"].estimate == pytest.approx((2 * 4 + 4 * 6) / 4)
    assert result.values["self-normalised"].estimate == pytest.approx((2 * 4 + 4 * 6) / 6)
    assert result.effective == pytest.approx(36 / 20)
    assert result.largest_weight == 4


def test_a_difference_is_paired():
    parts = log(3)
    policies = [np.eye(3)[np.full(300, at)] for at in (0, 1)]
    one, two = (value((*parts[:4], np.random.default_rng(1)), policy) for policy in policies)
    gap = two.minus(one)
    values = [each.values["doubly robust"] for each in (one, two)]
    assert gap.estimate == pytest.approx(values[1].estimate - values[0].estimate)
    assert one.minus(one).standard_error == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"policy": np.full((300, 3), 0.5)}, "policy must be at least 0, and each row must sum"),
        (
            {"probabilities": np.eye(3)[[0] * 300], "action": np.zeros(300)},
            "had probability 0 in the log",
        ),
        (
            {"probabilities": np.eye(3)[[1] * 300]},
            "probabilities are 0 for an action that was taken",
        ),
        ({"context": pd.DataFrame({"x": [1.0]})}, "context has shape"),
        ({"folds": 1000}, "folds is 1000"),
    ],
)
def test_refuses(change, message):
    reward, action, probabilities, context, rng = log(1)
    arguments = {
        "reward": reward,
        "action": action,
        "probabilities": probabilities,
        "context": context,
    }
    arguments |= {"policy": np.eye(3)[[1] * 300]} | change
    with pytest.raises(ValueError, match=message):
        off_policy_value(**arguments, rng=rng)


def test_a_policy_that_never_agrees_has_no_value():
    with pytest.raises(ValueError, match="agrees with the logged action in no case"):
        off_policy_value(
            [1.0, 2.0], [0, 0], np.full((2, 2), 0.5), np.eye(2)[[1, 1]],
            pd.DataFrame({"x": [0.0, 1.0]}), rng=np.random.default_rng(1),
        )  # fmt: skip
