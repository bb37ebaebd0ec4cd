from __future__ import annotations

import re
import sys

import pandas as pd
import pytest

from cemlib.teach.entry_form import InteractiveForm, StaticForm, entry_form

ROWS = pd.DataFrame({"participant": [1, 2, 3], "effort": ["high", "low", "high, and late"]})
SCALES = {"expectation": (1, 10), "satisfaction": (0, 10)}


@pytest.fixture(autouse=True)
def static_mode(monkeypatch):
    monkeypatch.delenv("CEMLIB_MODE", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setattr(sys.modules[entry_form.__module__], "_typed_before", {})


def form(**others):
    return entry_form(ROWS, "Our class", SCALES, **others)


def test_each_field_has_its_own_label():
    page = form().to_html()
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


def test_a_report_has_no_answers(outputs_of):
    assert isinstance(form(), StaticForm)
    assert form().answers.empty
    assert list(form().answers) == ["participant", "effort", "expectation", "satisfaction"]
    [output] = outputs_of("form()", form=form)
    assert output.data["text/plain"] == (
        "Our class: 3 rows to fill in (expectation from 1 to 10; satisfaction from 0 to 10)."
    )


def test_texts_are_escaped():
    rows = pd.DataFrame({"participant": ["<b>", '"'], "effort": ["a&b", "="]})
    page = entry_form(rows, "<i>", SCALES).to_html()
    assert "<b>" not in page
    assert "<i>" not in page
    assert 'participant &lt;b&gt;"' in page


def test_a_notebook_reads_the_complete_rows(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = form()
    assert isinstance(widget, InteractiveForm)
    assert widget.answers.empty
    widget.fields[0, "expectation"].value = "7"
    widget.fields[0, "satisfaction"].value = "3,5"
    widget.fields[1, "expectation"].value = "4"
    widget.fields[2, "expectation"].value = "11"
    widget.fields[2, "satisfaction"].value = "x"
    pd.testing.assert_frame_equal(
        widget.answers,
        pd.DataFrame(
            {"participant": [1], "effort": ["high"], "expectation": [7.0], "satisfaction": [3.5]}
        ),
    )
    assert "1 of 3 rows complete." in widget.status.value
    assert "expectation, participant 3; satisfaction, participant 3" in widget.status.value


def hands():
    limits = {"hands": (0, 500), "people": (1, 500)}
    rows = pd.DataFrame({"note": ["fresh", "crumpled"]})
    return entry_form(rows, "Hands", limits, "hands.csv", {"hands": "people"})


def test_a_field_does_not_exceed_its_bound(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = hands()
    widget.fields[0, "hands"].value = "25"
    assert "More than" not in widget.status.value
    widget.fields[0, "people"].value = "20"
    assert widget.answers.empty
    assert "More than people: hands, note fresh." in widget.status.value
    widget.fields[0, "people"].value = "25"
    assert widget.answers["hands"].tolist() == [25.0]
    assert "More than" not in widget.status.value


def test_typed_answers_outlast_a_second_run_of_the_cell_and_can_be_saved(monkeypatch):
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    first = form()
    assert first.link.value == ""
    for name, value in (("expectation", "7"), ("satisfaction", "8")):
        first.fields[1, name].value = value
    assert 'download="answers.csv"' in first.link.value
    assert "(1 row)" in first.link.value
    pd.testing.assert_frame_equal(form().answers, first.answers)
    other = entry_form(ROWS.assign(effort="low"), "Our class", SCALES)  # of another seed
    assert other.answers.empty


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ROWS, " ", SCALES), "label is ' '"),
        ((ROWS, "Class", {}), r"scales is \[\]"),
        ((ROWS, "Class", {"effort": (0, 1)}), r"scales is \['effort'\]"),
        ((ROWS, "Class", {"expectation": (3, 3)}), "expectation is 3"),
        ((ROWS, "Class", SCALES, "../answers.csv"), "file is '../answers.csv'"),
        ((ROWS.head(0), "Class", SCALES), r"rows is \[\]"),
        ((ROWS, "Class", SCALES, "a.csv", {"expectation": "age"}), "at_most is 'age'"),
        ((ROWS.assign(participant=1), "Class", SCALES), r"rows is \['1', '1', '1'\]"),
    ],
)
def test_invalid_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        entry_form(*arguments)
