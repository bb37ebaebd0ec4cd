"""Datasets of workbook 03: what each is, what it must hold, and how it is read."""

from __future__ import annotations

import os

import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset, find
from cemlib.data.load import loader, read_table
from cemlib.data.mapping import parse_scale
from cemlib.data.reading import Reading
from cemlib.sources import Section, opener
from cemlib.stats.customers import NEED_LEVELS
from cemlib.studies.expectation.datasets import fitness
from cemlib.studies.expectation.datasets.path_model import (
    PATH_MODEL,
    PATH_SURVEY,
    groups_of,
    load_items,
    load_model,
    open_items,
    read_path_survey,
)
from cemlib.studies.expectation.datasets.published import ECSI_MOMENTS, ECSI_PATHS, EFFORT_EFFECTS

__all__ = [
    "DATASETS",
    "NEED_LEVELS",
    "groups_of",
    "load",
    "load_items",
    "load_model",
    "open_items",
    "open_table",
    "parse_scale",
    "read_path_survey",
    "sources",
]

_POINTS = "points (0–100)"

ARTICLE_C = (
    "Wang Shengsheng (王升升), on centralised repair and customer satisfaction "
    "(浅谈集中修复在客户满意度提升中的作用), 客户世界 (Customer World), January–February 2021"
)


def _conditions(effort: str, information: str) -> dict[str, pa.Column]:
    mark = pa.Check.isin((0, 1))
    return {
        "effort": fields.whole(f"Effort, randomised: 1 or 0, {effort}", mark),
        "information": fields.whole(f"Information, randomised: 1 or 0, {information}", mark),
    }


def _answers(*, required: bool) -> dict[str, pa.Column]:
    points = _required if required else _optional
    return {
        "baseline": points("Usual satisfaction, asked before the experiment"),
        "expectation": _required("Expectation, asked before the outcome"),
        "quality": points("Rating of the outcome"),
        "satisfaction": _required("Satisfaction, asked after the outcome"),
    }


def _required(title: str) -> pa.Column:
    return fields.number(title, (0, 100), _POINTS)


def _optional(title: str) -> pa.Column:
    return fields.optional(fields.number(title, (0, 100), _POINTS, nullable=True))


def _callbacks() -> pa.DataFrameSchema:
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "level": fields.text(
            "Level of need that the customer mainly buys for", pa.Check.isin(NEED_LEVELS)
        ),
        **_conditions(
            "whether the customer had to call again instead of being called back",
            "whether a quick repair was promised",
        ),
        **_answers(required=True),
    }
    return fields.table("callbacks", columns, unique=["customer"])


def read_callbacks(file: str | os.PathLike[str] = "") -> Reading:
    """Read a trial; its problems include what would stop the analysis.

    Examples
    --------
    >>> read_callbacks().problems
    []
    """
    reading = read_table(CALLBACKS, file, repeats=True)
    return fitness.checked(reading, lambda frame: fitness.experiment_problems(frame, "customer"))


CALLBACKS = Dataset(
    "callbacks",
    "Trial of call-backs after a broadband reset: effort × information, randomised",
    "telecom/callbacks.csv",
    GENERATED,
    sources=(ARTICLE_C,),
    contract=_callbacks,
    limit_mb=64,
    answers="effects of effort and information on satisfaction, power, direct and indirect effects",
    read=read_callbacks,
)


def _expectations() -> pa.DataFrameSchema:
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "period": fields.whole("Period, numbered without gaps", pa.Check.ge(0), unit="quarters"),
        "performance": _required("Performance delivered"),
        "forecast": _optional("What the customer thinks will be delivered"),
        "expectation": _required("What the customer thinks should be delivered"),
        "satisfaction": _optional("Satisfaction with the performance"),
    }
    return fields.table("expectations", columns, unique=["customer", "period"])


def read_expectations(file: str | os.PathLike[str] = "") -> Reading:
    """Read a panel; its problems include what would stop the analysis.

    Examples
    --------
    >>> read_expectations().problems
    []
    """
    return fitness.checked(read_table(EXPECTATIONS, file), fitness.panel_problems)


EXPECTATIONS = Dataset(
    "expectations",
    "Panel of the performance that customers get and expect, six quarters",
    "telecom/expectations.csv",
    GENERATED,
    contract=_expectations,
    limit_mb=64,
    answers="how expectations learn from performance, what forecasts add",
    read=read_expectations,
)


def _responses() -> pa.DataFrameSchema:
    columns = {
        "participant": fields.text("The participant"),
        **_conditions(
            "whether the participant sprinted for the train", "whether an empty train was promised"
        ),
        **_answers(required=False),
    }
    return fields.table("responses", columns, unique=["participant"])


def read_responses(file: str | os.PathLike[str] = "") -> Reading:
    """Read a class's answers; its problems include what would stop the analysis.

    Examples
    --------
    >>> read_responses().problems
    []
    """
    reading = read_table(RESPONSES, file, repeats=True)
    return fitness.checked(reading, lambda frame: fitness.experiment_problems(frame, "participant"))


RESPONSES = Dataset(
    "responses",
    "Answers of a class to the metro experiment: effort × information",
    "cases/responses.csv",
    "Generated from the model of the metro experiment: no person answered it. It shows the "
    "format of a class's own answers.",
    sources=(ARTICLE_C,),
    contract=_responses,
    answers="effects of effort and information in a class, power, disconfirmation",
    read=read_responses,
)


_TABLES = (CALLBACKS, EXPECTATIONS, RESPONSES, EFFORT_EFFECTS, ECSI_MOMENTS, ECSI_PATHS)
DATASETS = (*_TABLES, PATH_SURVEY, PATH_MODEL)

load = loader(DATASETS)
sources = opener(DATASETS)


def open_table(section: Section) -> pd.DataFrame:
    """Load the first table of a section, and record what was read.

    Parameters
    ----------
    section : Section
        A section that can be answered.

    Returns
    -------
    DataFrame
        The user's own table, or the committed one.

    Raises
    ------
    DataError
        If the file breaks the contract, or cannot be analysed.

    Examples
    --------
    >>> len(open_table(sources().section("callbacks")))
    917
    """
    dataset = find(DATASETS, section.names[0])
    reader = dataset.read or (lambda file: read_table(dataset, file))
    reading = reader(section.file())
    if reading.problems:
        raise reading.error()
    section.read(len(reading.frame), reading.notes)
    return reading.frame
