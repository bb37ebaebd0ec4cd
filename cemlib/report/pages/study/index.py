"""The first page of a study: its runs, what they found, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cemlib.report import files
from cemlib.report.artifacts import REPORT, Outcome
from cemlib.report.pages import template
from cemlib.report.pages.study import charts, section
from cemlib.report.pages.study import comparison as sweep
from cemlib.report.plan.study import Study

NAME = "index.html"


def write(folder: Path, study: Study, outcomes: Sequence[Outcome]) -> Path:
    """Write the index of a study and return its path."""
    files.write(folder / NAME, page(study, outcomes))
    return folder / NAME


def page(study: Study, outcomes: Sequence[Outcome]) -> str:
    """Return the index of a study as HTML.

    A workbook that was run once is shown by itself; the runs of one that was run several times are
    compared: drawn over the grid or over replicates, and listed in a table.
    """
    swept = sweep.sweeps(study, outcomes)
    compared = {outcome.run.workbook.slug for each in swept for outcome in each.outcomes}
    wanted = (*study.findings, *study.expected, *study.truth)
    return template.fill(
        "index.html.j2",
        scripts=[template.asset("table.js")] if swept else [],
        study=study,
        outcomes=outcomes,
        single=[each for each in outcomes if each.run.workbook.slug not in compared],
        failed=sum(outcome.failure is not None for outcome in outcomes),
        sweeps=swept,
        section=section,
        charts=charts,
        missing=section.missing(outcomes, wanted),
        changes=template.changes,
        report=REPORT,
    )
