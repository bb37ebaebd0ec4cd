"""Load a log of complaints: as numbers and times, with what is open and what is left out."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib.data.faults import DataError, Fault
from cemlib.data.load import read_table
from cemlib.data.reading import plural
from cemlib.data.schemas.complaints import ITEMS, JUSTICE, STEP_COLUMNS

__all__ = ["Complaints", "load_complaints"]

_YES = {"yes": 1.0, "1": 1.0, "是": 1.0, "no": 0.0, "0": 0.0, "否": 0.0}
_MARKS = ("apology", "explanation", "temporary_fix", "stayed", "spoke_well", "regulator")
_NEEDED = ("apology", "explanation", "temporary_fix", "compensation", "hours")
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
        If the file cannot be used; it lists every fault with row and column.

    Examples
    --------
    >>> complaints = load_complaints()
    >>> len(complaints.log) > 50 * len(complaints.open) > 0
    True
    """
    reading = read_table("complaints", file)
    if reading.faults:
        raise reading.error()
    frame = reading.frame.copy()
    numbers = pd.Series(reading.numbers)
    faults: list[Fault] = []
    for name in ("received", *STEP_COLUMNS):
        if name in frame:
            told = frame[name].notna()
            frame[name] = pd.to_datetime(frame[name], format="mixed", errors="coerce")
            for row in numbers[(told & frame[name].isna()).to_numpy()]:
                problem, fix = "is no day of the calendar", "write 2026-03-31 09:14"
                faults.append(Fault(int(row), reading.own(name), "", problem, fix))
    for name in _MARKS:
        if name in frame:
            frame[name] = frame[name].map(_YES).astype(float)
    frame["hours"] = (frame["answered"] - frame["received"]).dt.total_seconds() / 3600
    for row in numbers[(frame["hours"] < 0).to_numpy()]:
        problem, fix = "is before the complaint was received", "correct one of the two"
        faults.append(Fault(int(row), reading.own("answered"), "", problem, fix))
    if faults:
        raise DataError(reading.file.name, reading.entry.name, faults)
    answer = [name for name in _NEEDED if name in frame]
    answered = frame[answer].notna().all(axis=1) & frame["stayed"].notna()
    waiting = frame[answer].isna().any(axis=1) & frame["stayed"].isna()
    over = frame["compensation"] > frame["loss"]
    notes = [*reading.notes, *_notes(frame, answered, waiting, over)]
    log = frame[answered].reset_index(drop=True)
    if len(log) < 50:
        fix = "give a longer log"
        fault = Fault(0, "", "", f"has {len(log)} answered complaints, and 50 are the least", fix)
        raise DataError(reading.file.name, reading.entry.name, [fault])
    asked = {
        kind: tuple(name for name in ITEMS if name in frame and name.startswith(kind))
        for kind in JUSTICE
    }
    return Complaints(
        log,
        frame[waiting].reset_index(drop=True),
        {step: name for name, step in STEP_COLUMNS.items() if name in frame},
        asked if all(asked.values()) else {},
        tuple(notes),
    )


def _notes(
    frame: pd.DataFrame, answered: pd.Series, waiting: pd.Series, over: pd.Series
) -> list[str]:
    notes = [f"No column {name}: {what}." for name, what in _WITHOUT.items() if name not in frame]
    missing = [kind for kind in JUSTICE if not any(f"{kind}_{n}" in frame for n in (1, 2))]
    if missing:
        notes.append(f"No items on {', '.join(missing)} justice: justice is left out.")
    if dated := [name for name in STEP_COLUMNS if name not in frame]:
        notes.append(f"No dates of steps: {', '.join(dated)}.")
    if count := int((~answered & ~waiting).sum()):
        rows = plural(count, "complaint is", "complaints are")
        notes.append(f"{rows} answered in part, or without a known end, and left out.")
    if count := int(over.sum()):
        notes.append(f"{plural(count, 'compensation exceeds', 'compensations exceed')} the loss.")
    if count := int(np.nansum(frame["loss"] == 0)):
        notes.append(f"{plural(count, 'complaint states', 'complaints state')} no loss.")
    return notes
