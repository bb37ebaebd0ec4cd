"""What can be known before a run is refused before it: parameters, and a company's assumptions."""

from __future__ import annotations

import json
import shutil

import pytest

from cemlib import catalogue, commands
from cemlib.data_check import check_data
from cemlib.report.errors import RequestError


def refused(book, arguments, company=None):
    """Return the words of a refusal of a run that has not begun."""
    with pytest.raises(RequestError) as caught:
        check_data([commands.plan(book, list(arguments.items()), company=company)])
    return str(caught.value)


@pytest.mark.parametrize(
    ("book", "dataset", "name", "value"),
    [
        ("01", "survey", "cut", "Mean"),
        ("01", "survey", "budget_days", "-5"),
        ("01", "survey", "item_scale", "7-1"),
        ("02", "panel", "yearly_discount", "-0.1"),
        ("02", "panel", "months", "0"),
        ("04", "contacts", "similarity", "3"),
        ("04", "contacts", "zone", "Mars/X"),
        ("04", "calls", "service_level", "1"),
        ("05", "offers", "branches", "1"),
        ("05", "choices", "fast_cost", "-3"),
        ("06", "complaints", "policy", "X"),
        ("06", "complaints", "removed_day", "soon"),
        ("06", "complaints", "removed_failure", "nonsense"),
        ("06", "complaints", "promise_failure", "nonsense"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(book, dataset, name, value):
    file = catalogue.dataset(dataset)
    said = refused(book, {file.asked_by: str(file.path), name: value})
    assert f"{name} is '{value}', but must be" in said


@pytest.mark.parametrize(
    ("book", "dataset", "assumptions", "words"),
    [
        ("02", "panel", {"states": "a, b"}, "states is 'a, b'"),
        ("02", "panel", {"states": "a, b, c", "entry": "d"}, "entry is 'd'"),
        ("02", "panel", {"states": "a, b, c", "margins": "0, 1"}, "margins is '0, 1'"),
        ("06", "complaints", {"removed_day": "soon"}, "removed_day is 'soon'"),
        ("04", "resets", {"call_cost": -3}, "call_cost is -3"),
        ("04", "repairs", {"cap": "high"}, "cap is 'high'"),
    ],
)
def test_an_assumption_of_the_company_that_does_not_fit_is_named(
    tmp_path, book, dataset, assumptions, words
):
    source = catalogue.dataset(dataset).path
    shutil.copy(source, tmp_path)
    described = {"currency": "EUR", "assumptions": assumptions, "datasets": {dataset: source.name}}
    file = tmp_path / "company.yaml"
    file.write_text(json.dumps(described), encoding="utf-8")
    said = refused(book, {}, file)
    assert words in said
    assert "company.yaml" in said
