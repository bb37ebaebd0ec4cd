"""The choices of an experiment: a row per alternative, or a row per task.

With a row per alternative, the columns are ``respondent``, ``task``, ``alternative``, ``price``,
``days`` and ``chosen``; an alternative without price and days is "none of these". With a row per
task they are ``respondent``, ``task``, ``price_1``, ``days_1``, ``price_2``, ``days_2`` … and
``choice``, the number of the alternative chosen; ``none``, ``0`` or the number after the last is
"none of these". Other names of columns are mapped in the YAML file, under ``columns``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.reading import Reading, plural
from cemlib.studies.value.datasets.own_file import Loaded, refuse
from cemlib.studies.value.operator.choices import simulate_choices

NONE = "none"
MIN_RESPONDENTS = 4  # a covariance of three values takes more than three people
_MOST = 6  # alternatives of a task, in a file with a row per task
_WHOLE = re.compile(r"\d+(?:\.0+)?")


def contract() -> pa.DataFrameSchema:
    """Return the contract of choices with a row per alternative."""
    columns = {
        "respondent": fields.text("Respondent", refers_to=("customers", "customer")),
        "segment": fields.text("Customer segment", nullable=True, required=False, group=True),
        "task": fields.whole("Number of the task", pa.Check.ge(1)),
        "alternative": fields.text("Number or letter of the alternative, or none", nullable=True),
        "price": fields.number("Price of delivery", (0, 1e6), "currency", nullable=True),
        "days": fields.number("Days until delivery", (0, 1e4), "days", nullable=True),
        "chosen": fields.yes_no("Whether the alternative was chosen"),
    }
    return fields.table("choices", columns, unique=["respondent", "task", "alternative"])


def _wide_contract() -> pa.DataFrameSchema:
    """Return the contract of choices with a row per task."""
    columns = {
        name: column
        for name, column in contract().columns.items()
        if name in ("respondent", "segment", "task")
    }
    columns["choice"] = fields.text("Number of the alternative chosen, or none", nullable=True)
    for number in range(1, _MOST + 1):
        for name, title, top, unit in (
            ("price", "Price", 1e6, "currency"),
            ("days", "Days until delivery", 1e4, "days"),
        ):
            column = fields.number(f"{title}, alternative {number}", (0, top), unit, nullable=True)
            columns[f"{name}_{number}"] = column if number < 3 else fields.optional(column)
    return fields.table("choices", columns, unique=["respondent", "task"])


def _read(file: str | os.PathLike[str] = "", *, simulate: str = "") -> Reading:
    if str(file) and simulate not in ("", "0"):
        raise checks.invalid_argument("simulate", simulate, "0 with choices of your own")
    reading = read_table(CHOICES, file)
    if reading.problems and not {"alternative", "chosen"} & set(reading.column_index):
        wide = read_table(replace(CHOICES, contract=_wide_contract), file)
        if {"price_1", "choice"} <= set(wide.column_index):
            reading = wide if wide.problems else _long(wide)
    if reading.problems:
        return reading
    frame = reading.frame.assign(row=reading.numbers)
    frame["alternative"] = _numbered(frame["alternative"])
    half = frame["price"].isna() != frame["days"].isna()
    for row in frame.loc[half, "row"]:
        fix = "fill in both, or leave both empty for none of these"
        refuse(reading, "has a price or days, but not both", fix, row)
    tasks = frame.groupby(["respondent", "task"], sort=False)
    sizes = tasks.agg(row=("row", "first"), size=("row", "size"), chosen=("chosen", "sum"))
    for each in sizes[(sizes["size"] < 2) | (sizes["chosen"] != 1)].itertuples():
        respondent, task = each.Index
        problem = (
            f"begins task {task} of {respondent}, which has {plural(each.size, 'row', 'rows')}, "
            f"{each.chosen} of them chosen"
        )
        refuse(reading, problem, "give at least two alternatives, one of them chosen", each.row)
    people = frame["respondent"].nunique()
    if people < MIN_RESPONDENTS:
        count = "one respondent" if people == 1 else f"{people} respondents"
        refuse(reading, f"has {count}", f"ask at least {MIN_RESPONDENTS} people")
    for name in ("price", "days"):
        if not (tasks[name].nunique() > 1).any():
            problem = "never differs between the alternatives of a task, so it has no worth"
            refuse(reading, problem, "vary it within tasks", column=reading_column(reading, name))
    if "segment" not in frame:
        reading.notes.append("No column segment: one model is fitted for all respondents.")
    order = ["respondent", "task", "alternative"]
    reading.frame = frame.drop(columns="row").sort_values(order, kind="stable", ignore_index=True)
    return reading


def reading_column(reading: Reading, name: str) -> str:
    """Return the name in the file of a column, or of the first of a wide form."""
    held = [column for column in (name, f"{name}_1") if column in reading.column_index]
    return reading.source_column(held[0]) if held else name


def _numbered(names: pd.Series) -> pd.Series:
    """Return alternatives as numbers; those with letters by the order of their names."""
    texts = names.fillna(NONE).astype(str)
    numeric = texts.map(lambda text: bool(_WHOLE.fullmatch(text)))
    if numeric.all():
        return texts.astype(float).astype(int)
    last = texts.str.casefold() == NONE
    order = sorted(set(texts[~last]), key=lambda text: (len(text), text))
    place = {text: at for at, text in enumerate(order, 1)}
    return texts.map(place).fillna(len(order) + 1).astype(int)


def _long(wide: Reading) -> Reading:
    """Return a reading with a row per alternative; choices that name none of them are refused."""
    frame = wide.frame
    numbers = [n for n in range(1, _MOST + 1) if {f"price_{n}", f"days_{n}"} <= set(frame)]
    texts = frame["choice"].fillna(NONE).astype(str).str.casefold()
    texts = texts.map(lambda text: str(int(float(text))) if _WHOLE.fullmatch(text) else text)
    nothing = texts.isin([NONE, "0", str(numbers[-1] + 1)])
    source = wide.source_column("choice")
    for at in np.flatnonzero(~nothing & ~texts.isin([str(n) for n in numbers])):
        fix = f"write a number from 1 to {numbers[-1]}, or none"
        refuse(wide, "is not the number of an alternative", fix, wide.numbers[at], source)
    keys = [name for name in ("respondent", "segment", "task") if name in frame]
    parts, rows = [], []
    for number in [*numbers, *([0] if nothing.any() else [])]:
        price, days = frame.get(f"price_{number}"), frame.get(f"days_{number}")
        part = frame[keys].assign(
            alternative=str(number or numbers[-1] + 1),
            price=np.nan if price is None else price,
            days=np.nan if days is None else days,
            chosen=nothing if number == 0 else texts == str(number),
        )
        asked = part["price"].notna() | part["days"].notna() | (number == 0)
        parts.append(part[asked])
        rows += [line for line, kept in zip(wide.numbers, asked, strict=True) if kept]
    wide.frame, wide.numbers = pd.concat(parts, ignore_index=True), rows
    wide.notes.append(
        f"Read with a row per task: {len(numbers)} alternatives"
        + (", and none of these." if nothing.any() else ".")
    )
    return wide


CHOICES = Dataset(
    "choices",
    "Choice experiment on the price and speed of delivery",
    "telecom/choices.csv",
    GENERATED,
    contract=contract,
    read=_read,
    options=("simulate",),
    limit_mb=64,
    answers="what customers pay for a day less, choice shares at a price",
    needs="It needs at least two alternatives per task, one of them chosen.",
    without={"segment": "one model is fitted for all respondents"},
)


def read_choices(
    file: str | os.PathLike[str] = "",
    *,
    simulate: int = 0,
    rng: np.random.Generator | None = None,
    segments: Mapping[str, str] | None = None,
) -> Loaded:
    """Read a choice experiment, or simulate one from the operator's model.

    Parameters
    ----------
    file : str or path
        A CSV or Excel file; the operator's if empty.
    simulate : int
        Number of respondents to simulate instead of the operator's; 0 to read the file.
    rng : numpy.random.Generator, optional
        Source of randomness for the simulation.
    segments : mapping of str to str, optional
        Code of a segment → name to print.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> int(read_choices().frame.groupby(["respondent", "task"])["chosen"].sum().max())
    1
    """
    if simulate and not str(file):
        simulated = simulate_choices(simulate, rng or np.random.default_rng(0))
        return Loaded(simulated, ("The choices are simulated from the operator's model.",))
    reading = _read(file)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    if segments and "segment" in frame:
        frame = frame.assign(segment=frame["segment"].replace(dict(segments)))
    return Loaded(frame, tuple(reading.notes))


def observed_levels(choices: pd.DataFrame, most: int = 6) -> dict[str, list[float]]:
    """Return the levels of price and days that were asked, at most so many of each.

    Examples
    --------
    >>> observed_levels(pd.DataFrame({"price": [0.0, 5, None], "days": [1.0, 3, None]}))
    {'price': [0.0, 5.0], 'days': [1.0, 3.0]}
    """
    levels = {}
    for name in ("price", "days"):
        values = np.unique(choices[name].dropna())
        at = np.unique(np.linspace(0, len(values) - 1, min(most, len(values))).round().astype(int))
        levels[name] = [float(value) for value in values[at]]
    return levels
