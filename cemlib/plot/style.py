"""Figures in one style, with a text alternative, and with the same bytes each time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.layout_engine import LayoutEngine
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from cemlib.checks import invalid_argument, one_of
from cemlib.markup import visible
from cemlib.plot.svg import tidy_svg

# The palette of Okabe & Ito, which colour-blind readers can tell apart.
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
_MAX_COLUMNS, _MAX_NAME, _MAX_LINES = 110, 44, 4  # columns of a text and of a name; lines
_WRAPPED_NAME = 32  # columns of a name that has to be wrapped
_COLUMNS_PER_INCH, _LINES_PER_INCH = 11, 4
_MIN_SIDE = 0.4  # inches, of the area inside the axes
_MATPLOTLIB_LABEL = re.compile(r"_(child|container)\d+|_nolegend_|_")
_in_style = ContextVar("in_style", default=False)


@cache
def font_families() -> tuple[str, ...]:
    """Return the font families of all figures; the second and third draw what the first has not.

    DejaVu Sans comes with matplotlib. Noto Sans SC (Chinese, Japanese) and Noto Sans KR (Korean)
    come with packages, so that the bytes of a figure are the same on every machine.

    Examples
    --------
    >>> font_families()
    ('DejaVu Sans', 'Noto Sans SC', 'Noto Sans KR')
    """
    import pylopdf_fonts_ko
    import pylopdf_fonts_zh_cn

    fonts = {
        "Noto Sans SC": pylopdf_fonts_zh_cn.sans_path(),
        "Noto Sans KR": pylopdf_fonts_ko.sans_path(),
    }
    for name, path in fonts.items():  # addfont would read both files, 18 MB, to find their names
        for weight in (400, 700):  # bold titles are drawn in the regular weight
            fontManager.ttflist.append(FontEntry(fname=str(path), name=name, weight=weight))
    return ("DejaVu Sans", *fonts)


def _drawable(text: str, limit: int, most: int = _MAX_LINES) -> str:
    """Return a text whose lines can be drawn: visible, wrapped at `limit`, and not too many."""
    lines = [visible(line) for line in text.split("\n") if line.strip()]
    if limit == _MAX_NAME and any(_width(line) > limit for line in lines):
        limit = _WRAPPED_NAME
    lines = [part for line in lines for part in _wrapped(line, limit)]
    if len(lines) > most:
        last = lines[most - 1]
        lines = [*lines[: most - 1], last[: _fitting(last, limit - 1)] + "…"]
    return "\n".join(lines)


def _wrapped(line: str, limit: int) -> Iterator[str]:
    """Yield the lines of a text, broken between words, or within one that is too long."""
    while _width(line) > limit:
        fitting = _fitting(line, limit)
        space = line.rfind(" ", 1, fitting + 1)
        end = space if space > fitting // 2 else fitting
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _fitting(line: str, limit: int) -> int:
    """Return how many characters fit into `limit` columns, at least one."""
    return max(sum(width <= limit for width in accumulate(map(_width, line))), 1)


def _width(text: str) -> int:
    """Return the columns of the longest line; a wide character takes two."""
    lines = text.split("\n")
    return max(sum(1 + (east_asian_width(sign) in "WF") for sign in line) for line in lines)


def _cut_text(text: Text, columns: int, rows: int, tight: bool) -> None:
    """Cut a text to the limit; where space is tight, to its share of the figure."""
    text.set_text(content := _drawable(text.get_text(), _MAX_COLUMNS))
    if tight and content and (figure := text.get_figure()):
        box = text.get_window_extent()
        over = max(box.width * columns / figure.bbox.width, box.height * rows / figure.bbox.height)
        if over > 1:
            text.set_text(_drawable(content, max(int(_width(content) / over), 8)))


def _cut_names(legend: Legend, tight: bool) -> None:
    columns: int = legend._ncols  # type: ignore[attr-defined]
    limit = 2 * _MAX_NAME // (columns + 1) if tight else _MAX_NAME
    for text in legend.get_texts():
        text.set_text(_drawable(text.get_text(), limit))


class _SafeNames(Formatter):
    """Tick names of another formatter, made safe to draw."""

    def __init__(self, names: Formatter) -> None:
        self.names, self.limit, self.lines = names, _MAX_NAME, _MAX_LINES

    def __call__(self, x: float, pos: int | None = None) -> str:
        return _drawable(self.names(x, pos), self.limit, self.lines)

    def format_ticks(self, values: Any) -> list[str]:
        names = self.names.format_ticks(values)
        return [_drawable(name, self.limit, self.lines) for name in names]

    def set_locs(self, locs: Any) -> None:
        self.names.set_locs(locs)

    def get_offset(self) -> str:
        return self.names.get_offset()


class Figure(MatplotlibFigure):
    """A figure with a text alternative, outside pyplot and its global state.

    Parameters
    ----------
    alt : str
        What the figure shows, in full sentences, for readers who cannot see it.
    width, height : float
        Size in inches; 7.2 inches are 691 CSS pixels, the width of a report's column.

    Raises
    ------
    ValueError
        If `alt` is empty or not a sentence.

    Examples
    --------
    >>> Figure("Ratings rise from May to June.").to_svg().startswith("<svg ")
    True
    """

    def __init__(self, alt: str, width: float = 7.2, height: float = 4.0) -> None:
        with figure_style():
            super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)
        self.alt, self._tight = alt, False

    def draw(self, renderer: Any) -> None:
        """Draw the figure with its texts made safe to draw."""
        self._cut_texts(tight=self._tight)
        super().draw(renderer)

    def legend(self, *args: Any, **kwargs: Any) -> Any:
        """Return a legend that also lists names beginning with ``_``."""
        for axes in self.axes:
            artists: list[Any] = [*axes.get_children(), *axes.containers]
            for artist in artists:
                label = str(artist.get_label())
                if label.startswith("_") and not _MATPLOTLIB_LABEL.fullmatch(label):
                    # Behind a hair space, because matplotlib leaves out names that begin with _.
                    artist.set_label(f"\u200a{label}")
        return super().legend(*args, **kwargs)

    def _has_room(self, layout: LayoutEngine) -> bool:
        """Lay out the figure and return whether its texts leave room for the drawing."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", message="constrained_layout not applied")
            layout.execute(self)
        side = _MIN_SIDE * self.dpi
        boxes = [axes.get_window_extent() for axes in self.axes if axes.get_subplotspec()]
        collapsed = any("constrained_layout not" in str(each.message) for each in caught)
        return not collapsed and all(box.width > side and box.height > side for box in boxes)

    def _cut_texts(self, tight: bool) -> None:
        """Cut long texts and remove invisible characters: the gate for all texts of a figure."""
        for axes in self.axes:
            grid = axes.get_subplotspec()
            rows, columns = grid.get_gridspec().get_geometry() if grid else (1, 1)
            names = 2 * _MAX_NAME // (columns + 1) if tight else _MAX_NAME
            share = _COLUMNS_PER_INCH * self.get_figwidth() / columns
            across = max(int(share / max(len(axes.get_xticks()), 1)), 8)
            high = _LINES_PER_INCH * self.get_figheight() / rows
            down = min(max(int(high / max(len(axes.get_yticks()), 1)), 1), _MAX_LINES)
            most = 2 if tight else _MAX_LINES + 2
            for axis, limit, lines in (
                (axes.xaxis, min(names, across), most),
                (axes.yaxis, names, down),
            ):
                for ticks in (axis.major, axis.minor):
                    if ticks.formatter and not isinstance(ticks.formatter, _SafeNames):
                        ticks.formatter = _SafeNames(ticks.formatter)
                    if isinstance(ticks.formatter, _SafeNames):
                        ticks.formatter.limit, ticks.formatter.lines = limit, lines
            titles = (axes.title, axes._left_title, axes._right_title)  # type: ignore[attr-defined]
            for text in (*titles, axes.xaxis.label, axes.yaxis.label):
                _cut_text(text, columns, rows, tight)
            for text in axes.texts:  # placed at a point, so that it may extend beyond its axes
                _cut_text(text, 2 * columns, rows, tight)
            if legend := axes.get_legend():
                _cut_names(legend, tight)
        for text in self.texts:
            _cut_text(text, 1, 1, tight)
        for legend in self.legends:
            _cut_names(legend, tight)

    @property
    def alt(self) -> str:
        """Text alternative of the figure."""
        return self._alt

    @alt.setter
    def alt(self, text: str) -> None:
        words = " ".join(visible(text).split())
        if not words.rstrip("\"')”’」）").endswith((".", "!", "?", "。", "！", "？")):
            raise invalid_argument("alt", text, "a full sentence that says what the figure shows")
        self._alt = words

    def to_svg(self) -> str:
        """Return the figure as an SVG element; equal figures give equal bytes."""
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with figure_style(), io.StringIO() as buffer:
            self._lay_out()
            dpi = self.dpi
            FigureCanvasSVG(self).print_svg(buffer, metadata=metadata)
            FigureCanvasAgg(self)
            self.dpi = dpi
            return tidy_svg(buffer.getvalue(), self.alt)

    def to_png(self, dpi: int = 192) -> bytes:
        """Return the figure as a PNG image of `dpi` dots per inch (96: one per CSS pixel)."""
        metadata = {"Software": None, "Description": self.alt}
        with figure_style(), io.BytesIO() as buffer:
            self._lay_out()
            self.savefig(buffer, format="png", dpi=dpi, metadata=metadata)
            return buffer.getvalue()

    def _lay_out(self) -> None:
        """Lay out the figure once; savefig would draw it completely two more times to do so."""
        self._cut_texts(tight=self._tight)
        if self.axes and (layout := self.get_layout_engine()):
            if not self._has_room(layout):
                self._tight = True
                self._cut_texts(tight=True)
                layout.execute(self)
            if self._wrap_titles():
                layout.execute(self)
            self.set_layout_engine("none")

    def _wrap_titles(self) -> bool:
        """Wrap titles that leave the figure; return whether there was one."""
        wrapped = False
        for axes in self.axes:
            for title in (axes.title, axes._left_title):  # type: ignore[attr-defined]
                box, text = title.get_window_extent(), title.get_text().replace("\n", " ")
                if text and box.x1 > self.bbox.width:
                    share = max(self.bbox.width - box.x0, 0) / box.width
                    columns = int(_width(title.get_text()) * share)
                    title.set_text(_drawable(text, max(columns, 8), 3))
                    wrapped = True
        return wrapped

    def _ipython_display_(self) -> None:
        # Not a _repr_svg_: %matplotlib inline replaces that by a formatter of its own.
        from IPython.display import publish_display_data

        publish_display_data(
            {"image/svg+xml": self.to_svg(), "text/plain": self.alt},
            {"image/svg+xml": {"alt": self.alt}},
        )


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw in the style of the reports, whatever the reader's own matplotlib settings are.

    Examples
    --------
    >>> with figure_style():
    ...     matplotlib.rcParams["axes.spines.top"]
    False
    """
    if _in_style.get():
        yield
        return
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a box is drawn
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)  # type: ignore[arg-type]
        matplotlib.rcParams["font.family"] = list(font_families())
        token = _in_style.set(True)
        try:
            yield
        finally:
            _in_style.reset(token)


@contextmanager
def canvas(
    width: float = 7.2, height: float = 4.0, *, alt: str, **subplots: Any
) -> Iterator[tuple[Figure, Any]]:
    """Open a figure to draw on; the style of the reports applies inside the block.

    Parameters
    ----------
    width, height : float
        Size in inches.
    alt : str
        What the figure shows, in full sentences.
    **subplots
        Passed to `matplotlib.figure.Figure.subplots`: ``nrows``, ``ncols``, ``sharex`` …

    Yields
    ------
    tuple
        The `Figure`, and its axes: one, or an array of them if there are several.

    Raises
    ------
    ValueError
        If `alt` is empty or not a sentence.

    Examples
    --------
    >>> with canvas(alt="Ratings rise from 6 to 8 between May and June.") as (figure, axes):
    ...     line = axes.plot(["May", "June"], [6, 8])
    >>> figure.alt
    'Ratings rise from 6 to 8 between May and June.'
    """
    with figure_style():
        figure = Figure(alt, width, height)
        yield figure, figure.subplots(**subplots)


def guides(axes: Axes, along: str) -> None:
    """Draw grid lines from the ticks of ``"x"``, ``"y"``, ``"both"`` or ``"none"``.

    Examples
    --------
    >>> with canvas(alt="One dot for each right.") as (figure, axes):
    ...     guides(axes, "x")
    """
    one_of("along", along, ("x", "y", "both", "none"))
    axes.grid(visible=False)
    if along != "none":
        axes.grid(visible=True, axis=along)  # type: ignore[arg-type]
