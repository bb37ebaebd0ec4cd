"""Reading of the study's tables, with the notes on how they were read."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pandas as pd

from cemlib.data import common
from cemlib.data.dataset import Dataset
from cemlib.data.load import load_table, read_table
from cemlib.studies.ladder.datasets.columns import YES
from cemlib.studies.ladder.datasets.voice import FEEDBACK


@dataclass(frozen=True)
class Rows:
    """A table, and how it was read.

    Attributes
    ----------
    frame : DataFrame
        The rows.
    notes : tuple of str
        What is missing or left out, in sentences.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_rows(dataset: Dataset, file: str | os.PathLike[str] = "", **options: str) -> Rows:
    """Read a table of the study: the committed one, or a file of one's own.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    file : str or path
        A file; the committed one if empty.
    **options
        Reading options of the dataset; empty ones are left out.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> "segment" in read_rows(FEEDBACK).frame
    True
    """
    given = {name: value for name, value in options.items() if value}
    reading = dataset.read(file, **given) if dataset.read else read_table(dataset, file)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    if dataset is FEEDBACK:
        if "told" in frame:
            frame = frame.assign(told=frame["told"].map(YES).astype(float))
        if not str(file):
            segments = load_table(common.CUSTOMERS).set_index("customer")["segment"]
            frame = frame.assign(segment=frame["customer"].map(segments))
    return Rows(frame, tuple(reading.notes))
