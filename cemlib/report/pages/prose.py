"""Markdown for a page: formulas as MathML, headings in one outline, nothing loaded from the web."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from latex2mathml.converter import convert
from markupsafe import Markup, escape
from mistune import import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from cemlib.markup import Computed, is_web_address

_ELEMENT = re.compile(r'</?m[a-z]+(\s+(?!on|href|src)[a-z:]+="[^"<>]*")*\s*/?>')
_RUNS = ("script", "iframe", "object", "embed", "base", "meta", "link")
_ADDRESSES = {"href", "xlink:href", "action", "formaction", "src", "to", "values", "from"}
_SCHEME = re.compile(r"[^/?#]*?:")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page, as the table of contents shows it."""

    level: int
    anchor: str
    text: str


@dataclass
class Outline:
    """The headings of a page in order, without skipped levels or repeated anchors."""

    headings: list[Heading] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    level: int = 1

    def add(self, text: str, level: int) -> Heading:
        """Return a heading at the nearest valid level, with a unique anchor.

        Examples
        --------
        >>> Outline().add("What we found", 4)
        Heading(level=2, anchor='what-we-found', text='What we found')
        """
        self.level = max(2, min(level, self.level + 1))
        name = re.sub(r"\W+", "-", text.lower()).strip("-") or "section"
        anchor, number = name, 1
        while anchor in self.anchors:
            number += 1
            anchor = f"{name}-{number}"
        self.anchors.add(anchor)
        self.headings.append(Heading(self.level, anchor, text))
        return self.headings[-1]


class Renderer(IPythonRenderer):
    """nbconvert's renderer, except for formulas, headings, and pictures on the web."""

    def __init__(self, outline: Outline, folder: Path, attachments: Mapping[str, Any]) -> None:
        super().__init__(
            escape=False,
            embed_images=True,
            exclude_anchor_links=True,
            path=str(folder),
            attachments=dict(attachments),
        )
        self.outline = outline
        self.has_html = False

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link; only the text of one that would run a script."""
        if not _is_safe(url):
            return text
        link = super().link(text, url, title)
        return link.replace("<a ", '<a rel="noopener" ', 1) if is_web_address(url) else link

    def inline_html(self, html: str) -> str:
        """Return HTML as its author wrote it."""
        self.has_html = True
        return html

    def block_html(self, html: str) -> str:
        """Return HTML as its author wrote it."""
        self.has_html = True
        return f"{html}\n"

    def block_mermaidjs(self, code: str) -> str:
        """Return the source of a diagram, as a page has no script to draw it."""
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def heading(self, text: str, level: int, **_: Any) -> str:
        """Return a heading, entered in the outline."""
        entry = self.outline.add(Markup(text).striptags(), level)
        return f'<h{entry.level} id="{escape(entry.anchor)}">{text}</h{entry.level}>\n'

    def block_math(self, body: str) -> str:
        """Return a displayed formula."""
        return formula(body, "block")

    def inline_math(self, body: str) -> str:
        """Return a formula in the text."""
        return formula(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        """Return a displayed environment such as align."""
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an embedded picture, or a link to one on the web."""
        if re.match(r"(https?:)?//", url):
            return f'<a href="{escape(url)}">{text or escape(url)}</a>'
        return super().image(text, url, title)


class ComputedRenderer(Computed, Renderer):
    """The renderer for computed text: no HTML, no pictures, links to the web only."""


def _is_safe(url: str) -> bool:
    """Return whether a link leads to the web, a mail address, or an anchor of the page."""
    bare = re.sub(r"[\x00-\x20\x7f-\x9f]|%[01][0-9a-f]|%20", "", unescape(url), flags=re.IGNORECASE)
    return is_web_address(bare) or bare.startswith("mailto:") or not _SCHEME.match(bare)


def _disarm(html: str) -> str:
    """Return an author's HTML without anything that would run a script."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(True):
        if tag.name in _RUNS:
            tag.decompose()
            continue
        for name, value in [*tag.attrs.items()]:
            picture = name == "src" and str(value).startswith("data:image/")
            unsafe = name in _ADDRESSES and not (picture or _is_safe(str(value)))
            if unsafe or name.startswith("on") or name == "srcdoc":
                del tag[name]
    return str(soup)


def formula(latex: str, display: str) -> str:
    r"""Return LaTeX as MathML, or its source if it cannot be converted.

    Examples
    --------
    >>> formula(r"\alpha", "inline")[-28:]
    '&#x003B1;</mi></mrow></math>'
    """
    try:
        mathml = str(convert(latex.strip(), display=display))
    except Exception:  # the converter raises errors of many kinds
        mathml = ""
    # The converter passes HTML and links in a formula's text through.
    if mathml and not _ELEMENT.sub("", mathml).count("<"):
        return mathml
    return f'<code class="formula">{escape(latex.strip())}</code>'


def to_html(
    markdown: str,
    outline: Outline,
    folder: Path,
    attachments: Mapping[str, Any] | None = None,
    *,
    computed: bool = False,
) -> Markup:
    """Return Markdown as HTML.

    Parameters
    ----------
    markdown : str
        The text.
    outline : Outline
        Receives the headings.
    folder : Path
        Folder of the pictures that the text names.
    attachments : mapping, optional
        Pictures attached to the cell.
    computed : bool
        Whether a cell computed the text. HTML in it is then shown as text, and links may only
        lead to the web. An author's text may contain HTML, but no scripts.
    """
    kind = ComputedRenderer if computed else Renderer
    renderer = kind(outline, folder, attachments or {})
    names = MarkdownWithMath.DEFAULT_PLUGINS
    plugins = [import_plugin(name) for name in names if not (computed and name == "url")]
    html = MarkdownWithMath(renderer=renderer, plugins=plugins).render(markdown)
    if renderer.has_html:
        html = _disarm(renderer._html_embed_images(html))
    return Markup(html)


def code(source: str) -> Markup:
    """Return Python code as HTML with syntax highlighting."""
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))
