"""Only what changed runs again: a workbook's fingerprint covers the code it can reach."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import cemlib
from cemlib import cli
from cemlib.report import build
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.imports import Sources
from cemlib.report.plan.study import default_run, study_from_file
from cemlib.report.plan.study_file import locate
from cemlib.report.plan.workbook import workbooks
from tests.report.test_cache import Fake


@pytest.fixture
def package(tmp_path):
    """Return a copy of the package that can be edited."""
    ignored = shutil.ignore_patterns("__pycache__", "home")
    shutil.copytree(Path(cemlib.__file__).parent, tmp_path / "cemlib", ignore=ignored)
    return tmp_path / "cemlib"


def touch(path):
    with path.open("a", encoding="utf-8") as file:
        file.write("\n# touched\n")


def workbooks_changed_by(package, *names):
    """Return which workbooks have another fingerprint after an edit of files of the package."""
    runs = [default_run(book) for book in workbooks()]
    before = {run.slug: Fingerprints(package).of(run) for run in runs}
    for name in names:
        touch(package / name)
    after = Fingerprints(package)
    return [run.slug for run in runs if after.of(run) != before[run.slug]]


def test_an_edit_of_a_study_reruns_its_workbook_and_the_last(package, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "Fingerprints", lambda: Fingerprints(package))
    out = tmp_path / "out"
    course = study_from_file(locate("course"))
    build.build(course, out, executor=Fake())
    touch(package / "studies" / "repair" / "golden_time.py")
    shown = CliRunner().invoke(cli.main, ["build", "--dry-run", "-o", str(out)])
    lines = [line.strip() for line in shown.output.splitlines() if "cemlib changed" in line]
    assert lines == [
        f"{slug}: cemlib changed: studies/repair/golden_time.py"
        for slug in ("04-centralised-repair", "07-one-company")
    ]
    assert f"2 runs to execute, {len(course.runs) - 2} cached" in shown.output


def test_an_edit_of_the_code_for_study_pages_reruns_no_workbook(package):
    folder = package / "report" / "pages" / "study"
    names = [path.relative_to(package).as_posix() for path in folder.glob("*.py")]
    names += ["report/pages/study/templates/index.html.j2", "report/progress.py", "cli.py"]
    assert len(names) > 6
    before = Fingerprints(package).page_code
    assert workbooks_changed_by(package, *names) == []
    assert Fingerprints(package).page_code != before


@pytest.mark.parametrize("name", ["report/run/canonical.py", "findings.py"])
def test_an_edit_of_shared_code_reruns_every_workbook(package, name):
    assert len(workbooks_changed_by(package, name)) == len(workbooks())


def test_a_study_reaches_none_of_the_others():
    sources = Sources()
    studies = {name.split("/")[1] for name in sources.files if name.startswith("studies/")}
    for study in studies - {"__init__.py"}:
        reached = sources.reached([f"from cemlib.studies import {study}"])
        inside = {name.split("/")[1] for name in reached if name.startswith("studies/")}
        assert inside == {"__init__.py", study}
        assert not [name for name in reached if name.startswith("report/pages/study/")]


@pytest.mark.parametrize(
    ("cell", "reached"),
    [
        ("from pack import one", {"pack/one.py"}),
        ("import cemlib.pack.one as first", {"pack/one.py"}),
        ("import cemlib.pack", {"pack/one.py", "pack/two.py"}),
        ("from cemlib import pack", {"pack/one.py", "pack/two.py"}),
        ("from cemlib.pack import *", {"pack/one.py", "pack/two.py"}),
        ("from cemlib.pack import first", {"pack/one.py"}),
        ("from cemlib.pack import two", {"pack/one.py", "pack/two.py"}),
        ("def f():\n    from cemlib.pack.two import x", {"pack/one.py", "pack/two.py"}),
        ("%matplotlib inline\nimport cemlib.pack.one", {"pack/one.py"}),
        ("%time import cemlib.pack.one", {"pack/one.py", "pack/two.py", "pack/commands.py"}),
        ("from cemlib import (", {"pack/one.py", "pack/two.py", "pack/commands.py"}),
    ],
)
def test_what_a_cell_reaches_of_a_lazy_package(tmp_path, cell, reached):
    (tmp_path / "pack").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "pack" / "__init__.py").write_text(
        "import lazy_loader as lazy\n"
        "lazy.attach(__name__, submodules=['two'], submod_attrs={'one': ['first']})\n"
    )
    (tmp_path / "pack" / "one.py").write_text("first = 1\n")
    (tmp_path / "pack" / "two.py").write_text("from .one import first\nx = first\n")
    (tmp_path / "pack" / "commands.py").write_text("")
    files = set(Sources(tmp_path).reached([cell.replace("from pack", "from cemlib.pack")]))
    assert files - {"__init__.py", "pack/__init__.py"} == reached
