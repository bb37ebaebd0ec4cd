"""What datasets there are, where each stands and how surely its figures are known."""

from __future__ import annotations

import re
from pathlib import Path

from cemlib import checks
from cemlib.data.entries import (
    assessment,
    complaints,
    contacts,
    expectation,
    ladder,
    operator,
    published,
    repair,
    value,
)
from cemlib.data.entries.base import Dataset
from cemlib.home import datasets

RIGHTS = (
    "safety",
    "information",
    "choice",
    "fairness",
    "compensation",
    "association",
    "knowledge",
    "respect",
    "supervision",
)
ITEM = re.compile(rf"({'|'.join(RIGHTS)})_([1-9]\d?)")
ROOMS = (operator, assessment, ladder, expectation, contacts, repair, value, complaints, published)
SOURCES = {key: source for room in ROOMS for key, source in room.SOURCES.items()}
CATALOGUE: tuple[Dataset, ...] = tuple(entry for room in ROOMS for entry in room.ENTRIES)


def names() -> list[str]:
    """Return the names of the datasets, in the catalogue's order.

    Examples
    --------
    >>> names()[:3]
    ['customers', 'truth', 'survey']
    """
    return [entry.name for entry in CATALOGUE]


def dataset(name: str) -> Dataset:
    """Return what the catalogue says about one dataset.

    Raises
    ------
    ValueError
        If there is none of this name; the message gives the nearest ones.

    Examples
    --------
    >>> dataset("survey").file
    'telecom/survey.csv'
    """
    checks.one_of("dataset", name, names())
    return next(entry for entry in CATALOGUE if entry.name == name)


def path(name: str) -> Path:
    """Return where the committed file of a dataset is.

    Raises
    ------
    ValueError
        If there is no dataset of this name.

    Examples
    --------
    >>> path("survey").name
    'survey.csv'
    """
    return datasets() / dataset(name).file
