"""What a report shows first: headlines with a mark of their interval, and one figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup
from nbformat import NotebookNode

from cemlib.findings import ADDED_MIME, EXAMPLE_MARKS, Finding
from cemlib.report.pages.pieces import IMAGES, alternative, image
from cemlib.report.pages.prose import Heading

FIGURE = "figure"  # tag of the cell whose first figure stands on the first screen
BOARD = "board"  # tag of the cell that says what the division of a whole budget assumes
_WIDTH, _HEIGHT, _EDGE = 84, 14, 5


def mark(finding: Finding) -> Markup:
    """Return a small drawing of an interval on a line that begins at 0; empty without one.

    Examples
    --------
    >>> mark(Finding("gap", 3.0, "points", "A gap.", low=2.0, high=4.0))[:19]
    Markup('<svg class="mark" v')
    >>> mark(Finding("days", 3.0, "days", "A number."))
    Markup('')
    """
    value, low, high = finding.value, finding.low, finding.high
    if isinstance(value, str) or low is None or high is None or not low < high:
        return Markup("")
    least, most = min(low, value, 0.0), max(high, value, 0.0)
    scale = (_WIDTH - 2 * _EDGE) / (most - least)
    zero, at, start, end = (
        round(_EDGE + scale * (each - least), 1) for each in (0.0, value, low, high)
    )
    middle = _HEIGHT / 2
    return Markup(
        f'<svg class="mark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" aria-hidden="true">'
        f'<line class="axis" x1="{_EDGE}" x2="{_WIDTH - _EDGE}" y1="{middle}" y2="{middle}"/>'
        f'<line class="axis" x1="{zero}" x2="{zero}" y1="2" y2="{_HEIGHT - 2}"/>'
        f'<line class="interval" x1="{start}" x2="{end}" y1="{middle}" y2="{middle}"/>'
        f'<circle class="dot" cx="{at}" cy="{middle}" r="4"/></svg>'
    )


def headlines(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of the first screen."""
    return [finding for finding in findings if finding.headline]


def figure(cells: Sequence[NotebookNode]) -> Markup:
    """Return the figure of the first screen as an image; empty if there is none.

    It is the first one of the cell with the tag ``figure``, or else of the notebook, that is not
    marked as an example.
    """
    ordered = sorted(cells, key=lambda cell: FIGURE not in cell.metadata.get("tags", []))
    for cell in ordered:
        for output in cell.get("outputs", ()):
            for mime in IMAGES:
                if mime in output.get("data", {}) and not alternative(output, mime).startswith(
                    EXAMPLE_MARKS
                ):
                    return image(mime, output)
    return Markup("")


def board(cells: Sequence[NotebookNode]) -> str:
    """Return the Markdown of the cell with the tag ``board``: what its board page says further.

    Examples
    --------
    >>> board([])
    ''
    """
    tagged = (cell for cell in cells if BOARD in cell.metadata.get("tags", []))
    said = (output.get("data", {}) for cell in tagged for output in cell.get("outputs", ()))
    return "\n\n".join(data["text/markdown"] for data in said if "text/markdown" in data)


def sections(cells: Sequence[NotebookNode], headings: Sequence[Heading]) -> Mapping[str, Heading]:
    """Return the heading under which each finding was added, by its name."""
    left = [heading for heading in headings if heading.level == 2]
    found: dict[str, Heading] = {}
    current = None
    for cell in cells:
        if cell.cell_type == "markdown":
            for _ in re.findall(r"^## ", cell.source, flags=re.M):
                current = left.pop(0) if left else current
        for output in cell.get("outputs", ()):
            for name in output.get("data", {}).get(ADDED_MIME, {}).get("findings", ()):
                found |= {name: current} if current else {}
    return found
