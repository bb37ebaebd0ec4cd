"""Texts of figures: made visible, wrapped, and cut only where they could not be drawn otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from cemlib.markup import visible

if TYPE_CHECKING:
    from cemlib.plot.style import Figure

_MAX_COLUMNS, _MAX_NAME, _MAX_LINES = 110, 44, 4  # columns of a text and of a name; lines
_WRAPPED_NAME = 32  # columns of a name that has to be wrapped
_COLUMNS_PER_INCH, _LINES_PER_INCH = 11, 4


def cut_texts(figure: Figure, tight: bool) -> None:
    """Cut long texts and remove invisible characters: the gate for all texts of a figure."""
    for axes in figure.axes:
        grid = axes.get_subplotspec()
        rows, columns = grid.get_gridspec().get_geometry() if grid else (1, 1)
        names = 2 * _MAX_NAME // (columns + 1) if tight else _MAX_NAME
        share = _COLUMNS_PER_INCH * figure.get_figwidth() / columns
        across = max(int(share / max(len(axes.get_xticks()), 1)), 8)
        high = _LINES_PER_INCH * figure.get_figheight() / rows
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
    for text in figure.texts:
        _cut_text(text, 1, 1, tight)
    for legend in figure.legends:
        _cut_names(legend, tight)


def wrap_titles(figure: Figure) -> bool:
    """Wrap titles that leave the figure; return whether there was one."""
    wrapped = False
    for axes in figure.axes:
        for title in (axes.title, axes._left_title):  # type: ignore[attr-defined]
            box, text = title.get_window_extent(), title.get_text().replace("\n", " ")
            if text and box.x1 > figure.bbox.width:
                share = max(figure.bbox.width - box.x0, 0) / box.width
                columns = int(_width(title.get_text()) * share)
                title.set_text(_drawable(text, max(columns, 8), 3))
                wrapped = True
    return wrapped


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
