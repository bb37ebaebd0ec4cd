"""Load a table: the committed one or a file of one's source, or refuse it with every problem."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data.dataset import Dataset, find
from cemlib.data.mapping import beside, read_mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.reading import Reading, read
from cemlib.data.timestamps import zone_of

__all__ = [
    "DataError",
    "Problem",
    "contract_of",
    "load_table",
    "loader",
    "no_column",
    "problems",
    "read_table",
]


def loader(datasets: Sequence[Dataset]) -> Callable[..., pd.DataFrame]:
    """Return the function that loads one of a study's tables by name.

    Parameters
    ----------
    datasets : sequence of Dataset
        What the study declares.

    Returns
    -------
    callable
        ``load(name, file="")``, which returns a DataFrame in the contract's columns and types, and
        raises DataError where the file does not hold what the contract asks for.
    """

    def load(name: str, file: str | os.PathLike[str] = "") -> pd.DataFrame:
        """Load a table of the study: the committed one, or an own file."""
        return load_table(find(datasets, name), file)

    return load


def load_table(dataset: Dataset, file: str | os.PathLike[str] = "") -> pd.DataFrame:
    """Load a table.

    Parameters
    ----------
    dataset : Dataset
        What it is to be.
    file : str or path
        A CSV file or workbook; the committed one if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`); others are not used.

    Returns
    -------
    DataFrame
        In the contract's columns and types.

    Raises
    ------
    DataError
        If the file does not hold what the contract asks for.
    ValueError
        If the dataset is no table.
    """
    reading = (
        dataset.read(file) if dataset.read and dataset.open_columns else read_table(dataset, file)
    )
    if reading.problems:
        raise reading.error()
    return reading.frame


def problems(dataset: Dataset, file: str | os.PathLike[str], **options: Any) -> list[Problem]:
    """Hold a file against the contract of a dataset.

    Parameters
    ----------
    dataset : Dataset
        What it is to be.
    file : str or path
        CSV file or workbook.
    **options
        Reading options, those that the dataset declares.

    Returns
    -------
    list of Problem
        In the order of the file, up to 1,000; empty if the file will do.

    Raises
    ------
    ValueError
        If an option is not one of the dataset's, or its value is none; if it is no table.
    """
    for option in options:
        if option not in dataset.options:
            have = ", ".join(dataset.options) or "none"
            raise checks.invalid_argument("option", option, f"an option of {dataset.name}: {have}")
    return (dataset.read or _reader(dataset))(file, **options).problems


def contract_of(dataset: Dataset) -> pa.DataFrameSchema:
    """Return the contract of a dataset.

    Raises
    ------
    ValueError
        If it is no table.
    """
    if dataset.contract is None:
        raise checks.invalid_argument("dataset", dataset.name, "a table")
    return dataset.contract()


def read_table(
    dataset: Dataset, file: str | os.PathLike[str] = "", *, zone: str = "", repeats: bool = False
) -> Reading:
    """Read a table; what is wrong with it stands in the reading.

    Parameters
    ----------
    dataset, file : Dataset, str or path
        As in `load_table`.
    zone : str
        Time zone of times that name none, if not that of the YAML beside the file.
    repeats : bool
        Whether rows may have the key of another one.

    Raises
    ------
    ValueError
        If there is no such zone, or the dataset is no table.
    """
    schema = contract_of(dataset)
    if repeats:
        schema.unique = None
    path = Path(file) if str(file) else dataset.path
    names = list(schema.columns)

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [column for column in names if column not in reading.column_index]
        for column in absent:
            if schema.columns[column].required:
                reading.problems.append(no_column(column, reading))
        return schema.remove_columns(absent) if reading.column_index else None

    by_name = {column.casefold(): column for column in names}

    def known(word: str) -> str:
        return by_name.get(word, "")

    mapping = read_mapping(path, names)
    if zone:
        zone_of(zone)
        mapping = replace(mapping, zone=zone)
    return read(dataset, path, mapping, known, plan)


def no_column(name: str, reading: Reading) -> Problem:
    """Return the problem of a missing column, with the nearest names in the file."""
    if name in reading.mapping.columns:  # the YAML names one that is not there: already reported
        return Problem(reading.row, "", "", f"has no column for {name}", "correct the YAML")
    near = checks.nearest(name, [source for source in reading.header if source])
    like = f"; is it {' or '.join(near)}?" if near else ""
    yaml = beside(reading.file).name
    fix = f"name it so, or map it in {yaml}: columns: {{{name}: …}}{like}"
    return Problem(reading.row, "", "", f"has no column {name}", fix)


def _reader(dataset: Dataset) -> Callable[..., Reading]:
    return lambda file: read_table(dataset, file)
