"""Load a log of complaints: as numbers and times, with what is open and what is left out."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.complaints.datasets import contracts
from cemlib.studies.complaints.datasets.contracts import ITEMS, JUSTICE, STEP_COLUMNS

__all__ = ["Complaints", "load_complaints", "read_complaints"]

_YES = {"yes": 1.0, "1": 1.0, "是": 1.0, "no": 0.0, "0": 0.0, "否": 0.0}
_MARKS = ("apology", "explanation", "temporary_fix", "stayed", "spoke_well", "regulator")
_NEEDED = ("apology", "explanation", "temporary_fix", "compensation", "hours")
_LEAST = 50
_WITHOUT = {
    "repair_hours": "what to promise is left out",
    "promised_hours": "promises kept are not counted",
    "spoke_well": "word of mouth is worth nothing here",
    "regulator": "the regulator is left out",
    "word_of_mouth": "the path from justice to word of mouth is left out",
    "return_intent": "the path from justice to return is left out",
    "satisfaction_before": "the recovery paradox is left out",
}


@dataclass(frozen=True)
class Complaints:
    """A log of complaints.

    Attributes
    ----------
    log : DataFrame
        The answered complaints: times as such, yes and no as 1 and 0, ``hours`` until the answer.
    open : DataFrame
        Those that wait for an answer, in the same columns.
    steps : dict of str to str
        Step of ISO 10002 → column of its date, where there is one.
    justice : dict of str to tuple of str
        Kind of justice → its items, where all three are asked about.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    log: pd.DataFrame
    open: pd.DataFrame
    steps: dict[str, str]
    justice: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]


def load_complaints(file: str | os.PathLike[str] = "") -> Complaints:
    """Load a log of complaints.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's log if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`).

    Returns
    -------
    Complaints
        Answered and open complaints, and what the log does not tell.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> complaints = load_complaints()
    >>> len(complaints.log) > 50 * len(complaints.open) > 0
    True
    """
    reading = read_complaints(file)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    answer = [name for name in _NEEDED if name in frame]
    answered = frame[answer].notna().all(axis=1) & frame["stayed"].notna()
    waiting = frame[answer].isna().any(axis=1) & frame["stayed"].isna()
    asked = {
        kind: tuple(name for name in ITEMS if name in frame and name.startswith(kind))
        for kind in JUSTICE
    }
    return Complaints(
        frame[answered].reset_index(drop=True),
        frame[waiting].reset_index(drop=True),
        {step: name for name, step in STEP_COLUMNS.items() if name in frame},
        asked if all(asked.values()) else {},
        (*reading.notes, *_notes(frame, answered, waiting)),
    )


def read_complaints(file: str | os.PathLike[str] = "") -> Reading:
    """Read a log of complaints; what is wrong with it stands in the reading.

    Examples
    --------
    >>> read_complaints().problems
    []
    """
    reading = read_table(COMPLAINTS, file)
    if reading.problems:
        return reading
    frame, numbers = reading.frame.copy(), pd.Series(reading.numbers)
    for name in ("received", *STEP_COLUMNS):
        if name in frame:
            told = frame[name].notna()
            frame[name] = pd.to_datetime(frame[name], format="mixed", errors="coerce")
            for row in numbers[(told & frame[name].isna()).to_numpy()]:
                problem, fix = "is no day of the calendar", "write 2026-03-31 09:14"
                reading.problems.append(Problem(int(row), reading.own(name), "", problem, fix))
    for name in _MARKS:
        if name in frame:
            frame[name] = frame[name].map(_YES).astype(float)
    if "answered" in frame:
        frame["hours"] = (frame["answered"] - frame["received"]).dt.total_seconds() / 3600
        for row in numbers[(frame["hours"] < 0).to_numpy()]:
            problem, fix = "is before the complaint was received", "correct one of the two"
            reading.problems.append(Problem(int(row), reading.own("answered"), "", problem, fix))
    known = [name for name in (*_NEEDED, "stayed") if name in frame]
    count = int(frame[known].notna().all(axis=1).sum()) if len(known) == len(_NEEDED) + 1 else 0
    if count < _LEAST and not reading.problems:
        problem = f"has {count} answered complaints, and {_LEAST} are the least"
        reading.problems.append(Problem(0, "", "", problem, "give a longer log"))
    reading.frame = frame
    return reading


def _notes(frame: pd.DataFrame, answered: pd.Series, waiting: pd.Series) -> list[str]:
    notes = [f"No column {name}: {what}." for name, what in _WITHOUT.items() if name not in frame]
    missing = [kind for kind in JUSTICE if not any(f"{kind}_{n}" in frame for n in (1, 2))]
    if missing:
        notes.append(f"No items on {', '.join(missing)} justice: justice is left out.")
    if dated := [name for name in STEP_COLUMNS if name not in frame]:
        notes.append(f"No dates of steps: {', '.join(dated)}.")
    if count := int((~answered & ~waiting).sum()):
        rows = plural(count, "complaint is", "complaints are")
        notes.append(f"{rows} answered in part, or without a known end, and left out.")
    if count := int((frame["compensation"] > frame["loss"]).sum()):
        notes.append(f"{plural(count, 'compensation exceeds', 'compensations exceed')} the loss.")
    if count := int(np.nansum(frame["loss"] == 0)):
        notes.append(f"{plural(count, 'complaint states', 'complaints state')} no loss.")
    return notes


COMPLAINTS = Dataset(
    "complaints",
    "Complaints of eighteen months: failure, answer, how it was judged, what came of it",
    "telecom/complaints.csv",
    GENERATED,
    contract=contracts.complaints,
    read=read_complaints,
    limit_mb=64,
)
