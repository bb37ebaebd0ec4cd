"""What workbook 06 says follows the results, also where there are few."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cemlib.stats.estimates import Estimates
from cemlib.stats.rates import RateRatio
from cemlib.stats.response import FEATURES, Logit, Response
from cemlib.studies.complaints import replay as science
from cemlib.studies.complaints.answers import menu
from cemlib.studies.complaints.equivalence import Equivalence
from cemlib.studies.complaints.promises import Promise
from cemlib.studies.complaints.words import complaints as words
from cemlib.studies.complaints.words import economics

PROMISE = Promise(9.7, 8.9, 11.1, 0.8, 2.0, 0.206, 1.99, 2.3)
KINDS = ("distributive", "procedural", "interactional")


@pytest.fixture(scope="module")
def case(root):
    return science.replay(pd.read_csv(root / "datasets/cases/yang.csv"))


def response():
    logit = Logit(
        ("intercept", *FEATURES), np.array([0, 0.4, 0.5, 0.4, 1.4, -0.2]), np.ones((2, 6))
    )
    worth = np.array([0.2, 0.25, 0.15, 1.0, -0.04])
    draws = worth + np.array([[-0.05], [0.05]]) * (np.array(FEATURES) != "share")
    return Response({"stayed": logit}, worth, draws)


def compared(spread=0.2, lose=0.0):
    names = ["deny", "flat", "full", "nash", "nash capped"]
    frame = pd.DataFrame({"policy": names})
    for name, values in (
        ("customer", [40, 110, 240, 170, 150]),
        ("realised", [150, 250, 155, 255, 270]),
        ("over_deny", [0, 100, 5, 105, 120]),
    ):
        frame[name] = np.array(values, dtype=float)
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - 10, frame[name] + 10
    return frame.assign(
        compensation=50.0, stayed=0.9, spread=[0, 0.05, 0, spread, 0.1], favour=0.11,
        customers_lose=[lose, 0, 0, 0, 0], company_loses=[0, 0, 0.17, 0, 0],
    )  # fmt: skip


def part(indirect, direct):
    def estimates(values):
        middle = np.array(values, dtype=float)
        return Estimates(KINDS, middle, middle + np.array([[-0.01], [0.01]]))

    return {
        "indirect": estimates(indirect),
        "direct": estimates(direct),
        "total": estimates(np.add(indirect, direct)),
    }


def test_case_in_words(case):
    said = words.case(case)
    assert said.startswith(
        "4 promises: 1 kept, 1 broken and 2 open. She turned to the company once"
    )
    assert "the company to her 4 times" in said
    assert "**6 h 13 min**. A promise fell due in it" in said
    assert "shows 7; missing: closing." in said


def test_case_without_clock_times_says_nothing_of_silence(root):
    events = pd.read_csv(root / "datasets/cases/yang.csv").assign(clock=None)
    said = words.case(science.replay(events))
    assert "silence" not in said
    table = words.promises_table(science.replay(events))
    assert table["minutes late"].isna().all()


def test_promises_are_a_table(case):
    table = words.promises_table(case)
    assert table["became"].tolist() == ["kept", "broken", "open", "open"]
    assert table["minutes late"].tolist()[1] == 253
    assert table["by"].tolist()[2] == "network"


def test_promise_in_words():
    said = words.promise(PROMISE, 630)
    assert said.startswith("Of 630 comparable repairs, 21% were done within 2 hours.")
    assert "**9.7 hours** (8.9 to 11.1), kept 80% of the time" in said


def test_promises_of_the_log_are_counted():
    log = pd.DataFrame({"repair_hours": [1.0, 5, np.nan], "promised_hours": [2.0, 2, 2]})
    assert words.promise(PROMISE, 630, log).endswith(
        "Of 2 promises in the log, 2 hours in the middle, **50%** were kept."
    )


def test_comparable_repairs_are_those_of_the_failure_if_there_are_any():
    log = pd.DataFrame({"failure": ["network outage", "slow repair"], "repair_hours": [3.0, 9.0]})
    assert words.mended(log).tolist() == [3.0]
    assert words.mended(log, "fire").tolist() == [3.0, 9.0]
    assert words.mended(log[["failure"]]).empty


def test_worth_counts_a_day_of_waiting():
    table = words.worth_table(response())
    assert table["95% interval"].tolist()[3] == "by definition"
    waited = np.log1p(24) - np.log1p(1)
    assert table["worth, % of the loss"].iloc[-1] == pytest.approx(-4 * waited)
    assert table["odds of staying ×"].iloc[-1] == pytest.approx(np.exp(-0.2 * waited))


def test_bargain_in_words():
    complaint = pd.Series({"failure": "a_b", "loss": 305.0, "fee": 159.0})
    row = {"rule": "nash", "answer": 3, "customer": 415.2, "company": 216.0}
    said = words.bargain(pd.DataFrame([row]), complaint, menu())
    assert "a\\_b, loss 305 yuan" in said
    assert "Nash's answer: none, within 72 hours. It gains" in said
    assert "**415 yuan** and the company **216 yuan**" in said
    said = words.bargain(pd.DataFrame([row | {"answer": -1}]), complaint, menu())
    assert said.endswith("No answer leaves both better off than no agreement.")


@pytest.mark.parametrize(
    ("lose", "end"),
    [
        (0.0, "none of the five leaves a customer worse off than no agreement."),
        (0.2, "*deny* leaves 20% of the customers worse off than no agreement."),
    ],
)
def test_policies_in_words(lose, end):
    said = words.policies(compared(lose=lose))
    assert said.startswith("Most for the company: **Nash within authority**, 270 yuan")
    assert "most for the customer: **always right**, 240 yuan" in said
    assert "furthest apart by **Nash**" in said
    assert "*Always right* loses money on 17% of the complaints" in said
    assert said.endswith(end)


def test_policies_are_a_table():
    table = words.policies_table(compared())
    assert table["over deny, yuan"].tolist()[1] == "+100 (90 to 110)"
    assert table["over deny, yuan"].isna().tolist() == [True, False, False, False, False]


def test_justice_in_words():
    said = words.justice({"Word of mouth": part([0.3, 0.1, 0.2], [0.1, 0.0, 0.0])})
    assert said.startswith("**Word of mouth** hangs most on distributive, then interactional, then")
    assert "86% of it passes" in said


def test_paradox_tells_difference_from_not_knowing():
    said = words.paradox(
        {
            "satisfaction": Equivalence(0.6, 0.05, 200, 0.3),
            "intent to stay": Equivalence(0.0, 0.05, 200, 0.3),
            "trust": Equivalence(0.3, 0.4, 200, 0.3),
            "price": Equivalence(-1.0, 0.1, 200, 0.3),
        }
    )
    for verdict in (
        "**higher**",
        "**alike**",
        "the data do not tell",
        "**lower**",
        "201 customers",
    ):
        assert verdict in said


def test_what_a_log_does_not_ask_is_not_computed():
    log = pd.DataFrame({"handling": [6.0, 7, 2, 6], "satisfaction_before": [7.0, 8, 5, 6]})
    assert words.recovered(log, 0.3) == {}
    assert words.mediated(log, {}, np.ones((1, 4))) == {}


def test_source_in_words():
    said = words.source(RateRatio(0.31, 0.246, 0.38, 0.001), "account security")
    assert "**31%** of the rate before (24.6 to 38.0 %)" in said


def test_findings_of_a_run(case):
    found = {f.name: f for f in words.findings(case, PROMISE, response(), compared(), "nash")}
    assert found["longest_silence"].value == pytest.approx(373 / 60)
    assert found["best_policy"].value == "Nash within authority"
    assert found["policy_company"].value == 255
    assert found["policy_over_deny"].low == 95
    assert all(f.sentence.endswith(".") for f in found.values())
    few = {f.name for f in words.findings(case, None, response(), compared(), "deny")}
    assert not few & {"best_promise", "policy_over_deny"}
    with pytest.raises(ValueError, match="did you mean 'nash'"):
        list(words.findings(case, None, response(), compared(), "nahs"))


def test_findings_of_parts_that_may_be_missing():
    parts = {"Word of mouth": part([0.3, 0.1, 0.2], [0.1, 0.0, 0.0])}
    [finding] = words.justice_findings(parts)
    assert finding.name == "distributive_to_word_of_mouth"
    [finding] = words.paradox_findings({"intent to stay": Equivalence(0.0, 0.05, 200, 0.3)})
    assert finding.name == "recovered_intent_to_stay"
    assert list(words.source_findings(None, "x")) == []
    ratio = RateRatio(0.3, 0.2, 0.4, 0.01)
    assert len(list(words.source_findings(ratio, "x"))) == 1
    assert list(words.source_findings(replace(ratio, high=np.inf), "x")) == []


def test_truth_is_held_against_the_interval():
    table = words.truth_table(
        response(), dict(zip(FEATURES, (0.2, 0.5, 0.15, 1, -0.04), strict=True))
    )
    assert table["within"].tolist() == [True, False, True, True, True]


def stays(resolved=0.89):
    return pd.DataFrame(
        {
            "outcome": [
                "complaint not resolved", "complaint resolved", "complaint resolved quickly",
            ],
            "stays": [0.59, resolved, 0.9],
            "n": [880, 532, 174],
        }
    )  # fmt: skip


def test_economy_in_words():
    said = economics.economy(stays(), 500, 31)
    assert "resolving one may cost **150 yuan**; the log pays 31 on average" in said
    assert "It pays to spend" in said
    assert economics.economy(stays(0.6), 500, 31).endswith("does not pay at these figures.")


def test_printed_shares_stand_beside_ours(root):
    table = economics.beside(pd.read_csv(root / "datasets/published/tarp-complaints.csv"), stays())
    assert table["outcome"].tolist()[0] == "no complaint"
    assert table["over $100"].tolist() == [0.09, 0.19, 0.54, 0.82]
    assert np.isnan(table["this log"].iloc[0])


def test_printed_multiples_stand_beside_ours(root):
    table = economics.multiples(pd.read_csv(root / "datasets/published/lifetime-multiples.csv"))
    assert (table["printed"] - table["ours"]).abs().max() < 0.005


def test_break_even_moves_with_the_margin():
    small, large = (str(economics.break_even(stays(), m, 0.93, 0.008)) for m in (10, 90))
    assert small != large
    assert "lifetime value of 119 yuan" in small
