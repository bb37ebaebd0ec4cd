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

STEADY = "import math, random\nprint(sorted({'a', 'b'}), f'{math.pi:.3f}')"
SHAKY = """import locale, os, time
locale.setlocale(locale.LC_ALL, "")
print(os.environ.get("LOGNAME"))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory, write_workbook):
    folder = tmp_path_factory.mktemp("compared")
    write_workbook(folder / "notebooks" / "01-steady.ipynb", None, STEADY, "1 + 1")
    write_workbook(folder / "notebooks" / "02-shaky.ipynb", None, "1 + 1", SHAKY)
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
    assert result.output.endswith("a second build elsewhere is equal\n")


def test_what_depends_on_the_user_is_named_by_file_and_cell(cem, tmp_path):
    result = cem("build", "shaky", "--check", "-o", tmp_path)
    assert result.exit_code == 1
    told = [line for line in result.output.splitlines() if line.startswith("differs: ")]
    assert told == [
        "differs: shaky/02-shaky/notebook.ipynb: "
        "cell 3 (cell-1) of the first build differs from the second",
        "differs: shaky/02-shaky/report.html: cell cell-1 differs",
    ]


def test_elsewhere_all_is_other(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", compare.SEEDS[0])
    monkeypatch.setenv("TZ", compare.ZONES[0])
    there = compare.elsewhere(tmp_path)
    for name in ("HOME", "USER", "LOGNAME", "TZ", "PYTHONHASHSEED", "LC_ALL", "COLUMNS"):
        assert there[name] != os.environ.get(name), name
    program = "import os, time; print(os.umask(0), time.tzname[0], os.environ['HOME'])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=there,
        umask=compare.UMASK,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(compare.UMASK), "NST", str(tmp_path)]


@pytest.fixture
def two(tmp_path, built):
    """Return two copies of one build."""
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        shutil.copytree(built[0], folder)
    return folders


def test_copies_are_equal_but_for_the_moment(two):
    (two[1] / "01-speaks" / "run.json").write_text("{}")
    (two[1] / ".pages.json").write_text("{}")
    assert compare.differences(*two) == []


def change(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_every_difference_is_named(two):
    one, other = two
    change(other / "findings.csv", b"plain", b"fancy")
    change(other / "findings.parquet", b"PAR1", b"PAR2")
    change(other / "index.html", b"<title>", b"<title>!")
    change(other / "01-speaks" / "report.html", b"<h1>", b"<h1>!")
    (other / "02-raises" / "report.html").unlink()
    (one / "03-dies" / "notebook.ipynb").unlink()
    found = dict(line.split(": ", 1) for line in compare.differences(one, other))
    assert found == {
        "01-speaks/report.html": "cell (page) differs",
        "02-raises/report.html": "only the first build has it",
        "03-dies/notebook.ipynb": "only the second build has it",
        "findings.csv": "line 2 is the first that differs",
        "findings.parquet": "byte 4 is the first that differs",
        "index.html": found["index.html"],
    }
    assert found["index.html"].endswith("is the first that differs")


def test_a_notebook_that_only_one_build_could_finish_is_compared_too(two):
    notebook = two[1] / "01-speaks" / "notebook.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"].pop()
    notebook.write_text(json.dumps(content))
    [line] = compare.differences(*two)
    assert line.startswith("01-speaks/notebook.ipynb: cell ")
