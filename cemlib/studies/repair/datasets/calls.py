"""Calls to a call centre: entry, contract and reader, also of logs with seconds and dates apart."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.data.timestamps import DEFAULT_ZONE, parse_moment, zone_of

_DAY = 86_400.0
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHORT_DATE = re.compile(r"(\d{2}|\d{4})(\d{2})(\d{2})")
_YEAR = 70  # two digits from here on are of the last century
_AGREED = "write a time of day (9:30:15) or the seconds since midnight, and the day in date"


def calls() -> pa.DataFrameSchema:
    """Return the contract of calls.

    A raw log may have other columns instead (`read_calls`): the day in ``date`` beside a time of
    day or seconds since midnight in ``arrival``, and seconds in ``queue`` and ``service``.
    """
    columns = {
        "call": fields.text("Id of the call", required=False),
        "arrival": fields.moment("When the call arrived"),
        "answered": fields.optional(
            fields.moment("When an agent answered; empty if nobody did"), nullable=True
        ),
        "ended": fields.optional(
            fields.moment("When the call ended, or the caller hung up"), nullable=True
        ),
        "abandoned": fields.yes_no("Whether the caller hung up unanswered"),
        "agents": fields.optional(
            fields.number("Agents on duty when the call arrived", (0, 10_000), "agents"),
            nullable=True,
        ),
        "skill": fields.optional(
            fields.text("Skill or queue that the caller chose"), nullable=True
        ),
    }
    columns["abandoned"].required = False
    return fields.table("calls", columns, unique=["call"])


@dataclass(frozen=True)
class Calls:
    """Calls, with notes on how they were read.

    Parameters
    ----------
    calls : DataFrame
        By arrival: ``arrived`` (local time), ``wait`` and ``service`` (seconds; ``service``
        missing where nobody answered), ``abandoned`` (bool); ``agents`` and ``skill`` if known.
    rows : int
        Rows read.
    left_out : str
        Which rows are not used, and why; empty if all are.
    notes : tuple of str
        How the file was read, in sentences.
    """

    calls: pd.DataFrame
    rows: int
    left_out: str
    notes: tuple[str, ...]

    @property
    def uses(self) -> dict[str, tuple[int, str]]:
        """Rows that the analysis rests on, and why not on the others."""
        return {"waits and patience": (len(self.calls), self.left_out)}


def load_calls(file: str | os.PathLike[str] = "", *, zone: str = "") -> Calls:
    """Load calls.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's calls if empty.
    zone : str
        Time zone of times without one, and of the result.

    Returns
    -------
    Calls
        Calls and notes. Calls without a wait are left out; one that was answered and has no end
        counts for the waits only.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.

    Examples
    --------
    >>> loaded = load_calls()
    >>> loaded.rows == len(loaded.calls), loaded.left_out
    (True, '')
    """
    reading = read_calls(file, zone=zone)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    local = zone or reading.mapping.zone or getattr(file, "zone", "") or DEFAULT_ZONE
    frame["arrival"] = frame["arrival"].dt.tz_convert(local)
    known = frame.rename(columns={"arrival": "arrived"})
    known = known[known["wait"].notna()].sort_values("arrived", kind="stable", ignore_index=True)
    missing = len(frame) - len(known)
    left_out = f"{missing:,} without a wait" if missing else ""
    columns = [name for name in ("agents", "skill") if name in known]
    columns = ["arrived", "wait", "service", "abandoned", *columns]
    return Calls(known[columns], len(frame), left_out, tuple(reading.notes))


def read_calls(file: str | os.PathLike[str] = "", *, zone: str = "") -> Reading:
    """Read calls; problems of the file are in the reading.

    Parameters
    ----------
    file : str or path
        As in `load_calls`. Instead of ``answered`` and ``ended``, a file may give seconds in
        ``queue`` (waited) and ``service`` (0 or empty: nobody answered); and the day in ``date``
        with ``arrival`` as a time of day or as seconds since midnight.
    zone : str
        Time zone of times without one.

    Returns
    -------
    Reading
        The frame also has ``wait``, ``service`` (seconds) and ``abandoned`` (bool).

    Examples
    --------
    >>> read_calls().problems
    []
    """
    reading = read_table(replace(CALLS, contract=_raw), file, zone=zone)
    if "date" in reading.column_index:  # the arrival is no moment, but a time of day
        reading = read_table(replace(CALLS, contract=_dated), file, zone=zone)
    index = reading.column_index
    if index and not {"answered", "ended", "queue"} & set(index):
        fix = "add answered and ended (times), or queue and service (seconds), or map them"
        problem = "has no column that says how long callers waited"
        reading.problems.append(Problem(reading.row, "", "", problem, fix))
    if not reading.problems and "date" in reading.frame:
        _join_date(reading, reading.mapping.zone or getattr(file, "zone", "") or DEFAULT_ZONE)
    if not reading.problems:
        _durations(reading)
    return reading


def _raw() -> pa.DataFrameSchema:
    """Return the contract with the further columns of raw logs."""
    return calls().add_columns(
        {
            "date": fields.optional(
                fields.text("Day of the call, where arrival has none"), nullable=True
            ),
            "queue": fields.optional(fields.number("Wait", (0, 1e6), "seconds"), nullable=True),
            "service": fields.optional(
                fields.number("Handling time", (0, 1e6), "seconds"), nullable=True
            ),
        }
    )


def _dated() -> pa.DataFrameSchema:
    """Return the contract of a log with the day in one column and the time of day in another."""
    columns = {"date": fields.text("Day of the call"), "arrival": fields.text("Time of day")}
    return _raw().remove_columns(list(columns)).add_columns(columns)


def _join_date(reading: Reading, zone: str) -> None:
    """Make the arrival of its date and its time of day, which may be seconds since midnight."""
    frame = reading.frame
    days = {text: _day(text) for text in frame["date"].unique()}
    seconds = {text: _seconds(text) for text in frame["arrival"].unique()}
    for name, parsed, fix in (
        ("date", days, "write the year first, as in 2026-03-17"),
        ("arrival", seconds, _AGREED),
    ):
        for at in np.flatnonzero(frame[name].map(parsed).isna())[:1000]:
            text, row = str(frame[name].iloc[at]), reading.numbers[at]
            what = "is not a date" if name == "date" else "is not a time of day"
            column = reading.source_column(name)
            reading.problems.append(Problem(row, column, text, what, fix))
    if reading.problems:
        return
    local = pd.to_datetime(frame["date"].map(days)) + pd.to_timedelta(
        frame["arrival"].map(seconds), unit="s"
    )
    local = local.dt.tz_localize(ZoneInfo(zone), ambiguous=True, nonexistent="shift_forward")
    reading.frame = frame.assign(arrival=local.dt.tz_convert("UTC")).drop(columns="date")
    reading.notes.append(f"Date and time of day were joined, in the time zone {zone}.")


def _day(text: str) -> pd.Timestamp | None:
    if match := _SHORT_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
        if len(match[1]) == 2:
            year += 1900 if year >= _YEAR else 2000
        try:
            return pd.Timestamp(year, month, day)
        except ValueError:
            return None
    parsed = parse_moment(text, zone_of("UTC"))
    return None if parsed is None else pd.Timestamp(parsed[0], unit="us").normalize()


def _seconds(text: str) -> float | None:
    if match := _CLOCK.fullmatch(text):
        hour, minute, second = int(match[1]), int(match[2]), float(match[3] or 0)
        return 3600.0 * hour + 60 * minute + second if hour < 24 and minute < 60 else None
    value = float(text) if _NUMBER.fullmatch(text) else _DAY
    return value if value < _DAY else None


def _durations(reading: Reading) -> None:
    """Add the wait and the handling time in seconds, and whether the caller hung up."""
    frame = reading.frame
    gone = pd.Series(np.nan, index=frame.index)
    seconds = {
        name: (frame[name] - frame["arrival"]).dt.total_seconds() if name in frame else gone
        for name in ("answered", "ended")
    }
    said = frame["abandoned"].astype(bool) if "abandoned" in frame else None
    wait = seconds["answered"]
    service = seconds["ended"] - seconds["answered"]
    if "service" in frame:
        service = frame["service"].where(frame["service"] > 0).fillna(service)
    if said is None:
        said = service.isna() & (wait.isna() | ("service" in frame))
        lost = plural(
            int(said.sum()), "call has no answer, and counts", "calls have no answer, and count"
        )
        reading.notes.append(f"{lost} as abandoned.")
    if "queue" in frame:
        wait = frame["queue"].fillna(wait)
    wait = wait.where(~said | wait.notna(), seconds["ended"])
    for name, values in (("answered", wait), ("ended", service)):
        for at in np.flatnonzero(values < 0)[:1000]:
            what = "is before the call arrived" if name == "answered" else "is before the answer"
            column = reading.source_column(name) if name in reading.column_index else ""
            problem = Problem(reading.numbers[at], column, "", what, "correct the times")
            reading.problems.append(problem)
    if not reading.problems and not (service.where(~said).notna().sum() >= MIN_ANSWERED):
        what = f"has fewer than {MIN_ANSWERED} answered calls with a handling time"
        fix = "add answered and ended, or service, or a longer log"
        reading.problems.append(Problem(0, "", "", what, fix))
    reading.frame = frame.assign(wait=wait, service=service.where(~said), abandoned=said)


MIN_ANSWERED = 20
CALLS = Dataset(
    "calls",
    "Calls to a call centre: arrival, answer, end, and who hung up",
    "telecom/calls.csv",
    GENERATED,
    contract=calls,
    read=read_calls,
    options=("zone",),
    limit_mb=256,
    answers="arrivals, waiting, patience, handling times, agents needed",
)
