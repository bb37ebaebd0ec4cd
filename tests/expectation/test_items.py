"""Surveys whose items a model names, and the text of the model."""

import pandas as pd
import pytest

from cemlib.data.problems import DataError
from cemlib.studies.expectation.datasets import load_items, load_model

ITEMS = ["Q1", "Q2"]


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "ours.csv"
    pd.DataFrame({"who": ["a", "b", "c"], "q2": [1, 5, None], "Q1": [2, 3, 4]}).to_csv(
        path, index=False
    )
    return path


def test_columns_come_in_the_order_asked_whatever_the_file_has(survey):
    answers, notes = load_items(survey, ITEMS, "1-5")
    assert list(answers) == ITEMS
    assert answers["Q1"].tolist() == [2, 3, 4]
    assert answers["Q2"].isna().tolist() == [False, False, True]
    assert "1 column is not used: who." in " ".join(notes)


def test_a_yaml_beside_the_file_names_the_columns(survey):
    survey.with_suffix(".columns.yaml").write_text("columns: {IMAG1: Q1}\nmissing: ['4']\n")
    answers, _ = load_items(survey, ["IMAG1"], "1-5")
    assert answers["IMAG1"].isna().sum() == 1


def test_every_problem_is_listed(survey):
    with pytest.raises(DataError) as caught:
        load_items(survey, [*ITEMS, "Q3"], "1-4")
    message = str(caught.value)
    assert "has no column Q3" in message
    assert "row 3, q2: 5.0 is outside 1–4" in message


def test_a_scale_that_is_none(survey):
    with pytest.raises(ValueError, match="survey_scale is '5-1'"):
        load_items(survey, ITEMS, "5-1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\xd8", "is not text in UTF-8"),
        (b"A\0B", "is empty or not text"),
        (b"a" * 100_001, "has more than 100,000 bytes"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, message):
    path = tmp_path / "model.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        load_model(path)


def test_a_mark_at_the_start_is_no_text_of_the_model(tmp_path):
    path = tmp_path / "model.txt"
    path.write_bytes("\ufeffX =~ Q1\nY =~ Q2\nY ~ X\n".encode())
    assert load_model(path).names == ("X", "Y")
