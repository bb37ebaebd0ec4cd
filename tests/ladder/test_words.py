"""What workbook 02 says follows the results, also where a panel holds less."""

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Difference, Estimates
from cemlib.studies.ladder import (
    chain_checks,
    channels,
    datasets,
    forgiveness,
    funnel,
    markov,
    off_policy,
    prompts,
    proportional,
    referral,
    routing,
    rung_value,
    survival,
    voice,
    words,
)
from cemlib.studies.ladder.operator.panel_truth import STATES
from cemlib.studies.ladder.tariffs import Overpayment
from cemlib.teach.markdown import Markdown

MARGINS = (-4.0, 22, 24, 30, 36, 0)
DISCOUNT = 0.99


def flat(text):
    """Return Markdown on one line; every sentence must be Markdown."""
    assert isinstance(text, Markdown)
    return " ".join(text.split())


@pytest.fixture(scope="module")
def fitted():
    rows = datasets.load_panel(states=STATES).rows
    moved = markov.moves(rows)
    return rows, moved, markov.fit_ladder(moved, STATES, 200, np.random.default_rng(1))


def test_moves_name_the_extremes_and_whether_probabilities_change(fitted):
    _, moved, fit = fitted
    text = flat(words.moves(fit, chain_checks.homogeneity(moved, 6), 10))
    assert "months of 10 people" in text
    assert "of people on the rung *prospect* become *lapsed*" in text
    assert "of those on the rung *advocate*" in text
    assert "no evidence that the probabilities change" in text
    assert "**change**" in words.moves(fit, chain_checks.Homogeneity(99.0, 4, 0.001, 2), 10)
    untested = words.moves(fit, chain_checks.Homogeneity(0.0, 0, np.nan, 1), 10)
    assert "cannot be tested" in untested


def test_names_of_states_are_escaped(fitted):
    _, moved, fit = fitted
    renamed = markov.Ladder(("a*b", *STATES[1:]), fit.counts, fit.probabilities, fit.draws)
    assert r"a\*b" in words.moves(renamed, chain_checks.homogeneity(moved, 6), 10)


def test_the_table_of_rungs_leaves_out_customers_who_left(fitted):
    table = words.rungs_table(rung_value.rung_table(fitted[2], MARGINS, DISCOUNT), "advocate")
    assert [row[0] for row in table.rows] == list(STATES[:-1])
    assert table.rows[-1][table.columns.index("share who ever reach advocate, %")] == "100"
    assert "lifetime value (CNY)" in table.columns
    bare = words.rungs_table(rung_value.rung_table(fitted[2], None, DISCOUNT), "advocate")
    assert not any("value" in column for column in bare.columns)


def test_steps_are_described_in_both_measures():
    names = ("a → b", "b → gone")
    draws = np.array([[0.2, -0.5], [0.6, -0.5]])
    elasticity = Estimates(names, np.array([0.2, -0.5]), draws)
    per_point = Estimates(names, np.array([3.0, -9.0]), draws * 10)
    text = flat(words.steps(rung_value.StepValues(elasticity, per_point)))
    assert "**from b to gone**: 1% more" in text
    assert "first in 50% of the posterior draws" in text
    assert "worth most from a to b: **3.0 CNY**" in text
    losing = Estimates(names[1:], elasticity.values[1:], draws[:, 1:])
    assert "percentage point" not in words.steps(rung_value.StepValues(losing, losing))


def test_a_changed_step_changes_the_value_of_customers(fitted):
    rows, _, fit = fitted
    mix = rung_value.customer_mix(rows, 6)
    assert mix.sum() == pytest.approx(1)
    assert mix[-1] == 0

    def change(factor):
        return rung_value.change_step(
            fit, "loyal → advocate", factor, MARGINS, DISCOUNT, mix, months=12
        )

    values = [change(factor).after[1] for factor in (0.5, 1.0, 2.0)]
    assert values == sorted(values)
    figure, text = words.what_if(change(1.0))
    assert "as estimated" in flat(text)
    assert "12" in figure.alt
    assert "instead of" in flat(words.what_if(change(2.0))[1])
    with pytest.raises(ValueError, match="step is 'loyal → prospect'"):
        rung_value.change_step(fit, "loyal → prospect", 2, MARGINS, DISCOUNT, mix, 12)


def test_retention_without_score_slip_or_leavers(fitted):
    rows, moved, fit = fitted
    rng = np.random.default_rng(1)
    whole = survival.retention(rows, moved, fit, 1)
    assert "Still present after 17 months" in flat(words.stays(whole))
    labels = words.covariate_labels(whole)
    assert list(labels)[:4] == ["score", "tenure", "slip", "satisfied"]
    assert labels["satisfied"] == "satisfied, against customer"
    compared = whole.hazards.beside_truth({"score": 0.9})
    shown = words.hazards_table(compared, labels)
    assert [row[0] for row in shown.rows] == list(labels.values())
    bare = moved.drop(columns=["score", "slip", "tenure"])
    less = survival.retention(rows, bare, fit, 1)
    assert less.hazards is not None
    stayers = moved[moved["next"] != 5]
    none = survival.retention(rows, stayers, fit, 1)
    assert "Too few customers left" in flat(words.stays(none))
    assert forgiveness.slip_effects(bare, fit, 1) is None
    unknown = rows.drop(columns="brought")
    assert referral.referrals(unknown, fit, 1, MARGINS, DISCOUNT, rng) is None
    assert list(words.retention_findings(none)) == []
    assert list(words.forgiveness_findings(None)) == []
    assert list(words.referral_findings(None, "advocate")) == []
    assert "no column *slip*" in words.forgives(None)
    assert "no column *brought*" in flat(words.refers(None, "advocate"))


def test_forgiveness_and_referrals_in_words(fitted):
    rows, moved, fit = fitted
    slipped = flat(words.forgives(forgiveness.slip_effects(moved, fit, 1)))
    assert "on the rung *satisfied*" in slipped
    assert "not compatible" in slipped
    empty = forgiveness.slip_effects(moved.head(40), fit, 1)
    assert "too few" in words.forgives(empty)
    rng = np.random.default_rng(1)
    referred = referral.referrals(rows, fit, 1, MARGINS, DISCOUNT, rng)
    assert "below 1" in flat(words.refers(referred, "advocate"))
    more = rows.assign(brought=rows["brought"] * 5)
    many = referral.referrals(more, fit, 1, MARGINS, 0.999, rng)
    assert "above 1" in flat(words.refers(many, "advocate"))
    assert "infinite" in flat(words.refers(many, "advocate"))


def test_findings_keep_their_names_whatever_the_states_are_called(fitted):
    rows, moved, fit = fitted
    mix = rung_value.customer_mix(rows, 6)
    retained = survival.retention(rows, moved, fit, 1)
    slipped = forgiveness.slip_effects(moved, fit, 1)
    renamed = markov.Ladder(tuple("uvwxyz"), fit.counts, fit.probabilities, fit.draws)
    for each in (fit, renamed):
        steps = rung_value.compare_steps(each, MARGINS, DISCOUNT, mix)
        values = rung_value.rung_table(each, MARGINS, DISCOUNT)
        findings = [
            *words.ladder_findings(values, each.states[1], each.states[4]),
            *words.step_findings(steps),
        ]
        assert [finding.name for finding in findings] == [
            "value_of_new_customer", "value_of_best_rung", "share_ever_on_best_rung",
            "months_to_best_rung", "step_with_largest_elasticity", "largest_elasticity_of_a_step",
            "step_worth_most", "value_of_one_percentage_point_of_best_step",
        ]  # fmt: skip
    found = [*words.retention_findings(retained), *words.forgiveness_findings(slipped)]
    names = [finding.name for finding in found]
    assert names == [
        "hazard_ratio_of_best_rung",
        "slip_odds_ratio_on_the_lowest_rung", "slip_odds_ratio_on_the_highest_rung",
    ]  # fmt: skip


def test_listening_and_touchpoints():
    feedback = datasets.load_feedback()
    answers, _ = voice.count_answers(feedback)
    survey = feedback[feedback["mode"] == voice.SURVEY]
    assert answers.loc["bill", voice.SURVEY] == survey["bill"].notna().sum()
    heard = voice.listening(feedback, 50, np.random.default_rng(1))
    assert "Per day between an event and the question" in flat(words.listening(heard))
    assert heard.survey.values[1] < heard.survey.values[0]
    stages = datasets.STAGES
    importance = voice.touchpoint_importance(
        feedback, list(stages), 5, np.random.default_rng(1), stages=stages
    )
    assert sum(importance.stages.values()) == pytest.approx(1)
    assert "(stage: service)" in flat(words.touchpoints(importance, stages))


def test_charts_and_channels_in_words():
    charts = channels.control_charts(datasets.load("service-weeks"))
    text = words.on_time(charts, 0.8)
    assert "Weeks outside Laney's limits: 61, 62, 63 and 64" in text.replace("\\", "")
    assert text.count("\n") == len(charts) - 1
    compared = channels.ChannelComparison(pd.DataFrame(), ("a", "b"), ("b", "a"), 1.0)
    assert "**b and a**. The crude ranking is a and b" in flat(words.channels(compared))
    same = channels.ChannelComparison(pd.DataFrame(), ("b", "a"), ("b", "a"), 1.0)
    assert "The crude ranking is the same" in flat(words.channels(same))


def test_abandonment_with_and_without_reasons():
    log = pd.DataFrame({"session": [1, 1, 2, 3], "step": list("abaa"), "time": [1.0, 2, 3, 4]})
    fit = funnel.fit_funnel(log)
    text = flat(words.abandonment(fit, funnel.step_survival(fit), pd.DataFrame()))
    assert "33% of 3 sessions are completed" in text
    assert text.endswith("No reasons for giving up were recorded.")


def test_overpayment_in_words():
    text = flat(words.overpayment(Overpayment(0.42, 25.0, 15, 0.28)))
    assert "42% of the customers" in text
    assert "28% overpay by more than 15 CNY" in text


def test_decisions_follow_the_table_of_prompts():
    calls, rules = datasets.load_call_choices(), datasets.load("prompts")
    rows = prompts.decisions(calls, rules)
    assert (rows.groupby("step")["done"].sum() == 1).all()
    assert rows["moment"].dropna().str.contains("The screen says: ").all()
    helping = prompts.decisions(calls, rules.assign(prompt="help"))
    assert (calls.loc[helping["done"], "action"] == "help").all()
    # Following every prompt earns less than an override where the customer is angry.
    angry = rows["done"] & (calls["angry"] > 0) & (calls["action"] == "sell")
    of_step = rows[rows["step"] == rows.loc[angry, "step"].iloc[0]]
    assert of_step["cost"].max() > of_step.loc[of_step["done"], "cost"].iloc[0]


def test_policies_are_valued_and_described():
    log, rules = datasets.load_calls(), datasets.load("prompts")
    plans = prompts.policies(log.facts, rules, datasets.ACTIONS, "angry", "help")
    assert list(plans) == list(prompts.POLICIES)
    differ = (plans["guided"] != plans["guided with override"]).any(axis=1)
    assert (log.facts.loc[differ, "angry"] > 0).all()
    assert differ.any()
    with pytest.raises(ValueError, match=r"override_action is 'hlp'.*did you mean 'help'"):
        prompts.policies(log.facts, rules, datasets.ACTIONS, "angry", "hlp")
    values = off_policy.value_policies(
        plans, log.value, log.action, log.probabilities, log.facts, np.random.default_rng(1)
    )
    guided = values["guided"].minus(values["always sell"])
    override = values["guided with override"].minus(values["guided"])
    text = flat(words.best_policy(values, guided, override, 200.0))
    assert "The log favours **guided with override**" in text
    assert "Evidence is thinnest for *always sell*" in text
    findings = {f.name: f for f in words.policy_findings(values, "guided", guided, override)}
    assert len(findings) == len(off_policy.ESTIMATORS) + 3
    assert findings["gain_of_guided_over_selling"].low > 0
    with pytest.raises(ValueError, match="policy is 'guide'"):
        list(words.policy_findings(values, "guide", guided, override))
    true_values = {"always sell": 170.0, "guided": 243.0, "guided with override": 251.0}
    compared = words.policy_table(off_policy.values_beside_truth(values, true_values))
    covers = compared.columns.index("95% interval covers it")
    assert any(row[covers] == "yes" for row in compared.rows)
    shares = prompts.shares_prompted(log.facts, rules)
    assert shares.sum() == pytest.approx(1)
    assert words.prompts_table(rules, shares).rows[-1][0] == "always"


def test_two_reports_of_the_same_comments_print_their_shares_as_percentages():
    comments = datasets.load_feedback().dropna(subset="cause")
    owners = datasets.load("owners").set_index("cause")["owner"].to_dict()
    shown = words.manager_table(routing.manager_view(comments, owners))
    assert all(row[shown.columns.index("routed right first")].endswith("%") for row in shown.rows)
    customer = routing.busiest_customer(comments)
    history = words.agent_table(routing.agent_view(comments, customer), customer)
    assert len(history.rows) == comments["customer"].value_counts().max()
    assert customer in history.caption


def test_ratings_by_touchpoint_and_channel():
    feedback = datasets.load_feedback()
    stages = {"bill": "use", "help": "service"}
    table = voice.ratings_by_channel(feedback, list(stages), stages)
    assert table["stage"].tolist() == ["use", "service"]
    app = feedback[(feedback["channel"] == "app") & feedback["help"].notna()]
    assert table.loc[1, "app"] == pytest.approx(app["help"].mean())


def test_one_chain_says_what_rests_on_it():
    same = chain_checks.Homogeneity(1.0, 4, 0.9, 3)
    fine = chain_checks.ChainChecks(
        same, chain_checks.Memory(3.0, 4, 0.56), chain_checks.Stayers(100, 20, 19.2, 0.4)
    )
    text = flat(words.one_chain(fine))
    assert "adds no evidence" in text
    assert "20 of 100 people stayed on their first rung throughout, against 19" in text
    assert "these tests do not contradict" in text
    still = chain_checks.ChainChecks(same, fine.memory, chain_checks.Stayers(100, 40, 19.2, 0.001))
    assert "**contradict** one Markov chain" in flat(words.one_chain(still))
    memory = chain_checks.ChainChecks(same, chain_checks.Memory(30.0, 4, 0.001), fine.stayers)
    assert "**helps to predict**" in flat(words.one_chain(memory))
    assert "**contradict** one Markov chain" in flat(words.one_chain(memory))
    unknown = chain_checks.ChainChecks(
        same, chain_checks.Memory(0.0, 0, np.nan), chain_checks.Stayers(3, 3, 3.0, np.nan)
    )
    assert "too few moves" in flat(words.one_chain(unknown))


def hazards(p):
    each = pd.DataFrame({"name": ["score", "slip"], "statistic": [9.0, 1.0], "p_value": [p, 0.7]})
    tested = proportional.Proportional(each, 9.0, 2, p)
    return survival.Hazards(("score", "slip"), np.zeros(2), np.eye(2), 30, tested)


def test_proportional_hazards_in_words():
    labels = {"score": "satisfaction, per point", "slip": "slip in the month"}
    assert "No evidence that hazard ratios change" in flat(words.proportional(hazards(0.4), labels))
    changed = flat(words.proportional(hazards(0.003), labels))
    assert "Hazard ratios **change**" in changed
    assert "that of *satisfaction, per point*" in changed
    assert "average over these months" in changed
    assert "cannot be tested" in flat(words.proportional(hazards(np.nan), labels))


@pytest.mark.parametrize(
    ("p", "verdict"), [(0.01, "not compatible"), (0.3, "are compatible"), (np.nan, "")]
)
def test_the_ranking_of_channels_comes_with_a_test(p, verdict):
    compared = channels.ChannelComparison(pd.DataFrame(), ("a", "b"), ("b", "a"), 1.0, p_value=p)
    text = flat(words.channels(compared))
    assert verdict in text
    assert ("same rating in all channels" in text) == bool(verdict)


@pytest.mark.parametrize(
    ("dispersion", "referrers", "warned"), [(1.0, 10, False), (3.0, 10, True), (3.0, 60, False)]
)
def test_few_who_bring_most_are_told_beside_the_rate(dispersion, referrers, warned):
    best = pd.Series(
        {"rate": 0.3, "low": 0.1, "high": 0.7, "customers": 90, "referrers": referrers,
         "dispersion": dispersion}
    )  # fmt: skip
    generation = Estimates(
        ("reproduction", "growth"), np.array([0.5, 0.9]), np.array([[0.4, 0.8], [0.6, 1.0]])
    )
    text = flat(words.refers(referral.Referrals(best, generation, None), "advocate"))
    assert f"{referrers} of 90 people on the rung *advocate* brought somebody" in text
    assert ("93% of simulated panels" in text) == warned


@pytest.mark.parametrize(("gap", "clear"), [(9.0, True), (0.5, False)])
def test_the_log_favours_a_policy_only_if_it_is_clearly_worth_more(gap, clear):
    spread = np.tile([-1.0, 1.0], 50)[:, None] * np.array([10.0, 10.0, 10.0])

    def value(mean, sign):
        each = {name: Difference(mean, 1.0, 99) for name in off_policy.ESTIMATORS}
        return off_policy.PolicyValue(each, sign * spread, 80.0, 2.0)

    text = flat(words.best_policy({"a": value(50 + gap, 1), "b": value(50, -1)}, None, None, 50.0))
    assert ("The log favours **a**" in text) == clear
    assert ("Not clearly ahead of the others, but highest, is **a**" in text) != clear
