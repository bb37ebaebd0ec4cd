"""Contracts of service value."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.studies.value.operator.value_map import COMPANY, CUSTOMER

_MOST = (-1e9, 1e9)
_MEASURES = {
    "visibility": ("How visible the service is", "points (0–100)"),
    "access": ("How easily it is reached", "points (0–100)"),
    "speed": ("How fast it responds", "points (0–100)"),
    "reliability": ("How far its answers can be relied on", "points (0–100)"),
    "function": ("How much it can do", "points (0–100)"),
    "effectiveness": ("How far it gets one what one needs", "points (0–100)"),
    "profit": ("Margin", "yuan a month"),
    "feasibility": ("Requests that the rules allowed to be met", "%"),
    "productivity": ("Matters solved in an hour of an agent's work", "an hour"),
    "word_of_mouth": ("Would speak well of the company", "points (0–10)"),
    "satisfaction": ("Satisfaction", "points (0–10)"),
    "loyalty": ("Means to be here in a year", "points (0–10)"),
}
_YES = pa.Check.str_matches(
    r"^\s*([Yy]([Ee][Ss])?|[Nn][Oo]?|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[01]|是|否)\s*$"
)
_POINTS = pa.Check.str_matches(r"^\s*([1-4]([.,][0-9]+)?|5([.,]0+)?)\s*$")
MARKS = {
    "correct": "Whether the answer is right",
    "hedged": "Whether it is hedged: perhaps, normally, you would have to ask",
    "integrated": "Whether it begins with types and goes on by what interests",
}


def value_map() -> pa.DataFrameSchema:
    """Return the contract of the two views; any of the measures may be absent."""
    columns = {
        "customer": fields.text("The customer", required=False, refers_to=("customers", "customer"))
    }
    for name in (*CUSTOMER, *COMPANY):
        title, unit = _MEASURES[name]
        columns[name] = _optional(fields.number(title, _MOST, unit, nullable=True))
    return fields.table("value-map", columns, unique=["customer"])


def answers() -> pa.DataFrameSchema:
    """Return the contract of judged answers: the sheet of a quality team."""
    columns = {
        "answer": fields.text("The answer"),
        "question": fields.text("The question that it answers"),
        "customer": fields.text(
            "Whose case was asked about", nullable=True, required=False,
            refers_to=("customers", "customer"),
        ),
        "agent": fields.text("Who answered", nullable=True),
        "policy": fields.text("Quality policy of the agent", nullable=True, required=False),
        "coder": fields.text("Who judged", nullable=True, required=False),
        "gist": fields.text("What was told, in a letter or word", nullable=True, required=False),
    }  # fmt: skip
    for name, title in MARKS.items():
        required = name != "integrated"
        columns[name] = fields.text(title, _YES, nullable=True, required=required)
    columns["fit"] = fields.text(
        "Whether the advice fits this customer, 1 to 5", _POINTS, nullable=True, required=False
    )
    return fields.table("answers", columns, unique=["answer", "coder"])


def enquiries() -> pa.DataFrameSchema:
    """Return the contract of enquiries; advice may be absent."""
    columns = {
        "enquiry": fields.text("The enquiry", required=False),
        "customer": fields.text("Who enquired", refers_to=("customers", "customer")),
        "topic": fields.text("What about"),
        "time": fields.moment("When"),
    }
    for name, title in (
        ("advised", "Cost of the tariff that was advised, for this customer's use"),
        ("best", "Cost of the best tariff for it"),
    ):
        columns[name] = _optional(fields.number(title, (0, 1e6), "yuan a month", nullable=True))
    return fields.table("enquiries", columns, unique=["enquiry"])


def offers() -> pa.DataFrameSchema:
    """Return the contract of a price list; names and types may be absent."""
    columns = {
        "offer": fields.text("The offer"),
        "name_en": fields.text("Its name", nullable=True, required=False),
        "name_zh": fields.text("Its name in Chinese", nullable=True, required=False),
        "type": fields.text("What type of offer it is", required=False),
        "share": fields.positive("How many callers ask for it, in any unit", "%"),
        "seconds": fields.positive("Time to tell it", "seconds"),
    }
    return fields.table("offers", columns, unique=["offer"])


def choices() -> pa.DataFrameSchema:
    """Return the contract of a choice experiment; without price and days it is none of these."""
    columns = {
        "respondent": fields.text("Who chose", refers_to=("customers", "customer")),
        "segment": fields.text("Kind of customer", required=False),
        "task": fields.whole("Number of the task", pa.Check.ge(1)),
        "alternative": fields.whole("Number of the alternative", pa.Check.ge(1)),
        "price": fields.number("Price of delivery", (0, 1e6), "yuan", nullable=True),
        "days": fields.number("Days until delivery", (0, 1e4), "days", nullable=True),
        "chosen": fields.yes_no("Whether it was chosen"),
    }
    return fields.table("choices", columns, unique=["respondent", "task", "alternative"])


def hands() -> pa.DataFrameSchema:
    """Return the contract of hands raised for a note."""
    columns = {
        "room": fields.text("The class", required=False),
        "face": fields.positive("Face value of the note", "dollars"),
        "condition": fields.text("Condition of the note"),
        "hands": fields.whole("Hands raised", pa.Check.ge(0), unit="persons"),
        "people": fields.whole("People in the room", pa.Check.ge(1), unit="persons"),
    }
    whole = pa.Check(
        lambda frame: frame["hands"] <= frame["people"],
        error="more hands than people in the room",
    )
    return fields.table("hands", columns, unique=["room", "face", "condition"], every=whole)


def _optional(column: pa.Column) -> pa.Column:
    column.required = False
    return column
