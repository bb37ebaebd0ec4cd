"""Sentences, tables and findings of workbook 06 follow the results, also where there are few."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.studies.complaints import case as model
from cemlib.studies.complaints import words
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.economy import Economy
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.invitation import invite
from cemlib.studies.complaints.justice import rank_causes
from cemlib.studies.complaints.policies import rank
from cemlib.studies.complaints.promises import KeptPromises, Promise
from cemlib.studies.complaints.rates import RateRatio, Removal
from cemlib.studies.complaints.response import FEATURES
from cemlib.studies.complaints.retention import break_even_by_outcome, recomputed_multiples
from cemlib.teach.markdown import Markdown

PROMISE = Promise(630, 9.7, 8.9, 11.1, 0.8, 2.0, 0.206, 1.99, 2.3)
KINDS = ("distributive", "procedural", "interactional")


@pytest.fixture(scope="module")
def case(root):
    return model.replay(pd.read_csv(root / "datasets/cases/yang.csv"))


def worth():
    frame = pd.DataFrame({"part": FEATURES, "worth": [0.2, 0.25, 0.15, 1.0, -0.1]})
    frame = frame.assign(low=frame["worth"] - 0.05, high=frame["worth"] + 0.05, odds_ratio=1.5)
    frame.loc[3, ["low", "high"]] = 1.0
    return frame


def removal(failure, ratio):
    return Removal(failure, pd.Timestamp("2025-10-01"), ratio, pd.DataFrame(), ratio)


def compared(worse_off=0.0):
    names = ["deny", "flat", "full", "nash", "nash capped"]
    frame = pd.DataFrame({"policy": names})
    for name, values in (
        ("customer", [40, 110, 240, 170, 150]),
        ("realised", [150, 250, 155, 255, 270]),
        ("gain_over_deny", [0, 100, 5, 105, 120]),
        ("share_sd", [0, 0.05, 0, 0.2, 0.1]),
        ("fee_gap", [0.11] * 5),
        ("stayed", [0.9] * 5),
        ("customers_worse_off", [worse_off, 0, 0, 0, 0]),
        ("company_worse_off", [0, 0, 0.17, 0, 0]),
    ):
        frame[name] = np.array(values, dtype=float)
        error = 10 if frame[name].abs().max() > 1 else 0.05
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - error, frame[name] + error
    return frame.assign(compensation=50.0, best_share=[0, 0, 0, 0.3, 0.7])


def effects(indirect, direct):
    def estimates(values):
        middle = np.array(values, dtype=float)
        return Estimates(KINDS, middle, middle + np.array([[-0.01], [0.01]]))

    return {
        "indirect": estimates(indirect),
        "direct": estimates(direct),
        "total": estimates(np.add(indirect, direct)),
    }


WORD_OF_MOUTH = {"Word of mouth": effects([0.3, 0.1, 0.2], [0.1, 0.0, 0.0])}
RANKINGS = {name: rank_causes(parts) for name, parts in WORD_OF_MOUTH.items()}


def test_case_in_words(case):
    text = words.case(case)
    assert isinstance(text, Markdown)
    assert text.startswith(
        "4 promises: 1 kept, 1 broken and 2 open. The customer contacted the company once; the "
        "company contacted her 4 times."
    )
    assert "**6 h 13 min**. A promise fell due in it" in text
    assert text.endswith("shows 7 of the 8 steps of ISO 10002; missing: closing.")


def test_case_without_clock_times_reports_no_gap(root):
    events = pd.read_csv(root / "datasets/cases/yang.csv").assign(clock=None)
    replayed = model.replay(events)
    assert "gap" not in words.case(replayed)
    assert "delay, minutes" in str(words.promises_table(replayed))


def test_promises_are_a_table(case):
    table = words.promises_table(case)
    states, delays = ([row[column] for row in table.rows] for column in (4, 5))
    assert states == ["kept", "broken", "open", "open"]
    assert delays[1] == "253"
    assert table.rows[2][1] == "network"


def test_promise_in_words():
    text = words.promise(PROMISE)
    assert text.startswith("Of 630 comparable repairs, 21% took at most 2 hours.")
    assert "**9.7 hours** (95% interval 8.9 to 11.1), which 80% of repairs keep" in text
    assert words.promise(PROMISE, KeptPromises(2, 4.0, 0.5)).endswith(
        "Of 2 promises in the log (median 4 hours), **50%** were kept."
    )


def test_a_promise_that_nobody_made_is_not_named():
    text = words.promise(replace(PROMISE, made=None), noun="answer")
    assert text.startswith("Given 630 answers, the best promise is **9.7 hours**")
    assert "2 hours" not in text
    assert "repair" not in text


def test_silence_and_open_complaints_in_words():
    text = words.silence(pd.Series([2.0, 4.0, 9.0]), ["response"])
    assert "half of the complainants wait **4.0 hours** or longer" in text
    assert text.endswith("recorded are the times of receipt and response.")
    last = pd.Timestamp("2026-03-02 12:00")
    rows = pd.DataFrame({"received": [pd.Timestamp("2026-03-02 06:00")]})
    assert words.waiting(rows, last).startswith("1 complaint is open at the last time in the log")
    assert words.waiting(rows.head(0), last) == "No complaint is open."


def test_assumptions_are_named_with_their_money():
    text = words.assumptions({"margin": 0.3, "regulator_cost": 400.0, "patience": 1.0})
    assert text == (
        "These figures assume a margin of 30% and a cost of a complaint to the regulator of "
        "400 CNY."
    )


def test_worth_of_the_reference_has_no_interval():
    rows = words.worth_table(worth()).rows
    assert rows[3][2] == "reference, no interval"
    assert rows[0][2] == "15.0 to 25.0"
    assert rows[4][0] == "answer after a day instead of an hour"


@pytest.mark.parametrize(
    ("slope", "bound", "said"),
    [
        (0.4, 1.6, "raise both the chance of an apology and that of a high rating by a factor"),
        (-0.4, 1.6, "lower that of a high rating, each by a factor of about **1.9**"),
        (0.4, 1.0, "contains 0, so that it needs no unseen cause"),
    ],
)
def test_unseen_causes_in_words(slope, bound, said):
    row = {"part": "apology", "slope": slope, "e_value": 1.9, "bound": bound}
    known = pd.DataFrame([row | {"outside": 0.02, "rows": 60, "effective": 50.0}])
    assert said in words.unseen_causes(known)
    assert "2.0% of the complaints lie outside" in words.unseen_causes(known)
    assert "lie outside" not in words.unseen_causes(known.assign(outside=np.nan))
    assert words.unseen_table(known).rows[0][0] == "apology"


def test_bargain_in_words():
    complaint = pd.Series({"failure": "a_b", "loss": 305.0, "fee": 159.0})
    row = {"rule": "nash", "answer": 3, "customer": 415.2, "company": 216.0}
    text = words.bargain(pd.DataFrame([row]), complaint, menu())
    assert "Typical complaint of a large loss (a\\_b): loss 305 CNY" in text
    assert "The Nash answer: an answer without these parts, within 72 hours." in text
    assert "**415 CNY** and the company **216 CNY**" in text
    text = words.bargain(pd.DataFrame([row | {"answer": -1}]), complaint, menu())
    assert text.endswith("No answer leaves both sides better off than no agreement.")


@pytest.mark.parametrize(
    ("worse_off", "end"),
    [
        (0.0, "no policy leaves a customer worse off than no agreement."),
        (0.2, "*deny* leaves 20% of customers worse off than no agreement."),
    ],
)
def test_policies_in_words(worse_off, end):
    table = compared(worse_off)
    text = words.policies(table, rank(table))
    assert text.startswith("Largest gain for the company: **Nash within authority**, 270 CNY")
    assert "for the customer: **always right**, 240 CNY (230 to 250)" in text
    assert "the largest in 70% of the draws, so the order" in text
    assert "most unequally by **Nash**" in text
    assert "*Always right* costs the company more than it brings on 17% of complaints" in text
    assert text.endswith(end)


def test_policies_are_a_table():
    table = words.policies_table(compared(), 1234)
    assert [row[3] for row in table.rows][:2] == ["–", "+100 (90 to 110)"]
    assert table.rows[2][-1] == "17 (12 to 22)"


def test_justice_in_words():
    text = words.justice(RANKINGS)
    assert text.startswith(
        "**Word of mouth** is most strongly associated with distributive, then "
        "interactional, then procedural justice; 86% of the association"
    )


def test_a_difference_is_told_from_an_inconclusive_result():
    text = words.recovery(
        {
            "satisfaction": Equivalence(0.6, 0.05, 200, 0.3),
            "intent to stay": Equivalence(0.0, 0.05, 200, 0.3),
            "trust": Equivalence(0.3, 0.4, 200, 0.3),
            "price": Equivalence(-1.0, 0.1, 200, 0.3),
        }
    )
    for part in ("**higher**", "**equivalent**", "**inconclusive**", "**lower**", "201 customers"):
        assert part in text


def test_cause_in_words():
    text = words.cause(removal("account_security", RateRatio(0.31, 0.246, 0.38, 0.001)))
    assert "no complaint about fire" in words.cause(removal("fire", None))
    assert "account\\_security was **31%** of the rate before (95% interval 24.6% to 38.0%)" in text


def test_findings_of_the_case_and_the_answers(case):
    parts = (words.case_findings(case), words.promise_findings(PROMISE))
    findings = {f.name: f for part in (*parts, words.worth_findings(worth())) for f in part}
    assert findings["longest_silence"].value == pytest.approx(373 / 60)
    assert findings["best_promise"].low == 8.9
    assert findings["worth_of_apology"].high == pytest.approx(0.25)
    assert findings["share_within_promise"].sentence.endswith("a promise of 2 hours.")
    [only] = words.promise_findings(replace(PROMISE, made=None), "answer")
    assert only.sentence == "Promise for an answer with the lowest mean cost."


def test_findings_of_a_policy():
    table = compared()
    findings = {f.name: f for f in words.policy_findings(table, rank(table), "nash")}
    assert findings["best_policy"].value == "Nash within authority"
    assert findings["policy_company"].value == 255
    assert findings["policy_gain_over_deny"].low == 95
    assert all(f.sentence.endswith(".") for f in findings.values())
    names = {f.name for f in words.policy_findings(table, rank(table), "deny")}
    assert "policy_gain_over_deny" not in names
    with pytest.raises(ValueError, match="did you mean 'nash'"):
        list(words.policy_findings(table, rank(table), "nahs"))


def test_findings_that_may_be_missing():
    [finding] = words.justice_findings(WORD_OF_MOUTH, RANKINGS)
    assert finding.name == "distributive_to_word_of_mouth"
    [finding] = words.recovery_findings({"intent to stay": Equivalence(0.0, 0.05, 200, 0.3)})
    assert finding.name == "change_in_intent_to_stay"
    assert list(words.cause_findings(None, "x")) == []
    ratio = RateRatio(0.3, 0.2, 0.4, 0.01)
    assert len(list(words.cause_findings(ratio, "x"))) == 1
    assert list(words.cause_findings(replace(ratio, high=np.inf), "x")) == []


def stays(resolved=0.89):
    outcomes = ["complaint not resolved", "complaint resolved", "complaint resolved quickly"]
    return pd.DataFrame({"outcome": outcomes, "stays": [0.59, resolved, 0.9], "n": [880, 532, 174]})


@pytest.mark.parametrize(
    ("resolved", "inviting"),
    [(0.89, "it would pay to spend"), (0.6, "would not pay at these values")],
)
def test_economy_in_words(resolved, inviting):
    costs = break_even_by_outcome(stays(resolved), 500)
    invitation = invite(costs["cost"].iloc[0] - 31)
    text = words.economy(stays(resolved), Economy(500, costs, 31, invitation))
    assert f"**{500 * (resolved - 0.59):.0f} CNY** per complaint" in text
    assert "compensation in the log is 31 CNY" in text
    assert inviting in text
    bare = words.economy(stays(resolved), Economy(500, costs, None, None))
    assert "per complaint. The log does not show that" in bare
    assert "invit" not in bare.lower()


def test_tables_of_money(root):
    tarp = pd.read_csv(root / "datasets/published/tarp-complaints.csv")
    table = words.retention_table(stays(), tarp)
    assert table.columns == [
        "outcome", "TARP, loss over $100", "TARP, loss under $5", "this log",
        "complaints in this log",
    ]  # fmt: skip
    assert table.rows[0][:2] == ["no complaint", "9%"]
    assert table.rows[0][3] == "–"
    assert words.retention_table(stays()).columns == [
        "outcome", "this log", "complaints in this log",
    ]  # fmt: skip
    printed = pd.read_csv(root / "datasets/published/lifetime-multiples.csv")
    assert words.multiples_table(recomputed_multiples(printed)).rows[1][3] == "1.154"
    costs = words.break_even_table(break_even_by_outcome(stays(), 119))
    assert costs.caption == "At a lifetime value of 119 CNY"
    assert costs.rows[0][1:] == ["30", "36"]
