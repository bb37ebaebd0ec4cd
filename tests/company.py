"""A small home folder with a workbook that asks for its sources, and a company with own data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
PARAMETERS = """company: str = ""  # company: the file that describes your company
contacts: str = ""  # dataset: your own contacts
repairs: str = ""  # dataset: your desk's log
call_cost: float | None = None  # cost of a call-back; by default the company file's
examples: bool = False  # with own data: also show the operator's sections
zone: str = ""  # time zone for timestamps without one
"""
CELLS = (
    """from cemlib import teach
from cemlib.findings import Finding
from cemlib.sources import opener
from cemlib.studies.repair.datasets import DATASETS, load
sources = opener(DATASETS)(company, examples, contacts=contacts, repairs=repairs)""",
    """log = sources.section("contacts")
if log:
    frame = load("contacts", log.file())
    log.read(len(frame), ["Column a is not used."])
    log.show(teach.markdown("There are {n} contacts.", n=len(frame)))
    log.add(Finding("contacts", len(frame), "contacts", "Number of contacts."))""",
    """desk = sources.section("repairs", assume={"call_cost": call_cost})
if desk:
    cost = desk.assumed["call_cost"]
    cases = load("repairs", desk.file())
    desk.show(teach.markdown("Assuming {cost} per call, {n} cases.", cost=cost, n=len(cases)))
    desk.add(Finding("cases", len(cases), "cases", "Number of cases."))""",
    "sources.show_findings()",
    "sources.show_data()",
)


def write_workbook(
    path: Path, parameters: str = PARAMETERS, cells: tuple[str, ...] = CELLS
) -> Path:
    """Write a workbook with a title, a parameters cell and these cells."""
    title = f"# {path.stem.title()}\n\n**Question.** What do the data say?\n"
    front = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": title},
        _code("parameters", parameters, tags=["parameters"]),
    ]
    notebook = {
        "cells": front + [_code(f"cell-{n}", each) for n, each in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1))
    return path


def _code(name: str, source: str, **metadata: list[str]) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def table(name: str, rows: int) -> pd.DataFrame:
    """Return the first rows of one of the operator's tables, as text."""
    path = ROOT / "datasets" / "telecom" / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, nrows=rows)


def make_home(folder: Path) -> Path:
    """Make a home with a workbook on contacts and repairs, another on surveys, and a company."""
    write_workbook(folder / "notebooks" / "01-desk.ipynb")
    survey = 'company: str = ""  # company: the file\nsurvey: str = ""  # dataset: answers\n'
    write_workbook(folder / "notebooks" / "02-survey.ipynb", survey, ("company, survey",))
    write_workbook(folder / "notebooks" / "03-none.ipynb", "n: int = 3  # a number\n", ("n",))
    (folder / "reports").mkdir()
    telecom = folder / "datasets" / "telecom"
    telecom.mkdir(parents=True)
    shutil.copy(ROOT / "datasets" / "telecom" / "company.yaml", telecom)
    for name, rows in (("contacts", 40), ("repairs", 60)):
        table(name, rows).to_csv(telecom / f"{name}.csv", index=False)
    return folder


DESCRIBED = """name: Northfield Airport
currency: EUR
assumptions: {call_cost: 4}
datasets:
  contacts: {file: data/tickets.csv}
  panel: {file: months.csv}
"""


def make_company(folder: Path, text: str = DESCRIBED) -> Path:
    """Make a company whose data are contacts in a folder below, and a panel; return its file."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    table("contacts", 25).to_csv(folder / "data" / "tickets.csv", index=False)
    table("panel", 30).to_csv(folder / "months.csv", index=False)
    file = folder / "company.yaml"
    file.write_text(text, encoding="utf-8")
    return file
