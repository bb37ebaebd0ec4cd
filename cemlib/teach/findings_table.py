"""The findings of a study: a table for readers, and the same as data for the report."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from html import escape

from cemlib.checks import invalid_argument
from cemlib.findings import FINDINGS_MIME, Finding, portable, to_payload
from cemlib.formats import interval, number
from cemlib.teach.output import publish

_COLUMNS = ("Finding", "Value", "Unit", "95% interval", "In words")


def show_findings(
    findings: Iterable[Finding], caption: str = "What we found", answer: str = ""
) -> None:
    """Show the findings of a study as a table, and store them in the notebook as data.

    Parameters
    ----------
    findings : iterable of Finding
        At least one; each name once.
    caption : str
        Heading of the table.
    answer : Markdown
        The answer to the question of the study, which a report shows first.

    Raises
    ------
    ValueError
        If there is no finding, a name comes twice, or an interval has its bounds reversed.

    Examples
    --------
    >>> show_findings([Finding("lowest_right", "respect", "", "Respect is rated lowest.")])
    Lowest right: respect. Respect is rated lowest.
    """
    listed = list(findings)
    if not listed:
        raise invalid_argument("findings", listed, "at least one Finding")
    if others := [item for item in listed if not isinstance(item, Finding)]:
        raise invalid_argument("findings", others[0], "a cemlib.findings.Finding")
    counts = Counter(finding.name for finding in listed)
    if repeated := [name for name, count in counts.items() if count > 1]:
        raise invalid_argument("findings", repeated, "a list in which each name comes once")
    rows = [_cells(finding) for finding in listed]
    publish(
        "\n".join(map(_line, rows)),
        {
            FINDINGS_MIME: to_payload(listed, answer),
            "text/html": _html(listed, rows, caption),
        },
    )


def _cells(finding: Finding) -> tuple[str, str, str, str, str]:
    """Return name, value, unit, interval and sentence as they are printed."""
    name = finding.name.replace("_", " ")
    bounds = ""
    if isinstance(finding.value, str):
        value = finding.value
    else:
        digits = digits_of(finding)
        value = number(finding.value, digits)
        if finding.low is not None or finding.high is not None:
            bounds = interval(finding.low, finding.high, digits)
    return name[:1].upper() + name[1:], value, finding.unit, bounds, finding.sentence


def digits_of(finding: Finding) -> int:
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
        return _decimals(high - low, 2)
    return 0 if value == round(value) else _decimals(value, 3)


def _decimals(size: float, significant: int) -> int:
    return min(max(significant - 1 - math.floor(math.log10(abs(size))), 0), 6)


def _line(cells: tuple[str, str, str, str, str]) -> str:
    name, value, unit, bounds, sentence = cells
    quantity = " ".join(part for part in (value, unit, f"({bounds})" if bounds else "") if part)
    return f"{name}: {quantity}. {sentence}"


def _html(findings: list[Finding], rows: list[tuple[str, str, str, str, str]], caption: str) -> str:
    header = "".join(
        f'<th scope="col" style="text-align: left">{column}</th>' for column in _COLUMNS
    )
    body = "\n".join(
        f'<tr data-finding="{escape(finding.name)}">'
        f'<th scope="row" style="text-align: left">{escape(name)}</th>'
        f'<td class="value" style="text-align: left; white-space: nowrap">{escape(value)}</td>'
        f'<td class="unit" style="text-align: left">{escape(unit)}</td>'
        f'<td class="interval" style="text-align: left; white-space: nowrap">{escape(bounds)}</td>'
        f'<td class="sentence" style="text-align: left">{escape(sentence)}</td></tr>'
        for finding, (name, value, unit, bounds, sentence) in zip(findings, rows, strict=True)
    )
    return (
        f'<table class="cem-findings mathjax_ignore">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )
