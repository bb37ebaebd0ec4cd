"""The drawings of a study's page: a finding over the grid, its replicates, what moves it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from cemlib.findings import Finding
from cemlib.report.pages import words
from cemlib.report.pages.study import svg
from cemlib.report.pages.study.comparison import Estimate, Factor, Sweep
from cemlib.report.plan.workbook import Value

WIDTH, HEIGHT = 344.0, 214.0
LEFT, RIGHT, TOP, BOTTOM = 50.0, 14.0, 12.0, 42.0
MOST_BARS = 6
MOST_LETTERS, CHARACTER = 14, 6.6  # of a value beside its bar, and how wide one is
MOST_MARKS = 60  # on a line, and rows of a drawing
FEW = 16  # values that replicates may take before they are counted in bins
Line = tuple[Value | None, list[tuple[Value, Estimate | None]]]


def panel(sweep: Sweep, finding: Finding, expected: float | None = None) -> Markup:
    """Return a finding over the grid: along numbers as lines with bands, else row by row.

    Parameters
    ----------
    sweep : Sweep
        The runs.
    finding : Finding
        What is drawn.
    expected : float, optional
        What it should be: a dashed line.
    """
    along = sweep.axes[0]
    lines = sweep.lines(finding.name)
    alt = alternative(sweep, finding, lines, expected)
    if along and along.is_number:
        return _lines(along, lines, expected, alt)
    return _rows(lines, expected, alt)


def alternative(
    sweep: Sweep, finding: Finding, lines: Sequence[Line], expected: float | None = None
) -> str:
    """Return what a panel shows, in words."""
    along, colour = sweep.axes
    parts = []
    for shade, line in lines:
        known = [(value, each) for value, each in line if each]
        where = f"with {words.label(colour.name).lower()} {words.plain(shade)}, " if colour else ""  # type: ignore[arg-type]
        if not known:
            parts.append(f"{where}no run has it")
            continue
        spread = [each.value for _, each in known]
        (first, start), (last, end) = known[0], known[-1]
        parts.append(
            f"{where}{_said(finding, start.value, spread)} at {words.plain(first)} and "
            f"{_said(finding, end.value, spread)} at {words.plain(last)}"
        )
    name = words.label(finding.name)
    over = f" over {words.label(along.name).lower()}" if along else " by run"
    reference = "" if expected is None else f" Expected: {words.plain(float(expected))}."
    return f"{name}{over}: {'; '.join(parts)}.{reference}"


def replicates(
    sweep: Sweep, finding: Finding, references: Iterable[tuple[str, float]] = (), wide: bool = False
) -> Markup:
    """Return how a finding differs between replicates, and its mean with its interval.

    Parameters
    ----------
    sweep : Sweep
        Replicates at one point.
    finding : Finding
        What is drawn.
    references : iterable of (str, float)
        Dashed lines, each with its name.
    wide : bool
        Whether to fill a whole row of the page.
    """
    width = 2 * WIDTH + 24 if wide else WIDTH
    values = sorted(sweep.points[0].numbers(finding.name))
    average = sweep.points[0].estimate(finding.name)
    if average is None:
        return Markup("")
    dashed = list(references)
    bars = _bars(values)
    edges = [edge for low, high, _ in bars for edge in (low, high)]
    x = svg.around([*edges, *(at for _, at in dashed)], 16, width - 16, margin=0.02)
    above = 47.0 if dashed else 21.0  # the mean lies below the names of what is expected
    floor, most = HEIGHT - 77 + above, max(count for _, _, count in bars)
    y = svg.Scale(0, most, floor, above + 15)
    parts = []
    for low, high, count in bars:
        if count:
            left, right, top = x(low), x(high), y(count)
            parts.append(_box(left + 0.5, top, max(right - left - 1, 2.0), floor - top, "bar"))
    parts.append(svg.line([(16.0, floor), (width - 16, floor)], class_="axis"))
    marks = _marks(x, 10 if wide else 5)
    if len(distinct := sorted(set(values))) <= FEW:
        marks = svg.fitting(distinct, x, 40)
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
        ends = [(x(average.low), above), (x(average.high), above)]
        parts.append(svg.line(ends, stroke=svg.BLUE, stroke_width=3))
    parts.append(svg.line([(x(average.value), above), (x(average.value), floor)], class_="mean"))
    parts.append(svg.mark(x(average.value), above, 0))
    side = "start" if x(average.value) < width / 2 else "end"
    edge = average.high if side == "start" else average.low
    beside = x(average.value if edge is None else edge) + (8 if side == "start" else -8)
    parts.append(_text("mean", beside, above + 4, side))
    alt = (
        f"{words.label(finding.name)} in {words.plural(len(values), 'replicate')}: "
        f"from {_said(finding, values[0], values)} to {_said(finding, values[-1], values)}, "
        f"on average {said(finding, average)}."
    )
    alt += "".join(f" {name.capitalize()}: {words.plain(float(at))}." for name, at in dashed)
    return svg.drawing(parts, width, floor + 30, alt)


def tornado(sweep: Sweep, finding: Finding) -> Markup:
    """Return how far each parameter moves a finding, the others averaged; the widest on top."""
    swings = sweep.swings(finding.name)[:MOST_BARS]
    ends = [each for _, means in swings for _, each in means]
    height = 16.0 + 40 * len(swings) + 26
    if not ends or max(ends) - min(ends) <= 1e-9 * max(map(abs, ends)):
        return Markup("")
    left, right = (max(map(_room, texts)) for texts in zip(*map(_extremes, swings), strict=True))
    x = svg.around(ends, left, WIDTH - right, margin=0)
    floor = height - 24
    parts: list[Markup] = []
    marks = _marks(x)
    for at in marks:
        parts.append(svg.line([(x(at), 8.0), (x(at), floor)], class_="guide"))
        parts.append(_text(svg.number(at, marks), x(at), floor + 16))
    told = []
    for row, (factor, means) in enumerate(swings):
        top = 12.0 + 40 * row
        (least, low), (most, high) = (f(means, key=lambda pair: pair[1]) for f in (min, max))
        name = words.label(factor.name)
        parts.append(_text(name, 4.0, top + 10, "start", "name"))
        if high - low <= 1e-9 * max(abs(high), abs(low)):
            parts.append(svg.line([(x(low), top + 15), (x(low), top + 31)], class_="mean"))
            told.append(f"{name} moves it not at all")
            continue
        parts.append(_box(x(low), top + 16, max(x(high) - x(low), 1.0), 14.0, "swing"))
        parts.append(_text(_cut(words.plain(least), MOST_LETTERS), x(low) - 5, top + 27, "end"))
        parts.append(_text(_cut(words.plain(most), MOST_LETTERS), x(high) + 5, top + 27, "start"))
        told.append(
            f"{name} from {_said(finding, low, ends)} at {words.plain(least)} "
            f"to {_said(finding, high, ends)} at {words.plain(most)}"
        )
    alt = f"What moves {words.label(finding.name).lower()}: {'; '.join(told)}."
    return svg.drawing(parts, WIDTH, height, alt)


def _extremes(swing: tuple[Factor, list[tuple[Value, float]]]) -> list[str]:
    """Return the values of a parameter with the least and the greatest mean, as they are said."""
    return [words.plain(f(swing[1], key=lambda pair: pair[1])[0]) for f in (min, max)]


def _room(text: str) -> float:
    return max(40.0, 12.0 + CHARACTER * min(len(text), MOST_LETTERS))


def legend(factor: Factor) -> list[tuple[Markup, str]]:
    """Return the sign and the value of each colour."""
    signs = []
    for shade, value in enumerate(factor.values):
        stroke = {"stroke": svg.COLOURS[shade], "stroke_dasharray": svg.DASHES[shade]}
        sign = svg.line([(1.0, 7.0), (33.0, 7.0)], stroke_width=2, **stroke)
        parts = Markup("").join([sign, svg.mark(17.0, 7.0, shade)])
        shown = svg.tag("svg", parts, viewBox="0 0 34 14", width=34, height=14, aria_hidden="true")
        signs.append((shown, words.plain(value)))
    return signs


def said(finding: Finding, estimate: Estimate) -> str:
    """Return an estimate with its interval in words, as the page says it.

    Examples
    --------
    >>> found = Finding("coverage", 1.0, "share", "How many are covered.")
    >>> said(found, Estimate(0.94789, 0.9412, 0.9551, 200))
    '0.948 (0.941 to 0.955)'
    """
    shown = _as_finding(finding, estimate)
    spread = words.interval(shown)
    return f"{words.value(shown)} ({spread})" if spread else words.value(shown)


def _lines(along: Factor, lines: Sequence[Line], expected: float | None, alt: str) -> Markup:
    floor = HEIGHT - BOTTOM
    numbers = [float(value) for value in along.values]
    x = svg.along(numbers, LEFT + 8, WIDTH - RIGHT - 8)
    y = svg.around(_extent(lines, expected), floor, TOP)
    parts = _ground(y, WIDTH - RIGHT)
    for at in svg.fitting(numbers, x, 34):
        parts.append(svg.line([(x(at), floor), (x(at), floor + 4)], class_="axis"))
        parts.append(_text(svg.number(at), x(at), floor + 17))
    powers = " (each step a factor)" if x.powers else ""
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(words.label(along.name) + powers, middle, HEIGHT - 5, "middle", "name"))
    if expected is not None:
        ends = [(LEFT, y(expected)), (WIDTH - RIGHT, y(expected))]
        parts.append(svg.line(ends, class_="reference"))
    for shade, (_, line) in enumerate(lines):
        parts += [_band(piece, x, y, svg.COLOURS[shade]) for piece in _pieces(line)]
    for shade, (_, line) in enumerate(lines):
        stroke = {"stroke": svg.COLOURS[shade], "stroke_dasharray": svg.DASHES[shade]}
        for piece in _pieces(line):
            path = [(x(at), y(each.value)) for at, each in piece]
            parts.append(svg.line(path, stroke_width=2, **stroke))
            if len(line) <= MOST_MARKS:
                parts += [svg.mark(*place, shade) for place in path]
        missing = [float(at) for at, each in line if each is None]
        parts += [svg.cross(x(at), floor - 6 - 9 * shade) for at in missing]
    return svg.drawing(parts, WIDTH, HEIGHT, alt)


def _rows(lines: Sequence[Line], expected: float | None, alt: str) -> Markup:
    """Return a row a value, for runs and for parameters that are no numbers."""
    rows = max(len(line) for _, line in lines)
    step = max(26.0, 12.0 * len(lines) + 8)
    height = TOP + rows * step + 26
    labels = [words.plain(value) for value, _ in lines[0][1]]
    left = 20 + min(6.4 * max(map(len, labels)), 140)
    floor = height - 26
    x = svg.around(_extent(lines, expected), left + 6, WIDTH - RIGHT)
    marks = _marks(x)
    parts = []
    for at in marks:
        parts.append(svg.line([(x(at), TOP - 4), (x(at), floor)], class_="guide"))
        parts.append(_text(svg.number(at, marks), x(at), floor + 17))
    if expected is not None:
        ends = [(x(expected), TOP - 4), (x(expected), floor)]
        parts.append(svg.line(ends, class_="reference"))
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
                ends = [(x(each.low), middle), (x(each.high), middle)]
                parts.append(svg.line(ends, stroke=svg.COLOURS[shade], stroke_width=2))
            parts.append(svg.mark(x(each.value), middle, shade))
    return svg.drawing(parts, WIDTH, height, alt)


def _ground(y: svg.Scale, right: float) -> list[Markup]:
    """Return the guides of a panel with their labels, and its floor."""
    marks = svg.ticks(y.low, y.high, 4)
    parts = []
    for at in marks:
        parts.append(svg.line([(LEFT, y(at)), (right, y(at))], class_="guide"))
        parts.append(_text(svg.number(at, marks), LEFT - 6, y(at) + 4, "end"))
    parts.append(svg.line([(LEFT, y.start), (right, y.start)], class_="axis"))
    return parts


def _marks(x: svg.Scale, most: int = 4) -> list[float]:
    """Return round numbers along an axis, few enough for their labels."""
    for count in range(most, 1, -1):
        marks = svg.ticks(x.low, x.high, count)
        longest = max(len(svg.number(at, marks)) for at in marks)
        if len(marks) * (7.0 * longest + 8) <= x.end - x.start:
            return marks
    return marks[::2]


def _band(
    piece: Sequence[tuple[float, Estimate]], x: svg.Scale, y: svg.Scale, colour: str
) -> Markup:
    ends = [(x(at), each.low, each.high) for at, each in piece]
    known = [(at, low, high) for at, low, high in ends if low is not None and high is not None]
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
            pieces[-1].append((float(at), each))
    return [piece for piece in pieces if piece]


def _extent(lines: Sequence[Line], expected: float | None) -> list[float]:
    known = [each for _, line in lines for _, each in line if each]
    ends = [end for each in known for end in (each.value, each.low, each.high)]
    return [end for end in [*ends, expected] if end is not None] or [0.0]


def _bars(values: Sequence[float]) -> list[tuple[float, float, int]]:
    """Return low end, high end and count of each bar: one a value where there are few."""
    distinct = sorted(set(values))
    if len(distinct) == 1:
        half = abs(distinct[0]) * 0.05 or 0.5
        return [(distinct[0] - half, distinct[0] + half, len(values))]
    if len(distinct) <= FEW:
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


def _said(finding: Finding, value: float, among: Sequence[float]) -> str:
    """Return a value with the decimals that tell it from the others."""
    spread = (min(among), max(among)) if max(among) > min(among) else (None, None)
    return words.value(Finding(finding.name, value, finding.unit, "", *spread))


def _text(content: str, x: float, y: float, anchor: str = "middle", kind: str = "") -> Markup:
    return svg.tag("text", content, x=x, y=y, text_anchor=anchor, class_=kind)


def _box(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    return svg.tag("rect", x=x, y=y, width=width, height=height, class_=kind)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
