"""The path model of workbook 03 and its survey: reading, and what would stop the estimation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import cast

import pandas as pd
import pandera.pandas as pa

from cemlib import home
from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.load import load_table, no_column
from cemlib.data.mapping import Mapping, parse_scale, read_mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.reading import Reading, read
from cemlib.sources import Section
from cemlib.studies.expectation.datasets.published import ECSI_MOMENTS
from cemlib.studies.expectation.structural.fit import pls_path
from cemlib.studies.expectation.structural.model import ECSI, PathModel, parse_model
from cemlib.studies.expectation.structural.moments import Missing, Moments
from cemlib.studies.expectation.structural.weights import Scheme

MAX_TEXT_BYTES = 100_000
GROUPS = ("group", "segment")  # the first that a survey has says whom to compare


def load_items(
    file: str | os.PathLike[str], items: Sequence[str], scale: str = "1-10"
) -> tuple[pd.DataFrame | Moments, tuple[str, ...]]:
    """Load the answers to the items that a model names, or published moments in their place.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; if empty, the moments of 250 mobile phone customers. Columns are
        found by name or by the YAML beside the file (`cemlib.data.mapping`).
    items : sequence of str
        Column names, each once.
    scale : str
        Lowest and highest answer to each item: ``"1-10"``.

    Returns
    -------
    answers : DataFrame or Moments
        A row per respondent and a column per item, floats; NaN where there is no answer. Last,
        ``group`` or ``segment`` where the file has one.
    notes : tuple of str
        How the file was read.

    Raises
    ------
    DataError
        With every problem: an item without a column, an answer that is not a number on the scale.
    ValueError
        If the scale is not two numbers, the lower one first.

    Examples
    --------
    >>> from cemlib.home import datasets
    >>> load_items(datasets() / "telecom/survey.csv", ["safety_1", "respect_2"], "1-7")[0].columns
    Index(['safety_1', 'respect_2', 'segment'], dtype='str')
    """
    if not str(file):
        return Moments.from_table(load_table(ECSI_MOMENTS), n=250), ()
    reading = _read_items(file, items, scale)
    if reading.problems:
        raise reading.error()
    notes = list(reading.notes)
    if getattr(reading.mapping, "weight", ""):
        notes.append("The path model does not use the survey weights.")
    kept = [*items, *(name for name in GROUPS if name in reading.frame and name not in items)]
    return reading.frame[kept], tuple(notes)


def groups_of(items: pd.DataFrame | Moments) -> list[object]:
    """Return the group of each respondent; an empty list where the survey has none.

    Examples
    --------
    >>> groups_of(pd.DataFrame({"a": [1.0, 2.0], "segment": ["home", "business"]}))
    ['home', 'business']
    """
    if isinstance(items, Moments):
        return []
    named = [n for n in GROUPS if n in items and not pd.api.types.is_numeric_dtype(items[n])]
    return list(items[named[0]]) if named else []


def open_items(
    section: Section, model: PathModel, scale: str
) -> tuple[pd.DataFrame | Moments, tuple[float, float]]:
    """Load the answers of a section to a model's items and their scale; record what was read.

    Parameters
    ----------
    section : Section
        A section on the dataset ``path-survey``.
    model : PathModel
        The model.
    scale : str
        As for `load_items`.
    """
    items, notes = load_items(section.file(), model.items, scale)
    rows = items.n if isinstance(items, Moments) else len(items)
    section.read(rows, notes)
    return items, parse_scale("survey_scale", scale)


def load_model(file: str | os.PathLike[str] = "") -> PathModel:
    """Load the text of a path model: UTF-8, at most 100,000 bytes.

    Parameters
    ----------
    file : str or path
        The text; the European Customer Satisfaction Index (ECSI) if empty.

    Raises
    ------
    DataError
        If the file does not exist, is empty, too large or not text.
    ValueError
        If the text is not a path model; the message gives the line.

    Examples
    --------
    >>> load_model().names[:2]
    ('Image', 'Expectation')
    >>> load_model("nowhere.txt")
    Traceback (most recent call last):
    cemlib.data.problems.DataError: nowhere.txt cannot be used as model: 1 problem
      does not exist; check the name and the folder
    """
    return parse_model(_text(Path(file)) if str(file) else ECSI)


def read_path_survey(
    file: str | os.PathLike[str] = "",
    *,
    model: str | os.PathLike[str] = "",
    survey_scale: str = "1-10",
    target: str = "",
    scheme: str = "path",
    standardised: str = "True",
    missing_cells: str = "construct",
) -> Reading:
    """Read a survey whose items a model names; the reading lists the problems.

    Among them is what would stop the estimation: a constant item, two items with the same
    answers, too few rows, a target that nothing leads to.

    Parameters
    ----------
    file : str or path
        The survey.
    model : str or path
        The model; the ECSI if empty. Its own problems are listed by `read_model`.
    survey_scale : str
        Lowest and highest answer.
    target : str
        Construct to explain; empty if it does not matter.
    scheme, standardised, missing_cells : str
        As `cemlib.studies.expectation.structural.fit.pls_path` takes them; ``"True"`` or
        ``"False"``.

    Raises
    ------
    ValueError
        If the scale is not two numbers, the lower one first.
    """
    bounds = parse_scale("survey_scale", survey_scale)
    if read_model(model).problems:
        return Reading(PATH_SURVEY, Path(file), Mapping())
    design = load_model(model)
    reading = _read_items(file, design.items, survey_scale)
    if not reading.problems:
        reading.problems += _target_problems(design, target)
        reading.problems += _twins(reading, design)
        try:
            pls_path(
                reading.frame,
                design,
                scheme=cast("Scheme", scheme),
                standardised=standardised != "False",
                missing=cast("Missing", missing_cells),
                scale=bounds,
            )
        except ValueError as error:
            fix = "correct the survey, the model, or the parameters of the path model"
            reading.problems.append(Problem(0, "", "", f"cannot be estimated: {error}", fix))
    return reading


def _target_problems(design: PathModel, target: str) -> list[Problem]:
    explained = list(dict.fromkeys(path.target for path in design.paths))
    if not target or target in explained:
        return []
    problem = f"is to explain {target!r}, but the model has no path to it"
    fix = f"set the parameter target to {' or '.join(explained)}"
    return [Problem(0, "", "", problem, fix)]


def _twins(reading: Reading, design: PathModel) -> list[Problem]:
    """Return problems of items whose answers are the same in all rows."""
    frame = reading.frame
    problems = []
    for one, other in combinations(design.items, 2):
        both = frame[[one, other]].dropna()
        if len(both) > 2 and both[one].nunique() > 1 and (both[one] == both[other]).all():
            name = reading.source_column(one)
            problem = f"has the same answers as {name} in all rows that have both"
            fix = "leave one of the two out of the model, or map it to another column"
            problems.append(Problem(0, reading.source_column(other), "", problem, fix))
    return problems


def read_model(file: str | os.PathLike[str] = "") -> Reading:
    """Read a path model; the reading lists the problems.

    Examples
    --------
    >>> print(read_model("nowhere.txt").problems[0])
    does not exist; check the name and the folder
    """
    reading = Reading(PATH_MODEL, Path(file), Mapping())
    try:
        load_model(file)
    except DataError as error:
        reading.problems += error.problems
    except ValueError as error:
        reading.problems.append(Problem(0, "", "", str(error), "correct the model"))
    return reading


def _read_items(file: str | os.PathLike[str], items: Sequence[str], scale: str) -> Reading:
    bounds = parse_scale("survey_scale", scale)
    grouping = [name for name in GROUPS if name not in items]
    by_name = {name.casefold(): name for name in (*grouping, *items)}

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [item for item in items if item not in reading.column_index]
        if len(absent) == len(items) and tuple(items) == load_model().items:
            reading.problems.append(_no_model(reading, absent))
            return None
        reading.problems += [_no_item(item, reading) for item in absent]
        present = [item for item in items if item in reading.column_index]
        columns = {item: fields.answer(item, bounds, "survey_scale") for item in present}
        for name in grouping:
            if name in reading.column_index:
                columns[name] = fields.text("Group of the respondent", nullable=True)
        return pa.DataFrameSchema(columns)

    mapping = read_mapping(file, [*items, *grouping])
    return read(PATH_SURVEY, Path(file), mapping, lambda word: by_name.get(word, ""), plan)


def _no_model(reading: Reading, items: Sequence[str]) -> Problem:
    shown = f"{', '.join(items[:3])}, …"
    problem = f"has no column of the ECSI model ({shown}), which is used without a model"
    fix = "name the file of your own model in the parameter model"
    return Problem(reading.row, "", "", problem, fix)


def _no_item(item: str, reading: Reading) -> Problem:
    """Return the problem of an item without a column; a weight before its name is not one of it."""
    bare = item.rpartition("*")[2]
    if bare != item and bare in reading.header:
        problem = f"has no column {item}: a path model estimates its weights and fixes none"
        return Problem(reading.row, "", "", problem, f"write {bare} in the model")
    return no_column(item, reading)


def _text(path: Path) -> str:
    def unusable(problem: str, fix: str) -> DataError:
        return DataError(path.name, "model", [Problem(0, "", "", problem, fix)])

    if not home.is_file(path):
        raise unusable("does not exist", "check the name and the folder")
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise unusable(
            f"has more than {MAX_TEXT_BYTES:,} bytes", "a model needs one line per block or path"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise unusable("is not text in UTF-8", "save it as plain text, UTF-8") from error
    if not text.strip() or "\0" in text:
        raise unusable("is empty or not text", "write plain text into it")
    return text


def path_survey_to_fill_in(
    *, model: str | os.PathLike[str] = "", survey_scale: str = "1-10"
) -> pa.DataFrameSchema:
    """Return the contract of a survey to fill in: a column for each item of the model.

    Examples
    --------
    >>> len(path_survey_to_fill_in().columns)
    24
    """
    bounds = parse_scale("survey_scale", survey_scale)
    columns: dict[str, pa.Column] = {}
    for block in load_model(model).blocks:
        for item in block.items:
            columns[item] = fields.answer(f"Item of {block.name}", bounds, "survey_scale")
    return fields.table("path-survey", columns, unique=None)


PATH_SURVEY = Dataset(
    "path-survey",
    "A survey whose items a path model names",
    "",
    "Own data only; the committed study uses the published moments.",
    read=read_path_survey,
    options=("model", "survey_scale", "target", "scheme", "standardised", "missing_cells"),
    parameter="survey",
    limit_mb=64,
    answers="loadings, reliability and paths of the model",
    needs="It needs a column for each item that the model names, in any order. A column group or "
    "segment says whose paths to compare.",
    blank=path_survey_to_fill_in,
)
PATH_MODEL = Dataset(
    "path-model",
    "A path model: which items measure which construct, and which construct leads to which",
    "",
    "Own data only; otherwise the model of the European Customer Satisfaction Index.",
    read=read_model,
    parameter="model",
    answers="which paths are estimated from the survey of workbook 03",
    needs="A text, not a table. A line for each construct, Image =~ IMAG1 + IMAG2, then a line for "
    "each construct that others lead to, Loyalty ~ Image + Satisfaction.",
)
