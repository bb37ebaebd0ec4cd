"""Contracts of contacts, problems and cases."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data.schemas import fields

CHANNELS = ("hotline", "complaint desk", "chatbot", "wechat", "shop")
EPISODES = ("broadband restart", "three channels", "one fault")


def contacts() -> pa.DataFrameSchema:
    """Return the contract of contacts.

    A channel may have any name; what is not there at all is left out of the frame.
    """
    columns = {
        "contact": fields.text("The contact", required=False),
        "customer": fields.text(
            "The customer; empty where nobody knows", nullable=True,
            refers_to=("customers", "customer"),
        ),
        "channel": fields.text("Where it was taken", nullable=True, required=False),
        "time": fields.moment("When it began"),
        "problem": fields.text(
            "Code of the problem; empty where none was set", nullable=True, required=False,
            refers_to=("problems", "problem"),
        ),
        "text": fields.text("What the customer said", nullable=True, required=False),
        "score": fields.answer("Satisfaction with the contact", (1, 5)),
        "name": fields.text("Who called, as noted", nullable=True, required=False, personal=True),
        "phone": fields.text("From which number", nullable=True, required=False, personal=True),
        "email": fields.text("From which address", nullable=True, required=False, personal=True),
    }  # fmt: skip
    columns["score"].required = False
    return fields.table("contacts", columns, unique=["contact"])


def contact_truth() -> pa.DataFrameSchema:
    """Return the contract of the truth about each contact."""
    columns = {
        "contact": fields.text("The contact", refers_to=("contacts", "contact")),
        "customer": fields.text("Who it was", refers_to=("customers", "customer")),
        "case": fields.text("The case: customer and number, as in C0000012-02"),
        "problem": fields.text("The problem", refers_to=("problems", "problem")),
        "fault": fields.text("The one fault behind a wave of cases", nullable=True),
    }
    return fields.table("contact-truth", columns, unique=["contact"])


def problems() -> pa.DataFrameSchema:
    """Return the contract of problems."""
    columns = {
        "problem": fields.text("Its code"),
        "name_en": fields.text("Its name in English", nullable=True, required=False),
        "name_zh": fields.text("Its name in Chinese", nullable=True, required=False),
        "owner": fields.text("Who can remove its cause", nullable=True, required=False),
        "severity": fields.number("1 a nuisance, 2 a loss, 3 no service", (1, 3)),
    }
    columns["severity"].required = False
    return fields.table("problems", columns, unique=["problem"])


def repair_cases() -> pa.DataFrameSchema:
    """Return the contract of the article's cases as events."""
    columns = {
        "case": fields.text("The case", pa.Check.isin(EPISODES)),
        "order": fields.whole("Its place in the case", pa.Check.ge(1)),
        "time": fields.moment("When it happens; invented"),
        "actor": fields.text("Who acts"),
        "channel": fields.text("Where", nullable=True),
        "act": fields.text("What is done, in a word or two"),
        "text_en": fields.text("What is done or said, in English"),
        "text_zh": fields.text("What is done or said, in Chinese"),
        "standing": fields.text(
            "Whether the article tells it", pa.Check.isin(("article", "invented"))
        ),
    }
    return fields.table("repair-cases", columns, unique=["case", "order"])
