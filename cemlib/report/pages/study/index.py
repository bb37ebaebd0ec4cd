"""The page of a study: its runs, their findings, and comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from markupsafe import Markup

from cemlib.report import files
from cemlib.report.artifacts import NOTEBOOK, REPORT, Outcome
from cemlib.report.pages import first_screen, template
from cemlib.report.pages.pieces import Page
from cemlib.report.pages.study import answer, charts, section
from cemlib.report.pages.study.comparison import comparisons
from cemlib.report.plan.study import Study

NAME = "index.html"


def write(folder: Path, study: Study, outcomes: Sequence[Outcome]) -> Path:
    """Write the page of a study and return its path."""
    files.write(folder / NAME, page(study, outcomes, folder))
    return folder / NAME


def page(study: Study, outcomes: Sequence[Outcome], folder: Path | None = None) -> str:
    """Return the page of a study as HTML.

    A workbook with one run has an entry of its own: its answer, headlines and figure. Several runs
    of a workbook are compared: drawn over the grid or over replicates, and listed in a table.

    Parameters
    ----------
    study : Study
        The study.
    outcomes : sequence of Outcome
        Its runs.
    folder : Path, optional
        Where the notebooks of the runs are, for their figures.
    """
    compared_runs = comparisons(study, outcomes)
    compared = {outcome.run.workbook.slug for each in compared_runs for outcome in each.outcomes}
    requested = (*study.findings, *study.expected, *study.truth)
    single = [each for each in outcomes if each.run.workbook.slug not in compared]
    notebooks = {each.run.slug: _cells(each, folder) for each in single}
    boards = {
        # in a course, the workbook about the whole is its last
        each.run.slug: first_screen.board(notebooks[each.run.slug])
        if each.run.company or each.run.own
        else ""
        for each in single
    }
    single.sort(key=lambda each: not boards[each.run.slug])
    return template.fill(
        "index.html.j2",
        scripts=[template.asset("table.js"), template.asset("search.js")],
        study=study,
        outcomes=outcomes,
        single=single,
        answers={each.run.slug: _text(each.answer) for each in single},
        pictures={slug: first_screen.figure(cells) for slug, cells in notebooks.items()},
        boards={slug: _text(said) for slug, said in boards.items()},
        failed=sum(outcome.failure is not None for outcome in outcomes),
        comparisons=compared_runs,
        section=section,
        answer=answer,
        charts=charts,
        missing=section.missing(outcomes, requested),
        changes=template.changes,
        report=REPORT,
    )


def _text(said: str) -> Markup:
    """Return computed sentences as clean HTML; empty if there are none."""
    return Page(Path()).text(said, computed=True) if said else Markup("")


def _cells(outcome: Outcome, folder: Path | None) -> list[nbformat.NotebookNode]:
    """Return the cells of a run that has an answer."""
    path = folder / outcome.run.slug / NOTEBOOK if folder else None
    if not outcome.answer or path is None or not path.is_file():
        return []
    return list(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4).cells)
