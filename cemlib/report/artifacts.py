"""One run, from the request to its folder: notebook, report, record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cemlib.findings import Finding
from cemlib.report.errors import CellFailure
from cemlib.report.plan.study import Run

TIMEOUT = 600.0
RETRIES = 2
NOTEBOOK, REPORT, RECORD = "notebook.ipynb", "report.html", "run.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, or where it stopped.

    Parameters
    ----------
    run : Run
        What was run.
    findings : tuple of Finding
        What it found, also before a failure.
    failure : CellFailure, optional
        Where it stopped.
    seconds : float
        How long it took.
    has_report : bool
        Whether there is a report, be it of half a run.
    is_kept : bool
        Whether it was made by an earlier build.
    """

    run: Run
    findings: tuple[Finding, ...] = ()
    failure: CellFailure | None = None
    seconds: float = 0.0
    has_report: bool = True
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """All that comes of a run, ready to be written anywhere.

    Parameters
    ----------
    outcome : Outcome
        What it found, or where it stopped.
    notebook, report : str
        Texts of the notebook and of the report.
    digests : dict of str to str
        SHA-256 of each data file that was given to the run, by name.
    reads : dict of str to str
        SHA-256 of each file that it read from the home's datasets, by its path in there.
    moment : dict
        Who ran it, when, where, and with which versions.
    """

    outcome: Outcome
    notebook: str
    report: str
    digests: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)
    moment: dict[str, Any] = field(default_factory=dict)
