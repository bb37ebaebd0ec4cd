"""Values of complaint policies cover what their answers are truly worth.

The response is fitted to a log, and the policies answer the same log. What the answers bring is
then counted with the true response over very many other complaints.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.stats.logit import Logit
from cemlib.studies.complaints import policies
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.gains import Gains, Stakes
from cemlib.studies.complaints.operator import generator
from cemlib.studies.complaints.operator.truth import COMPLAINT_TRUTH as TRUTH
from cemlib.studies.complaints.operator.truth import FAILURES
from cemlib.studies.complaints.response import FEATURES, OUTCOMES, Response, fit_response
from tests.recovery.replicates import replicates

SAMPLES, SIZE, RESAMPLES = replicates(100), 1000, 150
NOMINAL = 1 - 2 * (0.025 * (RESAMPLES - 1) + 1) / (RESAMPLES + 1)
RULES = policies.Rules()
LIMIT = RULES.authority
TINY = 5e-4


def true_response():
    kinds = sorted(FAILURES)[1:]
    names = ("intercept", *FEATURES, "log_loss", *(f"failure_{kind}" for kind in kinds))
    effects = dict(zip(FAILURES, TRUTH.failure_effect, strict=True))
    logits = {}
    for outcome in OUTCOMES:
        values, base = np.array(getattr(TRUTH, outcome)), 0.0
        shifts = np.zeros(len(kinds))
        if outcome == "stayed":
            base = effects[sorted(FAILURES)[0]]
            shifts = np.array([effects[kind] for kind in kinds]) - base
        values = np.concatenate([values + base * (np.arange(len(values)) == 0), shifts])
        logits[outcome] = Logit(names, values, values[None])
    worth = np.array([generator.population()["worth"][name] for name in generator.PARTS])
    return Response(logits, worth, worth[None])


def complaints(number, size):
    rng = np.random.default_rng([306, number])
    answers = generator.simulate_answers(size, rng)
    log = pd.concat([answers, generator.simulate_ratings(answers, rng)], axis=1)
    log["fee"] = rng.choice([39.0, 99.0, 149.0, 299.0], size)
    return log, rng


@cache
def population():
    return complaints(2**31, 6_000)[0]


def true_means(gains, response):
    """Return what the answers by these estimated gains bring to everybody, with true responses."""
    everybody = population()
    ours = Gains(gains.response, gains.stakes, everybody)
    truly = Gains(response, gains.stakes, everybody)
    rows = {}
    for name in policies.POLICIES:
        answers = policies.policy_answers(name, ours, menu(), RULES)
        frame = truly.evaluate(answers)
        rows[name] = frame[["customer", "company"]].mean()
        rows[name]["share_sd"] = policies.within_group_sd(
            answers["share"], policies.similar_cases(everybody)
        )
        rows[name]["company_worse_off"] = (frame["company"] < 0).mean()
    table = pd.DataFrame(rows).T
    return table.assign(
        realised=table["company"], gain_over_deny=table["company"] - table.loc["deny", "company"]
    )


@cache
def hits():
    truth, found = true_response(), []
    for number in range(SAMPLES):
        log, rng = complaints(number, SIZE)
        weights = stats.bootstrap_weights(SIZE, RESAMPLES, rng)
        gains = Gains(fit_response(log, weights), Stakes(), log)
        uniforms = rng.random((SIZE, 3))
        tables = policies.compare_by_authority(gains, menu(), log, uniforms, weights, RULES)
        table, true_values = tables[LIMIT].set_index("policy"), true_means(gains, truth)
        found.append(
            {
                (policy, name): table.loc[policy, f"{name}_low"] - TINY
                <= true_values.loc[policy, name]
                <= table.loc[policy, f"{name}_high"] + TINY
                for policy in policies.POLICIES
                for name in true_values
                if f"{name}_low" in table
            }
        )
    rates = pd.DataFrame(found).mean()
    return rates.set_axis(pd.MultiIndex.from_tuples(rates.index))


@pytest.mark.parametrize(
    "name", ["customer", "company", "realised", "gain_over_deny", "company_worse_off", "share_sd"]
)
def test_values_of_policies_cover(name):
    counted = hits()
    rate = counted[counted.index.get_level_values(1) == name]
    error = np.sqrt(NOMINAL * (1 - NOMINAL) / SAMPLES)
    assert (rate >= NOMINAL - 4 * error).all(), rate
