"""The survey of rights: its entry, contract, reading options and reader."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.fields import Scale
from cemlib.data.load import no_column
from cemlib.data.mapping import parse_scale, read_mapping
from cemlib.data.outcome import outcome_label, parse_outcome, read_outcome
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, read
from cemlib.markup import visible
from cemlib.stats.deviance import is_binary
from cemlib.stats.estimates import Floats, bootstrap_weights
from cemlib.stats.weighting import design_weights
from cemlib.studies.rights.datasets.fitness import (
    hindrances,
    items_of,
    reversed_items,
    survey_weights,
)
from cemlib.studies.rights.datasets.survey_columns import (
    DESIGN_COLUMNS,
    IMPORTANCE,
    RESPONDENT_COLUMNS,
    is_survey_column,
    survey_columns,
    survey_contract,
)
from cemlib.studies.rights.datasets.survey_notes import (
    WITHOUT,
    name_anonymous_respondents,
    not_asked,
    suspect_note,
    too_few_rights,
    unanswered,
    undeclared_weight,
)
from cemlib.studies.rights.nine_rights import ITEM, RIGHTS
from cemlib.studies.rights.operator.survey import simulate_survey
from cemlib.studies.rights.reversal import seem_reversed

OUTCOMES = {"overall": "overall satisfaction", "recommend": "likelihood of recommending"}
ITEM_SCALE, OVERALL_SCALE = "1-7", "0-10"
NOT_BOTH = "0 with a survey of your own: analyse it, or simulate respondents without it"


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
    weights : ndarray, length n, or None
        Survey weight of each answer, 1 on average; None where all count the same.
    reversed : tuple of str
        Items that were turned round when the file was read.
    outcome : str
        Column that the rights are to explain.
    """

    answers: pd.DataFrame
    items: Mapping[str, tuple[str, ...]]
    importance: Mapping[str, str]
    item_scale: Scale
    importance_scale: Scale
    overall_scale: Scale
    notes: tuple[str, ...]
    weights: Floats | None = None
    reversed: tuple[str, ...] = ()
    outcome: str = "overall"

    def resample(self, resamples: int, rng: np.random.Generator) -> Floats:
        """Draw resamples of respondents, each answer with its survey weight, shape (B, n).

        Of clusters within strata, where the survey has such columns.

        Examples
        --------
        >>> load_survey().resample(3, np.random.default_rng(1)).shape
        (3, 1483)
        """
        if self.designed:
            strata = list(self.answers["stratum"]) if "stratum" in self.answers else None
            counts = design_weights(self.units, strata, resamples, rng)
        else:
            counts = bootstrap_weights(len(self.answers), resamples, rng, self.respondents)
        return counts if self.weights is None else counts * self.weights

    @property
    def explained(self) -> pd.Series:
        """Return what the rights are to explain."""
        return self.answers[parse_outcome(self.outcome)[0]]

    @property
    def outcome_points(self) -> pd.Series:
        """Return what the rights explain in points: of its scale, or 100 for a yes."""
        return 100 * self.explained if is_binary(self.explained) else self.explained

    @property
    def outcome_names(self) -> dict[str, str]:
        """Return the printed names of what the rights explain, and of what part of it."""
        part = "deviance" if is_binary(self.explained) else "variance"
        name = OUTCOMES.get(self.outcome) or visible(outcome_label(self.outcome))
        points = "percentage points" if part == "deviance" else "points"
        return {"outcome": name, "part": part, "points": points}

    @property
    def suspects(self) -> dict[str, float]:
        """Return items that seem reversed; see `cemlib.studies.rights.reversal`."""
        return seem_reversed(self.answers, self.items, self.explained)

    @property
    def rights(self) -> tuple[str, ...]:
        """Return the rights that have items, in their order."""
        return tuple(self.items)

    @property
    def respondents(self) -> list[object]:
        """Return the respondent of each answer; the row where the survey names none."""
        return list(self.answers.get("respondent", self.answers.index))

    @property
    def units(self) -> list[object]:
        """Return the unit that was sampled, of each answer: its cluster, or its respondent."""
        return list(self.answers["cluster"]) if "cluster" in self.answers else self.respondents

    @property
    def designed(self) -> bool:
        """Return whether the survey has strata or clusters."""
        return not DESIGN_COLUMNS.keys().isdisjoint(self.answers)

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
    item_scale: str = ITEM_SCALE,
    importance_scale: str = "",
    overall_scale: str = OVERALL_SCALE,
    simulate: int = 0,
    rng: np.random.Generator | None = None,
    outcome: str = "overall",
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
    simulate : int
        Respondents to simulate from the operator's model; 0 reads the file.
    rng : numpy.random.Generator, optional
        Source of randomness, for simulated respondents.

    Returns
    -------
    Survey
        Answers, columns, scales, weights and notes.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.
    ValueError
        If a scale is not two numbers, the lower one first, or respondents are to be simulated
        although there is a file.

    Examples
    --------
    >>> survey = load_survey()
    >>> survey.rights[:2], survey.items["safety"]
    (('safety', 'information'), ('safety_1', 'safety_2', 'safety_3'))
    """
    if simulate:
        if str(file):
            raise checks.invalid_argument("simulate", simulate, NOT_BOTH)
        drawn = draw_survey(simulate, rng or np.random.default_rng())
        checks.one_of("outcome", outcome, OUTCOMES)
        return replace(drawn, outcome=outcome)
    reading, scales = _read(
        file, item_scale=item_scale, importance_scale=importance_scale, overall_scale=overall_scale,
        outcome=outcome,
    )  # fmt: skip
    if reading.problems:
        raise reading.error()
    weights = survey_weights(reading)
    frame = reading.frame.drop(columns="weight", errors="ignore")
    items = items_of(frame)
    importance = {right: f"{right}_importance" for right in items}
    importance = {right: name for right, name in importance.items() if name in frame}
    notes = (*reading.notes, *not_asked(frame, items, importance), *unanswered(frame, items))
    survey = Survey(
        frame, items, importance, *scales, notes, weights, reversed_items(reading), outcome
    )
    suspects = [suspect_note(item, survey.suspects[item], reading) for item in survey.suspects]
    unweighted = undeclared_weight(reading) if weights is None else []
    return replace(survey, notes=(*notes, *unweighted, *suspects))


def read_survey(
    file: str | os.PathLike[str] = "", *, simulate: str = "0", **options: str
) -> Reading:
    """Read a survey with the options of `load_survey`; its problems are listed in the reading.

    It also lists what would stop the analysis, such as a question with one answer only.

    Examples
    --------
    >>> len(read_survey().frame)
    1483
    """
    reading, (scale, _, _) = _read(file, **options)
    if str(file) and simulate not in ("", "0"):
        problem = f"cannot be used with simulate={simulate}"
        reading.problems.append(Problem(0, "", "", problem, NOT_BOTH))
    if not reading.problems:
        outcome = parse_outcome(options.get("outcome") or "overall")[0]
        reading.problems += hindrances(reading, scale, outcome)
        survey_items = items_of(reading.frame)
        suspects = seem_reversed(reading.frame, survey_items, reading.frame[outcome])
        reading.notes += [suspect_note(item, value, reading) for item, value in suspects.items()]
    return reading


def _read(
    file: str | os.PathLike[str] = "",
    *,
    item_scale: str = ITEM_SCALE,
    importance_scale: str = "",
    overall_scale: str = OVERALL_SCALE,
    outcome: str = "overall",
) -> tuple[Reading, tuple[Scale, Scale, Scale]]:
    """Read a survey; return the reading and the scales of items, importance and overall."""
    column, answer = parse_outcome(outcome)
    if (answer and column in OUTCOMES) or (is_survey_column(column) and column not in OUTCOMES):
        wanted = (
            f"{' or '.join(OUTCOMES)}, a column that is neither a right nor says who answered, or "
            "such a column=answer"
        )
        raise checks.invalid_argument("outcome", outcome, wanted)
    source = file if str(file) else SURVEY.path
    mapping = read_mapping(
        source,
        [*dict.fromkeys([*survey_columns(), column])],
        lambda name: is_survey_column(name) or name == column,
    )
    items = parse_scale("item_scale", item_scale)
    if item_scale == ITEM_SCALE:
        items = mapping.scales.get("items", items)
    importance = mapping.scales.get("importance", items)
    if importance_scale:
        importance = parse_scale("importance_scale", importance_scale)
    overall = parse_scale("overall_scale", overall_scale)
    if overall_scale == OVERALL_SCALE:
        overall = mapping.scales.get("overall", overall)

    def plan(reading: Reading, explained: pa.Column | None = None) -> pa.DataFrameSchema | None:
        if column not in reading.column_index:
            reading.problems.append(no_column(column, reading))
        rights = {match[1] for name in reading.column_index if (match := ITEM.fullmatch(name))}
        if len(rights) < 2:
            reading.problems.append(too_few_rights(rights, reading))
        if not reading.column_index:
            return None
        return survey_contract(
            reading.column_index,
            item_scale=items,
            importance_scale=importance,
            overall_scale=overall,
            outcome=column,
            explained=explained,
        )

    def known(word: str) -> str:
        return column if word == column.casefold() else word if is_survey_column(word) else ""

    def read_as(explained: pa.Column | None) -> Reading:
        planned = partial(plan, explained=explained)
        return read(SURVEY, Path(source), mapping, known, planned)

    reading = read_as(None) if column in OUTCOMES else read_outcome(outcome, read_as)
    if not reading.problems:
        name_anonymous_respondents(reading)
    return reading, (items, importance, overall)


def survey_to_fill_in(*, outcome: str = "overall", **scales: str) -> pa.DataFrameSchema:
    """Return the contract of a survey to fill in: two items per right, overall, recommendation.

    Examples
    --------
    >>> list(survey_to_fill_in().columns)[:5]
    ['respondent', 'wave', 'segment', 'channel', 'safety_1']
    """
    items = [f"{right}_{item}" for right in RIGHTS for item in (1, 2)]
    outcome = parse_outcome(outcome)[0]
    bounds: dict[str, Any] = {name: parse_scale(name, text) for name, text in scales.items()}
    schema = survey_contract(
        [*RESPONDENT_COLUMNS, *items, "overall", "recommend", outcome], outcome=outcome, **bounds
    )
    for name, column in schema.columns.items():
        column.required = name == outcome
    return schema


SURVEY = Dataset(
    "survey",
    "Survey of nine rights, three waves",
    "telecom/survey.csv",
    GENERATED,
    contract=survey_contract,
    read=read_survey,
    options=("item_scale", "importance_scale", "overall_scale", "simulate", "outcome"),
    open_columns=True,
    limit_mb=64,
    answers="perception of each right, drivers of satisfaction, gaps, plan, segments, waves",
    needs="It needs overall, and items of at least two rights: safety_1, safety_2, choice_1, …",
    without=WITHOUT,
    blank=survey_to_fill_in,
)


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
        importance=dict(zip(RIGHTS, IMPORTANCE, strict=True)),
        item_scale=(1.0, 7.0),
        importance_scale=(1.0, 7.0),
        overall_scale=(0.0, 10.0),
        notes=("The answers are simulated from the operator's model.",),
    )
