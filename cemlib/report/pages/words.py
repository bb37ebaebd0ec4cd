"""Values, findings and parameters in the words a page shows."""

from __future__ import annotations

import math

from cemlib.findings import Finding
from cemlib.report.plan.workbook import Value

MISSING = "not known"
_THIN = "\u202f"


def value(finding: Finding) -> str:
    """Return a finding's value with the decimals that its interval, or its size, makes worth it.

    Examples
    --------
    >>> value(Finding("gap", -3.24159, "points", "A gap.", low=-4.1, high=-2.4))
    '−3.2'
    >>> value(Finding("lowest_right", "respect", "", "Respect is felt least."))
    'respect'
    """
    if isinstance(finding.value, str):
        return finding.value
    return _number(finding.value, _digits(finding))


def interval(finding: Finding) -> str:
    """Return a finding's interval in words, empty where it has none.

    Examples
    --------
    >>> interval(Finding("gap", 3.24159, "points", "A gap.", low=2.4, high=4.1))
    '2.4 to 4.1'
    >>> interval(Finding("lift", 3.0, "points", "A lift.", low=2))
    'at least 2'
    """
    digits = _digits(finding)
    low, high = (_number(end, digits) for end in (finding.low, finding.high))
    if finding.low is None:
        return "" if finding.high is None else f"at most {high}"
    return f"at least {low}" if finding.high is None else f"{low} to {high}"


def plain(value: Value) -> str:
    """Return a parameter's value as a table shows it.

    Examples
    --------
    >>> plain(40.0), plain(True), plain(""), plain("survey.csv")
    ('40', 'true', 'empty', 'survey.csv')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("-", "−")
    return str(value).replace("-", "−") if isinstance(value, int) else value or "empty"


def label(name: str) -> str:
    """Return the name of a finding or a parameter as people write it.

    Examples
    --------
    >>> label("call_centre_only"), label("R2_share")
    ('Call centre only', 'R2 share')
    """
    spaced = " ".join(name.replace("_", " ").split())
    return spaced[:1].upper() + spaced[1:]


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "run"), plural(3, "run")
    ('1 run', '3 runs')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _digits(finding: Finding) -> int:
    """Return the decimals that show two digits of the interval's width, or three of the value."""
    value, low, high = finding.value, finding.low, finding.high
    if low is not None and high is not None and high > low:
        return _places(high - low, 2)
    if isinstance(value, str) or value is None or not math.isfinite(value):
        return 0
    return 0 if value == round(value) else _places(value, 3)


def _places(size: float, significant: int) -> int:
    return min(max(significant - 1 - math.floor(math.log10(abs(size))), 0), 6)


def _number(value: float | None, digits: int) -> str:
    if value is None or math.isnan(value):
        return MISSING
    text = f"{value:{',' if abs(value) >= 10_000 else ''}.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace(",", _THIN).replace("-", "−")
