"""One run, from the request to its folder: notebook, report, record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cemlib.findings import Finding
from cemlib.press.errors import CellFailure
from cemlib.press.plan import Run

TIMEOUT = 600.0
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


def produce(run: Run, timeout: float = TIMEOUT, isolated: bool = False) -> Product:
    """Execute a run and render its report, and write nothing.

    A run that fails has a notebook as far as it came, and a report with the error shown.

    Parameters
    ----------
    run : Run
        What to run.
    timeout : float
        Seconds that one cell may take.
    isolated : bool
        Whether an ordinary kernel is to run the cells.
    """
    from cemlib.press import execute, files, harvest, normal, opened, record, render

    started, clock = datetime.now(UTC), time.monotonic()
    digests = {name: files.digest(path) for name, path in run.files.items()}
    done = execute.execute(run, timeout, isolated)
    findings: tuple[Finding, ...] = ()
    failure = done.failure
    try:
        findings = harvest.findings(done.notebook)
    except ValueError as error:
        failure = failure or failed(run, error)
    page = render.report(run, done.notebook, findings, failure, digests)
    seconds = time.monotonic() - clock
    return Product(
        outcome=Outcome(run, findings, failure, seconds),
        notebook=normal.text(done.notebook),
        report=page,
        digests=digests,
        reads=opened.digests(done.reads, started),
        moment=record.moment(started, seconds),
    )


def store(product: Product, folder: Path, key: Mapping[str, Any] | None = None) -> Outcome:
    """Write the notebook, the report and the record of a run to a folder, all or none.

    Parameters
    ----------
    product : Product
        What to write.
    folder : Path
        Where to.
    key : mapping, optional
        What the run depended on when it began; a build keeps no run that was stored without.

    Raises
    ------
    OSError
        If there is no room or no right to write; what was there before is as it was.
    """
    from cemlib.press import files, record

    files.write_all(
        {
            folder / NOTEBOOK: product.notebook,
            folder / REPORT: product.report,
            folder / RECORD: record.text(product, key),
        }
    )
    return product.outcome


def failed(run: Run, error: BaseException) -> CellFailure:
    """Return the failure of a run that no cell is to blame for."""
    return CellFailure(run.workbook.slug, None, "", "", type(error).__name__, str(error))
