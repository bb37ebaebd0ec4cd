"""SVG elements, scales and ticks for the charts of a study's page.

The charts are written as SVG directly, not with matplotlib. A panel is several times smaller, so
that a page with dozens of panels stays small. Its colours and type follow the page's style sheet,
also in print, and its labels are real text, so the page needs no fonts as paths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

# Okabe & Ito, distinguishable for colour-blind readers; shapes and dashes repeat the distinction.
BLUE, VERMILION = "#0072b2", "#d55e00"
COLOURS = (BLUE, VERMILION, "#009e73", "#e69f00", "#cc79a7", "#56b4e9")
DASHES = ("", "6 3", "2 3", "9 3 2 3", "12 4", "4 2")
LOG_RATIO = 60.0  # of the largest to the smallest value, from which a scale is logarithmic


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps numbers to positions.

    Parameters
    ----------
    low, high : float
        Smallest and largest number.
    start, end : float
        Their positions, in pixels.
    is_log : bool
        Whether the scale is logarithmic.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Return the position of a number."""
        low, high, at = self.low, self.high, value
        if self.is_log:
            low, high, at = (math.log(each) for each in (low, high, value))
        if high == low:
            return (self.start + self.end) / 2
        return self.start + (at - low) / (high - low) * (self.end - self.start)


def grid_scale(values: Sequence[float], start: float, end: float) -> Scale:
    """Return a scale for the values of a grid, logarithmic if they span a wide range."""
    low, high = min(values), max(values)
    return Scale(low, high, start, end, is_log=low > 0 and high / low >= LOG_RATIO)


def padded_scale(values: Iterable[float], start: float, end: float, margin: float = 0.06) -> Scale:
    """Return a scale that holds all numbers, with a margin.

    Examples
    --------
    >>> padded_scale([0, 10], 100, 0, margin=0.1)
    Scale(low=-1.0, high=11.0, start=100, end=0, is_log=False)
    """
    known = list(values)
    low, high = min(known), max(known)
    room = (high - low) * margin or abs(high) * 0.1 or 1.0
    return Scale(low - room, high + room, start, end)


def ticks(low: float, high: float, maximum: int = 5) -> list[float]:
    """Return round numbers between two bounds.

    Examples
    --------
    >>> ticks(0.3, 9.1)
    [2.0, 4.0, 6.0, 8.0]
    """
    if not high > low:
        return [low]
    rough = (high - low) / maximum
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{number * step:.10g}") for number in range(first, last + 1)]


def spaced(values: Sequence[float], scale: Scale, gap: float) -> list[float]:
    """Return the first value and each that is at least a gap of pixels from the previous one."""
    chosen: list[float] = []
    for value in values:
        if not chosen or abs(scale(value) - scale(chosen[-1])) >= gap:
            chosen.append(value)
    return chosen


def number(value: float, among: Sequence[float] = ()) -> str:
    """Return a number as a tick label, with enough decimals to distinguish it from the others.

    Examples
    --------
    >>> number(0.5, [0, 0.25, 0.5]), number(-20000), number(1e9)
    ('0.50', '−20,000', '1e+09')
    """
    steps = [abs(b - a) for a, b in pairwise(sorted({*among, value}))]
    digits = 0
    while digits < 6 and any(abs(step - round(step, digits)) > step * 0.01 for step in steps):
        digits += 1
    if not steps or abs(value) >= 1e7:
        text = f"{value:.4g}" if abs(value) < 1e4 or abs(value) >= 1e7 else f"{value:.0f}"
    else:
        text = f"{value:.{digits}f}"
    if text.lstrip("-").isdigit():
        text = f"{int(text):,}"
    return text.replace("-", "−") if "e" not in text else text


def tag(name: str, content: str = "", **attributes: Any) -> Markup:
    """Return an element; numbers are rounded to 0.1 pixels, underscores become hyphens.

    Examples
    --------
    >>> tag("text", "a < b", x=1 / 3, text_anchor="end")
    Markup('<text x="0.3" text-anchor="end">a &lt; b</text>')
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_plain(value)}"'
        for key, value in attributes.items()
        if value not in ("", None)
    )
    return Markup(f"<{name}{written}>{escape(content)}</{name}>")


def drawing(parts: Iterable[str], width: float, height: float, alt: str) -> Markup:
    """Return a drawing with its text alternative."""
    return tag(
        "svg",
        Markup("").join(parts),
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=alt,
    )


def line(points: Iterable[tuple[float, float]], **attributes: Any) -> Markup:
    """Return a line through points."""
    return tag("polyline", points=_pairs(points), fill="none", **attributes)


def area(points: Iterable[tuple[float, float]], **attributes: Any) -> Markup:
    """Return a filled outline."""
    return tag("polygon", points=_pairs(points), **attributes)


def mark(x: float, y: float, shape: int) -> Markup:
    """Return a marker in the colour and shape of a series, from 0 to 5."""
    fill = COLOURS[shape]
    if shape == 0:
        return tag("circle", cx=x, cy=y, r=3.4, fill=fill)
    forms: dict[int, list[tuple[float, float]]] = {
        1: [(-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)],
        2: [(0, -4.2), (4, 3.2), (-4, 3.2)],
        3: [(0, -4.6), (4.2, 0), (0, 4.6), (-4.2, 0)],
        4: [(-4, -3.2), (4, -3.2), (0, 4.2)],
        5: [(-4.4, -1.6), (4.4, -1.6), (4.4, 1.6), (-4.4, 1.6)],
    }
    return area([(x + dx, y + dy) for dx, dy in forms[shape]], fill=fill)


def cross(x: float, y: float) -> Markup:
    """Return the marker of a run that did not finish."""
    path = f"M{x - 3.5:.1f} {y - 3.5:.1f}l7 7m0 -7l-7 7"
    return tag("path", d=path, stroke="#a63d00", stroke_width=1.8, fill="none")


def _pairs(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_plain(x)},{_plain(y)}" for x, y in points)


def _plain(value: object) -> str:
    if isinstance(value, float):
        text = f"{value:.1f}".removesuffix(".0")
        return "0" if text == "-0" else text
    return str(escape(str(value)))
