"""The operator's contacts: joined to customers, and as their true parameters say."""

import numpy as np
import pandas as pd
import pytest

from cemlib.catalogue import load
from cemlib.data.common import load_truth
from cemlib.operator import blocks
from cemlib.stats.customers import customers
from cemlib.studies.repair.operator.contacts import CONTACTS, ZONE, contacts, true_parameters
from cemlib.studies.repair.operator.problem_words import CODES, PROBLEMS


@pytest.fixture(scope="module")
def record():
    return load("contacts").join(
        load("contact-truth").set_index("contact").add_prefix("true_"), on="contact"
    )


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(5)
    return contacts(customers(10_000, rng), rng)


def test_every_contact_has_its_truth_and_keys_are_right_where_they_are(record):
    assert record.notna()[["true_customer", "true_case", "true_problem"]].all(axis=None)
    known = record["customer"].notna()
    assert (record["customer"] == record["true_customer"])[known].all()
    assert 0.03 < 1 - known.mean() < 0.08
    assert record["true_customer"].isin(load("customers")["customer"]).all()
    assert 6_000 <= len(record) <= 10_000


def test_case_ids_are_customer_and_number_by_first_contact(record):
    first = record.groupby("true_case")["time"].min()
    by_customer = first.groupby(first.index.str[:8])
    assert (first.index.str[:8] == record.groupby("true_case")["true_customer"].first()).all()
    in_order = by_customer.apply(lambda times: times.sort_index().is_monotonic_increasing)
    assert in_order.mean() > 0.99  # a first contact at night waits for the morning
    assert record.groupby("true_case")["true_problem"].nunique().max() == 1


def test_the_wave_is_one_hour_of_one_fault(record):
    start = record[record["true_fault"].notna()].groupby("true_case")["time"].min()
    hour = pd.Timestamp(f"{CONTACTS.wave_hour}:00:00{ZONE}")
    assert ((hour <= start) & (start < hour + pd.Timedelta(hours=1))).all()
    assert 50 < len(start) < 120


def test_the_emerging_problem_emerges(record):
    since = pd.Timestamp(f"{CONTACTS.emerging_since}T00:00:00{ZONE}")
    first = record.sort_values("time").drop_duplicates("true_case")
    first = first[first["true_problem"] == CONTACTS.emerging]
    after = (first["time"] >= since).sum() / 4
    before = (first["time"] < since).sum() / (CONTACTS.weeks - 4)
    assert after / before == pytest.approx(CONTACTS.emerging_factor, rel=0.35)


def test_codes_and_keys_are_set_at_their_true_rates(many):
    table, truth = many["contacts"], many["contact-truth"]
    by_channel = table.groupby("channel")
    np.testing.assert_allclose(
        by_channel["problem"].agg(lambda codes: codes.notna().mean())[list(CONTACTS.channels)],
        CONTACTS.coded, atol=0.03,
    )  # fmt: skip
    np.testing.assert_allclose(
        by_channel["customer"].agg(lambda keys: keys.isna().mean())[list(CONTACTS.channels)],
        CONTACTS.keyless, atol=0.02,
    )  # fmt: skip
    coded = table["problem"].notna()
    wrong = (table["problem"] != truth["problem"])[coded].mean()
    assert wrong == pytest.approx(CONTACTS.miscoded, abs=0.01)


def test_problems_concentrate_at_their_true_hours(many):
    table, truth = many["contacts"], many["contact-truth"]
    hour = pd.to_datetime(table["time"].str[:19]).dt.hour
    first = ~truth["case"].duplicated()
    for code, hours in true_parameters()["hours"].items():
        share = hour[first & (truth["problem"] == code)].isin(hours).mean()
        others = hour[first & (truth["problem"] == "mobile-signal")].isin(hours).mean()
        assert share > 1.4 * others, code


def test_texts_are_in_both_languages_and_keep_out_names_and_numbers(many):
    texts = many["contacts"]["text"]
    english = texts.str.fullmatch(r"[\x20-\x7e]+")
    assert english.mean() == pytest.approx(CONTACTS.english, abs=0.02)
    assert not texts.str.contains(r"\d{5}").any()
    assert not texts.str.contains('[,"\n]').any()


def test_a_customers_contacts_do_not_depend_on_how_many_others_there_are():
    few = next(blocks(700, seed=5))["contacts"]
    many = next(blocks(9_000, seed=5))["contacts"]
    truth = next(blocks(700, seed=5))["contact-truth"]
    assert few["contact"].tolist() == truth["contact"].tolist()
    same = many[many["contact"].isin(few["contact"])]
    pd.testing.assert_frame_equal(few.reset_index(drop=True), same.reset_index(drop=True))
    assert few["customer"].isna().sum() < 0.1 * len(few)


def test_contact_ids_are_unique_over_blocks():
    both = [block["contacts"]["contact"] for block in blocks(20_000, seed=5)]
    assert not pd.concat(both).duplicated().any()
    assert both[0].max() < both[1].min()


def test_truth_and_problems_agree_with_the_parameters():
    parameters = load_truth()["planted"]["contacts"]
    assert parameters["emerging"] in CODES
    assert parameters["cases"]["small business"] == CONTACTS.cases[3]
    listed = load("problems")
    assert tuple(listed["problem"]) == CODES
    assert listed["severity"].tolist() == [problem.severity for problem in PROBLEMS]


def test_the_cases_of_the_article_are_in_order_and_say_what_is_invented():
    events = load("repair-cases")
    for _, case in events.groupby("case"):
        assert case["order"].tolist() == list(range(1, len(case) + 1))
        assert case["time"].is_monotonic_increasing
        assert set(case["provenance"]) == {"article", "invented"}
    assert (events["text_zh"].str.contains(r"[一-鿿]")).all()
