"""What workbook 05 says follows the results, also where there are few."""

import numpy as np
import pandas as pd
import pytest
import yaml

from cemlib.catalogue import load
from cemlib.stats.estimates import Difference, Estimates
from cemlib.studies.rights.operator.survey_truth import TRUTH
from cemlib.studies.value.effectiveness import advice_regret
from cemlib.studies.value.menus import Voice, offers_in, seconds_heard
from cemlib.studies.value.operator import choices as generate_choices
from cemlib.studies.value.raised_hands import raised_hands
from cemlib.studies.value.reliability import Share
from cemlib.studies.value.words import answering, speed, value
from cemlib.studies.value.words.spoken import branches_table, spoken

OFFERS = pd.DataFrame(
    {
        "offer": list("abcde"), "name_en": ["A*", "B", "C", "D", None],
        "type": ["x", "x", "y", "y", "z"], "share": [5.0, 4, 3, 2, 1],
        "seconds": [10.0, 20, 30, 10, 10],
    }
)  # fmt: skip


def test_the_menu_to_speak_names_types_and_covers_every_offer():
    menu = spoken(OFFERS, Voice(branches=3))
    script = menu.script()
    first = script[~script["choice"].str.contains(".", regex=False)]
    assert first["say"].tolist() == ["X …", "Y …", "e"]
    assert first["callers"].sum() == pytest.approx(1)
    assert sorted(offers_in(menu.menu)) == list(range(5))
    leaves = script[~script["say"].str.endswith("…")].set_index("say")
    heard = dict(zip(menu.names(), seconds_heard(menu.menu, menu.voice), strict=True))
    assert leaves["after"].to_dict() == pytest.approx(heard)
    assert menu.first_turn().startswith("The agent begins: “X; Y; or e?”")


def test_ways_are_ordered_and_the_menu_is_not_below_the_bound():
    menu = spoken(load("offers"), Voice())
    whole = menu.ways().set_index("way").sum(axis=1)
    assert whole.is_monotonic_decreasing
    assert menu.bound <= menu.seconds(menu.best) <= menu.seconds(menu.menu)
    found = {finding.name: finding.value for finding in menu.findings()}
    assert found["menu_over_bound"] == pytest.approx(
        100 * (menu.seconds(menu.menu) / menu.bound - 1)
    )
    table = branches_table(menu.by_branches([2, 4]))
    assert (table["bound"] <= table["best"] + 1e-9).all()


def test_without_types_groups_are_named_by_what_they_hold():
    plain = OFFERS.drop(columns=["type", "name_en"])
    menu = spoken(plain, Voice(branches=2, choice=1, turn=0.5))
    said = menu.script()["say"]
    assert said.str.contains("or one of").any()
    assert "layered by type" not in menu.told()


def test_numbers_of_the_two_views():
    found = pd.DataFrame(
        {
            "first": ["speed"] * 2, "second": ["profit", "feasibility"], "estimate": [0.4, 0.01],
            "low": [0.3, -0.1], "high": [0.5, 0.1], "p_value": [0.0, 0.04], "q_value": [0.0, 0.08],
        }
    )  # fmt: skip
    words = value.together(found)
    assert "Of 2 pairs, 1 are found" in words
    assert "would have named 2" in words
    assert "**Feasibility** goes with none" in words
    assert "stands alone" in value.together(found.head(1))


def calls(coders=2, policy=True):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"answer": np.repeat(range(40), coders)})
    frame["question"], frame["agent"] = frame["answer"] // 2, frame["answer"] % 9
    frame["correct"], frame["hedged"] = rng.integers(0, 2, (2, len(frame))).astype(float)
    return frame.assign(policy=np.where(frame["agent"] > 4, "a", "b")) if policy else frame


def test_steps_leave_out_what_data_do_not_hold(rng):
    alone = calls(coders=1, policy=False)
    assert len(answering.agreement(alone, 20, rng)) == 0
    assert answering.policy_effects(answering.judged(alone), "a") == {}
    judged = answering.judged(calls())
    assert set(answering.policy_effects(judged, "a")) == {"hedged", "correct", "reliable"}
    assert answering.policy_effects(judged, "another") == {}
    assert "one coder" in value.coders(answering.agreement(alone, 20, rng))
    assert (judged["reliable"] == judged["correct"] * (1 - judged["hedged"])).all()


@pytest.mark.parametrize(
    ("correct", "words"),
    [(-0.2, "costs correctness:"), (0.2, "helps correctness"), (0.0, "nothing that can be seen")],
)
def test_policy_is_said_by_its_interval(correct, words):
    effects = {
        "hedged": Difference(-0.2, 0.03, 50),
        "correct": Difference(correct, 0.03, 50),
        "reliable": Difference(0.1, 0.03, 50),
    }
    assert words in value.trust(effects, "good faith")


def test_one_page_of_definitions_holds_every_number():
    index = pd.DataFrame(
        {"name": ["reliable"], "estimate": [0.5], "low": [0.4], "high": [0.6], "rows": [90],
         "effective": [60.0]}
    )  # fmt: skip
    regret = advice_regret([50.0, 40.0], [40.0, 40.0], np.ones((3, 2)))
    page = str(value.definitions(index, Share(0.7, 0.6, 0.8, 50, 50.0), regret, 7))
    for words in ("the answer is right and not hedged", "40 to 60%", "within 7 days", "regret"):
        assert words in page
    assert "regret" not in str(value.definitions(index, Share(0.7, 0.6, 0.8, 5, 5.0), None, 7))


def test_willingness_tells_segments_apart_and_warns(rng):
    drawn = generate_choices.simulate_choices(120, rng)
    found = speed.models(drawn)
    assert next(iter(found)) == speed.ALL
    assert set(speed.segment_models(found)) == set(TRUTH.segments)
    assert list(speed.segment_models(speed.models(drawn.drop(columns="segment")))) == [speed.ALL]
    unsure = drawn.assign(price=drawn["price"].where(drawn["price"].isna(), 7 + drawn["task"] % 2))
    unsure.loc[unsure["alternative"] == 2, "price"] += rng.integers(0, 2)
    worth = Estimates((speed.ALL,), np.array([3.0]), np.array([[2.0], [4.0]]))
    assert "for a day" in speed.willing(worth, {speed.ALL: found[speed.ALL]})


def test_class_counts_replace_the_log_once_there_are_enough():
    rows = speed.note_rows()
    assert rows["note"].is_unique
    typed = rows.assign(hands=10.0, people=30.0)
    log = load("hands")
    assert speed.counted(typed.head(3), log)[0] is log
    counts, words = speed.counted(typed, log)
    assert len(counts) == 9
    assert "this room" in words
    found = raised_hands(counts.assign(hands=[20, 15, 9, 24, 22, 15, 28, 27, 22]), 50,
                         np.random.default_rng(1))  # fmt: skip
    assert "trodden on" in speed.hands_said(found)


def test_bill_says_what_the_core_keeps():
    weights = Estimates(("speed", "looks"), np.array([0.3, 0.1]), np.ones((1, 2)))
    found = speed.bills(weights, [0.5], years=10, point_cost=20)[0.5]
    words = speed.bill(found, {}, 1, 10)
    assert "costs 50% of that and keeps **75%**" in words


def test_study_of_speed_knows_the_truth(root):
    study = yaml.safe_load((root / "reports/speed.yaml").read_text(encoding="utf-8"))
    planted = {"willingness_to_pay": generate_choices.population()["day"]} | {
        f"willingness_to_pay_{name.replace(' ', '_')}": day
        for name, day in zip(TRUTH.segments, generate_choices.CHOICES.day, strict=True)
    }
    assert study["truth"] == pytest.approx(planted)
    assert set(study["findings"]) == set(planted)
