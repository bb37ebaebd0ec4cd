"""SVG drawings in a page: as short as can be, and those of hidden frames packed."""

from __future__ import annotations

import base64
import gzip
import json
import re

from markupsafe import Markup

_HIDDEN = re.compile(
    r'<div class="cem-frame" hidden[^>]*>.*?(?=<div class="cem-frame|\Z)', re.DOTALL
)
_SVG = re.compile(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"')


def source(svg: str) -> Markup:
    """Return a drawing as the value of ``src``, a quarter shorter than in base64 where possible.

    Examples
    --------
    >>> source('<svg fill="#fff"/>')
    Markup("data:image/svg+xml,<svg fill='%23fff'/>")
    >>> source("<svg fill='#fff'/>")
    Markup('data:image/svg+xml;base64,PHN2ZyBmaWxsPScjZmZmJy8+')
    """
    if "'" in svg:
        return Markup(f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")
    for one, other in (("%", "%25"), ("#", "%23"), ("&", "&amp;"), ('"', "'")):
        svg = svg.replace(one, other)
    return Markup("data:image/svg+xml," + " ".join(svg.split()))


class Frames:
    """The drawings of a page; those of hidden frames are kept apart, each once.

    A page opens with the visible frame of each control, and its script unpacks the others. Frames
    of one control differ little, so that packed together they take a tenth of their size.

    Examples
    --------
    >>> frames = Frames()
    >>> frames.take('<div class="cem-frame" hidden><img src="data:image/svg+xml;base64,PHN2Zy8+">')
    Markup('<div class="cem-frame" hidden><img src="data:," data-frame="0">')
    >>> frames.drawings
    ['<svg/>']
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def drawings(self) -> list[str]:
        """SVG elements, in the order of their numbers."""
        return list(self._numbers)

    def take(self, html: Markup) -> Markup:
        """Return HTML whose hidden frames name drawings by number; the drawings are kept here."""
        packed = _HIDDEN.sub(lambda frame: _SVG.sub(self._number, frame[0]), html)
        return Markup(_SVG.sub(lambda found: f'src="{source(_decoded(found))}"', packed))

    def packed(self) -> str:
        """Return the drawings as JSON, compressed, in base64; empty if there are none."""
        if not self._numbers:
            return ""
        content = json.dumps(self.drawings, ensure_ascii=False).encode()
        return base64.b64encode(gzip.compress(content, mtime=0)).decode()

    def _number(self, found: re.Match[str]) -> str:
        number = self._numbers.setdefault(_decoded(found), len(self._numbers))
        return f'src="data:," data-frame="{number}"'


def _decoded(found: re.Match[str]) -> str:
    return base64.b64decode(found[1]).decode("utf-8", "replace")
