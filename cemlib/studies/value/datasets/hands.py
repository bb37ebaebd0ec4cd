"""Hands raised for a note: contract and entry."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset


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


HANDS = Dataset(
    "hands",
    "Hands raised for a note, by its face value and condition, in twelve classes",
    "telecom/hands.csv",
    GENERATED,
    contract=_hands_contract,
    answers="how condition and face value of a note change the hands raised",
)
