"""The estimators of workbook 05 recover the true parameters, at the rate they state."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.value import coder_agreement, effectiveness, reliability, views
from cemlib.studies.value.discrete_choice import by_segment, choice_model, willingness_to_pay
from cemlib.studies.value.operator import answers as generate_answers
from cemlib.studies.value.operator import choices as generate_choices
from cemlib.studies.value.operator import enquiries as generate_enquiries
from cemlib.studies.value.operator import value_map as generate_value_map
from cemlib.studies.value.raised_hands import fit_hands
from cemlib.studies.value.views import COMPANY, CUSTOMER
from tests.recovery.replicates import record, replicates

SAMPLES, MAPS, RESAMPLES = replicates(200), replicates(80), 250
# The coverage of a percentile interval of 250 draws: its bounds are the 7th from each end.
MANY = replicates(800)
NOMINAL = 1 - 2 * (0.025 * (RESAMPLES - 1) + 1) / (RESAMPLES + 1)


def assert_covers(hits, nominal=0.95, shortfall=0.0):
    """A rate may stray by 4 standard errors of its samples, and by a stated shortfall."""
    hits = np.asarray(hits, dtype=float)
    rate = hits.mean()
    per_sample = hits.reshape(len(hits), -1).mean(axis=1)
    error = max(np.std(per_sample, ddof=1), np.sqrt(nominal * (1 - nominal) / hits[0].size))
    error /= np.sqrt(len(hits))
    assert nominal - shortfall - 4 * error <= rate <= nominal + 4 * error, rate


@cache
def mapped(number):
    rng = np.random.default_rng([501, number])
    frame = generate_value_map.simulate_value_map(600, rng)
    shares = views.explained(frame, CUSTOMER, COMPANY, RESAMPLES, rng)
    return views.associations(frame, CUSTOMER, COMPANY), views.total_explained(shares)


def test_associations_cover_and_false_discoveries_are_few():
    truth = generate_value_map.population()["rank_correlation"]
    true = np.array([truth[second][first] for first in CUSTOMER for second in COMPANY])
    hits, false, power = [], [], []
    for number in range(MAPS):
        pairs = mapped(number)[0]
        hits.append(((pairs["low"] <= true) & (true <= pairs["high"])).to_numpy())
        significant = (pairs["q_value"] <= 0.05).to_numpy()
        false.append((significant & (true == 0)).sum() / max(significant.sum(), 1))
        power.append(significant[true != 0].mean())
    record("05", "rank correlations of both views", hits)
    assert_covers(hits)
    share_null = (true == 0).mean()
    assert np.mean(false) <= 0.05 * share_null + 3 * np.std(false) / np.sqrt(MAPS)
    assert np.mean(power) > 0.9


def test_share_of_the_company_view_that_is_explained_covers():
    """All six, though the customer's view explains nothing of one of them."""
    truth = generate_value_map.population()["explained"]
    assert truth["feasibility"] == 0
    rows = {name: [] for name in COMPANY}
    for number in range(MAPS):
        for row in mapped(number)[1].itertuples():
            rows[row.name].append(row.low <= truth[row.name] <= row.high)
    record("05", "variance of the company’s view explained", np.column_stack([*rows.values()]),
           nominal=NOMINAL)  # fmt: skip
    for name in ("word_of_mouth", "satisfaction", "loyalty"):
        assert_covers(rows[name], NOMINAL)
    for name in COMPANY:  # cut at 0, an interval of next to nothing covers more than it says
        at_least = NOMINAL - 4 * np.sqrt(NOMINAL * (1 - NOMINAL) / MAPS)
        assert np.mean(rows[name]) >= at_least, (name, np.mean(rows[name]))


@cache
def asked(number):
    rng = np.random.default_rng([502, number])
    judgements = generate_answers.simulate_answers(300, rng)
    return judgements, reliability.majority_judgements(judgements)


@pytest.fixture(scope="module")
def answers_truth():
    return generate_answers.population()


@pytest.mark.parametrize("name", ["certain", "correct", "reliable", "integrated", "consistent"])
def test_numbers_of_reliability_cover(answers_truth, name):
    hits = []
    for number in range(SAMPLES):
        row = reliability.reliability_indices(asked(number)[1]).set_index("name").loc[name]
        hits.append(row["low"] <= answers_truth[name] <= row["high"])
    record("05", f"share of answers that are {name}", hits)
    # Two questions may share an agent: pairs are not quite independent.
    assert_covers(hits, shortfall=0.01 if name == "consistent" else 0.0)


@pytest.mark.parametrize("outcome", ["hedged", "correct", "reliable"])
def test_effect_of_the_quality_policy_covers(answers_truth, outcome):
    hits, estimates = [], []
    for number in range(MANY):
        answers = asked(number)[1]
        effect = reliability.policy_effects(answers, "good faith", [outcome])[outcome]
        low, high = effect.interval()
        hits.append(low <= answers_truth["policy"][outcome] <= high)
        estimates.append(effect.estimate)
    told = "such intervals cover the true change in 92% to 95% of trials."
    record("05", f"effect of the quality policy on “{outcome}”", hits, told=told)
    assert_covers(hits)
    error = np.std(estimates, ddof=1) / np.sqrt(MANY)
    assert abs(np.mean(estimates) - answers_truth["policy"][outcome]) < 4 * error + 0.002


@pytest.mark.parametrize("name", ["correct", "hedged", "integrated", "fit"])
def test_alpha_of_coders_covers(answers_truth, name):
    scale = "interval" if name == "fit" else "nominal"
    hits = []
    for number in range(SAMPLES):
        frame = asked(number)[0]
        rng = np.random.default_rng([503, number])
        weights = bootstrap_weights(frame["answer"].nunique(), RESAMPLES, rng)
        alpha = coder_agreement.krippendorff_alpha(
            frame["answer"], frame[name], scale=scale, weights=weights
        )
        low, high = alpha.interval()
        hits.append(low[0] <= answers_truth["alpha"][name] <= high[0])
    record("05", f"Krippendorff’s α of “{name}”", hits, nominal=NOMINAL)
    # Answers of one agent, and of one question, are a little alike.
    assert_covers(hits, NOMINAL, shortfall=0.015)


def test_first_contact_resolution_and_regret_cover():
    truth = generate_enquiries.true_parameters()
    people = pd.DataFrame({"customer": [f"C{n}" for n in range(1500)], "plan_fee": 99})
    solved, regrets = [], []
    for number in range(SAMPLES):
        rng = np.random.default_rng([504, number])
        log = generate_enquiries.enquiries(people, rng)["enquiries"]
        log["time"] = pd.to_datetime(log["time"])
        share = effectiveness.resolved(effectiveness.first_contacts(log, 7))
        solved.append(share.low <= truth["resolved"] <= share.high)
        regret = effectiveness.advice_regret(log, RESAMPLES, rng)
        regrets.append(regret.low <= truth["mean_regret"] <= regret.high)
    record("05", "first-contact resolution", solved)
    record("05", "regret of advice", regrets, nominal=NOMINAL)
    # A new matter on the same topic within a week is taken for the old one.
    assert_covers(solved, shortfall=0.02)
    assert_covers(regrets, NOMINAL, shortfall=0.015)


def test_willingness_to_pay_covers_by_segment_and_for_all():
    true = generate_choices.population()["by_segment"]
    pooled = generate_choices.population()["day"]
    hits, whole, names = {name: [] for name in true}, [], list(true)
    for number in range(SAMPLES):
        rng = np.random.default_rng([505, number])
        drawn = generate_choices.simulate_choices(400, rng)
        frame = willingness_to_pay(by_segment(drawn), rng).frame().set_index("name")
        for name in names:
            row = frame.loc[name]
            hits[name].append(row["low"] <= true[name] <= row["high"])
        low, high = willingness_to_pay({"all": choice_model(drawn)}, rng).interval()
        whole.append(low[0] <= pooled <= high[0])
    for name in names:
        record("05", f"willingness to pay, {name}", hits[name])
        assert_covers(hits[name])
    record("05", "willingness to pay, all segments", whole)
    assert_covers(whole)


@pytest.mark.parametrize(("rooms", "spread"), [(1, 0.0), (4, 0.2), (12, 0.2), (20, 0.2)])
def test_hands_cover(rooms, spread):
    truth = replace(generate_choices.HANDS, rooms=rooms, room=spread)
    true = [truth.base, truth.doubling, truth.crumpled, truth.trodden]
    times, hits, whole = 2 ** (-truth.trodden / truth.doubling), [], []
    for number in range(MANY):
        rng = np.random.default_rng([506, number])
        # Rooms average over their moods, which pulls each coefficient in by about one in a hundred.
        fitted = fit_hands(generate_choices.simulate_hands(rng, truth))
        frame = fitted.frame()
        hits.append((frame["low"] <= true) & (true <= frame["high"]))
        low, high = fitted.equivalent_multiple("trampled")[1:]
        whole.append(low <= times <= high)
    shown = f"{rooms} rooms that differ" if spread else "one room"
    record("05", "raised hands: coefficients", hits, shown)
    record("05", "raised hands: how much larger a trampled note must be", whole, shown)
    assert_covers(hits)
    assert_covers(whole)


def test_hands_of_one_class_cover_though_the_same_people_raise_them():
    """People differ by 1.5 in log odds: what a condition does is known better for it."""
    rng, hits = np.random.default_rng(507), []
    people, faces = 20, np.repeat([20.0, 100, 1000], 3)
    state = np.tile(["fresh", "crumpled", "trampled"], 3)
    effect = 0.3 * np.log2(faces / 20) - 1.1 * (state == "trampled") - 0.4 * (state == "crumpled")
    many = 0.7 + 1.5 * rng.standard_normal((400_000, 1)) + effect
    share = (1 / (1 + np.exp(-many))).mean(axis=0)
    frame = pd.DataFrame({"face": faces, "condition": state})
    true = fit_hands(frame.assign(hands=share * 1e6, people=1e6)).values
    for _ in range(SAMPLES):
        odds = 0.7 + 1.5 * rng.standard_normal((people, 1)) + effect
        hands = (rng.random(odds.shape) < 1 / (1 + np.exp(-odds))).sum(axis=0)
        fitted = fit_hands(frame.assign(hands=hands, people=people)).frame()
        hits.append(((fitted["low"] <= true) & (true <= fitted["high"])).to_numpy())
    same = "one class, the same people raise their hands"
    record("05", "raised hands: coefficients", hits, same)
    rates = np.mean(hits, axis=0)
    assert (rates >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / SAMPLES)).all(), rates
