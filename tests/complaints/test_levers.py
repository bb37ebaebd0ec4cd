"""The levers of complaint answers and of removed causes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cemlib import stats
from cemlib.data.common import load_truth
from cemlib.data.company import read_company
from cemlib.home import operator_file
from cemlib.studies import complaints as study
from cemlib.studies.complaints.policy_draws import drawn_values
from cemlib.studies.complaints.rates import RateRatio

DRAWS = 40


@pytest.fixture(scope="module")
def answered():
    """Return what the policies section of the workbook uses, with few draws."""
    data = study.load_complaints("")
    weights = stats.bootstrap_weights(len(data.log), DRAWS, np.random.default_rng(1), data.clusters)
    response = study.fit_response(data.log, weights)
    held = read_company(operator_file()).assumptions
    stakes = study.Stakes.assumed(held, 0.008, 1.0)
    year, rows = data.last_year("policies")
    uniforms = np.random.default_rng(2).random((len(year), 3))
    return study.Gains(response, stakes, year), uniforms, weights[:, rows]


def test_what_answers_keep_is_the_company_s_gain_and_what_they_cost(answered):
    """What is kept minus what is spent is the gain over silence, of a quarter's complaints."""
    gains, uniforms, weights = answered
    menu, rules = study.menu(), study.policies.Rules(50, 100)
    lever = study.answers_lever(
        gains, menu, uniforms, weights, rules, caps=[0, 100], value=np.ones(DRAWS)
    )
    answer = study.policies.policy_answers("nash capped", gains, menu, rules)
    company = drawn_values(gains, {"it": answer}, uniforms, weights)["it"]["company"]
    net = lever.kept[:, -1].mean() - lever.spend[-1]
    assert net == pytest.approx(company.mean() * len(gains.loss) / 4, rel=0.01)
    assert lever.kept.mean(axis=0).tolist() == sorted(lever.kept.mean(axis=0))


def test_the_most_frequent_cause_comes_first_and_the_removed_one_not_again():
    """The curve is concave, and the kind whose cause is gone is left out."""
    log = study.load_complaints("").rows
    held = read_company(operator_file()).assumptions
    gone = held["removed_failure"]
    ratio = study.rates.removal(log, gone, held["removed_day"], 4000).ratio
    planted = load_truth()["planted"]["complaints"]["token_ratio"]
    assert ratio.low <= planted <= ratio.high
    lever = study.causes_lever(
        log, ratio, without=[gone], cost=100, worth=np.ones(2000), rng=np.random.default_rng(1)
    )
    steps = np.diff(lever.results.mean(axis=0))
    assert (np.diff(steps) < 0).all()
    days = (log["received"].max() - log["received"].min()).days
    most = log.loc[log["failure"] != gone, "failure"].value_counts().max()
    assert steps[0] == pytest.approx(most * 91.3 / days * (1 - ratio.ratio), rel=0.05)


def test_a_complaint_costs_payments_and_customers_who_leave_for_it():
    """Who would have left anyway is not counted."""
    rows = pd.DataFrame({"compensation": [0.0, 0, 60, 60], "stayed": [1.0, 0, 1, 0]})
    usual = {"monthly_retention": 0.9 ** (1 / 3)}
    cost = study.complaint_cost(rows, usual, 100.0, np.ones((1, 4)))
    assert cost == pytest.approx([30 + 100 * (0.9 - 0.5)])


def test_a_ratio_without_an_interval_is_refused():
    """Zero complaints afterwards have a ratio of 0, and nothing to draw from."""
    log = pd.DataFrame(
        {"received": pd.date_range("2026-01-01", periods=4), "failure": list("abab")}
    )
    with pytest.raises(ValueError, match="interval is finite"):
        study.causes_lever(
            log, RateRatio(0.0, 0.0, 0.5, 0.1), cost=1, worth=[1.0], rng=np.random.default_rng(1)
        )
