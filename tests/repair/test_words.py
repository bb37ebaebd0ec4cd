"""Sentences and findings of workbook 04 follow the results, also where there are few."""

import numpy as np
import pandas as pd
import pytest
import yaml

from cemlib.stats.estimates import Difference
from cemlib.studies.repair import words
from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.cases import Merged
from cemlib.studies.repair.comparable import compare_groups
from cemlib.studies.repair.desk import POLICIES
from cemlib.studies.repair.effects import ESTIMATORS, estimate_effects, match_weights
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.interrupted import call_back, interrupted_series
from cemlib.studies.repair.operator.repairs import population
from cemlib.studies.repair.plots import problem_figures
from cemlib.studies.repair.problems import count_problems
from cemlib.studies.repair.queueing import Queue
from cemlib.studies.repair.scripts import RULES

NAMES = {"line": "Broadband is down", "bill": "The bill is *wrong*"}
OWNERS = {"line": "network", "bill": "billing"}
FIT = GoldenTime((), (), {}, np.array([0.0, np.log(10), np.log(2)]), np.eye(3))
HALVES = pd.DataFrame(
    {"name": ["line", "bill"], "estimate": [6.0, 30.0], "low": [4.0, 20.0], "high": [9.0, 45.0]}
)


def policies():
    rows = [(policy, agents) for policy in POLICIES for agents in (1, 2)]
    frame = pd.DataFrame(rows, columns=["policy", "agents"])
    frame["value_kept"] = np.where(frame["policy"] == "golden time", 150.0, 100.0)
    frame["reached_in_time"] = np.where(frame["policy"] == "golden time", 0.7, 0.3)
    best = frame["policy"] == "golden time"
    frame = frame.assign(cost_per_repaired=50.0, best=best, loads=20, ahead=np.where(best, 0.9, 0))
    frame["value_gain"], frame["behind"] = np.where(best, 0.5, 0.0), np.where(best, 0.0, 50.0)
    for name in ("value_kept", "reached_in_time", "cost_per_repaired", "value_gain", "behind"):
        margin = 0.1 * (frame[name].to_numpy() + (name == "value_gain"))
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - margin, frame[name] + margin
    return frame.assign(repaired=0.5, complaints_prevented=3.0)


def estimates(trial=6.0):
    middle = np.array([16.0, 4, 8, 6, 6, 6, trial])
    return pd.DataFrame(
        {"estimator": ESTIMATORS, "estimate": middle, "low": middle - 1, "high": middle + 1}
    )


def curve(best):
    caps = np.array([0.0, 50, 100])
    value = 100 - np.abs(caps - best) / 10
    flat = np.zeros(3)
    return CapCurve(caps, flat, flat + 0.4, value, flat[None] + 0.4, value[None])


def values():
    rise = np.array([0.0, 0.02, 0.12, 0.08])
    frame = pd.DataFrame({"rule": RULES, "gain": rise, "gain_low": rise - 0.05})
    return frame.assign(gain_high=rise + 0.05, estimate=0.3 + rise)


def series():
    days = np.arange(80)
    return interrupted_series(30 - 0.05 * days - 6.0 * (days >= 40) + np.sin(days * 5), 40)


RISE, NOBODY = Difference(10.0, 1.02, 1000), Difference(np.nan, np.nan, 1)
PILOT = call_back([True, True, False, False] * 30, [0, 0, 1, 2] * 30, call_cost=6, repeat_cost=20)


def test_shortest_and_longest_half_life_are_named():
    text = words.half_lives(FIT, 14.0, HALVES, NAMES)
    assert "about **14 hours**" in text
    assert "**Broadband is down**, 6 hours (95% interval 4 to 9)" in text
    assert "The bill is \\*wrong\\*, 30 hours (20 to 45)" in text  # names are escaped


def test_demand_above_capacity_has_no_mean_wait():
    assert "the queue grows without limit" in words.erlang(Queue(60, 5, 2), 6)
    steady = Queue(8, 12, 2)
    text = words.erlang(steady, 3)
    assert f"the mean wait is {steady.mean_wait / 60:.0f} minutes" in text
    assert "3 agents would be needed" in text


def test_the_best_policy_is_compared_with_the_first_over_loads():
    table = policies()
    text = words.best_policy(table, 2)
    assert text.startswith("Over 20 random loads with 2 agents, **golden time** keeps the most")
    assert "**50% more** than first come (95% interval 35% to 65%)" in text
    assert "more in 18 of the loads" in text
    assert "reaches 70% of cases before their half-life (63% to 77%), compared with 30%" in text
    assert "Its lead over *first come*, the next best, is 50 CNY per load (45 to 55)." in text
    assert "take the estimated probabilities of repair as known" in text
    assert "tell the two apart" not in text
    assert "With 2 agents, the gain over first come is 50%" in words.best_policy(table, 1)


def test_a_lead_within_chance_is_called_so():
    table = policies()
    table.loc[~table["best"], "behind_low"] = -5.0
    assert "these loads do not tell the two apart" in words.best_policy(table, 2)
    first = table["policy"] == "first come"
    text = words.best_policy(table.assign(best=first, behind=np.where(first, 0.0, 9.0)), 2)
    assert "no policy keeps more value on average than **first come**" in text


def test_caps_are_stated_by_team():
    overpaid = {"cases": 0.3, "excess": 0.08, "underpaid": 0.6}
    text = words.best_caps({"front line": curve(50), "repair team": curve(100)}, overpaid)
    assert "**50 CNY** (95% interval 50 to 50) for the front line and **100 CNY**" in text
    assert "In 30% of calls more was paid than was owed" in text


def test_matching_is_stated_with_its_interval():
    text = words.script_rules(values())
    assert "by **+12.0 percentage points** (95% interval 7.0 to 17.0)" in text


def test_without_a_wait_list_no_estimate_is_right():
    text = words.effect_estimates(estimates(), RISE)
    assert "**regression to the mean**" in text
    assert "changed by +10.0 points (8.0 to 12.0) without any call" in text
    assert "differs from the trial by −2.0 points, more than chance" in text
    assert words.effect_estimates(estimates(np.nan), NOBODY).startswith("These cases contain no")


def test_sentences_on_effects_follow_the_data():
    flat = words.effect_estimates(estimates(), Difference(0.5, 1.0, 500))
    assert "show no regression to the mean" in flat
    alike = words.effect_estimates(estimates(4.5), RISE)
    assert "by −0.5 points, no more than chance" in alike


def desk_of(choice, size=3000, unseen=0.0, effect=4.0):
    rng = np.random.default_rng(11)
    before, tone = rng.normal(size=size), rng.normal(size=size)
    cases = pd.DataFrame({"before": before, "randomised": rng.random(size) < 0.4})
    logit = np.where(cases["randomised"], 0.0, choice * before + unseen * tone)
    cases["called"] = rng.random(size) < 1 / (1 + np.exp(-logit))
    noise = 3 * rng.normal(size=size)
    cases["after"] = 4 * before + 3 * tone * unseen + effect * cases["called"] + noise
    return cases, estimate_effects(cases, rng, covariates=["before"])


def test_balance_overlap_and_unseen_causes_follow_the_data():
    cases, effects = desk_of(1.0)
    groups = compare_groups(cases, effects, covariates=["before"])
    text = words.comparability(groups)
    assert "deviations in score before; weighted, in none." in text
    assert "have to raise both the chance of a call and that of a high score by a factor" in text
    assert words.balance_table(groups).rows[0][0] == "score before"
    randomised = compare_groups(*desk_of(0.0), covariates=["before"])
    assert "deviations in none; weighted, in none." in words.comparability(randomised)
    idle = compare_groups(*desk_of(1.0, effect=0.0), covariates=["before"])
    assert "contains 0, so that it needs no unseen cause" in words.comparability(idle)
    harmful = compare_groups(*desk_of(1.0, effect=-4.0), covariates=["before"])
    assert "raise the chance of a call and lower" in words.comparability(harmful)
    assert compare_groups(cases.head(20), effects.assign(estimate=np.nan)) is None


def test_matched_differences_are_weighted_by_use():
    cases, _ = desk_of(1.0, size=400)
    x, called = cases[["before"]].to_numpy(), cases["called"].to_numpy()
    weights = match_weights(called, x)
    # Every case is imputed by matches whose weights sum to one.
    assert weights[called].sum() == pytest.approx(len(cases))
    assert weights[~called].sum() == pytest.approx(len(cases))


def test_an_unseen_cause_as_strong_as_the_e_value_says_can_explain_a_difference():
    cases, effects = desk_of(0.5, unseen=1.0, effect=0.0)
    rows = effects.set_index("estimator")
    assert rows.loc["doubly robust", "low"] > 0  # biased: there is no effect
    needed = compare_groups(cases, effects, covariates=["before"]).unseen["doubly robust"]
    assert 1 < needed.bound < needed.estimate < 4


def test_sentences_on_simulated_desks_follow_the_simulations():
    weak, strong = desk_of(0.0)[1], desk_of(2.0)[1]
    text = words.simulated_confounding({0.0: weak, 2.0: strong})
    assert "At 0, no estimate differs from the trial by more than chance" in text
    biased = words.simulated_confounding({1.0: strong, 2.0: strong})
    assert "called versus not called and difference in differences differ from the trial" in biased
    assert "a change beyond chance" in text
    same = words.simulated_confounding({0.0: weak, 2.0: weak})
    assert "a change within chance" in same
    assert "1.0 times as wide at 2 as at 0" in same


def test_series_and_call_back_are_stated():
    falling = words.rule_effect(series())
    assert "differ by **−6." in falling
    assert "Before the rule they fell by 1.3 a month (0.4 to 2.1) anyway" in falling
    days = np.arange(80)
    flat = interrupted_series(30 - 6.0 * (days >= 40) + np.sin(days * 5), 40)
    assert "Before the rule they show no trend" in words.rule_effect(flat)
    rising = interrupted_series(30 + 0.1 * days + np.sin(days * 5), 40)
    assert "Before the rule they rose by" in words.rule_effect(rising)
    assert "the net saving is **+24.0 CNY** per reset" in words.call_back_saving(PILOT, 6, 20)


def test_the_log_is_counted():
    cases = pd.DataFrame({"randomised": [True, False, False]})
    text = words.desk_cases(cases, pd.DataFrame({"cured": [True, False]}))
    assert text.startswith("The desk received 3 cases and called 2 of them; 50% of these calls")
    assert "In 1 case the call was randomised" in text


def test_findings_have_distinct_names_and_sentences():
    table = [
        *words.half_life_findings(14.0, HALVES, NAMES),
        *words.policy_findings(policies(), 2),
        *words.cap_findings({"front line": curve(50)}),
        *words.script_findings(values()),
        *words.effect_findings(estimates(), RISE),
        *words.rule_findings(series()),
        *words.call_back_findings(PILOT),
        *words.coverage_findings(ESTIMATORS, [False] + [True] * 6, 1.0),
    ]
    names = [finding.name for finding in table]
    assert len(set(names)) == len(names)
    assert all(finding.sentence.endswith(".") for finding in table)
    for finding in table:
        if finding.low is not None:
            assert finding.low <= finding.value <= finding.high, finding.name
    assert {"effect_doubly_robust", "cap_front_line", "gain_matched_by_type"} <= set(names)
    without = words.effect_findings(estimates(np.nan), NOBODY)
    assert not {"effect_randomised_wait_list", "rise_without_call"} & {
        each.name for each in without
    }


def test_the_study_of_coverage_uses_the_true_effect(root):
    study = yaml.safe_load((root / "reports/repair-coverage.yaml").read_text(encoding="utf-8"))
    assert set(study["truth"].values()) == {population()["effect"]}
    assert {f"effect_{name.replace(' ', '_')}" for name in ESTIMATORS} == set(study["findings"])


def test_merging_says_what_it_saves():
    merged = Merged(pd.Series(["a-01", "a-01", "b-01"]), 3, 0, 1)
    assert words.merged_contacts(merged) == (
        "3 contacts form **2 cases**. Calling back cases instead of contacts avoids 1 call (33%)."
    )
    values = {each.name: each.value for each in words.case_findings(merged, None, NAMES)}
    assert values == {"cases": 2, "calls_saved": 1}


def coded_cases():
    first = pd.date_range("2026-03-02", periods=56, freq="D", tz="Asia/Shanghai")
    more = pd.DatetimeIndex([first[50]] * 12)
    frame = pd.DataFrame({"first": first.append([first, more])})
    frame["customer"] = [f"c{number}" for number in range(len(frame))]
    return frame.assign(problem=["bill"] * 56 + ["line"] * 68)


def test_problems_are_counted_with_their_owners():
    counts = count_problems(coded_cases(), pd.Timestamp("2026-05-18", tz="Asia/Shanghai"))
    text = words.problem_counts(counts, NAMES, OWNERS)
    assert "**Broadband is down**, owned by network" in text
    assert "**Broadband is down** is rising" in text
    assert "came in a wave on 2026-04-21 from 0:00: 13 cases within the hour" in text
    assert len(problem_figures(counts, NAMES)) == 3
    merged = Merged(pd.Series(["a"]), 1, 0, 0)
    names = {finding.name for finding in words.case_findings(merged, counts, NAMES)}
    assert {"most_common_problem", "rising_problems"} <= names


def test_without_codes_or_earlier_cases_it_is_stated():
    bare = coded_cases().drop(columns="problem")
    assert count_problems(bare, bare["first"].max()) is None
    assert problem_figures(None, NAMES) == []
    assert words.problem_counts(None, NAMES, OWNERS).startswith("No contact has a problem code")
    counts = count_problems(coded_cases(), coded_cases()["first"].min(), days=0)
    assert counts.rising is None
    assert "Whether a problem is rising cannot be tested" in words.problem_counts(
        counts, NAMES, OWNERS
    )
    assert len(problem_figures(counts, NAMES)) == 2


def test_agreement_is_stated_and_reported():
    rows = {"kind": ["code", "both"], "pair_precision": [0.99, 0.95], "pair_recall": [0.3, 0.7]}
    table = pd.DataFrame(rows).assign(b3_precision=0.9, b3_recall=0.8, best=[False, True])
    text = words.merge_agreement(table)
    assert text.startswith("These contacts are simulated")
    assert "Merging by code finds 30% of the pairs of contacts that belong" in text
    assert text.endswith("highest for **code and text**.")
    values = {each.name: each.value for each in words.agreement_findings(table)}
    assert values["merge_pair_recall"] == 0.7


def test_owners_are_named_only_where_they_are_known():
    counts = count_problems(coded_cases(), pd.Timestamp("2026-05-18", tz="Asia/Shanghai"))
    text = words.problem_counts(counts, NAMES, {})
    assert "owner" not in text
    assert "owned" not in text


def test_contacts_without_customers_are_not_called_cases():
    merged = Merged(pd.Series(["?-1", "?-2"]), 2, 0, 2)
    assert "nothing can be merged" in words.merged_contacts(merged)
    assert list(words.case_findings(merged, None, NAMES)) == []


def test_nothing_is_called_randomised_that_was_not():
    overpaid = {"cases": 0.3, "excess": 0.08, "underpaid": 0.6}
    curves = {"front line": curve(50)}
    assert "Caps were randomised." in words.best_caps(curves, overpaid)
    for text in (
        words.best_caps(curves, overpaid, randomised=False),
        words.script_rules(values(), "usual", randomised=False),
        words.call_back_saving(PILOT, 6, 20, randomised=False),
    ):
        assert "This was not randomised: it is an adjusted comparison" in text
        assert "were randomised" not in text
        assert "randomised pilot" not in text


def test_a_policy_without_costs_has_no_finding_of_costs():
    table = policies().assign(cost_per_repaired=np.nan)
    names = {finding.name for finding in words.policy_findings(table, 2)}
    assert {"in_time_value", "value_gain_golden_time"} <= names
    assert not any(name.startswith("cost_") for name in names)
    assert "cost_per_repaired" not in words.policy_table(table, 2).columns


def test_a_curve_that_misses_is_named_with_its_shares():
    row = {"name": "line", "hours": 6.2, "repaired": 0.2, "expected": 0.5, "missed": True}
    text = words.missed_problems(pd.DataFrame([row]), NAMES)
    assert "Broadband is down (around 6 hours, 20% were repaired where the curve says 50%)" in text
    fits = words.missed_problems(pd.DataFrame([row | {"missed": False}]), NAMES)
    assert "no curve misses them by more than chance" in fits
