"""Small drawings by hand: scales, ticks and elements of SVG, the same bytes each time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

# Okabe & Ito: told apart by colour-blind readers too; shapes and dashes say the same again.
BLUE, VERMILION = "#0072b2", "#d55e00"
COLOURS = (BLUE, VERMILION, "#009e73", "#e69f00", "#cc79a7", "#56b4e9")
DASHES = ("", "6 3", "2 3", "9 3 2 3", "12 4", "4 2")
FAR = 60.0  # times larger: a scale of powers is easier to read


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a number comes to lie.

    Parameters
    ----------
    low, high : float
        Numbers at the two ends.
    start, end : float
        Their places.
    powers : bool
        Whether equal ratios are equally far apart.
    """

    low: float
    high: float
    start: float
    end: float
    powers: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a number."""
        low, high, at = self.low, self.high, value
        if self.powers:
            low, high, at = (math.log(each) for each in (low, high, value))
        if high == low:
            return (self.start + self.end) / 2
        return self.start + (at - low) / (high - low) * (self.end - self.start)


def along(values: Sequence[float], start: float, end: float) -> Scale:
    """Return the scale of the numbers that a grid varies: in powers where they are far apart."""
    low, high = min(values), max(values)
    return Scale(low, high, start, end, powers=low > 0 and high / low >= FAR)


def around(values: Iterable[float], start: float, end: float, margin: float = 0.06) -> Scale:
    """Return a scale on which all numbers have some room.

    Examples
    --------
    >>> around([0, 10], 100, 0, margin=0.1)
    Scale(low=-1.0, high=11.0, start=100, end=0, powers=False)
    """
    known = list(values)
    low, high = min(known), max(known)
    room = (high - low) * margin or abs(high) * 0.1 or 1.0
    return Scale(low - room, high + room, start, end)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers between two.

    Examples
    --------
    >>> ticks(0.3, 9.1)
    [2.0, 4.0, 6.0, 8.0]
    """
    if not high > low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{number * step:.10g}") for number in range(first, last + 1)]


def fitting(values: Sequence[float], scale: Scale, gap: float) -> list[float]:
    """Return the values whose labels have room: the first, and each that is far enough on."""
    kept: list[float] = []
    for value in values:
        if not kept or abs(scale(value) - scale(kept[-1])) >= gap:
            kept.append(value)
    return kept


def number(value: float, among: Sequence[float] = ()) -> str:
    """Return a number as a label, with as many decimals as tell it from its neighbours.

    Examples
    --------
    >>> number(0.5, [0, 0.25, 0.5]), number(-20000), number(1e9)
    ('0.50', '−20\u202f000', '1e+09')
    """
    steps = [abs(b - a) for a, b in pairwise(sorted({*among, value}))]
    digits = 0
    while digits < 6 and any(abs(step - round(step, digits)) > step * 0.01 for step in steps):
        digits += 1
    if not steps or abs(value) >= 1e7:
        text = f"{value:.4g}" if abs(value) < 1e4 or abs(value) >= 1e7 else f"{value:.0f}"
    else:
        text = f"{value:.{digits}f}"
    if text.lstrip("-").isdigit() and abs(value) >= 10_000:
        text = f"{int(text):,}".replace(",", "\u202f")
    return text.replace("-", "−") if "e" not in text else text


def tag(name: str, content: str = "", **attributes: Any) -> Markup:
    """Return an element; numbers are cut to a tenth of a pixel, underscores become hyphens.

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
    """Return a mark in the colour and the form of a series, from 0 to 5."""
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
    """Return the mark of a run that did not finish."""
    path = f"M{x - 3.5:.1f} {y - 3.5:.1f}l7 7m0 -7l-7 7"
    return tag("path", d=path, stroke="#a63d00", stroke_width=1.8, fill="none")


def _pairs(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_plain(x)},{_plain(y)}" for x, y in points)


def _plain(value: object) -> str:
    if isinstance(value, float):
        text = f"{value:.1f}".removesuffix(".0")
        return "0" if text == "-0" else text
    return str(escape(str(value)))
