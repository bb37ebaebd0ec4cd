"""The page of coverage says what the recovery tests count, and nothing else."""

import ast
import json
import re
import sys

import numpy as np
import pytest

from tests.recovery import replicates, table


def row(estimator, counted, **others):
    base = {
        "workbook": "09",
        "estimator": estimator,
        "condition": "drawn at random",
        "nominal": 0.95,
        "counted": counted,
        "error": 0.01,
        "lowest": counted,
        "quantities": 1,
        "replicates": 200,
        "complete": True,
        "told": "",
        "mistake": False,
        "test": "test_any.py::test_it",
    }
    return base | others


ROWS = [
    row("sound", 0.945),
    row("narrow", 0.87, told="It covers 87 times in 100."),
    row("crude", 0.2, mistake=True),
    row("silent", 0.8, complete=False),
]


def written(folder, *files):
    folder.mkdir()
    for number, rows in enumerate(files):
        lines = "".join(json.dumps(each) + "\n" for each in rows)
        (folder / f"gw{number}-1.jsonl").write_text(lines, encoding="utf-8")
    return table.page(table.counts(folder))


def test_the_same_counts_give_the_same_page_from_any_number_of_processes(tmp_path):
    one = written(tmp_path / "one", ROWS)
    assert written(tmp_path / "two", ROWS[2:][::-1], ROWS[:2][::-1]) == one
    assert written(tmp_path / "again", ROWS, ROWS[:1]) == one


def test_two_counts_of_one_row_are_refused(tmp_path):
    with pytest.raises(ValueError, match="counted twice"):
        written(tmp_path / "one", ROWS, [row("sound", 0.9)])


def test_what_covers_too_rarely_stands_at_the_top_with_what_the_reader_is_told(tmp_path):
    text = written(tmp_path / "one", ROWS)
    below, rest = text.split(table.OTHERS)
    others, mistakes = rest.split(table.MISTAKES)
    assert re.findall(r"^\| 09 \| (\w+)", below, re.M) == ["narrow", "silent"]
    assert "| It covers 87 times in 100. |" in below
    assert "200 (quick count) | `test_any.py::test_it` | nothing yet |" in below
    assert re.findall(r"^\| 09 \| (\w+)", others, re.M) == ["sound"]
    assert re.findall(r"^\| 09 \| (\w+)", mistakes, re.M) == ["crude"]


@pytest.mark.parametrize(
    ("counted", "others", "expected"),
    [
        (0.92, {}, False),  # P(X ≤ 184) = 0.044 for 200 samples
        (0.90, {}, True),  # P(X ≤ 180) = 0.003
        (0.92, {"replicates": 6000}, True),
        (0.93, {"quantities": 9, "error": 0.003, "lowest": 0.92}, True),  # by its mean
        (0.948, {"quantities": 9, "lowest": 0.93}, False),
        (0.948, {"quantities": 9, "lowest": 0.88}, True),  # by its lowest
    ],
)
def test_below_means_by_more_than_sampling_error(counted, others, expected):
    assert table.below(row("any", counted, **({"lowest": counted} | others))) is expected


def test_a_count_is_written_only_where_asked_and_else_must_be_on_the_page(tmp_path, monkeypatch):
    hits = np.array([[True, False], [True, True]])
    monkeypatch.delenv("CEMLIB_COVERAGE", raising=False)
    with pytest.raises(AssertionError, match="make recovery"):
        replicates.record("09", "unheard of", hits)
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("CEMLIB_COVERAGE", str(tmp_path))
    replicates.record("09", "unheard of", hits)
    (counted,) = table.counts(tmp_path)
    assert (counted["counted"], counted["lowest"], counted["replicates"]) == (0.75, 0.5, 2)
    assert counted["error"] == pytest.approx(0.25 / np.sqrt(2), abs=1e-6)
    assert counted["test"] == f"test_coverage.py::{sys._getframe().f_code.co_name}"


def calls(function):
    nodes = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {node.func.id for node in nodes if isinstance(node.func, ast.Name)}


def recovery(root):
    for path in sorted((root / "tests/recovery").glob("test_*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_the_page_names_every_test_that_counts_coverage_and_no_other(root):
    counting = set()
    for path, tree in recovery(root):
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        helpers = {each.name for each in functions if "record" in calls(each)} | {"record"}
        for each in functions:
            if each.name.startswith("test_") and calls(each) & helpers:
                counting.add(f"{path.name}::{each.name}")
    named = set(re.findall(r"`(test_\w+\.py::\w+)`", replicates.page()))
    assert named == counting


def test_what_readers_are_told_stands_in_the_workbooks_or_their_words(root):
    paths = [*(root / "cemlib").rglob("words*"), *(root / "notebooks").glob("*.ipynb")]
    paths = [file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])]
    paths = [path for path in paths if path.suffix in (".py", ".ipynb")]
    words = " ".join(path.read_text(encoding="utf-8") for path in paths)
    words = re.sub(r'"\s*\n\s*"', "", words)
    told = set()
    for _, tree in recovery(root):
        constants, names = {}, set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                constants[getattr(node.targets[0], "id", "")] = node.value.value
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                names |= {each.value.id for each in node.keywords if each.arg == "told"}
        told |= {constants[name] for name in names}
    assert told
    assert [sentence for sentence in told if sentence not in words] == []
