"""Markdown as a page shows it: formulas as MathML, headings in one outline, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page, as the table of contents shows it."""

    level: int
    anchor: str
    text: str


@dataclass
class Outline:
    """The headings of a page in order; no level is skipped and no anchor is used twice."""

    headings: list[Heading] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    level: int = 1

    def add(self, text: str, level: int) -> Heading:
        """Return a heading at the nearest level that may follow, with an anchor of its own.

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
    """nbconvert's Markdown, but for formulas, headings and pictures on the web."""

    def __init__(self, outline: Outline, folder: Path, attachments: Mapping[str, Any]) -> None:
        super().__init__(
            escape=False,
            embed_images=True,
            exclude_anchor_links=True,
            path=str(folder),
            attachments=dict(attachments),
        )
        self.outline = outline

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
        """Return a picture that the page carries, or a link where it would have to be fetched."""
        if re.match(r"(https?:)?//", url):
            return f'<a href="{escape(url)}">{text or escape(url)}</a>'
        return super().image(text, url, title)


def formula(latex: str, display: str) -> str:
    r"""Return LaTeX as MathML; what cannot be converted is shown as it is written.

    Examples
    --------
    >>> formula(r"\alpha", "inline")[-28:]
    '&#x003B1;</mi></mrow></math>'
    """
    try:
        return str(convert(latex.strip(), display=display))
    except Exception:  # the converter raises whatever its stack raises
        return f'<code class="formula">{escape(latex.strip())}</code>'


def to_html(
    markdown: str, outline: Outline, folder: Path, attachments: Mapping[str, Any] | None = None
) -> Markup:
    """Return Markdown as HTML.

    Parameters
    ----------
    markdown : str
        The text.
    outline : Outline
        Takes the headings.
    folder : Path
        Where pictures named in the text are.
    attachments : mapping, optional
        Pictures that the cell itself carries.
    """
    renderer = Renderer(outline, folder, attachments or {})
    return Markup(MarkdownWithMath(renderer=renderer).render(markdown))


def code(source: str) -> Markup:
    """Return Python code as HTML with its parts marked by class."""
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))
