"""Masks of what could identify a person in a text that is shown."""

from __future__ import annotations

import re

from cemlib.markup import one_line

MASK = "•••"
_EMAIL = re.compile(
    r"[^\s@，。；、：（）<>\"'“”]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE
)
_SPACED = re.compile(r"\+?\(?\d(?:[ \-().·/\u2010-\u2015]{0,2}\d){5,}[xX]?")
_MIXED = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z]*\d){4})[A-Za-z0-9]{6,}(?![A-Za-z0-9])")
_SPOKEN = re.compile(r"(?:[零〇一二三四五六七八九幺][ ,，]?){7,}")
_PATTERNS = (_EMAIL, _MIXED, _SPACED, _SPOKEN)


def mask(text: object) -> str:
    """Return a text in one line, with what could identify a person replaced by •••.

    Masked are e-mail addresses, numbers of six digits or more, also with spaces or hyphens between
    them (telephone, account, identity card, and so also dates), codes of letters with four digits
    or more, and numbers spelt in seven Chinese digits or more. Names and addresses are not
    recognised.

    Examples
    --------
    >>> mask("Call 138-0013 8000 or write to li.lei@example.com, customer C0001932")
    'Call ••• or write to •••, customer •••'
    >>> mask("身份证11010519491231002X，38元没有退")
    '身份证•••，38元没有退'
    """
    words = one_line(text)
    for pattern in _PATTERNS:
        words = pattern.sub(MASK, words)
    return words
