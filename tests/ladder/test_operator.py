"""The operator's panel, feedback, applications and conversations, and panels of one's own."""

import numpy as np
import pytest

from cemlib import operator as generate
from cemlib.catalogue import load
from cemlib.data.common import load_truth
from cemlib.data.problems import DataError
from cemlib.studies.ladder import datasets
from cemlib.studies.ladder.datasets import index_of, load_panel, names_of, numbers_of
from cemlib.studies.ladder.operator.conversations import ACTIONS, FACTS, tariffs
from cemlib.studies.ladder.operator.panel_truth import STATES
from cemlib.studies.ladder.operator.voice_truth import OWNERS, TOUCHPOINTS
from cemlib.studies.ladder.tariffs import tariff_savings

NAMES = ["new", "loyal", "gone"]


@pytest.fixture
def written(tmp_path):
    def write(text, name="panel.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_panel_is_of_some_customers_and_ends_with_leaving():
    panel = load_panel(states=STATES)
    rows = panel.rows
    assert panel.notes == ()
    people = set(load("customers")["customer"])
    assert set(rows["customer"].str.removesuffix("-P")) <= people
    share = rows.loc[~rows["customer"].str.endswith("-P"), "customer"].nunique() / len(people)
    assert abs(share - load_truth()["planted"]["panel"]["chosen"]) < 0.03
    last = rows.groupby("customer")["month"].transform("max")
    assert (rows.loc[rows["rung"] == "lapsed", "month"] == last[rows["rung"] == "lapsed"]).all()
    assert rows.loc[rows["rung"].isin(["prospect", "lapsed"]), "score"].isna().all()
    assert rows.loc[~rows["rung"].isin(["prospect", "lapsed"]), "score"].between(0, 10).all()


def test_savings_of_conversations_follow_from_usage_and_tariffs():
    calls, use = load("conversations"), load("usage")
    savings = tariff_savings(use, load("tariffs")).set_index("customer")["saving"]
    assert np.allclose(calls["saving"], calls["customer"].map(savings), atol=0.051)
    numbers = tariffs().columns[1:]
    assert np.array_equal(load("tariffs")[numbers], tariffs()[numbers])


def test_logged_actions_follow_their_probabilities():
    calls = datasets.load_calls()
    assert np.allclose(calls.probabilities.sum(axis=1), 1, atol=1e-6)
    assert (calls.probabilities >= 0.07 - 1e-9).all()
    expected = calls.probabilities.mean(axis=0)
    observed = np.bincount(calls.action, minlength=4) / len(calls.action)
    error = np.sqrt((calls.probabilities * (1 - calls.probabilities)).sum(axis=0)) / len(
        calls.action
    )
    assert (np.abs(observed - expected) < 4 * error).all()


def test_feedback_holds_who_was_asked_and_who_owns_each_cause():
    rows = datasets.load_feedback()
    comments = rows[rows["mode"] == "customer-initiated"]
    assert comments[["cause", "owner", "hours", "told"]].notna().all(axis=None)
    assert set(comments["cause"]) == set(OWNERS)
    assert load("owners").set_index("cause")["owner"].to_dict() == OWNERS
    survey = rows[rows["mode"] == "company-driven"]
    assert (survey[list(TOUCHPOINTS)].notna().all(axis=1) == survey["rating"].notna()).all()
    events = rows[rows["mode"] == "event-driven"]
    assert "bill" not in set(events["touchpoint"])  # the blind spot


def test_calls_to_decide_offer_every_action_and_earn_what_the_model_says():
    calls = datasets.load_call_choices()
    assert (calls.groupby("step")["action"].nunique() == len(ACTIONS)).all()
    assert (calls.groupby("step")[list(FACTS)].nunique() == 1).all(axis=None)
    slopes = load_truth()["planted"]["conversations"]["slopes"]
    for row in calls.itertuples():
        base, *rest = slopes[ACTIONS.index(row.action)]
        facts = [getattr(row, name) for name in FACTS]
        assert row.value == pytest.approx(base + np.dot(rest, facts))


def test_a_prospect_is_cut_with_the_customer_who_knows_them():
    few = next(generate.blocks(300, seed=5))["panel"]
    many = next(generate.blocks(600, seed=5))["panel"]
    assert few["customer"].str.slice(stop=8).max() <= "C0000300"
    assert many.head(len(few)).equals(few)
    assert few["customer"].str.endswith("-P").any()


def test_own_states_in_their_own_order(written):
    file = written(
        "customer,month,state\na,2026-01,loyal\na,2026-02-28,new\nb,2026-01,gone\n"
        "c,2026-01,new\nc,2026-02,gone\n"
    )
    panel = load_panel(file, states=NAMES)
    assert panel.rows["state"].tolist() == [1, 0, 2, 0, 2]
    assert panel.rows["month"].diff()[1] == 1
    assert "There is no column slip: the section on forgiveness is left out." in panel.notes


def test_own_states_may_be_chinese_and_columns_have_other_names(written, tmp_path):
    written("columns: {customer: 客户, month: 月份, state: 状态}\n", "panel.columns.yaml")
    file = written(
        "客户,月份,状态\n甲,2026-01,满意\n甲,2026-02,忠诚\n乙,2026-01,流失\n"
        "丙,2026-01,忠诚\n丙,2026-02,流失\n"
    )
    panel = load_panel(file, states=names_of("states", "满意，忠诚，流失"))
    assert dict(zip(panel.rows["rung"], panel.rows["state"], strict=True)) == {
        "满意": 0,
        "忠诚": 1,
        "流失": 2,
    }


LEAVING = (
    "customer,month,state\na,2026-01,new\na,2026-02,gone\na,2026-03,gone\n"
    "b,2026-01,new\nb,2026-02,new\nb,2026-04,gone\nc,2026-01,new\nc,2026-02,other\n"
)


def test_months_after_leaving_are_left_out_and_gaps_noted(written):
    panel = load_panel(written(LEAVING), states=["new", "other", "loyal", "gone"])
    assert panel.rows["rung"].tolist() == ["new", "gone", "new", "new", "gone", "new", "other"]
    assert "1 month was left out because the customer had already left." in panel.notes
    assert "No customer was observed as loyal." in panel.notes
    assert any("gap" in note for note in panel.notes)


def test_months_away_count_where_somebody_comes_back(written):
    file = written(LEAVING + "d,2026-01,gone\nd,2026-02,gone\nd,2026-03,new\n")
    panel = load_panel(file, states=["new", "other", "loyal", "gone"])
    assert panel.rows["rung"].tolist().count("gone") == 5
    assert any("1 customer came back after leaving: 2 further months" in n for n in panel.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,2026-01,loyl", "is not one of the states.*write 'loyal'"),
        ("a,2026-13,new", "is not a month of the calendar"),
        ("a,January,new", "month"),
        ("a,2026-01,new\na,2026-01-15,new", "second row for the same customer and month"),
    ],
)
def test_problems_are_listed_with_their_row(written, text, message):
    with pytest.raises(DataError, match=message) as caught:
        load_panel(written(f"customer,month,state\n{text}\n"), states=NAMES)
    assert "row" in str(caught.value)


def test_lists_of_parameters_are_refused_by_name():
    assert numbers_of("margins", "−4, 2", 2) == [-4, 2]
    with pytest.raises(ValueError, match="margins is '1, x'"):
        numbers_of("margins", "1, x", 2)
    with pytest.raises(ValueError, match=r"margins is '1'.*2 numbers"):
        numbers_of("margins", "1", 2)
    with pytest.raises(ValueError, match="states is 'a, a, b'"):
        names_of("states", "a, a, b", 3)
    with pytest.raises(ValueError, match="did you mean 'customer'"):
        index_of("entry", "custmer", STATES)
