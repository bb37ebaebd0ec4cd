r"""Safe output for other programs: cells for spreadsheets, lines for terminals.

Texts of a file may come from anybody. A spreadsheet can take a text for a formula, a terminal for
a command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet treats a cell that begins with one of these signs as a formula, even after invisible
# characters. The patterns have the same meaning in Python, DuckDB and Spark.
_INVISIBLE = (
    "\\x00-\\x20\\x7f-\xa0\xad\u0300-\u036f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e01ef"
)
_SIGNS = (
    "=+\\-@|%\u207a\u207c\u208a\u208c\ufe62\ufe63\ufe66\ufe6a\ufe6b"
    "\uff05\uff0b\uff0d\uff1d\uff20\uff5c"
)
FORMULA = f"^[{_INVISIBLE}]*[{_SIGNS}]"
BREAK = r"^[\t\r\n]"
ESCAPE = (
    r"(\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(\x1b[PX^_\]]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
CONTROL = "[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]+"
_PATTERNS = [re.compile(each) for each in (ESCAPE, CONTROL, FORMULA, BREAK)]
_NOT_PRINTABLE = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def safe_cell(value: object) -> object:
    r"""Return a cell that no spreadsheet treats as a formula: such a text is prefixed with '.

    Terminal commands are removed, tabs and line breaks become spaces; numbers are unchanged.

    References
    ----------
    OWASP, *CSV Injection*.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("billing"), safe_cell(-3.5)
    ("'=1+1", 'billing', -3.5)
    >>> safe_cell("  @SUM(A1)"), safe_cell("\x1b[31mred")
    ("'  @SUM(A1)", 'red')
    """
    if not isinstance(value, str):
        return value
    escape, control, formula, broken = _PATTERNS
    text = control.sub(" ", escape.sub("", value))
    return f"'{text}" if formula.search(text) or broken.search(value) else text


def csv_text(frame: pd.DataFrame) -> str:
    r"""Return a table as CSV in which no spreadsheet treats a text or column name as a formula.

    The index is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"-a": ["+1", "b,c"], "n": [-1, 2]}))
    '\'-a,n\n\'+1,-1\n"b,c",2\n'
    """
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

    safe = frame.copy(deep=False)
    for at, (_, values) in enumerate(frame.items()):
        if not is_numeric_dtype(values) and not is_datetime64_any_dtype(values):
            safe.isetitem(at, values.astype(object).map(safe_cell))
    safe.columns = [safe_cell(name) for name in frame.columns]
    return safe.to_csv(index=False, lineterminator="\n")


def printable(text: object) -> str:
    r"""Return a text in which terminal commands are shown instead of executed.

    Examples
    --------
    >>> print(printable("\x1b[2Jgone \u202etxt.exe"))
    \x1b[2Jgone \u202etxt.exe
    """
    return _NOT_PRINTABLE.sub(lambda sign: sign[0].encode("unicode_escape").decode(), str(text))


def echo(text: object = "", *, err: bool = False) -> None:
    """Print a line to a terminal without executing commands in it."""
    import click

    click.echo(printable(text), err=err)
