"""A table of themes that people have edited: what texts are sorted into instead of new themes."""

from __future__ import annotations

import os

import pandas as pd
import pandera.pandas as pa

from cemlib import texts
from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading


def themes_contract() -> pa.DataFrameSchema:
    """Return the contract of a table of themes.

    Examples
    --------
    >>> [name for name, column in themes_contract().columns.items() if column.required]
    ['theme', 'name', 'phrases']
    """
    columns = {
        "theme": fields.text("Id of the theme, such as T01"),
        "name": fields.text("What the theme is about"),
        "phrases": fields.text("Its phrases, separated by semicolons; bill=3 gives a weight"),
    }
    further = {
        "merge_into": "Id of the theme that this one becomes part of",
        "split_from": "Id of the theme that this one is a part of",
        "owner": "Team that owns the theme",
    }
    for name, title in further.items():
        columns[name] = fields.optional(fields.text(title), nullable=True)
    return fields.table("themes", columns, unique=["theme"])


def read_themes(file: str | os.PathLike[str] = "") -> Reading:
    """Read a table of themes; contradictions between its rows are problems too."""
    reading = read_table(THEMES, file)
    if not reading.problems:
        try:
            texts.read_table(reading.frame)
        except ValueError as error:
            fix = "mend the rows named, or leave the table out: themes are then found anew"
            reading.problems.append(Problem(0, "", "", str(error), fix))
    return reading


THEMES = Dataset(
    "themes",
    "Themes of what customers say: names, phrases, owners",
    "",
    "Own data only; a run without it finds themes and offers the table to edit.",
    contract=themes_contract,
    read=read_themes,
    answers="the same themes from month to month, with names and owners of one's own",
    without={
        "merge_into": "no themes are merged",
        "split_from": "no theme is split",
        "owner": "themes have no owner",
    },
)


def load_themes(file: str | os.PathLike[str]) -> pd.DataFrame:
    """Load a table of themes, ready for `cemlib.texts.apply_table`.

    Raises
    ------
    DataError
        If the file cannot be used, or its rows contradict one another.
    """
    reading = read_themes(file)
    if reading.problems:
        raise reading.error()
    return reading.frame
