"""Figures as this house draws them: one style, a text alternative, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from cemlib.checks import invalid_argument, one_of
from cemlib.markup import visible

# Okabe & Ito: told apart by colour-blind readers too.
BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
INK = "#1f2933"
GREY = "#5f6b7a"
GUIDE = "#e2e6ea"

_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#9aa5b1",
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": cycler(color=[BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, GREY, INK]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "figure.titlesize": 13.0,
    "figure.titleweight": "bold",
    "font.family": ["DejaVu Sans"],
    "font.size": 10.0,
    "grid.color": GUIDE,
    "grid.linewidth": 0.8,
    "legend.fontsize": 10.0,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.markersize": 7.0,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "path",
    "svg.hashsalt": "cemlib",
    "text.color": INK,
    "text.hinting": "none",
    "text.parse_math": False,
    "xtick.color": "#9aa5b1",
    "xtick.labelcolor": INK,
    "xtick.labelsize": 10.0,
    "xtick.major.size": 3.0,
    "ytick.color": "#9aa5b1",
    "ytick.labelcolor": INK,
    "ytick.labelsize": 10.0,
    "ytick.major.size": 0.0,
}
_LONGEST, _LONGEST_NAME, _MOST_LINES = 110, 44, 4  # characters; lines
_LEAST_SIDE = 0.4  # of what is drawn, inches
_OWN_LABEL = re.compile(r"_(child|container)\d+|_nolegend_|_")
_in_style = ContextVar("in_style", default=False)


def _shown(text: str, longest: int) -> str:
    """Return lines of a text as they can be drawn."""
    lines = [visible(line) for line in text.split("\n") if line.strip()]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], "…"]
    return "\n".join(_cut(line, longest) for line in lines)


def _cut(line: str, longest: int) -> str:
    if _width(line) <= longest:
        return line
    ends = accumulate(map(_width, line))
    return line[: sum(end < longest for end in ends)] + "…"


def _width(text: str) -> int:
    """Return the columns of the longest line; a wide character takes two."""
    lines = text.split("\n")
    return max(sum(1 + (east_asian_width(sign) in "WF") for sign in line) for line in lines)


def _cut_text(text: Text, columns: int, rows: int, tight: bool) -> None:
    """Cut a text; if it is to be tight, to its share of the figure."""
    text.set_text(shown := _shown(text.get_text(), _LONGEST))
    if tight and shown and (whole := text.get_figure()):
        box = text.get_window_extent()
        over = max(box.width * columns / whole.bbox.width, box.height * rows / whole.bbox.height)
        if over > 1:
            text.set_text(_shown(shown, max(int(_width(shown) / over), 8)))


def _cut_names(legend: Legend, tight: bool) -> None:
    columns: int = legend._ncols  # type: ignore[attr-defined]
    longest = 2 * _LONGEST_NAME // (columns + 1) if tight else _LONGEST_NAME
    for text in legend.get_texts():
        text.set_text(_shown(text.get_text(), longest))


class _Names(Formatter):
    """Names of ticks as another formatter gives them, safe to draw."""

    def __init__(self, names: Formatter, longest: int) -> None:
        self.names, self.longest = names, longest

    def __call__(self, x: float, pos: int | None = None) -> str:
        return _shown(self.names(x, pos), self.longest)

    def format_ticks(self, values: Any) -> list[str]:
        return [_shown(name, self.longest) for name in self.names.format_ticks(values)]

    def set_locs(self, locs: Any) -> None:
        self.names.set_locs(locs)

    def get_offset(self) -> str:
        return self.names.get_offset()


class Figure(MatplotlibFigure):
    """A figure with a text alternative, outside pyplot and its global state.

    Parameters
    ----------
    alt : str
        What the figure shows, in one full sentence or more, for those who cannot see it.
    width, height : float
        Size in inches; 7.2 inches are 691 CSS pixels, the width of a report's column.

    Raises
    ------
    ValueError
        If `alt` is empty or no sentence.

    Examples
    --------
    >>> Figure("Ratings rise from May to June.").to_svg().startswith("<svg ")
    True
    """

    def __init__(self, alt: str, width: float = 7.2, height: float = 4.0) -> None:
        with house_style():
            super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)
        self.alt, self._tight = alt, False

    def draw(self, renderer: Any) -> None:
        """Draw the figure, its texts made safe to draw."""
        self._cut_texts(tight=self._tight)
        super().draw(renderer)

    def legend(self, *args: Any, **kwargs: Any) -> Any:
        """Return a legend in which names that begin with ``_`` stand too."""
        for axes in self.axes:
            artists: list[Any] = [*axes.get_children(), *axes.containers]
            for artist in artists:
                label = str(artist.get_label())
                if label.startswith("_") and not _OWN_LABEL.fullmatch(label):
                    artist.set_label(f"\u200a{label}")  # a hair space: without it, it is left out
        return super().legend(*args, **kwargs)

    def _has_room(self, layout: LayoutEngine) -> bool:
        """Lay the figure out and return whether its texts leave room for what is drawn."""
        with warnings.catch_warnings(record=True) as raised:
            warnings.filterwarnings("always", message="constrained_layout not applied")
            layout.execute(self)
        least = _LEAST_SIDE * self.dpi
        boxes = [axes.get_window_extent() for axes in self.axes if axes.get_subplotspec()]
        collapsed = any("constrained_layout not" in str(each.message) for each in raised)
        return not collapsed and all(box.width > least and box.height > least for box in boxes)

    def _cut_texts(self, tight: bool) -> None:
        """Cut what is too long and take out what cannot be seen: the one gate of all texts."""
        for axes in self.axes:
            grid = axes.get_subplotspec()
            rows, columns = grid.get_gridspec().get_geometry() if grid else (1, 1)
            longest = 2 * _LONGEST_NAME // (columns + 1) if tight else _LONGEST_NAME
            for axis in (axes.xaxis, axes.yaxis):
                for ticks in (axis.major, axis.minor):
                    if isinstance(ticks.formatter, _Names):
                        ticks.formatter.longest = longest
                    elif ticks.formatter:
                        ticks.formatter = _Names(ticks.formatter, longest)
            titles = (axes.title, axes._left_title, axes._right_title)  # type: ignore[attr-defined]
            for text in (*titles, axes.xaxis.label, axes.yaxis.label):
                _cut_text(text, columns, rows, tight)
            for text in axes.texts:  # stands at a point, and may reach beyond its axes
                _cut_text(text, 2 * columns, rows, tight)
            if legend := axes.get_legend():
                _cut_names(legend, tight)
        for text in self.texts:
            _cut_text(text, 1, 1, tight)
        for legend in self.legends:
            _cut_names(legend, tight)

    @property
    def alt(self) -> str:
        """What the figure shows, in words."""
        return self._alt

    @alt.setter
    def alt(self, text: str) -> None:
        words = " ".join(visible(text).split())
        if not words.rstrip("\"')”’」）").endswith((".", "!", "?", "。", "！", "？")):
            raise invalid_argument("alt", text, "a full sentence that says what the figure shows")
        self._alt = words

    def to_svg(self) -> str:
        """Return the figure as an SVG element: the same figure, the same bytes."""
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with house_style(), io.StringIO() as buffer:
            self._settle()
            dpi = self.dpi
            FigureCanvasSVG(self).print_svg(buffer, metadata=metadata)
            FigureCanvasAgg(self)
            self.dpi = dpi
            return _tidy(buffer.getvalue(), self.alt)

    def to_png(self, dpi: int = 192) -> bytes:
        """Return the figure as a PNG image of `dpi` dots per inch (96 are one a CSS pixel)."""
        metadata = {"Software": None, "Description": self.alt}
        with house_style(), io.BytesIO() as buffer:
            self._settle()
            self.savefig(buffer, format="png", dpi=dpi, metadata=metadata)
            return buffer.getvalue()

    def _settle(self) -> None:
        """Lay the figure out once; savefig would draw all of it twice more to do so."""
        self._cut_texts(tight=self._tight)
        if self.axes and (layout := self.get_layout_engine()):
            if not self._has_room(layout):
                self._tight = True
                self._cut_texts(tight=True)
                layout.execute(self)
            self.set_layout_engine("none")

    def _ipython_display_(self) -> None:
        # Not a _repr_svg_: %matplotlib inline replaces that by a formatter of its own.
        from IPython.display import publish_display_data

        publish_display_data(
            {"image/svg+xml": self.to_svg(), "text/plain": self.alt},
            {"image/svg+xml": {"alt": self.alt}},
        )


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the reader's own matplotlib settings are.

    Examples
    --------
    >>> with house_style():
    ...     matplotlib.rcParams["axes.spines.top"]
    False
    """
    if _in_style.get():
        yield
        return
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)  # type: ignore[arg-type]
        within = _in_style.set(True)
        try:
            yield
        finally:
            _in_style.reset(within)


@contextmanager
def canvas(
    width: float = 7.2, height: float = 4.0, *, alt: str, **subplots: Any
) -> Iterator[tuple[Figure, Any]]:
    """Open a figure to draw on; the house style holds inside the block.

    Parameters
    ----------
    width, height : float
        Size in inches.
    alt : str
        What the figure shows, in one full sentence or more.
    **subplots
        Passed to `matplotlib.figure.Figure.subplots`: ``nrows``, ``ncols``, ``sharex`` …

    Yields
    ------
    tuple
        The `Figure`, and its axes: one, or an array of them if there are several.

    Raises
    ------
    ValueError
        If `alt` is empty or no sentence.

    Examples
    --------
    >>> with canvas(alt="Ratings rise from 6 to 8 between May and June.") as (figure, axes):
    ...     line = axes.plot(["May", "June"], [6, 8])
    >>> figure.alt
    'Ratings rise from 6 to 8 between May and June.'
    """
    with house_style():
        figure = Figure(alt, width, height)
        yield figure, figure.subplots(**subplots)


def guides(axes: Axes, along: str) -> None:
    """Draw guide lines from the ticks of ``"x"``, ``"y"``, ``"both"`` or ``"none"``.

    Examples
    --------
    >>> with canvas(alt="One dot for each right.") as (figure, axes):
    ...     guides(axes, "x")
    """
    one_of("along", along, ("x", "y", "both", "none"))
    axes.grid(visible=False)
    if along != "none":
        axes.grid(visible=True, axis=along)  # type: ignore[arg-type]


_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_NAMED = re.compile(r' id="([^"]*)"')
_HASHED = re.compile(r"\b([chmp][0-9a-f]{10}|image[0-9a-f]{10})\b")


def _tidy(svg: str, alt: str) -> str:
    """Make one element of the file matplotlib writes: shorter, named, the same everywhere.

    Coordinates are rounded to 0.01 point, so that the last digits of a processor's arithmetic do
    not show; names that matplotlib hashes from unrounded coordinates are numbered instead.
    """
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _NUMBER.sub(_rounded, svg)
    used = set(re.findall(r"#([^\s\")]+)", svg))
    svg = _NAMED.sub(lambda name: name[0] if name[1] in used else "", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    svg = _renamed(svg)
    head, body = svg.split(">", 1)
    head = re.sub(r'(width|height)="([\d.]+)pt"', _pixels, head)
    return f'{head} role="img" aria-label="{escape(alt)}">{body}'


def _rounded(number: re.Match[str]) -> str:
    if number[0].startswith("scale"):
        return number[0]
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _renamed(svg: str) -> str:
    names = {name: f"n{count}" for count, name in enumerate(dict.fromkeys(_HASHED.findall(svg)))}
    numbered = _HASHED.sub(lambda name: names[name[0]], svg)
    # Two figures may be put into one page: the names of each begin with a mark of its own.
    mark = "f" + hashlib.sha256(numbered.encode()).hexdigest()[:8]
    return _HASHED.sub(lambda name: mark + names[name[0]], svg)


def _pixels(size: re.Match[str]) -> str:
    return f'{size[1]}="{float(size[2]) * 96 / 72:.0f}"'
