"""What a run leaves: its outcome, its notebook, its report and its metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cemlib.findings import Finding
from cemlib.report.errors import CellFailure
from cemlib.report.plan.study import Run

TIMEOUT = 600.0  # seconds per cell
RETRIES = 2
NOTEBOOK, REPORT, METADATA = "notebook.ipynb", "report.html", "run.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a run, or the cell in which it stopped.

    Parameters
    ----------
    run : Run
        The run.
    findings : tuple of Finding
        Its findings, also those shown before a failure.
    failure : CellFailure, optional
        Where it stopped.
    seconds : float
        How long it took.
    has_report : bool
        Whether there is a report, possibly of a run that stopped.
    is_cached : bool
        Whether it comes from an earlier build.
    answer : str
        The answer to the question of the workbook, as Markdown.
    """

    run: Run
    findings: tuple[Finding, ...] = ()
    failure: CellFailure | None = None
    seconds: float = 0.0
    has_report: bool = True
    is_cached: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Everything that a run produces, ready to be written anywhere.

    Parameters
    ----------
    outcome : Outcome
        Its findings, or where it stopped.
    notebook, report : str
        Texts of the notebook and of the report.
    digests : dict of str to str
        SHA-256 of each data file that the run was given, by name.
    dependencies : dict of str to str
        SHA-256 of each file that it read from the home's datasets, by relative path.
    circumstances : dict
        Who ran it, when, where, and with which versions.
    """

    outcome: Outcome
    notebook: str
    report: str
    digests: dict[str, str] = field(default_factory=dict)
    dependencies: dict[str, str] = field(default_factory=dict)
    circumstances: dict[str, Any] = field(default_factory=dict)
