"""A small home folder for the report tests: notebooks written here, no real workbooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FRONT = """# {title}

**Question.** Does the report
appear?

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
    """Return a home folder with two workbooks that are never run."""
    folder = tmp_path / "home"
    write(folder / "notebooks" / "00-start.ipynb", None)
    write(folder / "notebooks" / "01-rights.ipynb", PARAMETERS)
    (folder / "reports").mkdir()
    (folder / "datasets").mkdir()
    monkeypatch.setenv("CEMLIB_HOME", str(folder))
    return folder


PRINTS_PARAMETERS = r"""# what may be changed
word: str = "plain"  # to show
share: float = 0.5  # of the cake
survey: str = ""  # dataset: answers
"""
FINDS = """from IPython.display import display
from pathlib import Path
from cemlib.findings import FINDINGS_MIME, Finding, to_payload
findings = [
    Finding("word", word, "", "The word."),
    Finding("share", share, "cakes", "The share of the cake.", 0.1, 0.9),
    Finding("gap", float("nan"), "", "Not known."),
]
display({FINDINGS_MIME: to_payload(findings), "text/plain": "findings"}, raw=True)
"""
INSPECTS = """import os, sys, warnings
print("größer 更大 🙂", Path(survey).read_text() if survey else "no file")
print(sorted(path.name for path in Path().iterdir()))
print(os.environ.get("JPY_SESSION_NAME"), os.environ["OMP_NUM_THREADS"], hash("same"))
warnings.warn("take care")
"""
NASTY = "it's \"quoted\"\n\\n {x} $HOME 更大\t'''"


@pytest.fixture(scope="session")
def working_home(tmp_path_factory):
    """Return a home whose workbooks run, with a study of every way in which a run can end."""
    folder = tmp_path_factory.mktemp("home")
    books = folder / "notebooks"
    write(books / "01-speaks.ipynb", PRINTS_PARAMETERS, FINDS, INSPECTS, "{'b': 1, 'a': {3, 4}}")
    write(
        books / "02-raises.ipynb",
        None,
        "x = 1",
        "def f():\n    raise KeyError('no\\nkey')\nf()",
        "x",
    )
    write(books / "03-dies.ipynb", None, "import os\nos._exit(3)", "1")
    write(books / "04-lasts.ipynb", None, "print('on', flush=True)\nwhile True: pass", "1")
    write(books / "05-leaves.ipynb", PRINTS_PARAMETERS, FINDS, "import sys\nsys.exit()")
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
def study(working_home):
    from cemlib.report.plan.study import study_from_file

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEMLIB_HOME", str(working_home))
        return study_from_file(working_home / "reports" / "ends.yaml")


class RecordedProgress:
    """Progress that remembers its events."""

    def __init__(self):
        self.events = []

    def planned(self, reasons):
        self.reasons = reasons

    def started(self, run):
        self.events.append(("started", run.slug))

    def cached(self, run):
        self.events.append(("cached", run.slug))

    def finished(self, outcome):
        self.events.append(("failed" if outcome.failure else "executed", outcome.run.slug))

    def close(self):
        self.events.append(("closed", ""))

    def slugs(self, kind):
        return {slug for event, slug in self.events if event == kind}


@pytest.fixture(scope="session")
def write_workbook():
    return write


@pytest.fixture
def progress():
    return RecordedProgress()


@pytest.fixture(scope="session")
def built(study, tmp_path_factory):
    """Return the folder of the study, its outcomes by run, and the progress events."""
    from cemlib.report import build

    progress = RecordedProgress()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPY_SESSION_NAME", "someone's")
        out = tmp_path_factory.mktemp("built")
        outcomes = build.build(study, out, jobs=2, timeout=3, progress=progress)
    return out / "ends", {outcome.run.slug: outcome for outcome in outcomes}, progress
