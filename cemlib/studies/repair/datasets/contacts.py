"""Load contacts: the operator's or a file of one's own, or refuse it with every problem."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pandas as pd

from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.data.timestamps import DEFAULT_ZONE
from cemlib.studies.repair.datasets import contracts

UNKNOWN_CHANNEL = "unknown"
_WITHOUT = {
    "channel": "channels are not told apart",
    "problem": "contacts are merged by their texts alone",
    "text": "contacts are merged by their codes alone",
    "score": "nobody is known to be dissatisfied",
}


@dataclass(frozen=True)
class Contacts:
    """Contacts, as far as they tell.

    Parameters
    ----------
    contacts : DataFrame
        A row a contact, in the order of the file: text ``contact``, ``customer`` (missing where
        nobody knows), ``channel``, ``problem``, ``text``; ``time`` in the zone; float ``score``.
        Columns that the file does not have are absent, but for ``contact``: its row then.
    zone : str
        The time zone in which ``time`` is given.
    repeated : int
        Rows that said the same as an earlier one, and are left out.
    without_customer : int
        Contacts whose customer is missing.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    contacts: pd.DataFrame
    zone: str
    repeated: int
    without_customer: int
    notes: tuple[str, ...]


def load_contacts(file: str | os.PathLike[str] = "", *, zone: str = "") -> Contacts:
    """Load contacts.

    Needed are ``customer`` and ``time``, and ``problem`` or ``text``.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's contacts if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`). Times have any form of
        `cemlib.data.timestamps.parse_moment`; rows may stand in any order.
    zone : str
        Time zone of times that name none, and of the result: ``"Europe/Berlin"``. If empty, that
        of the YAML, or ``"Asia/Shanghai"``.

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
    named = zone or reading.mapping.zone or DEFAULT_ZONE
    frame["time"] = frame["time"].dt.tz_convert(named)
    notes = list(reading.notes)
    if "contact" not in frame:
        frame.insert(0, "contact", [f"row {number}" for number in reading.numbers])
    if "channel" in frame:
        gaps = int(frame["channel"].isna().sum())
        if gaps:
            notes.append(f"{plural(gaps, 'contact has', 'contacts have')} no channel.")
            frame["channel"] = frame["channel"].fillna(UNKNOWN_CHANNEL)
    nameless = int(frame["customer"].isna().sum()) if "customer" in frame else len(frame)
    if "customer" not in frame:
        frame.insert(1, "customer", pd.Series(None, index=frame.index, dtype="str"))
    if nameless:
        who = plural(nameless, "contact names", "contacts name")
        notes.append(f"{who} no customer: each stays by itself, and is merged with no other.")
    if repeated:
        rows = plural(repeated, "row says", "rows say")
        notes.append(f"{rows} the same as an earlier one: left out.")
    if not frame["time"].is_monotonic_increasing:
        notes.append("The rows are not in the order of time; their order does not matter.")
    notes += [f"No column {name}: {what}." for name, what in _WITHOUT.items() if name not in frame]
    return Contacts(frame, named, repeated, nameless, tuple(notes))


def read_contacts(file: str | os.PathLike[str] = "", *, zone: str = "") -> tuple[Reading, int]:
    """Read contacts; what is wrong with them stands in the reading.

    Parameters
    ----------
    file, zone
        As in `load_contacts`.

    Returns
    -------
    reading : Reading
        With frame, times as UTC, or problems.
    repeated : int
        Rows that said the same as an earlier one, and are left out.

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
    if reading.places and not {"problem", "text"} & set(reading.places):
        fix = "name one of them, or say which it is in the YAML beside the file"
        reading.problems.append(
            Problem(reading.row, "", "", "has no column problem and no text", fix)
        )
    if reading.problems:
        return reading, 0
    return reading, _leave_out_repeats(reading)


def _leave_out_repeats(reading: Reading) -> int:
    """Leave out rows that say the same as an earlier one; refuse one contact told in two ways."""
    frame = reading.frame
    same = frame.duplicated()
    if "contact" in frame:
        first = frame[~same].drop_duplicates("contact").index
        rows = dict(zip(frame.loc[first, "contact"], first, strict=True))
        clash = frame.index[~same & frame["contact"].duplicated()]
        for at in clash:
            row, earlier = reading.numbers[at], reading.numbers[rows[frame.at[at, "contact"]]]
            problem = f"stands in row {earlier:,} already, with other contents"
            fix = f"keep one of rows {earlier:,} and {row:,}, or give one an id of its own"
            own, value = reading.own("contact"), str(frame.at[at, "contact"])
            reading.problems.append(Problem(row, own, value, problem, fix))
        if len(clash):
            return 0
    if same.any():
        reading.numbers[:] = [n for n, out in zip(reading.numbers, same, strict=True) if not out]
        reading.frame = frame[~same].reset_index(drop=True)
    return int(same.sum())


CONTACTS = Dataset(
    "contacts",
    "Contacts of customers in five channels",
    "telecom/contacts.csv",
    f"{GENERATED} Which contacts are one case stands in contact-truth.",
    contract=contracts.contacts,
    read=lambda file="", **options: read_contacts(file, **options)[0],
    options=("zone",),
    limit_mb=256,
)
