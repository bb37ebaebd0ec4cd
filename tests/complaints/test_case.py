import numpy as np
import pandas as pd
import pytest

from cemlib.studies.complaints import case as model


@pytest.fixture(scope="module")
def events(root):
    return pd.read_csv(root / "datasets/cases/yang.csv")


@pytest.fixture(scope="module")
def case(events):
    return model.replay(events)


def test_events_are_in_order_and_marked(events):
    assert events["order"].tolist() == list(range(1, 22))
    assert events["mark"].isin(["article", "inferred"]).all()
    assert events["event_zh"].notna().all()
    # The article gives two clock times and one term of minutes; all others are marked.
    stated = events[events["clock_mark"].isin(["exact", "about"])]
    assert set(stated["clock"]) == {"09:00", "15:23"}


def test_promises_of_the_case(case):
    promises = case.promises.set_index("promise")
    assert promises["state"].to_dict() == {
        "call back in 10 minutes": "kept",
        "working in 2 hours": "broken",
        "a new test soon": "open",
        "working today": "open",
    }
    # 11:10 to 15:23; both times that it is counted from are marked.
    assert promises.loc["working in 2 hours", "late"] == 253
    assert promises.loc["working in 2 hours", "inferred"]


def test_longest_silence_is_the_one_in_which_the_two_hours_pass(case):
    silence = case.longest_silence
    assert (silence["after"], silence["until"], silence["minutes"]) == (7, 9, 373)
    assert silence["promises_due"] == 1
    assert silence["inferred"]


def test_what_was_known_and_what_was_told(case):
    facts = case.facts.set_index("fact")["state"]
    assert facts["cause"] == facts["temporary fix today"] == "told"
    assert facts["road authority"] == "not told"


def test_contacts_by_who_started_them(case):
    contacts = case.contacts.set_index(["opened_by", "toward"])["contacts"]
    assert contacts["customer", "agent"] == 1
    assert contacts["agent", "customer"] == 3
    assert contacts["agent", "everyone"] == 1


def test_steps_covered_are_all_but_closing(case):
    steps = case.steps.set_index("step")["covered"]
    assert steps.index.tolist() == list(model.STEPS)
    assert steps[~steps].index.tolist() == ["closing"]


def test_a_silence_over_days_has_no_length(events):
    moved = events.assign(day=events["day"].where(events["order"] < 8, "Tuesday"))
    assert model.replay(moved).silences["minutes"].max() == 10


def test_a_case_without_clock_times_has_no_longest_silence(events):
    with pytest.raises(ValueError, match="no silence of this case has a known length"):
        _ = model.replay(events.assign(clock=None)).longest_silence


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda e: e.drop(columns="told"), "has no column 'told'"),
        (lambda e: e.assign(clock="9 Uhr"), "clock is '9 Uhr'"),
        (lambda e: e[e["promise_state"] != "made"], "settled but never made"),
        (lambda e: e.assign(step="shouting"), "step is 'shouting'"),
        (lambda e: e.assign(promise_state="forgotten"), "promise_state is 'forgotten'"),
    ],
)
def test_a_broken_case_is_refused(events, spoil, message):
    with pytest.raises(ValueError, match=message):
        model.replay(spoil(events))


def log():
    start = pd.Timestamp("2026-01-01 09:00")
    received = [start] * 4
    hours = [[1, 2], [3, 1], [None, 5], [2, None]]
    frame = pd.DataFrame({"received": received})
    for column, name in enumerate(("acknowledged", "answered")):
        frame[name] = [
            pd.NaT if row[column] is None else start + pd.Timedelta(hours=row[column])
            for row in hours
        ]
    return frame


def test_coverage_counts_dates_hours_and_order():
    dates = {"acknowledgement": "acknowledged", "response": "answered"}
    report = model.step_coverage(log(), dates, np.ones((3, 4))).set_index("step")
    assert report.index.tolist() == list(model.STEPS)
    assert report.loc["receipt", "share"] == 1
    assert report.loc["acknowledgement", "share"] == 0.75
    assert report.loc["acknowledgement", "hours"] == 2
    assert report.loc["response", "out_of_order"] == pytest.approx(1 / 3)
    assert not report.loc["closing", "recorded"]
    assert np.isnan(report.loc["closing", "share"])


def test_coverage_refuses_other_steps():
    with pytest.raises(ValueError, match="step is 'apology'"):
        model.step_coverage(log(), {"apology": "answered"}, np.ones((1, 4)))
    with pytest.raises(ValueError, match="column is 'closed'"):
        model.step_coverage(log(), {"closing": "closed"}, np.ones((1, 4)))
