"""Own survey files are read whatever their form, with notes on what cannot be analysed."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cemlib import catalogue
from cemlib.catalogue import load
from cemlib.data.common import load_truth
from cemlib.data.load import contract_of
from cemlib.studies.rights.datasets import load_practices
from cemlib.studies.rights.datasets.survey import load_survey
from cemlib.studies.rights.nine_rights import RIGHTS

TABLES = [entry.name for entry in catalogue.datasets() if entry.contract and entry.file]
same = pd.testing.assert_frame_equal


def only(rows, keep):
    """Return rows with some columns only, in the order of `keep`."""
    columns = [rows[0].index(name) for name in keep]
    return [[row[column] for column in columns] for row in rows]


@pytest.mark.parametrize("name", TABLES)
def test_committed_tables_load_and_fulfil_their_contract(name):
    frame = load(name)
    schema = contract_of(catalogue.dataset(name))
    personal = {
        name for name, each in schema.columns.items() if (each.metadata or {}).get("personal")
    }
    expected = [name for name, column in schema.columns.items() if column.required or name in frame]
    assert list(frame.columns) == [name for name in expected if name not in personal]
    same(schema.validate(frame, lazy=True), frame)


def test_survey_of_the_operator():
    survey = load_survey()
    assert survey.rights == RIGHTS
    assert survey.items["respect"] == ("respect_1", "respect_2", "respect_3")
    assert survey.importance["respect"] == "respect_importance"
    assert (survey.item_scale, survey.overall_scale) == ((1, 7), (0, 10))
    assert tuple(survey.stated_importance) == RIGHTS
    assert len(survey.notes) == 2
    same(survey.answers, load("survey"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end(answers, rows, write, encoding, delimiter, end):
    column, mark = rows[0].index("segment"), ", 宽带“用户”"
    chinese = [[*row[:column], row[column] + mark, *row[column + 1 :]] for row in rows[1:]]
    path = write([rows[0], *chinese], encoding=encoding, delimiter=delimiter, end=end)
    survey = load_survey(path)
    expected = answers.assign(segment=answers["segment"] + mark)
    same(survey.answers, expected)
    assert any("GB18030" in note for note in survey.notes) == (encoding == "gb18030")


def test_workbook(answers, rows, write_workbook):
    typed = [rows[0]]
    for row in rows[1:]:
        typed.append([*row[:4], *(float(cell) if cell else None for cell in row[4:])])
    same(load_survey(write_workbook(typed)).answers, answers)
    same(load_survey(write_workbook(rows, name="text.xlsx")).answers, answers)


def test_first_sheet_is_read_and_named_in_the_notes(answers, rows, write_workbook):
    survey = load_survey(write_workbook(rows, [["other"], [1]]))
    same(survey.answers, answers)
    assert "The sheet 'Sheet1' was read, the first of 2." in survey.notes


def test_workbook_with_dates_gaps_and_whole_respondents(rows, write_workbook):
    keep = ["respondent", "wave", "safety_1", "choice_1", "overall"]
    table = [keep, [1001, datetime.datetime(2026, 6, 1), 7, 3.5, 9], [], [1002.0, None, 1, True, 0]]
    table[3][3] = 2
    survey = load_survey(write_workbook([[None], *table]))
    assert survey.answers["respondent"].tolist() == ["1001", "1002"]
    assert survey.answers["wave"].tolist()[0] == "2026-06-01"
    assert survey.answers["choice_1"].tolist() == [3.5, 2]
    assert "1 empty row is left out." in survey.notes


def test_content_counts_not_the_name(answers, rows, write, write_workbook):
    same(load_survey(write(rows, name="answers.xlsx")).answers, answers)
    path = write_workbook(rows, name="book.xlsx")
    same(load_survey(path.rename(path.with_name("book.csv"))).answers, answers)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_order_of_columns_and_rows_does_not_matter(answers, rows, write, data):
    columns = data.draw(st.permutations(range(len(rows[0]))))
    order = data.draw(st.permutations(range(1, len(rows))))
    mixed = [[rows[row][column] for column in columns] for row in (0, *order)]
    loaded = load_survey(write(mixed)).answers
    same(loaded.sort_values("respondent", ignore_index=True), answers)
    assert list(loaded.columns) == list(answers.columns)


def test_extra_columns_are_named_and_not_used(answers, rows, write):
    wide = [["备注", *rows[0], "Q99"], *(["文字", *row, "x"] for row in rows[1:])]
    survey = load_survey(write(wide))
    same(survey.answers, answers)
    assert "2 columns are not used: 备注, Q99." in survey.notes


def test_names_in_capitals_and_with_spaces(answers, rows, write):
    loud = [[f" {name.upper()} " for name in rows[0]], *rows[1:]]
    same(load_survey(write(loud)).answers, answers)


def test_missing_words_and_codes(rows, write):
    keep = ["safety_1", "choice_1", "overall"]
    table = [keep, ["NA", "3", "5"], [" n/a ", "-9", "."], ["7", "2", "99"]]
    path = write(table)
    path.with_name("answers.columns.yaml").write_text('missing: ["99", -9]\n')
    loaded = load_survey(path).answers
    np.testing.assert_array_equal(
        loaded, [[np.nan, 3, 5], [np.nan, np.nan, np.nan], [7, 2, np.nan]]
    )


def test_decimal_comma_where_semicolons_part(write):
    table = [["safety_1", "choice_1", "overall"], ["3,5", "1", "9,25"]]
    assert load_survey(write(table, delimiter=";")).answers.iloc[0].tolist() == [3.5, 1, 9.25]


def test_full_width_digits(write):
    table = [["safety_1", "choice_1", "overall"], ["７", "１", "１０"]]
    assert load_survey(write(table)).answers.iloc[0].tolist() == [7, 1, 10]


def test_other_scales(rows, write):
    table = [["safety_1", "choice_1", "safety_importance", "overall"], ["5", "1", "10", "10"]]
    survey = load_survey(
        write(table), item_scale="1-5", importance_scale="1-10", overall_scale="1-10"
    )
    assert (survey.item_scale, survey.importance_scale) == ((1, 5), (1, 10))
    assert survey.overall_scale == (1, 10)


def test_importance_is_on_the_scale_of_the_items(write):
    table = [["safety_1", "choice_1", "safety_importance", "overall"], ["5", "1", "5", "10"]]
    assert load_survey(write(table), item_scale="1-5").importance_scale == (1, 5)


@pytest.mark.parametrize("scale", ["7-1", "5", "1-5-7", "", "one to five", "3-3"])
def test_no_scale(scale):
    with pytest.raises(ValueError, match=r"item_scale is .*'1-5'"):
        load_survey(item_scale=scale)


def test_columns_and_scales_of_the_yaml(answers, rows, write):
    renamed = {"overall": "Q7A", "safety_1": "Q1", "wave": "Monat", "choice_2": "选择"}
    path = write([[renamed.get(name, name) for name in rows[0]], *rows[1:]])
    yaml = path.with_name("answers.columns.yaml")
    yaml.write_text(
        "columns: {overall: Q7A, safety_1: Q1, wave: Monat, choice_2: 选择}\n"
        "scales: {items: 1-8, importance: 1–9, overall: 0 to 11}\n",
        encoding="utf-8",
    )
    survey = load_survey(path)
    same(survey.answers, answers)
    assert survey.item_scale == (1, 8)
    assert survey.importance_scale == (1, 9)
    assert survey.overall_scale == (0, 11)
    assert load_survey(path, item_scale="1-10").item_scale == (1, 10)


def test_a_mapped_column_wins_over_one_of_that_name(write):
    table = [["overall", "total", "safety_1", "choice_1"], ["text", "9", "5", "1"]]
    path = write(table)
    path.with_name("answers.columns.yaml").write_text("columns: {overall: total}")
    survey = load_survey(path)
    assert survey.answers["overall"].tolist() == [9]
    assert "1 column is not used: overall." in survey.notes


def test_a_survey_of_some_rights_with_one_item_each(answers, rows, write):
    path = write(only(rows, ["fairness_1", "overall", "safety_1", "safety_2"]))
    survey = load_survey(path)
    assert survey.rights == ("safety", "fairness")
    assert survey.items == {"safety": ("safety_1", "safety_2"), "fairness": ("fairness_1",)}
    assert survey.importance == {}
    same(survey.answers, answers[["safety_1", "safety_2", "fairness_1", "overall"]])
    notes = "\n".join(survey.notes)
    assert "No column wave: changes between waves are not analysed." in notes
    assert "No column respondent:" in notes
    assert "2 of 9 rights are covered; no questions on information, choice," in notes
    assert "fairness has one item: its reliability cannot be estimated." in notes
    assert "No stated importance" in notes


def test_more_items_than_three(rows, write):
    table = [["safety_10", "safety_2", "choice_1", "overall"], ["5", "1", "5", "10"]]
    assert load_survey(write(table)).items["safety"] == ("safety_2", "safety_10")


def test_importance_of_some_rights(rows, write):
    keep = ["safety_1", "choice_1", "choice_importance", "overall"]
    survey = load_survey(write(only(rows, keep)))
    assert survey.importance == {"choice": "choice_importance"}
    assert "No stated importance of safety." in survey.notes


def test_an_empty_column_of_text_is_left_out(rows, write):
    at = rows[0].index("segment")
    survey = load_survey(write([rows[0], *([*r[:at], "", *r[at + 1 :]] for r in rows[1:])]))
    assert "segment" not in survey.answers
    assert "Column segment is empty and is left out." in survey.notes


def test_missing_answers_are_counted(rows, write):
    table = [["safety_1", "choice_1", "overall"], ["", "3", "5"], ["2", "", "5"], ["", "3", ""]]
    notes = load_survey(write(table)).notes
    assert "3 of 6 answers to items are missing, most in safety_1 (2)." in notes
    assert "1 of 3 answers to overall is missing." in notes


def test_blank_lines_are_left_out(answers, rows, write):
    survey = load_survey(write([[], rows[0], *rows[1:5], [], *rows[5:], [], []]))
    same(survey.answers, answers)
    assert "3 empty rows are left out." in survey.notes


def test_anonymous_answers_are_no_duplicates(write):
    table = [["respondent", "safety_1", "choice_1", "overall"], *[["", "3", "4", "5"]] * 3]
    table.append(["a", "3", "4", "5"])
    survey = load_survey(write(table))
    assert survey.answers["respondent"].tolist() == ["row 2", "row 3", "row 4", "a"]
    assert "3 answers have no respondent: each counts as a different one." in survey.notes


def test_blocks_do_not_show(write):
    """Three blocks of rows read as one."""
    table = [["respondent", "safety_1", "choice_1", "overall"]]
    table += [[str(n), str(n % 7 + 1), str(n % 3 + 1), str(n % 11)] for n in range(25_000)]
    loaded = load_survey(write(table)).answers
    assert loaded["respondent"].tolist() == [str(n) for n in range(25_000)]
    assert loaded["safety_1"].tolist() == [n % 7 + 1 for n in range(25_000)]


def test_own_practices(write):
    table = [
        ["call_centre", "right", "person_days", "practice", "uplift", "in_place"],
        ["是", "safety", "12.5", "a", "3", "1"],
        ["No", "choice", "2", "b", "0", "4"],
    ]
    loaded = load_practices(write(table))
    assert loaded["call_centre"].tolist() == [True, False]
    assert list(loaded) == list(load_practices())
    assert loaded["name_zh"].tolist() == loaded["name_en"].tolist() == ["a", "b"]
    assert loaded["person_days"].tolist() == [12.5, 2]


def test_truth_is_no_table():
    with pytest.raises(ValueError, match="dataset is 'truth', but must be a table"):
        load("truth")
    assert load_truth()["planted"]["survey"]["classes"]["respect"] == "basic"


def test_unknown_dataset():
    with pytest.raises(ValueError, match="did you mean 'practices'"):
        load("practises")
