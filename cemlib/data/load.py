"""Load a dataset: the committed one or a file of one's own, or refuse it with every fault."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import catalogue, schemas
from cemlib.data.catalogue import ITEM, RIGHTS
from cemlib.data.faults import DataError, Fault
from cemlib.data.mapping import beside, parse_scale, read_mapping
from cemlib.data.moments import zone_of
from cemlib.data.reading import Reading, plural, read
from cemlib.data.schemas import assessment

__all__ = ["DataError", "Fault", "Survey", "load", "load_survey", "load_truth"]

Scale = tuple[float, float]
ITEM_SCALE, OVERALL_SCALE = "1-7", "0-10"
_WITHOUT = {
    "respondent": "each row is taken for another respondent",
    "wave": "change between waves is left out",
    "segment": "segments are not told apart",
    "channel": "channels are not told apart",
    "recommend": "recommendation is left out",
}


@dataclass(frozen=True)
class Survey:
    """A survey of rights, as far as it asks for them.

    Parameters
    ----------
    answers : DataFrame
        A row an answer, in the columns of the dataset ``survey`` that there are: text
        ``respondent``, ``wave``, ``segment``, ``channel``; floats with NaN where nothing was
        answered.
    items : mapping of str to tuple of str
        Right → its columns of items, in the order of the rights.
    importance : mapping of str to str
        Right → its column of stated importance, where there is one.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    answers: pd.DataFrame
    items: AnyMapping[str, tuple[str, ...]]
    importance: AnyMapping[str, str]
    item_scale: Scale
    importance_scale: Scale
    overall_scale: Scale
    notes: tuple[str, ...]

    @property
    def rights(self) -> tuple[str, ...]:
        """Return the rights that have items, in their order."""
        return tuple(self.items)

    @property
    def stated_importance(self) -> pd.DataFrame | None:
        """Return stated importance, a column a right; None where nobody was asked."""
        if not self.importance:
            return None
        return self.answers[list(self.importance.values())].set_axis(list(self.importance), axis=1)


def load(name: str, file: str | os.PathLike[str] = "") -> pd.DataFrame:
    """Load a table.

    Parameters
    ----------
    name : str
        A dataset that is a table: see `cemlib.data.catalogue`. For ``survey`` with another scale
        or other columns use `load_survey`.
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
        If there is no such dataset, or it is no table.

    Examples
    --------
    >>> load("rights")["law_article"].tolist()
    [7, 8, 9, 10, 11, 12, 13, 14, 15]
    """
    if name == "survey":
        return load_survey(file).answers
    if name == "contacts":
        from cemlib.data.load_contacts import load_contacts

        return load_contacts(file, zone="UTC").contacts
    reading = read_table(name, file)
    if reading.faults:
        raise reading.error()
    frame = reading.frame
    if name == "practices":  # whose names may be left out: the practice's own then stands in
        for place, column in enumerate(("name_en", "name_zh"), 2):
            if column not in frame:
                frame.insert(place, column, frame["practice"])
            frame[column] = frame[column].fillna(frame["practice"])
    return frame


def load_survey(
    file: str | os.PathLike[str] = "",
    *,
    item_scale: str = ITEM_SCALE,
    importance_scale: str = "",
    overall_scale: str = OVERALL_SCALE,
) -> Survey:
    """Load a survey of rights.

    Needed are ``overall`` and items of at least two rights (``safety_1``, …); everything else may
    be absent, and the survey's notes say what is then left out.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's survey if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`).
    item_scale, overall_scale : str
        Lowest and highest answer: ``"1-5"``. The YAML's scale holds where this is left as it is.
    importance_scale : str
        The same of stated importance; the items' own if empty.

    Returns
    -------
    Survey
        Answers, which columns are which, and notes.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every fault with row and column.
    ValueError
        If a scale is none.

    Examples
    --------
    >>> survey = load_survey()
    >>> survey.rights[:2], survey.items["safety"]
    (('safety', 'information'), ('safety_1', 'safety_2', 'safety_3'))
    """
    reading, scales = read_survey(
        file,
        item_scale=item_scale,
        importance_scale=importance_scale,
        overall_scale=overall_scale,
    )
    if reading.faults:
        raise reading.error()
    frame = reading.frame
    items: dict[str, tuple[str, ...]] = {}
    for right in RIGHTS:
        asked = [name for name in frame if name.startswith(f"{right}_")]
        if asked := [name for name in asked if ITEM.fullmatch(name)]:
            items[right] = tuple(asked)
    importance = {right: f"{right}_importance" for right in items}
    importance = {right: name for right, name in importance.items() if name in frame}
    notes = (*reading.notes, *_left_out(reading, items, importance), *_unanswered(frame, items))
    return Survey(frame, items, importance, *scales, notes=notes)


def load_truth() -> dict[str, Any]:
    """Load what was planted in the operator, and what a survey of everybody would find.

    Examples
    --------
    >>> sorted(load_truth())
    ['generator', 'planted', 'population']
    """
    truth: dict[str, Any] = json.loads(catalogue.path("truth").read_text(encoding="utf-8"))
    return truth


def read_table(
    name: str, file: str | os.PathLike[str] = "", *, zone: str = "", repeats: bool = False
) -> Reading:
    """Read a table; what is wrong with it stands in the reading.

    Parameters
    ----------
    name, file : str, str or path
        As in `load`.
    zone : str
        Time zone of times that name none, if not that of the YAML beside the file.
    repeats : bool
        Whether rows may have the key of another one.

    Raises
    ------
    ValueError
        If there is no such dataset or zone, or the dataset is no table.

    Examples
    --------
    >>> read_table("rights").faults
    []
    """
    schema = schemas.contract(name)
    if repeats:
        schema.unique = None
    path = Path(file) if str(file) else catalogue.path(name)
    names = list(schema.columns)

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        absent = [column for column in names if column not in reading.places]
        for column in absent:
            if schema.columns[column].required:
                reading.faults.append(no_column(column, reading))
        return schema.remove_columns(absent) if reading.places else None

    by_name = {column.casefold(): column for column in names}

    def known(word: str) -> str:
        return by_name.get(word, "")

    mapping = read_mapping(path, names)
    if zone:
        zone_of(zone)
        mapping = replace(mapping, zone=zone)
    return read(catalogue.dataset(name), path, mapping, known, plan)


def read_survey(
    file: str | os.PathLike[str] = "",
    *,
    item_scale: str = ITEM_SCALE,
    importance_scale: str = "",
    overall_scale: str = OVERALL_SCALE,
) -> tuple[Reading, tuple[Scale, Scale, Scale]]:
    """Read a survey; what is wrong with it stands in the reading.

    Parameters
    ----------
    file : str or path
        As in `load_survey`.
    item_scale, importance_scale, overall_scale : str
        As in `load_survey`.

    Returns
    -------
    reading : Reading
        With frame or faults.
    scales : tuple of (float, float)
        Of items, importance and overall.

    Raises
    ------
    ValueError
        If a scale is none.

    Examples
    --------
    >>> read_survey()[1]
    ((1.0, 7.0), (1.0, 7.0), (0.0, 10.0))
    """
    path = Path(file) if str(file) else catalogue.path("survey")
    mapping = read_mapping(path, assessment.survey_columns())
    said = mapping.scales
    items = parse_scale("item_scale", item_scale)
    if item_scale == ITEM_SCALE:
        items = said.get("items", items)
    importance = said.get("importance", items)
    if importance_scale:
        importance = parse_scale("importance_scale", importance_scale)
    overall = parse_scale("overall_scale", overall_scale)
    if overall_scale == OVERALL_SCALE:
        overall = said.get("overall", overall)

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        if "overall" not in reading.places:
            reading.faults.append(no_column("overall", reading))
        rights = {match[1] for name in reading.places if (match := ITEM.fullmatch(name))}
        if len(rights) < 2:
            reading.faults.append(_too_few_rights(rights, reading))
        if not reading.places:
            return None
        return assessment.survey(
            reading.places,
            item_scale=items,
            importance_scale=importance,
            overall_scale=overall,
        )

    def known(word: str) -> str:
        return word if assessment.is_survey_column(word) else ""

    reading = read(catalogue.dataset("survey"), path, mapping, known, plan)
    if not reading.faults:
        _name_the_anonymous(reading)
    return reading, (items, importance, overall)


def _name_the_anonymous(reading: Reading) -> None:
    """Give each answer without a respondent one of its own, so that none are taken for one."""
    frame = reading.frame
    if "respondent" not in frame:
        return
    nameless = frame["respondent"].isna().to_numpy()
    if nameless.any():
        numbers = np.array(reading.numbers)[nameless]
        frame.loc[nameless, "respondent"] = [f"row {number}" for number in numbers]
        answers = plural(int(nameless.sum()), "answer names", "answers name")
        reading.notes.append(f"{answers} no respondent: each is taken for another one.")


def no_column(name: str, reading: Reading) -> Fault:
    """Return the fault of a file without a column, with the nearest names that it has."""
    if name in reading.mapping.columns:  # the YAML names one that is not there: said already
        return Fault(reading.row, "", "", f"has no column for {name}", "mend the YAML")
    near = checks.nearest(name, [own for own in reading.header if own])
    like = f"; is it {' or '.join(near)}?" if near else ""
    yaml = beside(reading.file).name
    fix = f"name it so, or say which it is in {yaml}: columns: {{{name}: …}}{like}"
    return Fault(reading.row, "", "", f"has no column {name}", fix)


def _too_few_rights(rights: set[str], reading: Reading) -> Fault:
    found = f"items of {', '.join(rights)} alone" if rights else "no items"
    yaml = beside(reading.file).name
    fix = (
        "name columns of at least two rights safety_1, safety_2, information_1, … or say which "
        f"they are in {yaml}: columns: {{safety_1: …, information_1: …}}; "
        f"the rights are {', '.join(RIGHTS)}"
    )
    return Fault(reading.row, "", "", f"has {found}", fix)


def _left_out(
    reading: Reading, items: dict[str, tuple[str, ...]], importance: dict[str, str]
) -> list[str]:
    """Return sentences on what the survey does not ask."""
    notes = [
        f"No column {name}: {what}." for name, what in _WITHOUT.items() if name not in reading.frame
    ]
    absent = [right for right in RIGHTS if right not in items]
    if absent:
        covered = f"{len(items)} of {len(RIGHTS)} rights are covered"
        notes.append(f"Nothing about {', '.join(absent)}: {covered}.")
    single = [right for right, columns in items.items() if len(columns) == 1]
    if single:
        have = "has one item: its" if len(single) == 1 else "have one item each: their"
        notes.append(f"{', '.join(single)} {have} reliability cannot be estimated.")
    unstated = [right for right in items if right not in importance]
    if importance and unstated:
        notes.append(f"No stated importance of {', '.join(unstated)}.")
    elif unstated:
        notes.append("No stated importance: only the derived one is shown.")
    return notes


def _unanswered(frame: pd.DataFrame, items: dict[str, tuple[str, ...]]) -> list[str]:
    """Return sentences on missing answers."""
    asked = [name for columns in items.values() for name in columns]
    stated = [name for name in frame if name.endswith("_importance")]
    groups = {"to the items": asked, "on importance": stated}
    groups |= {name: [name] for name in ("overall", "recommend") if name in frame}
    notes = []
    for what, columns in groups.items():
        gaps = frame[columns].isna().sum()
        if total := int(gaps.sum()):
            most = f", most in {gaps.idxmax()} ({gaps.max():,})" if len(columns) > 1 else ""
            where = what if len(columns) > 1 or " " in what else f"in {what}"
            cells = frame[columns].size
            notes.append(f"{total:,} of {cells:,} answers {where} are missing{most}.")
    return notes
