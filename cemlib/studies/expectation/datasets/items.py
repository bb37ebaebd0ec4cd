"""A survey of anybody's, of which a model names the items; and the text of the model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.load import no_column
from cemlib.data.mapping import Mapping, parse_scale, read_mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.reading import Reading, read
from cemlib.studies.expectation.structural.model import ECSI, parse_model

LONGEST_TEXT = 100_000


def load_items(
    file: str | os.PathLike[str], items: Sequence[str], scale: str = "1-10"
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Load the answers to the items that a model names.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook. Columns are found by name, in any order, or by the YAML beside the
        file (`cemlib.data.mapping`); others are not used.
    items : sequence of str
        The columns wanted, each once.
    scale : str
        Lowest and highest answer to each of them: ``"1-10"``.

    Returns
    -------
    answers : DataFrame
        A row a respondent and a column an item, floats; NaN where nothing was answered.
    notes : tuple of str
        How the file was read.

    Raises
    ------
    DataError
        If an item has no column, or an answer is no number of the scale: every problem is listed.
    ValueError
        If the scale is none.

    Examples
    --------
    >>> from cemlib.home import datasets
    >>> load_items(datasets() / "telecom/survey.csv", ["safety_1", "respect_2"], "1-7")[0].shape
    (1483, 2)
    """
    reading = _read(Path(file), items, scale)
    if reading.problems:
        raise reading.error()
    return reading.frame[list(items)], tuple(reading.notes)


def read_path_survey(
    file: str | os.PathLike[str] = "",
    *,
    model: str | os.PathLike[str] = "",
    survey_scale: str = "1-10",
) -> Reading:
    """Read a survey whose items a model names; what is wrong with it stands in the reading.

    Parameters
    ----------
    file : str or path
        The survey.
    model : str or path
        The model; the ECSI's if empty. What is wrong with it is said where it is read itself.
    survey_scale : str
        Lowest and highest answer.

    Raises
    ------
    ValueError
        If the scale is none.
    """
    unread = Reading(PATH_SURVEY, Path(file), Mapping())
    parse_scale("survey_scale", survey_scale)
    if read_model(model).problems:
        return unread
    text = load_text(model, "model") if str(model) else ECSI
    return _read(Path(file), parse_model(text).items, survey_scale)


def read_model(file: str | os.PathLike[str] = "") -> Reading:
    """Read a path model; what is wrong with it stands in the reading.

    Examples
    --------
    >>> print(read_model("nowhere.txt").problems[0])
    does not exist; check the name and the folder
    """
    reading = Reading(PATH_MODEL, Path(file), Mapping())
    try:
        parse_model(load_text(file, "model") if str(file) else ECSI)
    except DataError as error:
        reading.problems += error.problems
    except ValueError as error:
        reading.problems.append(Problem(0, "", "", str(error), "correct the model"))
    return reading


def _read(path: Path, items: Sequence[str], scale: str) -> Reading:
    ends = parse_scale("survey_scale", scale)
    by_name = {item.casefold(): item for item in items}

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [item for item in items if item not in reading.places]
        reading.problems += [no_column(item, reading) for item in absent]
        asked = [item for item in items if item in reading.places]
        return pa.DataFrameSchema(
            {item: fields.answer(item, ends, "survey_scale") for item in asked}
        )

    return read(
        PATH_SURVEY,
        path,
        read_mapping(path, list(items)),
        lambda word: by_name.get(word, ""),
        plan,
    )


def load_text(file: str | os.PathLike[str], what: str) -> str:
    """Load a small text file, such as the text of a model.

    Parameters
    ----------
    file : str or path
        UTF-8, at most 100,000 bytes.
    what : str
        What it is to be, for the message: ``"model"``.

    Raises
    ------
    DataError
        If it does not exist, is empty, larger, or no text.

    Examples
    --------
    >>> load_text("nowhere.txt", "model")
    Traceback (most recent call last):
    cemlib.data.problems.DataError: nowhere.txt cannot be used as model: 1 problem
      does not exist; check the name and the folder
    """
    path = Path(file)

    def refuse(problem: str, fix: str) -> DataError:
        return DataError(path.name, what, [Problem(0, "", "", problem, fix)])

    if not path.is_file():
        raise refuse("does not exist", "check the name and the folder")
    if path.stat().st_size > LONGEST_TEXT:
        raise refuse(f"has more than {LONGEST_TEXT:,} bytes", "it needs a line a block or path")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("is no text in UTF-8", "save it as plain text, UTF-8") from error
    if not text.strip() or "\0" in text:
        raise refuse("is empty or no text", "write plain text into it")
    return text


PATH_SURVEY = Dataset(
    "path-survey",
    "A survey whose items a path model names",
    "",
    "Own data only; the committed study works from the printed moments.",
    read=read_path_survey,
    options=("model", "survey_scale"),
    parameter="survey",
    limit_mb=64,
)
PATH_MODEL = Dataset(
    "path-model",
    "A path model: which items measure what, and what leads to what",
    "",
    "Own data only; the model of the European satisfaction index otherwise.",
    read=read_model,
    parameter="model",
)
