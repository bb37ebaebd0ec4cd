"""One run from its plan to its artifacts, and into its folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cemlib.findings import Finding
from cemlib.report.artifacts import NOTEBOOK, RECORD, REPORT, TIMEOUT, Outcome, Product
from cemlib.report.errors import CellFailure
from cemlib.report.plan.study import Run


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
    from cemlib.report import files
    from cemlib.report.pages import report as render
    from cemlib.report.run import (
        canonical as normal,
    )
    from cemlib.report.run import (
        dependencies as opened,
    )
    from cemlib.report.run import (
        execute,
        harvest,
    )
    from cemlib.report.run import (
        metadata as record,
    )

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
    from cemlib.report import files
    from cemlib.report.run import metadata as record

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
