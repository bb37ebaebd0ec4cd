"""Durations as people and programs write them: clock times, words, ISO 8601."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cemlib.data.plain import plain

UNITS = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
_DAYS = r"(?P<days>[0-9]+)\s*(?:days?|d|天|日)?,?\s+"
_LONG = re.compile(
    rf"(?P<sign>-)?(?:{_DAYS})?(?P<hours>[0-9]+):(?P<minutes>[0-5]?[0-9]):"
    r"(?P<seconds>[0-5]?[0-9](?:[.,][0-9]{1,9})?)"
)
_SHORT = re.compile(r"(?P<first>[0-9]+):(?P<second>[0-5][0-9])(?P<part>\.[0-9]{1,9})?")
_WORDS = {
    "weeks": r"weeks?|周|星期",
    "days": r"days?|d|天|日",
    "hours": r"hours?|hrs?|h|小时|个小时|时",
    "minutes": r"minutes?|mins?|min|m|分钟|分",
    "seconds": r"seconds?|secs?|sec|s|秒钟|秒",
    "milliseconds": r"milliseconds?|msecs?|ms|毫秒",
}
_AMOUNT = r"[0-9]+(?:[.,][0-9]{1,2}(?![0-9]))?"
_SPOKEN = re.compile(
    "".join(
        rf"(?:(?P<{unit}>{_AMOUNT})\s*(?:{words})\.?(?![a-z])[\s,]*(?:and\s+)?)?"
        for unit, words in _WORDS.items()
    )
)
_HOURS_AND = re.compile(r"(?P<hours>[0-9]+)\s*h\s*(?P<minutes>[0-5]?[0-9])")
_ISO = re.compile(
    r"p(?:(?P<days>[0-9]+)d)?(?:t(?:(?P<hours>[0-9]+)h)?(?:(?P<minutes>[0-9]+)m)?"
    r"(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)s)?)?"
)
_SECONDS = UNITS | {"weeks": 604_800.0}


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration.

    Parameters
    ----------
    seconds : float
        Its length in seconds.
    form : str
        How it is written: ``"h:mm:ss"``, ``"mm:ss"``, ``"h:mm"`` or ``"words"``.
    """

    seconds: float
    form: str


@lru_cache(maxsize=20_000)
def parse_duration(text: str, unit: str) -> Duration | None:
    """Return a duration; None if the text is none, or a plain number.

    Parameters
    ----------
    text : str
        ``"66:30:00"``, ``"2 days, 18:30:00"``, ``"2h 30m"``, ``"1 day 3 hours"``,
        ``"3小时20分钟"``, ``"1500 ms"``, ``"PT2H30M"``.
    unit : str
        The unit of the contract, which decides what ``12:30`` is: minutes and seconds where it
        is seconds or minutes, hours and minutes where it is hours or days.

    Examples
    --------
    >>> parse_duration("66:30:00", "hours").seconds / 3600
    66.5
    >>> parse_duration("0:12", "seconds"), parse_duration("12:30", "hours")
    (Duration(seconds=12.0, form='mm:ss'), Duration(seconds=45000.0, form='h:mm'))
    >>> parse_duration("1 day 3 hours", "hours").seconds / 3600
    27.0
    >>> parse_duration("7", "hours") is None
    True
    """
    word = plain(text).casefold()
    if match := _LONG.fullmatch(word):
        if match["days"] and int(match["hours"]) > 23:
            return None
        seconds = _total(match.groupdict())
        return Duration(-seconds if match["sign"] else seconds, "h:mm:ss")
    if match := _SHORT.fullmatch(word):
        first, second = int(match["first"]), int(match["second"])
        if unit in ("hours", "days"):
            return None if match["part"] else Duration(first * 3600.0 + second * 60.0, "h:mm")
        return Duration(first * 60.0 + second + float(match["part"] or 0), "mm:ss")
    for form in (_HOURS_AND, _SPOKEN, _ISO):
        match = form.fullmatch(word)
        if match and any(match.groupdict().values()):
            return Duration(_total(match.groupdict()), "words")
    return None


def _total(parts: dict[str, str | None]) -> float:
    amounts = {
        unit: float(text.replace(",", ".")) for unit, text in parts.items() if text and text != "-"
    }
    return sum(amount * _SECONDS[unit] for unit, amount in amounts.items())
