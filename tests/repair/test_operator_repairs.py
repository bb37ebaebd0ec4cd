"""The operator's repairs follow its contacts and their true parameters."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from cemlib.catalogue import load, path
from cemlib.studies.repair.operator.loop import LOOP, resets, simulate_recurrence
from cemlib.studies.repair.operator.repair_truth import (
    REPAIRS,
    SCRIPTS,
    TEAMS,
    TYPES,
    true_half_lives,
)
from cemlib.studies.repair.operator.repairs import (
    population,
    script_probabilities,
    simulate_repairs,
)

CALL = ["hours_waited", "team", "script", "cap", "compensation", "minutes", "repaired"]


@pytest.fixture(scope="module")
def large():
    return simulate_repairs(60_000, np.random.default_rng(2))


@pytest.fixture(scope="module")
def truth_file():
    return json.loads(path("truth").read_text(encoding="utf-8"))


def test_repairs_are_true_cases_of_the_contacts():
    repairs, truth = load("repairs"), load("contact-truth")
    moments = load("contacts").set_index("contact")["time"]
    first = truth.assign(time=moments.reindex(truth["contact"]).to_numpy())
    first = first.sort_values("time").drop_duplicates("case").set_index("case")
    assert repairs["case"].isin(first.index).all()
    joined = first.loc[repairs["case"]]
    assert (joined["customer"].to_numpy() == repairs["customer"].to_numpy()).all()
    assert (joined["problem"].to_numpy() == repairs["problem"].to_numpy()).all()
    assert joined["time"].tolist() == repairs["opened"].tolist()
    left = moments.max() - repairs["opened"].max()
    assert left > pd.Timedelta(days=14)


def test_a_customer_is_of_one_type():
    assert load("repairs").groupby("customer")["type"].nunique().max() == 1


def test_what_belongs_to_a_call_is_there_for_calls_only():
    repairs = load("repairs")
    assert repairs.loc[repairs["called"], CALL].notna().all(axis=None)
    assert repairs.loc[~repairs["called"], CALL].isna().all(axis=None)


def test_truth_names_the_true_parameters(truth_file):
    parameters = truth_file["planted"]["repairs"]
    assert set(parameters["type_shares"]) == set(TYPES)
    assert set(parameters["scripts"]["sensitive"]) == set(SCRIPTS)
    assert set(parameters["caps"]) == set(TEAMS)
    assert set(parameters["problems"]) == set(load("problems")["problem"])
    assert truth_file["population"]["repairs"] == population()
    assert truth_file["planted"]["loop"]["average"] == LOOP.average()


def test_population_is_what_a_fresh_sample_shows(large):
    randomised = large[large["assigned_by"] == "randomised"]
    after = randomised.groupby("called")["after"].agg(["mean", "var", "size"])
    effect = after.loc[True, "mean"] - after.loc[False, "mean"]
    error = np.sqrt((after["var"] / after["size"]).sum())
    assert abs(effect - population()["effect"]) < 4 * error
    waits = randomised[~randomised["called"]]
    rise = (waits["after"] - waits["before"]).mean()
    assert abs(rise - population()["regression_to_the_mean"]) < 0.4
    called = large[large["called"]]
    standard = script_probabilities(called)["standard"].mean()
    assert standard == pytest.approx(population()["scripts"]["standard"], abs=0.006)


def test_trial_is_randomised_and_the_desk_chooses(large):
    names = ["before", "severity", "value", "complained"]
    for who, limit in (("randomised", 0.04), ("desk", 9)):
        rows = large[large["assigned_by"] == who]
        called, others = (rows.loc[rows["called"] == mark, names].astype(float) for mark in (1, 0))
        apart = (called.mean() - others.mean()) / rows[names].astype(float).std()
        assert apart.abs().max() < limit
        if who == "desk":
            assert apart["before"] < -0.3
            assert apart[["severity", "value", "complained"]].min() > 0.1
    called = large[large["called"]]
    for column, shares in (("script", [0.2] * 5), ("team", [0.4, 0.6])):
        observed = called[column].value_counts(normalize=True, sort=False).sort_index()
        np.testing.assert_allclose(observed, shares, atol=0.012)


def test_without_confounding_the_desk_chooses_at_random():
    drawn = simulate_repairs(40_000, np.random.default_rng(3), confounding=0.0)
    desk = drawn[drawn["assigned_by"] == "desk"]
    means = desk.groupby("called")[["before", "severity", "value"]].mean()
    assert (means.diff().iloc[1].abs() < [0.25, 0.04, 12]).all()


def test_calls_repair_with_their_true_probability(large):
    called = large[large["called"]]
    own = script_probabilities(called).to_numpy()[
        np.arange(len(called)), [SCRIPTS.index(script) for script in called["script"]]
    ]
    cured = (called["repaired"] == "yes").to_numpy()
    for part in np.array_split(np.argsort(own), 10):
        error = np.sqrt((own[part] * (1 - own[part])).sum()) / len(part)
        assert abs(cured[part].mean() - own[part].mean()) < 4 * error
    np.testing.assert_allclose(
        logit(REPAIRS.initial_probability(*np.zeros((4, 1), int), np.ones(1)))
        - logit(REPAIRS.initial_probability(*np.zeros((4, 1), int), np.zeros(1))),
        REPAIRS.covered,
    )


def test_nobody_is_paid_above_the_cap(large):
    called = large[large["called"]]
    assert (called["compensation"] <= called["cap"]).all()
    over = called["compensation"] > called["owed"]
    assert 0.2 < over.mean() < 0.35


def test_loop_follows_its_truth():
    people = pd.DataFrame({"customer": [f"C{n:07d}" for n in range(40_000)]})
    drawn = resets(people.assign(segment="broadband household"), np.random.default_rng(4))["resets"]
    means = drawn.groupby("called_back")["repeat_calls"].mean()
    assert means[False] == pytest.approx(LOOP.without, abs=0.02)
    assert means[True] == pytest.approx(LOOP.with_call, abs=0.02)
    days = pd.concat([simulate_recurrence(np.random.default_rng(seed)) for seed in range(200)])
    level = days.groupby("day")["repeat_calls"].mean()
    assert level.iloc[0] == pytest.approx(LOOP.level + LOOP.week, abs=0.7)
    trend = LOOP.slope * np.arange(LOOP.days)
    week = LOOP.week * np.cos(2 * np.pi * np.arange(LOOP.days) / 7)
    bare = level.to_numpy() - trend - week - LOOP.level
    assert bare[: LOOP.starts].mean() == pytest.approx(0, abs=0.15)
    assert bare[LOOP.starts :].mean() == pytest.approx(LOOP.average(), abs=0.15)


def test_true_half_lives_are_averaged_over_the_types_called():
    parameters = {"type_halves": {"a": 1.0, "b": 4.0}, "problems": {"line": {"half_life": 6.0}}}
    calls = pd.DataFrame({"type": ["a", "b"]})
    assert true_half_lives(parameters, calls)["line"] == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulate_repairs(0, None), "cases is 0"),
        (lambda: simulate_repairs(5, np.random.default_rng(1), confounding=-1), "confounding is"),
        (lambda: simulate_repairs(5, np.random.default_rng(1), hidden=-1), "hidden is"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
