"""Contacts, what they are about, and the article's cases: entries, contracts and reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import load_table, read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.data.timestamps import DEFAULT_ZONE
from cemlib.sources import Section
from cemlib.studies.repair.problems import BASELINE_DAYS, RECENT_DAYS

UNKNOWN_CHANNEL = "unknown"
TOO_SHORT = "The log covers"
_LATER = {"answered": "answered", "closed": "closed"}
_WITHOUT = {
    "channel": "channels are not distinguished",
    "problem": "the themes of the texts stand for problems",
    "text": "contacts are merged by their codes alone, and no themes are looked for",
    "score": "dissatisfied customers cannot be identified",
    "answered": "first responses are not measured",
    "closed": "times to resolution are not measured",
    "reopened": "reopened contacts are not counted",
}


def contacts() -> pa.DataFrameSchema:
    """Return the contract of contacts.

    A channel may have any name; columns that are absent are left out of the frame.
    """
    columns = {
        "contact": fields.text("Id of the contact", required=False),
        "customer": fields.text(
            "Key of the customer; empty if unknown", nullable=True,
            refers_to=("customers", "customer"),
        ),
        "channel": fields.text(
            "Channel of the contact", nullable=True, required=False, group=True
        ),
        "time": fields.moment("When the contact began"),
        "problem": fields.text(
            "Code of the problem; empty if none was set", nullable=True, required=False,
            refers_to=("problems", "problem"), group=True,
        ),
        "text": fields.text("What the customer said", nullable=True, required=False),
        "score": fields.answer("Satisfaction with the contact", (1, 5)),
        "answered": fields.optional(fields.moment("When it was first answered", nullable=True)),
        "closed": fields.optional(fields.moment("When it was closed; empty if not", nullable=True)),
        "reopened": fields.optional(
            fields.yes_no("Whether it was opened again; empty if open", nullable=True)
        ),
        "name": fields.text("Name of the caller, as noted", nullable=True, required=False,
                            personal=True),
        "phone": fields.text("Phone number of the caller", nullable=True, required=False,
                             personal=True),
        "email": fields.text("E-mail address of the caller", nullable=True, required=False,
                             personal=True),
    }  # fmt: skip
    columns["score"].required = False
    return fields.table("contacts", columns, unique=["contact"])


@dataclass(frozen=True)
class Contacts:
    """Contacts, with notes on how they were read.

    Parameters
    ----------
    contacts : DataFrame
        One row per contact, in the order of the file: text ``contact``, ``customer`` (missing if
        unknown), ``channel``, ``problem``, ``text``; ``time`` in the zone; float ``score``;
        ``answered`` and ``closed`` in the zone, ``reopened`` as 1 and 0, all missing while open.
        Columns that the file lacks are absent, except ``contact``: its row number then.
    zone : str
        The time zone of ``time``.
    repeated : int
        Rows identical to an earlier one, which are left out.
    without_customer : int
        Contacts whose customer is missing.
    rows : int
        Rows read.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    contacts: pd.DataFrame
    zone: str
    repeated: int
    without_customer: int
    rows: int
    notes: tuple[str, ...]

    @property
    def uses(self) -> dict[str, tuple[int, str]]:
        """Rows that merging rests on, and why not on the others."""
        unknown = self.without_customer
        reason = f"{unknown:,} without a customer" if unknown else ""
        if self.repeated:
            reason += f"{'; ' if reason else ''}{self.repeated:,} identical to an earlier one"
        return {"merging": (len(self.contacts) - unknown, reason)}


def load_contacts(file: str | os.PathLike[str] = "", *, zone: str = "") -> Contacts:
    """Load contacts.

    Required are ``customer``, which may be empty, and ``time``. Where no contact has a customer,
    nothing is merged; without ``problem`` and ``text``, contacts are merged by time alone.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's contacts if empty. Columns are matched by name, in
        any order, or by the YAML next to the file (`cemlib.data.mapping`). Times have any form of
        `cemlib.data.timestamps.parse_moment`; rows may be in any order.
    zone : str
        Time zone for timestamps without one, and of the result: ``"Europe/Berlin"``. If empty,
        that of the YAML, or ``"Asia/Shanghai"``.

    Returns
    -------
    Contacts
        Contacts and notes.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.
    ValueError
        If there is no such zone.

    Examples
    --------
    >>> loaded = load_contacts()
    >>> str(loaded.contacts["time"].dt.tz), loaded.repeated
    ('Asia/Shanghai', 0)
    """
    reading, repeated = read_contacts(file, zone=zone)
    if reading.problems:
        raise reading.error()
    frame = reading.frame
    local_zone = zone or reading.mapping.zone or getattr(file, "zone", "") or DEFAULT_ZONE
    for name in ("time", *_LATER):
        if name in frame:
            frame[name] = frame[name].dt.tz_convert(local_zone)
    notes, rows = list(reading.notes), len(frame) + repeated
    if "contact" not in frame:
        frame.insert(0, "contact", [f"row {number}" for number in reading.numbers])
    if "channel" in frame:
        gaps = int(frame["channel"].isna().sum())
        if gaps:
            notes.append(f"{plural(gaps, 'contact has', 'contacts have')} no channel.")
            frame["channel"] = frame["channel"].fillna(UNKNOWN_CHANNEL)
    unknown = int(frame["customer"].isna().sum()) if "customer" in frame else len(frame)
    if "customer" not in frame:
        frame.insert(1, "customer", pd.Series(None, index=frame.index, dtype="str"))
    if repeated:
        same = plural(repeated, "row is identical", "rows are identical")
        notes.append(f"{same} to an earlier one and left out.")
    if not frame["time"].is_monotonic_increasing:
        notes.append("The rows are not in chronological order; this makes no difference.")
    return Contacts(frame, local_zone, repeated, unknown, rows, tuple(notes))


def read_contacts(file: str | os.PathLike[str] = "", *, zone: str = "") -> tuple[Reading, int]:
    """Read contacts; problems of the file are in the reading.

    Parameters
    ----------
    file, zone
        As in `load_contacts`.

    Returns
    -------
    reading : Reading
        With frame, times as UTC, or problems.
    repeated : int
        Rows identical to an earlier one, which are left out.

    Raises
    ------
    ValueError
        If there is no such zone.

    Examples
    --------
    >>> read_contacts()[1]
    0
    """
    reading = read_table(CONTACTS, file, zone=zone, repeats=True)
    if reading.problems:
        return reading, 0
    _whole_keys(reading)
    _times_in_order(reading)
    repeated = _leave_out_repeats(reading)
    if not reading.problems:
        reading.notes += _cannot_answer(reading.frame)
    return reading, repeated


def _whole_keys(reading: Reading) -> None:
    """Take 1001.0 for 1001 where every key is written so: a program made it a number."""
    if "customer" not in reading.frame:
        return
    keys = reading.frame["customer"]
    known = keys.dropna()
    if len(known) and known.str.fullmatch(r"\d+\.0").all():
        reading.frame["customer"] = keys.str.removesuffix(".0")
        reading.notes.append("Customer keys such as 1001.0 are read as 1001.")


def _times_in_order(reading: Reading) -> None:
    """Take out times of an answer or of closing that lie before the contact itself."""
    for name, what in _LATER.items():
        if name in reading.frame:
            early = reading.frame[name] < reading.frame["time"]
            if early.any():
                one = f"contact was {what} before it began: it counts as not {what}."
                more = f"contacts were {what} before they began: they count as not {what}."
                reading.notes.append(plural(int(early.sum()), one, more))
                reading.frame[name] = reading.frame[name].mask(early)


def _cannot_answer(frame: pd.DataFrame) -> Iterator[str]:
    """Yield what these contacts do not allow, also for `cem data check`."""
    unknown = int(frame["customer"].isna().sum()) if "customer" in frame else len(frame)
    if unknown == len(frame):
        yield (
            "No contact has a customer: nothing can be merged into cases and there is no call "
            "list; problems and hours are counted by contact."
        )
    elif unknown:
        many = plural(
            unknown, "contact has no customer and is", "contacts have no customer and are"
        )
        yield f"{many} not merged with any other."
    if "problem" not in frame and "text" not in frame:
        yield (
            "No column problem and no column text: contacts of one customer are merged if they are "
            "close in time, and problems are not counted."
        )
        gaps = set(_WITHOUT) - {"problem", "text"}
    else:
        gaps = set(_WITHOUT)
    for name, what in _WITHOUT.items():
        if name in gaps and name not in frame:
            yield f"No column {name}: {what}."
    days = (frame["time"].max() - frame["time"].min()).days
    if "problem" in frame and days < RECENT_DAYS + BASELINE_DAYS:
        yield (
            f"{TOO_SHORT} {plural(days, 'day', 'days')}, and a comparison of the last "
            f"{RECENT_DAYS} days with those before takes {RECENT_DAYS + BASELINE_DAYS}: rising "
            "problems are not tested."
        )


def _leave_out_repeats(reading: Reading) -> int:
    """Leave out rows identical to an earlier one; refuse one contact with different contents."""
    frame = reading.frame
    same = frame.duplicated()
    if "contact" in frame:
        first = frame[~same].drop_duplicates("contact").index
        rows = dict(zip(frame.loc[first, "contact"], first, strict=True))
        clash = frame.index[~same & frame["contact"].duplicated()]
        for index in clash:
            row, earlier = reading.numbers[index], reading.numbers[rows[frame.at[index, "contact"]]]
            problem = f"is in row {earlier:,} already, with different contents"
            fix = f"keep one of rows {earlier:,} and {row:,}, or give one another id"
            column, value = reading.source_column("contact"), str(frame.at[index, "contact"])
            reading.problems.append(Problem(row, column, value, problem, fix))
        if len(clash):
            return 0
    if same.any():
        reading.numbers[:] = [n for n, out in zip(reading.numbers, same, strict=True) if not out]
        reading.frame = frame[~same].reset_index(drop=True)
    return int(same.sum())


class ProblemNames(NamedTuple):
    """Printed names and owners of problems, by code; those that nobody gave are absent."""

    names: dict[str, str]
    owners: dict[str, str]


def problem_names(section: Section) -> ProblemNames:
    """Return the names and owners of problems that a section may print.

    Parameters
    ----------
    section : Section
        On own data, they come from the own dataset ``problems`` or from the company's file,
        which may also name channels; else from the operator's.

    Examples
    --------
    >>> from cemlib.studies.repair.datasets import sources
    >>> problem_names(sources().section("contacts")).names["app-login"]
    'Login to the app fails'
    """
    sources = section.sources
    own = section.own and sources.is_own("problems")
    if section.own and not own:
        return ProblemNames(sources.names("channels") | sources.names("problems"), {})
    table = load_table(PROBLEMS, section.file("problems") if own else "").set_index("problem")
    names, owners = (
        table[column].dropna().to_dict() if column in table else {}
        for column in ("name_en", "owner")
    )
    described = sources.names("channels") | sources.names("problems") if own else {}
    return ProblemNames(names | described, owners)


CONTACTS = Dataset(
    "contacts",
    "Contacts of customers in five channels",
    "telecom/contacts.csv",
    f"{GENERATED} The true case of each contact is in contact-truth.",
    contract=contacts,
    read=lambda file="", **options: read_contacts(file, **options)[0],
    options=("zone",),
    limit_mb=256,
    answers="cases after merging, repeat contacts, channels per case, problems, whom to call first",
    needs="It needs customer and time, and problem or text.",
    without=_WITHOUT,
)


def contact_truth() -> pa.DataFrameSchema:
    """Return the contract of the true case of each contact."""
    columns = {
        "contact": fields.text("Id of the contact", refers_to=("contacts", "contact")),
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "case": fields.text("The case: customer and number, as in C0000012-02"),
        "problem": fields.text("The problem", refers_to=("problems", "problem")),
        "fault": fields.text("The common fault behind a wave of cases", nullable=True),
    }
    return fields.table("contact-truth", columns, unique=["contact"])


CONTACT_TRUTH = Dataset(
    "contact-truth",
    "True customer, problem and case of each contact",
    "telecom/contact-truth.csv",
    "Exact: the contacts were generated from it. No estimator may read it.",
    contract=contact_truth,
    limit_mb=256,
    own=False,
)


def problems() -> pa.DataFrameSchema:
    """Return the contract of problems."""
    columns = {
        "problem": fields.text("Code of the problem"),
        "name_en": fields.text("English name", nullable=True, required=False),
        "name_zh": fields.text("Chinese name", nullable=True, required=False),
        "owner": fields.text("Team that can remove the cause", nullable=True, required=False),
        "severity": fields.number("1 a nuisance, 2 a loss, 3 no service", (1, 3)),
    }
    columns["severity"].required = False
    return fields.table("problems", columns, unique=["problem"])


PROBLEMS = Dataset(
    "problems",
    "Problems that contacts are about, and their owners",
    "telecom/problems.csv",
    "Invented.",
    contract=problems,
    answers="names and owners of the problems of contacts",
)


def simulated_contacts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the operator's contacts, and the true customer and case of each.

    Examples
    --------
    >>> contacts, known = simulated_contacts()
    >>> len(contacts) == len(known)
    True
    """
    contacts = load_contacts().contacts
    return contacts, load_table(CONTACT_TRUTH).set_index("contact").loc[contacts["contact"]]
