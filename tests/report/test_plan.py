from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cemlib.report.errors import RequestError
from cemlib.report.plan import replicates
from cemlib.report.plan.study import run_from_arguments, study_from_file

RANDOM = {
    "cell_type": "code",
    "metadata": {"tags": ["parameters"]},
    "source": "seed: int = 7  # of the numbers\nshare: float = 0.5  # of the cake",
}


@pytest.fixture
def home(home):
    """Return the home with a workbook of random numbers as well."""
    cells = [{"cell_type": "markdown", "source": "# 02-Random"}, RANDOM]
    (home / "notebooks" / "02-random.ipynb").write_text(json.dumps({"cells": cells}))
    return home


@pytest.fixture
def study(home):
    """Return a function that plans a study from its text."""

    def read(text):
        path = home / "reports" / "week one.yaml"
        path.write_text(text)
        return study_from_file(path)

    return read


def problems_of(action, *arguments):
    with pytest.raises(RequestError) as refusal:
        action(*arguments)
    return refusal.value.problems


def test_arguments_are_resolved_with_defaults(home):
    run = run_from_arguments("01", {"budget_days": "40", "resamples": "100"})
    assert run.slug == "01-rights"
    assert run.parameters == {
        "budget_days": 40.0,
        "resamples": 100,
        "strict": False,
        "cut": "mean",
        "survey": "",
        "practices": "",
    }
    assert run.changed == ("budget_days",)
    assert run.injected == {"budget_days": 40.0}


def test_every_problem_of_a_request_is_listed(home):
    problems = problems_of(
        run_from_arguments,
        "01",
        {"budget_dyas": "40", "resamples": "many", "survey": "nowhere.csv"},
    )
    assert problems == (
        "01-rights: there is no parameter 'budget_dyas'; did you mean 'budget_days'?",
        "01-rights: resamples is 'many', but must be a whole number",
        "01-rights: survey is 'nowhere.csv', but that file does not exist",
    )


def test_data_files_are_known_by_bare_names(home, tmp_path, monkeypatch):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("1")
    monkeypatch.chdir(tmp_path)
    run = run_from_arguments("01", {"survey": "a/x.csv", "practices": str(tmp_path / "b/x.csv")})
    assert run.parameters["survey"] == "x.csv"
    assert run.parameters["practices"] == "practices-x.csv"
    assert run.files == {
        "x.csv": tmp_path / "a" / "x.csv",
        "practices-x.csv": tmp_path / "b" / "x.csv",
    }


def test_a_list_of_runs(study):
    found = study("""
title: The course
runs:
  - workbook: 00-start
  - workbook: 01-rights
  - {workbook: 01-rights, title: More money, parameters: {budget_days: 40}}
""")
    assert (found.title, found.slug) == ("The course", "week-one")
    assert [run.slug for run in found.runs] == ["00-start", "01-rights", "01-rights-2"]
    assert [run.title for run in found.runs] == ["00-Start", "01-Rights", "More money"]
    assert found.runs[2].parameters["budget_days"] == 40.0


def test_a_grid_is_every_combination(study):
    found = study("""
title: How much?
workbook: 01-rights
parameters: {resamples: 50}
grid: {budget_days: [10, 20.5], cut: [mean, "a/b"]}
""")
    assert [run.slug for run in found.runs] == [
        "budget_days-10-cut-mean",
        "budget_days-10-cut-a-b",
        "budget_days-20.5-cut-mean",
        "budget_days-20.5-cut-a-b",
    ]
    assert found.runs[0].title == "budget_days 10, cut mean"
    assert all(run.parameters["resamples"] == 50 for run in found.runs)


def test_runs_may_have_grids_of_their_own(study):
    found = study("""
title: Two workbooks
runs:
  - workbook: 00-start
  - {workbook: 01-rights, grid: {budget_days: [10, 20]}}
  - {workbook: 02-random, title: At random, replicates: 2}
""")
    assert {run.slug: run.title for run in found.runs} == {
        "00-start": "00-Start",
        "01-rights-budget_days-10": "01-Rights: budget_days 10",
        "01-rights-budget_days-20": "01-Rights: budget_days 20",
        "02-random-r001": "At random, replicate 1",
        "02-random-r002": "At random, replicate 2",
    }
    assert [run.grid for run in found.runs[:2]] == [(), ("budget_days",)]


def test_replicates_have_seeds_of_their_own_the_same_at_every_point(study):
    text = "{title: t, workbook: 02-random, grid: {share: [0, 1]}, replicates: 3}"
    runs = study(text).runs
    assert [run.slug for run in runs] == [
        *("share-0-r001", "share-0-r002", "share-0-r003"),
        *("share-1-r001", "share-1-r002", "share-1-r003"),
    ]
    assert [run.replicate for run in runs] == [1, 2, 3] * 2
    seeds = [run.parameters["seed"] for run in runs]
    assert seeds[:3] == seeds[3:] == replicates.seeds(7, 3)
    assert len(set(seeds)) == 3
    assert runs[0].injected == {"share": 0.0, "seed": seeds[0]}
    other = study(text.replace("replicates", "parameters: {seed: 8}, replicates")).runs
    assert not set(seeds) & {run.parameters["seed"] for run in other}


def test_replicates_alone_are_numbered_with_leading_zeros(study):
    runs = study("{title: t, workbook: 02-random, replicates: 1000}").runs
    assert runs[0].slug == "02-random-r0001"
    assert runs[-1].title == "02-Random, replicate 1000"


def test_only_replicates_import_numpy(home):
    text = "{title: t, workbook: 02-random, grid: {share: [0, 1]}}"
    (home / "reports" / "grid.yaml").write_text(text)
    code = (
        "import sys; from pathlib import Path; from cemlib.report.plan.study import study_from_file; "
        "study_from_file(Path(sys.argv[1])); print('numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(home / "reports" / "grid.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_what_the_page_shows_is_part_of_the_study(study):
    found = study(
        "{title: t, workbook: 02-random, replicates: 2, findings: [mean], "
        "expected: {covered: 0.95}, truth: {mean: 3}}"
    )
    assert (found.findings, found.expected) == (("mean",), {"covered": 0.95})
    assert found.truth == {"mean": 3}


def test_combinations_that_look_alike_have_folders_of_their_own(study):
    found = study("{title: t, workbook: 01-rights, grid: {cut: ['a b', 'a/b', 'A-b', '']}}")
    assert len({run.slug.lower() for run in found.runs}) == 4


def test_a_single_run(study):
    found = study("{title: One, workbook: 01-rights, parameters: {strict: true}}")
    assert [run.slug for run in found.runs] == ["01-rights"]
    assert found.runs[0].changed == ("strict",)


def test_data_files_are_relative_to_the_study(study, home):
    (home / "reports" / "answers.csv").write_text("1")
    found = study("{title: t, workbook: 01-rights, parameters: {survey: answers.csv}}")
    assert found.runs[0].files == {"answers.csv": home / "reports" / "answers.csv"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a study must be a mapping"),
        ("[1, 2]", "a study must be a mapping"),
        ("title: t", "give either a workbook or a list of runs"),
        ("{title: t, workbook: 01-rights, runs: []}", "give either"),
        ("{title: t, runs: []}", "at least one run"),
        ("{title: t, runs: [{}]}", "run 1: workbook is missing"),
        ("{title: t, runs: [01-rights]}", "run 1: a run must be a mapping"),
        ("{title: t, runs: [{workbook: 01-rights, gird: {}}]}", "run 1: .*did you mean 'grid'"),
        ("{title: t, runs: [{workbook: 01-rights, grid: {}}]}", "run 1: grid must be a mapping"),
        ("{title: t, runs: [{workbook: 01-rights}], grid: {}}", "grid belongs in each run"),
        ("{title: 3, workbook: 01-rights}", "title must be a text"),
        ("{title: t, runs: [{workbook: 01-rights}], replicates: 2}", "belongs in each run"),
        (
            "{title: t, workbook: 01-rights, grid: {cut: [a]}, parameters: {cut: b}}",
            "from one of them",
        ),
        ("{title: t, workbook: 01-rights, grid: {budget_days: [1, 1.0]}}", "has 1.0 twice"),
        ("{title: t, workbook: 01-rights, grid: {cut: [[1], [1]]}}", r"cut has \[1\] twice"),
        ("{title: t, workbook: 01-rights, replicates: 0}", "a whole number from 1 to 10,000"),
        ("{title: t, workbook: 01-rights, replicates: 1.5}", "a whole number from 1"),
        ("{title: t, workbook: 01-rights, replicates: true}", "a whole number from 1"),
        ("{title: t, workbook: 01-rights, replicates: 1e9}", "a whole number from 1"),
        ("{title: t, workbook: 01-rights, replicates: 2}", "seed: int.*does not have"),
        (
            "{title: t, workbook: 02-random, replicates: 2, grid: {seed: [1]}}",
            "the grid varies seed",
        ),
        ("{title: t, workbook: 02-random, replicates: 2, parameters: {seed: -1}}", "at least 0"),
        ("{title: t, workbook: 02-random, replicates: 2, parameters: {seed: x}}", "whole number"),
        (f"{{title: t, workbook: 02-random, replicates: 0x1{'0' * 5000}}}", "a huge number"),
        (f"{{title: t, workbook: 02-random, parameters: {{seed: 0x1{'0' * 5000}}}}}", "too large"),
        ("{title: t, workbook: 01-rights, replicate: 2}", "did you mean 'replicates'"),
        ("{title: t, workbook: 01-rights, findings: mean}", "findings must be a list of names"),
        ("{title: t, workbook: 01-rights, expected: [1]}", "expected must be a mapping"),
        ("{title: t, workbook: 01-rights, expected: {mean: .nan}}", "to finite numbers"),
        ("{title: t, workbook: 01-rights, truth: {mean: true}}", "truth must be a mapping"),
        ("{titel: t, workbook: 01-rights}", "did you mean 'title'"),
        ("{title: t, workbook: 01-rigths}", "did you mean '01-rights'"),
        ("{title: t, workbook: ../../x}", "name of a workbook"),
        ("{title: t, workbook: /etc/passwd}", "name of a workbook"),
        ("{title: t, workbook: 'a\\b'}", "name of a workbook"),
        ("{title: t, workbook: 7}", "name of a workbook"),
        ("{title: t, workbook: 01-rights, parameters: [1]}", "mapping of names to values"),
        ("{title: t, workbook: 01-rights, parameters: {1: 2}}", "mapping of names to values"),
        ("{title: t, workbook: 01-rights, grid: {cut: mean}}", "list of at least one value"),
        ("{title: t, workbook: 01-rights, grid: {cut: []}}", "list of at least one value"),
        ("{title: t, workbook: 01-rights, parameters: {budget_days: '40'}}", "a finite number"),
        ("{title: t, workbook: 01-rights, parameters: {budget_days: true}}", "a finite number"),
        ("{title: t, workbook: 01-rights, parameters: {budget_days: .nan}}", "a finite number"),
        ("{title: t, workbook: 01-rights, parameters: {resamples: 2.0}}", "a whole number"),
        ("{title: t, workbook: 01-rights, parameters: {cut: no}}", "a text"),
        ("{title: t, workbook: 01-rights, grid: {survey: [a.csv]}}", "does not exist"),
        ("title: t\ntitle: u\nworkbook: 01-rights", "key 'title' twice"),
        ("title: [", "is not YAML"),
        ("title: \x07", "is not YAML"),
        ("{title: t, workbook: !!python/name:os.system ''}", "is not YAML"),
        ("[" * 5000, "is nested more than 20 deep at line 1"),
    ],
)
def test_a_study_that_is_wrong_is_refused(study, text, message):
    with pytest.raises(RequestError, match=message):
        study(text)


def test_a_bomb_of_aliases_is_refused(study):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(RequestError, match=r"has an alias \(\*\) at line 2"):
        study("\n".join(lines))


def test_a_large_file_is_refused(study):
    with pytest.raises(RequestError, match="has more than 200,000 bytes"):
        study("# " + "x" * 200_000)


def test_a_grid_out_of_hand_is_refused(study):
    hundred = list(range(101))
    grid = f"grid: {{resamples: {hundred}, cut: {hundred}}}"
    with pytest.raises(RequestError, match="10,201 runs, but may have at most 10,000"):
        study(f"{{title: t, workbook: 01-rights, {grid}}}")
    with pytest.raises(RequestError, match="102,010,000 runs"):
        study(f"{{title: t, workbook: 01-rights, {grid}, replicates: 10000}}")
    runs = ", ".join(["{workbook: 01-rights, replicates: 6000}"] * 2)
    with pytest.raises(RequestError, match="12,000 runs"):
        study(f"{{title: t, runs: [{runs}]}}")


def test_every_problem_of_a_study_is_listed_once(study):
    problems = problems_of(
        study,
        """
title: t
runs:
  - {workbook: 01-rights, parameters: {budget_dyas: 1, cut: 3}}
  - {workbook: 09-none}
  - {workbook: 09-none}
""",
    )
    assert [problem.split(";")[0] for problem in problems] == [
        "week one.yaml: 01-rights: there is no parameter 'budget_dyas'",
        "week one.yaml: 01-rights: cut is 3, but must be a text",
        "week one.yaml: there is no workbook '09-none'",
    ]
