"""Invalid files: every problem with its exact row and column, and the fix."""

import pickle
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cemlib.catalogue import load, problems
from cemlib.catalogue import path as committed
from cemlib.data.problems import DataError, Problem
from cemlib.data.tables import MAX_LINE
from cemlib.studies.rights.datasets.survey import load_survey

HEADER = ["respondent", "wave", "Q3", "safety_1", "choice_1", "overall"]
GOOD = ["a", "2025-06", "x", "5", "4", "9"]


def table(*changes, rows=5):
    """Return valid rows except for changes (row, column, text)."""
    made = [list(HEADER), *([f"a{n}", *GOOD[1:]] for n in range(2, rows + 2))]
    for row, column, text in changes:
        made[row - 1][HEADER.index(column)] = text
    return made


def row_column_value(problem):
    return problem.row, problem.column, problem.value


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("9", "is outside 1–7", "item_scale to 1-10"),
        ("0", "is outside 1–7", "item_scale to 0-10"),
        ("99", "is outside 1–7", "list it as missing"),
        ("-9", "is outside 1–7", "list it as missing"),
        ("7.5", "is outside 1–7", "item_scale to 1-10"),
        ("good", "is not a number", "write a number"),
        ("6 - good", "is not a number", "write 6 if that is meant"),
        ("4,5", "is not a number", "write 4.5 if that is meant"),
        ("inf", "is not a number", "write a number"),
        ("1_0", "is not a number", "write 1"),
        ("0x1", "is not a number", "write 0"),
        ("\u202e5", "is not a number", "write a number"),
    ],
)
def test_one_bad_cell(write, refused, text, problem, fix):
    (reported,) = refused(write(table((4, "safety_1", text))))
    assert row_column_value(reported) == (4, "safety_1", text)
    assert problem in reported.problem
    assert fix in reported.fix
    assert str(reported).isprintable()


def test_message_gives_row_column_value_and_fix(write):
    with pytest.raises(DataError) as caught:
        load_survey(write(table((4, "overall", "11"))))
    assert str(caught.value) == (
        "answers.csv cannot be used as survey: 1 problem\n"
        "  row 4, overall: 11 is outside 0–10; "
        "correct it, or list it as missing in the file's .columns.yaml if it means no answer"
    )


def test_the_problem_has_the_column_name_of_the_file(write, refused):
    path = write([["Q1", "Q2", "Q9"], ["5", "5", "5"], ["5", "8", "5"]])
    path.with_name("answers.columns.yaml").write_text(
        "columns: {safety_1: Q1, choice_1: Q2, overall: Q9}"
    )
    (problem,) = refused(path)
    assert row_column_value(problem) == (3, "Q2", "8")


def test_problems_come_in_the_order_of_the_file(write, refused):
    reported = refused(
        write(
            table(
                (6, "safety_1", "x"), (2, "overall", "99"), (2, "choice_1", "8"), (4, "Q3", "free")
            )
        )
    )
    assert [(problem.row, problem.column) for problem in reported] == [
        (2, "choice_1"),
        (2, "overall"),
        (6, "safety_1"),
    ]


def test_rows_are_counted_as_a_spreadsheet_does(write, write_workbook, refused):
    made = table((5, "safety_1", "8"))
    made[2][2] = "two\nlines"
    made.insert(1, [])
    assert [problem.row for problem in refused(write(made))] == [6]
    assert [problem.row for problem in refused(write_workbook(made))] == [6]
    assert [problem.row for problem in refused(write([[], [], *made]))] == [8]


def test_duplicate_respondents_name_both_rows(write, refused):
    made = table((5, "respondent", "a2"), (6, "respondent", "a3"), (6, "wave", "2026-06"))
    (problem,) = refused(write(made))
    assert row_column_value(problem) == (5, "respondent", "a2")
    assert "wave 2025-06 is already in row 2" in problem.problem
    assert problem.fix == "keep one of rows 2 and 5"


def test_duplicates_far_apart(write, refused):
    made = [["respondent", "safety_1", "choice_1", "overall"]]
    made += [[str(n), "3", "4", "5"] for n in range(12_000)]
    made += [["17", "3", "4", "5"]]
    (problem,) = refused(write(made))
    assert (problem.row, problem.problem) == (12_002, "is already in row 19")


def test_all_missing_item(write, refused):
    (problem,) = refused(write(table(*((row, "safety_1", "") for row in range(2, 7)))))
    assert (problem.row, problem.column, problem.problem) == (0, "safety_1", "has no answers")
    assert "remove the column" in problem.fix


def test_two_columns_of_one_name(write, refused):
    made = [[*row, row[3]] for row in table()]
    (problem,) = refused(write(made))
    assert (problem.row, problem.column) == (1, "safety_1")
    assert "2 columns (numbers 4 and 7 from the left)" in problem.problem


def test_two_unused_columns_of_one_name_do_no_harm(write):
    assert len(load_survey(write([[*row, row[2]] for row in table()])).answers) == 5


def test_no_overall(write, refused):
    made = table()
    made[0][5] = "Overal"
    (problem,) = refused(write(made))
    assert problem.problem == "has no column overall"
    assert "is it Overal?" in problem.fix
    assert "answers.columns.yaml" in problem.fix


def test_one_right_alone(write, refused):
    (problem,) = refused(write([row[:4] + row[5:] for row in table()]))
    assert problem.problem == "has items of safety alone"
    assert "information" in problem.fix


def test_columns_of_nothing_known(write, refused):
    reported = refused(write([["a", "b"], ["1", "2"]]))
    assert [problem.problem for problem in reported] == ["has no column overall", "has no items"]


def test_header_problems_do_not_hide_those_of_cells(write, refused):
    made = table((3, "safety_1", "x"))
    made[0][5] = "total"
    assert [problem.row for problem in refused(write(made))] == [1, 3]


@pytest.mark.parametrize(("cells", "count"), [(GOOD[:-1], "5"), ([*GOOD, "7"], "7")])
def test_rows_of_other_width(write, refused, cells, count):
    made = table()
    made[3] = cells
    (problem,) = refused(write(made))
    assert (problem.row, problem.problem) == (4, f"has {count} cells where the header has 6")


def test_empty_cells_at_the_end_of_a_row_do_no_harm(write):
    made = table()
    made[3] += ["", " "]
    assert len(load_survey(write(made)).answers) == 5


@pytest.mark.parametrize(
    ("content", "row", "problem"),
    [
        (b"", 0, "is empty"),
        (b"\xef\xbb\xbf\n\n \n", 0, "is empty"),
        (b"respondent,safety_1,choice_1,overall\n", 0, "has a header and no rows"),
        (b"respondent,safety_1,choice_1,overall\n\n,,,\n", 0, "has a header and no rows"),
        (b"PK\x03\x04 and no archive", 0, "is a damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "old .xls workbook"),
        (b"%PDF-1.7", 0, "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", 0, "is a picture"),
        (b"<!doctype html><table>", 0, "is a web page"),
        (b"safety_1,overall\n1,\x00\x01\x02\n", 0, "is not a text file"),
        (bytes(range(1, 256)) * 40, 0, "is not a text file"),
        (
            b"safety_1,choice_1,overall\n1,2,3\nM\xfcller,\xff\xff,\n",
            3,
            "neither UTF-8 nor GB18030",
        ),
        (b'safety_1,choice_1,overall\n1,2,3\n1,"2,3\n1,2,3\n', 3, "cannot be split into cells"),
        (b'safety_1,choice_1,overall\n1,"2" x,3\n', 2, "cannot be split into cells"),
    ],
)
def test_files_that_are_not_tables(tmp_path, refused, content, row, problem):
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    (reported,) = refused(path)
    assert reported.row == row
    assert problem in reported.problem


def test_random_bytes_are_refused_in_one_problem(tmp_path, refused):
    path = tmp_path / "answers.csv"
    path.write_bytes(np.random.default_rng(1).bytes(100_000))
    assert len(refused(path)) == 1


def test_problems_before_the_damage_are_also_listed(tmp_path, refused):
    path = tmp_path / "answers.csv"
    path.write_text('safety_1,choice_1,overall\n9,2,3\n1,"2,3\n1,2,3\n')
    assert [problem.row for problem in refused(path)] == [2, 3]


def test_a_missing_file_and_a_folder(tmp_path, refused):
    assert "does not exist" in refused(tmp_path / "answers.csv")[0].problem
    assert "is not a file" in refused(tmp_path)[0].problem


def test_archive_that_is_not_a_workbook(tmp_path, refused):
    path = tmp_path / "answers.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert "not an .xlsx workbook" in refused(path)[0].problem


def test_workbook_cut_short(write_workbook, refused):
    path = write_workbook(table())
    path.write_bytes(path.read_bytes()[:-200])
    assert "is a damaged workbook" in refused(path)[0].problem


def test_workbook_with_a_damaged_sheet(write_workbook, refused):
    path = write_workbook(table())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            half = content[: len(content) // 2]
            archive.writestr(name, half if name.endswith("sheet1.xml") else content)
    assert "is a damaged workbook" in refused(path)[-1].problem


def test_workbook_that_unpacks_to_too_much(write_workbook, refused):
    path = write_workbook(table())
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media/blob", "w") as blob,
    ):
        for _ in range(520):
            blob.write(bytes(1_000_000))
    assert path.stat().st_size < 5_000_000
    start = time.perf_counter()
    (problem,) = refused(path)
    assert "would unpack to 520 MB" in problem.problem
    assert time.perf_counter() - start < 1


def test_formulas_errors_and_far_cells_in_a_workbook(write_workbook, refused):
    made = table()
    made[2][3] = "#DIV/0!"
    made[3][5] = "=1/0"
    path = write_workbook(made)
    error, formula = refused(path)
    assert row_column_value(error) == (3, "safety_1", "#DIV/0!")
    assert (formula.row, formula.column) == (4, "F")
    assert formula.problem == "holds a formula without a stored value"
    assert formula.fix == "open the file in a spreadsheet program and save it"


def test_a_file_too_large_is_refused_unread(tmp_path, refused):
    path = tmp_path / "answers.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    start = time.perf_counter()
    (problem,) = refused(path)
    assert time.perf_counter() - start < 1
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert problem.problem == "has 100.0 MB; the limit is 64 MB"
    assert "sample" in problem.fix
    assert "CEMLIB_MAX_MB=101" in problem.fix


def test_limit_of_the_environment(write, refused, monkeypatch):
    path = write(table(rows=60_000))
    monkeypatch.setenv("CEMLIB_MAX_MB", "1")
    assert "the limit is 1 MB" in refused(path)[0].problem
    monkeypatch.setenv("CEMLIB_MAX_MB", "2")
    assert len(load_survey(path).answers) == 60_000
    for wrong in ("much", "0", "nan"):
        monkeypatch.setenv("CEMLIB_MAX_MB", wrong)
        with pytest.raises(ValueError, match=r"CEMLIB_MAX_MB is .*at least 1"):
            load_survey(path)


def test_one_endless_line_takes_no_memory(tmp_path, refused):
    path = tmp_path / "answers.csv"
    with path.open("wb") as file:
        file.write(b"safety_1,choice_1,overall\n")
        for _ in range(40):
            file.write(b"7" * 1_000_000)
    refused(committed("rights"))  # so that all imports are done
    tracemalloc.start()
    (problem,) = refused(path)
    assert tracemalloc.get_traced_memory()[1] < 8 * MAX_LINE
    tracemalloc.stop()
    assert (problem.row, problem.problem) == (2, "is a line of more than 1,000,000 characters")


def test_memory_is_bounded_if_few_columns_are_used(tmp_path):
    """12 MB with three used columns: only a few blocks are in memory at a time."""
    path = tmp_path / "answers.csv"
    with path.open("w") as file:
        file.write("comment,safety_1,choice_1,overall\n")
        for number in range(60_000):
            file.write(f"{'x' * 190},{number % 7 + 1},4,5\n")
    assert path.stat().st_size > 11_000_000
    load_survey()
    tracemalloc.start()
    assert len(load_survey(path).answers) == 60_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 9_000_000


def test_reading_stops_if_there_are_too_many_problems(write):
    made = [["safety_1", "choice_1", "overall"], *[["9", "8", "7"]] * 30_000]
    with pytest.raises(DataError) as caught:
        load_survey(write(made))
    error = caught.value
    assert len(error.problems) == 1000
    assert error.stopped == error.problems[-1].row == 501
    text = str(error).splitlines()
    assert text[0].endswith("1,000 problems or more")
    assert (
        text[1] == "  (1,000 of them: correct it, or set item_scale to 1-10 if that is the scale)"
    )
    assert text[-2] == "  … and 950 more"
    assert "row 501" in text[-1]
    assert len(text) == 54


def test_error_can_be_pickled(write):
    with pytest.raises(DataError) as caught:
        load_survey(write(table((4, "overall", "11"))))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.problems == caught.value.problems


DAMAGES = ["x", "8", "0", "-1", "99", "7a", "1e9", "五", "=1+1"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damaged_cell_is_reported_with_row_and_column(rows, write, data):
    damaged = [list(row) for row in rows]
    columns = [at for at, name in enumerate(rows[0]) if name not in ("respondent", "wave")]
    columns = [at for at in columns if rows[0][at] not in ("segment", "channel")]
    cells = st.tuples(st.integers(1, len(rows) - 1), st.sampled_from(columns))
    chosen = data.draw(st.lists(cells, min_size=1, max_size=6, unique=True))
    expected = set()
    for row, column in chosen:
        wide = rows[0][column] in ("overall", "recommend")
        fitting = [text for text in DAMAGES if not (wide and text in ("8", "0"))]
        damaged[row][column] = text = data.draw(st.sampled_from(fitting))
        expected.add((row + 1, rows[0][column], text))
    reported = problems("survey", write(damaged))
    assert {row_column_value(problem) for problem in reported} == expected
    assert len(reported) == len(expected)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300), marked=st.booleans())
def test_any_bytes_are_refused_or_read_and_nothing_else(tmp_path, content, marked):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"safety_1,choice_1,overall\n1,2,3\n" * marked + content)
    reported = problems("survey", path)
    assert all(str(problem).isprintable() for problem in reported)
    if not reported:
        assert len(load_survey(path).answers) >= 1


def test_invalid_practices(write):
    made = [
        ["practice", "right", "in_place", "person_days", "uplift", "call_centre"],
        ["a", "safty", "5", "0", "-1", "perhaps"],
        ["a", "choice", "", "2", "3", "yes"],
        ["", "choice", "1", "two", "3", ""],
    ]
    reported = problems("practices", write(made))
    assert [(problem.row, problem.column) for problem in reported] == [
        (2, "right"),
        (2, "in_place"),
        (2, "person_days"),
        (2, "uplift"),
        (2, "call_centre"),
        (3, "practice"),
        (3, "in_place"),
        (4, "practice"),
        (4, "person_days"),
        (4, "call_centre"),
    ]
    text = [str(problem) for problem in reported]
    assert text[0].endswith("did you mean safety?")
    assert "is not more than 0" in text[2]
    assert "is already in row 2" in text[5]
    assert "is missing" in text[6]


def test_missing_columns_of_a_table(write):
    reported = problems("practices", write([["right"], ["safety"]]))
    assert [problem.problem for problem in reported][:2] == [
        "has no column practice",
        "has no column in_place",
    ]


def test_weights_that_do_not_sum_to_one(tmp_path):
    path = tmp_path / "levels.csv"
    text = committed("need-levels").read_text(encoding="utf-8")
    path.write_text(text.replace("choice,esteem,0.4", "choice,esteem,0.5"), encoding="utf-8")
    reported = problems("need-levels", path)
    assert [problem.row for problem in reported] == [12, 13, 14, 15, 16]
    assert "must sum to 1" in str(reported[0])
    with pytest.raises(DataError, match="must sum to 1"):
        load("need-levels", path)


def test_a_file_without_problems_loads(rows, write):
    path = write(rows)
    assert problems("survey", path) == []
    assert problems("survey", path, item_scale="1-7", overall_scale="0-10") == []
    assert problems("survey", path, overall_scale="1-5") != []


def test_options_of_other_datasets_are_refused():
    with pytest.raises(ValueError, match="an option of practices: none"):
        problems("practices", committed("practices"), item_scale="1-5")
    with pytest.raises(ValueError, match="an option of survey: item_scale"):
        problems("survey", committed("survey"), scale="1-5")


def test_problem_of_a_whole_file():
    assert str(Problem(0, "", "", "is empty", "give it rows")) == "is empty; give it rows"
