"""The single gate for texts from outside before they become Markdown, HTML or a label."""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from typing import Any

_BREAKS = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "\ufffd"}  # by Unicode category
_SIGNS = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    # MathJax searches the finished page for formulas; an element around a sign hides it.
    "\\": "<span>&#92;</span>",
    "$": "<span>&#36;</span>",
} | {sign: f"\\{sign}" for sign in "*_[]#|~`@"}
_SIGN = re.compile("[" + re.escape("".join(_SIGNS)) + "]")
_ADDRESS = re.compile(r"(?<=\w)(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
_START = re.compile(r"[-+](?!\w)|=|:(?!\w)|[.)](?!\w)|(?<=\d)[.)](?=\s|$)")
_DIGITS = re.compile(r"\d{0,9}")
_WEB = re.compile(r"https?://|doi:", re.IGNORECASE)


def visible(text: object) -> str:
    r"""Return a text without characters that cannot be seen.

    Line breaks, tabs and control characters become spaces. Invisible characters are removed, also
    those that reverse the direction of writing.

    Examples
    --------
    >>> visible("two\nlines \u202ereversed\u202c")
    'two lines reversed'
    """
    return "".join(_BREAKS.get(unicodedata.category(sign), sign) for sign in str(text))


def one_line(text: object) -> str:
    r"""Return a visible text in one line, without leading, trailing or repeated spaces.

    Examples
    --------
    >>> one_line("  two\r\nlines ")
    'two lines'
    """
    return re.sub(" {2,}", " ", visible(text)).strip()


def escape_markdown(text: object) -> str:
    r"""Return Markdown that shows a text literally: no markup, link, HTML or formula.

    Examples
    --------
    >>> print(escape_markdown("mobile_*new*"))
    mobile\_\*new\*
    >>> print(escape_markdown("5% off – 10 euros (R&D)"))
    5% off – 10 euros (R&amp;D)
    """
    words = one_line(text)
    digits = _DIGITS.match(words).end()  # type: ignore[union-attr]
    marker = _START.match(words, digits)
    start = f"{words[:digits]}\\" if marker else ""  # of a list, heading or definition
    words = words[digits:] if marker else words
    words = _ADDRESS.sub(lambda sign: f"\0{sign[0]}", words)
    words = _SIGN.sub(lambda sign: _SIGNS[sign[0]], words)
    return start + words.replace("\0", "\\")


def plain_text(markdown: str) -> str:
    r"""Return Markdown without the escapes that `escape_markdown` adds.

    Examples
    --------
    >>> plain_text(escape_markdown("<b>*5*</b> costs $5"))
    '<b>*5*</b> costs $5'
    """
    return unescape(re.sub(r"</?span>|\\(?=[!-/:-@\[-`{-~])", "", markdown))


def is_web_address(url: str) -> bool:
    """Return whether a link is allowed in a computed text: http, https or doi.

    Examples
    --------
    >>> is_web_address("https://example.org"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return bool(_WEB.match(url))


class Computed:
    """Rules of a mistune renderer for computed Markdown: no HTML, no picture, safe links only."""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a web link; of any other link, only its text."""
        if not is_web_address(url):
            return text
        return f'<a rel="noopener" href="{escape(unescape(url))}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return the text alternative of a picture."""
        return text

    def inline_html(self, html: str) -> str:
        """Return HTML as text, without the element that hides a sign from MathJax."""
        return "" if html in ("<span>", "</span>") else escape(html)

    def block_html(self, html: str, **_: Any) -> str:
        """Return HTML as text."""
        return f"<p>{escape(html.strip())}</p>\n"
