"""The answer to the question of a study, in sentences, before its charts."""

from __future__ import annotations

from collections.abc import Sequence

from cemlib.findings import Finding
from cemlib.formats import join_words
from cemlib.report.pages import words
from cemlib.report.pages.study.charts import format_estimate
from cemlib.report.pages.study.comparison import Comparison, DesignPoint
from cemlib.report.pages.study.section import Panel

MOST = 3  # sentences


def sentences(comparison: Comparison, panels: Sequence[Panel]) -> list[str]:
    """Return what was expected and came out, and else where findings are lowest and highest.

    Parameters
    ----------
    comparison : Comparison
        The runs of one workbook.
    panels : sequence of Panel
        The charts of its varying findings, in their order; they hold what was judged.

    Returns
    -------
    list of str
        At most three plain sentences: first what is not as expected, then what is, then ranges.
    """
    judged = [
        (verdict.is_good, f"{panel.label}: {verdict.text}.")
        for panel in panels
        for verdict in panel.verdicts
        if verdict.is_good is not None
    ]
    judged.sort(key=lambda pair: pair[0])  # what is off is never the sentence that is left out
    named = set(comparison.study.findings)
    known = {*comparison.study.expected, *comparison.study.truth}
    open_ones = [each for each in comparison.varying if each.name not in known]
    wanted = [each for each in open_ones if each.name in named] or open_ones
    ranges = (_range(comparison, each) for each in wanted)
    return [*(text for _, text in judged), *filter(None, ranges)][:MOST]


def _range(comparison: Comparison, finding: Finding) -> str:
    """Return at which design points a finding is lowest and highest; empty with one point."""
    known = [
        (estimate, point)
        for point in comparison.points
        if (estimate := point.estimate(finding.name)) is not None
    ]
    if len(known) < 2:
        return ""
    low, high = (choose(known, key=lambda pair: pair[0].value) for choose in (min, max))
    least, most = (format_estimate(finding, each) for each, _ in (low, high))
    label = f"{words.label(finding.name)}, {finding.unit}".removesuffix(", ")
    return (
        f"{label}: lowest {least}, where {_levels(comparison, low[1])}; "
        f"highest {most}, where {_levels(comparison, high[1])}."
    )


def _levels(comparison: Comparison, point: DesignPoint) -> str:
    if not comparison.is_grid:
        return f"the run is “{point.outcomes[0].run.title}”"
    levels = zip(comparison.factors, point.levels, strict=True)
    return join_words(
        f"{words.label(factor.name).lower()} = {words.plain(value)}" for factor, value in levels
    )
