"""Parsing of dates with times: ISO 8601, year first or last, month names, spreadsheet numbers.

A date such as ``03/02/2026`` has two readings; `parse_orders` returns each, and a column decides.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from cemlib import checks
from cemlib.data.plain import plain

DEFAULT_ZONE = "Asia/Shanghai"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(microseconds=1)
_EXCEL = datetime(1899, 12, 30)
_SERIALS = (20_000, 80_000)  # 1954–2119; others are not dates
_1904 = timedelta(days=1462)
ORDERS = ("day first", "month first", "year first")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_CHINESE_WEEKDAY = r"(?:\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?"
_HALF = r"上午|下午|凌晨|清晨|早上|中午|晚上"
_CLOCK = (
    rf"(?:(?:\s*t\s*|\s*,?\s+(?:at\s+)?|\s*(?={_HALF}))(?P<half>{_HALF})?\s*(?P<hour>[0-9]{{1,2}})"
    r"(?:[:点时](?P<minute>[0-9]{2})分?(?::?(?P<second>[0-9]{2})(?P<part>[.,][0-9]{1,9})?秒?)?|点|时|"
    r"(?=\s*[ap]\.?m))"
    r"\s*(?P<noon>[ap]\.?m\.?)?)?"
    r"\s*(?P<offset>z|(?:utc|gmt)?[+-][0-9]{1,2}:?(?:[0-9]{2})?|utc|gmt)?"
)
_NUMERIC = re.compile(
    rf"{_WEEKDAY}(?P<a>[0-9]{{1,2}})(?P<by>[/.\-])(?P<b>[0-9]{{1,2}})(?P=by)(?P<c>[0-9]{{4}}|[0-9]{{2}})"
    rf"{_CLOCK}"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>[0-9]{{4}})(?:[/.\-]|\s*年\s*)(?P<month>[0-9]{{1,2}})(?:[/.\-]|\s*月\s*)"
    rf"(?P<day>[0-9]{{1,2}})\s*[日号]?{_CHINESE_WEEKDAY}{_CLOCK}"
)
_DAY_NAME = re.compile(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s/.\-]*{_MONTH}[\s/.,\-]*"
    rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_CLOCK}"
)
_NAME_DAY = re.compile(
    rf"{_WEEKDAY}{_MONTH}[\s\-]*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s*[\s,\-]"
    rf"(?P<year>[0-9]{{4}}){_CLOCK}"
)
_C_TIME = re.compile(
    rf"{_WEEKDAY}{_MONTH}\s+(?P<day>[0-9]{{1,2}})\s+(?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}}):"
    r"(?P<second>[0-9]{2})\s+(?P<year>[0-9]{4})"
)
_YEAR_NAME = re.compile(rf"(?P<year>[0-9]{{4}})[\s\-/]{_MONTH}[\s\-/](?P<day>[0-9]{{1,2}}){_CLOCK}")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_STARTS = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-]")


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


def parse_moment(
    text: str, zone: tzinfo, order: str = "", epoch_1904: bool = False
) -> tuple[int, bool] | None:
    """Return a time in microseconds since 1970, UTC.

    Parameters
    ----------
    text : str
        Any form of ISO 8601; year, month and day with slashes, dots or 年月日; day and year with an
        English month name; AM, PM, 上午 or 下午; or the serial number of a day in a spreadsheet.
    zone : tzinfo
        Time zone for times without one. When clocks are set back, the first of the two hours is
        used.
    order : str
        What a date with the year last begins with: ``"day first"`` or ``"month first"``; not
        parsed if empty.
    epoch_1904 : bool
        Whether serial numbers count from 1904.

    Returns
    -------
    (int, bool) or None
        The time, and whether the text names a time zone; None if the text cannot be parsed.

    Examples
    --------
    >>> parse_moment("2026-03-17T19:05+08:00", zone_of("UTC"))
    (1773745500000000, True)
    >>> parse_moment("2026年3月17日 下午7:05", zone_of("Asia/Shanghai"))
    (1773745500000000, False)
    >>> parse_moment("17/Mar/26 7:05 PM", zone_of("Asia/Shanghai"))
    (1773745500000000, False)
    >>> parse_moment("17/03/2026 19:05", zone_of("Asia/Shanghai"), "day first")
    (1773745500000000, False)
    """
    moment = _read(text, epoch_1904)
    if moment is None and order:
        moment = _orders(plain(text).casefold()).get(order)
    return None if moment is None else _since_1970(moment, zone)


def parse_orders(text: str, zone: tzinfo) -> dict[str, tuple[int, bool]]:
    """Return the readings of a date that does not begin with a year of four digits.

    Parameters
    ----------
    text : str
        Such as ``"03/02/2026 08:00"``.
    zone : tzinfo
        Time zone for times without one.

    Returns
    -------
    dict
        What it may begin with (one of `ORDERS`) → its value, as `parse_moment` returns it.

    Examples
    --------
    >>> sorted(parse_orders("03/02/2026", zone_of("UTC")))
    ['day first', 'month first']
    >>> sorted(parse_orders("17/03/2026", zone_of("UTC")))
    ['day first']
    """
    read = {
        order: _since_1970(moment, zone)
        for order, moment in _orders(plain(text).casefold()).items()
    }
    return {order: value for order, value in read.items() if value is not None}


def suggestion(text: str) -> str:
    """Return the fix for a text that is not a date with a time.

    Examples
    --------
    >>> suggestion("32/03/2026")
    'write the year first, as in 2026-03-17 19:05'
    """
    if _STARTS.match(text.strip()):
        return "write the year first, as in 2026-03-17 19:05"
    return "write it as in 2026-03-17T19:05:00+08:00"


def _since_1970(moment: datetime, zone: tzinfo) -> tuple[int, bool] | None:
    named = moment.tzinfo is not None
    try:
        return ((moment if named else moment.replace(tzinfo=zone)) - _EPOCH) // _STEP, named
    except OverflowError:
        return None


def _read(text: str, epoch_1904: bool) -> datetime | None:
    """Return the time in a text that has one reading only."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        word = plain(text).casefold()
    if _STARTS.match(word):
        return None
    if _SERIAL.fullmatch(word):
        serial = float(word.replace(",", "."))
        if not _SERIALS[0] <= serial < _SERIALS[1]:
            return None
        moment = _EXCEL + timedelta(milliseconds=round(serial * 86_400_000))
        return moment + _1904 if epoch_1904 else moment
    for form in (_YEAR_FIRST, _DAY_NAME, _NAME_DAY, _YEAR_NAME, _C_TIME):
        if match := form.fullmatch(word):
            parts = match.groupdict()
            named = parts.get("name")
            month = _MONTHS.index(named[:3]) + 1 if named else int(parts["month"])
            return _moment(_year(parts["year"]), month, int(parts["day"]), parts)
    try:
        return datetime.fromisoformat(word.upper())
    except ValueError:
        return None


def _orders(word: str) -> dict[str, datetime]:
    """Return the readings of a date in numbers, by what it begins with."""
    match = _NUMERIC.fullmatch(word)
    if match is None:
        return {}
    parts = match.groupdict()
    a, b, c = parts["a"], parts["b"], parts["c"]
    dates = {"day first": (c, b, a), "month first": (c, a, b)}
    if len(c) == 2:
        dates["year first"] = (a, b, c)
    read = {}
    for order, (year, month, day) in dates.items():
        if len(year) == 1:
            continue
        moment = _moment(_year(year), int(month), int(day), parts)
        if moment is not None:
            read[order] = moment
    return read


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 70 else 2000)


def _moment(year: int, month: int, day: int, parts: dict[str, str | None]) -> datetime | None:
    """Return the time of a date with the parts of its clock; None if there is no such time."""
    hour = int(parts.get("hour") or 0)
    noon, half = (parts.get("noon") or "")[:1], parts.get("half") or ""
    if noon and half:
        return None
    if noon == "p" or half in ("下午", "晚上", "中午"):
        if (hour == 0) or (half == "晚上" and hour == 12) or (half == "中午" and hour > 13):
            return None
        hour = hour + 12 if hour < 12 and not (half == "中午" and hour == 11) else hour
    elif noon == "a" or half:
        if hour > 12:
            return None
        hour %= 12
    part = (parts.get("part") or "")[1:7].ljust(6, "0")
    clock = (hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(part))
    try:
        return datetime(year, month, day, *clock, tzinfo=_offset(parts.get("offset") or ""))
    except ValueError:
        return None


def _offset(text: str) -> tzinfo | None:
    if not text:
        return None
    digits = text.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if digits in ("", "z"):
        return UTC
    number = digits[1:]
    hours, minutes = (int(number), 0) if len(number) < 3 else (int(number[:-2]), int(number[-2:]))
    if hours > 15 or minutes > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if digits[0] == "-" else offset)
