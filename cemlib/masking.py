"""Masks of what could identify a person in a text that is shown."""

from __future__ import annotations

import re

from cemlib import checks
from cemlib.markup import one_line

MASK = "•••"
_EMAIL = re.compile(
    r"[^\s@，。；、：（）<>\"'“”]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE
)
_SPACED = re.compile(r"\+?\(?\d(?:[ \-().·/\u2010-\u2015]{0,2}\d){5,}[xX]?")
_MIXED = re.compile(
    r"(?<![A-Za-z0-9])(?=\d*[A-Za-z])(?=(?:[A-Za-z]*\d){4})[A-Za-z0-9]{6,}(?![A-Za-z0-9])"
)
_SPOKEN = re.compile(r"(?:[零〇一二三四五六七八九幺][ ,，]?){7,}")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"[{_PROVINCES}][A-Z][·.\- ]?[A-Z0-9]{{5,6}}(?![A-Z0-9])", re.IGNORECASE)
_PATTERNS = (_EMAIL, _PLATE, _MIXED, _SPACED, _SPOKEN)
_MOMENT = re.compile(
    r"(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d)"
    r"(?:[T ,]+[\d:.]+(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_AMOUNT = re.compile(r"[-+]?[$€£¥￥]? ?(?:\d{1,6}|\d{1,3}(?:[,.' ]\d{3})+)(?:[.,]\d{1,4})? ?%?")


def mask(text: object) -> str:
    """Return a text in one line, with what could identify a person replaced by •••.

    Masked are e-mail addresses, numbers of six digits or more, also with spaces or hyphens between
    them (telephone, account, identity card, and so also dates), codes of letters with four digits
    or more, Chinese number plates, and numbers spelt in seven Chinese digits or more. Names and
    addresses are not recognised.

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


def quoted(cell: str, *, bare: bool = False) -> str:
    """Return a cell of a file for a message, masked, shortened and in quotes.

    Moments and numbers of up to six digits stay as they are: what is wrong with them must be seen.

    Parameters
    ----------
    cell : str
        The cell.
    bare : bool
        Whether such a number stands without quotes.

    Examples
    --------
    >>> quoted("1,200"), quoted("13800138000"), quoted("31.02.2026"), quoted("li.lei@example.com")
    ("'1,200'", "'•••'", "'31.02.2026'", "'•••'")
    >>> quoted("-42", bare=True)
    '-42'
    """
    text = cell.strip()
    if bare and _AMOUNT.fullmatch(cell):
        return cell
    shown = _AMOUNT.fullmatch(text) or _MOMENT.fullmatch(text)
    return checks.shorten(cell if shown else mask(cell))
