"""Contacts of one's own: times in any form, rows in any order, and refusals with their place."""

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.catalogue import problems
from cemlib.data.timestamps import parse_moment, zone_of
from cemlib.studies.repair.datasets import load_contacts

HEADER = ["contact", "customer", "channel", "time", "problem", "text", "score"]
GOOD = [
    ["K1", "C1", "hotline", "2026-03-17T19:05:00+08:00", "bill", "账单不对", "2"],
    ["K2", "C1", "wechat", "2026-03-17T20:05:00+08:00", "", "还是不对", ""],
    ["K3", "", "shop", "2026-03-17T18:05:00+08:00", "bill", "", "5"],
]
MOMENT = pd.Timestamp("2026-03-17 19:05:00", tz="Asia/Shanghai")
FORMS = {
    "2026-03-17T19:05:00+08:00": MOMENT,
    "2026-03-17 19:05": MOMENT,
    "2026-03-17T11:05:00Z": MOMENT,
    "20260317T190500+0800": MOMENT,
    "2026-W12-2T19:05": MOMENT,
    "2026/3/17 19:05": MOMENT,
    "2026.03.17 19:05:00": MOMENT,
    "2026年3月17日 19:05": MOMENT,
    "46098.795138888888": MOMENT,
    "2026-03-17T19:05:00.250": MOMENT + pd.Timedelta(milliseconds=250),
    "2026-03-17": MOMENT.normalize(),
    "46098": MOMENT.normalize(),
    "2026/3/17": MOMENT.normalize(),
}


def changed(row, column, text):
    rows = [list(each) for each in GOOD]
    rows[row - 2][HEADER.index(column)] = text
    return [HEADER, *rows]


@pytest.mark.parametrize("text", FORMS)
def test_times_in_every_form(write, text):
    loaded = load_contacts(write(changed(2, "time", text)))
    assert loaded.contacts["time"].iloc[0] == FORMS[text]
    assert str(loaded.contacts["time"].dt.tz) == loaded.zone == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("17/03/2026 19:05", "write the year first"),
        ("03-17-26", "write the year first"),
        ("yesterday", "write it as in 2026-03-17T19:05:00"),
        ("2026-02-30 10:00", "write it as in"),
        ("2026/13/1", "write it as in"),
        ("1773745500", "write it as in"),
        ("12", "write it as in"),
    ],
)
def test_what_is_no_time_is_refused_at_its_place(write, text, fix):
    (fault,) = problems("contacts", write(changed(3, "time", text)))
    assert (fault.row, fault.column, fault.value) == (3, "time", text)
    assert fault.problem == "is not a date with a time"
    assert fix in fault.fix


def test_a_missing_time_is_refused(write):
    (fault,) = problems("contacts", write(changed(4, "time", "")))
    assert (fault.row, fault.column, fault.problem) == (4, "time", "is missing")


@given(st.datetimes(datetime.datetime(1960, 1, 1), datetime.datetime(2100, 1, 1)))
def test_a_time_written_as_iso_is_read_back(moment):
    zone = zone_of("Europe/Berlin")
    micros, named = parse_moment(moment.isoformat(), zone)
    assert not named
    expected = moment.replace(tzinfo=zone)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    assert micros == (expected - epoch) // datetime.timedelta(microseconds=1)


def test_the_zone_is_that_of_the_parameter_then_of_the_yaml(write, tmp_path):
    path = write(changed(2, "time", "2026-03-17 12:05"))
    (tmp_path / "answers.columns.yaml").write_text("zone: Europe/Berlin\n")
    berlin = load_contacts(path)
    assert berlin.zone == "Europe/Berlin"
    assert berlin.contacts["time"].iloc[0] == pd.Timestamp("2026-03-17 11:05", tz="UTC")
    assert "1 time has no time zone; Europe/Berlin is used." in berlin.notes
    utc = load_contacts(path, zone="UTC")
    assert utc.contacts["time"].iloc[0] == pd.Timestamp("2026-03-17 12:05", tz="UTC")
    assert utc.contacts["time"].iloc[1] == berlin.contacts["time"].iloc[1]


def test_zones_that_are_none_are_refused(write, tmp_path):
    path = write([HEADER, *GOOD])
    with pytest.raises(ValueError, match="zone is 'Peking', but must be the name of a time zone"):
        load_contacts(path, zone="Peking")
    (tmp_path / "answers.columns.yaml").write_text("zone: [8]\n")
    (fault,) = problems("contacts", path)
    assert "has an unknown time zone" in fault.problem


def test_excels_own_date_cells(write_workbook):
    rows = [list(row) for row in GOOD]
    rows[0][3] = datetime.datetime(2026, 3, 17, 19, 5)
    rows[1][3] = 46098.795138888888
    rows[2][3] = datetime.date(2026, 3, 17)
    times = load_contacts(write_workbook([HEADER, *rows])).contacts["time"]
    assert times.tolist() == [MOMENT, MOMENT, MOMENT.normalize()]


def test_columns_of_another_name_are_mapped(write, tmp_path):
    header = ["nr", "客户", "渠道", "时间", "code", "内容", "分"]
    names = ", ".join(f"{ours}: {own}" for ours, own in zip(HEADER, header, strict=True))
    (tmp_path / "answers.columns.yaml").write_text(f"columns: {{{names}}}\n", encoding="utf-8")
    loaded = load_contacts(write([header, *GOOD]))
    assert list(loaded.contacts) == HEADER
    assert loaded.contacts["text"].iloc[0] == "账单不对"


def test_unknown_channels_are_kept_and_missing_ones_named(write):
    rows = changed(2, "channel", "fax")
    rows[2][2] = ""
    loaded = load_contacts(write(rows))
    assert loaded.contacts["channel"].tolist() == ["fax", "unknown", "shop"]
    assert "1 contact has no channel." in loaded.notes


def test_rows_out_of_order_and_missing_keys_are_noted(write):
    loaded = load_contacts(write([HEADER, *GOOD]))
    assert loaded.without_customer == 1
    assert loaded.contacts["customer"].isna().tolist() == [False, False, True]
    assert any("not merged with any other" in note for note in loaded.notes)
    assert any("not in chronological order" in note for note in loaded.notes)


def test_identical_rows_are_left_out(write):
    loaded = load_contacts(write([HEADER, *GOOD, GOOD[1], GOOD[0]]))
    assert loaded.repeated == 2
    assert loaded.contacts["contact"].tolist() == ["K1", "K2", "K3"]
    assert "2 rows are identical to an earlier one and left out." in loaded.notes


def test_one_contact_with_two_contents_is_refused(write):
    other = [*GOOD[1][:4], "net", *GOOD[1][5:]]
    (fault,) = problems("contacts", write([HEADER, *GOOD, other]))
    assert (fault.row, fault.column, fault.value) == (5, "contact", "K2")
    assert "row 3 already" in fault.problem


def test_absent_columns_are_noted_and_contacts_are_named_by_their_rows(write):
    keep = [1, 3, 4]
    rows = [[row[index] for index in keep] for row in [HEADER, *GOOD]]
    loaded = load_contacts(write(rows))
    assert loaded.contacts["contact"].tolist() == ["row 2", "row 3", "row 4"]
    assert (
        "No column text: contacts are merged by their codes alone, and no themes are looked for."
        in loaded.notes
    )
    assert "No column channel: channels are not distinguished." in loaded.notes


def test_a_customer_and_a_time_are_enough_and_the_notes_say_what_that_means(write):
    rows = [[row[1], row[3]] for row in [HEADER, *GOOD]]
    loaded = load_contacts(write(rows))
    assert list(loaded.contacts) == ["contact", "customer", "time"]
    assert any("No column problem and no column text" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [("score", "7", "is outside 1–5"), ("score", "good", "is not a number")],
)
def test_scores_are_held_to_their_scale(write, column, text, problem):
    (fault,) = problems("contacts", write(changed(3, column, text)))
    assert (fault.row, fault.column, fault.value, fault.problem) == (3, column, text, problem)
