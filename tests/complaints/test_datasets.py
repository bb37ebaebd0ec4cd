"""The operator's complaints, a log of one's own, and the cases as data."""

import json

import numpy as np
import pandas as pd
import pytest

from cemlib import catalogue
from cemlib.catalogue import load, problems
from cemlib.data.problems import DataError
from cemlib.operator import make
from cemlib.stats.customers import customers
from cemlib.studies.complaints.datasets.complaints import load_complaints
from cemlib.studies.complaints.operator import generator, truth
from cemlib.studies.rights.operator.survey_truth import TRUTH

NEEDED = ["complaint", "received", "failure", "answered"]


@pytest.fixture(scope="module")
def people():
    return customers(10_000, np.random.default_rng(1))


@pytest.fixture(scope="module")
def drawn(people):
    return generator.complaints(people, np.random.default_rng(2))


@pytest.fixture
def own():
    """Return a small log as somebody else may have it, as text."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"complaint": [f"K{n}" for n in range(80)]})
    frame["received"] = "2026-03-01 08:15"
    frame["failure"] = rng.choice(["bill", "line"], 80)
    frame["loss"] = rng.integers(10, 300, 80)
    frame["fee"] = 99
    day = rng.integers(2, 9, 80).astype(str)
    frame["answered"] = "2026-03-0" + pd.Series(day)
    for name in ("apology", "explanation", "temporary_fix", "stayed"):
        frame[name] = rng.choice(["yes", "no"], 80)
    frame["compensation"] = frame["loss"] // 2
    frame["handling"] = rng.integers(1, 8, 80)
    return frame.astype(str)


def written(tmp_path, frame):
    path = tmp_path / "ours.csv"
    frame.to_csv(path, index=False)
    return path


def test_arrivals_have_the_true_rates(people, drawn):
    true = truth.COMPLAINT_TRUTH
    share = people["segment"].value_counts(normalize=True)
    ratios = dict(zip(TRUTH.segments, true.segment_rates, strict=True))
    factor = sum(share[name] * ratio for name, ratio in ratios.items())
    months = 546 / 30.4375
    for index, failure in enumerate(truth.FAILURES):
        rate = true.rates[index] * (1 if failure != "account security" else (1 + 0.35) / 2)
        expected = 10_000 * rate * factor * months
        count = (drawn["failure"] == failure).sum()
        assert abs(count - expected) < 5 * np.sqrt(expected), failure


def test_open_complaints_are_recent_and_have_no_answer(drawn):
    waiting = drawn[drawn["compensation"].isna()]
    assert 20 < len(waiting) < 200
    assert waiting[["apology", "stayed", "handling", "answered", "closed"]].isna().all(axis=None)
    assert (waiting["received"] > "2026-05-01").all()
    rest = drawn[drawn["compensation"].notna()]
    assert rest[["apology", "stayed", "answered"]].notna().all(axis=None)
    assert (rest["answered"] < "2026-07-01").all()
    assert (rest["closed"].dropna() < "2026-07-01").all()


def test_each_complaint_has_its_own_number_in_time(drawn):
    assert drawn["complaint"].is_unique
    assert drawn.groupby("customer")["received"].is_monotonic_increasing.all()
    assert drawn["customer"].is_monotonic_increasing


def test_answers_and_judgements_stay_within_their_ends(drawn):
    assert (drawn["compensation"].dropna() <= drawn["loss"][drawn["compensation"].notna()]).all()
    for name in (*generator.ITEMS, "handling", "word_of_mouth", "return_intent"):
        assert drawn[name].dropna().between(1, 7).all()
    assert drawn["satisfaction_after"].dropna().between(0, 10).all()
    rated = drawn.loc[drawn["compensation"].notna(), "handling"].notna().mean()
    assert rated == pytest.approx(truth.COMPLAINT_TRUTH.responds, abs=0.02)


def test_complaints_of_the_first_customers_stay_when_customers_are_added(tmp_path):
    few, many = (
        {path.name: path for path in make(tmp_path / str(count), customers=count, seed=5)}
        for count in (700, 10_700)
    )
    head = few["complaints.csv"].read_bytes()
    assert len(head) > 10_000
    assert many["complaints.csv"].read_bytes().startswith(head)


def test_truth_json_holds_the_true_parameters():
    stored = json.loads(catalogue.path("truth").read_text(encoding="utf-8"))
    assert stored["planted"]["complaints"] == truth.true_parameters()
    assert stored["population"]["complaints"] == generator.population()


def test_population_values_hold_in_a_fresh_sample():
    rng = np.random.default_rng(9)
    answers = generator.simulate_answers(60_000, rng)
    rated = generator.simulate_ratings(answers, rng)
    well = rated[rated["handling"] >= 6]
    expected = generator.population()["recovery"]
    gap = well["satisfaction_after"] - well["satisfaction_before"]
    # Both samples have an error: the stored one has 100,000 complaints.
    error = gap.std() / np.sqrt(len(gap)) * np.sqrt(1 + 0.6)
    assert abs(gap.mean() - expected["satisfaction"]) < 4 * error


def test_operator_log_loads_whole():
    complaints = load_complaints()
    assert list(complaints.justice) == ["distributive", "procedural", "interactional"]
    assert set(complaints.steps) == {
        "acknowledgement", "initial assessment", "investigation", "response",
        "communicating the decision", "closing",
    }  # fmt: skip
    assert complaints.notes == ()
    assert (complaints.log["hours"] > 0).all()
    assert complaints.log["stayed"].isin((0.0, 1.0)).all()
    assert complaints.open["compensation"].isna().all()


def test_a_log_of_ones_own_may_be_small(tmp_path, own):
    complaints = load_complaints(written(tmp_path, own))
    assert len(complaints.log) == 80
    assert complaints.steps == {"response": "answered"}
    assert complaints.justice == {}
    words = " ".join(complaints.notes)
    assert (
        "No column repair_hours: the best promise is that for the answer, not for the repair."
        in words
    )
    assert "No items on distributive, procedural, interactional justice" in words
    assert "No dates of these steps" in words


def test_columns_are_mapped_by_the_yaml_beside(tmp_path, own):
    path = written(tmp_path, own.rename(columns={"loss": "Schaden", "stayed": "Q9"}))
    (tmp_path / "ours.columns.yaml").write_text("columns: {loss: Schaden, stayed: Q9}\n")
    assert len(load_complaints(path).log) == 80


def test_chinese_yes_and_no(tmp_path, own):
    own["apology"] = own["apology"].map({"yes": "是", "no": "否"})
    assert load_complaints(written(tmp_path, own)).log["apology"].isin((0, 1)).all()


def test_hours_are_counted_from_receipt_to_answer(tmp_path, own):
    own["answered"] = "2026-03-02 08:15"
    assert (load_complaints(written(tmp_path, own)).log["hours"] == 24).all()


def test_open_and_half_known_complaints_are_told_apart(tmp_path, own):
    answer = ["answered", "apology", "explanation", "temporary_fix", "compensation", "stayed"]
    own.loc[[0, 1, 2], answer] = ""
    own.loc[5, "compensation"] = ""
    complaints = load_complaints(written(tmp_path, own))
    assert complaints.open["complaint"].tolist() == ["K0", "K1", "K2"]
    assert len(complaints.log) == 77
    assert len(complaints.rows) == 80
    assert len(complaints.complete("bargain")) == 76


def test_closed_without_an_answer_is_neither_answered_nor_open(tmp_path, own):
    own["closed"] = own["answered"]
    own.loc[[0, 1], "answered"] = ""
    own.loc[1, "closed"] = ""
    complaints = load_complaints(written(tmp_path, own))
    assert complaints.open["complaint"].tolist() == ["K1"]
    assert "1 complaint was closed without a time of the answer" in " ".join(complaints.notes)


def test_the_time_of_closing_stands_for_the_answer(tmp_path, own):
    complaints = load_complaints(written(tmp_path, own.rename(columns={"answered": "closed"})))
    assert complaints.log["hours"].equals(load_complaints(written(tmp_path, own)).log["hours"])
    assert "the time of closing counts as the answer" in " ".join(complaints.notes)


def test_an_id_two_times_and_a_category_are_enough(tmp_path, own):
    complaints = load_complaints(written(tmp_path, own[NEEDED]))
    assert len(complaints.log) == 80
    assert complaints.lacks("worth") == (
        "the columns apology, explanation, temporary_fix, compensation, loss and handling",
    )
    assert complaints.lacks("cause") == ()
    assert complaints.clusters.tolist() == complaints.log["complaint"].tolist()


def test_an_empty_customer_is_no_customer(tmp_path, own):
    own["customer"] = ["7", "7", ""] + ["8"] * 77
    assert load_complaints(written(tmp_path, own)).clusters.nunique() == 3


@pytest.mark.parametrize(
    ("section", "spoil", "reason"),
    [
        (
            "worth",
            lambda f: f.assign(compensation="0"),
            "values of compensation, which is the same",
        ),
        ("bargain", lambda f: f.assign(stayed="yes"), "different values of stayed"),
        ("worth", lambda f: f.assign(explanation=f["apology"]), "vary independently"),
        ("worth", lambda f: f.assign(handling=["5"] * 10 + [""] * 70), "of handling, which is the"),
        ("worth", lambda f: f.assign(handling=["5", "6"] * 20 + [""] * 40), "the log has 40"),
        ("retention", lambda f: f.drop(columns="stayed"), "the column stayed"),
        ("justice", lambda f: f, "items on each of the three kinds of justice"),
        ("recovery", lambda f: f, "the columns satisfaction_before and satisfaction_after"),
        ("policies", lambda f: f.drop(columns="fee"), "the column fee"),
    ],
)
def test_a_section_says_what_it_needs(tmp_path, own, section, spoil, reason):
    assert reason in " ".join(load_complaints(written(tmp_path, spoil(own))).lacks(section))


def test_compensation_that_does_not_please_has_no_worth(tmp_path, own):
    share = own["compensation"].astype(float) / own["loss"].astype(float)
    own["compensation"] = (own["loss"].astype(float) * (np.arange(80) % 5) / 5).astype(str)
    own["handling"] = (7 - np.arange(80) % 5).astype(str)
    assert (
        "which it does not in this log" in load_complaints(written(tmp_path, own)).lacks("worth")[0]
    )
    own["handling"] = (1 + np.arange(80) % 5).astype(str)
    assert share.notna().all()
    assert load_complaints(written(tmp_path, own)).lacks("worth") == ()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("2026-03-01T08:00:00Z", "2026-03-01T18:30:00+08:00"), 2.5),
        (("2026/3/1 8:00", "2026/03/02 09:00"), 25.0),
        (("2026年3月1日 08:00", "2026年3月1日 09:00"), 1.0),
    ],
)
def test_times_as_systems_write_them(tmp_path, own, texts, expected):
    own["received"], own["answered"] = texts
    assert (load_complaints(written(tmp_path, own)).log["hours"] == expected).all()


def test_a_night_without_an_hour_is_shorter(tmp_path, own):
    own["received"], own["answered"] = "2026-03-28 22:00", "2026-03-29 10:00"
    path = written(tmp_path, own)
    (tmp_path / "ours.columns.yaml").write_text("zone: Europe/Berlin\n")
    assert (load_complaints(path).log["hours"] == 11).all()


@pytest.mark.parametrize("pair", [("Yes", "No"), ("TRUE", "FALSE"), ("1", "0"), ("Y", "n")])
def test_words_for_yes_and_no(tmp_path, own, pair):
    own["apology"] = own["apology"].map(dict(zip(("yes", "no"), pair, strict=True)))
    assert load_complaints(written(tmp_path, own)).log["apology"].isin((0, 1)).all()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f.drop(columns="failure"), "has no column failure"),
        (lambda f: f.drop(columns="answered"), "has no column answered"),
        (lambda f: f.assign(received="31.31.2026"), "is not a date"),
        (lambda f: f.assign(received="2026-02-31"), "is not a date"),
        (lambda f: f.assign(apology="maybe"), "is neither yes nor no"),
        (lambda f: f.assign(answered=""), "0 answered complaints, and at least 50 are needed"),
        (lambda f: f.assign(loss="-5"), "is outside 0–1e"),
        (lambda f: f.assign(complaint="K1"), "is already in row 2"),
        (
            lambda f: f.assign(answered="2026-01-01"),
            "is before the complaint was received",
        ),
        (lambda f: f.head(20), "20 answered complaints, and at least 50 are needed"),
        (lambda f: f.assign(handling="11"), "is outside 0–10"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, own, spoil, message):
    with pytest.raises(DataError, match=message):
        load_complaints(written(tmp_path, spoil(own)))


def test_check_finds_what_loading_refuses(tmp_path, own):
    assert problems("complaints", written(tmp_path, own)) == []
    [fault, *_] = problems("complaints", written(tmp_path, own.assign(received="2026-02-31")))
    assert "not a date" in fault.problem


def test_every_needed_column_is_needed(tmp_path, own):
    for name in NEEDED:
        with pytest.raises(DataError, match="has no column"):
            load_complaints(written(tmp_path, own.drop(columns=name)))


def test_cases_load():
    assert load("yang")["order"].tolist() == list(range(1, 22))
    choices = load("yang-choices")
    assert choices.groupby("step")["done"].sum().eq(1).all()
    volumes = load("rainbow").set_index("figure")["value"]
    assert volumes[["calls", "self_service", "agents"]].tolist() == [2e6, 30e6, 5e6]
    assert load("tarp-complaints")["stays"].tolist()[:4] == [0.09, 0.19, 0.54, 0.82]
    assert len(load("lifetime-multiples")) == 5
