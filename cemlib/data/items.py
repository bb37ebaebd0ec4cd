"""A survey of anybody's, of which a model names the items; and the text of the model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from cemlib.data import catalogue
from cemlib.data.faults import DataError, Fault
from cemlib.data.load import no_column
from cemlib.data.mapping import parse_scale, read_mapping
from cemlib.data.reading import Reading, read
from cemlib.data.schemas import fields
from cemlib.structural.model import ECSI, parse_model

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
        If an item has no column, or an answer is no number of the scale: every fault is listed.
    ValueError
        If the scale is none.

    Examples
    --------
    >>> from cemlib.data.catalogue import path
    >>> load_items(path("survey"), ["safety_1", "respect_2"], "1-7")[0].shape
    (1483, 2)
    """
    reading = _read(Path(file), items, scale)
    if reading.faults:
        raise reading.error()
    return reading.frame[list(items)], tuple(reading.notes)


def faults(
    survey: str | os.PathLike[str] | None,
    model: str | os.PathLike[str] | None,
    scale: str = "1-10",
) -> list[Fault | str]:
    """Hold a survey against the model that names its items, and the model against its grammar.

    Parameters
    ----------
    survey : str or path, optional
        The survey; if not given the model alone is looked at.
    model : str or path, optional
        The model; the ECSI's if not given.
    scale : str
        Lowest and highest answer.

    Returns
    -------
    list of Fault or str
        Faults of the survey in the order of the file; what is wrong elsewhere in a sentence.

    Examples
    --------
    >>> faults(None, "nowhere.txt")
    ['nowhere.txt: does not exist; check the name and the folder']
    """
    try:
        text = load_text(model, "model") if model else ECSI
    except DataError as error:
        return [f"{error.file}: {fault}" for fault in error.faults]
    try:
        design = parse_model(text)
    except ValueError as error:
        return [f"{Path(model or '').name}: {error}"]
    try:
        return list(_read(Path(survey), design.items, scale).faults) if survey else []
    except ValueError as error:
        return [str(error)]


def _read(path: Path, items: Sequence[str], scale: str) -> Reading:
    ends = parse_scale("survey_scale", scale)
    by_name = {item.casefold(): item for item in items}

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [item for item in items if item not in reading.places]
        reading.faults += [no_column(item, reading) for item in absent]
        asked = [item for item in items if item in reading.places]
        return pa.DataFrameSchema(
            {item: fields.answer(item, ends, "survey_scale") for item in asked}
        )

    return read(
        catalogue.dataset("survey"),
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
    cemlib.data.faults.DataError: nowhere.txt cannot be used as model: 1 fault
      does not exist; check the name and the folder
    """
    path = Path(file)

    def refuse(problem: str, fix: str) -> DataError:
        return DataError(path.name, what, [Fault(0, "", "", problem, fix)])

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
