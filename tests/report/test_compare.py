from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cemlib import cli
from cemlib.report import compare

DETERMINISTIC = "import math, random\nprint(sorted({'a', 'b'}), f'{math.pi:.3f}')"
USER_DEPENDENT = """import locale, os, time
locale.setlocale(locale.LC_ALL, "")
print(os.environ.get("LOGNAME"))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, write_workbook):
    folder = tmp_path_factory.mktemp("compared")
    write_workbook(folder / "notebooks" / "01-steady.ipynb", None, DETERMINISTIC, "1 + 1")
    write_workbook(folder / "notebooks" / "02-shaky.ipynb", None, "1 + 1", USER_DEPENDENT)
    (folder / "datasets").mkdir()
    (folder / "reports").mkdir()
    for name in ("01-steady", "02-shaky"):
        content = {"title": name, "workbook": name}
        (folder / "reports" / f"{name[3:]}.yaml").write_text(json.dumps(content))
    return folder


@pytest.fixture
def cem(home, monkeypatch):
    monkeypatch.setenv("CEMLIB_HOME", str(home))
    monkeypatch.setenv("LOGNAME", "me")
    return lambda *arguments: CliRunner().invoke(cli.main, list(map(str, arguments)))


def test_a_study_that_is_the_same_anywhere_passes(cem, tmp_path):
    result = cem("build", "steady", "--check", "-o", tmp_path)
    assert result.exit_code == 0, result.output
    assert result.output.endswith("a second build in a changed environment is identical\n")


def test_what_depends_on_the_user_is_named_by_file_and_cell(cem, tmp_path):
    result = cem("build", "shaky", "--check", "-o", tmp_path)
    assert result.exit_code == 1
    differing = [line for line in result.output.splitlines() if line.startswith("differs: ")]
    assert differing == [
        "differs: shaky/02-shaky/notebook.ipynb: "
        "cell 3 (cell-1) of the first build differs from the second",
        "differs: shaky/02-shaky/report.html: cell cell-1 differs",
    ]


def test_the_changed_environment_differs_in_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", compare.SEEDS[0])
    monkeypatch.setenv("TZ", compare.ZONES[0])
    changed = compare.changed_environment(tmp_path)
    for name in ("HOME", "USER", "LOGNAME", "TZ", "PYTHONHASHSEED", "LC_ALL", "COLUMNS"):
        assert changed[name] != os.environ.get(name), name
    program = "import os, time; print(os.umask(0), time.tzname[0], os.environ['HOME'])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=changed,
        umask=compare.UMASK,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(compare.UMASK), "NST", str(tmp_path)]


@pytest.fixture
def two_builds(tmp_path, built):
    """Return two copies of one build."""
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        shutil.copytree(built[0], folder)
    return folders


def test_copies_are_equal_except_for_metadata(two_builds):
    (two_builds[1] / "01-speaks" / "run.json").write_text("{}")
    (two_builds[1] / ".pages.json").write_text("{}")
    assert compare.differences(*two_builds) == []


def change(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_every_difference_is_named(two_builds):
    one, other = two_builds
    change(other / "findings.csv", b"plain", b"fancy")
    change(other / "findings.parquet", b"PAR1", b"PAR2")
    change(other / "index.html", b"<title>", b"<title>!")
    change(other / "01-speaks" / "report.html", b"<h1>", b"<h1>!")
    (other / "02-raises" / "report.html").unlink()
    (one / "03-dies" / "notebook.ipynb").unlink()
    differing = dict(line.split(": ", 1) for line in compare.differences(one, other))
    assert differing == {
        "01-speaks/report.html": "cell (page) differs",
        "02-raises/report.html": "only in the first build",
        "03-dies/notebook.ipynb": "only in the second build",
        "findings.csv": "line 2 is the first difference",
        "findings.parquet": "byte 4 is the first difference",
        "index.html": differing["index.html"],
    }
    assert differing["index.html"].endswith("is the first difference")


def test_a_notebook_that_only_one_build_could_finish_is_compared_too(two_builds):
    notebook = two_builds[1] / "01-speaks" / "notebook.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"].pop()
    notebook.write_text(json.dumps(content))
    [line] = compare.differences(*two_builds)
    assert line.startswith("01-speaks/notebook.ipynb: cell ")
