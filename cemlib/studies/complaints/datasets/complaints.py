"""The log of complaints: contract, reader, entry."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural

__all__ = ["Complaints", "load_complaints", "read_complaints"]

_YES = {"yes": 1.0, "no": 0.0, "1": 1.0, "0": 0.0, "是": 1.0, "否": 0.0}
_WHEN = pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$")
STEP_COLUMNS = {
    "acknowledged": "acknowledgement",
    "assessed": "initial assessment",
    "investigated": "investigation",
    "answered": "response",
    "communicated": "communicating the decision",
    "closed": "closing",
}
JUSTICE = ("distributive", "procedural", "interactional")
ITEMS = tuple(f"{kind}_{item}" for kind in JUSTICE for item in (1, 2))
_ITEMS = {
    "distributive": "What I got was fair",
    "procedural": "How it was handled was fair",
    "interactional": "How I was treated was fair",
}
_JUDGED = {
    "handling": "Satisfaction with the handling",
    "word_of_mouth": "Willingness to speak well of the company",
    "return_before": "Intention to stay, before the failure",
    "return_intent": "Intention to stay, after the answer",
    "satisfaction_before": "Satisfaction before the failure",
    "satisfaction_after": "Satisfaction after the answer",
}
_ANSWER = {
    "apology": "Whether there was an apology",
    "explanation": "Whether the cause was explained",
    "temporary_fix": "Whether there was a temporary fix until the repair",
}
_OUTCOMES = {
    "stayed": "Whether the customer was still there after 90 days",
    "spoke_well": "Whether the customer recommended the company afterwards",
    "regulator": "Whether the complaint went on to the regulator",
}
_YES_NO = ("apology", "explanation", "temporary_fix", "stayed", "spoke_well", "regulator")
_NEEDED = ("apology", "explanation", "temporary_fix", "compensation", "hours")
_MINIMUM = 50
_IF_ABSENT = {
    "repair_hours": "the best promise is not computed",
    "promised_hours": "kept promises are not counted",
    "spoke_well": "word of mouth has no value in the gains",
    "regulator": "complaints to the regulator have no cost in the gains",
    "word_of_mouth": "the effect of justice on word of mouth is not estimated",
    "return_intent": "the effect of justice on return intent is not estimated",
    "satisfaction_before": "satisfaction before and after is not compared",
}


def contract() -> pa.DataFrameSchema:
    """Return the contract of a log of complaints.

    Columns of times, judgements and promises are optional. An open complaint has an empty answer.
    """
    columns = {
        "complaint": fields.text("Identifier of the complaint"),
        "customer": fields.text(
            "Customer who complained", required=False, refers_to=("customers", "customer")
        ),
        "received": fields.text("Time of receipt", _WHEN),
        "failure": fields.text("Kind of failure"),
        "loss": fields.number("Customer's loss", (0, 1e7), "yuan"),
        "fee": fields.number("Monthly fee", (0, 1e6), "yuan per month"),
    }
    for name, title in (
        ("repair_hours", "Hours until the failure was repaired"),
        ("promised_hours", "Hours promised for the repair"),
    ):
        columns[name] = _optional(fields.number(title, (0, 1e5), "hours", nullable=True))
    for name, step in STEP_COLUMNS.items():
        columns[name] = fields.text(
            f"Time of the step: {step}", _WHEN, nullable=True, required=name == "answered"
        )
    for name, title in _ANSWER.items():
        columns[name] = fields.text(title, pa.Check.isin(tuple(_YES)), nullable=True)
    columns["compensation"] = fields.number("Compensation paid", (0, 1e7), "yuan", nullable=True)
    for name, title in _OUTCOMES.items():
        required = name == "stayed"
        columns[name] = fields.text(
            title, pa.Check.isin(tuple(_YES)), nullable=True, required=required
        )
    for name in ITEMS:
        columns[name] = _optional(fields.answer(_ITEMS[name[:-2]], (0, 10)))
    for name, title in _JUDGED.items():
        columns[name] = fields.answer(title, (0, 10))
        columns[name].required = name == "handling"
    audience = fields.number("Persons told about it", (0, 1e4), "persons", nullable=True)
    columns["told"] = _optional(audience)
    return fields.table("complaints", columns, unique=["complaint"])


def _optional(column: pa.Column) -> pa.Column:
    column.required = False
    return column


@dataclass(frozen=True)
class Complaints:
    """A log of complaints.

    Attributes
    ----------
    log : DataFrame
        Answered complaints: times as datetimes, yes and no as 1 and 0, ``hours`` until the answer.
    open : DataFrame
        Complaints without an answer, in the same columns.
    steps : dict of str to str
        Step of ISO 10002 → column of its time, for recorded steps.
    justice : dict of str to tuple of str
        Kind of justice → its items; empty unless the log asks about all three kinds.
    notes : tuple of str
        Sentences on how the file was read and what is missing.
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
        Answered and open complaints, and notes on what is missing.

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
    items = {
        kind: tuple(name for name in ITEMS if name in frame and name.startswith(kind))
        for kind in JUSTICE
    }
    return Complaints(
        frame[answered].reset_index(drop=True),
        frame[waiting].reset_index(drop=True),
        {step: name for name, step in STEP_COLUMNS.items() if name in frame},
        items if all(items.values()) else {},
        (*reading.notes, *_notes(frame, answered, waiting)),
    )


def read_complaints(file: str | os.PathLike[str] = "") -> Reading:
    """Read a log of complaints; the reading holds the problems of the file.

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
            stated = frame[name].notna()
            frame[name] = pd.to_datetime(frame[name], format="mixed", errors="coerce")
            for row in numbers[(stated & frame[name].isna()).to_numpy()]:
                problem, fix = "is not a date of the calendar", "write 2026-03-31 09:14"
                reading.problems.append(
                    Problem(int(row), reading.source_column(name), "", problem, fix)
                )
    for name in _YES_NO:
        if name in frame:
            frame[name] = frame[name].map(_YES).astype(float)
    if "answered" in frame:
        frame["hours"] = (frame["answered"] - frame["received"]).dt.total_seconds() / 3600
        for row in numbers[(frame["hours"] < 0).to_numpy()]:
            problem, fix = "is before the complaint was received", "correct one of the two"
            reading.problems.append(
                Problem(int(row), reading.source_column("answered"), "", problem, fix)
            )
    known = [name for name in (*_NEEDED, "stayed") if name in frame]
    count = int(frame[known].notna().all(axis=1).sum()) if len(known) == len(_NEEDED) + 1 else 0
    if count < _MINIMUM and not reading.problems:
        problem = f"has {count} answered complaints, and at least {_MINIMUM} are needed"
        reading.problems.append(Problem(0, "", "", problem, "use a longer log"))
    reading.frame = frame
    return reading


def _notes(frame: pd.DataFrame, answered: pd.Series, waiting: pd.Series) -> list[str]:
    notes = [f"No column {name}: {what}." for name, what in _IF_ABSENT.items() if name not in frame]
    missing = [kind for kind in JUSTICE if not any(f"{kind}_{n}" in frame for n in (1, 2))]
    if missing:
        notes.append(f"No items on {', '.join(missing)} justice: its effects are not estimated.")
    if undated := [name for name in STEP_COLUMNS if name not in frame]:
        notes.append(f"No dates of these steps: {', '.join(undated)}.")
    if count := int((~answered & ~waiting).sum()):
        rows = plural(count, "complaint has", "complaints have")
        notes.append(f"{rows} an incomplete answer or no known outcome and cannot be used.")
    if count := int((frame["compensation"] > frame["loss"]).sum()):
        notes.append(f"{plural(count, 'compensation exceeds', 'compensations exceed')} the loss.")
    if count := int(np.nansum(frame["loss"] == 0)):
        notes.append(f"{plural(count, 'complaint states', 'complaints state')} no loss.")
    return notes


COMPLAINTS = Dataset(
    "complaints",
    "Complaints of eighteen months: failure, answer, ratings, outcome",
    "telecom/complaints.csv",
    GENERATED,
    contract=contract,
    read=read_complaints,
    limit_mb=64,
    answers="promises, silence and steps, worth of an answer, bargain, gains, policies, justice",
    needs="It needs at least 50 answered complaints.",
    without=_IF_ABSENT,
)
