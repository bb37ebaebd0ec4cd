"""What workbook 04 says follows the results, also where there are few."""

import numpy as np
import pandas as pd
import pytest
import yaml

from cemlib.studies.repair.authority import CapCurve
from cemlib.studies.repair.cases import Merged
from cemlib.studies.repair.effects import ESTIMATORS
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.studies.repair.interrupted import call_back, interrupted_series
from cemlib.studies.repair.operator.repairs import population
from cemlib.studies.repair.queueing import Line
from cemlib.studies.repair.repair_desk import POLICIES
from cemlib.studies.repair.scripts import RULES, script_trial
from cemlib.studies.repair.words.merging import Merging, ways
from cemlib.studies.repair.words.repair import ARTICLE_RULE, Repair

WORDS = Repair({"line": "Broadband is down", "bill": "The bill is wrong"})
TOLD = Merging(WORDS.names, {"line": "network", "bill": "billing"})
FIT = GoldenTime((), (), {}, np.array([0.0, np.log(10), np.log(2)]), np.eye(3))
HALVES = pd.DataFrame(
    {"name": ["bill", "line"], "estimate": [30.0, 6.0], "low": [20.0, 4.0], "high": [45.0, 9.0]}
)


def policies():
    rows = [(policy, agents) for policy in POLICIES for agents in (1, 2)]
    frame = pd.DataFrame(rows, columns=["policy", "agents"])
    frame["value_kept"] = np.where(frame["policy"] == "golden time", 150.0, 100.0)
    frame["reached_in_time"] = np.where(frame["policy"] == "golden time", 0.7, 0.3)
    return frame.assign(cost_per_repaired=50.0)


def estimates(trial=6.0):
    middle = np.array([16.0, 4, 8, 6, 6, 6, trial])
    return pd.DataFrame(
        {"estimator": ESTIMATORS, "estimate": middle, "low": middle - 1, "high": middle + 1}
    )


WAITS = pd.DataFrame({"before": [30.0, 40.0], "after": [42.0, 48.0]})


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


PILOT = call_back([True, True, False, False] * 30, [0, 0, 1, 2] * 30, call_cost=6, repeat_cost=20)


def test_least_and_most_time_are_named():
    said = WORDS.golden(FIT, 14.0, HALVES)
    assert "about **14 hours**" in said
    assert "**Broadband is down**: 6 hours (4 to 9)" in said
    assert "The bill is wrong: 30 (20 to 45)" in said


def test_a_line_that_only_grows_has_no_mean_wait():
    assert "the line only grows" in WORDS.erlang(Line(60, 5, 2))
    steady = Line(8, 12, 2)
    assert f"waits {steady.mean_wait / 60:.0f} minutes on average" in WORDS.erlang(steady)


def test_the_policy_that_keeps_most_is_held_against_first_come():
    said = WORDS.policies(policies(), 2)
    assert "**golden time** keeps most: 70% are reached in golden time against 30%" in said
    assert "50% more value" in said


def test_caps_and_overpaying_are_told_by_team():
    over = {"cases": 0.3, "yuan": 0.08, "underpaid": 0.6}
    said = WORDS.authority({"front line": curve(50), "repair team": curve(100)}, over)
    assert "the front line up to **50 yuan** (50 to 50) and the repair team up to **100" in said
    assert "30% of calls were paid more than was owed" in said


def test_matching_is_told_with_its_interval():
    said = WORDS.scripts(values())
    assert "adds **+12.0** (7.0 to 17.0)" in said


def test_without_a_wait_list_nobody_can_say():
    assert "regression to the mean" in WORDS.effects(estimates(), WAITS)
    assert "rose by 10.0 points without any call" in WORDS.effects(estimates(), WAITS)
    assert WORDS.effects(estimates(np.nan), WAITS.iloc[:0]).startswith("There is no wait list")


def test_series_and_call_back_are_told():
    assert "After less before would have said" in WORDS.series(series())
    assert "saves **+24.0 yuan**" in WORDS.call_back(PILOT, 6, 20)


def test_findings_have_names_of_their_own_and_sentences():
    found = [
        *WORDS.golden_findings(14.0, HALVES),
        *WORDS.policy_findings(policies(), 2),
        *WORDS.authority_findings({"front line": curve(50)}),
        *WORDS.script_findings(values()),
        *WORDS.effect_findings(estimates(), WAITS),
        *WORDS.loop_findings(series(), PILOT),
        *WORDS.truth_findings(estimates(), pd.Series([False] + [True] * 6), pd.Series([True])),
    ]
    names = [finding.name for finding in found]
    assert len(set(names)) == len(names)
    assert all(finding.sentence.endswith(".") for finding in found)
    for finding in found:
        if finding.low is not None:
            assert finding.low <= finding.value <= finding.high, finding.name
    assert {"effect_doubly_robust", "cap_front_line", "gain_matched_by_type"} <= set(names)
    assert not [
        finding
        for finding in WORDS.effect_findings(estimates(np.nan), WAITS.iloc[:0])
        if "wait" in finding.name
    ]


def test_planted_halves_are_those_of_the_types_called():
    planted = {"type_halves": {"a": 1.0, "b": 4.0}, "problems": {"line": {"half_life": 6.0}}}
    calls = pd.DataFrame({"type": ["a", "b"]})
    assert WORDS.planted_halves(planted, calls)["line"] == pytest.approx(12.0)


def test_the_article_has_a_script_for_each_type():
    from cemlib.studies.repair.operator.repair_truth import SCRIPTS, TYPES

    assert set(ARTICLE_RULE) == set(TYPES)
    assert set(ARTICLE_RULE.values()) < set(SCRIPTS)


def test_other_types_and_scripts_fall_back_on_the_floor():
    own = script_trial(["impulsive", "calm", "calm"], ["short", "short", "long"], [1, 0, 1])
    assert WORDS.floor(own) == "short"
    assert WORDS.rule(own) == {"impulsive": "short", "calm": "short"}
    usual = script_trial(["impulsive", "calm"], ["let off steam", "standard"], [1, 0])
    assert WORDS.rule(usual) == {"impulsive": "let off steam", "calm": "standard"}


def test_the_study_of_coverage_holds_against_the_truth(root):
    study = yaml.safe_load((root / "reports/repair-coverage.yaml").read_text(encoding="utf-8"))
    assert set(study["truth"].values()) == {population()["effect"]}
    assert {f"effect_{name.replace(' ', '_')}" for name in ESTIMATORS} == set(study["findings"])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"problem": ["x"], "text": ["y"]}, ("code", "text", "both")),
        ({"problem": ["x"]}, ("code",)),
        ({"problem": [None], "text": ["y"]}, ("text",)),
        ({"customer": ["a"]}, ("text",)),
    ],
)
def test_contacts_are_merged_by_what_they_tell(columns, expected):
    assert ways(pd.DataFrame(columns)) == expected


def test_merging_says_what_it_saves():
    merged = Merged(pd.Series(["a-01", "a-01", "b-01"]), 3, 0, 1)
    assert TOLD.merged(merged) == "3 contacts are **2 cases**: 1 call, 33%, need not be made."
    found = {finding.name: finding.value for finding in TOLD.findings(merged, None, None)}
    assert found == {"cases": 2, "calls_saved": 1}


def counted():
    first = pd.date_range("2026-03-02", periods=56, freq="D", tz="Asia/Shanghai")
    more = pd.DatetimeIndex([first[50]] * 12)
    frame = pd.DataFrame({"first": first.append([first, more])})
    frame["customer"] = [f"c{place}" for place in range(len(frame))]
    return frame.assign(problem=["bill"] * 56 + ["line"] * 68)


def test_problems_are_counted_with_their_owners():
    cases = counted()
    since = pd.Timestamp("2026-04-20", tz="Asia/Shanghai")
    common, risen, hourly = TOLD.counts(cases, since)
    said = TOLD.problems(common, risen, hourly)
    assert "**Broadband is down**, belongs to network" in said
    assert "**Broadband is down** is rising" in said
    assert len(TOLD.figures(common, risen, hourly)) == 3
    names = {finding.name for finding in TOLD.findings(
        Merged(pd.Series(["a"]), 1, 0, 0), common, risen)}  # fmt: skip
    assert {"commonest_problem", "rising_problems"} <= names


def test_where_nothing_is_coded_or_nothing_is_earlier_it_is_said():
    bare = counted().drop(columns="problem")
    assert TOLD.counts(bare, bare["first"].max()) == (None, None, None)
    assert TOLD.figures(None, None, None) == []
    assert TOLD.problems(None, None, None).startswith("No contact has a problem code")
    common, risen, hourly = TOLD.counts(counted(), counted()["first"].min())
    assert risen is None
    assert "No problem is rising" in TOLD.problems(common, risen, hourly)
    assert len(TOLD.figures(common, risen, hourly)) == 2


def test_agreement_is_told_and_found():
    rows = {"kind": ["code", "both"], "pair_precision": [0.99, 0.95], "pair_recall": [0.3, 0.7]}
    table = pd.DataFrame(rows).assign(pair_f1=[0.46, 0.81], b3_precision=0.9, b3_recall=0.8)
    said = TOLD.agreement(table)
    assert said.startswith("By code 30% of the pairs that belong together are found")
    assert said.endswith("**both**.")
    merged = Merged(pd.Series(["a"]), 1, 0, 0)
    found = {each.name: each.value for each in TOLD.findings(merged, None, None, table)}
    assert found["merge_pair_recall"] == 0.7
