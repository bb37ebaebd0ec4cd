"""Cases of SPSS (.sav, .zsav) and Stata (.dta) files, block by block, with their labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cemlib.data import apart
from cemlib.data.bounds import check_cells
from cemlib.data.layout import FORMATS, MAX_COLUMNS, Table, UnreadableError

_READER = "cemlib.data.readstat"
_NAMES = {"sav": "SPSS file", "dta": "Stata file"}


@contextmanager
def statistical(path: Path, kind: str, limit: int) -> Iterator[Table]:
    """Open a file of SPSS or Stata.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``"sav"`` or ``"dta"``.
    limit : int
        Maximum size of a file in bytes, and so of its cells in number.

    Yields
    ------
    Table
        With ``value_labels``, ``user_missing`` and ``questions``; rows are numbered as in a text
        file with one header row.

    Raises
    ------
    UnreadableError
        If it is damaged or has too many cells; also while the rows are read.
    """
    what = _NAMES[kind]
    facts = next(apart.read(_READER, what, str(path), kind, "facts"))
    names = facts["names"]
    if not names:
        raise UnreadableError(0, "is empty", "add a header and rows")
    if len(names) > MAX_COLUMNS:
        raise UnreadableError(1, f"has {len(names):,} columns", FORMATS)
    check_cells(facts["rows"], len(names), limit)
    rows = map(apart.unpacked, apart.read(_READER, what, str(path), kind, "rows"))
    encoding = facts["encoding"].upper()
    plain = encoding in ("UTF-8", "UTF8", "US-ASCII")
    yield Table(
        names,
        1,
        enumerate(rows, 2),
        padded=True,
        notes=[] if plain else [f"Its texts are {encoding}."],
        value_labels=facts["labels"],
        user_missing={name: frozenset(texts) for name, texts in facts["missing"].items()},
        questions=facts["questions"],
    )
