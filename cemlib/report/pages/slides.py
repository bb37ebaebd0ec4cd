"""A workbook as slides: one idea on each, with pictures that move, and no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from nbformat import NotebookNode

from cemlib import assets
from cemlib.report.pages.pieces import Output, Page
from cemlib.report.pages.template import asset, fill
from cemlib.report.plan.workbook import Workbook

_SHOWN = ("figure", "html", "text")


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: its section's heading, what it shows, and the notes for who speaks."""

    section: str
    body: Markup
    kind: str
    notes: Markup


def slides_page(
    book: Workbook,
    sections: Sequence[tuple[str, Sequence[NotebookNode]]],
    notes: Mapping[str, str],
    reveal: tuple[str, str],
) -> str:
    """Return the slides of a workbook as one HTML page.

    Parameters
    ----------
    book : Workbook
        The workbook; its title, question and verbs are the first slides.
    sections : sequence of (str, sequence of NotebookNode)
        Headings, each with its cells without the heading.
    notes : mapping of str to str
        Markdown for who speaks, by heading.
    reveal : (str, str)
        Script and style sheet of reveal.js.
    """
    page = Page(book.path.parent)
    slides = [
        slide
        for section, cells in sections
        for slide in _slides(page, section, cells, notes.get(section, ""))
    ]
    used = [name for name in assets.NAMES if name in page.assets]
    own = [page.gate.sheet] if page.gate.sheet else []
    return fill(
        "slides.html.j2",
        css="slides.css",
        scripts=[*map(assets.js, used), reveal[0], asset("slides.js")],
        sheets=[reveal[1], *map(assets.css, used), *own],
        workbook=book,
        verbs=[page.text(verb) for verb in book.verbs],
        slides=slides,
        frames=page.frames.packed(),
    )


def _slides(page: Page, section: str, cells: Sequence[NotebookNode], notes: str) -> list[Slide]:
    """Return a slide for each text and each output of a section; notes stand on the first."""
    bodies: list[tuple[Markup, str]] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            if cell.source.strip():
                bodies.append((page.text(cell.source), "text"))
            continue
        for piece in page.pieces([cell]):
            bodies += [_output(output) for output in piece.outputs if output.kind in _SHOWN]
    spoken = page.text(notes) if notes else Markup()
    return [
        Slide(section, body, kind, spoken if at == 0 else Markup())
        for at, (body, kind) in enumerate(bodies)
    ]


def _output(output: Output) -> tuple[Markup, str]:
    return output.html, output.kind
