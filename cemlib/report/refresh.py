"""The committed notebooks, run again in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import zip_longest

import nbformat
from nbformat import NotebookNode

from cemlib.report import build, files
from cemlib.report.artifacts import TIMEOUT, Outcome, Product
from cemlib.report.plan import study as plan
from cemlib.report.plan.fingerprint import Keys
from cemlib.report.plan.workbook import Workbook
from cemlib.report.run import canonical as normal
from cemlib.report.run import dispatch


def refresh(
    workbooks: Sequence[Workbook],
    check: bool = False,
    timeout: float = TIMEOUT,
    say: Callable[[str], None] = print,
    *,
    jobs: int | None = None,
    isolated: bool = False,
) -> bool:
    """Run workbooks with their defaults and store the outputs in their own files.

    A file whose outputs are today's already is not touched, to the byte; nor is one that fails.

    Parameters
    ----------
    workbooks : sequence of Workbook
        What to run.
    check : bool
        Compare only, and write nothing.
    timeout : float
        Seconds that one cell may take.
    say : callable
        Takes each line of progress.
    jobs : int, optional
        How many at a time; as many as there are processors if not given.
    isolated : bool
        Whether an ordinary kernel is to run the cells.

    Returns
    -------
    bool
        Whether all ran and, with `check`, none would change.
    """
    runs = [plan.defaults(workbook) for workbook in workbooks]
    count = min(jobs or os.cpu_count() or 1, len(runs))
    asked = dispatch.Asked(timeout, isolated)
    well = True
    with dispatch.workers(None, count, Keys().modules(runs)) as workers:
        for result in dispatch.results(runs, workers, asked, build.Silent()):
            good, line = _refreshed(result, check)
            well &= good
            say(line)
    return well


def _refreshed(result: Product | Outcome, check: bool) -> tuple[bool, str]:
    """Return whether a workbook ran and, with `check`, is as it was; and the line to say."""
    outcome = result if isinstance(result, Outcome) else result.outcome
    workbook = outcome.run.workbook
    if isinstance(result, Outcome) or outcome.failure:
        return False, f"FAILED: {outcome.failure}"
    if workbook.path.read_text(encoding="utf-8") == result.notebook:
        return True, f"{workbook.slug}: as it was"
    if check:
        fresh = nbformat.reads(result.notebook, as_version=nbformat.NO_CONVERT)
        return False, f"{workbook.slug}: {difference(normal.read(workbook.path), fresh)}"
    files.write(workbook.path, result.notebook)
    return True, f"{workbook.slug}: outputs stored anew"


def difference(
    stored: NotebookNode,
    fresh: NotebookNode,
    one: str = "the file",
    other: str = "a fresh run",
) -> str:
    """Return which cells of a notebook differ from a fresh run, by number and identifier."""
    changed = [
        f"{number} ({(new or old).id})"
        for number, (old, new) in enumerate(zip_longest(stored.cells, fresh.cells), 1)
        if old != new
    ]
    if not changed:
        return f"its metadata or layout differs from {other}"
    if len(changed) == 1:
        return f"cell {changed[0]} of {one} differs from {other}"
    return f"cells {', '.join(changed)} of {one} differ from {other}"
