"""Merging and counting recover the true parameters of the operator's contacts."""

import numpy as np
import pandas as pd
import pytest

from cemlib.catalogue import load
from cemlib.stats.customers import customers
from cemlib.stats.estimates import bootstrap_weights
from cemlib.studies.repair.agreement import MEASURES, agreement_table, sensitivity
from cemlib.studies.repair.cases import case_table, merge_contacts
from cemlib.studies.repair.datasets import load_contacts
from cemlib.studies.repair.operator.contacts import CONTACTS, ZONE, contacts, true_parameters
from cemlib.studies.repair.problems import concentration, emerging, waves
from tests.recovery.replicates import record

# Pairwise precision and recall, then those of B³: floors below what was measured at 3 days and
# similarity 0.15, by more than two standard errors of the operator's 4,000 customers.
FLOORS = {
    "code": (0.97, 0.29, 0.99, 0.72),
    "text": (0.85, 0.58, 0.96, 0.83),
    "both": (0.92, 0.65, 0.97, 0.86),
}


@pytest.fixture(scope="module")
def log():
    return load_contacts().contacts


@pytest.fixture(scope="module")
def truth(log):
    return load("contact-truth").set_index("contact").loc[log["contact"]].reset_index()


@pytest.fixture(scope="module")
def merged(log):
    return {by: merge_contacts(log, by=by) for by in FLOORS}


@pytest.fixture(scope="module")
def cases(log, merged):
    return case_table(log, merged["both"].case)


def test_each_way_to_merge_keeps_above_its_floor(truth, merged):
    table = agreement_table(truth["case"], merged).set_index("kind")
    for kind, floors in FLOORS.items():
        assert (table.loc[kind, list(MEASURES)] >= np.array(floors)).all(), table.loc[kind]
    assert table["pair_f1"].idxmax() == "both"
    assert table.loc["code", "pair_precision"] == table["pair_precision"].max()


def test_another_operator_keeps_above_the_same_floors():
    rng = np.random.default_rng(77)
    drawn = contacts(customers(4000, rng), rng)
    log = drawn["contacts"].assign(
        time=pd.to_datetime(drawn["contacts"]["time"]).astype("datetime64[us, UTC+08:00]")
    )
    merged = {by: merge_contacts(log, by=by) for by in FLOORS}
    table = agreement_table(drawn["contact-truth"]["case"], merged).set_index("kind")
    for kind, floors in FLOORS.items():
        assert (table.loc[kind, list(MEASURES[:2])] >= np.array(floors[:2])).all(), kind


def test_codes_alone_lose_what_has_no_code_and_texts_win_it_back(log, truth, merged):
    coded = log["problem"].notna() & log["customer"].notna()
    some = agreement_table(
        truth["case"][coded], {by: _part(merged[by], coded) for by in ("code", "both")}
    ).set_index("kind")
    assert some.loc["code", "pair_recall"] > 0.75  # where there are codes, they are enough
    assert agreement_table(truth["case"], merged)["pair_recall"][0] < 0.4  # but seldom are there


def _part(result, rows):
    return type(result)(result.case[rows], int(rows.sum()), 0, 0)


def test_a_wider_window_wins_recall_until_other_cases_come_in(log, truth):
    table = sensitivity(log, truth["case"], similarities=[0.15]).set_index("window_days")
    assert table["pair_recall"].is_monotonic_increasing
    # No law: from one day to two, a window wins more pairs that belong than pairs that do not.
    precision = table["pair_precision"]
    assert precision.iloc[1:].is_monotonic_decreasing
    assert precision.iloc[-1] == precision.min()
    assert table["pair_f1"].idxmax() not in (1.0, 10.0)


def test_intervals_of_agreement_cover_a_large_operator(log):
    rng = np.random.default_rng(5)
    large = contacts(customers(10_000, rng), rng)
    frame = large["contacts"].assign(time=pd.to_datetime(large["contacts"]["time"]))
    case = merge_contacts(frame, by="code")
    expected = agreement_table(large["contact-truth"]["case"], {"": case}).iloc[0]
    owner = pd.factorize(large["contact-truth"]["customer"])[0]
    hits = []
    for part in range(40):
        mine = (owner % 40 == part).nonzero()[0]
        who = large["contact-truth"]["customer"].iloc[mine]
        weights = bootstrap_weights(who.nunique(), 400, rng)
        table = agreement_table(
            large["contact-truth"]["case"].iloc[mine],
            {"": _part(case, pd.Series(np.isin(np.arange(len(owner)), mine)))},
            customers=who,
            weights=weights,
        ).iloc[0]
        hits.append(
            [
                table[f"{name}_low"] <= expected[name] <= table[f"{name}_high"]
                for name in ("pair_recall", "b3_recall")
            ]
        )
    record("04", "recall of merged cases (pairs and B³)", hits, "40 parts of one operator")
    assert 0.87 <= np.mean(hits) <= 1  # 80 intervals; those of a share of few pairs are narrow


def test_the_emerging_problem_is_the_true_one(cases):
    table = emerging(cases, CONTACTS.emerging_since).set_index("problem")
    assert table.index[table["emerging"]].tolist() == [CONTACTS.emerging]
    row = table.loc[CONTACTS.emerging]
    assert row["low"] <= CONTACTS.emerging_factor <= row["high"]


def test_calm_months_seldom_have_an_emerging_problem(cases):
    months = pd.date_range("2025-09-01", periods=7, freq="28D", tz="Asia/Shanghai")
    alarms = [
        emerging(cases[cases["first"] < start + pd.Timedelta(days=28)], start)["emerging"].any()
        for start in months
    ]
    assert sum(alarms) <= 1


def test_the_wave_is_found_at_its_hour(cases):
    table = waves(cases)
    hour = pd.Timestamp(f"{CONTACTS.wave_hour}:00:00{ZONE}")
    assert (table["problem"].iloc[0], table["hour"].iloc[0]) == (CONTACTS.wave, hour)
    assert len(table) <= 2
    assert table["cases"].iloc[0] > 30


def test_hours_at_which_problems_concentrate_are_true_ones(cases):
    table = concentration(cases)
    table = table[table["concentrated"]]
    hours = true_parameters()["hours"] | {CONTACTS.wave: [int(CONTACTS.wave_hour[-2:])]}
    false = [row for row in table.itertuples() if row.hour not in hours.get(row.problem, [])]
    assert len(false) <= 1
    assert set(table["problem"]) >= {"broadband-slow", "installation-delay", "sim-delivery"}
