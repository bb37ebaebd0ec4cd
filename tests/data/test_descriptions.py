"""What the description of a file asks for: labels, missing values, reversed items, weights."""

import numpy as np
import pandas as pd
import pytest

from cemlib.catalogue import dataset, problems
from cemlib.data.company import Source
from cemlib.studies.repair.datasets.contacts import load_contacts
from cemlib.studies.rights.datasets.survey import load_survey, read_survey

HEADER = ["respondent", "segment", "safety_1", "safety_2", "choice_1", "overall"]
ROWS = [
    HEADER,
    ["r1", "NA", "5", "1", "4", "9"],
    ["r2", "None", "99.0", "4", "99", "99"],
    ["99", "-", "2", "5", "1", "0"],
]


@pytest.fixture
def described(write):
    """Return a survey with an entry that describes it."""

    def reading(rows=ROWS, **entry):
        entry = {"scales": {"items": "1-5"}} | entry
        return read_survey(Source(write(rows), entry, "company.yaml"))

    return reading


def notes(reading):
    return [note for note in reading.notes if "declared" in note]


def test_codes_are_numbers_and_every_erased_answer_is_counted(described):
    reading = described(missing=[99])
    assert reading.problems == []
    assert np.isnan(reading.frame.loc[1, ["safety_1", "choice_1", "overall"]].astype(float)).all()
    assert notes(reading) == [
        "1 answer to safety_1 was 99, declared missing.",
        "1 answer to choice_1 was 99, declared missing.",
        "1 answer to overall was 99, declared missing.",
    ]


def test_names_are_names_whatever_the_codes_for_answers_are(described):
    frame = described(missing=["99"]).frame
    assert frame["segment"].tolist() == ["NA", "None", "-"]
    assert frame["respondent"].tolist() == ["r1", "r2", "99"]
    frame = described(missing=["99", "none"]).frame
    assert frame["segment"].isna().tolist() == [False, True, False]


def test_codes_of_a_column_or_group_erase_nothing_elsewhere(described):
    reading = described(missing={"items": [99], "overall": ["99", "0.0"], "segment": ["-"]})
    assert reading.problems == []
    assert reading.frame["overall"].isna().tolist() == [False, True, True]
    assert reading.frame["segment"].isna().tolist() == [False, False, True]
    reading = described(missing={"overall": [99]})
    assert [problem.column for problem in reading.problems] == ["safety_1", "choice_1"]


def test_labels_are_numbers_for_all_columns_or_for_some(described):
    rows = [HEADER, ["r1", "a", "Agree", "agree ", "5", "Great"], ["r2", "b", "No", "2", "No", "7"]]
    reading = described(rows, labels={"Agree": 4, "items": {"No": 1}, "overall": {"great": 9}})
    assert reading.problems == []
    assert reading.frame["safety_1"].tolist() == [4, 1]
    assert reading.frame["safety_2"].tolist() == [4, 2]
    assert reading.frame["overall"].tolist() == [9, 7]
    assert "5 labels in 4 columns got the declared numbers." in reading.notes
    reading = described(rows, labels={"Agree": 4, "overall": {"Great": 9}})
    assert {problem.value for problem in reading.problems} == {"No"}
    reading = described(rows, labels={"Agree": 40, "No": 1, "Great": 9})
    assert {problem.problem for problem in reading.problems} == {"is outside 1–5"}


def test_a_column_of_known_labels_is_refused_with_their_order(described):
    rows = [HEADER, *(["r", "a", "Agree", "5", "5", "7"], ["s", "a", "Disagree", "5", "5", "7"])]
    (problem, _) = described(rows).problems
    assert "`cem data map` proposes labels: {Disagree: 2, Agree: 4}" in problem.fix


def test_words_for_no_answer_are_missing_only_if_declared(described):
    rows = [HEADER, ["r1", "a", "Don't know", "5", "4", "9"], ["r2", "a", "1", "N/A", "4", "9"]]
    (problem,) = described(rows).problems
    assert problem.fix.endswith('list it in company.yaml: missing: ["Don\'t know"]')
    reading = described(rows, missing=["don’t know"])
    assert reading.problems == []
    assert reading.frame["safety_1"].isna().tolist() == [True, False]


def test_reversed_items_are_turned_round_on_their_scale_and_it_is_said(described):
    reading = described(missing=[99], reversed=["safety_2"])
    assert reading.frame["safety_2"].tolist() == [5, 2, 1]
    assert "safety_2 (1 counts as 5) was reversed, as declared." in reading.notes
    assert reading.mapping.reversed == ("safety_2",)
    reading = described(missing=[99], reversed=["segment"])
    assert "which has no scale" in reading.problems[0].problem
    reading = described(missing=[99], reversed=["choice_2"])
    assert "reverses choice_2, which is not in the file" in reading.problems[0].problem


def test_weights_are_aligned_with_the_rows(described):
    rows = [[*row, weight] for row, weight in zip(ROWS, ["w", "1.5", "2", "0.5"], strict=True)]
    reading = described([*rows[:2], ["", *[""] * 6], *rows[2:]], missing=[99], weight="W")
    assert reading.problems == []
    assert reading.weights.tolist() == [1.5, 2, 0.5]
    assert "Rows are weighted by w." in reading.notes
    assert described(rows, missing=[99]).weights is None


@pytest.mark.parametrize("weight", ["", "0", "-1", "inf", "much"])
def test_a_weight_that_is_none_is_refused(described, weight):
    rows = [[*row, end] for row, end in zip(ROWS, ["w", "1", weight, "1"], strict=True)]
    (problem,) = described(rows, missing=[99], weight="w").problems
    assert (problem.row, problem.column) == (3, "w")
    (problem, *_) = described(rows, missing=[99], weight="u").problems
    assert "maps weight to 'u', which is not in the file" in problem.problem


def test_codes_for_all_columns_do_not_erase_a_no(write):
    from cemlib.data import fields
    from cemlib.data.dataset import Dataset
    from cemlib.data.load import read_table

    columns = {"done": fields.yes_no("Done", nullable=True)}
    schema = fields.table("cells", columns, unique=None)
    cells = Dataset("cells", "Cells", "", "Invented.", contract=lambda: schema)
    path = write([["done"], ["0"], ["1"], ["9"]])
    entry = {"missing": [0, 9]}
    frame = read_table(cells, Source(path, entry, "company.yaml")).frame
    assert frame["done"].tolist()[:2] == [0, 1]
    assert frame["done"].isna().tolist() == [False, False, True]
    frame = read_table(cells, Source(path, {"missing": {"done": [0, 9]}}, "company.yaml")).frame
    assert frame["done"].isna().tolist() == [True, False, True]


def test_rows_read_are_counted(described):
    reading = described([*ROWS, [""] * 6, ["r4", "a", "8", "1", "1", "1"]], missing=[99])
    assert reading.rows_read == 4
    assert len(reading.problems) == 1


def test_an_empty_customer_is_no_customer_and_a_name_is_one(write):
    rows = [["customer", "time", "problem"], ["NA", "2026-03-01 07:30", "-"]]
    loaded = load_contacts(write([*rows, ["", "2026-03-02 07:30", "None"]]))
    assert loaded.contacts["customer"].isna().tolist() == [False, True]
    assert loaded.contacts["problem"].tolist() == ["-", "None"]
    assert loaded.without_customer == 1


def test_codes_and_labels_of_a_statistics_file(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame = pd.DataFrame(
        {"seg": [1.0, 2.0, 1.0], "safety_1": [5.0, 99.0, 1.0], "choice_1": [1.0, 2.0, 3.0],
         "overall": [9.0, 8.0, 7.0]}
    )  # fmt: skip
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels={"seg": {1: "Business", 2: "Leisure"}},
        missing_ranges={"safety_1": [99]},
    )
    reading = read_survey(Source(path, {"columns": {"segment": "seg"}}, "company.yaml"))
    assert reading.problems == []
    assert reading.frame["segment"].tolist() == ["Business", "Leisure", "Business"]
    assert reading.frame["safety_1"].isna().tolist() == [False, True, False]
    assert "1 answer to safety_1 was 99, the file declares it missing." in reading.notes


@pytest.mark.parametrize(
    ("file", "name", "expected"),
    [
        ("03-google-forms/c-numbers.tsv", "survey", 120),
        ("03-google-forms/d-nps.csv", "survey", 120),
        ("04-wenjuanxing/e-fullwidth.xlsx", "survey", 120),
        ("06-complaint-log/b-unicode-text-thousands.txt", "complaints", 90),
        ("06-complaint-log/c-us-thousands.csv", "complaints", 90),
        ("06-complaint-log/e-german-money.csv", "complaints", 90),
        ("06-complaint-log/l-durations.xlsx", "complaints", 90),
        ("06-complaint-log/n-hhmmss.csv", "complaints", 90),
        ("07-contacts/e-1904-dates.xlsx", "contacts", 80),
        ("07-contacts/g-1900-serials.xlsx", "contacts", 80),
        ("07-contacts/h-mixed-us-dates.csv", "contacts", 80),
        ("12-weights-reverse/d-pandas-99.csv", "survey", 120),
        ("12-weights-reverse/g-dont-know.csv", "survey", 120),
        ("16-more/enquiries.csv", "enquiries", 120),
        ("16-more/na-segment.csv", "survey", 150),
        ("16-more/offers-mmss.csv", "offers", 7),
        ("16-more/offers-percent.csv", "offers", 7),
        ("16-more/semi.csv", "offers", 3),
        ("16-more/tab.tsv", "offers", 3),
    ],
)
def test_trial_files_are_read(root, file, name, expected):
    path = root.parent / "shared" / "trials" / file
    if not path.exists():
        pytest.skip("the trial files are not here")
    assert problems(name, path) == []
    if name == "survey":
        assert len(load_survey(path).answers) == expected
    if name == "offers" and path.stem in ("semi", "tab"):
        from cemlib.data.load import read_table

        assert read_table(dataset(name), path).frame["share"].tolist() == [1200, 300, 200]


def test_both_date_systems_give_the_same_times(root):
    folder = root.parent / "shared" / "trials" / "07-contacts"
    if not folder.exists():
        pytest.skip("the trial files are not here")
    plain = load_contacts(folder / "a-plain.csv").contacts["time"]
    for name in ("e-1904-dates.xlsx", "g-1900-serials.xlsx", "h-mixed-us-dates.csv"):
        times = load_contacts(folder / name).contacts["time"]
        assert (times.dt.round("1s") - plain).abs().max() < pd.Timedelta("1min"), name
