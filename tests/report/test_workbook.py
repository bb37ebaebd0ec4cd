from __future__ import annotations

import json

import pytest

from cemlib.report.errors import RequestError
from cemlib.report.plan import workbook


def test_front_and_parameters_are_read(home):
    book = workbook.find("01-rights")
    assert book.title == "01-Rights"
    assert book.question == "Does the report appear?"
    assert book.verbs == ("print", "read")
    assert (book.needs, book.minutes, book.source) == ("paper", 5, "nobody's article")
    assert [parameter.name for parameter in book.parameters] == [
        "budget_days",
        "resamples",
        "strict",
        "cut",
        "survey",
        "practices",
    ]
    assert book.parameters[0].default == 20.0
    assert isinstance(book.parameters[0].default, float)
    assert [p.name for p in book.parameters if p.is_dataset] == ["survey", "practices"]


@pytest.mark.parametrize("name", ["01-rights", "01", "01-r"])
def test_a_workbook_is_found_by_the_beginning_of_its_name(home, name):
    assert workbook.find(name).slug == "01-rights"


def test_a_workbook_is_found_by_its_path(home):
    assert workbook.find(str(home / "notebooks" / "01-rights.ipynb")).slug == "01-rights"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("01-rigths", "did you mean '01-rights'"),
        ("0", "could be any of 00-start, 01-rights"),
        ("", "could be any of"),
        ("nowhere.ipynb", "no file nowhere.ipynb"),
        ("../01-rights", "there is no workbook"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused(home, name, message):
    with pytest.raises(RequestError, match=message):
        workbook.find(name)


def test_workbooks_are_listed_in_order_and_without_checkpoints(home):
    (home / "notebooks" / ".hidden.ipynb").write_text("{}")
    assert [book.slug for book in workbook.workbooks()] == ["00-start", "01-rights"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', "not json"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text):
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    with pytest.raises(RequestError, match="not a Jupyter notebook"):
        workbook.read(path)


def test_two_parameters_cells_are_refused(home):
    path = home / "notebooks" / "01-rights.ipynb"
    content = json.loads(path.read_text())
    content["cells"].append(content["cells"][1])
    path.write_text(json.dumps(content))
    with pytest.raises(RequestError, match="2 cells tagged parameters"):
        workbook.read(path)


@pytest.mark.parametrize(
    ("source", "default"),
    [
        ("x: int = -3  # minus", -3),
        ("x: float = 1e-3  # small", 0.001),
        ("x: float = 2  # whole", 2.0),
        ("x: str = 'a # b = c'  # a sign within", "a # b = c"),
        ("x: str = (\n    'long '\n    'text'\n)  # over lines", "long text"),
        ("x: bool = True  # yes", True),
    ],
)
def test_defaults_are_literals(source, default):
    [parameter] = workbook.parameters(source)
    assert parameter.default == default
    assert type(parameter.default).__name__ == parameter.type


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 3  # no type", "write `name: type = literal"),
        ("x: list = []  # other type", "write `name: type = literal"),
        ("x: int  # no value", "write `name: type = literal"),
        ("import os", "write `name: type = literal"),
        ("x: int = 3", "x has no help"),
        ("x: int = 2.5  # not whole", "declared int, but its default is 2.5"),
        ("x: int = True  # not a number", "declared int, but its default is True"),
        ("x: int = open('f')  # call", "must be a literal"),
        ("x: int = ", "invalid syntax"),
    ],
)
def test_a_parameters_cell_that_breaks_the_rules_is_refused(source, message):
    with pytest.raises(RequestError, match=message):
        workbook.parameters(source)


def test_all_problems_of_a_parameters_cell_are_listed():
    with pytest.raises(RequestError) as refusal:
        workbook.parameters("x = 1\ny: int = 2\nz: int = 3  # fine\n", "w")
    assert [problem[:29] for problem in refusal.value.problems] == [
        "w, parameters cell, line 1: w",
        "w, parameters cell, line 2: y",
    ]
