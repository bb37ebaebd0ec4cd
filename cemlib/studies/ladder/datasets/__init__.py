"""Datasets of workbook 02; each module declares entry, contract and reader of its own."""

import os

import pandas as pd

from cemlib.data.dataset import find
from cemlib.data.load import loader
from cemlib.sources import opener
from cemlib.studies.ladder.datasets.conversations import (
    CALL_CHOICES,
    CONVERSATIONS,
    PROMPTS,
    TARIFFS,
    USAGE,
    load_call_choices,
    load_calls,
    true_policy_values,
)
from cemlib.studies.ladder.datasets.panel import (
    PANEL,
    index_of,
    load_panel,
    names_of,
    numbers_of,
)
from cemlib.studies.ladder.datasets.rows import Rows, read_rows
from cemlib.studies.ladder.datasets.voice import (
    APPLICATIONS,
    FEEDBACK,
    OWNERS_OF_CAUSES,
    SERVICE_WEEKS,
    outcome_column,
)
from cemlib.studies.ladder.operator.conversations import ACTIONS
from cemlib.studies.ladder.operator.voice_truth import STAGES

__all__ = [
    "ACTIONS",
    "DATASETS",
    "STAGES",
    "index_of",
    "load",
    "load_call_choices",
    "load_calls",
    "load_feedback",
    "load_panel",
    "names_of",
    "numbers_of",
    "outcome_column",
    "read",
    "sources",
    "true_policy_values",
]

DATASETS = (
    PANEL,
    FEEDBACK,
    SERVICE_WEEKS,
    OWNERS_OF_CAUSES,
    APPLICATIONS,
    USAGE,
    TARIFFS,
    CONVERSATIONS,
    PROMPTS,
    CALL_CHOICES,
)

load = loader(DATASETS)
sources = opener(DATASETS)


def read(name: str, file: str | os.PathLike[str] = "", **options: str) -> Rows:
    """Read a table of the study by name, as `rows.read_rows` does.

    Examples
    --------
    >>> read("usage").frame.columns[0]
    'customer'
    """
    return read_rows(find(DATASETS, name), file, **options)


def load_feedback() -> pd.DataFrame:
    """Return the operator's feedback with each customer's segment; ``told`` is 1 or 0.

    Examples
    --------
    >>> set(load_feedback()["told"].dropna()) == {0.0, 1.0}
    True
    """
    return read("feedback").frame
