"""Header rows of survey tools and below titles; rows that are no respondents."""

import pytest

from cemlib.data.tables import UnreadableError
from cemlib.studies.rights.datasets.survey import load_survey

IDS = ["StartDate", "Status", "Progress", "Finished", "ResponseId", "Q1_1", "Q7"]
QUESTIONS = [
    "Start Date",
    "Response Type",
    "Progress",
    "Finished",
    "Response ID",
    "How\nfar?",
    "All",
]
IMPORT = [f'{{"ImportId":"{name}"}}' for name in IDS]


def qualtrics(*rows):
    return [IDS, QUESTIONS, IMPORT, *rows]


def response(number, status="IP Address", finished="True"):
    return ["2026-03-01 09:00:00", status, "100", finished, f"R_{number}", "4", "7"]


@pytest.fixture(params=["csv", "tsv", "xlsx"])
def written(request, write, write_workbook):
    if request.param == "xlsx":
        return write_workbook
    if request.param == "tsv":
        return lambda rows: write(rows, name="a.tsv", encoding="utf-16", delimiter="\t")
    return write


def test_qualtrics(written, read):
    got = read(
        written(
            qualtrics(
                response(1),
                response(2, "Survey Preview"),
                response(3, "Spam"),
                response(4, finished="False"),
                response(5, "1"),
                response(6, "0", "1"),
                response(7, "8"),
                response(8, "0", "0"),
                response(9, "4"),
                response(10, "Survey Preview", "False"),
            )
        )
    )
    assert got.header == IDS
    assert [row[4] for row in got.rows] == ["R_1", "R_6", "R_9"]
    assert got.numbers == [4, 9, 12]
    assert got.table.questions["Q1_1"] == "How far?"
    assert got.notes[-2:] == [
        "5 rows of previews, tests or spam are left out.",
        "2 rows with unfinished answers are left out.",
    ]


def test_qualtrics_with_two_or_one_header_rows(written, read):
    assert [row[4] for row in read(written([IDS, QUESTIONS, response(1)])).rows] == ["R_1"]
    one = read(written([IDS, response(1), response(2, "Survey Preview")]))
    assert [row[4] for row in one.rows] == ["R_1"]


def test_a_filter_of_the_user_replaces_the_rule_for_its_column(written, read):
    path = written(qualtrics(response(1), response(2, finished="False")))
    assert len(read(path, filters={"Finished": [True, False]}).rows) == 2
    assert [row[4] for row in read(path, filters={"Finished": False}).rows] == ["R_2"]


def test_columns_named_status_alone_drop_nothing(written, read):
    rows = [["case", "status", "finished"], ["1", "test", "no"], ["2", "preview", "yes"]]
    assert len(read(written(rows)).rows) == 2


MONKEY = [
    ["Respondent ID", "Collector ID", "How far do you agree?", "", "All in all?"],
    ["", "", "I feel safe", "I see what I pay", "Response"],
    ["118000000000", "400", "4", "5", "7"],
    ["118000000001", "400", "3", "", "2"],
]


def test_survey_monkey(written, read):
    got = read(written(MONKEY))
    assert got.header == [
        "Respondent ID",
        "Collector ID",
        "How far do you agree? / I feel safe",
        "How far do you agree? / I see what I pay",
        "All in all?",
    ]
    assert got.rows == MONKEY[2:]
    assert 'as in "question / row"' in got.notes[-1]


def test_survey_monkey_with_a_large_matrix_and_labels(written, read):
    rows = [
        ["Respondent ID", "Matrix", *[""] * 9, "Comment"],
        ["", *[f"item {n}" for n in range(10)], "Open-Ended Response"],
        ["1", *["Agree"] * 10, "fine"],
    ]
    got = read(written(rows))
    assert got.header[1:3] == ["Matrix / item 0", "Matrix / item 1"]
    assert got.header[-1] == "Comment"


@pytest.mark.parametrize(
    "rows",
    [
        [["name", "", "comment"], ["Bob", "tall", ""], ["Ann", "small", "x"]],
        [["", "a", "b"], ["0", "1", "2"], ["1", "3", "4"]],
        [["label", "text"], ["Poor", "bad"], ["Good", "fine"]],
        [["2024", "2025"], ["1", "2"], ["3", "4"]],
        [["respondent", "q1", "q2"], ["r1", "", ""], ["r2", "4", "5"]],
    ],
)
def test_plain_headers_stay_as_they_are(written, read, rows):
    got = read(written(rows))
    assert got.header == rows[0]
    assert got.table.row == 1
    assert len(got.rows) == len(rows) - 1
    assert not got.notes or got.notes == ["The file was read as UTF-16."]


TITLED = [
    ["Customer survey, March"],
    ["Generated", "2026-04-01 08:00"],
    [],
    ["respondent", "safety_1", "choice_1", "overall"],
    ["r1", "4", "5", "7"],
    ["r2", "3", "3", ""],
]


def test_title_rows(written, read):
    got = read(written(TITLED))
    assert got.header == TITLED[3]
    assert (got.table.row, got.numbers) == (4, [5, 6])
    assert got.rows[0] == TITLED[4]
    assert "The header was read from row 4." in got.notes


def test_titles_with_delimiters_to_the_end(write, read):
    rows = [[*row, *[""] * (4 - len(row))] for row in TITLED]
    assert read(write(rows, delimiter=";")).table.row == 4


def test_a_declared_header_row(written, read):
    rows = [["names", "of", "columns"], ["a", "b", "c"], ["1", "2", "3"]]
    got = read(written(rows), header_row=2)
    assert (got.header, got.rows) == (["a", "b", "c"], [["1", "2", "3"]])
    with pytest.raises(UnreadableError, match=r"header_row: 9"):
        read(written(rows), header_row=9)


def test_a_title_and_no_header_is_asked_for(written, read):
    with pytest.raises(UnreadableError, match=r"header_row: 3") as caught:
        read(written([["Survey"], ["4", "5", "7"], ["3", "2", "1"], ["3", "2", "2"]]))
    assert caught.value.problem.row == 1


PEOPLE = [["respondent", "q1", "q2"], *([f"r{n}", str(n), "3"] for n in range(1, 6))]


@pytest.mark.parametrize(
    "ends",
    [
        [["Average", "3.0", "3"]],
        [["", "Total", "15"]],
        [[], ["Mean", "3", "3"]],
        [["Total:", "15", "15"], ["Average", "3", "3"]],
        [["合计", "15", "15"], ["平均分", "3", "3"]],
        [["Grand total", "15", "15"], [], ["Source: the CX team"]],
        [["N", "5", "5"], ["Mean", "3", "3"], ["SD", "1.58", "0"]],
        [["Sum", "15", "100%"]],
        [["总计"]],
        [["Mittelwert", "3,0", "3"]],
    ],
)
def test_total_rows_at_the_end_are_no_respondents(written, read, ends):
    rows = [*PEOPLE, *ends]
    padded = [[*row, *[""] * (3 - len(row))] for row in rows]
    got = read(written(padded))
    assert [row for row in got.rows if any(row)] == PEOPLE[1:]
    named = [note for note in got.notes if "left out" in note]
    assert len(named) == sum(map(bool, ends))
    for note, row in zip(named, filter(None, ends), strict=True):
        assert next(filter(None, row)) in note
        assert f"Row {rows.index(row) + 1} " in note


@pytest.mark.parametrize(
    "rows",
    [
        [["name", "grade"], ["r1", "Good"], ["r2", "Average"]],
        [["grade", "n"], ["Average", "4"], ["Good", "3"], ["Average", "5"]],
        [["customer", "q1", "q2"], ["Lee", "1", "2"], ["Max", "3", "3"]],
        [["id", "grade", "q"], ["60", "Good", "3"], ["61", "Average", "7"]],
        [["name", "channel", "text"], ["Total", "chat", "bill too high"]],
    ],
)
def test_words_that_are_answers_or_names_stay(written, read, rows):
    assert read(written(rows)).rows == rows[1:]


def test_a_footnote_after_a_blank_row(written, read):
    got = read(written([*PEOPLE, ["", "", ""], ["Exported by the CX team", "", ""]]))
    assert [row for row in got.rows if any(row)] == PEOPLE[1:]
    assert "Row 8 is a footnote ('Exported by the CX team') and is left out." in got.notes


@pytest.mark.parametrize(
    ("value", "kept", "shown"),
    [
        (True, "abcdf", "true"),
        ("yes", "abcdf", "yes"),
        (1, "abcdf", "1"),
        (False, "e", "false"),
        (0, "e", "0"),
        ([True, 2], "abcdfg", "true or 2"),
        (2.0, "g", "2.0"),
        ("web", "h", "web"),
    ],
)
def test_filters(written, read, value, kept, shown):
    texts = ["true", "1", "TRUE", "yes", "0", "1.0", "2", "Web"]
    rows = [
        ["id", "Done", "x"],
        *([name, text, "1"] for name, text in zip("abcdefgh", texts, strict=True)),
    ]
    got = read(written(rows), filters={"done": value})
    assert "".join(row[0] for row in got.rows) == kept
    count = 8 - len(kept)
    verb = "row" if count == 1 else "rows"
    is_are = "is" if count == 1 else "are"
    assert got.notes[-1] == f"{count} {verb} with another done than {shown} {is_are} left out."


def test_a_filter_on_no_column(written, read):
    with pytest.raises(UnreadableError, match="did you mean Finished"):
        read(written([["Finished", "q"], ["1", "2"]]), filters={"Finishd": True})


@pytest.mark.parametrize("name", ["a-values.csv", "b-labels.csv", "d-values.tsv", "c-clean.csv"])
def test_trials_of_qualtrics(trial, read, name):
    got = read(trial(f"01-qualtrics/{name}"))
    assert got.header[-2:] == ["Q7", "Q8_TEXT"]
    assert len(got.rows) == 120
    assert all(row[7].startswith("R_") for row in got.rows)


def test_trial_of_survey_monkey(trial, read):
    got = read(trial("02-surveymonkey/a.csv"))
    assert got.header[4] == "How far do you agree? / I feel safe"
    assert got.header[-1] == "All in all, how satisfied are you with us?"
    assert len(got.rows) == 120


def test_rows_left_out_are_in_the_notes_of_a_study(written):
    rows = [["respondent", "safety_1", "choice_1", "overall"]]
    rows += [[f"r{n}", "4", "5", "7"] for n in range(1, 5)]
    survey = load_survey(written([*rows, ["Average", "4", "5", "7"]]))
    assert len(survey.answers) == 4
    assert "Row 6 is a total or average ('Average') and is left out." in survey.notes
