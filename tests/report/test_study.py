"""The studies in reports/, and invalid study files; test_plan.py tests grids."""

from __future__ import annotations

from pathlib import Path

import pytest

from cemlib.report.errors import RequestError
from cemlib.report.plan import study_file
from cemlib.report.plan.study import study_from_file

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "week.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_studies_can_be_planned(path):
    planned = study_from_file(path)
    assert len({run.slug for run in planned.runs}) == len(planned.runs)
    assert all(len(run.slug) < 50 for run in planned.runs)


def test_our_studies_are_a_course_a_grid_and_replicates():
    budget = study_from_file(study_file.locate("budget"))
    assert {run.grid for run in budget.runs} == {("budget_days", "call_centre_only")}
    coverage = study_from_file(study_file.locate("coverage"))
    assert len(coverage.runs) == 200
    assert len({run.parameters["seed"] for run in coverage.runs}) == 200
    assert coverage.expected == {"coverage": 0.95}


def test_a_study_of_one_workbook_is_a_list_of_one_run(file):
    content = study_file.load(file("{title: t, workbook: a, grid: {x: [1, 2]}, replicates: 3}"))
    assert content["runs"] == [{"workbook": "a", "grid": {"x": [1, 2]}, "replicates": 3}]
    assert study_file.size(content["runs"][0]) == 6


def test_all_problems_are_reported_together(file):
    text = """
titel: t
workbook: ../../x
replicates: -1
parameters: {x: 1}
grid: {x: [1, 1], y: [], z: 3}
findings: {a: 1}
expected: {a: .inf}
"""
    with pytest.raises(RequestError) as refusal:
        study_file.load(file(text))
    assert [problem.removeprefix("week.yaml: ") for problem in refusal.value.problems] == [
        "there is no key 'titel'; did you mean 'title'?",
        "title is missing",
        "workbook is '../../x', but must be the name of a workbook, without a folder",
        "replicates is -1, but must be a whole number from 1 to 10,000",
        "x is in both parameters and grid; remove it from one of them",
        "grid: x has 1 twice",
        "grid: y must be a list of at least one value",
        "grid: z must be a list of at least one value",
        "findings must be a list of names",
        "expected must be a mapping of names of findings to finite numbers",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\xfe\x00", "is not YAML"),
        ("title: t\n" * 2, "has the key 'title' twice, again at line 2"),
        ("{title: t, workbook: a, grid: {x: [1], x: [2]}}", "key 'x' twice"),
        ("a: &a [1]\nb: *a", r"has an alias \(\*\) at line 2"),
        ("{title: t, workbook: a, <<: {grid: {}}}", r"has a merge key \(<<\) at line 1"),
        (
            "{title: t, workbook: a, grid: {[1]: [2]}}",
            "has a key that is neither text nor a number",
        ),
        ("title: 2026-01-01\nworkbook: a", "title must be a text"),
        ("- title: t", "a study must be a mapping"),
        ("--- {title: t}\n--- {title: u}", "is not YAML"),
        ("x" * 200_001, "has more than 200,000 bytes"),
        ("{a: " * 5_000, "is nested more than 20 deep at line 1"),
    ],
)
def test_an_invalid_study_file_is_refused(file, text, message):
    with pytest.raises(RequestError, match=message):
        study_file.load(file(text))


def test_a_mapping_of_thousands_of_keys_is_read_quickly(file):
    text = "title: t\nworkbook: a\nparameters: {" + ", ".join(f"p{n}: 1" for n in range(9000)) + "}"
    assert len(study_file.load(file(text))["runs"][0]["parameters"]) == 9000
