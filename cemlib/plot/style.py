"""Figures in one style, with a text alternative, and with the same bytes each time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.font_manager import FontEntry, FontManager, FontPath, FontProperties, fontManager
from matplotlib.layout_engine import LayoutEngine

from cemlib.checks import invalid_argument, one_of
from cemlib.markup import visible
from cemlib.plot.labels import cut_texts, wrap_titles
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
_MIN_SIDE = 0.4  # inches, of the area inside the axes
_MATPLOTLIB_LABEL = re.compile(r"_(child|container)\d+|_nolegend_|_")
_in_style = ContextVar("in_style", default=False)
_font_files: dict[int, list[FontPath]] = {}  # by the hash of a text's font properties


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
        cut_texts(self, tight=self._tight)
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
        cut_texts(self, tight=self._tight)
        if self.axes and (layout := self.get_layout_engine()):
            if not self._has_room(layout):
                self._tight = True
                cut_texts(self, tight=True)
                layout.execute(self)
            if wrap_titles(self):
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
        vars(fontManager)["_find_fonts_by_props"] = _font_files_of
        try:
            yield
        finally:
            vars(fontManager).pop("_find_fonts_by_props", None)  # another thread may have done so
            _in_style.reset(token)


def _font_files_of(prop: FontProperties) -> list[FontPath]:
    """Return the font files of a text; matplotlib looks for them whenever it measures one."""
    if (key := hash(prop)) not in _font_files:
        _font_files[key] = FontManager._find_fonts_by_props(fontManager, prop)
    return _font_files[key]


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
