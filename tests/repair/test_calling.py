"""The call list: its order, its masks, and nothing that a spreadsheet could run."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.exits import csv_text
from cemlib.studies.repair import calling
from cemlib.studies.repair.calling import COLUMNS, MASK, call_list, first_contacts, mask_key
from cemlib.studies.repair.golden_time import GoldenTime
from cemlib.teach.downloads import download

HALF = np.array([0.0, np.log(10), -0.7, 0.7, np.log(2)])
FIT = GoldenTime((), ("type",), {"type": ("impulsive", "sensitive")}, HALF, np.eye(5))
RULE = {"impulsive": "let off steam", "sensitive": "patience"}


def open_cases(**changes):
    frame = pd.DataFrame(
        {
            "case": ["C0000012-01", "C0000034-02", "C0000056-01", "C0000078-01"],
            "customer": ["C0000012", "C0000034", "C0000056", "C0000078"],
            "problem": ["bill", "line", "line", "bill"],
            "channels": ["hotline", "shop, wechat", "hotline", "chatbot"],
            "hours_waited": [5.0, 5.0, 60.0, 5.0],
            "type": ["impulsive", "sensitive", "sensitive", None],
            "value": [300.0, 300.0, 300.0, 300.0],
            "owed": [20.0, 400.0, 35.5, 50.0],
            "text": ["call 17012345678", "", "", ""],
        }
    )
    return frame.assign(**changes)


def listed(cases=None, **changes):
    arguments = {"scripts": RULE, "default": "standard", "cap": 80, "minutes": 15} | changes
    return call_list(open_cases() if cases is None else cases, FIT, **arguments)


def test_best_use_of_a_minute_comes_first():
    table = listed()
    assert tuple(table.columns) == COLUMNS
    assert table["rank"].tolist() == [1, 2, 3, 4]
    # sensitive customers wait longer; unknown is between; 60 hours are too many
    assert table["problem"].tolist() == ["line", "bill", "bill", "line"]
    assert table["type"].tolist() == ["sensitive", "unknown", "impulsive", "sensitive"]
    assert table["script"].tolist() == ["patience", "standard", "let off steam", "patience"]
    assert table["authority"].tolist() == [80, 50, 20, 36]


def test_value_decides_between_equals():
    cases = open_cases(type="sensitive", hours_waited=5.0, value=[1.0, 2.0, 3.0, 4.0])
    assert listed(cases)["case"].str[-5:].tolist() == ["78-01", "56-01", "34-02", "12-01"]
    assert len(listed(cases, max_calls=2)) == 2


def test_the_list_identifies_nobody():
    text = csv_text(listed())
    for secret in (*open_cases()["customer"], "17012345678"):
        assert secret not in text
    assert MASK in text


@given(st.text(min_size=1, max_size=30))
def test_masks_show_a_third_at_most(key):
    masked = mask_key(key)
    assert len(masked) == len(key)
    assert len(masked.lstrip(MASK)) <= len(key) / 3 or MASK in key


BLANK = r"[\s\x00-\x1f\x7f\ufeff\u200b-\u200f\u2060]+"


@given(st.text(max_size=20) | st.from_regex(r"[\s\x00-\x1f=@+]{1,4}[-=+@a]", fullmatch=True))
def test_no_cell_begins_as_a_formula(text):
    frame = pd.DataFrame([[text, "x", text]], columns=["case", text or "head", "problem"])
    for row in csv.reader(io.StringIO(csv_text(frame))):
        for cell in row:
            assert re.sub(f"^{BLANK}", "", cell)[:1] not in tuple("=+-@|%＝＋－＠")
            assert cell[:1] not in ("\t", "\r", "\n")


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "\x1f@", "\u200b=", "\u2003+"]
)
def test_each_dangerous_start_is_defused_and_the_text_kept(start):
    text = f"{start}cmd|'/C calc'!A0"
    table = csv_text(pd.DataFrame({"problem": [text]}))
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert rows[1] == ["'" + re.sub(r"[\x00-\x1f]", " ", text)]


def test_an_answer_that_begins_with_a_sign_stays_a_number():
    assert csv_text(pd.DataFrame({"gain": [-2, 3]})) == "gain\n-2\n3\n"


def test_link_holds_the_whole_file():
    import base64

    link = download(listed(), "call-list.csv")
    data = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', link.to_html())[1]
    again = pd.read_csv(io.BytesIO(base64.b64decode(data)))
    assert again["case"].tolist() == listed()["case"].tolist()
    assert base64.b64decode(data).startswith(b"\xef\xbb\xbf")  # so that Excel shows Chinese
    assert "call-list.csv: 4 rows." in repr(link)
    for name in ("../call.csv", "call.html", 'a".csv'):
        with pytest.raises(ValueError, match="file name without folders"):
            download(listed(), name)


NOW = pd.Timestamp("2026-03-05T10:00Z")
LOG = pd.DataFrame(
    {
        "customer": ["a", "a", "b"],
        "problem": ["bill", "line", "line"],
        "type": ["impulsive", "sensitive", "impulsive"],
        "value": [100.0, 200.0, 600.0],
        "owed": [20.0, 40.0, 60.0],
        "team": "repair team",
    }
)


def merged(**changes):
    frame = pd.DataFrame(
        {"case": ["a-01", "c-01", "d-01", "?-1"], "customer": ["a", "c", "d", None]}
    )
    frame["problem"], frame["channels"] = ["line", "bill", None, "bill"], "hotline"
    frame["last"] = NOW - pd.to_timedelta([1, 30, 90, 1], unit="h")
    frame["first"] = frame["last"] - pd.Timedelta(hours=5)
    return frame.assign(**changes)


def test_open_cases_are_recent_and_have_a_customer():
    table = calling.open_cases(merged(), LOG, NOW, days=2, cap=25)
    assert table["case"].tolist() == ["a-01", "c-01"]
    assert table["hours_waited"].tolist() == [6.0, 35.0]
    assert table["type"].tolist()[0] == "sensitive"  # of the last case, not the first
    assert table["type"].isna().tolist() == [False, True]
    assert table["value"].tolist() == [200.0, 200.0]  # own, and the median
    assert table["owed"].tolist() == [50.0, 20.0]  # median of the problem
    assert table["covered"].tolist() == [0.5, 1.0]
    assert (table["team"] == "repair team").all()


def test_cases_without_codes_or_channels_are_listed_too():
    bare = merged().drop(columns=["problem", "channels"])
    waiting = calling.open_cases(bare, LOG, NOW, days=2)
    table = listed(waiting)
    assert table["problem"].tolist() == ["not coded", "not coded"]
    assert table["channels"].tolist() == ["", ""]


def test_a_case_is_named_by_its_first_contact():
    contacts = pd.DataFrame({"contact": ["k3", "k1", "k2"], "time": [3, 1, 2]})
    first = first_contacts(contacts, pd.Series(["x", "x", "y"]))
    assert first.to_dict() == {"x": "k1", "y": "k2"}
    assert "k7" in listed(open_cases(reference="k7"))["case"].tolist()


def test_problems_have_their_printed_names():
    assert "The bill is wrong" in listed(names={"bill": "The bill is wrong"})["problem"].tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cap": -1}, "cap is -1"),
        ({"minutes": 0}, "minutes is 0"),
        ({"cases": open_cases().drop(columns="owed")}, "column is 'owed'"),
    ],
)
def test_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        listed(**change)
