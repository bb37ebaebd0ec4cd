"""Runs the committed notebooks again, in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import zip_longest

import nbformat
from nbformat import NotebookNode

from cemlib.report import build, files
from cemlib.report.artifacts import TIMEOUT, Artifacts, Outcome
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import default_run
from cemlib.report.plan.workbook import Workbook
from cemlib.report.run import canonical, dispatch


def refresh(
    workbooks: Sequence[Workbook],
    check: bool = False,
    timeout: float = TIMEOUT,
    notify: Callable[[str], None] = print,
    *,
    jobs: int | None = None,
    isolated: bool = False,
) -> bool:
    """Run workbooks with their defaults and store the outputs in their own files.

    A file whose outputs are unchanged is not written, nor is one whose run fails.

    Parameters
    ----------
    workbooks : sequence of Workbook
        The workbooks.
    check : bool
        Compare only, and write nothing.
    timeout : float
        Seconds allowed per cell.
    notify : callable
        Receives a line per workbook.
    jobs : int, optional
        Number of runs at a time; by default the number of processors.
    isolated : bool
        Whether to run the cells in an ordinary Jupyter kernel.

    Returns
    -------
    bool
        Whether all ran successfully and, with `check`, none would change.
    """
    runs = [default_run(workbook) for workbook in workbooks]
    count = min(jobs or os.cpu_count() or 1, len(runs))
    options = dispatch.RunOptions(timeout, isolated)
    succeeded = True
    with dispatch.workers(None, count, Fingerprints().modules(runs)) as workers:
        for result in dispatch.results(runs, workers, options, build.NoProgress()):
            success, line = _refreshed(result, check)
            succeeded &= success
            notify(line)
    return succeeded


def _refreshed(result: Artifacts | Outcome, check: bool) -> tuple[bool, str]:
    """Return whether a workbook ran and, with `check`, is unchanged; and the line to print."""
    outcome = result if isinstance(result, Outcome) else result.outcome
    workbook = outcome.run.workbook
    if isinstance(result, Outcome) or outcome.failure:
        return False, f"FAILED: {outcome.failure}"
    if workbook.path.read_text(encoding="utf-8") == result.notebook:
        return True, f"{workbook.slug}: unchanged"
    if check:
        fresh = nbformat.reads(result.notebook, as_version=nbformat.NO_CONVERT)
        return False, f"{workbook.slug}: {difference(canonical.read(workbook.path), fresh)}"
    files.write(workbook.path, result.notebook)
    return True, f"{workbook.slug}: outputs updated"


def difference(
    stored: NotebookNode,
    fresh: NotebookNode,
    one: str = "the file",
    other: str = "a new run",
) -> str:
    """Return which cells of a notebook differ from a new run, by number and identifier."""
    changed = [
        f"{number} ({(new or old).id})"
        for number, (old, new) in enumerate(zip_longest(stored.cells, fresh.cells), 1)
        if old != new
    ]
    if not changed:
        return f"its metadata or layout differ from {other}"
    if len(changed) == 1:
        return f"cell {changed[0]} of {one} differs from {other}"
    return f"cells {', '.join(changed)} of {one} differ from {other}"
