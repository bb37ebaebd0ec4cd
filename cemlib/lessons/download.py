"""A table that a reader may take away from a report as a file."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING

from cemlib.checks import refuse
from cemlib.lessons.output import publish
from cemlib.lessons.words import plural

if TYPE_CHECKING:
    import pandas as pd

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# A spreadsheet takes a cell that begins with one of these, blanks left out, for a formula.
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@|%＝＋－＠]")


def safe_cell(value: object) -> object:
    r"""Return a cell that no spreadsheet takes for a formula: a text gets a ' before it.

    Tabs and line breaks become spaces; numbers stay as they are.

    References
    ----------
    OWASP, *CSV Injection*.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("billing"), safe_cell(-3.5)
    ("'=1+1", 'billing', -3.5)
    >>> safe_cell("  @SUM(A1)")
    "'  @SUM(A1)"
    """
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub(" ", value)
    return f"'{text}" if _FORMULA.match(text) or value[:1] in ("\t", "\r", "\n") else text


def csv_text(frame: pd.DataFrame) -> str:
    r"""Return a table as CSV whose texts and heads no spreadsheet takes for formulas.

    Its index is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"-a": ["+1", "b,c"], "n": [-1, 2]}))
    '\'-a,n\n\'+1,-1\n"b,c",2\n'
    """
    from pandas.api.types import is_numeric_dtype

    safe = {
        column: values if is_numeric_dtype(values) else values.astype(object).map(safe_cell)
        for column, values in frame.items()
    }
    return frame.assign(**safe).rename(columns=safe_cell).to_csv(index=False, lineterminator="\n")


class Download:
    """A link that holds a file. Made by `download`."""

    def __init__(
        self, content: bytes, file: str, rows: int, kind: str = "text/csv;charset=utf-8"
    ) -> None:
        self.content, self.file, self.rows, self.kind = content, file, rows, kind

    def to_html(self) -> str:
        """Return the link: the file is in the page itself, and needs no network."""
        data = base64.b64encode(self.content).decode()
        return (
            f'<p class="cem-download"><a download="{escape(self.file)}" '
            f'href="data:{self.kind};base64,{data}">Save {escape(self.file)}</a> '
            f"({plural(self.rows, 'row')})</p>"
        )

    def __repr__(self) -> str:
        """Return what the link gives."""
        return f"{self.file}: {plural(self.rows, 'row')}."

    def _ipython_display_(self) -> None:
        publish(repr(self), {"text/html": self.to_html()})


def download(frame: pd.DataFrame, file: str) -> Download:
    """Return a link that saves a table as a CSV file: the last line of a cell.

    The file is safe to open in a spreadsheet, and marked as UTF-8 so that Chinese shows.

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
        raise refuse("file", file, "a bare name that ends in .csv")
    return Download(csv_text(frame).encode("utf-8-sig"), file, len(frame))
