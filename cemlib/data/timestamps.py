"""Parsing of dates with times: ISO 8601, other forms with the year first, spreadsheet numbers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cemlib import checks

DEFAULT_ZONE = "Asia/Shanghai"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)
_EXCEL = datetime(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # 1954–2119; others are not dates
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:[/.\-]|年)(\d{1,2})(?:[/.\-]|月)(\d{1,2})日?"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_YEAR_LAST = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}\b.*")


def zone_of(name: str) -> tzinfo:
    """Return the time zone with a name.

    Parameters
    ----------
    name : str
        Name in the IANA database: ``"Asia/Shanghai"``, ``"UTC"``.

    Raises
    ------
    ValueError
        If there is no such time zone.

    Examples
    --------
    >>> zone_of("Asia/Shanghai").key
    'Asia/Shanghai'
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        wanted = "the name of a time zone, such as 'Asia/Shanghai' or 'UTC'"
        raise checks.invalid_argument("zone", name, wanted) from error


def parse_moment(text: str, zone: tzinfo) -> tuple[int, bool] | None:
    """Return a time in microseconds since 1970, UTC.

    Parameters
    ----------
    text : str
        Any form of ISO 8601; year, month and day with slashes, dots or 年月日; or the serial number
        of a day in a spreadsheet.
    zone : tzinfo
        Time zone for times without one. When clocks are set back, the first of the two hours is
        used.

    Returns
    -------
    (int, bool) or None
        The time, and whether the text names a time zone; None if the text cannot be parsed.

    Examples
    --------
    >>> parse_moment("2026-03-17T19:05+08:00", zone_of("UTC"))
    (1773745500000000, True)
    >>> parse_moment("2026/3/17 19:05", zone_of("Asia/Shanghai"))
    (1773745500000000, False)
    """
    moment = _read(text.strip())
    if moment is None:
        return None
    named = moment.tzinfo is not None
    try:
        return ((moment if named else moment.replace(tzinfo=zone)) - _EPOCH) // _STEP, named
    except OverflowError:
        return None


def suggestion(text: str) -> str:
    """Return the fix for a text that is not a date with a time.

    Examples
    --------
    >>> suggestion("17/03/2026")
    'write the year first, as in 2026-03-17 19:05'
    """
    if _YEAR_LAST.fullmatch(text.strip()):
        return "write the year first, as in 2026-03-17 19:05"
    return "write it as in 2026-03-17T19:05:00+08:00"


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, hour, minute, second, part, offset = match.groups()
        clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}{part or ''}{offset or ''}"
        try:
            return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}")
        except ValueError:
            return None
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        return _EXCEL + timedelta(milliseconds=round(float(text) * 86_400_000))
    return None
