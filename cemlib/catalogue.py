"""All datasets, collected from the studies that declare them."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.data.dataset import Dataset, find

if TYPE_CHECKING:
    import pandas as pd

    from cemlib.data.problems import Problem
    from cemlib.sources import Sources

STUDIES = ("rights", "ladder", "expectation", "repair", "value", "complaints", "company")


@cache
def datasets() -> tuple[Dataset, ...]:
    """Return every dataset, starting with those that belong to no single study.

    Examples
    --------
    >>> [entry.name for entry in datasets()][:3]
    ['customers', 'truth', 'survey']
    """
    from cemlib.data import common

    studies = (import_module(f"cemlib.studies.{study}.datasets") for study in STUDIES)
    return (*common.DATASETS, *(entry for study in studies for entry in study.DATASETS))


def names() -> list[str]:
    """Return the names of the datasets, in the order of the catalogue."""
    return [entry.name for entry in datasets()]


def dataset(name: str) -> Dataset:
    """Return the dataset with a name.

    Raises
    ------
    ValueError
        If there is no such dataset; the message gives the most similar name.

    Examples
    --------
    >>> dataset("survey").file
    'telecom/survey.csv'
    """
    return find(datasets(), name)


def path(name: str) -> Path:
    """Return the path of the committed file of a dataset.

    Raises
    ------
    ValueError
        If there is no such dataset.

    Examples
    --------
    >>> path("survey").name
    'survey.csv'
    """
    return dataset(name).path


def load(name: str, file: str | os.PathLike[str] = "") -> pd.DataFrame:
    """Load a table of any study: see `cemlib.data.load.load_table`.

    Examples
    --------
    >>> load("rights")["law_article"].tolist()
    [7, 8, 9, 10, 11, 12, 13, 14, 15]
    """
    from cemlib.data.load import load_table

    return load_table(dataset(name), file)


def problems(name: str, file: str | os.PathLike[str], **options: Any) -> list[Problem]:
    """Check a file against the contract of a dataset: see `cemlib.data.load.problems`.

    Examples
    --------
    >>> problems("survey", path("survey"))
    []
    >>> len(problems("survey", path("survey"), item_scale="1-6"))
    1000
    """
    from cemlib.data import load

    return load.problems(dataset(name), file, **options)


def sources(
    names: Collection[str],
    company: str | os.PathLike[str] = "",
    **files: str | os.PathLike[str],
) -> Sources:
    """Return where the data of a workbook come from that draws on several studies.

    Parameters
    ----------
    names : collection of str
        Names of the datasets that it rests on.
    company, **files
        As for the function that `cemlib.sources.opener` returns. What is not given as a file is
        taken from the company's file.

    Raises
    ------
    ValueError
        If a dataset is not known, or the company's file is wrong.

    Examples
    --------
    >>> sources(["survey", "resets"]).may_use("survey")
    True
    """
    from cemlib.sources import opener

    used = [dataset(name) for name in names]
    every = {entry.asked_by: "" for entry in used}
    return opener(used)(company, False, **every | files)


def of_parameter(parameter: str, parameters: frozenset[str]) -> Dataset | None:
    """Return the dataset that a workbook's parameter names a file of; None if there is none.

    If two datasets have the same parameter, it is the one whose reading options are among the
    workbook's parameters.

    Parameters
    ----------
    parameter : str
        Name of the parameter.
    parameters : frozenset of str
        Names of all parameters of the workbook.

    Examples
    --------
    >>> of_parameter("survey", frozenset({"survey", "model", "survey_scale"})).name
    'path-survey'
    """
    asked = [entry for entry in datasets() if entry.asked_by == parameter]
    fit = [entry for entry in asked if parameters.issuperset(entry.options)]
    return max(fit or asked, key=lambda entry: len(parameters & {*entry.options}), default=None)


def answerable(names: Collection[str]) -> list[tuple[str, str, Dataset]]:
    """Return what files of one's own can answer: workbook, its question, and the dataset.

    Parameters
    ----------
    names : collection of str
        Names of the datasets that there are files of.

    Examples
    --------
    >>> [(slug[:2], dataset.name) for slug, _, dataset in answerable({"complaints"})]
    [('06', 'complaints'), ('07', 'complaints')]
    """
    from cemlib.report.plan.workbook import workbooks

    rows = []
    for book in workbooks():
        every = frozenset(parameter.name for parameter in book.parameters)
        asked = [of_parameter(each.name, every) for each in book.parameters if each.is_dataset]
        rows += [
            (book.slug, book.question, entry) for entry in asked if entry and entry.name in names
        ]
    return rows
