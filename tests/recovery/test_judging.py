"""Shares of answers and effects of a policy cover where questions differ in difficulty.

The operator's questions are equally difficult. Here they are not, as everywhere: an easy question
is answered well by both agents who are asked. Judged by three coders, and by two, who may tie.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from cemlib.studies.value import reliability
from tests.recovery.replicates import record, replicates

SAMPLES = replicates(200)
MARKS = ("correct", "hedged", "integrated")
BASE, TRUST = {"correct": 0.9, "hedged": -0.4, "integrated": -0.3}, -0.8
DIFFICULT = {"correct": 1.5, "hedged": 0.8, "integrated": 0.0}
MISREAD = 0.07


def judged(questions, asked, agents, coders, difficulty, rng):
    """Return the judgements of answers: agents and questions differ, coders misread some."""
    policy = np.tile([0, 1], agents // 2)
    first = rng.integers(agents, size=questions)
    agent = np.column_stack([first, (first + rng.integers(1, agents, questions)) % agents]).ravel()
    if asked > 2:
        shuffled = np.argsort(rng.random((questions, agents)), axis=1)
        agent = shuffled[:, :asked].ravel()
    question = np.repeat(np.arange(questions), asked)
    frame = pd.DataFrame({"answer": np.arange(len(agent)), "question": question})
    frame["agent"], frame["policy"] = agent, np.where(policy[agent], "trust", "marks")
    marks = {}
    for name in MARKS:
        odds = BASE[name] + 0.4 * rng.standard_normal(agents)[agent]
        odds += difficulty * DIFFICULT[name] * rng.standard_normal(questions)[question]
        odds += TRUST * policy[agent] * (name == "hedged")
        marks[name] = rng.random(len(agent)) < expit(odds)
    rows = frame.loc[frame.index.repeat(coders)].reset_index(drop=True)
    for name, true in marks.items():
        rows[name] = (np.repeat(true, coders) ^ (rng.random(len(rows)) < MISREAD)).astype(float)
    return rows


@cache
def truth(coders, difficulty):
    """Return what many agents and questions give: with two coders, what each of them gives."""
    rows = judged(100_000, 2, 20_000, coders, difficulty, np.random.default_rng(20260171))
    single = rows.groupby("answer")[[*MARKS]].mean()
    if coders == 3:
        single = (single > 0.5).astype(float)
    single["reliable"] = single["correct"] * (1 - single["hedged"])
    trusted = rows.groupby("answer")["policy"].first() == "trust"
    effect = single[trusted].mean() - single[~trusted].mean()
    return single.assign(certain=1 - single["hedged"]).mean(), effect


def studied(agents, questions, asked, coders, difficulty):
    """Return for each sample whether intervals of shares and effects cover, and the misses."""
    shares, effects = truth(coders, difficulty)
    hits, misses = [], []
    for number in range(SAMPLES):
        rng = np.random.default_rng([521, number, coders])
        answers = reliability.majority_judgements(
            judged(questions, asked, agents, coders, difficulty, rng)
        )
        row = {}
        for each in reliability.reliability_indices(answers).itertuples():
            row[each.name] = each.low <= shares[each.name] <= each.high
        misses.append(answers["hedged"].mean() - shares["hedged"])
        for name, effect in reliability.policy_effects(answers, "trust").items():
            low, high = effect.interval()
            row[f"effect on {name}"] = low <= effects[name] <= high
        hits.append(row)
    return pd.DataFrame(hits), np.array(misses)


@pytest.mark.parametrize(
    ("agents", "questions", "asked", "coders", "difficulty"),
    [(60, 300, 2, 3, 1), (60, 300, 2, 3, 0), (60, 300, 2, 2, 1), (60, 40, 10, 3, 1)],
)
def test_shares_and_effects_cover(agents, questions, asked, coders, difficulty):
    hits, misses = studied(agents, questions, asked, coders, difficulty)
    error = np.sqrt(0.95 * 0.05 / SAMPLES)
    rates = hits.mean()
    shown = f"{agents} agents, {questions} questions asked {asked} times, {coders} coders, "
    shown += "questions differ in difficulty" if difficulty else "equal questions"
    record("05", "shares of answers and effects of a policy", hits, shown)
    assert (rates >= 0.95 - 4 * error).all(), rates
    # Seven rates of the same samples: their mean errs by less than one of them.
    assert 0.95 - 2 * error <= rates.mean() <= 0.95 + 3 * error, rates
    # Ties that count as "not hedged" would put the share 6 points too low.
    assert abs(misses.mean()) < 4 * misses.std() / np.sqrt(SAMPLES)


def test_a_team_of_twenty_is_covered_nearly():
    """Twenty agents and forty questions, as in the quality sheet: few for a sandwich."""
    hits = studied(20, 40, 2, 2, 1)[0]
    record("05", "shares of answers and effects of a policy", hits, "20 agents, 40 questions")
    rates = hits.mean()
    assert (rates >= 0.93 - 4 * np.sqrt(0.95 * 0.05 / SAMPLES)).all(), rates
