"""Sentences on a survey: what was not asked, what was not answered, what seems reversed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.rights.nine_rights import RIGHTS

WEIGHT_NAMES = ("weight", "weights", "wt", "wgt", "gewicht", "权重", "weight_final", "pweight")
WITHOUT = {
    "respondent": "each row counts as a different respondent",
    "wave": "changes between waves are not analysed",
    "segment": "segments are not compared",
    "channel": "channels are not compared",
    "recommend": "recommendation is not analysed",
}


def undeclared_weight(reading: Reading) -> list[str]:
    """Return a sentence on a column that looks like survey weights but is not declared as one."""
    taken = set(reading.column_index.values())
    for position, name in enumerate(reading.header):
        if position not in taken and name.casefold() in WEIGHT_NAMES:
            return [
                f"Column {name} looks like survey weights and is not used. To use it, put "
                f"weight: {name} into {reading.described_in}."
            ]
    return []


def suspect_note(item: str, correlation: float, reading: Reading) -> str:
    """Return the sentence on an item that seems reversed."""
    source = reading.source_column(item)
    name = source if source == item else f"{source} ({item})"
    value = f"{correlation:.2f}".replace("-", "−")
    return (
        f"{name} seems reversed: its correlation with the other questions on the same right is "
        f"{value}. If high answers are bad ones, put reversed: [{item}] into "
        f"{reading.described_in}."
    )


def name_anonymous_respondents(reading: Reading) -> None:
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


def not_asked(
    frame: pd.DataFrame, items: Mapping[str, tuple[str, ...]], importance: Mapping[str, str]
) -> list[str]:
    """Return sentences on the questions that the survey does not have."""
    notes = [f"No column {name}: {what}." for name, what in WITHOUT.items() if name not in frame]
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


def unanswered(frame: pd.DataFrame, items: Mapping[str, tuple[str, ...]]) -> list[str]:
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


def too_few_rights(rights: set[str], reading: Reading) -> Problem:
    """Return the problem of a survey with items of fewer than two rights."""
    items = f"items of {', '.join(rights)} alone" if rights else "no items"
    fix = (
        "name columns of at least two rights safety_1, safety_2, information_1, … or say which "
        f"they are in {reading.described_in}: columns: {{safety_1: …, information_1: …}}; "
        f"the rights are {', '.join(RIGHTS)}; recommendation, satisfaction or effort alone, with "
        "comments, are the dataset ratings"
    )
    return Problem(reading.row, "", "", f"has {items}", fix)
