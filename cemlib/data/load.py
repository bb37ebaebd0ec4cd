"""Loading of a table: the committed one or a user's own, refused with a list of all problems."""

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
from cemlib.data.mapping import read_mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.reading import Reading, read
from cemlib.data.timestamps import zone_of

__all__ = [
    "DataError",
    "Problem",
    "check",
    "contract_of",
    "load_table",
    "loader",
    "no_column",
    "problems",
    "read_table",
]


def loader(datasets: Sequence[Dataset]) -> Callable[..., pd.DataFrame]:
    """Return a function that loads the tables of a study by name.

    Parameters
    ----------
    datasets : sequence of Dataset
        Datasets of the study.

    Returns
    -------
    callable
        ``load(name, file="")`` returns a DataFrame with the columns and types of the contract and
        raises DataError if the file breaks the contract.
    """

    def load(name: str, file: str | os.PathLike[str] = "") -> pd.DataFrame:
        """Load a table of the study: the committed one, or the user's own file."""
        return load_table(find(datasets, name), file)

    return load


def load_table(dataset: Dataset, file: str | os.PathLike[str] = "") -> pd.DataFrame:
    """Load a table.

    Parameters
    ----------
    dataset : Dataset
        The dataset that the file must match.
    file : str or path
        A CSV file or workbook; the committed file if empty. Columns are matched by name, in any
        order, or by the YAML file beside it (`cemlib.data.mapping`); others are ignored.

    Returns
    -------
    DataFrame
        With the columns and types of the contract.

    Raises
    ------
    DataError
        If the file breaks the contract.
    ValueError
        If the dataset is not a table.
    """
    reading = (
        dataset.read(file) if dataset.read and dataset.open_columns else read_table(dataset, file)
    )
    if reading.problems:
        raise reading.error()
    return reading.frame


def problems(dataset: Dataset, file: str | os.PathLike[str], **options: Any) -> list[Problem]:
    """Check a file against the contract of a dataset: see `check`.

    Returns
    -------
    list of Problem
        In the order of the file, at most 1,000; empty if the file is valid.
    """
    return check(dataset, file, **options).problems


def check(dataset: Dataset, file: str | os.PathLike[str], **options: Any) -> Reading:
    """Check a file against the contract of a dataset.

    Parameters
    ----------
    dataset : Dataset
        The dataset that the file must match.
    file : str or path
        CSV file or workbook.
    **options
        Reading options that the dataset declares.

    Returns
    -------
    Reading
        With its problems, in the order of the file and at most 1,000, and its notes.

    Raises
    ------
    ValueError
        If the dataset has no such option, an option is invalid, or the dataset is not a table.
    """
    for option in options:
        if option not in dataset.options:
            have = ", ".join(dataset.options) or "none"
            raise checks.invalid_argument("option", option, f"an option of {dataset.name}: {have}")
    return (dataset.read or _reader(dataset))(file, **options)


def contract_of(dataset: Dataset) -> pa.DataFrameSchema:
    """Return the contract of a dataset.

    Raises
    ------
    ValueError
        If it is not a table.
    """
    if dataset.contract is None:
        raise checks.invalid_argument("dataset", dataset.name, "a table")
    return dataset.contract()


def read_table(
    dataset: Dataset, file: str | os.PathLike[str] = "", *, zone: str = "", repeats: bool = False
) -> Reading:
    """Read a table; the result lists its problems.

    Parameters
    ----------
    dataset, file : Dataset, str or path
        As in `load_table`.
    zone : str
        Time zone for times without one, if it differs from that in the YAML file.
    repeats : bool
        Whether several rows may have the same key.

    Raises
    ------
    ValueError
        If there is no such time zone, or the dataset is not a table.
    """
    schema = contract_of(dataset)
    if repeats:
        schema.unique = None
    source = file if str(file) else dataset.path
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

    mapping = read_mapping(source, names)
    if zone:
        zone_of(zone)
        mapping = replace(mapping, zone=zone)
    return read(dataset, Path(source), mapping, known, plan)


def no_column(name: str, reading: Reading) -> Problem:
    """Return the problem of a missing column, with the most similar names in the file."""
    if name in reading.mapping.columns:  # the YAML file names a missing one: already reported
        return Problem(reading.row, "", "", f"has no column for {name}", "correct the YAML file")
    near = checks.nearest(name, [source for source in reading.header if source])
    like = f"; is it {' or '.join(near)}?" if near else ""
    fix = f"rename a column, or map it in {reading.described_in}: columns: {{{name}: …}}{like}"
    return Problem(reading.row, "", "", f"has no column {name}", fix)


def _reader(dataset: Dataset) -> Callable[..., Reading]:
    return lambda file: read_table(dataset, file)
