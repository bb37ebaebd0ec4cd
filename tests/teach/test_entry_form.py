from __future__ import annotations

import re

import pandas as pd
import pytest

from cemlib.teach.entry_form import LiveSheet, StillSheet, entry_form

ROWS = pd.DataFrame({"participant": [1, 2, 3], "effort": ["high", "low", "high, and late"]})
ASKED = {"expectation": (1, 10), "satisfaction": (0, 10)}


@pytest.fixture(autouse=True)
def nobody_there(monkeypatch):
    monkeypatch.delenv("CEMLIB_MODE", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def sheet(**others):
    return entry_form(ROWS, "Our class", ASKED, **others)


def test_a_field_for_each_answer_with_a_name_of_its_own():
    page = sheet().to_html()
    names = re.findall(
        r'<input type="number" min="(\d)" max="10" step="any" aria-label="(.*?)"', page
    )
    assert len(names) == len(set(names)) == 6
    assert names[:2] == [
        ("1", "expectation, participant 1"),
        ("0", "satisfaction, participant 1"),
    ]
    assert 'data-columns="participant,effort,expectation,satisfaction"' in page
    assert " id=" not in page


def test_nobody_answers_in_a_report(outputs_of):
    assert isinstance(sheet(), StillSheet)
    assert sheet().answers.empty
    assert list(sheet().answers) == ["participant", "effort", "expectation", "satisfaction"]
    [output] = outputs_of("sheet()", sheet=sheet)
    assert output.data["text/plain"] == (
        "Our class: 3 rows to fill in, expectation from 1 to 10, satisfaction from 0 to 10."
    )


def test_texts_are_texts():
    rows = pd.DataFrame({"participant": ["<b>", '"'], "effort": ["a&b", "="]})
    page = entry_form(rows, "<i>", ASKED).to_html()
    assert "<b>" not in page
    assert "<i>" not in page
    assert 'participant &lt;b&gt;"' in page


def test_a_kernel_reads_the_rows_that_are_whole(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    live = sheet()
    assert isinstance(live, LiveSheet)
    assert live.answers.empty
    live.fields[0, "expectation"].value = "7"
    live.fields[0, "satisfaction"].value = "3,5"
    live.fields[1, "expectation"].value = "4"
    live.fields[2, "expectation"].value = "11"
    live.fields[2, "satisfaction"].value = "x"
    pd.testing.assert_frame_equal(
        live.answers,
        pd.DataFrame(
            {"participant": [1], "effort": ["high"], "expectation": [7.0], "satisfaction": [3.5]}
        ),
    )
    assert "1 of 3 rows are filled in." in live.status.value
    assert "expectation, participant 3; satisfaction, participant 3" in live.status.value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ROWS, " ", ASKED), "label is ' '"),
        ((ROWS, "Class", {}), r"asked is \[\]"),
        ((ROWS, "Class", {"effort": (0, 1)}), r"asked is \['effort'\]"),
        ((ROWS, "Class", {"expectation": (3, 3)}), "expectation is 3"),
        ((ROWS, "Class", ASKED, "../answers.csv"), "file is '../answers.csv'"),
        ((ROWS.head(0), "Class", ASKED), r"rows is \[\]"),
        ((ROWS.assign(participant=1), "Class", ASKED), r"rows is \['1', '1', '1'\]"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        entry_form(*arguments)
