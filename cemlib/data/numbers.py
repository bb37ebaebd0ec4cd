"""Numbers as people write them: thousands and decimal signs, percent, money, brackets.

A text such as ``1,200`` has two readings; `parse_number` returns both, and a column decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cemlib.data.plain import plain

CURRENCIES = (
    "EUR", "USD", "GBP", "CNY", "RMB", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "INR", "KRW", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "BRL", "MXN", "ZAR", "TRY", "RUB",
    "THB", "IDR", "MYR", "PHP", "VND", "AED", "SAR", "ILS", "RON", "BGN",
)  # fmt: skip
_SIGNS = ("US$", "HK$", "NT$", "A$", "C$", "R$", "€", "$", "£", "¥", "₹", "₩", "₽", "฿", "zł", "kr")
_MONEY = "|".join(map(re.escape, (*_SIGNS, *CURRENCIES, "元", "块")))
_NUMBER = r"[0-9.,' ]*[0-9][0-9.,' ]*(?:[eE][+-]?[0-9]+)?"
_WHOLE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-]?)\s*(?P<before>{_MONEY})?\s*(?P<inner>[+-]?)\s*"
    rf"(?P<number>{_NUMBER})\s*(?P<after>{_MONEY}|%|分|points?|pts?|stars?|persons?|人)?\s*"
    r"(?P<close>\))?"
)
_WHOLE_NUMBER = re.compile(r"[0-9]+")
_POINT = re.compile(
    r"[0-9]*\.[0-9]+|[0-9]+\.|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|"
    r"[1-9][0-9]{0,2}(?:( |')[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?"
)
_COMMA = re.compile(
    r"[0-9]*,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?|"
    r"[1-9][0-9]{0,2}(?:( |')[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?"
)
_UNIT_WORDS = {"分": "points", "人": "persons"}


@dataclass(frozen=True, slots=True)
class Number:
    """The readings of a text as a number.

    Parameters
    ----------
    point, comma : float or None
        Its value if the decimal sign is a point, or a comma; None where that cannot be.
    mark : str
        ``"%"``, a currency as written, a unit (``"points"``), or nothing.
    both : bool
        Whether it has a sign of thousands and one of decimals, which leaves no doubt.
    separated : bool
        Whether it has a point or comma at all.
    in_brackets : bool
        Whether it is negative because it is in brackets, as accountants write.
    """

    point: float | None
    comma: float | None
    mark: str = ""
    both: bool = False
    separated: bool = False
    in_brackets: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Whether the two readings differ."""
        return self.point is not None and self.comma is not None and self.point != self.comma


@lru_cache(maxsize=20_000)
def parse_number(text: str) -> Number | None:
    """Return the readings of a text as a number; None if it is none.

    Examples
    --------
    >>> parse_number("1,200")
    Number(point=1200.0, comma=1.2, mark='', both=False, separated=True, in_brackets=False)
    >>> parse_number("€ 1.200,50").comma, parse_number("(12.50)").point
    (1200.5, -12.5)
    >>> parse_number("1,2,3") is None
    True
    """
    match = _WHOLE.fullmatch(plain(text))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    before, after = match["before"] or "", match["after"] or ""
    if (match["sign"] and match["inner"]) or (before and after):
        return None
    if match["open"] and (match["sign"] or match["inner"]):
        return None
    body = match["number"].strip()
    digits, _, power = body.replace("E", "e").partition("e")
    point, comma = _value(digits, power, _POINT, "."), _value(digits, power, _COMMA, ",")
    if point is None and comma is None:
        return None
    if match["open"] or "-" in (match["sign"], match["inner"]):
        point = None if point is None else -point
        comma = None if comma is None else -comma
    mark = before or after
    mark = _UNIT_WORDS.get(mark, mark)
    if mark.rstrip("s") in ("point", "pt", "star"):
        mark = "points"
    separated = "." in digits or "," in digits
    both = "." in digits and "," in digits
    return Number(point, comma, mark, both, separated, bool(match["open"]))


def _value(digits: str, power: str, form: re.Pattern[str], decimal: str) -> float | None:
    if not (_WHOLE_NUMBER.fullmatch(digits) or form.fullmatch(digits)):
        return None
    if power and (" " in digits or "'" in digits or ("." in digits and "," in digits)):
        return None
    other = "." if decimal == "," else ","
    if power and other in digits:
        return None
    bare = digits.replace(other, "").replace(" ", "").replace("'", "").replace(decimal, ".")
    value = float(f"{bare}e{power}" if power else bare)
    return value if abs(value) < 1e300 else None
