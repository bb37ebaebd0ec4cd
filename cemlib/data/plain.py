"""Cells as plain text: half-width digits, one kind of space; words for missing and yes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "#null!", "nan", "null", "none", "nat", ".", "-", "(跳过)", "(空)")
)
YES_NO = dict.fromkeys(("yes", "y", "true", "1", "1.0", "是", "有", "对"), 1.0)
YES_NO |= dict.fromkeys(("no", "n", "false", "0", "0.0", "否", "无", "错", "没有"), 0.0)

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = {
    **_FULL_WIDTH,
    **dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000), " "),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2212), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x02BC), "'"),
    0xFFE5: "¥",
    0xFFE1: "£",
}


def plain(text: str) -> str:
    """Return a cell with half-width signs, ASCII digits and single spaces.

    Only signs that mean the same are replaced: a raised ² stays what it is.

    Examples
    --------
    >>> plain(" ５，２％ "), plain("1\u202f200"), plain("5²")
    ('5,2%', '1 200', '5²')
    """
    if text.isascii():
        return " ".join(text.split())
    text = text.translate(_SIGNS)
    text = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )
    return " ".join(text.split())


@lru_cache(maxsize=20_000)
def canonical(text: str) -> str:
    """Return what two cells that mean the same have in common: numbers as numbers, any case.

    Examples
    --------
    >>> canonical("99.0"), canonical(" 099"), canonical("Don’t  know")
    ('99', '99', "don't know")
    """
    word = plain(text).casefold()
    if word and (word[0] in "+-." or word[0].isdecimal()) and "_" not in word:
        try:
            return f"{float(word) + 0.0:.15g}"
        except ValueError:
            return word
    return word


def yes_no(text: str) -> float | None:
    """Return 1 for a yes, 0 for a no, None for anything else.

    Examples
    --------
    >>> yes_no("Yes"), yes_no("0.0"), yes_no("否"), yes_no("perhaps")
    (1.0, 0.0, 0.0, None)
    """
    return YES_NO.get(canonical(text))
