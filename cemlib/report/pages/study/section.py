"""A study's page, part by part: what each workbook's runs show, in drawings, words and tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cemlib.findings import Finding
from cemlib.report.artifacts import Outcome
from cemlib.report.errors import CellFailure
from cemlib.report.pages import words
from cemlib.report.pages.study import charts
from cemlib.report.pages.study import comparison as sweep
from cemlib.report.pages.study.comparison import Estimate, Point, Sweep
from cemlib.report.plan.study import Run
from cemlib.report.plan.workbook import Value

FEATURED = 6  # drawings that are shown at once, where the study does not name them
MOST_CELLS = 8_000  # of the table of all runs, before it leaves the findings out
NONE = "–"
NOMINAL = 0.95  # of the intervals that workbooks report


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether replicates are, on average, what they should be; none where nobody has said."""

    text: str
    is_well: bool | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A drawing with its heading, and where it was expected otherwise, what to think of it."""

    label: str
    unit: str
    drawing: Markup
    verdicts: tuple[Verdict, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows, with its interval, and the number by which it is sorted."""

    text: str
    interval: str = ""
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A run, a point of the grid or a finding; a run has a page of its own."""

    name: str
    slug: str
    cells: tuple[Cell, ...]
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns can be sorted; each head has a name and a unit."""

    caption: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Failures:
    """The runs that stopped for one reason."""

    failure: CellFailure
    outcomes: tuple[Outcome, ...]


def panels(found: Sweep) -> list[Panel]:
    """Return a drawing of each finding that moves, over the grid or over replicates."""
    alone = found.is_replicated and len(found.points) == 1
    along = found.axes[0]
    rows = len(along.values) if along else len(found.points)
    if rows > charts.MOST_MARKS and not (along and along.is_number):
        return []  # the table is the better picture
    return [_replicates(found, each) if alone else _over(found, each) for each in found.moving]


def tornadoes(found: Sweep) -> list[Panel]:
    """Return what moves each finding, where a grid varies several parameters."""
    if not found.is_grid or len(found.factors) < 2:
        return []
    drawn = [(each, charts.tornado(found, each)) for each in found.moving]
    return [Panel(words.label(each.name), each.unit, shown) for each, shown in drawn if shown]


def featured(found: Sweep) -> int:
    """Return how many drawings are shown at once."""
    named = {*found.study.findings, *found.study.expected, *found.study.truth}
    count = sum(each.name in named for each in found.moving)
    return count if count and found.study.findings else max(count, FEATURED)


def summary(found: Sweep) -> Table | None:
    """Return the replicates in numbers: a row a finding, or a row a point of the grid."""
    if not found.is_replicated:
        return None
    if len(found.points) > 1:
        heads = [*_factor_heads(found), ("Runs", ""), *_finding_heads(found.moving)]
        rows = [_point(found, number, point) for number, point in enumerate(found.points, 1)]
        return Table("Means over replicates", (("Point", ""), *heads), tuple(rows))
    names = ("Finding", "Mean", "Standard deviation", "Least", "Most", "Runs")
    rows = [_spread(each, found.points[0].numbers(each.name)) for each in found.moving]
    return Table("Over all replicates", tuple((name, "") for name in names), tuple(rows))


def table(found: Sweep) -> Table:
    """Return all runs, a row a run; a very long table leaves the findings out."""
    shown = (*found.moving, *(each for each, _ in found.named))
    if len(found.outcomes) * (len(shown) + len(found.factors)) > MOST_CELLS:
        shown = ()
    heads = (("Run", ""), *_factor_heads(found), *_finding_heads(shown))
    few = len(found.outcomes) <= 60
    rows = [
        Row(_name(outcome.run, number), *_cells(found, outcome, shown, few))
        for number, outcome in enumerate(found.outcomes, 1)
    ]
    return Table(found.title, heads, tuple(rows))


def failures(outcomes: Iterable[Outcome]) -> list[Failures]:
    """Return the runs that did not finish, those together that stopped for one reason."""
    groups: dict[CellFailure, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.failure:
            groups.setdefault(outcome.failure, []).append(outcome)
    return [Failures(failure, tuple(group)) for failure, group in groups.items()]


def fixed(found: Sweep) -> list[tuple[str, str, str]]:
    """Return the parameters changed alike in all runs: name, value, default."""
    first = found.outcomes[0].run
    varied = {factor.name for factor in found.factors}
    if found.is_replicated:
        varied.add(sweep.SEED)
    return [
        (each.name, words.plain(first.parameters[each.name]), words.plain(each.default))
        for each in first.workbook.parameters
        if each.name in first.changed and each.name not in varied
    ]


def missing(outcomes: Iterable[Outcome], wanted: Iterable[str]) -> list[str]:
    """Return the names that the study wants shown, but that no run has found."""
    known = {each.name for outcome in outcomes for each in outcome.findings}
    return [name for name in dict.fromkeys(wanted) if name not in known]


def judge(finding: Finding, estimate: Estimate, expected: float) -> Verdict:
    """Return whether the mean of replicates agrees with what it should be.

    Examples
    --------
    >>> found = Finding("coverage", 1.0, "share", "How many are covered.")
    >>> judge(found, Estimate(0.94789, 0.9412, 0.9551, 200), 0.95).text
    '0.948 (0.941 to 0.955), expected 0.95: within error'
    """
    text = f"{charts.said(finding, estimate)}, expected {words.plain(float(expected))}"
    if estimate.low is None or estimate.high is None:
        return Verdict(f"{text}: too few replicates to tell")
    rounding = 1e-9 * max(abs(expected), 1e-3)
    if estimate.low - rounding <= expected <= estimate.high + rounding:
        return Verdict(f"{text}: within error", True)
    side = "lower" if estimate.value < expected else "higher"
    return Verdict(f"{text}: {side} than error allows", False)


def _over(found: Sweep, finding: Finding) -> Panel:
    expected = found.study.expected.get(finding.name)
    truth = found.study.truth.get(finding.name)
    drawing = charts.panel(found, finding, truth if expected is None else expected)
    verdicts = []
    if expected is not None and found.is_replicated:
        estimates = [point.estimate(finding.name) for point in found.points]
        judged = [judge(finding, each, expected) for each in estimates if each]
        well = sum(verdict.is_well is True for verdict in judged)
        text = f"expected {words.plain(float(expected))}: within error at {well} of {len(judged)}"
        verdicts.append(Verdict(f"{text} points", well == len(judged)))
    if truth is not None:
        verdicts += _coverage(found.points, finding, truth)
    return Panel(words.label(finding.name), finding.unit, drawing, tuple(verdicts))


def _replicates(found: Sweep, finding: Finding) -> Panel:
    expected = found.study.expected.get(finding.name)
    truth = found.study.truth.get(finding.name)
    pairs = (("expected", expected), ("truth", truth))
    references = [(name, at) for name, at in pairs if at is not None]
    drawing = charts.replicates(found, finding, references, wide=bool(references))
    estimate = found.points[0].estimate(finding.name)
    verdicts = []
    if expected is not None and estimate:
        verdicts.append(judge(finding, estimate, expected))
    elif estimate:
        verdicts.append(Verdict(f"mean {charts.said(finding, estimate)}"))
    if truth is not None:
        verdicts += _coverage(found.points, finding, truth)
    return Panel(
        words.label(finding.name), finding.unit, drawing, tuple(verdicts), bool(references)
    )


def _coverage(points: Sequence[Point], finding: Finding, truth: float) -> list[Verdict]:
    """Return whether the intervals cover the truth as often as they promise, point by point.

    Points of a grid share their random numbers, so their runs are no larger sample together.
    """
    known = [sweep.covered(point.outcomes, finding.name, truth) for point in points]
    shares = [each for each in known if each]
    judged = [judge(Finding("", 0.0, "", ""), each, NOMINAL) for each in shares]
    if not judged:
        return []
    told = "intervals that cover the truth"
    if len(judged) == 1:
        return [Verdict(f"{told}: {judged[0].text}", judged[0].is_well)]
    well = sum(verdict.is_well is True for verdict in judged)
    rates = [each.value for each in shares]
    text = f"{told}: {min(rates):.3f} to {max(rates):.3f}, expected {NOMINAL}: within error at"
    return [Verdict(f"{text} {well} of {len(judged)} points", well == len(judged))]


def _cells(
    found: Sweep, outcome: Outcome, shown: Sequence[Finding], few: bool
) -> tuple[str, tuple[Cell, ...], bool]:
    values = {each.name: each for each in outcome.findings}
    cells = [_parameter(outcome.run.parameters[factor.name]) for factor in found.factors]
    for each in shown:
        cells.append(_finding(values[each.name], few) if each.name in values else Cell(NONE))
    return outcome.run.slug if outcome.has_report else "", tuple(cells), bool(outcome.failure)


def _name(run: Run, number: int) -> str:
    if run.replicate and not run.grid:
        return f"Replicate {run.replicate}"
    return f"Run {number}" if run.grid else run.title


def _point(found: Sweep, number: int, point: Point) -> Row:
    cells = [_parameter(value) for value in point.at]
    well = sum(not outcome.failure for outcome in point.outcomes)
    cells.append(Cell(str(well), number=well))
    for each in found.moving:
        estimate = point.estimate(each.name)
        cells.append(_estimate(each, estimate) if estimate else Cell(NONE))
    return Row(f"Point {number}", "", tuple(cells))


def _spread(finding: Finding, values: Sequence[float]) -> Row:
    estimate = sweep.mean(values)
    name = words.label(finding.name)
    if estimate is None:
        return Row(name, "", (Cell(NONE),) * 5)
    squares = math.fsum((each - estimate.value) ** 2 for each in values)
    deviation = math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else 0.0
    numbers = (deviation, min(values), max(values))
    cells = [Cell(_short(finding, each), number=each) for each in numbers]
    count = Cell(str(len(values)), number=len(values))
    return Row(name, "", (_estimate(finding, estimate), *cells, count))


def _parameter(value: Value) -> Cell:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(words.plain(value), number=float(value) if number else None)


def _finding(finding: Finding, with_interval: bool) -> Cell:
    number = None if isinstance(finding.value, str) else finding.value
    interval = words.interval(finding) if with_interval else ""
    return Cell(words.value(finding), interval, number)


def _estimate(finding: Finding, estimate: Estimate) -> Cell:
    said, _, interval = charts.said(finding, estimate).partition(" (")
    return Cell(said, interval.removesuffix(")"), estimate.value)


def _short(finding: Finding, value: float) -> str:
    return words.value(Finding(finding.name, value, finding.unit, ""))


def _factor_heads(found: Sweep) -> list[tuple[str, str]]:
    return [(words.label(factor.name), "") for factor in found.factors]


def _finding_heads(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(words.label(each.name), each.unit) for each in findings]
