"""The result of a drawing function as a piece of a page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.checks import invalid_argument
from cemlib.markup import Computed, plain_text
from cemlib.teach.markdown import join_markdown
from cemlib.teach.tables import Table

if TYPE_CHECKING:
    from cemlib.plot.style import Figure


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of a page, and the same as plain text."""

    html: str
    plain: str


def frame(drawing: Any) -> Frame:
    """Return a drawing as a piece of a page.

    Parameters
    ----------
    drawing : Figure, Table, str, an object with ``_repr_html_``, or a list of these
        `Markdown` is rendered, any other text shown as it stands; the parts of a list stand below
        one another.

    Raises
    ------
    ValueError
        If it is something else, such as a matplotlib figure without a text alternative.

    Examples
    --------
    >>> from cemlib.teach.markdown import Markdown
    >>> frame(Markdown("**Respect** first.")).html
    '<p><strong>Respect</strong> first.</p>'
    >>> frame("a_*new*").html
    '<p>a_*new*</p>'
    """
    if isinstance(drawing, str):
        text = join_markdown([drawing])  # escaped unless it is Markdown
        return Frame(_html(text), plain_text(text))
    if isinstance(drawing, list | tuple) and drawing:
        parts = [frame(part) for part in drawing]
        return Frame("\n".join(part.html for part in parts), "\n".join(p.plain for p in parts))
    if isinstance(drawing, Table):
        return Frame(drawing.to_html(), str(drawing))
    if hasattr(drawing, "to_svg") and hasattr(drawing, "alt"):
        return Frame(_image(drawing), drawing.alt)
    html = None if hasattr(drawing, "savefig") else getattr(drawing, "_repr_html_", lambda: None)()
    if html is None:
        raise invalid_argument(
            "what draw returned",
            drawing,
            "a figure from cemlib.plot, a table, a text, or a list of these",
        )
    return Frame(html, getattr(drawing, "alt", ""))


def _image(figure: Figure) -> str:
    data = base64.b64encode(figure.to_svg().encode()).decode()
    width, height = (round(inches * 96) for inches in figure.get_size_inches())
    return (
        f'<img alt="{escape(figure.alt)}" width="{width}" height="{height}" '
        f'style="height: auto; max-width: 100%" src="data:image/svg+xml;base64,{data}">'
    )


def _html(text: str) -> str:
    return str(_renderer()(text)).strip()


@cache
def _renderer() -> Any:
    import mistune

    class Renderer(Computed, mistune.HTMLRenderer):
        """Markdown without raw HTML, and with safe links only."""

    return mistune.create_markdown(renderer=Renderer(escape=False))
