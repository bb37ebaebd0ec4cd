from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy
import pandas as pd
import pytest

from cemlib.findings import FINDINGS_MIME, Finding, from_payload, to_payload
from cemlib.teach.findings_table import show_findings
from cemlib.teach.sentences import number
from cemlib.teach.tables import table

EXAMPLES = [
    Finding("lowest_right", "respect", "", "Respect is felt least."),
    Finding("lowest_right_index", 54.2479, "points (0–100)", "It is <low>.", 52.61, 55.9),
    Finding("respondents", 12480, "", "All who answered."),
    Finding("reliability", 0.87123, "", "The scales hold.", 0.8612, 0.8801),
]


def shown(outputs_of, findings):
    [output] = outputs_of("show_findings(findings)", show_findings=show_findings, findings=findings)
    return output.data


def cells(data):
    root = ElementTree.fromstring(data["text/html"].replace("\n", ""))
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_one_output_carries_data_and_table(outputs_of):
    data = shown(outputs_of, EXAMPLES)
    assert set(data) == {FINDINGS_MIME, "text/html", "text/plain"}
    assert [finding.name for finding in from_payload(data[FINDINGS_MIME])] == [
        "lowest_right",
        "lowest_right_index",
        "respondents",
        "reliability",
    ]
    assert shown(outputs_of, EXAMPLES) == data


def test_the_interval_sets_the_digits_of_a_number(outputs_of):
    rows = cells(shown(outputs_of, EXAMPLES))[1:]
    assert [row[1] for row in rows] == ["respect", "54.2", "12,480", "0.871"]
    assert [row[3] for row in rows] == ["", "52.6 to 55.9", "", "0.861 to 0.880"]


@pytest.mark.parametrize(
    ("value", "low", "high", "text", "bounds"),
    [
        (31.4159, 20.1, 44.9, "31", "20 to 45"),
        (31.4159, None, None, "31.4", ""),
        (0.0123456, None, None, "0.0123", ""),
        (1.0, 1.0, 1.0, "1", "1 to 1"),
        (2.5, 2.5, 2.5, "2.50", "2.50 to 2.50"),
        (0.0, None, None, "0", ""),
        (4.0, 3.21, None, "4", "at least 3"),
        (float("nan"), None, None, "not known", ""),
        (numpy.float64(3.14159), numpy.float64(3.1), numpy.float64(3.2), "3.14", "3.10 to 3.20"),
    ],
)
def test_values_of_several_kinds(outputs_of, value, low, high, text, bounds):
    row = cells(shown(outputs_of, [Finding("x", value, "u", "S.", low, high)]))[1]
    assert (row[1], row[3]) == (text, bounds)


def test_the_table_is_accessible(outputs_of):
    html = shown(outputs_of, EXAMPLES)["text/html"]
    root = ElementTree.fromstring(html)
    assert root.get("class") == "cem-findings mathjax_ignore"
    assert root.findtext("caption") == "What we found"
    headers = list(root.iter("th"))
    assert {header.get("scope") for header in headers} == {"col", "row"}
    assert all("".join(header.itertext()).strip() for header in headers)
    assert "&lt;low&gt;" in html


def test_the_plain_text_is_complete(outputs_of):
    lines = shown(outputs_of, EXAMPLES)["text/plain"].split("\n")
    assert lines[1] == "Lowest right index: 54.2 points (0–100) (52.6 to 55.9). It is <low>."


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ([], "at least one Finding"),
        ([EXAMPLES[0], EXAMPLES[0]], "each name comes once"),
        (["respect"], "a cemlib.findings.Finding"),
        ([Finding("x", 1.0, "", "S.", 2.0, 1.0)], "at most high"),
    ],
)
def test_invalid_findings_are_refused(findings, message):
    with pytest.raises(ValueError, match=message):
        show_findings(findings)


def test_numbers_are_stored_with_the_digits_that_hold_on_every_processor():
    one = Finding("rule", -9.76859755646059, "calls", "It fell.", -0.0, -7.54886991801494)
    other = Finding("rule", -9.76859755646067, "calls", "It fell.", 3e-17, -7.54886991801502)
    assert str(to_payload([one])) == str(to_payload([other]))
    assert to_payload([one])["findings"][0]["low"] == 0


@pytest.mark.parametrize(
    ("one", "other"), [(5.0, 5.000000000000001), (0.0, 3e-17), (76.65, 76.64999999999999)]
)
def test_last_bits_do_not_show_in_print(outputs_of, one, other):
    def printed(value):
        finding = Finding("rule", value, "calls", "It fell.")
        return (
            cells(shown(outputs_of, [finding])),
            number(value),
            str(table(pd.DataFrame({"n": [value]}), "A")),
        )

    assert printed(one) == printed(other)
