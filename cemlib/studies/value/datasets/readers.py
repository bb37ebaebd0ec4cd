"""Load what the study of service value needs, ready for it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.data.cells import YES_NO
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.value.datasets import contracts
from cemlib.studies.value.datasets.contracts import MARKS
from cemlib.studies.value.operator.choices import simulate_choices
from cemlib.studies.value.operator.value_map import COMPANY, CUSTOMER

__all__ = ["Loaded", "load_answers", "load_choices", "load_enquiries", "load_value_map"]

_LEAST_ANSWERS, _LEAST_MEASURED, _LEAST_ENQUIRIES = 10, 30, 20


@dataclass(frozen=True)
class Loaded:
    """A table, and how it was read.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]


def load_value_map(file: str | os.PathLike[str] = "") -> Loaded:
    """Load the two views: a row a customer, a column a measure.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> load_value_map().frame.shape[1]
    13
    """
    return _loaded(read_value_map(file))


def read_value_map(file: str | os.PathLike[str] = "") -> Reading:
    """Read the two views; what is wrong with them stands in the reading.

    Examples
    --------
    >>> read_value_map().problems
    []
    """
    reading = read_table(VALUE_MAP, file)
    if reading.problems:
        return reading
    frame = reading.frame
    for view, names in (("customer", CUSTOMER), ("company", COMPANY)):
        there = [name for name in names if name in frame]
        if len(there) < 2:
            problem = f"has {plural(len(there), 'measure', 'measures')} of the {view}'s view"
            fix = f"give at least two of {', '.join(names)}"
            reading.problems.append(Problem(0, "", "", problem, fix))
        elif absent := [name for name in names if name not in there]:
            reading.notes.append(f"Not measured: {', '.join(absent)}.")
    count = int((frame.drop(columns="customer", errors="ignore").notna().sum(axis=1) > 1).sum())
    if count < _LEAST_MEASURED:
        problem = f"has {plural(count, 'row', 'rows')} with measures to compare"
        reading.problems.append(
            Problem(0, "", "", problem, f"give at least {_LEAST_MEASURED} customers")
        )
    return reading


def load_answers(file: str | os.PathLike[str] = "") -> Loaded:
    """Load judged answers: a row a coder and an answer, marks as 1 and 0.

    Parameters
    ----------
    file : str or path
        A sheet of a quality team, CSV or workbook; the operator's if empty. Rows that are not
        judged yet are left out; who judged may be missing.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> sorted(load_answers().frame["correct"].unique())
    [np.float64(0.0), np.float64(1.0)]
    """
    return _loaded(read_answers(file))


def read_answers(file: str | os.PathLike[str] = "") -> Reading:
    """Read judged answers; what is wrong with them stands in the reading.

    Examples
    --------
    >>> read_answers().problems
    []
    """
    reading = read_table(ANSWERS, file)
    if reading.problems:
        return reading
    frame = reading.frame.copy()
    for name in ("correct", "hedged", "agent"):
        if name not in frame:  # all of it is empty
            problem, fix = "has no entry at all", "judge answers, and say whose they are"
            reading.problems.append(Problem(0, name, "", problem, fix))
    if reading.problems:
        return reading
    if "fit" in frame:
        frame["fit"] = frame["fit"].str.replace(",", ".").astype(float)
    for name in MARKS:
        if name in frame:
            frame[name] = frame[name].str.strip().str.casefold().map(YES_NO).astype(float)
    judged = frame["correct"].notna() & frame["hedged"].notna()
    for row in np.array(reading.numbers)[(judged & frame["agent"].isna()).to_numpy()]:
        problem, fix = "is empty, though the answer is judged", "say who answered"
        reading.problems.append(Problem(int(row), reading.own("agent"), "", problem, fix))
    if left := int((~judged).sum()):
        rows = plural(left, "row is not judged yet", "rows are not judged yet")
        reading.notes.append(f"{rows} and left out.")
    frame = frame[judged].reset_index(drop=True)
    number = (frame.groupby("answer").cumcount() + 1).astype(str)
    if "coder" not in frame:
        frame["coder"] = "coder " + number
        reading.notes.append("No column coder: rows of one answer are taken for several coders'.")
    frame["coder"] = frame["coder"].fillna("coder " + number)
    for name, what in {
        "policy": "what a quality policy changes is left out",
        "gist": "whether two agents say the same is left out",
        "integrated": "whether answers are layered is left out",
    }.items():
        if name not in frame:
            reading.notes.append(f"No column {name}: {what}.")
    answers, agents = frame["answer"].nunique(), frame["agent"].nunique()
    if answers < _LEAST_ANSWERS or agents < 2:
        problem = (
            f"has {plural(answers, 'judged answer', 'judged answers')} of "
            f"{plural(agents, 'agent', 'agents')}"
        )
        fix = f"judge at least {_LEAST_ANSWERS} answers of two agents"
        reading.problems.append(Problem(0, "", "", problem, fix))
    reading.frame = frame
    return reading


def load_enquiries(file: str | os.PathLike[str] = "") -> Loaded:
    """Load enquiries: a row a contact.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> load_enquiries().frame["topic"].nunique()
    5
    """
    return _loaded(read_enquiries(file))


def read_enquiries(file: str | os.PathLike[str] = "") -> Reading:
    """Read enquiries; what is wrong with them stands in the reading.

    Examples
    --------
    >>> read_enquiries().problems
    []
    """
    reading = read_table(ENQUIRIES, file)
    if reading.problems:
        return reading
    frame = reading.frame
    if len(frame) < _LEAST_ENQUIRIES:
        problem = f"has {plural(len(frame), 'enquiry', 'enquiries')}"
        reading.problems.append(Problem(0, "", "", problem, f"give at least {_LEAST_ENQUIRIES}"))
    if {"advised", "best"} - set(frame):
        reading.notes.append("No columns advised and best: regret of advice is left out.")
        return reading
    for row in np.array(reading.numbers)[(frame["advised"] < frame["best"] - 1e-9).to_numpy()]:
        problem, fix = "costs less than the best", "the best is the cheapest that serves"
        reading.problems.append(Problem(int(row), reading.own("advised"), "", problem, fix))
    return reading


def load_choices(
    file: str | os.PathLike[str] = "", *, simulate: int = 0, rng: np.random.Generator | None = None
) -> Loaded:
    """Load a choice experiment: a row an alternative, rows of a choice together.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's if empty.
    simulate : int
        Respondents to draw from the operator's model in place of a file; 0 for none.
    rng : numpy.random.Generator, optional
        Source of randomness, needed to draw.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> int(load_choices().frame.groupby(["respondent", "task"])["chosen"].sum().max())
    1
    """
    if simulate:
        drawn = simulate_choices(simulate, rng or np.random.default_rng(0))
        return Loaded(drawn, ("The choices are drawn from the model of the operator.",))
    return _loaded(read_choices(file))


def read_choices(file: str | os.PathLike[str] = "") -> Reading:
    """Read a choice experiment; what is wrong with it stands in the reading.

    Examples
    --------
    >>> read_choices().problems
    []
    """
    reading = read_table(CHOICES, file)
    if reading.problems:
        return reading
    frame = reading.frame.assign(row=reading.numbers)
    half = frame["price"].isna() != frame["days"].isna()
    for row in frame.loc[half, "row"]:
        problem = "has a price or days, but not both"
        fix = "fill in both, or leave both empty for none of these"
        reading.problems.append(Problem(int(row), "", "", problem, fix))
    tasks = frame.groupby(["respondent", "task"], sort=False)
    facts = tasks.agg(row=("row", "first"), size=("row", "size"), chosen=("chosen", "sum"))
    for fact in facts[(facts["size"] < 2) | (facts["chosen"] != 1)].itertuples():
        who, task = fact.Index
        problem = (
            f"begins task {task} of {who}, which has {plural(fact.size, 'row', 'rows')}, "
            f"{fact.chosen} of them chosen"
        )
        fix = "give at least two alternatives, one of them chosen"
        reading.problems.append(Problem(int(fact.row), "", "", problem, fix))
    if frame["respondent"].nunique() < 2:
        reading.problems.append(Problem(0, "", "", "has one respondent", "ask more people"))
    if "segment" not in frame:
        reading.notes.append("No column segment: one model for all.")
    order = ["respondent", "task", "alternative"]
    reading.frame = frame.drop(columns="row").sort_values(order, kind="stable", ignore_index=True)
    return reading


def _loaded(reading: Reading) -> Loaded:
    if reading.problems:
        raise reading.error()
    return Loaded(reading.frame, tuple(reading.notes))


VALUE_MAP = Dataset(
    "value-map",
    "Six measures of service that customers value, six that the company does",
    "telecom/value-map.csv",
    GENERATED,
    contract=contracts.value_map,
    read=read_value_map,
    limit_mb=64,
)

ANSWERS = Dataset(
    "answers",
    "Mystery questions: what agents answered, judged by three coders",
    "telecom/answers.csv",
    GENERATED,
    contract=contracts.answers,
    read=read_answers,
    limit_mb=64,
)

ENQUIRIES = Dataset(
    "enquiries",
    "Enquiries of half a year, and what was advised on tariffs",
    "telecom/enquiries.csv",
    GENERATED,
    contract=contracts.enquiries,
    read=read_enquiries,
    limit_mb=64,
)

CHOICES = Dataset(
    "choices",
    "Choices between deliveries at a price",
    "telecom/choices.csv",
    GENERATED,
    contract=contracts.choices,
    read=read_choices,
    limit_mb=64,
)
