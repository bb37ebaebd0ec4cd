"""Months as people write them: 2026-03, a day of that month, Mar-26, March 2026, 2026年3月."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from cemlib.data.problems import Problem
from cemlib.data.reading import Reading

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:[t\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}})(?:[/.\-]|年)\s*(\d{{1,2}})(?:月|(?:[/.\-]|月)\d{{1,2}}日?{_CLOCK})?"
)
_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_NAMED = re.compile(r"([a-z]{3,9})\.?[\s\-/,']*(\d{4}|\d{2})")
_NAMED_LAST = re.compile(r"(\d{4})[\s\-/,]+([a-z]{3,9})\.?")
_SERIAL = re.compile(r"\d{5}(?:\.0*)?")


def parse_month(text: str) -> int | None:
    """Return a month as a whole number, 12 · year + month − 1.

    Parameters
    ----------
    text : str
        Year and month, or a day of that month, the year first; or with the month's English name,
        in full or its first three letters; or the serial number of a day in a spreadsheet.

    Returns
    -------
    int or None
        None if the text is no month, or it is uncertain which.

    Examples
    --------
    >>> [parse_month(text) for text in ("2026-03", "Mar-26", "2026年3月", "03/04/2026")]
    [24314, 24314, 24314, None]
    """
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if match := _YEAR_FIRST.fullmatch(word) or _COMPACT.fullmatch(word):
        return _month(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.fullmatch(word):
        return _month(int(match[2]), int(match[1]))
    if match := _NAMED.fullmatch(word):
        return _month(int(match[2]) + 2000 * (len(match[2]) == 2), _number(match[1]))
    if match := _NAMED_LAST.fullmatch(word):
        return _month(int(match[1]), _number(match[2]))
    if _SERIAL.fullmatch(word) and 20_000 <= float(word) < 80_000:
        day = pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(float(word)))
        return _month(day.year, day.month)
    return None


def _number(name: str) -> int:
    """Return the number of a month with this English name; 0 if there is none."""
    at = _NAMES.index(name[:3]) if name[:3] in _NAMES else -1
    full = pd.Timestamp(2026, at + 1, 1).month_name().casefold() if at >= 0 else ""
    return at + 1 if name in (full, full[:3], "sept" if at == 8 else full) else 0


def _month(year: int, month: int) -> int | None:
    return year * 12 + month - 1 if 1 <= month <= 12 and 1900 <= year < 2200 else None


def _parse_months(texts: pd.Series) -> pd.Series:
    return texts.map({text: parse_month(text) for text in texts.dropna().unique()})


def month_names(months: pd.Series) -> pd.Series:
    """Return months as year and month, which sort as the calendar does.

    Examples
    --------
    >>> month_names(pd.Series([24314.0, None])).tolist()
    ['2026-03', None]
    """
    years, parts = months // 12, months % 12 + 1
    texts = [
        None if pd.isna(year) else f"{year:.0f}-{part:02.0f}"
        for year, part in zip(years, parts, strict=True)
    ]
    return pd.Series(texts, months.index, dtype=object)


def read_months(reading: Reading) -> pd.Series:
    """Return the column ``month`` of a reading as whole numbers, and add its problems.

    Parameters
    ----------
    reading : Reading
        With a text column ``month`` in its frame.

    Returns
    -------
    Series
        Months by `parse_month`; missing where the text is no month.
    """
    texts = reading.frame["month"]
    months = _parse_months(texts)
    wrong = (months.isna() & texts.notna()).to_numpy()
    source = reading.source_column("month")
    for at in wrong.nonzero()[0]:
        reading.problems.append(
            Problem(
                reading.numbers[at], source, str(texts.iloc[at]), "is not a month of the calendar",
                "write year and month, as in 2026-03",
            )
        )  # fmt: skip
    return months


def sortable_months(reading: Reading) -> pd.Series:
    """Return the column ``month`` of a reading as year and month, which sort as the calendar does.

    Where a text is no month, such as a quarter, all stay as they are, and a note says in which
    order they are compared.
    """
    texts = reading.frame["month"]
    months = _parse_months(texts)
    if (months.notna() == texts.notna()).all():
        return month_names(months)
    order = sorted(texts.dropna().unique())
    reading.notes.append(
        f"Column {reading.source_column('month')} holds other names than months: they are compared "
        f"in the order of their letters, {order[0]} to {order[-1]}."
    )
    return texts
