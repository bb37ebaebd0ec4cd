"""The page of a study: its runs, their findings, and comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cemlib.report import files
from cemlib.report.artifacts import REPORT, Outcome
from cemlib.report.pages import template
from cemlib.report.pages.study import charts, section
from cemlib.report.pages.study.comparison import comparisons
from cemlib.report.plan.study import Study

NAME = "index.html"


def write(folder: Path, study: Study, outcomes: Sequence[Outcome]) -> Path:
    """Write the page of a study and return its path."""
    files.write(folder / NAME, page(study, outcomes))
    return folder / NAME


def page(study: Study, outcomes: Sequence[Outcome]) -> str:
    """Return the page of a study as HTML.

    A workbook with one run has an entry of its own. Several runs of a workbook are compared: drawn
    over the grid or over replicates, and listed in a table.
    """
    compared_runs = comparisons(study, outcomes)
    compared = {outcome.run.workbook.slug for each in compared_runs for outcome in each.outcomes}
    wanted = (*study.findings, *study.expected, *study.truth)
    return template.fill(
        "index.html.j2",
        scripts=[template.asset("table.js")] if compared_runs else [],
        study=study,
        outcomes=outcomes,
        single=[each for each in outcomes if each.run.workbook.slug not in compared],
        failed=sum(outcome.failure is not None for outcome in outcomes),
        comparisons=compared_runs,
        section=section,
        charts=charts,
        missing=section.missing(outcomes, wanted),
        changes=template.changes,
        report=REPORT,
    )
