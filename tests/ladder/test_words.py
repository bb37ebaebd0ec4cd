"""What workbook 02 says follows the results, also where a panel tells less."""

import numpy as np
import pandas as pd
import pytest

from cemlib.catalogue import load
from cemlib.stats.estimates import Estimates
from cemlib.studies.ladder import funnel, ladder, rung_value
from cemlib.studies.ladder.datasets import conversations
from cemlib.studies.ladder.datasets.panel import load_panel
from cemlib.studies.ladder.off_policy import ESTIMATORS
from cemlib.studies.ladder.operator.panel_truth import STATES
from cemlib.studies.ladder.words import journey, loyalty
from cemlib.studies.ladder.words import ladder as words

MARGINS = (-4.0, 22, 24, 30, 36, 0)
DISCOUNT = 0.99


@pytest.fixture(scope="module")
def climbed():
    rows = load_panel(states=STATES).rows
    moved = ladder.moves(rows)
    return rows, moved, ladder.fit_ladder(moved, STATES, 200, np.random.default_rng(1))


def test_moves_say_who_goes_and_whether_chances_change(climbed):
    _, moved, fit = climbed
    same = ladder.homogeneity(moved, 6)
    text = words.moves(fit, same, 10)
    assert "Of those who are prospect" in text
    assert "of those who are advocate" in text
    assert "no sign that the chances change" in text
    other = ladder.Homogeneity(99.0, 4, 0.001, 2)
    assert "**change**" in words.moves(fit, other, 10)
    assert "cannot be told" in words.moves(fit, ladder.Homogeneity(0.0, 0, np.nan, 1), 10)


def test_rungs_leave_out_those_who_are_gone(climbed):
    table = words.rungs(climbed[2], MARGINS, DISCOUNT)
    assert table["rung"].tolist() == list(STATES[:-1])
    assert table.iloc[-1, 3] == "100"  # who is there has arrived


def test_steps_are_told_in_both_measures():
    names = ("a → b", "b → gone")
    draws = np.array([[0.2, -0.5], [0.6, -0.5]])
    elasticity = Estimates(names, np.array([0.2, -0.5]), draws)
    text = words.steps(elasticity, Estimates(names, np.array([3.0, -9.0]), draws * 10))
    assert "**from b to gone**: 1% more" in text
    assert "first in 50% of the draws" in text
    assert "worth most from a to b: **3.0 yuan**" in text
    assert "whole point" not in words.steps(
        Estimates(names[1:], elasticity.values[1:], draws[:, 1:]),
        Estimates(names[1:], elasticity.values[1:], draws[:, 1:]),
    )


def test_a_moved_ladder_changes_what_customers_are_worth(climbed):
    rows, _, fit = climbed
    start = words.shares_now(rows, 6)
    assert start.sum() == pytest.approx(1)
    assert start[-1] == 0
    moved = words.Moved(fit, MARGINS, DISCOUNT, start, 12)
    step = "loyal → advocate"
    assert step in moved.choices()
    assert "as it is" in moved.said(step, 1.0)
    worth = [float(start @ moved.parts(step, factor)[2]) for factor in (0.5, 1.0, 2.0)]
    assert worth == sorted(worth)
    assert "instead of" in moved.said(step, 2.0)


def test_entry_must_be_a_state():
    assert words.entry_of("customer", STATES) == 1
    with pytest.raises(ValueError, match="did you mean 'customer'"):
        words.entry_of("custmer", STATES)


def test_staying_without_score_slip_or_leavers(climbed):
    rows, moved, fit = climbed
    rng = np.random.default_rng(1)
    whole = loyalty.staying(rows, moved, fit, 1, rng)
    assert "with the rung it is" in loyalty.stays(whole)
    assert list(whole.names)[:3] == ["score", "tenure", "slip"]
    bare = moved.drop(columns=["score", "slip", "tenure"])
    less = loyalty.staying(rows, bare, fit, 1, rng)
    assert less.concordance is None
    assert less.hazards is not None
    assert "alone" not in loyalty.stays(less)
    stayers = moved[moved["next"] != 5]
    none = loyalty.staying(rows, stayers, fit, 1, rng)
    assert "Too few left" in loyalty.stays(none)
    assert loyalty.hazards_truth(none, {}).empty
    assert loyalty.slips(bare, fit, 1) is None
    assert loyalty.referrals(rows.drop(columns="brought"), fit, 1, MARGINS, DISCOUNT, rng) is None
    found = list(loyalty.people_findings(none, None, None, "advocate"))
    assert found == []


def test_forgiveness_and_referral_in_words(climbed):
    rows, moved, fit = climbed
    slipped = loyalty.slips(moved, fit, 1)
    assert "for satisfied" in loyalty.forgives(slipped)
    assert "is not compatible" in loyalty.forgives(slipped)
    empty = loyalty.slips(moved.head(40), fit, 1)
    assert "too few" in loyalty.forgives(empty)
    rng = np.random.default_rng(1)
    brought = loyalty.referrals(rows, fit, 1, MARGINS, DISCOUNT, rng)
    assert "less than 1" in loyalty.brings(brought, "advocate")
    many = loyalty.referrals(rows.assign(brought=rows["brought"] * 5), fit, 1, MARGINS, 0.999, rng)
    assert "more than 1" in loyalty.brings(many, "advocate")
    assert "no end" in loyalty.brings(many, "advocate")


def test_findings_keep_their_names_whatever_the_states_are_called(climbed):
    rows, moved, fit = climbed
    start = words.shares_now(rows, 6)
    rng = np.random.default_rng(1)
    stayed, slipped = loyalty.staying(rows, moved, fit, 1, rng), loyalty.slips(moved, fit, 1)
    renamed = ladder.Ladder(tuple("uvwxyz"), fit.counts, fit.chances, fit.draws)
    for each in (fit, renamed):
        steps = rung_value.compare_steps(each, MARGINS, DISCOUNT, start)
        found = list(words.ladder_findings(each, MARGINS, DISCOUNT, 1, *steps))
        assert [finding.name for finding in found] == [
            "value_of_customer", "value_of_best", "ever_best", "months_to_best",
            "step_worth_most", "elasticity_of_that_step", "worth_of_a_point",
        ]  # fmt: skip
    names = [f.name for f in loyalty.people_findings(stayed, slipped, None, "advocate")]
    assert names == [
        "concordance_of_satisfaction", "concordance_with_rung", "hazard_of_best",
        "slip_odds_on_the_lowest_rung", "slip_odds_on_the_highest_rung",
    ]  # fmt: skip


def test_voice_counts_touchpoints_of_the_survey_too():
    feedback = conversations.load_feedback()
    rows = journey.by_touchpoint(feedback, ["bill"])
    survey = rows[(rows["mode"] == "company-driven") & (rows["touchpoint"] == "bill")]
    assert survey["rating"].notna().sum() == feedback["bill"].notna().sum()
    found = journey.voice(feedback, 50, np.random.default_rng(1))
    assert "Each day between an event and the question" in journey.hears(found)
    assert found.survey.values[1] < found.survey.values[0]


def test_charts_and_channels_in_words():
    charts = journey.charts(load("service-weeks"))
    text = journey.in_time(charts, 0.8)
    assert "out of the ordinary: week 61, 62, 63 and 64" in text
    table = pd.DataFrame({"group": ["a", "b"], "crude": [7.0, 6.0], "standardised": [6.0, 6.5]})
    assert "**b and a**. The order was a and b" in journey.channels(table)
    assert "The order stays" in journey.channels(table.assign(crude=[6.0, 6.5]))


def test_abandonment_with_and_without_reasons():
    log = pd.DataFrame({"session": [1, 1, 2, 3], "step": list("abaa"), "time": [1.0, 2, 3, 4]})
    fit = funnel.fit_funnel(log)
    text = journey.abandonment(fit, funnel.step_survival(fit), pd.DataFrame())
    assert text.endswith("Nobody was asked why.")


def test_the_game_follows_the_table_of_prompts():
    calls, rules = conversations.calls_to_decide(), load("prompts")
    actions = conversations.ACTIONS
    rows = journey.game(calls, rules, actions)
    assert (rows.groupby("step")["done"].sum() == 1).all()
    said = rows["moment"].dropna()
    assert said.str.contains("The screen says: ").all()
    helping = rules.assign(prompt="help")
    other = journey.game(calls, helping, actions)
    assert (calls.loc[other["done"], "action"] == "help").all()
    # Who follows every prompt earns less than who overrides where the customer is angry.
    angry = rows["done"] & (calls["angry"] > 0) & (calls["action"] == "sell")
    step = rows.loc[angry, "step"].iloc[0]
    of_step = rows[rows["step"] == step]
    assert of_step["cost"].max() > of_step.loc[of_step["done"], "cost"].iloc[0]


def test_policies_are_said_and_found():
    log, rules = conversations.load_calls(), load("prompts")
    plans = journey.policies(log.facts, rules, conversations.ACTIONS, "angry", "help")
    assert list(plans) == list(journey.POLICIES)
    differ = (plans["guided"] != plans["guided with override"]).any(axis=1)
    assert (log.facts.loc[differ, "angry"] > 0).all()
    assert differ.any()
    values = journey.value_policies(
        plans, log.value, log.action, log.chances, log.facts, np.random.default_rng(1)
    )
    assert "The log favours **guided with override**" in journey.favours(values, 200.0)
    found = {f.name: f for f in journey.policy_findings(values, "guided")}
    assert len(found) == len(ESTIMATORS) + 3
    assert found["guided_over_selling"].low > 0
    truth = {"always sell": 170.0, "guided": 243.0, "guided with override": 251.0}
    assert journey.policy_truth(values, truth)["within"].any()
    shown = journey.prompts_table(rules, log.facts)
    assert shown["calls"].sum() == pytest.approx(1)
    assert shown["if"].iloc[-1] == "always"


def test_touchpoints_stand_by_stage_and_channel():
    feedback = conversations.load_feedback()
    table = journey.by_channel(feedback, {"bill": "use", "help": "service"})
    assert table["stage"].tolist() == ["use", "service"]
    app = feedback[(feedback["channel"] == "app") & feedback["help"].notna()]
    assert table.loc[1, "app"] == pytest.approx(app["help"].mean())
