"""A report: one self-contained page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping

from markupsafe import Markup
from nbformat import NotebookNode

from cemlib import assets
from cemlib.findings import Finding
from cemlib.report.errors import CellFailure
from cemlib.report.pages import first_screen, words
from cemlib.report.pages.pieces import Page, Piece
from cemlib.report.pages.template import asset, changes, fill
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import Run

EXERCISES = "## Exercises\n\nThe exercises are in the notebook."


def report_page(
    run: Run,
    notebook: NotebookNode,
    findings: tuple[Finding, ...] = (),
    failure: CellFailure | None = None,
    digests: Mapping[str, str] | None = None,
    answer: str = "",
) -> str:
    """Return the report of a run as an HTML page that makes no network request.

    Parameters
    ----------
    run : Run
        The run.
    notebook : NotebookNode
        The executed notebook.
    findings : tuple of Finding
        Its findings; the headlines among them come first.
    failure : CellFailure, optional
        Where it stopped.
    digests : mapping, optional
        SHA-256 of each data file, by name.
    answer : str
        The answer to the question of the workbook, as Markdown.
    """
    page = Page(run.workbook.path.parent)
    page.outline.anchors |= {"top", "answer", "findings", "parameters", "study"}
    book = run.workbook
    inline = {text: _inline(page, text) for text in (book.question, book.needs, book.source)}
    inline |= {text: _inline(page, text) for text in book.verbs}
    cells = _body(run, notebook)
    pieces = page.pieces(cells)
    used = [name for name in assets.NAMES if name in page.assets]
    styles = page.gate.sheet
    return fill(
        "report.html.j2",
        scripts=[*map(assets.js, used), *([asset("table.js")] if findings else [])],
        sheets=[*map(assets.css, used), *([styles] if styles else [])],
        run=run,
        workbook=run.workbook,
        findings=findings,
        answer=page.text(answer, computed=True) if answer else "",
        headlines=first_screen.headlines(findings),
        figure=first_screen.figure(cells) if answer else "",
        findings_cell=next((each.anchor for each in pieces if _has_findings(each)), ""),
        sections=first_screen.sections(cells, page.outline.headings),
        failure=failure,
        changes=changes(run),
        digests=digests or {},
        pieces=pieces,
        headings=page.outline.headings,
        inline=inline.__getitem__,
        command=words.command(run),
        python="{}.{}".format(*sys.version_info),
        lock=Fingerprints().lock[:16],
        has_warnings=page.has_warnings,
        frames=page.frames.packed(),
    )


def _body(run: Run, notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells below the title, which the page's header shows."""
    cells = list(notebook.cells)
    if run.own:
        cells = list(_without_exercises(cells))
    if not cells or cells[0].cell_type != "markdown":
        return cells
    if run.workbook.question:
        return cells[1:]
    front = NotebookNode(cells[0])
    front.source = re.sub(r"\A\s*# .*$", "", front.source, count=1, flags=re.M)
    return [front, *cells[1:]]


def _without_exercises(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells for readers of a company's own report, who do not take the course."""
    inside = False
    for cell in cells:
        is_text = cell.cell_type == "markdown"
        if is_text and cell.source.startswith("## "):
            inside = cell.source.startswith("## Exercises")
            if inside:
                yield NotebookNode(cell | {"source": EXERCISES})
        if not inside:
            yield cell


def _has_findings(piece: Piece) -> bool:
    return any(output.kind == "findings" for output in piece.outputs)


def _inline(page: Page, markdown: str) -> Markup:
    return Markup(page.text(markdown).strip().removeprefix("<p>").removesuffix("</p>"))
