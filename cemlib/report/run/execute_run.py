"""One run from its plan to its artifacts, and from there to its folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.findings import Finding
from cemlib.report.artifacts import METADATA, NOTEBOOK, REPORT, TIMEOUT, Artifacts, Outcome
from cemlib.report.errors import CellFailure
from cemlib.report.plan.study import Run

if TYPE_CHECKING:
    from nbformat import NotebookNode

COURSE = {"course", "trainer"}  # tags of cells for those who take the course, or teach it


def execute_run(run: Run, timeout: float = TIMEOUT, isolated: bool = False) -> Artifacts:
    """Execute a run and render its report, without writing anything.

    A run that fails has a notebook up to the failing cell, and a report that shows the error. A
    run on somebody's own data has no cells of the course in either.

    Parameters
    ----------
    run : Run
        The run.
    timeout : float
        Seconds allowed per cell.
    isolated : bool
        Whether to run the cells in an ordinary Jupyter kernel.
    """
    from cemlib.report import files
    from cemlib.report.pages.report import report_page
    from cemlib.report.run import canonical, dependencies, execute, harvest, metadata

    started, clock = datetime.now(UTC), time.monotonic()
    digests = {name: files.digest(path) for name, path in run.files.items()}
    executed = execute.execute(run, timeout, isolated)
    if run.own:
        executed.notebook.cells = _of_ones_own(executed.notebook.cells)
    findings: tuple[Finding, ...] = ()
    failure = executed.failure
    try:
        findings = harvest.findings(executed.notebook)
    except ValueError as error:
        failure = failure or run_failure(run, error)
    answer = harvest.answer(executed.notebook)
    page = report_page(run, executed.notebook, findings, failure, digests, answer)
    seconds = time.monotonic() - clock
    return Artifacts(
        outcome=Outcome(run, findings, failure, seconds, answer=answer),
        notebook=canonical.text(executed.notebook),
        report=page,
        digests=digests,
        dependencies=dependencies.digests(executed.reads, started, run.workbook.path),
        circumstances=metadata.circumstances(started, seconds),
    )


def _of_ones_own(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells that concern a company's own data: no stories and notes of the course."""
    return [cell for cell in cells if not COURSE & {*cell.metadata.get("tags", ())}]


def store(
    artifacts: Artifacts, folder: Path, fingerprint: Mapping[str, Any] | None = None
) -> Outcome:
    """Write the notebook, the report and the metadata of a run to a folder: all or none.

    Parameters
    ----------
    artifacts : Artifacts
        What to write.
    folder : Path
        Where to write it.
    fingerprint : mapping, optional
        What the run depended on when it began; a run stored without one is never reused.

    Raises
    ------
    OSError
        If there is no space or no permission to write; the earlier files are then unchanged.
    """
    from cemlib.report import files
    from cemlib.report.run import metadata

    files.write_all(
        {
            folder / NOTEBOOK: artifacts.notebook,
            folder / REPORT: artifacts.report,
            folder / METADATA: metadata.to_json(artifacts, fingerprint),
        }
    )
    (folder / REPORT).with_suffix(".pdf").unlink(missing_ok=True)  # of an earlier report
    return artifacts.outcome


def run_failure(run: Run, error: BaseException) -> CellFailure:
    """Return the failure of a run that cannot be attributed to a cell."""
    return CellFailure(run.workbook.slug, None, "", "", type(error).__name__, str(error))
