"""A small home of its own for the press: notebooks written by the tests, no real workbook."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FRONT = """# {title}

**Question.** Does the press
print?

**You will**

- print
- read

**You need** paper

**Minutes** 5

**Source** nobody's article
"""


def code(source: str, name: str, *tags: str) -> dict:
    metadata = {"tags": list(tags)} if tags else {}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def prose(source: str, name: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def write(path: Path, parameters: str | None, *cells: dict | str) -> Path:
    """Write a workbook: front cell, parameters cell, and cells given as dicts or as code."""
    front = [prose(FRONT.format(title=path.stem.title()), "title")]
    if parameters is not None:
        front.append(code(parameters, "parameters", "parameters"))
    body = [
        cell if isinstance(cell, dict) else code(cell, f"cell-{number}")
        for number, cell in enumerate(cells)
    ]
    notebook = {
        "cells": front + body,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return path


PARAMETERS = """# what may be changed
budget_days: float = 20  # person-days to spend
resamples: int = 100  # of the bootstrap
strict: bool = False  # refuse weak scales
cut: str = "mean"  # where the map is cut
survey: str = ""  # dataset: answers of your own; empty is the operator's
practices: str = ""  # dataset: practices of your own
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return a home folder with two workbooks that nobody runs."""
    folder = tmp_path / "home"
    write(folder / "notebooks" / "00-start.ipynb", None)
    write(folder / "notebooks" / "01-rights.ipynb", PARAMETERS)
    (folder / "reports").mkdir()
    (folder / "datasets").mkdir()
    monkeypatch.setenv("CEMLIB_HOME", str(folder))
    return folder


SPEAKS = r"""# what may be changed
word: str = "plain"  # said aloud
share: float = 0.5  # of the cake
survey: str = ""  # dataset: answers
"""
FINDS = """from IPython.display import display
from pathlib import Path
from cemlib.findings import FINDINGS_MIME, Finding, to_payload
found = [
    Finding("word", word, "", "What was said."),
    Finding("share", share, "cakes", "What was eaten.", 0.1, 0.9),
    Finding("gap", float("nan"), "", "Nobody knows."),
]
display({FINDINGS_MIME: to_payload(found), "text/plain": "findings"}, raw=True)
"""
LOOKS = """import os, sys, warnings
print("größer 更大 🙂", Path(survey).read_text() if survey else "no file")
print(sorted(path.name for path in Path().iterdir()))
print(os.environ.get("JPY_SESSION_NAME"), os.environ["OMP_NUM_THREADS"], hash("same"))
warnings.warn("take care")
"""
NASTY = "it's \"quoted\"\n\\n {x} $HOME 更大\t'''"


@pytest.fixture(scope="session")
def press(tmp_path_factory):
    """Return a home whose workbooks run, and a study of every way in which a run can end."""
    folder = tmp_path_factory.mktemp("press")
    books = folder / "notebooks"
    write(books / "01-speaks.ipynb", SPEAKS, FINDS, LOOKS, "{'b': 1, 'a': {3, 4}}")
    write(
        books / "02-raises.ipynb",
        None,
        "x = 1",
        "def f():\n    raise KeyError('no\\nkey')\nf()",
        "x",
    )
    write(books / "03-dies.ipynb", None, "import os\nos._exit(3)", "1")
    write(books / "04-lasts.ipynb", None, "print('on', flush=True)\nwhile True: pass", "1")
    write(books / "05-leaves.ipynb", SPEAKS, FINDS, "import sys\nsys.exit()")
    reports = folder / "reports"
    reports.mkdir()
    (folder / "datasets").mkdir()
    (reports / "answers.csv").write_text("a,b\n1,2\n")
    (reports / "answers.columns.yaml").write_text("columns: {a: Q1}\n")
    content = {
        "title": "Every way to end",
        "runs": [
            {"workbook": "01-speaks"},
            {
                "workbook": "01-speaks",
                "title": "<b>Changed</b>",
                "parameters": {"word": NASTY, "share": 1, "survey": "answers.csv"},
            },
            {"workbook": "02-raises"},
            {"workbook": "03-dies"},
            {"workbook": "04-lasts"},
            {"workbook": "05-leaves"},
        ],
    }
    # JSON is YAML
    (reports / "ends.yaml").write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="session")
def study(press):
    from cemlib.report.plan import study as plan

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEMLIB_HOME", str(press))
        return plan.from_file(press / "reports" / "ends.yaml")


class Heard:
    """A progress that remembers what it is told."""

    def __init__(self):
        self.said = []

    def started(self, run):
        self.said.append(("started", run.slug))

    def kept(self, run):
        self.said.append(("kept", run.slug))

    def finished(self, outcome):
        self.said.append(("failed" if outcome.failure else "made", outcome.run.slug))

    def close(self):
        self.said.append(("closed", ""))

    def slugs(self, kind):
        return {slug for said, slug in self.said if said == kind}


@pytest.fixture(scope="session")
def write_workbook():
    return write


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture(scope="session")
def built(study, tmp_path_factory):
    """Return the folder of the study, its outcomes by run, and what was said."""
    from cemlib.report import build

    heard = Heard()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPY_SESSION_NAME", "someone's")
        out = tmp_path_factory.mktemp("built")
        outcomes = build.build(study, out, jobs=2, timeout=3, progress=heard)
    return out / "ends", {outcome.run.slug: outcome for outcome in outcomes}, heard
