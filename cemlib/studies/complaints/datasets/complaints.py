"""The log of complaints: contract, reader, entry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import no_column, read_table
from cemlib.data.plain import yes_no
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.data.timestamps import DEFAULT_ZONE, zone_of
from cemlib.formats import join_words
from cemlib.sources import Section, Sources
from cemlib.studies.complaints import needs
from cemlib.studies.complaints.datasets.columns import (
    IF_ABSENT,
    ITEM_TITLES,
    ITEMS,
    JUDGED,
    JUSTICE,
    MONEY,
    STEP_COLUMNS,
    YES_NO,
)
from cemlib.studies.complaints.gains import ASSUMED_WITH
from cemlib.studies.complaints.policies import last_year
from cemlib.studies.complaints.promises import Waits
from cemlib.studies.complaints.rates import day_of

__all__ = ["Complaints", "load_complaints", "read_complaints"]

_MINIMUM = 50


def contract() -> pa.DataFrameSchema:
    """Return the contract of a log of complaints.

    Required are an identifier, the time of receipt, the kind of failure, and the time of the answer
    or of closing; each further column opens a further section. An open complaint has no answer.
    """
    columns = {
        "complaint": fields.text("Identifier of the complaint"),
        "customer": fields.text(
            "Customer who complained",
            required=False,
            nullable=True,
            refers_to=("customers", "customer"),
        ),
        "received": _moment("Time of receipt"),
        "failure": fields.text("Kind of failure, or category", group=True),
    }
    for name, (title, unit) in MONEY.items():
        columns[name] = fields.optional(fields.number(title, (0, 1e7), unit), nullable=True)
    for name, title in (
        ("repair_hours", "Hours until the failure was repaired"),
        ("promised_hours", "Hours promised for the repair, or the answer"),
    ):
        columns[name] = fields.optional(fields.number(title, (0, 1e5), "hours"), nullable=True)
    for name, step in STEP_COLUMNS.items():
        columns[name] = fields.optional(_moment(f"Time of the step: {step}"), nullable=True)
    for name, title in YES_NO.items():
        columns[name] = fields.text(f"{title}: yes or no", nullable=True, required=False)
    for name in ITEMS:
        columns[name] = fields.optional(
            fields.answer(ITEM_TITLES[name[:-2]], (0, 10)), nullable=True
        )
    for name, title in JUDGED.items():
        columns[name] = fields.optional(fields.answer(title, (0, 10)), nullable=True)
    columns["told"] = fields.optional(
        fields.number("Persons told about it", (0, 1e4), "persons"), nullable=True
    )
    return fields.table("complaints", columns, unique=["complaint"])


def _moment(title: str) -> pa.Column:
    column = fields.moment(title)
    column.metadata = {"format": "%Y-%m-%d %H:%M"}  # of the committed file
    return column


@dataclass(frozen=True)
class Complaints:
    """A log of complaints.

    Attributes
    ----------
    log : DataFrame
        Answered complaints: times as datetimes, yes and no as 1 and 0, ``hours`` until the answer.
    open : DataFrame
        Complaints that are neither answered nor closed, in the same columns.
    rows : DataFrame
        All complaints.
    steps : dict of str to str
        Step of ISO 10002 → column of its time, for recorded steps.
    justice : dict of str to tuple of str
        Kind of justice → its items; empty unless the log asks about all three kinds.
    notes : tuple of str
        Sentences on how the file was read and what is missing.
    """

    log: pd.DataFrame
    open: pd.DataFrame
    rows: pd.DataFrame
    steps: dict[str, str]
    justice: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]

    def has(self, *columns: str) -> bool:
        """Return whether the log has all these columns.

        Examples
        --------
        >>> load_complaints().has("handling", "loss"), load_complaints().has("weather")
        (True, False)
        """
        return all(name in self.log for name in columns)

    def lacks(self, section: str) -> tuple[str, ...]:
        """Return what a section needs and the log does not have: see `needs.lacks`.

        Examples
        --------
        >>> load_complaints().lacks("bargain")
        ()
        """
        return needs.lacks(self.log, section, self.justice)

    def complete(self, section: str) -> pd.DataFrame:
        """Return the answered complaints with all columns that a section needs in each row."""
        return needs.complete(self.log, section).reset_index(drop=True)

    def last_year(self, section: str) -> tuple[pd.DataFrame, NDArray[np.intp]]:
        """Return those of `complete` of the last 365 days, and their rows in the log."""
        year = last_year(needs.complete(self.log, section))
        rows: NDArray[np.intp] = self.log.index.get_indexer(year.index)
        return year.reset_index(drop=True), rows

    def part(
        self, sources: Sources, section: str, held: Mapping[str, Any] | None = None
    ) -> Section:
        """Open a section of the workbook, and record how many complaints it rests on.

        Parameters
        ----------
        sources : Sources
            The sources of the run.
        section : str
            One of `needs.ROWS`.
        held : mapping, optional
            Workbook parameters by name, of which the section takes those in `needs.ASSUMED`;
            assumptions on outcomes that the log does not record are not needed.
        """
        unused = {name for name, column in ASSUMED_WITH.items() if column not in self.log}
        wanted = [name for name in needs.ASSUMED.get(section, ()) if name not in unused]
        assume = {name: (held or {})[name] for name in wanted}
        assume = {name: None if value == "" else value for name, value in assume.items()}
        part = sources.section("complaints", lacks=self.lacks(section), assume=assume)
        if part:
            used, why = len(self.complete(section)), "open"
            if needs.ROWS[section]:
                why += f", or without {join_words(needs.ROWS[section], 'or')}"
            if section == "policies":
                used, why = len(last_year(self.complete(section))), f"{why}, or of earlier years"
            if section == "cause":
                used = len(self.rows)
            part.used(needs.TITLES[section], used, self.left_out(used, why))
        return part

    def left_out(self, used: int, why: str) -> str:
        """Return how many complaints an analysis leaves out, and why; empty if none."""
        count = len(self.rows) - used
        return f"{count:,} {why}" if count else ""

    def used(self, waits: Waits) -> tuple[int, str]:
        """Return how many complaints the best promise rests on, and why not on the others."""
        why = f"open, without the time of the {waits.noun}, or after another kind of failure"
        return len(waits.hours), self.left_out(len(waits.hours), why)

    @property
    def last(self) -> pd.Timestamp:
        """The last time in the log: when open complaints are still open."""
        times = [name for name in ("received", *STEP_COLUMNS) if name in self.rows]
        return self.rows[times].max().max()

    @property
    def clusters(self) -> pd.Series:
        """The customer of each answered complaint; one of its own where that is unknown."""
        own = self.log["complaint"]
        return self.log["customer"].fillna("complaint " + own) if self.has("customer") else own


def load_complaints(file: str | os.PathLike[str] = "", minimum: int = _MINIMUM) -> Complaints:
    """Load a log of complaints.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's log if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`).
    minimum : int
        Smallest number of answered complaints.

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
    reading = read_complaints(file, minimum)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    answered = frame["answered"].notna()
    closed = frame["closed"].notna() if "closed" in frame else answered
    items = {
        kind: tuple(name for name in ITEMS if name in frame and name.startswith(kind))
        for kind in JUSTICE
    }
    return Complaints(
        frame[answered].reset_index(drop=True),
        frame[~answered & ~closed].reset_index(drop=True),
        frame,
        {step: name for name, step in STEP_COLUMNS.items() if name in frame},
        items if all(items.values()) else {},
        (*reading.notes, *_notes(frame, answered, closed)),
    )


def read_complaints(file: str | os.PathLike[str] = "", minimum: int = _MINIMUM) -> Reading:
    """Read a log of complaints; the reading holds the problems of the file.

    Examples
    --------
    >>> read_complaints().problems
    []
    """
    reading = read_table(COMPLAINTS, file)
    if reading.header and not {"answered", "closed"} & set(reading.column_index):
        reading.problems.append(no_column("answered", reading))
    if reading.problems:
        return reading
    frame = reading.frame.copy()
    if not str(file):  # the operator's file of the company names its time zone
        reading.notes = [note for note in reading.notes if "time zone" not in str(note)]
    if "answered" not in frame:
        never = pd.Series(pd.NaT, frame.index, dtype=frame["received"].dtype)
        frame["answered"] = frame.get("closed", never)
        if "closed" in frame:
            reading.notes.append("No column answered: the time of closing counts as the answer.")
    frame["hours"] = (frame["answered"] - frame["received"]).dt.total_seconds() / 3600
    for column in sorted({"answered", "closed"} & set(reading.column_index) & set(frame)):
        early = frame[column] < frame["received"]
        reading.problems += _in_rows(
            reading, column, early, "is before the complaint was received", "correct one of the two"
        )
    zone = zone_of(reading.mapping.zone or DEFAULT_ZONE)
    for name in ("received", *STEP_COLUMNS):
        if name in frame:
            frame[name] = frame[name].dt.tz_convert(zone).dt.tz_localize(None)
    for name in YES_NO:
        if name in frame:
            texts = frame[name]
            frame[name] = texts.map(yes_no, na_action="ignore").astype(float)
            wrong = texts.notna() & frame[name].isna()
            reading.problems += _in_rows(
                reading, name, wrong, "is neither yes nor no", "write yes or no", texts
            )
    count = int(frame["hours"].notna().sum())
    if count < minimum and not reading.problems:
        problem = f"has {count} answered complaints, and at least {minimum} are needed"
        reading.problems.append(Problem(0, "", "", problem, "use a longer log"))
    reading.frame = frame
    return reading


def _in_rows(
    reading: Reading,
    column: str,
    wrong: Iterable[bool],
    problem: str,
    fix: str,
    texts: pd.Series | None = None,
) -> list[Problem]:
    return [
        Problem(
            int(reading.numbers[at]),
            reading.source_column(column),
            "" if texts is None else str(texts.iloc[at]),
            problem,
            fix,
        )
        for at in np.flatnonzero(np.asarray(wrong, dtype=bool))
    ]


def _notes(frame: pd.DataFrame, answered: pd.Series, closed: pd.Series) -> list[str]:
    notes = [f"No column {name}: {what}." for name, what in IF_ABSENT.items() if name not in frame]
    missing = [kind for kind in JUSTICE if not any(f"{kind}_{n}" in frame for n in (1, 2))]
    if missing:
        notes.append(f"No items on {', '.join(missing)} justice: its effects are not estimated.")
    if undated := [name for name in STEP_COLUMNS if name not in frame]:
        notes.append(f"No dates of these steps: {', '.join(undated)}.")
    if count := int((closed & ~answered).sum()):
        rows = plural(count, "complaint was", "complaints were")
        notes.append(f"{rows} closed without a time of the answer: neither answered nor open.")
    both = {"loss", "compensation"} <= set(frame)
    if both and (count := int((frame["compensation"] > frame["loss"]).sum())):
        exceed = plural(count, "compensation exceeds", "compensations exceed")
        notes.append(f"{exceed} the loss.")
    if "loss" in frame and (count := int((frame["loss"] == 0).sum())):
        notes.append(f"{plural(count, 'complaint states', 'complaints state')} no loss.")
    return notes


def _read(file: str | os.PathLike[str] = "", **named: str) -> Reading:
    """Read a log; refuse parameters that name no day, or no kind of complaint that it has."""
    if day := named.pop("removed_day", ""):
        day_of("removed_day", day)
    reading = read_complaints(file)
    if "failure" in reading.frame and not reading.problems:
        kinds = sorted(reading.frame["failure"].dropna().unique())
        for name, kind in named.items():
            checks.one_of(name, kind, kinds)
    return reading


COMPLAINTS = Dataset(
    "complaints",
    "Complaints with times received and answered, category, and what is known of the answer",
    "telecom/complaints.csv",
    GENERATED,
    contract=contract,
    read=_read,
    options=("removed_day", "removed_failure", "promise_failure"),
    limit_mb=64,
    answers="promises, silence and steps, worth of an answer, bargain, gains, policies, justice",
    needs="It needs at least 50 answered complaints.",
    without=IF_ABSENT,
)
