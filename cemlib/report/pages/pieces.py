"""Turns a notebook's cells into the pieces of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbformat import NotebookNode

from cemlib.assets import NAMES
from cemlib.findings import FINDINGS_MIME
from cemlib.report.pages import frames, prose
from cemlib.report.pages.frames import Frames
from cemlib.report.pages.prose import Outline
from cemlib.report.pages.sanitise import Sanitiser
from cemlib.report.pages.tables import Tables

# Parameters have a table; a trainer's notes are not for readers.
HIDDEN = {"remove-cell", "parameters", "injected-parameters", "trainer"}
IMAGES = ("image/svg+xml", "image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Output:
    """One output; its kind decides how the page shows it."""

    kind: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell: a text, or folded code with its outputs."""

    anchor: str
    text: Markup | None = None
    code: Markup | None = None
    is_solution: bool = False
    outputs: tuple[Output, ...] = ()


@dataclass
class Page:
    """What the pieces of one page share.

    Parameters
    ----------
    folder : Path
        Folder of the pictures that the texts name.
    outline : Outline
        The headings.
    tables : Tables
        Numbers the tables.
    gate : Sanitiser
        Cleans all HTML of the notebook.
    assets : set of str
        Names of the widgets in it, whose scripts the page needs.
    frames : Frames
        The drawings of hidden frames.
    has_warnings : bool
        Whether the notebook has warnings of its code, which the page leaves out.
    """

    folder: Path
    outline: Outline = field(default_factory=Outline)
    tables: Tables = field(default_factory=Tables)
    gate: Sanitiser = field(default_factory=Sanitiser)
    assets: set[str] = field(default_factory=set)
    has_warnings: bool = False
    frames: Frames = field(default_factory=Frames)

    def text(
        self, markdown: str, attachments: Mapping[str, Any] | None = None, *, computed: bool = False
    ) -> Markup:
        """Return Markdown as clean HTML with accessible tables."""
        html = prose.to_html(markdown, self.outline, self.folder, attachments, computed=computed)
        return self.html(html)

    def html(self, html: str) -> Markup:
        """Return HTML of the notebook, cleaned, with accessible tables."""
        passed = self.gate.clean(html)
        self.assets |= {name for name in NAMES if re.search(f'class="cem-{name}[ "]', passed)}
        return self.frames.take(self.tables.make_accessible(passed))

    def pieces(self, cells: list[NotebookNode]) -> list[Piece]:
        """Return the pieces of the cells that the page shows."""
        pieces = [self._piece(cell) for cell in cells if not HIDDEN & {*_tags(cell)}]
        return [piece for piece in pieces if piece]

    def _piece(self, cell: NotebookNode) -> Piece | None:
        anchor = f"cell-{cell.id}"
        if cell.cell_type == "markdown":
            return Piece(anchor, text=self.text(cell.source, cell.get("attachments")))
        if cell.cell_type != "code" or not (cell.source.strip() or cell.outputs):
            return None
        tags = _tags(cell)
        shown = () if "remove-output" in tags else cell.outputs
        return Piece(
            anchor,
            code=None if "remove-input" in tags else prose.code(cell.source),
            is_solution="solution" in tags,
            outputs=tuple(output for raw in shown if (output := self._output(raw))),
        )

    def _output(self, output: NotebookNode) -> Output | None:
        if output.output_type == "stream":
            if output.name == "stderr":  # for developers, not for readers
                self.has_warnings = True
                return None
            return Output("stream", escape(output.text.rstrip("\n")))
        if output.output_type == "error":
            return Output("error", escape("\n".join(output.traceback)))
        data = output.data
        if FINDINGS_MIME in data:
            return Output("findings", Markup())
        if "text/html" in data:
            return Output("html", self.html(data["text/html"]))
        if "text/markdown" in data:
            return Output("text", self.text(data["text/markdown"], computed=True))
        for mime in IMAGES:
            if mime in data:
                return Output("figure", image(mime, output))
        if "text/latex" in data:
            latex = re.sub(r"^\s*\$+|\$+\s*$", "", data["text/latex"])
            return Output("text", self.html(prose.formula(latex, "block")))
        plain = data.get("text/plain")
        return Output("stream", escape(plain)) if plain else None


def alternative(output: NotebookNode, mime: str) -> str:
    """Return the text alternative of a picture: from its metadata, or else its plain text."""
    metadata = output.get("metadata", {})
    text = metadata.get(mime, {}).get("alt") or metadata.get("alt")
    return " ".join((text or output.data.get("text/plain", "")).split())


def image(mime: str, output: NotebookNode) -> Markup:
    """Return a picture of an output as an image with its text alternative."""
    data = output.data[mime]
    size = output.get("metadata", {}).get(mime, {})
    sides = "".join(f' {side}="{int(size[side])}"' for side in ("width", "height") if side in size)
    encoded = f"data:{mime};base64,{''.join(data.split())}"
    source = frames.source(data) if mime == "image/svg+xml" else escape(encoded)
    return Markup(f'<img alt="{escape(alternative(output, mime))}"{sides} src="{source}">')


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])
