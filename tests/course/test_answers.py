"""A class's files on one page: what is counted, and what no file can do."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.course.answers import class_page, read
from cemlib.report.errors import RequestError
from cemlib.teach import record
from cemlib.teach.record import COLUMNS

HOSTILE = "<script>alert(1)</script>=HYPERLINK(A1)"


def save(path, rows):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


@pytest.fixture
def folder(tmp_path):
    """Twenty learners: each is right in the first exercise with the probability 0.7."""
    rng = np.random.default_rng(4)
    for number in range(20):
        right = rng.random() < 0.7
        rows = [
            (
                "exercise",
                "By hand",
                "right" if right else "wrong",
                int(rng.integers(1, 4)),
                "1",
                "",
            ),
            ("exercise", "Rewrite it", "shown", 1, "It goes with satisfaction.", ""),
            ("rating", "Respect", "", 1, f"{50 + number}", "44.5"),
            ("pick", "Ms Yang, step 1", "", 1, "Wait" if number % 4 else "Call", "Call"),
        ]
        save(tmp_path / f"learner-{number:02d}.csv", rows)
    return tmp_path


def table(page, caption):
    """Return the rows of a table of the page, cell by cell."""
    [head] = [each for each in BeautifulSoup(page, "html.parser")("h2") if each.text == caption]
    rows = head.find_next("tbody")("tr")
    return [[cell.get_text(strip=True) for cell in row(["th", "td"])] for row in rows]


def test_a_class_of_twenty_is_counted(folder):
    answers = read(folder)
    page = class_page(answers)
    first = [each for each in answers if each.item == "By hand"]
    right = sum(each.state == "right" for each in first)
    tries = sum(each.tries for each in first) / 20
    assert table(page, "Exercises") == [
        ["By hand", "20", str(right), "0", "0", f"{tries:.1f}"],
        ["Rewrite it", "20", "0", "20", "0", "1.0"],
    ]
    assert table(page, "Ratings beside the customers' view") == [
        ["Respect", "20", "50", "59.5", "69", "44.5"]
    ]
    assert table(page, "Decisions") == [
        ["Ms Yang, step 1", "Wait", "15", ""],
        ["Ms Yang, step 1", "Call", "5", "yes"],
    ]
    assert [row[0] for row in table(page, "Learners")][:2] == ["learner-00", "learner-01"]


def test_what_a_workbook_saves_is_read(outputs_of, folder, monkeypatch):
    monkeypatch.setattr(record, "_entries", {})
    outputs_of(
        "from cemlib import teach\n"
        "teach.check('By hand', 2, 3, hints='Count.')\n"
        "teach.check('By hand', 3, 3)\n"
        "teach.check('Later', ..., 3)"
    )
    [said] = outputs_of("teach.progress('mine.csv')")
    assert said.data["text/plain"] == "2 exercises: 1 right, 1 open; 2 answers tried."
    assert 'download="mine.csv"' in said.data["text/html"]
    save(folder / "mine.csv", record.entries().to_numpy().tolist())
    mine = [each for each in read(folder) if each.learner == "mine"]
    assert [(each.item, each.state, each.tries, each.answer) for each in mine] == [
        ("By hand", "right", 2, "3"),
        ("Later", "open", 0, ""),
    ]


def test_files_of_one_name_in_folders_are_told_apart(folder):
    for name in ("anna", "ben"):
        (folder / name).mkdir()
        save(folder / name / "my-answers-01.csv", [("exercise", "By hand", "right", 1, "1", "")])
    learners = {each.learner for each in read(folder)}
    assert {"anna/my-answers-01", "ben/my-answers-01"} <= learners


@pytest.mark.parametrize("rating", ["nan", "inf", "-inf", "1e999", "much"])
def test_a_rating_that_is_no_number_is_left_out_of_the_spread(folder, rating):
    save(folder / "odd.csv", [("rating", "Respect", "", 1, rating, "44.5")])
    [row] = table(class_page(read(folder)), "Ratings beside the customers' view")
    assert row == ["Respect", "21", "50", "59.5", "69", "44.5"]


def test_a_file_is_data(folder):
    save(folder / "hostile.csv", [("exercise", HOSTILE, "right", 1, HOSTILE, "")])
    page = class_page(read(folder))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;=HYPERLINK(A1)" in page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "the columns are not kind, item, state"),
        (b"", "the columns are not"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"kind,item,state,tries,answer,beside\nexam,a,right,1,2,\n", "line 2 is not one"),
        (b"kind,item,state,tries,answer,beside\nexercise,a,right,-1,2,\n", "line 2 is not one"),
        (b"kind,item,state,tries,answer,beside\nexercise,a,best,1,2,\n", "line 2 has the state"),
        (
            b"kind,item,state,tries,answer,beside\nexercise,a,right," + b"9" * 5000 + b",2,\n",
            "line 2 is not one",
        ),
        (b"x" * 1_000_001, "no file of at most 1,000,000 bytes"),
    ],
)
def test_other_files_are_refused_by_name(folder, content, message):
    (folder / "other.csv").write_bytes(content)
    with pytest.raises(RequestError, match=rf"other\.csv: {message}"):
        read(folder)


def test_the_command_writes_a_page_or_says_what_is_missing(folder, tmp_path):
    out = tmp_path / "page.html"
    result = CliRunner().invoke(main, ["class", str(folder), "-o", str(out)])
    assert (result.exit_code, result.output) == (0, f"{out}\n")
    assert "20 learners" in out.read_text(encoding="utf-8")
    result = CliRunner().invoke(main, ["class", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "holds no CSV file" in result.output
