"""Hands raised for a note: contract and entry."""

from __future__ import annotations

import os

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.reading import Reading
from cemlib.studies.value.own_file import refuse


def _hands_contract() -> pa.DataFrameSchema:
    columns = {
        "room": fields.text("Class", required=False),
        "face": fields.positive("Face value of the note", "dollars"),
        "condition": fields.text("Condition of the note"),
        "hands": fields.whole("Hands raised", pa.Check.ge(0), unit="persons"),
        "people": fields.whole("People in the room", pa.Check.ge(1), unit="persons"),
    }
    problem = "more hands than people in the room"
    within = pa.Check(lambda frame: frame["hands"] <= frame["people"], error=problem)
    return fields.table("hands", columns, unique=["room", "face", "condition"], every=within)


def _read_hands(file: str | os.PathLike[str] = "") -> Reading:
    reading = read_table(HANDS, file)
    if not reading.problems and reading.frame["face"].nunique() < 2:
        fix = "count hands for at least two face values"
        refuse(reading, "has one face value, so its effect cannot be estimated", fix)
    return reading


HANDS = Dataset(
    "hands",
    "Hands raised for a note in classes, by its face value and condition",
    "telecom/hands.csv",
    GENERATED,
    contract=_hands_contract,
    read=_read_hands,
    answers="how condition and face value of a note change the hands raised",
)
