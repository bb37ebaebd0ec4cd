"""The findings of a study: a table for readers, and the same in data for the press."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from html import escape

from cemlib.checks import invalid_argument
from cemlib.findings import FINDINGS_MIME, Finding, portable, to_payload
from cemlib.teach.output import publish
from cemlib.teach.sentences import interval, number

_HEADS = ("Finding", "Value", "Unit", "95% interval", "In words")


def show_findings(findings: Iterable[Finding], caption: str = "What we found") -> None:
    """Show what a study found, and store it in the notebook for the press.

    Parameters
    ----------
    findings : iterable of Finding
        At least one; each name once.
    caption : str
        Heading of the table.

    Raises
    ------
    ValueError
        If there is no finding, a name comes twice, or an interval is upside down.

    Examples
    --------
    >>> show_findings([Finding("lowest_right", "respect", "", "Respect is felt least.")])
    Lowest right: respect. Respect is felt least.
    """
    found = list(findings)
    if not found:
        raise invalid_argument("findings", found, "at least one Finding")
    if strange := [item for item in found if not isinstance(item, Finding)]:
        raise invalid_argument("findings", strange[0], "a cemlib.findings.Finding")
    if twice := [name for name, count in Counter(item.name for item in found).items() if count > 1]:
        raise invalid_argument("findings", twice, "a list in which each name comes once")
    rows = [_cells(finding) for finding in found]
    publish(
        "\n".join(map(_line, rows)),
        {FINDINGS_MIME: to_payload(found), "text/html": _html(found, rows, caption)},
    )


def _cells(finding: Finding) -> tuple[str, str, str, str, str]:
    """Return name, value, unit, interval and sentence as they are read."""
    name = finding.name.replace("_", " ")
    spread = ""
    if isinstance(finding.value, str):
        value = finding.value
    else:
        digits = _digits(finding)
        value = number(finding.value, digits)
        if finding.low is not None or finding.high is not None:
            spread = interval(finding.low, finding.high, digits)
    return name[:1].upper() + name[1:], value, finding.unit, spread, finding.sentence


def _digits(finding: Finding) -> int:
    """Return the decimals worth printing: two digits of the interval, or three of the value."""
    if isinstance(finding.value, str):
        return 1
    value, low, high = (
        None if each is None else portable(each)
        for each in (finding.value, finding.low, finding.high)
    )
    if value is None:
        return 1
    if low is not None and high is not None and high > low:
        return _places(high - low, 2)
    return 0 if value == round(value) else _places(value, 3)


def _places(size: float, significant: int) -> int:
    return min(max(significant - 1 - math.floor(math.log10(abs(size))), 0), 6)


def _line(cells: tuple[str, str, str, str, str]) -> str:
    name, value, unit, spread, sentence = cells
    measured = " ".join(part for part in (value, unit, f"({spread})" if spread else "") if part)
    return f"{name}: {measured}. {sentence}"


def _html(found: list[Finding], rows: list[tuple[str, str, str, str, str]], caption: str) -> str:
    heads = "".join(f'<th scope="col" style="text-align: left">{head}</th>' for head in _HEADS)
    body = "\n".join(
        f'<tr data-finding="{escape(finding.name)}">'
        f'<th scope="row" style="text-align: left">{escape(name)}</th>'
        f'<td class="value" style="text-align: left; white-space: nowrap">{escape(value)}</td>'
        f'<td class="unit" style="text-align: left">{escape(unit)}</td>'
        f'<td class="interval" style="text-align: left; white-space: nowrap">{escape(spread)}</td>'
        f'<td class="sentence" style="text-align: left">{escape(sentence)}</td></tr>'
        for finding, (name, value, unit, spread, sentence) in zip(found, rows, strict=True)
    )
    return (
        f'<table class="cem-findings">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )
