"""The charts of a study's page: findings over the grid, replicates, and effects of parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from cemlib.findings import Finding
from cemlib.formats import plural
from cemlib.report.pages import words
from cemlib.report.pages.study import svg
from cemlib.report.pages.study.comparison import Comparison, Estimate, Factor
from cemlib.report.plan.workbook import Value

WIDTH, HEIGHT = 344.0, 214.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 14.0, 12.0, 42.0
MAX_BARS = 6
MAX_LETTERS, CHARACTER = 14, 6.6  # of a value beside its bar, and the width of a letter
MAX_MARKS = 60  # on a line, and rows in a chart
MAX_DISTINCT = 16  # values of replicates, before they are counted in bins
Line = tuple[Value | None, list[tuple[Value, Estimate | None]]]


def panel(comparison: Comparison, finding: Finding, expected: float | None = None) -> Markup:
    """Return a finding over the grid: lines with bands along numbers, else a row per value.

    Parameters
    ----------
    comparison : Comparison
        The runs to compare.
    finding : Finding
        The finding.
    expected : float, optional
        Its expected value, drawn as a dashed line.
    """
    axis_factor = comparison.axes[0]
    lines = comparison.lines(finding.name)
    alt = alternative(comparison, finding, lines, expected)
    if axis_factor and axis_factor.is_number:
        return _lines(axis_factor, lines, expected, alt)
    return _rows(lines, expected, alt)


def alternative(
    comparison: Comparison, finding: Finding, lines: Sequence[Line], expected: float | None = None
) -> str:
    """Return the text alternative of a panel."""
    axis_factor, colour = comparison.axes
    parts = []
    for shade, line in lines:
        known = [(value, each) for value, each in line if each]
        condition = ""
        if colour and shade is not None:
            condition = f"with {words.label(colour.name).lower()} {words.plain(shade)}, "
        if not known:
            parts.append(f"{condition}in no run")
            continue
        values = [each.value for _, each in known]
        (first, start), (last, end) = known[0], known[-1]
        parts.append(
            f"{condition}{_format(finding, start.value, values)} at {words.plain(first)} and "
            f"{_format(finding, end.value, values)} at {words.plain(last)}"
        )
    name = words.label(finding.name)
    over = f" over {words.label(axis_factor.name).lower()}" if axis_factor else " by run"
    reference = "" if expected is None else f" Expected: {words.plain(float(expected))}."
    return f"{name}{over}: {'; '.join(parts)}.{reference}"


def replicates(
    comparison: Comparison,
    finding: Finding,
    references: Iterable[tuple[str, float]] = (),
    wide: bool = False,
) -> Markup:
    """Return the distribution of a finding over replicates, and its mean with an interval.

    Parameters
    ----------
    comparison : Comparison
        Replicates at one design point.
    finding : Finding
        The finding.
    references : iterable of (str, float)
        Names and positions of dashed lines.
    wide : bool
        Whether the chart fills a whole row of the page.
    """
    width = 2 * WIDTH + 24 if wide else WIDTH
    values = sorted(comparison.points[0].numbers(finding.name))
    average = comparison.points[0].estimate(finding.name)
    if average is None:
        return Markup("")
    dashed = list(references)
    bars = _bars(values)
    edges = [edge for low, high, _ in bars for edge in (low, high)]
    x = svg.padded_scale([*edges, *(at for _, at in dashed)], 16, width - 16, margin=0.02)
    mean_height = 47.0 if dashed else 21.0  # the mean is drawn below the labels of the dashed lines
    floor, tallest = HEIGHT - 77 + mean_height, max(count for _, _, count in bars)
    y = svg.Scale(0, tallest, floor, mean_height + 15)
    parts = []
    for low, high, count in bars:
        if count:
            left, right, top = x(low), x(high), y(count)
            parts.append(_box(left + 0.5, top, max(right - left - 1, 2.0), floor - top, "bar"))
    parts.append(svg.line([(16.0, floor), (width - 16, floor)], class_="axis"))
    marks = _marks(x, 10 if wide else 5)
    if len(distinct := sorted(set(values))) <= MAX_DISTINCT:
        marks = svg.spaced(distinct, x, 40)
    for at in marks:
        parts.append(svg.line([(x(at), floor), (x(at), floor + 4)], class_="axis"))
        parts.append(_text(svg.number(at, marks), x(at), floor + 18))
    for name, at in dashed:
        parts.append(svg.line([(x(at), 20.0), (x(at), floor)], class_="reference"))
        side = "end" if x(at) > width / 2 else "start"
        shift = -5 if side == "end" else 5
        text = f"{name} {words.plain(float(at))}"
        parts.append(_text(text, x(at) + shift, 26.0, side, "reference"))
    if average.low is not None and average.high is not None:
        bounds = [(x(average.low), mean_height), (x(average.high), mean_height)]
        parts.append(svg.line(bounds, stroke=svg.BLUE, stroke_width=3))
    parts.append(
        svg.line([(x(average.value), mean_height), (x(average.value), floor)], class_="mean")
    )
    parts.append(svg.mark(x(average.value), mean_height, 0))
    side = "start" if x(average.value) < width / 2 else "end"
    edge = average.high if side == "start" else average.low
    beside = x(average.value if edge is None else edge) + (8 if side == "start" else -8)
    parts.append(_text("mean", beside, mean_height + 4, side))
    alt = (
        f"{words.label(finding.name)} in {plural(len(values), 'replicate')}: "
        f"from {_format(finding, values[0], values)} to {_format(finding, values[-1], values)}, "
        f"mean {format_estimate(finding, average)}."
    )
    alt += "".join(f" {name.capitalize()}: {words.plain(float(at))}." for name, at in dashed)
    return svg.drawing(parts, width, floor + 30, alt)


def tornado(comparison: Comparison, finding: Finding) -> Markup:
    """Return the range of a finding's marginal means over each parameter, the widest on top."""
    effects = comparison.marginal_means(finding.name)[:MAX_BARS]
    all_means = [each for _, means in effects for _, each in means]
    height = 16.0 + 40 * len(effects) + 26
    if not all_means or max(all_means) - min(all_means) <= 1e-9 * max(map(abs, all_means)):
        return Markup("")
    left, right = (
        max(map(_label_width, texts)) for texts in zip(*map(_extremes, effects), strict=True)
    )
    x = svg.padded_scale(all_means, left, WIDTH - right, margin=0)
    floor = height - 24
    parts: list[Markup] = []
    marks = _marks(x)
    for at in marks:
        parts.append(svg.line([(x(at), 8.0), (x(at), floor)], class_="guide"))
        parts.append(_text(svg.number(at, marks), x(at), floor + 16))
    descriptions = []
    for row, (factor, means) in enumerate(effects):
        top = 12.0 + 40 * row
        (lowest, low), (highest, high) = (f(means, key=lambda pair: pair[1]) for f in (min, max))
        name = words.label(factor.name)
        parts.append(_text(name, 4.0, top + 10, "start", "name"))
        if high - low <= 1e-9 * max(abs(high), abs(low)):
            parts.append(svg.line([(x(low), top + 15), (x(low), top + 31)], class_="mean"))
            descriptions.append(f"{name} has no effect")
            continue
        parts.append(_box(x(low), top + 16, max(x(high) - x(low), 1.0), 14.0, "swing"))
        parts.append(_text(_cut(words.plain(lowest), MAX_LETTERS), x(low) - 5, top + 27, "end"))
        parts.append(_text(_cut(words.plain(highest), MAX_LETTERS), x(high) + 5, top + 27, "start"))
        descriptions.append(
            f"{name} from {_format(finding, low, all_means)} at {words.plain(lowest)} "
            f"to {_format(finding, high, all_means)} at {words.plain(highest)}"
        )
    name = words.label(finding.name).lower()
    alt = f"Effect of each parameter on {name}: {'; '.join(descriptions)}."
    return svg.drawing(parts, WIDTH, height, alt)


def _extremes(swing: tuple[Factor, list[tuple[Value, float]]]) -> list[str]:
    """Return the values of a parameter with the lowest and the highest mean, as text."""
    return [words.plain(f(swing[1], key=lambda pair: pair[1])[0]) for f in (min, max)]


def _label_width(text: str) -> float:
    return max(40.0, 12.0 + CHARACTER * min(len(text), MAX_LETTERS))


def legend(factor: Factor) -> list[tuple[Markup, str]]:
    """Return the symbol and the value of each colour."""
    signs = []
    for shade, value in enumerate(factor.values):
        stroke = {"stroke": svg.COLOURS[shade], "stroke_dasharray": svg.DASHES[shade]}
        sign = svg.line([(1.0, 7.0), (33.0, 7.0)], stroke_width=2, **stroke)
        parts = Markup("").join([sign, svg.mark(17.0, 7.0, shade)])
        shown = svg.tag("svg", parts, viewBox="0 0 34 14", width=34, height=14, aria_hidden="true")
        signs.append((shown, words.plain(value)))
    return signs


def format_estimate(finding: Finding, estimate: Estimate) -> str:
    """Return an estimate with its interval, as the page shows it.

    Examples
    --------
    >>> coverage = Finding("coverage", 1.0, "share", "Share of intervals with the true value.")
    >>> format_estimate(coverage, Estimate(0.94789, 0.9412, 0.9551, 200))
    '0.948 (0.941 to 0.955)'
    """
    shown = _as_finding(finding, estimate)
    bounds = words.interval(shown)
    return f"{words.value(shown)} ({bounds})" if bounds else words.value(shown)


def _lines(axis_factor: Factor, lines: Sequence[Line], expected: float | None, alt: str) -> Markup:
    floor = HEIGHT - BOTTOM
    numbers = [float(value or 0) for value in axis_factor.values]
    x = svg.grid_scale(numbers, LEFT + 8, WIDTH - RIGHT - 8)
    y = svg.padded_scale(_extent(lines, expected), floor, TOP)
    parts = _ground(y, WIDTH - RIGHT)
    for at in svg.spaced(numbers, x, 34):
        parts.append(svg.line([(x(at), floor), (x(at), floor + 4)], class_="axis"))
        parts.append(_text(svg.number(at), x(at), floor + 17))
    scale_note = " (log scale)" if x.is_log else ""
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        _text(words.label(axis_factor.name) + scale_note, middle, HEIGHT - 5, "middle", "name")
    )
    if expected is not None:
        reference = [(LEFT, y(expected)), (WIDTH - RIGHT, y(expected))]
        parts.append(svg.line(reference, class_="reference"))
    for shade, (_, line) in enumerate(lines):
        parts += [_band(piece, x, y, svg.COLOURS[shade]) for piece in _pieces(line)]
    for shade, (_, line) in enumerate(lines):
        stroke = {"stroke": svg.COLOURS[shade], "stroke_dasharray": svg.DASHES[shade]}
        for piece in _pieces(line):
            path = [(x(at), y(each.value)) for at, each in piece]
            parts.append(svg.line(path, stroke_width=2, **stroke))
            if len(line) <= MAX_MARKS:
                parts += [svg.mark(*point, shade) for point in path]
        missing = [float(at or 0) for at, each in line if each is None]
        parts += [svg.cross(x(at), floor - 6 - 9 * shade) for at in missing]
    return svg.drawing(parts, WIDTH, HEIGHT, alt)


def _rows(lines: Sequence[Line], expected: float | None, alt: str) -> Markup:
    """Return a row per value, for runs and for parameters that are not numbers."""
    rows = max(len(line) for _, line in lines)
    step = max(26.0, 12.0 * len(lines) + 8)
    height = TOP + rows * step + 26
    labels = [words.plain(value) for value, _ in lines[0][1]]
    left = 20 + min(6.4 * max(map(len, labels)), 140)
    floor = height - 26
    x = svg.padded_scale(_extent(lines, expected), left + 6, WIDTH - RIGHT)
    marks = _marks(x)
    parts = []
    for at in marks:
        parts.append(svg.line([(x(at), TOP - 4), (x(at), floor)], class_="guide"))
        parts.append(_text(svg.number(at, marks), x(at), floor + 17))
    if expected is not None:
        reference = [(x(expected), TOP - 4), (x(expected), floor)]
        parts.append(svg.line(reference, class_="reference"))
    for row, text in enumerate(labels):
        parts.append(_text(_cut(text, 22), left - 6, TOP + (row + 0.5) * step + 4, "end"))
    for shade, (_, line) in enumerate(lines):
        for row, (_, each) in enumerate(line):
            shift = 12.0 * (shade - (len(lines) - 1) / 2)
            middle = TOP + (row + 0.5) * step + shift
            if each is None:
                parts.append(svg.cross(left + 12, middle))
                continue
            if each.low is not None and each.high is not None:
                bounds = [(x(each.low), middle), (x(each.high), middle)]
                parts.append(svg.line(bounds, stroke=svg.COLOURS[shade], stroke_width=2))
            parts.append(svg.mark(x(each.value), middle, shade))
    return svg.drawing(parts, WIDTH, height, alt)


def _ground(y: svg.Scale, right: float) -> list[Markup]:
    """Return the grid lines of a panel with their labels, and its axis."""
    marks = svg.ticks(y.low, y.high, 4)
    parts = []
    for at in marks:
        parts.append(svg.line([(LEFT, y(at)), (right, y(at))], class_="guide"))
        parts.append(_text(svg.number(at, marks), LEFT - 6, y(at) + 4, "end"))
    parts.append(svg.line([(LEFT, y.start), (right, y.start)], class_="axis"))
    return parts


def _marks(x: svg.Scale, maximum: int = 4) -> list[float]:
    """Return round numbers along an axis whose labels do not overlap."""
    for count in range(maximum, 1, -1):
        marks = svg.ticks(x.low, x.high, count)
        longest = max(len(svg.number(at, marks)) for at in marks)
        if len(marks) * (7.0 * longest + 8) <= x.end - x.start:
            return marks
    return marks[::2]


def _band(
    piece: Sequence[tuple[float, Estimate]], x: svg.Scale, y: svg.Scale, colour: str
) -> Markup:
    bounds = [(x(at), each.low, each.high) for at, each in piece]
    known = [(at, low, high) for at, low, high in bounds if low is not None and high is not None]
    outline = [(at, y(high)) for at, _, high in known]
    outline += [(at, y(low)) for at, low, _ in reversed(known)]
    return svg.area(outline, fill=colour, opacity=".16") if known else Markup("")


def _pieces(line: Sequence[tuple[Value, Estimate | None]]) -> list[list[tuple[float, Estimate]]]:
    """Return the parts of a line between runs that did not finish."""
    pieces: list[list[tuple[float, Estimate]]] = [[]]
    for at, each in line:
        if each is None:
            pieces.append([])
        else:
            pieces[-1].append((float(at or 0), each))
    return [piece for piece in pieces if piece]


def _extent(lines: Sequence[Line], expected: float | None) -> list[float]:
    known = [each for _, line in lines for _, each in line if each]
    numbers = [number for each in known for number in (each.value, each.low, each.high)]
    return [number for number in [*numbers, expected] if number is not None] or [0.0]


def _bars(values: Sequence[float]) -> list[tuple[float, float, int]]:
    """Return lower edge, upper edge and count of each bar; a bar per value if there are few."""
    distinct = sorted(set(values))
    if len(distinct) == 1:
        half = abs(distinct[0]) * 0.05 or 0.5
        return [(distinct[0] - half, distinct[0] + half, len(values))]
    if len(distinct) <= MAX_DISTINCT:
        half = min(b - a for a, b in pairwise(distinct)) * 0.35
        return [(at - half, at + half, values.count(at)) for at in distinct]
    marks = svg.ticks(values[0], values[-1], min(max(round(math.sqrt(len(values))), 8), 20))
    step = marks[1] - marks[0]
    first = math.floor(values[0] / step)
    count = math.floor(values[-1] / step) - first + 1
    heights = [0] * count
    for value in values:
        heights[min(math.floor(value / step) - first, count - 1)] += 1
    return [((first + i) * step, (first + i + 1) * step, n) for i, n in enumerate(heights)]


def _as_finding(finding: Finding, estimate: Estimate) -> Finding:
    return Finding(
        finding.name, estimate.value, finding.unit, finding.sentence, estimate.low, estimate.high
    )


def _format(finding: Finding, value: float, among: Sequence[float]) -> str:
    """Return a value with enough decimals to distinguish it from the others."""
    bounds = (min(among), max(among)) if max(among) > min(among) else (None, None)
    return words.value(Finding(finding.name, value, finding.unit, "", *bounds))


def _text(content: str, x: float, y: float, anchor: str = "middle", kind: str = "") -> Markup:
    return svg.tag("text", content, x=x, y=y, text_anchor=anchor, class_=kind)


def _box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return svg.tag("rect", x=x, y=y, width=width, height=height, class_=kind)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
