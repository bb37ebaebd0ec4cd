from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cemlib.report.plan import values
from cemlib.report.plan.workbook import Parameter

PARAMETERS = {
    "str": Parameter("word", "str", "", "a word"),
    "int": Parameter("count", "int", 0, "a count"),
    "float": Parameter("share", "float", 0.0, "a share"),
    "bool": Parameter("strict", "bool", False, "a switch"),
}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("float", "40", 40.0),
        ("float", "-1e3", -1000.0),
        ("int", "40", 40),
        ("int", " -2 ", -2),
        ("bool", "true", True),
        ("bool", "False", False),
        ("str", "40", "40"),
        ("str", "", ""),
        ("str", 'it\'s "quoted"\nand more', 'it\'s "quoted"\nand more'),
    ],
)
def test_texts_are_read_as_the_declared_type(kind, text, value):
    converted = values.convert(PARAMETERS[kind], text)
    assert converted == value
    assert type(converted).__name__ == kind


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("float", "forty", "a finite number"),
        ("float", "nan", "a finite number"),
        ("float", "-inf", "a finite number"),
        ("float", "", "a finite number"),
        ("int", "40.5", "a whole number"),
        ("int", "1e3", "a whole number"),
        ("bool", "1", "true or false"),
        ("bool", "yes", "true or false"),
        ("str", "a\0b", "a text"),
        ("str", "\udc80", "a text"),
    ],
)
def test_texts_that_do_not_read_as_the_type_are_refused(kind, text, expected):
    with pytest.raises(ValueError, match=expected):
        values.convert(PARAMETERS[kind], text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("float", "40"),
        ("float", True),
        ("float", float("nan")),
        ("float", 10**400),
        ("int", 40.0),
        ("int", True),
        ("bool", 1),
        ("str", 3),
        ("str", None),
        ("str", ["a"]),
    ],
)
def test_values_of_another_type_are_refused(kind, value):
    with pytest.raises(ValueError, match=PARAMETERS[kind].name):
        values.accept(PARAMETERS[kind], value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_the_command_line(number):
    assert values.convert(PARAMETERS["float"], repr(number)) == number


@given(st.integers())
def test_every_whole_number_survives_the_command_line(number):
    assert values.convert(PARAMETERS["int"], str(number)) == number


@pytest.mark.parametrize("value", ["4", "-1", "4.999", "1"])
@pytest.mark.parametrize("kind", ["int", "float"])
def test_a_value_below_what_the_help_allows_is_refused(kind, value):
    bounded = Parameter("min_cell", kind, 30, "smaller groups are not shown; at least 5")
    with pytest.raises(ValueError, match=f"min_cell is '{value}', but must be .* of at least 5$"):
        values.convert(bounded, value)
    with pytest.raises(ValueError, match=r"of at least 5$"):
        values.accept(bounded, 4)
    assert values.convert(bounded, "5") == values.accept(bounded, 5) == 5


def test_a_file_must_exist(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    parameter = PARAMETERS["str"]
    assert values.existing_file(parameter, "a.csv", tmp_path) == (tmp_path / "a.csv").resolve()
    with pytest.raises(ValueError, match="does not exist"):
        values.existing_file(parameter, "b.csv", tmp_path)
    with pytest.raises(ValueError, match="is a folder"):
        values.existing_file(parameter, ".", tmp_path)


@pytest.mark.parametrize(("text", "hint"), [("Mean", "; did you mean mean?"), ("top", "")])
def test_a_text_is_one_of_the_choices_that_its_help_lists(text, hint):
    cut = Parameter("cut", "str", "mean", "where the axes cross; one of: mean, median, scale (50)")
    assert cut.choices == ("mean", "median", "scale")
    assert values.accept(cut, "scale") == values.convert(cut, "scale") == "scale"
    message = f"cut is '{text}', but must be one of mean, median, scale{hint}"
    for check in (values.accept, values.convert):
        with pytest.raises(ValueError, match=re.escape(message) + "$"):
            check(cut, text)


def test_a_text_names_some_of_the_choices_that_its_help_lists():
    chance = Parameter("chance", "str", "", "what chance decided; some of: script, cap, call-back")
    for text in ("", "cap", "script, call-back"):
        assert values.accept(chance, text) == text
    with pytest.raises(ValueError, match="must be some of script, cap, call-back"):
        values.accept(chance, "script, scripts")


@pytest.mark.parametrize("value", [-0.1, 1.5])
def test_a_number_is_within_the_bounds_that_its_help_states(value):
    doubt = Parameter("doubt", "float", 0.3, "share of the weight; at least 0, at most 1")
    assert values.accept(doubt, 1) == 1.0
    with pytest.raises(ValueError, match=r"must be a finite number of at least 0 and at most 1$"):
        values.accept(doubt, value)


@pytest.mark.parametrize("value", [0, 1, -0.5, 1.5])
def test_bounds_of_the_help_are_excluded(value):
    bounded = Parameter("weight", "float", 0.5, "customer's weight, between 0 and 1; or 2 and 3")
    with pytest.raises(ValueError, match=r"a finite number between 0 and 1, both excluded$"):
        values.accept(bounded, value)
    with pytest.raises(ValueError, match="both excluded"):
        values.convert(bounded, str(value))
    assert values.accept(bounded, 0.25) == 0.25


def test_bounds_may_be_broken_where_nothing_is_compared():
    contacts = Parameter("window", "float", 3.0, "maximum days between two contacts of one case")
    assert values.accept(contacts, 30) == 30.0
    text = Parameter("between", "str", "", "words between 0 and 1")
    assert text.between is None
    assert values.accept(Parameter("share", "float", None, "share, between 0 and 1"), None) is None
