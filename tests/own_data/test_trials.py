"""Every file of the trials as its README expects it: read with which notes, or refused with what.

The files are in ``../shared/trials``. `TRIALS` has a row for each, and a test that none is missed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
import yaml

from cemlib import catalogue
from cemlib.data import load
from cemlib.data.company import Source
from cemlib.data_check import check_data, dataset_of
from cemlib.report.errors import RequestError
from cemlib.report.plan import workbook
from cemlib.report.plan.study import run_from_arguments, study_from_file

FOLDER = Path(__file__).parents[2].parent / "shared" / "trials"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no ../shared/trials")


@dataclass(frozen=True)
class Trial:
    """A file, and what is expected: rows and notes, or words of a refusal.

    `same` names a file with the same content; `mapped` replaces keys of its mapping.
    """

    dataset: str
    file: str
    rows: int = 0
    says: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    same: str = ""
    mapped: dict[str, object] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


AGREE = {"Strongly disagree": 1, "Disagree": 2, "Neutral": 3, "Agree": 4, "Strongly agree": 5}
SOMEWHAT = {
    "Strongly disagree": 1, "Somewhat disagree": 2, "Neither agree nor disagree": 3,
    "Somewhat agree": 4, "Strongly agree": 5,
}  # fmt: skip
MATRIX = {
    "overall": "All in all, how satisfied are you with us?",
    "safety_1": "How far do you agree? / I feel safe",
    "choice_1": "How far do you agree? / I may say no",
}
COMMA, POINT = "the comma separates thousands", "the point separates thousands"
PLAIN_05, PLAIN_06 = "05-excel-habits/a-plain.xlsx", "06-complaint-log/a-plain.csv"
PLAIN_07, LONG = "07-contacts/a-plain.csv", "09-choices/a-long.csv"
MODELS = "10-path-model"

SURVEYS = [
    Trial("survey", "01-qualtrics/a-values.csv", 120, ("3 header rows, as Qualtrics",),
          same="01-qualtrics/c-clean.csv"),
    Trial("survey", "01-qualtrics/b-labels.csv",
          refused=("Q1_1", "Somewhat agree", "`cem data map` proposes labels")),
    Trial("survey", "01-qualtrics/b-labels.csv", 120, ("3 header rows",),
          mapped={"labels": {"items": SOMEWHAT}}),
    Trial("survey", "01-qualtrics/c-clean.csv", 120),
    Trial("survey", "01-qualtrics/d-values.tsv", 120, ("UTF-16", "3 header rows"),
          same="01-qualtrics/c-clean.csv"),
    Trial("survey", "02-surveymonkey/a.csv",
          refused=("How far do you agree?", "did you mean How far do you agree? / I feel safe")),
    Trial("survey", "02-surveymonkey/a.csv", 120, ("2 header rows", "question / row"),
          mapped={"columns": MATRIX}),
    Trial("survey", "03-google-forms/a-labels.csv",
          refused=("'Agree'", "Strongly disagree: 1, Disagree: 2, Neutral: 3")),
    Trial("survey", "03-google-forms/a-labels.csv", 120, mapped={"labels": {"items": AGREE}}),
    Trial("survey", "03-google-forms/b-numbers.csv", 120),
    Trial("survey", "03-google-forms/c-numbers.tsv", 120, same="03-google-forms/b-numbers.csv"),
    Trial("survey", "03-google-forms/d-nps.csv", 120, ("labels of the ends of the scale",)),
    Trial("survey", "04-wenjuanxing/b-score.xlsx", 120, ("were -3, declared missing",)),
    Trial("survey", "04-wenjuanxing/c-gbk.csv", 120, ("GB18030", "'(跳过)', declared missing"),
          same="04-wenjuanxing/b-score.xlsx"),
    Trial("survey", "04-wenjuanxing/e-fullwidth.xlsx", 120, ("'(跳过)', declared missing",),
          same="04-wenjuanxing/b-score.xlsx"),
    Trial("survey", PLAIN_05, 60),
    Trial("survey", "05-excel-habits/b-average-row.xlsx", 60, ("Row 62", "('Average')"),
          same=PLAIN_05),
    Trial("survey", "05-excel-habits/c-average-after-blank.xlsx", 60, ("Row 63", "1 empty row"),
          same=PLAIN_05),
    Trial("survey", "05-excel-habits/d-total-row.xlsx", 60, ("Row 62", "('Total')"),
          same=PLAIN_05),
    Trial("survey", "05-excel-habits/e-hidden.xlsx", refused=("hidden: keep", "30 hidden rows")),
    Trial("survey", "05-excel-habits/e-hidden.xlsx", 30, ("30 hidden rows",),
          mapped={"hidden": "leave out"}),
    Trial("survey", "05-excel-habits/e-hidden.xlsx", 60, ("30 hidden rows",),
          mapped={"hidden": "keep"}),
    Trial("survey", "05-excel-habits/f-title-rows.xlsx", 60, ("header was read from row 3",),
          same=PLAIN_05),
    Trial("survey", "05-excel-habits/g-cover-sheet.xlsx", 60, ("sheet 'Data' was read",),
          same=PLAIN_05),
    Trial("survey", "05-excel-habits/h-formula-half.xlsx", refused=("row 3", "and save it")),
    Trial("survey", "05-excel-habits/i-formula-all.xlsx", refused=("row 2", "and save it")),
    Trial("survey", "12-weights-reverse/a-weights.csv", 60, ("not used: weight",)),
    Trial("survey", "12-weights-reverse/a-weights.csv", 60, mapped={"weight": "weight"}),
    Trial("survey", "12-weights-reverse/b-reversed.csv", 120,
          ("safety_2 seems reversed", "reversed: [safety_2]")),
    Trial("survey", "12-weights-reverse/b-reversed.csv", 120, mapped={"reversed": ["safety_2"]},
          same="12-weights-reverse/c-straight.csv"),
    Trial("survey", "12-weights-reverse/c-straight.csv", 120),
    Trial("survey", "12-weights-reverse/d-pandas-99.csv", 120,
          ("10 answers to safety_1 were 99", "10 answers to overall were 99")),
    Trial("survey", "12-weights-reverse/e-int-99.csv", 120, ("10 answers to safety_1 were 99",),
          same="12-weights-reverse/d-pandas-99.csv"),
    Trial("survey", "12-weights-reverse/f-zero-dk.csv", 120, ("20 answers to overall were 0",)),
    Trial("survey", "12-weights-reverse/g-dont-know.csv", 120, ('were "don\'t know"',)),
    Trial("survey", "12-weights-reverse/h-limesurvey.csv",
          refused=("Q1[SQ001]", "{A1: 1, A2: 2, A3: 3, A4: 4, A5: 5}")),
    Trial("survey", "12-weights-reverse/h-limesurvey.csv", 120,
          mapped={"labels": {"items": {f"A{n}": n for n in range(1, 6)}}}),
    Trial("survey", "12-weights-reverse/real.sav", 60, ("were 99, the file declares it missing",)),
    Trial("survey", "12-weights-reverse/x.sav", refused=("damaged SPSS file", "save it as CSV")),
    Trial("survey", "16-more/na.csv", refused=("3 complete rows", "at least 9")),
    Trial("survey", "16-more/na-segment.csv", 150),
    Trial("survey", "20-own-data-min/m.csv", 200, ("42 answers to overall were 6",)),
    Trial("survey", "20-own-data-min/m.csv", 200, ("50 answers to overall were 0",),
          mapped={"missing": {"overall": [0], "items": [0]}}),
    Trial("survey", "20-own-data-min/listwise.csv", 400),
    Trial("survey", "20-own-data-min/one.csv", refused=("choice_1", "same answer, 4")),
    Trial("survey", "20-own-data-min/ov.csv", refused=("overall", "cannot be explained")),
]  # fmt: skip
COMPLAINTS = [
    Trial("complaints", f"06-complaint-log/{file}", 90, says, same=same)
    for file, says, same in [
        ("a-plain.csv", ("no time zone",), ""),
        ("b-unicode-text-thousands.txt", ("UTF-16", f"'1,500' was read as 1500: {COMMA}"),
         PLAIN_06),
        ("c-us-thousands.csv", (f"'1,500' was read as 1500: {COMMA}",), PLAIN_06),
        ("e-german-money.csv", ("the comma is the decimal sign",), PLAIN_06),
        ("f-zulu.csv", (), ""),
        ("g-slashes.csv", (), PLAIN_06),
        ("h-dmy.csv", ("received have the day first, as row 22",), PLAIN_06),
        ("i-jira.csv", ("4 columns are not used",), PLAIN_06),
        ("j-Yes-No.csv", (), PLAIN_06),
        ("k-TRUE-FALSE.csv", (), PLAIN_06),
        ("l-durations.xlsx", ("84 durations in hours",), PLAIN_06),
        ("m-milliseconds.xlsx", (), ""),
        ("n-hhmmss.csv", ("84 durations in hours",), ""),
    ]
]  # fmt: skip
CONTACTS = [
    Trial("contacts", PLAIN_07, 80),
    Trial("contacts", "07-contacts/b-german-cp1252.csv", 80, ("cp1252",)),
    Trial("contacts", "07-contacts/d-sep-line.csv", 80, same=PLAIN_07),
    Trial("contacts", "07-contacts/e-1904-dates.xlsx", 80, same=PLAIN_07),
    Trial("contacts", "07-contacts/g-1900-serials.xlsx", 80, same=PLAIN_07),
    Trial(
        "contacts",
        "07-contacts/h-mixed-us-dates.csv",
        80,
        ("month first, as row 47",),
        same=PLAIN_07,
    ),
    Trial("contacts", "07-contacts/i-merged-customer.xlsx", 80, ("55 contacts have no customer",)),
    Trial("contacts", "07-contacts/j-dst.csv", 8, ("Europe/Berlin is used",)),
    Trial("contacts", "07-contacts/k-messy.csv", 60),
    Trial("contacts", "07-contacts/l-nul.csv", refused=("not a text file", "save it as CSV")),
    Trial("contacts", "07-contacts/m-header-zwsp.csv", refused=("no column customer",)),
    Trial("contacts", "14-parquet/a-naive.parquet", 6, ("no time zone",)),
    Trial("contacts", "14-parquet/b-empty-customer.csv", 6, ("3 contacts have no customer",)),
    Trial(
        "contacts",
        "14-parquet/b-empty-customer.parquet",
        6,
        ("3 contacts have no customer",),
        same="14-parquet/b-empty-customer.csv",
    ),
    Trial("contacts", "14-parquet/c-float-customer.csv", 6, ("2 contacts have no customer",)),
    Trial(
        "contacts",
        "14-parquet/c-float-customer.parquet",
        6,
        ("2 contacts have no customer",),
        same="14-parquet/c-float-customer.csv",
    ),
    Trial("contacts", "14-parquet/d-text-time.parquet", 6),
    Trial("contacts", "14-parquet/e-colliding.parquet", 6),
    Trial("contacts", "14-parquet/f-spaces.csv", 6),
    Trial("contacts", "14-parquet/f-spaces.parquet", 6, same="14-parquet/f-spaces.csv"),
    Trial("contacts", "20-own-data-min/c.csv", 4, ("America/New_York is used",)),
    Trial("contacts", "20-own-data-min/lat.csv", 2, ("cp1252",)),
    Trial("contacts", "20-own-data-min/nocust.csv", 2, ("No contact has a customer",)),
    Trial("contacts", "20-own-data-min/nocust2.csv", 2, ("there is no call list",)),
]
OTHERS = [
    Trial("panel", "08-panel/a-reentry.csv", 2400),
    Trial("panel", "08-panel/b-gaps.csv", 2259),
    Trial("panel", "08-panel/c-none.csv", 2400),
    Trial("panel", "08-panel/d-monthname.csv", 2400),
    Trial("panel", "08-panel/e-cn-month.csv", 2400),
    Trial("panel", "08-panel/g-chinese-states.csv", 3600),
    Trial("panel", "08-panel/smallest.csv", 16),
    Trial("choices", LONG, 1440),
    Trial("choices", "09-choices/b-wide.csv", 1440, ("a row per task", "none of these"), same=LONG),
    Trial("choices", "09-choices/c-optout-none.csv", 1440),
    Trial("choices", "09-choices/d-unbalanced.csv", 1200),
    Trial("choices", "09-choices/e-alt-letters.csv", 1440, same=LONG),
    Trial("choices", "09-choices/f-01.csv", 1440, same=LONG),
    *(
        Trial("path-survey", f"{MODELS}/{file}", rows, refused=refused, options={"model": model})
        for file, rows, model, refused in [
            ("a.csv", 150, "single.txt", ()),
            ("a.csv", 0, "r-style.txt", ("1*Q6", "write Q6 in the model")),
            ("c-constant.csv", 0, "single.txt", ("'Q1' is constant",)),
            ("d-twins.csv", 0, "single.txt", ("Q2: has the same answers as Q1",)),
            ("e-missing.csv", 150, "single.txt", ()),
            ("f-tiny.csv", 0, "single.txt", ("6 usable rows", "at least 8")),
            ("g-chinese.csv", 150, "chinese.txt", ()),
        ]
    ),
    Trial("path-model", f"{MODELS}/chinese.txt"),
    Trial("path-model", f"{MODELS}/loop.txt", refused=("line 5", "the paths form a cycle")),
    Trial("path-model", f"{MODELS}/r-style.txt"),
    Trial("path-model", f"{MODELS}/shared-item.txt", refused=("'Q2'", "already in block 'Image'")),
    Trial("path-model", f"{MODELS}/single.txt"),
    Trial("offers", "16-more/offers.csv", 7),
    Trial("offers", "16-more/offers-mmss.csv", 7, ("minutes and seconds",),
          same="16-more/offers.csv"),
    Trial("offers", "16-more/offers-percent.csv", 7, ("7 numbers have a percent sign",),
          same="16-more/offers.csv"),
    Trial("offers", "16-more/plain.csv", 3),
    Trial("offers", "16-more/semi.csv", 3, (f"'1.200' was read as 1200: {POINT}",),
          same="16-more/plain.csv"),
    Trial("offers", "16-more/tab.tsv", 3, (f"'1,200' was read as 1200: {COMMA}",),
          same="16-more/plain.csv"),
    Trial("enquiries", "16-more/enquiries.csv", 120),
    Trial("enquiries", "20-own-data-min/enq.csv", 300),
    Trial("applications", "16-more/funnel.csv", 594),
    Trial("applications", "20-own-data-min/steps.csv", refused=("2 sessions", "at least 10")),
    Trial("responses", "20-own-data-min/eff.csv", refused=("effort: is 0 in all rows",)),
]  # fmt: skip
TRIALS = SURVEYS + COMPLAINTS + CONTACTS + OTHERS
NOTEBOOKS, STUDIES = "13-notebook", "15-study"


def checked(trial):
    """Read the file of a trial, with its own mapping and what the trial changes in it."""
    path = FOLDER / trial.file
    source = path
    if trial.mapped:
        beside = path.with_name(f"{path.stem}.columns.yaml")
        entry = yaml.safe_load(beside.read_text(encoding="utf-8")) if beside.is_file() else {}
        source = Source(path, entry | trial.mapped)
    options = {name: FOLDER / MODELS / file for name, file in trial.options.items()}
    return load.check(catalogue.dataset(trial.dataset), source, **options)


def test_no_file_of_the_trials_is_missed():
    files = {
        file.relative_to(FOLDER).as_posix()
        for file in FOLDER.glob("*/*")
        if not file.name.endswith(".columns.yaml")
    }
    other = {file for file in files if file.startswith((NOTEBOOKS, STUDIES))}
    assert {trial.file for trial in TRIALS} == files - other


@pytest.mark.parametrize("trial", TRIALS, ids=lambda each: f"{each.dataset}-{each.file}")
def test_a_file_as_people_have_it(trial):
    reading = checked(trial)
    problems = " ".join(map(str, reading.problems))
    assert bool(reading.problems) == bool(trial.refused), problems
    assert [words for words in trial.refused if words not in problems] == []
    notes = " ".join(map(str, reading.notes))
    assert [words for words in trial.says if words not in notes] == []
    if not trial.refused:
        assert len(reading.frame) == trial.rows
    if trial.same:
        other = checked(Trial(trial.dataset, trial.same)).frame
        pd.testing.assert_frame_equal(reading.frame, other, check_dtype=False)


def frame(dataset, file):
    return checked(Trial(dataset, file)).frame


def test_words_that_mean_nothing_elsewhere_are_names_here():
    assert frame("survey", "16-more/na-segment.csv")["segment"].value_counts().to_dict() == {
        "NA": 50, "EU": 50, "None": 50
    }  # fmt: skip
    assert list(frame("survey", "16-more/na.csv")["segment"]) == ["NA", "EU", "NA"]
    assert (frame("enquiries", "16-more/enquiries.csv")["topic"] == "None").sum() == 28
    assert "none" in set(frame("panel", "08-panel/c-none.csv")["state"])
    assert "试用" in set(frame("panel", "08-panel/g-chinese-states.csv")["state"])


def test_only_what_a_column_declares_as_missing_is_missing():
    mapped = {"missing": {"overall": [0], "items": [0]}}
    answers = checked(Trial("survey", "20-own-data-min/m.csv", mapped=mapped)).frame
    assert answers.isna().sum().to_dict() == {
        "segment": 0, "safety_1": 40, "choice_1": 0, "overall": 50
    }  # fmt: skip
    assert set(answers["segment"]) == {"1", "2", "6"}


def test_times_keep_their_zone_their_seconds_and_their_milliseconds():
    assert str(frame("complaints", "06-complaint-log/f-zulu.csv")["received"][0])[:16] == (
        "2026-01-05 16:00"  # 08:00 UTC, in the zone of the run
    )
    fine = frame("complaints", "06-complaint-log/m-milliseconds.xlsx")["received"][1]
    assert str(fine).endswith("17:18:01.137000")
    hours = frame("complaints", "06-complaint-log/n-hhmmss.csv")["repair_hours"]
    assert hours[13] == pytest.approx(8 + 42 / 60 + 59 / 3600, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a", ["removed_day is '2025-10-01'", "put it in quotes"]),
        ("b", ["010 at line 4", "put it in quotes"]),
        ("c", ["12:30 at line 4", "put it in quotes"]),
        ("d", ["010 at line 4", "put it in quotes"]),
        ("e", ["budget_days is -5", "at least 0"]),
    ],
)
def test_a_study_that_yaml_would_read_as_another_is_refused(name, words):
    with pytest.raises(RequestError) as caught:
        study_from_file(FOLDER / STUDIES / f"{name}.yaml", dataset_of)
    assert [each for each in words if each not in str(caught.value)] == []


def test_a_notebook_of_anybody_is_read_or_refused():
    books = {file.stem: file for file in sorted((FOLDER / NOTEBOOKS).glob("*.ipynb"))}
    for name in ("old-style", "union"):
        with pytest.raises(RequestError, match="parameters cell, line 1: write"):
            workbook.read(books.pop(name))
    assert set(books) == {"equals", "failing", "killed", "late-parameters", "no-parameters"}
    read = {name: workbook.read(file) for name, file in books.items()}
    assert read["no-parameters"].parameters == ()
    assert [each.default for each in read["equals"].parameters if "=" in str(each.default)]


def test_a_repeat_window_longer_than_the_log_does_not_fail_in_mid_run():
    file = FOLDER / "20-own-data-min" / "enq.csv"
    planned = run_from_arguments("05", {"enquiries": str(file)}, dataset_of)
    check_data([planned])
