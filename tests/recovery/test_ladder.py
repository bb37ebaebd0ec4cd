"""The intervals of workbook 02 cover the operator's true values at the rate they state."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.stats.customers import customers
from cemlib.studies.ladder import chain_checks, datasets, markov, off_policy, survival
from cemlib.studies.ladder.channels import compare_channels
from cemlib.studies.ladder.concordance import concordance
from cemlib.studies.ladder.forgiveness import slip_effects
from cemlib.studies.ladder.funnel import completions_gained, fit_funnel
from cemlib.studies.ladder.off_policy import value_policies
from cemlib.studies.ladder.operator import applications as generate_applications
from cemlib.studies.ladder.operator import conversations as generate_conversations
from cemlib.studies.ladder.operator import panel as generate_panel
from cemlib.studies.ladder.operator import panel_truth
from cemlib.studies.ladder.operator import voice as generate_voice
from cemlib.studies.ladder.operator.conversations import ACTIONS, FACTS, PROBABILITIES
from cemlib.studies.ladder.operator.panel_truth import RUNGS, STATES
from cemlib.studies.ladder.prompts import POLICIES, policies
from cemlib.studies.ladder.voice import listening
from tests.recovery.replicates import record, replicates

SAMPLES, PEOPLE, RESAMPLES = replicates(150), 3000, 250
# Coverage of a percentile interval from so few draws: its bounds are the 7th of 250 from outside.
NOMINAL = 1 - 2 * (0.025 * (RESAMPLES - 1) + 1) / (RESAMPLES + 1)


def assert_covers(hits, nominal=0.95):
    """Each rate may deviate by 4 standard errors, their mean by 2.5 of independent ones."""
    rate = np.atleast_1d(np.mean(hits, axis=0))
    error = np.sqrt(nominal * (1 - nominal) / len(hits))
    assert (np.abs(rate - nominal) < 4 * error).all(), rate
    assert abs(rate.mean() - nominal) < 2.5 * error, rate.mean()


@cache
def people(number):
    return customers(PEOPLE, np.random.default_rng([502, number]))


@cache
def panel(number):
    """Return a panel's moves, and its fitted ladder."""
    rng = np.random.default_rng([503, number])
    rows = generate_panel.panel(people(number), rng)
    rows["rung"] = rows["state"]
    rows["state"] = rows["state"].map({name: at for at, name in enumerate(STATES)})
    month = rows["month"].str.split("-")
    rows["month"] = month.str[0].astype(int) * 12 + month.str[1].astype(int)
    rows["slip"] = (rows["slip"] == "yes") * 1.0
    moved = markov.moves(rows)
    return moved, markov.fit_ladder(moved, STATES, RESAMPLES, rng)


def test_moves_cover():
    moves = generate_panel.population()["moves"]
    truth = np.array([[moves[row][column] for column in STATES] for row in STATES])
    hits = []
    for number in range(SAMPLES):
        fit = panel(number)[1]
        low, high = stats.percentile_interval(fit.draws)
        hits.append([low[step] <= truth[step] <= high[step] for step in fit.steps()])
    assert {len(each) for each in hits} == {12}
    record("02", "probabilities of moving between rungs", hits, nominal=NOMINAL)
    assert_covers(hits, NOMINAL)


def test_moves_do_not_seem_to_change():
    p = [
        chain_checks.homogeneity(panel(number)[0], len(STATES)).p_value for number in range(SAMPLES)
    ]
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / SAMPLES)


def test_hazard_ratios_cover():
    ratios = panel_truth.LADDER_TRUTH.log_hazard_ratios()
    names = ["score", "tenure", "slip", *RUNGS[1:]]
    truth = np.exp([ratios[name] for name in names])
    hits, coefficients = [], []
    for number in range(SAMPLES):
        moved = panel(number)[0]
        rows = moved[(moved["state"] > 0) & (moved["state"] < len(STATES) - 1)]
        design = rows[["score", "slip"]].assign(tenure=rows["tenure"] / 12)
        for name in RUNGS[1:]:
            design[name] = (rows["rung"] == name) * 1.0
        fit = survival.cox(design[names], rows["month"], rows["next"] == len(STATES) - 1)
        frame = fit.frame()
        hits.append((frame["low"] <= truth) & (truth <= frame["high"]))
        coefficients.append(fit.coefficients)
    record("02", "hazard ratios of leaving", hits)
    assert_covers(hits)
    error = np.std(coefficients, axis=0, ddof=1) / np.sqrt(SAMPLES)
    bias = np.abs(np.mean(coefficients, axis=0) - np.log(truth))
    # The rarest leavers, the advocates (about nine in a sample), pull a log ratio down a little.
    assert (bias < 4 * error + np.where(np.array(names) == "advocate", 0.1, 0.0)).all()


def test_satisfaction_alone_predicts_less_than_with_the_rung():
    more = []
    for number in range(20):
        moved = panel(number)[0]
        rows = moved[(moved["state"] > 0) & (moved["state"] < len(STATES) - 1)]
        left = rows["next"] == len(STATES) - 1
        design = rows[["score"]].assign(**{r: (rows["rung"] == r) * 1.0 for r in RUNGS[1:]})
        both = design.to_numpy() @ survival.cox(design, rows["month"], left).coefficients
        alone, with_rung = (
            concordance(risk, rows["month"], left)[0] for risk in (-rows["score"], both)
        )
        more.append(with_rung - alone)
    assert min(more) > 0.02


def test_forgiveness_covers_and_ranks_the_rungs():
    truth = generate_panel.population()["slip_odds"]
    hits, first = [], []
    for number in range(SAMPLES):
        fit = slip_effects(*panel(number), entry=1)
        table = fit.rungs.set_index("rung")
        hits.append([table.loc[r, "low"] <= truth[r] <= table.loc[r, "high"] for r in RUNGS])
        first.append(table["odds_ratio"].idxmax())
    record("02", "odds ratio of a slip, by rung", hits)
    assert_covers(hits)
    assert np.mean(np.array(first) == "satisfied") > 0.95


@cache
def feedback(number):
    rng = np.random.default_rng([504, number])
    rows = generate_voice.feedback(people(number), rng)
    segment = people(number).set_index("customer")["segment"]
    return rows.assign(segment=rows["customer"].map(segment)), rng


def test_weighting_corrects_non_response_and_delay_covers():
    truth = generate_voice.population()
    hits, raw = [], []
    for number in range(SAMPLES):
        rows, rng = feedback(number)
        heard = listening(rows, RESAMPLES, rng)
        low, high = heard.survey.interval()
        delay = heard.delay.interval()
        hits.append(
            [low[1] <= truth["relationship"] <= high[1], delay[0] <= truth["drift"] <= delay[1]]
        )
        raw.append(low[0] <= truth["relationship"] <= high[0])
    record("02", "rating weighted for non-response, and change with delay", hits)
    record("02", "unweighted rating of those who respond", raw, mistake=True)
    assert_covers(hits)
    assert np.mean(raw) < 0.3  # respondents differ from those asked


def test_standardised_channels_cover_and_crude_ones_do_not():
    truth = generate_voice.population()["channels"]
    hits, crude = [], []
    for number in range(SAMPLES):
        table = compare_channels(feedback(number)[0]).table.set_index("group")
        true_values = table.index.map(truth)
        hits.append((table["low"] <= true_values) & (true_values <= table["high"]))
        crude.append(table["crude"] - true_values)
    record("02", "standardised ratings of channels", hits)
    # The standard is the segment mix of the sample itself, which adds a little error.
    assert_covers(hits)
    assert np.abs(np.mean(crude, axis=0)).max() > 0.1


def test_completions_gained_cover():
    truth = generate_applications.true_parameters()["won"]
    hits = []
    for number in range(SAMPLES):
        rng = np.random.default_rng([505, number])
        log = generate_applications.applications(people(number), rng)
        fit = fit_funnel(log.assign(time=pd.to_datetime(log["time"])), generate_applications.STEPS)
        table = completions_gained(fit, RESAMPLES, rng).set_index("reason")
        hits.append(
            [table.loc[r, "low"] <= gain <= table.loc[r, "high"] for r, gain in truth.items()]
        )
    record("02", "completions gained, by reason for leaving", hits, nominal=NOMINAL)
    assert_covers(hits, NOMINAL)


@cache
def valued(number, size=800):
    rng = np.random.default_rng([506, number])
    log = generate_conversations.draw_conversations(size, rng)
    action = pd.Index(ACTIONS).get_indexer(log["action"])
    plans = policies(log[list(FACTS)], datasets.load("prompts"), ACTIONS, "angry", "help")
    facts, logged = log[list(FACTS)], log[list(PROBABILITIES)].to_numpy()
    return value_policies(plans, log["value"].to_numpy(), action, logged, facts, rng)


@pytest.mark.parametrize("estimator", off_policy.ESTIMATORS)
def test_policies_cover(estimator):
    truth = generate_conversations.population()
    hits, estimates = [], []
    for number in range(2 * SAMPLES):
        values = [valued(number)[name].values[estimator] for name in POLICIES]
        bounds = [each.interval() for each in values]
        hits.append([a <= truth[n] <= b for (a, b), n in zip(bounds, POLICIES, strict=True)])
        estimates.append([each.estimate for each in values])
    told = "The self-normalised interval of a rare policy covers its value in 93% of logs."
    record("02", f"value of a policy: {estimator}", hits, told=told)
    assert_covers(hits)
    bias = np.mean(estimates, axis=0) - [truth[name] for name in POLICIES]
    error = np.std(estimates, axis=0, ddof=1) / np.sqrt(len(estimates))
    assert (np.abs(bias) < 4 * error).all(), bias / error


def test_doubly_robust_varies_less_and_the_override_covers():
    truth = generate_conversations.population()
    errors = {
        policy: {
            name: np.std([valued(n)[policy].values[name].estimate for n in range(SAMPLES)])
            for name in off_policy.ESTIMATORS
        }
        for policy in POLICIES
    }
    for each in errors.values():
        assert each["doubly robust"] < 0.75 * each["inverse propensity"], errors
    # Dividing by the weights helps where rewards are similar, and little where they differ as much
    # as those of always selling.
    guided = errors["guided"]
    assert guided["self-normalised"] < 0.75 * guided["inverse propensity"], errors
    gain = truth["guided with override"] - truth["guided"]
    gaps = [valued(n)["guided with override"].minus(valued(n)["guided"]) for n in range(SAMPLES)]
    hits = [low <= gain <= high for low, high in (gap.interval() for gap in gaps)]
    record("02", "gain of overriding a guided policy", hits)
    assert_covers(np.array(hits)[:, None])
