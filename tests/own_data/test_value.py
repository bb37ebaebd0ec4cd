"""Workbook 05 on own data: each dataset by itself, and the files that are refused."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from cemlib.catalogue import problems
from cemlib.cli import main
from cemlib.studies.value.datasets import read
from cemlib.studies.value.qa_sheet import COLUMNS, quality_sheet, sheet_bytes

WORKBOOK = "05-service-value"
QUICK = ["-p", "resamples", "50", "-p", "branches", "3"]


def run(folder, *more):
    return CliRunner().invoke(main, ["run", WORKBOOK, *QUICK, *more, "-o", str(folder)])


def filled(questions=20, judged=30):
    """Return the sheet as a team hands it back: some rows judged, the others as they came."""
    rng = np.random.default_rng(4)
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(questions)))
    column = {name: at for at, name in enumerate(COLUMNS)}
    for number, row in enumerate(book["answers"].iter_rows(min_row=2)):
        if number >= 2 * judged:
            break
        row[column["agent"]].value = f"agent {(number // 2) % 7}"
        row[column["gist"]].value = str(rng.choice(["A", "B"]))
        row[column["correct"]].value = str(rng.choice(["yes", "Yes", "no"]))
        row[column["hedged"]].value = str(rng.choice(["yes", "no", "否"]))
        row[column["integrated"]].value = str(rng.choice(["yes", "no"]))
        row[column["fit"]].value = int(rng.integers(1, 6))
    return book


def test_sheet_is_the_same_each_time_and_says_how_to_fill_it_in():
    first, again = sheet_bytes(5), sheet_bytes(5)
    assert first == again
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert [cell.value for cell in book["answers"][1]] == list(COLUMNS)
    assert book["answers"].max_row == 1 + 5 * 2 * 2
    rules = {row[0].value for row in book["rules"].iter_rows(min_row=2)}
    assert rules == set(COLUMNS)
    lists = book["answers"].data_validations.dataValidation
    assert sorted(each.type for each in lists) == ["list", "list", "list", "whole"]
    link = quality_sheet(5)
    assert repr(link) == "qa-sheet.xlsx: 20 rows."
    assert "spreadsheetml.sheet;base64,UEsD" in link.to_html()


def test_the_filled_sheet_feeds_back(tmp_path):
    file = tmp_path / "qa-sheet.xlsx"
    filled().save(file)
    assert problems("answers", file) == []
    source = read("answers", file)
    assert source.frame["answer"].nunique() == 30
    assert set(source.frame["correct"]) == {0.0, 1.0}
    assert any("20 rows are not judged yet" in note for note in source.notes)
    result = run(tmp_path / "out", "--data", f"answers={file}")
    assert result.exit_code == 0, result.output
    assert "share_reliable" in result.output
    assert "alpha_hedged" in result.output
    assert "policy_effect_hedged" not in result.output  # one policy only: nothing to compare
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "the effect of a quality policy is left out" in report
    assert "intervals cover the true value" not in report


def test_an_empty_sheet_and_a_nameless_agent_are_refused(tmp_path):
    empty = tmp_path / "empty.xlsx"
    empty.write_bytes(sheet_bytes(5))
    faults = problems("answers", empty)
    assert [fault.column for fault in faults] == ["correct", "hedged", "agent"]
    book = filled()
    book["answers"]["C3"].value = None
    file = tmp_path / "nameless.xlsx"
    book.save(file)
    (fault,) = problems("answers", file)
    assert (fault.row, fault.column) == (3, "agent")


def test_two_hundred_offers_without_types(tmp_path):
    rng = np.random.default_rng(2)
    offers = pd.DataFrame({"offer": [f"offer {n}" for n in range(200)]})
    offers["share"], offers["seconds"] = rng.pareto(1.5, 200) + 0.05, rng.integers(8, 40, 200)
    file = tmp_path / "prices.csv"
    offers.to_csv(file, index=False)
    result = run(tmp_path / "out", "--data", f"offers={file}")
    assert result.exit_code == 0, result.output
    over = float(result.output.split("menu_above_bound: ")[1].split(" ")[0])
    assert 0 <= over < 2
    assert "A menu within 0.3% of the best takes" in (tmp_path / "out/report.html").read_text(
        encoding="utf-8"
    )


def test_choices_enquiries_hands_and_views_of_ones_own(tmp_path):
    from cemlib.studies.value.operator.choices import simulate_choices
    from cemlib.studies.value.operator.enquiries import enquiries
    from cemlib.studies.value.operator.value_map import simulate_value_map

    rng = np.random.default_rng(3)
    drawn = simulate_choices(80, rng).drop(columns="segment")
    drawn["chosen"] = drawn["chosen"].map({True: "是", False: "否"})
    files = {"choices": drawn}
    people = pd.DataFrame({"customer": [f"K{n}" for n in range(400)], "plan_fee": 99})
    log = enquiries(people, rng)["enquiries"]
    files["enquiries"] = log[["customer", "topic", "time"]]
    files["value_map"] = simulate_value_map(120, rng)[["speed", "function", "loyalty", "profit"]]
    files["hands"] = pd.DataFrame(
        {
            "face": [20, 20, 100, 100], "condition": ["fresh", "torn"] * 2,
            "hands": [20, 9, 25, 20], "people": 30,
        }
    )  # fmt: skip
    options = []
    for name, frame in files.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        options += ["--data", f"{name}={tmp_path / name}.csv"]
    result = run(tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    assert "willingness_to_pay" in result.output
    assert "advice_regret" not in result.output
    assert "willingness_to_pay_prepaid" not in result.output
    assert "explained_loyalty" in result.output
    assert "explained_satisfaction" not in result.output
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    for words in ("No column segment", "torn", "Not measured: visibility, access"):
        assert words in report, words


def write(tmp_path, frame):
    file = tmp_path / "own.csv"
    frame.to_csv(file, index=False)
    return file


CHOICE = pd.DataFrame(
    {
        "respondent": ["a"] * 4 + ["b"] * 2, "task": [1, 1, 2, 2, 1, 1],
        "alternative": [1, 2] * 3, "price": [5.0, 3, 8, 2, 5, 3], "days": [1.0, 3, 1, 5, 1, 3],
        "chosen": ["yes", "no", "no", "yes", "yes", "no"],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "frame", "row", "words"),
    [
        ("choices", CHOICE.assign(chosen="no"), 2, "0 of them chosen"),
        ("choices", CHOICE.drop(1), 2, "which has 1 row"),
        ("choices", CHOICE.assign(days=[None, *CHOICE["days"][1:]]), 2, "not both"),
        ("choices", CHOICE.iloc[:4], 0, "one respondent"),
        ("value-map", pd.DataFrame({"speed": range(40), "profit": 1}), 0, "1 measure of the cust"),
        (
            "value-map",
            pd.DataFrame(1.0, index=range(9), columns=["speed", "access", "profit", "loyalty"]),
            0,
            "9 rows with measures",
        ),
        (
            "enquiries",
            pd.DataFrame(
                {
                    "customer": range(30), "topic": "fee", "time": "2026-03-01T10:00",
                    "advised": [40.0, 60] * 15, "best": 50,
                }
            ),
            2,
            "costs less than the best",
        ),
        (
            "enquiries",
            pd.DataFrame({"customer": range(3), "topic": "fee", "time": "2026-03-01T10:00"}),
            0,
            "3 enquiries",
        ),
        (
            "hands",
            pd.DataFrame({"face": [20], "condition": "fresh", "hands": [31], "people": [30]}),
            2,
            "more hands than people",
        ),
        ("offers", pd.DataFrame({"offer": ["a"], "share": [0], "seconds": [5]}), 2, "0"),
    ],
)  # fmt: skip
def test_refuses_with_row_and_reason(tmp_path, name, frame, row, words):
    faults = problems(name, write(tmp_path, frame))
    assert faults
    assert faults[0].row == row
    assert words in str(faults[0])
