"""What a drawing function returned, as a piece of a page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from cemlib.checks import invalid_argument
from cemlib.markup import Computed
from cemlib.teach.tables import Table

if TYPE_CHECKING:
    from cemlib.plot.style import Figure


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of a page, and the same in plain words."""

    html: str
    plain: str


def frame(drawn: Any) -> Frame:
    """Return what was drawn as a piece of a page.

    Parameters
    ----------
    drawn : Figure, Table, str, an object with ``_repr_html_``, or a list of these
        A text is Markdown; parts of a list stand below one another.

    Raises
    ------
    ValueError
        If it is something else, such as a matplotlib figure without a text alternative.

    Examples
    --------
    >>> frame("**Respect** first.").html
    '<p><strong>Respect</strong> first.</p>'
    """
    if isinstance(drawn, str):
        return Frame(_markdown(drawn), drawn)
    if isinstance(drawn, list | tuple) and drawn:
        parts = [frame(part) for part in drawn]
        return Frame("\n".join(part.html for part in parts), "\n".join(p.plain for p in parts))
    if isinstance(drawn, Table):
        return Frame(drawn.to_html(), str(drawn))
    if hasattr(drawn, "to_svg") and hasattr(drawn, "alt"):
        return Frame(_image(drawn), drawn.alt)
    html = None if hasattr(drawn, "savefig") else getattr(drawn, "_repr_html_", lambda: None)()
    if html is None:
        wanted = "a figure from cemlib.plot.style, a table, a text, or a list of these"
        raise invalid_argument("what draw returned", drawn, wanted)
    return Frame(html, getattr(drawn, "alt", ""))


def _image(figure: Figure) -> str:
    data = base64.b64encode(figure.to_svg().encode()).decode()
    width, height = (round(inches * 96) for inches in figure.get_size_inches())
    return (
        f'<img alt="{escape(figure.alt)}" width="{width}" height="{height}" '
        f'style="height: auto; max-width: 100%" src="data:image/svg+xml;base64,{data}">'
    )


def _markdown(text: str) -> str:
    return str(_renderer()(text)).strip()


@cache
def _renderer() -> Any:
    import mistune

    class Renderer(Computed, mistune.HTMLRenderer):
        """Markdown without HTML of its own, and with safe links only."""

    return mistune.create_markdown(renderer=Renderer(escape=False))
