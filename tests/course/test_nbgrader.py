"""A learner's edition handed out, collected and graded by nbgrader itself."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from cemlib.course import editions, nbgrader
from cemlib.report.plan.workbook import find
from cemlib.report.run import canonical

SLUG = "03-satisfaction-experiments"


@pytest.fixture
def course(tmp_path):
    """Make a course of one workbook; return a function that runs a command of nbgrader in it."""
    folder = tmp_path / "course"
    own = {name: str(tmp_path / name) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **own, "PATH": path}
    nbgrader.write(folder, [find(SLUG)])
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.Exchange.root = {str(exchange)!r}\n")

    def run(*arguments, cwd=folder):
        done = subprocess.run(
            ["nbgrader", *arguments], cwd=cwd, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    return folder, run


def answered(learners, path):
    """Write a learner's notebook with the solutions filled in."""
    solutions = {cell.id: cell.source for cell in canonical.read(find(SLUG).path).cells}
    notebook = nbformat.read(learners, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solutions[cell.id]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def test_nbgrader_assigns_collects_and_grades(course, tmp_path):
    folder, run = course
    run("generate_assignment", SLUG, "--create")
    run("release_assignment", SLUG)
    desk = tmp_path / "desk"
    desk.mkdir()
    shutil.copy(folder / "nbgrader_config.py", desk)
    run("fetch_assignment", SLUG, cwd=desk)
    file = f"{SLUG}.ipynb"
    handed_out = desk / SLUG / file
    answered(handed_out, handed_out)
    run("submit", SLUG, cwd=desk)
    run("collect", SLUG)
    blank = folder / "submitted" / "blank" / SLUG / file
    blank.parent.mkdir(parents=True)
    shutil.copy(folder / "release" / SLUG / file, blank)
    run("autograde", SLUG)
    run("export")
    with (folder / "grades.csv").open() as grades:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(grades)}
    committed = canonical.read(find(SLUG).path)
    count = sum(not each.is_reviewed for each in editions.exercises(committed))  # marked at once
    assert len(scores) == 2
    assert scores.pop("blank") == "0.0"
    assert set(scores.values()) == {f"{count}.0"}
