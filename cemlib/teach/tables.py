"""Tables in the form in which a report prints them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from cemlib.checks import invalid_argument, nearest
from cemlib.findings import portable
from cemlib.formats import number
from cemlib.teach.output import publish

if TYPE_CHECKING:
    import pandas as pd

MISSING = "–"
Format = int | str | Callable[[Any], str]


class Table:
    """A table for display: HTML for pages, aligned plain text elsewhere.

    Made by `table`.
    """

    def __init__(
        self, caption: str, columns: list[str], rows: list[list[str]], numeric: list[bool]
    ):
        self.caption, self.columns, self.rows, self.numeric = caption, columns, rows, numeric

    def to_html(self) -> str:
        """Return the table as HTML; a first column of texts holds the row headers."""
        align = ["right" if numeric else "left" for numeric in self.numeric]
        header = "".join(
            f'<th scope="col" style="text-align: {side}">{escape(column)}</th>'
            for column, side in zip(self.columns, align, strict=True)
        )
        body = "\n".join(f"<tr>{self._row(row, align)}</tr>" for row in self.rows)
        return (
            f'<table class="cem-table mathjax_ignore">\n<caption>{escape(self.caption)}</caption>\n'
            f"<thead><tr>{header}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        )

    def _row(self, row: list[str], align: list[str]) -> str:
        cells = []
        for column, (text, side) in enumerate(zip(row, align, strict=True)):
            is_header = column == 0 and not self.numeric[0] and text not in ("", MISSING)
            tag, scope = ("th", ' scope="row"') if is_header else ("td", "")
            cells.append(f'<{tag}{scope} style="text-align: {side}">{escape(text)}</{tag}>')
        return "".join(cells)

    def __str__(self) -> str:
        """Return the table as aligned text."""
        columns = list(zip(self.columns, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join(
                text.rjust(width) if numeric else text.ljust(width)
                for text, width, numeric in zip(line, widths, self.numeric, strict=True)
            ).rstrip()
            for line in [self.columns, *self.rows]
        ]
        return "\n".join([self.caption, *lines])

    __repr__ = __str__

    def _ipython_display_(self) -> None:
        publish(str(self), {"text/html": self.to_html()})


def table(frame: pd.DataFrame, caption: str, formats: Mapping[Any, Format] | None = None) -> Table:
    """Return a frame as a table for display: the last line of a cell, or a drawing for `explore`.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per line. The index is not shown; use `reset_index` if it holds information.
    caption : str
        Title of the table.
    formats : mapping, optional
        Per column: its number of decimals, a format string such as ``"{:.0%}"``, or a function
        such as `cemlib.formats.percent`. Other columns of numbers show three digits of the largest
        number, with the same decimals throughout. Missing values are shown as a dash.

    Raises
    ------
    ValueError
        If the caption is empty, the index has a name, a column does not exist, or columns have
        several levels.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"right": ["choice", "respect"], "index": [63.24, None]})
    >>> table(frame, "Perception")
    Perception
    right    index
    choice    63.2
    respect      –
    """
    formats = dict(formats or {})
    if not caption.strip():
        raise invalid_argument("caption", caption, "a title of the table")
    if frame.columns.nlevels > 1 or not frame.columns.is_unique or not len(frame.columns):
        raise invalid_argument(
            "frame.columns", list(frame.columns), "one level of names, each once"
        )
    if any(name is not None for name in frame.index.names):
        raise invalid_argument(
            "frame.index.names", list(frame.index.names), "empty: reset_index() first"
        )
    if unknown := [column for column in formats if column not in frame.columns]:
        near = nearest(str(unknown[0]), map(str, frame.columns)) or list(frame.columns)
        raise invalid_argument("formats", unknown[0], f"a column of the frame, such as {near[0]!r}")
    texts = [_texts(frame[column], formats.get(column)) for column in frame.columns]
    columns = [str(column).replace("_", " ") for column in frame.columns]
    rows = [list(row) for row in zip(*texts, strict=True)]
    return Table(caption, columns, rows, [_numeric(frame[column]) for column in frame.columns])


def _numeric(column: pd.Series) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def _texts(column: pd.Series, form: Format | None) -> list[str]:
    write = _writer(column, form)
    values = zip(column, column.isna(), strict=True)
    return [MISSING if is_missing else write(value) for value, is_missing in values]


def _writer(column: pd.Series, form: Format | None) -> Callable[[Any], str]:
    if isinstance(form, str):
        return lambda value: form.format(value).replace("-", "−" if _numeric(column) else "-")
    if isinstance(form, int):
        return lambda value: number(value, form)
    if form is not None:
        return form
    if not _numeric(column):
        return _text
    digits = _common_digits(column)
    return lambda value: number(value, digits)


def _common_digits(column: pd.Series) -> int:
    """Return the decimals that show three digits of the column's largest number."""
    sizes = [abs(portable(value) or 0.0) for value in column.dropna().astype(float)]
    largest = max(sizes, default=0.0)
    if all(size == round(size) for size in sizes):
        return 0
    return min(max(2 - math.floor(math.log10(largest)), 0), 6)


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        stamp = f"{value:%Y-%m-%d %H:%M}"
        return stamp.removesuffix(" 00:00")
    return str(value)
