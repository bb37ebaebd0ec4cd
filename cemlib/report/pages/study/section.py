"""The parts of a study's page: for each workbook, charts, verdicts and tables of its runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cemlib.findings import Finding
from cemlib.formats import number
from cemlib.report.artifacts import Outcome
from cemlib.report.errors import CellFailure
from cemlib.report.pages import words
from cemlib.report.pages.study import charts
from cemlib.report.pages.study.comparison import (
    Comparison,
    DesignPoint,
    Estimate,
    coverage,
    mean,
)
from cemlib.report.plan.replicates import SEED
from cemlib.report.plan.study import Run
from cemlib.report.plan.workbook import Value

FEATURED = 6  # charts that are not folded, if the study does not name findings
MAX_CELLS = 8_000  # of the table of all runs; a larger one leaves the findings out
NONE = "–"
NOMINAL = 0.95  # coverage of the intervals that workbooks report


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the mean of replicates is as expected; None if that cannot be judged."""

    text: str
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its heading and the comparison with what was expected."""

    label: str
    unit: str
    drawing: Markup
    verdicts: tuple[Verdict, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: text, interval, and the number by which the table is sorted."""

    text: str
    interval: str = ""
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row for a run, a design point or a finding; only a run has a report to link to."""

    name: str
    slug: str
    cells: tuple[Cell, ...]
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sortable table; each column has a name and a unit."""

    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Failures:
    """Runs that stopped for the same reason."""

    failure: CellFailure
    outcomes: tuple[Outcome, ...]


def panels(comparison: Comparison) -> list[Panel]:
    """Return a chart of each finding that varies over the grid or over replicates."""
    alone = comparison.is_replicated and len(comparison.points) == 1
    along = comparison.axes[0]
    rows = len(along.values) if along else len(comparison.points)
    if rows > charts.MAX_MARKS and not (along and along.is_number):
        return []  # the table shows them better
    return [
        _replicates(comparison, each) if alone else _over_grid(comparison, each)
        for each in comparison.varying
    ]


def tornadoes(comparison: Comparison) -> list[Panel]:
    """Return the effects of the parameters on each finding, if a grid varies several of them."""
    if not comparison.is_grid or len(comparison.factors) < 2:
        return []
    drawn = [(each, charts.tornado(comparison, each)) for each in comparison.varying]
    return [Panel(words.label(each.name), each.unit, shown) for each, shown in drawn if shown]


def featured(comparison: Comparison) -> int:
    """Return the number of charts that are not folded."""
    requested = {*comparison.study.findings, *comparison.study.expected, *comparison.study.truth}
    count = sum(each.name in requested for each in comparison.varying)
    return count if count and comparison.study.findings else max(count, FEATURED)


def summary(comparison: Comparison) -> Table | None:
    """Return a table of the replicates, with a row per finding or per design point."""
    if not comparison.is_replicated:
        return None
    if len(comparison.points) > 1:
        columns = [
            *_factor_columns(comparison),
            ("Runs", ""),
            *_finding_columns(comparison.varying),
        ]
        rows = [_point(comparison, row, point) for row, point in enumerate(comparison.points, 1)]
        return Table("Means over replicates", (("Design point", ""), *columns), tuple(rows))
    names = ("Finding", "Mean", "Standard deviation", "Minimum", "Maximum", "Runs")
    rows = [
        _distribution(each, comparison.points[0].numbers(each.name)) for each in comparison.varying
    ]
    return Table("Distribution over replicates", tuple((name, "") for name in names), tuple(rows))


def table(comparison: Comparison) -> Table:
    """Return a table with a row per run; a very large one leaves the findings out."""
    shown = (*comparison.varying, *(each for each, _ in comparison.varying_names))
    if len(comparison.outcomes) * (len(shown) + len(comparison.factors)) > MAX_CELLS:
        shown = ()
    columns = (("Run", ""), *_factor_columns(comparison), *_finding_columns(shown))
    with_interval = len(comparison.outcomes) <= 60
    rows = [
        Row(_name(outcome.run, row), *_cells(comparison, outcome, shown, with_interval))
        for row, outcome in enumerate(comparison.outcomes, 1)
    ]
    return Table(comparison.title, columns, tuple(rows))


def failures(outcomes: Iterable[Outcome]) -> list[Failures]:
    """Return the runs that did not finish, grouped by the reason."""
    groups: dict[CellFailure, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.failure:
            groups.setdefault(outcome.failure, []).append(outcome)
    return [Failures(failure, tuple(group)) for failure, group in groups.items()]


def fixed(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return the parameters changed in the same way in all runs: name, value, default."""
    first = comparison.outcomes[0].run
    varied = {factor.name for factor in comparison.factors}
    if comparison.is_replicated:
        varied.add(SEED)
    return [
        (each.name, words.plain(first.parameters[each.name]), words.plain(each.default))
        for each in first.workbook.parameters
        if each.name in first.changed and each.name not in varied
    ]


def missing(outcomes: Iterable[Outcome], requested: Iterable[str]) -> list[str]:
    """Return the names of findings that the study asks for and no run reports."""
    known = {each.name for outcome in outcomes for each in outcome.findings}
    return [name for name in dict.fromkeys(requested) if name not in known]


def judge(finding: Finding, estimate: Estimate, expected: float) -> Verdict:
    """Return whether the mean of replicates agrees with the expected value.

    Examples
    --------
    >>> finding = Finding("coverage", 1.0, "share", "Share of intervals with the true value.")
    >>> judge(finding, Estimate(0.94789, 0.9412, 0.9551, 200), 0.95).text
    '0.948 (0.941 to 0.955), expected 0.95: within sampling error'
    """
    text = f"{charts.format_estimate(finding, estimate)}, expected {words.plain(float(expected))}"
    if estimate.low is None or estimate.high is None:
        return Verdict(f"{text}: too few replicates to judge")
    rounding = 1e-9 * max(abs(expected), 1e-3)
    if estimate.low - rounding <= expected <= estimate.high + rounding:
        return Verdict(f"{text}: within sampling error", True)
    side = "lower" if estimate.value < expected else "higher"
    return Verdict(f"{text}: {side} by more than sampling error", False)


def _over_grid(comparison: Comparison, finding: Finding) -> Panel:
    expected = comparison.study.expected.get(finding.name)
    truth = comparison.study.truth.get(finding.name)
    drawing = charts.panel(comparison, finding, truth if expected is None else expected)
    verdicts = []
    if expected is not None and comparison.is_replicated:
        estimates = [point.estimate(finding.name) for point in comparison.points]
        judged = [judge(finding, each, expected) for each in estimates if each]
        good = sum(verdict.is_good is True for verdict in judged)
        text = f"expected {words.plain(float(expected))}: within sampling error"
        text += f" at {good} of {len(judged)} design points"
        verdicts.append(Verdict(text, good == len(judged)))
    if truth is not None:
        verdicts += _coverage(comparison.points, finding, truth)
    return Panel(words.label(finding.name), finding.unit, drawing, tuple(verdicts))


def _replicates(comparison: Comparison, finding: Finding) -> Panel:
    expected = comparison.study.expected.get(finding.name)
    truth = comparison.study.truth.get(finding.name)
    pairs = (("expected", expected), ("true value", truth))
    references = [(name, at) for name, at in pairs if at is not None]
    drawing = charts.replicates(comparison, finding, references, wide=bool(references))
    estimate = comparison.points[0].estimate(finding.name)
    verdicts = []
    if expected is not None and estimate:
        verdicts.append(judge(finding, estimate, expected))
    elif estimate:
        verdicts.append(Verdict(f"mean {charts.format_estimate(finding, estimate)}"))
    if truth is not None:
        verdicts += _coverage(comparison.points, finding, truth)
    return Panel(
        words.label(finding.name), finding.unit, drawing, tuple(verdicts), bool(references)
    )


def _coverage(points: Sequence[DesignPoint], finding: Finding, truth: float) -> list[Verdict]:
    """Return whether intervals cover the true value at their nominal rate, per design point.

    Design points share their random numbers, so their runs must not be pooled into one sample.
    """
    known = [coverage(point.outcomes, finding.name, truth) for point in points]
    shares = [each for each in known if each]
    judged = [judge(Finding("", 0.0, "", ""), each, NOMINAL) for each in shares]
    if not judged:
        return []
    label = "share of intervals that cover the true value"
    if len(judged) == 1:
        return [Verdict(f"{label}: {judged[0].text}", judged[0].is_good)]
    good = sum(verdict.is_good is True for verdict in judged)
    rates = [each.value for each in shares]
    text = f"{label}: {min(rates):.3f} to {max(rates):.3f}, expected {NOMINAL}: within sampling"
    return [Verdict(f"{text} error at {good} of {len(judged)} design points", good == len(judged))]


def _cells(
    comparison: Comparison, outcome: Outcome, shown: Sequence[Finding], with_interval: bool
) -> tuple[str, tuple[Cell, ...], bool]:
    values = {each.name: each for each in outcome.findings}
    cells = [_parameter(outcome.run.parameters[factor.name]) for factor in comparison.factors]
    for each in shown:
        cells.append(
            _finding(values[each.name], with_interval) if each.name in values else Cell(NONE)
        )
    return outcome.run.slug if outcome.has_report else "", tuple(cells), bool(outcome.failure)


def _name(run: Run, row: int) -> str:
    if run.replicate and not run.grid:
        return f"Replicate {run.replicate}"
    return f"Run {row}" if run.grid else run.title


def _point(comparison: Comparison, row: int, point: DesignPoint) -> Row:
    cells = [_parameter(value) for value in point.levels]
    finished = sum(not outcome.failure for outcome in point.outcomes)
    cells.append(Cell(number(finished), number=finished))
    for each in comparison.varying:
        estimate = point.estimate(each.name)
        cells.append(_estimate(each, estimate) if estimate else Cell(NONE))
    return Row(f"Design point {row}", "", tuple(cells))


def _distribution(finding: Finding, values: Sequence[float]) -> Row:
    estimate = mean(values)
    name = words.label(finding.name)
    if estimate is None:
        return Row(name, "", (Cell(NONE),) * 5)
    squares = math.fsum((each - estimate.value) ** 2 for each in values)
    deviation = math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else 0.0
    statistics = (deviation, min(values), max(values))
    cells = [Cell(_short(finding, each), number=each) for each in statistics]
    count = Cell(number(len(values)), number=len(values))
    return Row(name, "", (_estimate(finding, estimate), *cells, count))


def _parameter(value: Value) -> Cell:
    number = (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    )
    return Cell(words.plain(value), number=number)


def _finding(finding: Finding, with_interval: bool) -> Cell:
    sort_key = None if isinstance(finding.value, str) else finding.value
    interval = words.interval(finding) if with_interval else ""
    return Cell(words.value(finding), interval, sort_key)


def _estimate(finding: Finding, estimate: Estimate) -> Cell:
    value, _, interval = charts.format_estimate(finding, estimate).partition(" (")
    return Cell(value, interval.removesuffix(")"), estimate.value)


def _short(finding: Finding, value: float) -> str:
    return words.value(Finding(finding.name, value, finding.unit, ""))


def _factor_columns(comparison: Comparison) -> list[tuple[str, str]]:
    return [(words.label(factor.name), "") for factor in comparison.factors]


def _finding_columns(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(words.label(each.name), each.unit) for each in findings]
