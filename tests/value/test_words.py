"""The sentences of workbook 05 follow the results, also where there are few."""

import numpy as np
import pandas as pd
import pytest
import yaml

from cemlib.catalogue import load
from cemlib.data.common import load_truth
from cemlib.stats.customers import MIX
from cemlib.stats.estimates import Difference, Estimates
from cemlib.stats.proportions import Share
from cemlib.stats.ratchet import Ratchet
from cemlib.studies.value import reliability
from cemlib.studies.value.coder_agreement import coder_alphas
from cemlib.studies.value.discrete_choice import ALL, ChoiceModel, by_segment, choice_model
from cemlib.studies.value.effectiveness import advice_regret
from cemlib.studies.value.menus import Voice, offers_in, seconds_heard
from cemlib.studies.value.operator import answers as generate_answers
from cemlib.studies.value.operator import choices as generate_choices
from cemlib.studies.value.raised_hands import counts_or_log, fit_hands, note_rows
from cemlib.studies.value.spoken_menus import branches_table, spoken_menu
from cemlib.studies.value.standards import chase_or_core
from cemlib.studies.value.views import COMPANY
from cemlib.studies.value.words import choices, menus, quality, spread, views

OFFERS = pd.DataFrame(
    {
        "offer": list("abcde"), "name_en": ["A*", "B", "C", "D", None],
        "type": ["x", "x", "y", "y", "z"], "share": [5.0, 4, 3, 2, 1],
        "seconds": [10.0, 20, 30, 10, 10],
    }
)  # fmt: skip


def test_the_menu_to_speak_names_types_and_covers_every_offer():
    menu = spoken_menu(OFFERS, Voice(branches=3))
    script = menu.script()
    first = script[~script["choice"].str.contains(".", regex=False)]
    assert first["say"].tolist() == ["X …", "Y …", "e"]
    assert first["callers"].sum() == pytest.approx(1)
    assert sorted(offers_in(menu.menu)) == list(range(5))
    leaves = script[~script["say"].str.endswith("…")].set_index("say")
    heard = dict(zip(menu.names(), seconds_heard(menu.menu, menu.voice), strict=True))
    assert leaves["after"].to_dict() == pytest.approx(heard)
    assert menus.first_turn(menu).startswith("The agent begins: “X; Y; or e?”")


def test_names_of_offers_are_escaped():
    menu = spoken_menu(OFFERS.drop(columns="type").head(2), Voice())
    assert r"“A\*; or B?”" in menus.first_turn(menu)


def test_methods_are_ordered_and_the_menu_is_not_below_the_bound():
    menu = spoken_menu(load("offers"), Voice())
    seconds = menu.methods().set_index("method").sum(axis=1)
    assert seconds.is_monotonic_decreasing
    assert menu.bound <= menu.seconds(menu.best) <= menu.seconds(menu.menu)
    values = {finding.name: finding.value for finding in menus.menu_findings(menu)}
    assert values["menu_above_bound"] == pytest.approx(
        100 * (menu.seconds(menu.menu) / menu.bound - 1)
    )
    assert values["listening_best_menu"] == pytest.approx(seconds["best menu of all"])
    table = branches_table(menu.by_branches([2, 4]))
    assert (table["bound"] <= table["best"] + 1e-9).all()


def test_without_types_groups_are_named_by_their_offers():
    plain = OFFERS.drop(columns=["type", "name_en"])
    menu = spoken_menu(plain, Voice(branches=2, choice=1, turn=0.5))
    assert menu.script()["say"].str.contains("or one of").any()
    assert "layered by type" not in menus.listening_summary(menu)


def pair(second, estimate, p_value, q_value):
    return {
        "first": "speed", "second": second, "estimate": estimate, "low": estimate - 0.1,
        "high": estimate + 0.1, "p_value": p_value, "q_value": q_value,
    }  # fmt: skip


def test_associations_are_counted_with_and_without_adjustment():
    pairs = pd.DataFrame([pair("profit", 0.4, 0.0, 0.0), pair("feasibility", 0.01, 0.04, 0.08)])
    text = views.association_summary(pairs)
    assert "Of 2 pairs, 1 is significantly associated" in text
    assert "would name 2" in text
    assert "**Feasibility** is associated with no measure" in text
    assert "at least one of the customer" in views.association_summary(pairs.head(1))


def calls(coders=2, policy=True):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"answer": np.repeat(range(40), coders)})
    frame["question"], frame["agent"] = frame["answer"] // 2, frame["answer"] % 9
    frame["correct"], frame["hedged"] = rng.integers(0, 2, (2, len(frame))).astype(float)
    return frame.assign(policy=np.where(frame["agent"] > 4, "a", "b")) if policy else frame


def test_steps_leave_out_what_data_do_not_hold(rng):
    alone = calls(coders=1, policy=False)
    assert len(coder_alphas(alone, 20, rng)) == 0
    assert reliability.policy_effects(reliability.majority_judgements(alone), "a") == {}
    judged = reliability.majority_judgements(calls())
    assert set(reliability.policy_effects(judged, "a")) == {"hedged", "correct", "reliable"}
    assert "one coder" in quality.agreement_summary(coder_alphas(alone, 20, rng))
    assert "do not allow a comparison of “a\\*”" in quality.policy_summary({}, "a*")
    assert (judged["reliable"] == judged["correct"] * (1 - judged["hedged"])).all()


@pytest.mark.parametrize(
    ("correct", "words"),
    [(-0.2, "fewer correct"), (0.2, "also more correct"), (0.0, "no measurable change")],
)
def test_policy_summary_follows_the_interval(correct, words):
    effects = {
        "hedged": Difference(-0.2, 0.03, 50),
        "correct": Difference(correct, 0.03, 50),
        "reliable": Difference(0.1, 0.03, 50),
    }
    assert words in quality.policy_summary(effects, "good faith")


def test_the_table_of_definitions_holds_every_index():
    indices = pd.DataFrame(
        {"name": ["reliable"], "estimate": [0.5], "low": [0.4], "high": [0.6], "rows": [90],
         "effective": [60.0]}
    )  # fmt: skip
    log = pd.DataFrame({"advised": [50.0, 40.0], "best": 40.0})
    regret = advice_regret(log, 3, np.random.default_rng(1))
    page = str(quality.definitions_table(indices, Share(0.7, 0.6, 0.8, 50, 50.0), regret, 7))
    for words in ("the answer is correct and not hedged", "40 to 60%", "within 7 days", "regret"):
        assert words in page
    without = quality.definitions_table(indices, Share(0.7, 0.6, 0.8, 5, 5.0), None, 1)
    assert "regret" not in str(without)
    assert "within 1 day" in str(without)


def test_willingness_differs_by_segment_and_warns_of_an_uncertain_price(rng):
    log = generate_choices.simulate_choices(120, rng)
    segments = by_segment(log)
    assert set(segments) == set(MIX.segments)
    assert list(by_segment(log.drop(columns="segment"))) == [ALL]
    worth = Estimates((ALL,), np.array([3.0]), np.array([[2.0], [4.0]]))
    pooled = choice_model(log)
    assert "a day saved is worth **3.00 CNY**" in choices.willingness_summary(worth, {ALL: pooled})
    uncertain = ChoiceModel(pooled.names, pooled.values, np.eye(3), -1.0, -2.0, 9, 9)
    text = choices.willingness_summary(worth, {ALL: pooled, "few_": uncertain})
    assert r"For few\_ it is uncertain whether price matters" in text


def test_counts_of_the_class_replace_the_log_once_there_are_enough():
    rows = note_rows()
    assert rows["note"].is_unique
    entered = rows.assign(hands=10.0, people=30.0)
    log = load("hands")
    assert counts_or_log(entered.head(3), log) is log
    assert "12 classes" in choices.hands_source(log, log)
    counts = counts_or_log(entered, log)
    assert len(counts) == 9
    assert "this room" in choices.hands_source(counts, log)
    hands = fit_hands(counts.assign(hands=[20, 15, 9, 24, 22, 15, 28, 27, 22]))
    assert "A note that is trampled must be" in choices.hands_summary(hands)


def test_no_multiple_of_a_note_is_named_where_there_is_none():
    rows = note_rows().assign(people=20)
    flat = fit_hands(rows.assign(hands=[17, 15, 11, 18, 15, 12, 18, 16, 13]))
    text = choices.hands_summary(flat)
    assert "cannot be said" in text
    assert "times larger" not in text
    assert list(choices.hands_findings(flat)) == []
    wide = fit_hands(rows.assign(hands=[14, 11, 4, 16, 13, 6, 18, 15, 8]))
    assert "goes past the notes that were shown" in choices.hands_summary(wide)
    assert len(list(choices.hands_findings(wide))) == 1


@pytest.mark.parametrize(("p_value", "words"), [(1e-6, "(p below 0.001)"), (0.4, "may be none")])
def test_spread_says_whether_respondents_differ(p_value, words):
    draws = np.array([[2.0, 3.0, 4.5], [2.4, 3.4, 5.0]])
    quantiles = Estimates(("10%", "50%", "90%"), draws.mean(axis=0), draws)
    willing = pd.DataFrame({"worth": [3.0], "estimate": [0.6], "low": [0.5], "high": [0.7]})
    text = spread.spread_summary(quantiles, willing, p_value, 3.0)
    assert words in text
    assert "worth more than **3.20 CNY**" in text
    assert "60% (50 to 70%) would pay more than the 3.00 CNY" in text
    names = [finding.name for finding in spread.spread_findings(quantiles)]
    assert names[1] == "willingness_to_pay_median"
    assert "cannot be estimated" in spread.spread_missing()


def test_true_values_stand_next_to_every_explained_measure(rng):
    judged = reliability.majority_judgements(generate_answers.simulate_answers(60, rng))
    indices = reliability.reliability_indices(judged)
    totals = pd.DataFrame({"name": COMPANY, "estimate": 0.2, "low": 0.0, "high": 0.9})
    worth = Estimates((ALL,), np.array([3.0]), np.array([[2.0], [4.0]]))
    solved = Share(0.7, 0.6, 0.8, 50, 50.0)
    page = str(quality.truth_table(load_truth(), indices, {}, worth, solved, totals))
    assert page.count("explained variance of") == len(COMPANY) == 6


def test_bill_says_what_the_core_preserves():
    terms = {"years": 10, "expectation": 60, "ahead": 6, "point_cost": 20}
    bill = chase_or_core({"speed": 0.3, "looks": 0.1}, Ratchet(), **terms)
    text = choices.bill_summary(bill, 1, 10, 20.0)
    assert "(response speed) costs 50% of that and preserves **75%**" in text
    assert "customers expect 60 points and every standard is 6 points above that" in text
    lines = str(choices.bill_table(bill)).splitlines()
    assert [line.split()[-3:-2] for line in lines[2:]] == [["75"], ["25"]]
    assert lines[2].startswith("response speed")
    useless = chase_or_core({"speed": 0.3, "looks": 0.0}, Ratchet(), **terms)
    assert "the last one with a weight above 0 " in choices.bill_summary(useless, 1, 10, 20.0)
    assert "nan" not in choices.bill_summary(useless, 1, 10, 20.0)
    assert "cannot say which to raise" in choices.no_bill()


def test_study_of_speed_knows_the_true_values(root):
    study = yaml.safe_load((root / "reports/speed.yaml").read_text(encoding="utf-8"))
    true = {"willingness_to_pay": generate_choices.population()["day"]} | {
        f"willingness_to_pay_{name.replace(' ', '_')}": day
        for name, day in generate_choices.population()["by_segment"].items()
    }
    assert study["truth"] == pytest.approx(true)
    assert set(study["findings"]) == set(true)
