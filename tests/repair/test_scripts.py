"""Scripts by type: shares, rules and their value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cemlib.studies.repair.scripts import (
    ARTICLE_RULE,
    RULES,
    article_rule,
    default_script,
    learn_rule,
    script_means,
    script_trial,
    script_values,
)

TYPES, SCRIPTS = ("a", "b"), ("usual", "x", "y")
PROBABILITIES = np.array([[0.3, 0.6, 0.2], [0.3, 0.2, 0.3]])
RULE = {"a": "x", "b": "usual"}


def trial(seed=1, size=900, probabilities=PROBABILITIES):
    rng = np.random.default_rng(seed)
    kind, script = rng.integers(0, 2, size), rng.integers(0, 3, size)
    cured = rng.random(size) < probabilities[kind, script]
    return script_trial(np.array(TYPES)[kind], np.array(SCRIPTS)[script], cured), rng


def test_means_are_shares_with_wilson_intervals():
    from statsmodels.stats.proportion import proportion_confint

    values = script_means(trial()[0])
    low, high = proportion_confint(
        values["estimate"] * values["calls"], values["calls"], method="wilson"
    )
    np.testing.assert_allclose(values["low"], low, atol=1e-9)
    np.testing.assert_allclose(values["high"], high, atol=1e-9)
    assert values["calls"].sum() == 900


def test_rule_takes_what_is_clearly_better_or_else_the_default():
    calls, _ = trial(2, 6000)
    everybody = np.ones(len(calls), dtype=bool)
    chosen = learn_rule(calls, everybody, calls.scripts.index("usual"))
    assert [calls.scripts[index] for index in chosen] == ["x", "usual"]
    equal = trial(3, 300, np.full((2, 3), 0.4))[0]
    shares = []
    for seed in range(200):
        equal = trial(seed, 300, np.full((2, 3), 0.4))[0]
        shares.append(learn_rule(equal, np.ones(300, dtype=bool), 0) == 0)
    assert 0.6 < np.mean(shares) < 0.85  # one standard error, two others to choose from


@given(st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_values_are_in_the_order_of_the_rules(seed):
    calls, rng = trial(seed)
    values = script_values(calls, RULE, "usual", rng)
    assert tuple(values["rule"]) == RULES
    assert (values["low"] < values["estimate"]).all()
    assert values.loc[0, ["gain", "gain_low", "gain_high"]].tolist() == [0, 0, 0]
    np.testing.assert_allclose(
        values["gain"], values["estimate"] - values["estimate"].iloc[0], atol=1e-12
    )


def test_value_without_a_model_would_be_the_mean_by_inverse_probability():
    """What the model adds has mean zero: values stay near the weighted shares."""
    calls, rng = trial(5, 30_000)
    values = script_values(calls, RULE, "usual", rng).set_index("rule")
    follows = (
        calls.script
        == np.array([calls.scripts.index(RULE[name]) for name in calls.types])[calls.kind]
    )
    assert values.loc["matched by type", "estimate"] == pytest.approx(
        (follows * calls.outcome * 3).mean(), abs=0.01
    )


def test_intervals_of_fixed_rules_cover():
    truth = {"default for all": 0.3, "matched by type": 0.45}
    hits, gains = {name: [] for name in truth}, []
    for seed in range(300):
        calls, rng = trial(seed, 400)
        values = script_values(calls, RULE, "usual", rng).set_index("rule")
        for name, value in truth.items():
            hits[name].append(values.loc[name, "low"] <= value <= values.loc[name, "high"])
        gain = values.loc["matched by type"]
        gains.append(gain["gain_low"] <= 0.15 <= gain["gain_high"])
    for rates in (*hits.values(), gains):
        assert 0.91 <= np.mean(rates) <= 0.98  # 0.95, 3.2 standard errors either way


def test_a_learned_rule_is_not_overestimated():
    """Where all scripts are alike, learned rules have the value of the default, on average."""
    gains = []
    for seed in range(200):
        calls, rng = trial(seed, 400, np.full((2, 3), 0.4))
        values = script_values(calls, RULE, "usual", rng).set_index("rule")["gain"]
        gains.append(values[["best single script", "default plus matching"]])
    mean, error = np.mean(gains, axis=0), np.std(gains, axis=0) / np.sqrt(200)
    assert (np.abs(mean) < 3.5 * error).all()


def test_unequal_probabilities_are_weighted():
    rng = np.random.default_rng(8)
    script = rng.choice(3, 20_000, p=[0.6, 0.3, 0.1])
    kind = rng.integers(0, 2, 20_000)
    cured = rng.random(20_000) < PROBABILITIES[kind, script]
    shares = {"usual": 0.6, "x": 0.3, "y": 0.1}
    calls = script_trial(np.array(TYPES)[kind], np.array(SCRIPTS)[script], cured, shares)
    values = script_values(calls, RULE, "usual", rng).set_index("rule")
    assert values.loc["matched by type", "estimate"] == pytest.approx(0.45, abs=0.02)


def test_the_article_has_a_script_for_each_type():
    from cemlib.studies.repair.operator import repair_truth

    assert set(ARTICLE_RULE) == set(repair_truth.TYPES)
    assert set(ARTICLE_RULE.values()) < set(repair_truth.SCRIPTS)


def test_other_types_and_scripts_get_the_default():
    other = script_trial(["impulsive", "calm", "calm"], ["short", "short", "long"], [1, 0, 1])
    assert default_script(other) == "short"
    assert article_rule(other) == {"impulsive": "short", "calm": "short"}
    usual = script_trial(["impulsive", "calm"], ["let off steam", "standard"], [1, 0])
    assert article_rule(usual) == {"impulsive": "let off steam", "calm": "standard"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t, r: script_values(t, {"a": "x"}, "usual", r), "type is 'b'"),
        (lambda t, r: script_values(t, {"a": "z", "b": "x"}, "usual", r), "script is 'z'"),
        (lambda t, r: script_values(t, RULE, "none", r), "default is 'none'"),
        (lambda t, r: script_values(t, RULE, "usual", r, folds=1), "folds is 1"),
        (lambda t, r: script_trial(["a"], ["x"], [1], {"x": 0.5}), "sum 1"),
        (lambda t, r: script_trial(["a", None], ["x", "x"], [1, 0]), "must be complete"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call(*trial())
