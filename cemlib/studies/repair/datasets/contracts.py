"""Contracts of contacts, problems and cases."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields

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


def repairs() -> pa.DataFrameSchema:
    """Return the contract of cases that came to the repair desk.

    What is known only of a call is missing where nobody called.
    """
    most = (0, 1e9)
    columns = {
        "case": fields.text("The case"),
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "problem": fields.text("Code of the problem", refers_to=("problems", "problem")),
        "type": fields.text("Type of customer, as agents see it"),
        "severity": fields.number("1 a nuisance … 5 unbearable", (1, 5)),
        "value": fields.number("Margin at stake", most, "yuan"),
        "complained": fields.yes_no("Whether the customer had complained before the call"),
        "opened": fields.moment("First contact of the case"),
        "assigned_by": fields.text(
            "Who decided on the call: a lot, or the desk", pa.Check.isin(("lot", "desk"))
        ),
        "called": fields.yes_no("Whether the customer was called within a fortnight"),
        "before": fields.number("Score that brought the case to the desk", (0, 100), "points"),
        "after": fields.number("Score a fortnight later", (0, 100), "points"),
        "complaint_later": fields.yes_no("Whether a complaint followed within a month"),
        "owed": fields.positive("What the tariff's rules owe the customer", "yuan"),
        "hours_waited": fields.number(
            "From first contact to the call", (0, 10_000), "hours", nullable=True
        ),
        "team": fields.text("Who called", nullable=True),
        "script": fields.text("Which script was drawn by lot", nullable=True),
        "cap": fields.number("Most that could be paid, given by lot", most, "yuan", nullable=True),
        "compensation": fields.number("What was paid", most, "yuan", nullable=True),
        "minutes": fields.number("Handling", (0, 1000), "minutes", nullable=True),
        "repaired": fields.text(
            "Whether the call repaired", pa.Check.isin(("yes", "no")), nullable=True
        ),
    }
    return fields.table("repairs", columns, unique=["case"])


def resets() -> pa.DataFrameSchema:
    """Return the contract of resets called back by lot."""
    columns = {
        "reset": fields.text("The reset"),
        "customer": fields.text("Whose line", refers_to=("customers", "customer")),
        "called_back": fields.yes_no("Whether the customer was called back half an hour later"),
        "repeat_calls": fields.whole(
            "Calls about the same within a week", pa.Check.ge(0), unit="calls"
        ),
    }
    return fields.table("resets", columns, unique=["reset"])


def recurrence() -> pa.DataFrameSchema:
    """Return the contract of repeat calls day by day."""
    columns = {
        "day": fields.text(
            "The day, year-month-day", pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"), date=True
        ),
        "repeat_calls": fields.number(
            "Repeat calls within a week", (0, 10_000), "calls for 100 resets"
        ),
        "rule": fields.yes_no("Whether calling back was the rule"),
    }
    return fields.table("recurrence", columns, unique=["day"])
