"""The survey of rights: its entry, contract, reading options and reader."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.fields import Scale
from cemlib.data.load import no_column
from cemlib.data.mapping import parse_scale, read_mapping
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural, read
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS, STATEMENTS
from cemlib.studies.rights.operator.survey import simulate_survey

ITEM_SCALE, OVERALL_SCALE = "1-7", "0-10"
RESPONDENT_COLUMNS = {
    "respondent": "Respondent; one of the operator's customers where known",
    "wave": "Wave of the survey",
    "segment": "Customer segment",
    "channel": "Channel used last",
}
_IMPORTANCE = tuple(f"{right}_importance" for right in RIGHTS)
_WITHOUT = {
    "respondent": "each row counts as a different respondent",
    "wave": "changes between waves are not analysed",
    "segment": "segments are not compared",
    "channel": "channels are not compared",
    "recommend": "recommendation is not analysed",
}


def is_survey_column(name: str) -> bool:
    """Return whether a survey may have a column of this name.

    Examples
    --------
    >>> is_survey_column("safety_12"), is_survey_column("safety")
    (True, False)
    """
    return ITEM.fullmatch(name) is not None or name in survey_columns()


def survey_columns() -> list[str]:
    """Return the names of the columns of a survey with three items per right, in order.

    Examples
    --------
    >>> len(survey_columns())
    42
    """
    items = [f"{right}_{item}" for right in RIGHTS for item in (1, 2, 3)]
    return [*RESPONDENT_COLUMNS, *items, *_IMPORTANCE, "overall", "recommend"]


def survey_contract(
    names: Iterable[str] = (),
    *,
    item_scale: Scale = (1, 7),
    importance_scale: Scale = (1, 7),
    overall_scale: Scale = (0, 10),
) -> pa.DataFrameSchema:
    """Return the contract of a survey with these columns and scales.

    Parameters
    ----------
    names : iterable of str
        Columns of the survey, as `is_survey_column` allows; those of `survey_columns` by default.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.

    Examples
    --------
    >>> list(survey_contract(["overall", "safety_1"], item_scale=(1, 5)).columns)
    ['safety_1', 'overall']
    """
    present = set(names) or set(survey_columns())
    questions = [(match[1], int(match[2])) for name in present if (match := ITEM.fullmatch(name))]
    columns = {
        name: fields.text(title, nullable=True) for name, title in RESPONDENT_COLUMNS.items()
    }
    for right, item in sorted(questions, key=lambda each: (RIGHTS.index(each[0]), each[1])):
        statement = dict(enumerate(STATEMENTS[right], 1)).get(item)
        title = f"{right}, statement {item}"
        columns[f"{right}_{item}"] = fields.answer(title, item_scale, "item_scale", statement)
    for right, name in zip(RIGHTS, _IMPORTANCE, strict=True):
        title = f"Importance of {right} to the customer"
        columns[name] = fields.answer(title, importance_scale, "importance_scale")
    columns["overall"] = fields.answer("Overall satisfaction", overall_scale, "overall_scale")
    columns["recommend"] = fields.answer("Likelihood of recommending the company", (0, 10))
    columns = {name: column for name, column in columns.items() if name in present}
    if "respondent" not in columns:
        return fields.table("survey", columns, unique=None)
    columns["respondent"].metadata = {"refers_to": ("customers", "customer")}
    keys: list[str] = [name for name in ("respondent", "wave") if name in columns]
    return fields.table("survey", columns, unique=keys)


@dataclass(frozen=True)
class Survey:
    """Answers to a survey of rights, with the columns and scales it uses.

    Parameters
    ----------
    answers : DataFrame
        One row per answer, in the columns of the dataset ``survey`` that there are: text
        ``respondent``, ``wave``, ``segment``, ``channel``; floats with NaN where an answer is
        missing.
    items : mapping of str to tuple of str
        Right → its item columns, in the order of the rights.
    importance : mapping of str to str
        Right → its column of stated importance, where there is one.
    item_scale, importance_scale, overall_scale : (float, float)
        Lowest and highest answer.
    notes : tuple of str
        How the file was read and what cannot be analysed, in sentences.
    """

    answers: pd.DataFrame
    items: Mapping[str, tuple[str, ...]]
    importance: Mapping[str, str]
    item_scale: Scale
    importance_scale: Scale
    overall_scale: Scale
    notes: tuple[str, ...]

    @property
    def rights(self) -> tuple[str, ...]:
        """Return the rights that have items, in their order."""
        return tuple(self.items)

    @property
    def respondents(self) -> list[object]:
        """Return the respondent of each answer; the row where the survey names none."""
        return list(self.answers.get("respondent", self.answers.index))

    @property
    def waves(self) -> list[str]:
        """Return the waves of the survey in order; none where it has no such column."""
        return sorted(self.answers["wave"].dropna().unique()) if "wave" in self.answers else []

    @property
    def stated_importance(self) -> pd.DataFrame | None:
        """Return stated importance, one column per right; None where it was not asked."""
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

    It needs ``overall`` and items of at least two rights (``safety_1``, …). Any other column may
    be absent; the survey's notes say what cannot be analysed without it.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's survey if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`).
    item_scale, overall_scale : str
        Lowest and highest answer: ``"1-5"``. A default gives way to the scale in the YAML.
    importance_scale : str
        Scale of stated importance; that of the items if empty.

    Returns
    -------
    Survey
        Answers, columns, scales and notes.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.
    ValueError
        If a scale is not two numbers, the lower one first.

    Examples
    --------
    >>> survey = load_survey()
    >>> survey.rights[:2], survey.items["safety"]
    (('safety', 'information'), ('safety_1', 'safety_2', 'safety_3'))
    """
    reading, scales = _read(
        file, item_scale=item_scale, importance_scale=importance_scale, overall_scale=overall_scale
    )
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    columns = [match for name in frame if (match := ITEM.fullmatch(name))]
    items = {right: tuple(match[0] for match in columns if match[1] == right) for right in RIGHTS}
    items = {right: names for right, names in items.items() if names}
    importance = {right: f"{right}_importance" for right in items}
    importance = {right: name for right, name in importance.items() if name in frame}
    notes = (*reading.notes, *_not_asked(frame, items, importance), *_unanswered(frame, items))
    return Survey(frame, items, importance, *scales, notes=notes)


def read_survey(file: str | os.PathLike[str] = "", **options: str) -> Reading:
    """Read a survey with the options of `load_survey`; its problems are listed in the reading.

    Examples
    --------
    >>> len(read_survey().frame)
    1483
    """
    return _read(file, **options)[0]


def _read(
    file: str | os.PathLike[str] = "",
    *,
    item_scale: str = ITEM_SCALE,
    importance_scale: str = "",
    overall_scale: str = OVERALL_SCALE,
) -> tuple[Reading, tuple[Scale, Scale, Scale]]:
    """Read a survey; return the reading and the scales of items, importance and overall."""
    source = file if str(file) else SURVEY.path
    mapping = read_mapping(source, survey_columns(), is_survey_column)
    items = parse_scale("item_scale", item_scale)
    if item_scale == ITEM_SCALE:
        items = mapping.scales.get("items", items)
    importance = mapping.scales.get("importance", items)
    if importance_scale:
        importance = parse_scale("importance_scale", importance_scale)
    overall = parse_scale("overall_scale", overall_scale)
    if overall_scale == OVERALL_SCALE:
        overall = mapping.scales.get("overall", overall)

    def plan(reading: Reading) -> pa.DataFrameSchema | None:
        if "overall" not in reading.column_index:
            reading.problems.append(no_column("overall", reading))
        rights = {match[1] for name in reading.column_index if (match := ITEM.fullmatch(name))}
        if len(rights) < 2:
            reading.problems.append(_too_few_rights(rights, reading))
        if not reading.column_index:
            return None
        return survey_contract(
            reading.column_index,
            item_scale=items,
            importance_scale=importance,
            overall_scale=overall,
        )

    def known(word: str) -> str:
        return word if is_survey_column(word) else ""

    reading = read(SURVEY, Path(source), mapping, known, plan)
    if not reading.problems:
        _name_anonymous_respondents(reading)
    return reading, (items, importance, overall)


SURVEY = Dataset(
    "survey",
    "Survey of nine rights, three waves",
    "telecom/survey.csv",
    GENERATED,
    contract=survey_contract,
    read=read_survey,
    options=("item_scale", "importance_scale", "overall_scale"),
    open_columns=True,
    limit_mb=64,
)


def _name_anonymous_respondents(reading: Reading) -> None:
    """Name each answer without a respondent by its row, so that no two count as one person."""
    frame = reading.frame
    if "respondent" not in frame:
        return
    nameless = frame["respondent"].isna().to_numpy()
    if nameless.any():
        numbers = np.array(reading.numbers)[nameless]
        frame.loc[nameless, "respondent"] = [f"row {number}" for number in numbers]
        answers = plural(int(nameless.sum()), "answer has", "answers have")
        reading.notes.append(f"{answers} no respondent: each counts as a different one.")


def _too_few_rights(rights: set[str], reading: Reading) -> Problem:
    items = f"items of {', '.join(rights)} alone" if rights else "no items"
    fix = (
        "name columns of at least two rights safety_1, safety_2, information_1, … or say which "
        f"they are in {reading.described_in}: columns: {{safety_1: …, information_1: …}}; "
        f"the rights are {', '.join(RIGHTS)}"
    )
    return Problem(reading.row, "", "", f"has {items}", fix)


def _not_asked(
    frame: pd.DataFrame, items: Mapping[str, tuple[str, ...]], importance: Mapping[str, str]
) -> list[str]:
    """Return sentences on the questions that the survey does not have."""
    notes = [f"No column {name}: {what}." for name, what in _WITHOUT.items() if name not in frame]
    absent = [right for right in RIGHTS if right not in items]
    if absent:
        covered = f"{len(items)} of {len(RIGHTS)} rights are covered"
        notes.append(f"{covered}; no questions on {', '.join(absent)}.")
    single = [right for right, columns in items.items() if len(columns) == 1]
    if single:
        have = "has one item: its" if len(single) == 1 else "have one item each: their"
        notes.append(f"{', '.join(single)} {have} reliability cannot be estimated.")
    unstated = [right for right in items if right not in importance]
    if importance and unstated:
        notes.append(f"No stated importance of {', '.join(unstated)}.")
    elif unstated:
        notes.append("No stated importance: only derived importance is shown.")
    return notes


def _unanswered(frame: pd.DataFrame, items: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return sentences on missing answers."""
    groups = {
        "to items": [name for columns in items.values() for name in columns],
        "on importance": [name for name in frame if name.endswith("_importance")],
    }
    groups |= {f"to {name}": [name] for name in ("overall", "recommend") if name in frame}
    notes = []
    for question, columns in groups.items():
        gaps = frame[columns].isna().sum()
        if total := int(gaps.sum()):
            most = f", most in {gaps.idxmax()} ({gaps.max():,})" if len(columns) > 1 else ""
            verb = "is" if total == 1 else "are"
            cells = f"{frame[columns].size:,}"
            notes.append(f"{total:,} of {cells} answers {question} {verb} missing{most}.")
    return notes


def draw_survey(respondents: int, rng: np.random.Generator) -> Survey:
    """Simulate a survey of independent respondents, each in a random wave.

    Parameters
    ----------
    respondents : int
        Number of respondents, at least 1.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Survey
        As from `load_survey`, with three items per right.

    Raises
    ------
    ValueError
        If ``respondents`` is not a whole number of at least 1.

    Examples
    --------
    >>> survey = draw_survey(600, np.random.default_rng(1))
    >>> len(survey.answers), survey.notes[0]
    (600, "The answers are simulated from the operator's model.")
    """
    return Survey(
        simulate_survey(respondents, rng),
        items={right: tuple(f"{right}_{item}" for item in (1, 2, 3)) for right in RIGHTS},
        importance=dict(zip(RIGHTS, _IMPORTANCE, strict=True)),
        item_scale=(1.0, 7.0),
        importance_scale=(1.0, 7.0),
        overall_scale=(0.0, 10.0),
        notes=("The answers are simulated from the operator's model.",),
    )
