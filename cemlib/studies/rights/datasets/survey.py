"""Load a survey of rights, or draw one anew from the operator's model."""

from __future__ import annotations

import os
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import no_column
from cemlib.data.mapping import beside, parse_scale, read_mapping
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural, read
from cemlib.studies.rights.datasets import contracts
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS
from cemlib.studies.rights.operator.survey import simulate_survey

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
        If the file cannot be used; it lists every problem with row and column.
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
    if reading.problems:
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
        With frame or problems.
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
    path = Path(file) if str(file) else SURVEY.path
    mapping = read_mapping(path, contracts.survey_columns(), contracts.is_survey_column)
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
            reading.problems.append(no_column("overall", reading))
        rights = {match[1] for name in reading.places if (match := ITEM.fullmatch(name))}
        if len(rights) < 2:
            reading.problems.append(_too_few_rights(rights, reading))
        if not reading.places:
            return None
        return contracts.survey(
            reading.places,
            item_scale=items,
            importance_scale=importance,
            overall_scale=overall,
        )

    def known(word: str) -> str:
        return word if contracts.is_survey_column(word) else ""

    reading = read(SURVEY, path, mapping, known, plan)
    if not reading.problems:
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


def _too_few_rights(rights: set[str], reading: Reading) -> Problem:
    found = f"items of {', '.join(rights)} alone" if rights else "no items"
    yaml = beside(reading.file).name
    fix = (
        "name columns of at least two rights safety_1, safety_2, information_1, … or say which "
        f"they are in {yaml}: columns: {{safety_1: …, information_1: …}}; "
        f"the rights are {', '.join(RIGHTS)}"
    )
    return Problem(reading.row, "", "", f"has {found}", fix)


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


def draw_survey(respondents: int, rng: np.random.Generator) -> Survey:
    """Draw the answers of unrelated respondents, spread evenly over the waves.

    Parameters
    ----------
    respondents : int
        How many, at least 1.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Survey
        As `cemlib.data.load.load_survey` gives it; every right has three items.

    Raises
    ------
    ValueError
        If ``respondents`` is no whole number of at least 1.

    Examples
    --------
    >>> survey = draw_survey(600, np.random.default_rng(1))
    >>> len(survey.answers), survey.notes[0]
    (600, 'The answers are drawn from the model of the operator.')
    """
    return Survey(
        simulate_survey(respondents, rng),
        items={right: tuple(f"{right}_{item}" for item in (1, 2, 3)) for right in RIGHTS},
        importance={right: f"{right}_importance" for right in RIGHTS},
        item_scale=(1.0, 7.0),
        importance_scale=(1.0, 7.0),
        overall_scale=(0.0, 10.0),
        notes=("The answers are drawn from the model of the operator.",),
    )


SURVEY = Dataset(
    "survey",
    "Survey of nine rights, three waves",
    "telecom/survey.csv",
    GENERATED,
    contract=contracts.survey,
    read=lambda file="", **options: read_survey(file, **options)[0],
    options=("item_scale", "importance_scale", "overall_scale"),
    open_columns=True,
    limit_mb=64,
)
