"""Tables that a reader can save from a report as a file."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING

from cemlib.checks import invalid_argument
from cemlib.exits import csv_text
from cemlib.formats import plural
from cemlib.teach.output import publish

if TYPE_CHECKING:
    import pandas as pd


class Download:
    """A link that contains a file. Made by `download`."""

    def __init__(
        self, content: bytes, file: str, rows: int, kind: str = "text/csv;charset=utf-8"
    ) -> None:
        self.content, self.file, self.rows, self.kind = content, file, rows, kind

    def to_html(self) -> str:
        """Return the link; the file is inside the page, so that it needs no network."""
        data = base64.b64encode(self.content).decode()
        return (
            f'<p class="cem-download mathjax_ignore"><a download="{escape(self.file)}" '
            f'href="data:{self.kind};base64,{data}">Save {escape(self.file)}</a> '
            f"({plural(self.rows, 'row')})</p>"
        )

    def __repr__(self) -> str:
        """Return the name of the file and its number of rows."""
        return f"{self.file}: {plural(self.rows, 'row')}."

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


def download(frame: pd.DataFrame, file: str) -> Download:
    """Return a link that saves a table as a CSV file: the last line of a cell.

    The file is safe to open in a spreadsheet, and marked as UTF-8 so that Chinese is displayed.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is left out.
    file : str
        Name of the file.

    Raises
    ------
    ValueError
        If the name is a path, or does not end in ``.csv``.

    Examples
    --------
    >>> import pandas as pd
    >>> download(pd.DataFrame({"case": ["C1", "C2"]}), "call-list.csv")
    call-list.csv: 2 rows.
    """
    if not re.fullmatch(r"[\w-]+\.csv", file):
        raise invalid_argument("file", file, "a file name without folders that ends in .csv")
    return Download(csv_text(frame).encode("utf-8-sig"), file, len(frame))
