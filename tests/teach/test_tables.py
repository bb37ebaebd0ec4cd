from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as some

from cemlib.teach.sentences import percent
from cemlib.teach.tables import table

FRAME = pandas.DataFrame(
    {
        "right": ["safety", "<choice>", None],
        "index": [63.24, -8.0, numpy.nan],
        "people": [12000, 7, 8],
        "share": [0.251, 0.5, numpy.nan],
        "by_phone": [True, False, True],
        "asked": pandas.to_datetime(["2026-03-01", "2026-03-02 09:30", None], format="mixed"),
    }
)


def cells(shown):
    root = ElementTree.fromstring(shown.to_html())
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_cells_are_printed_by_kind():
    assert cells(table(FRAME, "Rights", {"share": percent})) == [
        ["right", "index", "people", "share", "by phone", "asked"],
        ["safety", "63.2", "12,000", "25%", "yes", "2026-03-01"],
        ["<choice>", "−8.0", "7", "50%", "no", "2026-03-02 09:30"],
        ["–", "–", "8", "–", "yes", "–"],
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [(0, "−8"), (3, "−8.000"), ("{:+.1f}", "−8.0"), (lambda x: f"<{x}>", "<-8.0>")],
)
def test_a_column_is_printed_in_its_format(form, text):
    assert cells(table(FRAME, "Rights", {"index": form}))[2][1] == text


def test_one_output(outputs_of):
    [output] = outputs_of("shown", shown=table(FRAME, "Rights"))
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"].startswith("Rights\nright")


def test_headers_have_a_scope():
    root = ElementTree.fromstring(table(FRAME, "A & B").to_html())
    assert root.findtext("caption") == "A & B"
    assert [header.get("scope") for header in root.find("thead").iter("th")] == ["col"] * 6
    assert [header.text for header in root.find("tbody").iter("th")] == ["safety", "<choice>"]
    assert all(header.text for header in root.iter("th"))


def test_numbers_are_aligned_right_and_texts_left():
    root = ElementTree.fromstring(table(FRAME, "Rights").to_html())
    for row in root.iter("tr"):
        sides = [cell.get("style").removeprefix("text-align: ") for cell in row]
        assert sides == ["left", "right", "right", "right", "left", "left"]


@given(some.lists(some.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1))
def test_any_column_of_numbers_can_be_printed_with_the_same_decimals(values):
    printed = [row[0] for row in cells(table(pandas.DataFrame({"x": values}), "Any"))[1:]]
    assert len(printed) == len(values)
    decimals = {len(text.partition(".")[2]) for text in printed if text[-1].isdigit()}
    assert len(decimals) <= 1


def test_an_empty_frame_is_an_empty_table():
    assert cells(table(FRAME.head(0), "Nobody")) == [
        ["right", "index", "people", "share", "by phone", "asked"]
    ]


@pytest.mark.parametrize(
    ("frame", "caption", "formats", "message"),
    [
        (FRAME, " ", None, "caption"),
        (FRAME.set_index("right"), "Rights", None, "reset_index"),
        (FRAME, "Rights", {"indx": 1}, "such as 'index'"),
        (FRAME[["right", "right"]], "Rights", None, "each once"),
        (FRAME[[]], "Rights", None, "frame.columns"),
        (pandas.DataFrame({("a", "b"): [1]}), "Rights", None, "one level"),
    ],
)
def test_a_frame_that_would_lose_information_is_refused(frame, caption, formats, message):
    with pytest.raises(ValueError, match=message):
        table(frame, caption, formats)
