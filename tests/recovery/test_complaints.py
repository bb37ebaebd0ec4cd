"""The estimators of workbook 06 recover the true parameters of the operator at the stated rate."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.studies.complaints import justice, promises, rates, response
from cemlib.studies.complaints.equivalence import compare_paired, compare_recovered
from cemlib.studies.complaints.operator import generator
from cemlib.studies.complaints.operator.truth import COMPLAINT_TRUTH as TRUTH
from tests.recovery.replicates import record, replicates, tolerance

SAMPLES, SIZE, RESAMPLES = replicates(400), 1000, 250
JUSTICE = list(generator.JUSTICE)
PARTS = list(generator.PARTS)


@pytest.fixture(scope="module")
def population():
    return generator.population()


def sample(number, size=SIZE):
    rng = np.random.default_rng([106, number])
    answers = generator.simulate_answers(size, rng)
    rated = generator.simulate_ratings(answers, rng)
    log = pd.concat([answers.drop(columns="residual"), rated], axis=1)
    for kind in JUSTICE:
        log[kind] = log[[f"{kind}_1", f"{kind}_2"]].mean(axis=1)
    return log, rng


@cache
def study(number):
    log, rng = sample(number)
    weights = stats.bootstrap_weights(len(log), RESAMPLES, rng)
    model = response.fit_response(log, weights)
    parts = {
        outcome: justice.mediation(log, JUSTICE, "handling", outcome, weights)
        for outcome in ("word_of_mouth", "return_intent")
    }
    hours = log["repair_hours"][log["failure"] == "network outage"]
    counts = stats.bootstrap_weights(len(hours), RESAMPLES, rng)
    promise = promises.best_promise(hours, counts, price=1.25, loss_aversion=2.25)
    return model, parts, promise, log


# Nominal coverage of a percentile interval of so few draws: its bounds are the 7th of 250.
NOMINAL = 1 - 2 * (0.025 * (RESAMPLES - 1) + 1) / (RESAMPLES + 1)


def assert_covers(rate, nominal=NOMINAL, shortfall=0.0):
    """Each rate may stray by 4 standard errors, their mean by 2.5, and by a stated shortfall."""
    rate = np.atleast_1d(rate)
    error = np.sqrt(nominal * (1 - nominal) / SAMPLES)
    assert (rate >= nominal - shortfall - 4 * error).all(), rate
    assert nominal - shortfall - 2.5 * error <= rate.mean() <= nominal + 2.5 * error, rate.mean()


def covered(pairs, expected):
    return np.array([(low <= expected) & (expected <= high) for low, high in pairs])


@pytest.mark.parametrize("outcome", response.OUTCOMES)
def test_slopes_of_answers_cover(outcome):
    true_values = np.array(getattr(TRUTH, outcome))[1:6]
    names = study(0)[0].logits[outcome].names
    columns = [names.index(name) for name in PARTS]
    draws = [study(number)[0].logits[outcome].draws[:, columns] for number in range(SAMPLES)]
    # A percentile interval of a logit is a little narrow where an outcome is as rare as the
    # regulator (one in twenty).
    hits = covered(map(stats.percentile_interval, draws), true_values)
    record("06", f"effects of the parts of an answer on “{outcome}”", hits, nominal=NOMINAL)
    assert_covers(
        hits.mean(axis=0),
        shortfall=0.015 if outcome == "regulator" else 0.0,
    )


def test_worth_of_answers_covers(population):
    true_values = np.array([population["worth"][name] for name in PARTS])
    others = np.array(PARTS) != "share"  # whose worth is 1 by definition
    draws = [study(number)[0].worth_draws for number in range(SAMPLES)]
    hits = covered(map(stats.percentile_interval, draws), true_values)[:, others]
    record("06", "worth of the parts of an answer in money", hits, nominal=NOMINAL)
    assert_covers(hits.mean(axis=0))


@pytest.mark.parametrize("outcome", ["word_of_mouth", "return_intent"])
@pytest.mark.parametrize("part", ["indirect", "direct", "total"])
def test_mediation_covers(population, outcome, part):
    true_values = np.array([population["mediation"][outcome][kind][part] for kind in JUSTICE])
    intervals = [study(number)[1][outcome][part].interval() for number in range(SAMPLES)]
    hits = covered(intervals, true_values)
    told = "such an interval covers the true effect in 93% of logs."
    name = f"{part} effect of justice on “{outcome}”"
    record("06", name, hits, nominal=NOMINAL, told=told)
    assert_covers(hits.mean(axis=0))


def test_order_of_justice_is_that_of_the_meta_analysis(population):
    """Orsingher, Valentini & de Angelis (2010): distributive > interactional > procedural."""
    totals = np.array([study(n)[1]["word_of_mouth"]["total"].values for n in range(SAMPLES)])
    distributive, procedural, interactional = totals.mean(axis=0)
    assert distributive > interactional > procedural > 0
    # And: satisfaction with the handling mediates word of mouth, not return intent.
    mediated = {}
    for outcome in ("word_of_mouth", "return_intent"):
        parts = [study(n)[1][outcome] for n in range(20)]
        mediated[outcome] = np.mean(
            [each["indirect"].values[0] / each["total"].values[0] for each in parts]
        )
    assert mediated["word_of_mouth"] > 0.7
    assert mediated["return_intent"] < 0.2


def test_promise_covers():
    truth = TRUTH.outage_hours * np.exp(TRUTH.repair_spread * 0.8416212)  # the true 80% point
    hits = [study(n)[2].low <= truth <= study(n)[2].high for n in range(SAMPLES)]
    record("06", "best promised repair time", hits, nominal=NOMINAL)
    assert_covers(np.mean(hits))


def test_paradox_on_satisfaction_and_not_on_repurchase(population):
    """de Matos, Henrique & Rossi (2007), and the true means."""
    logs = [study(n)[3] for n in range(SAMPLES)]
    recovered = [log[log["handling"] >= 6] for log in logs]
    satisfaction = [
        compare_paired(rows["satisfaction_before"], rows["satisfaction_after"], 0.3)
        for rows in recovered
    ]
    intent = [
        compare_paired(rows["return_before"], rows["return_intent"], 0.3) for rows in recovered
    ]
    for results, name in ((satisfaction, "satisfaction"), (intent, "return_intent")):
        value = population["recovery"][name]
        intervals = [result.interval() for result in results]
        hits = [low <= value <= high for low, high in intervals]
        record("06", f"change of “{name}” after a recovery", hits)
        assert_covers(np.mean(hits))
    verdicts = pd.Series([f.verdict() for f in satisfaction])
    assert (verdicts == "higher").mean() > 0.9
    verdicts = pd.Series([f.verdict() for f in intent])
    assert (verdicts == "higher").mean() < tolerance(0.05)
    assert (verdicts == "equivalent").mean() > 0.5


def test_no_paradox_without_any_effect():
    """Mood raises the rating of the handling and the judgement after it; no answer does.

    Customers chosen by their rating would be "higher" in every sample.
    """
    found = []
    for number in range(SAMPLES):
        log, rng = sample(number, 600)
        mood = rng.standard_normal(len(log))
        log["handling"] = np.clip(np.round(4.6 + 1.2 * mood), 1, 7)
        after = log["satisfaction_before"] + 0.8 * mood + rng.normal(0, 0.8, len(log))
        log["satisfaction_after"] = np.clip(np.round(after), 0, 10)
        log = log.drop(columns=["return_before", "return_intent"])
        found.append(compare_recovered(log, 0.05)["satisfaction"].verdict())
    claims = np.mean(np.array(found) == "higher")
    assert claims <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / SAMPLES), claims


def test_rate_ratio_of_the_token_covers():
    people = pd.DataFrame({"customer": [f"C{n:07d}" for n in range(1500)], "plan_fee": 99})
    people["segment"] = "contract"
    token, start = pd.Timestamp(TRUTH.token), pd.Timestamp("2025-01-01")
    days = [(token - start).days, (pd.Timestamp("2026-07-01") - token).days]
    hits, ratios = [], []
    for number in range(SAMPLES):
        log = generator.complaints(people, np.random.default_rng([206, number]))
        security = pd.to_datetime(log.loc[log["failure"] == "account security", "received"])
        after = int((security >= token).sum())
        result = rates.rate_ratio(len(security) - after, after, *days)
        hits.append(result.low <= TRUTH.token_ratio <= result.high)
        ratios.append(result.ratio)
    record("06", "ratio of two rates of complaints", hits)
    assert np.mean(hits) >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / SAMPLES)  # exact: at least 95%
    error = np.std(np.log(ratios), ddof=1) / np.sqrt(SAMPLES)
    assert abs(np.log(ratios).mean() - np.log(TRUTH.token_ratio)) < 4 * error


@pytest.mark.parametrize(("yearly", "spread"), [(0.4, 0.0), (1.0, 0.5), (0.4, 0.5)])
def test_no_step_is_claimed_in_a_falling_or_overdispersed_series(yearly, spread):
    """The exact comparison of before and after claims one in nearly every falling series."""
    start, weeks = pd.Timestamp("2025-01-01"), np.arange(78)
    claims = []
    for number in range(4 * SAMPLES):
        rng = np.random.default_rng([506, number])
        mean = 12 * yearly ** (weeks / 52)
        if spread:
            mean = mean * rng.gamma(1 / spread**2, spread**2, len(weeks))
        week = np.repeat(weeks, rng.poisson(mean))
        when = start + pd.to_timedelta(7 * (week + rng.random(len(week))), unit="D")
        other = pd.date_range(start, periods=78 * 7 + 1, freq="D")
        log = pd.DataFrame({"received": [*when, *other]})
        log["failure"] = ["bill"] * len(when) + ["other"] * len(other)
        found = rates.removal(log, "bill", "2025-10-01", 1000).ratio
        claims.append(not found.low <= 1 <= found.high)
    share = np.mean(claims)
    assert share <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / len(claims)), share
