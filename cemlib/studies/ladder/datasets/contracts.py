"""Contracts of the experience ladder: panel, feedback, applications, conversations."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.studies.ladder.operator.conversations import ACTIONS
from cemlib.studies.ladder.operator.voice_truth import MODES, OWNERS, TOUCHPOINTS

_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"
YES = {"yes": 1.0, "1": 1.0, "是": 1.0, "no": 0.0, "0": 0.0, "否": 0.0}
_POINTS = (0.0, 10.0)
_CUSTOMER = ("customers", "customer")


def panel() -> pa.DataFrameSchema:
    """Return the contract of a panel; score, slip, tenure and recommendations may be absent."""
    columns = {
        "customer": fields.text("The customer, or a prospect whom a customer knows"),
        "month": fields.text("Month", pa.Check.str_matches(_MONTH)),
        "state": fields.text("Rung of the ladder"),
        "score": _optional(fields.answer("Satisfaction at the beginning of the month", (0, 100))),
        "slip": _optional(_yes("Whether something small went wrong in the month")),
        "tenure": _optional(_number("Months as a customer", (0, 1200), "months")),
        "brought": _optional(
            _number("New customers who came by recommendation", (0, 1e4), "customers")
        ),
    }
    return fields.table("panel", columns, unique=["customer", "month"])


def feedback() -> pa.DataFrameSchema:
    """Return the contract of feedback: a row for each who was asked, or who spoke up."""
    columns = {
        "customer": fields.text("Who was asked", refers_to=_CUSTOMER),
        "month": fields.text("Month", pa.Check.str_matches(_MONTH)),
        "mode": fields.text("Way of hearing", pa.Check.isin(MODES)),
        "touchpoint": fields.text("What it is about; relationship is everything"),
        "channel": fields.text("Channel"),
        "days": _number("Days since the experience", (0, 366), "days"),
        "rating": fields.answer("Rating; missing where nobody answered", _POINTS),
    }
    for name in TOUCHPOINTS:
        columns[name] = fields.answer(f"Rating of {name}, in the company's survey", _POINTS)
    columns["cause"] = fields.text("Cause of what is said", nullable=True)
    columns["owner"] = fields.text("Team that got it first", nullable=True)
    columns["hours"] = _number("Hours until the right team had it", (0, 1e5), "hours")
    columns["told"] = _yes("Whether the customer was told what was done")
    return fields.table("feedback", columns, unique=None)


def service_weeks() -> pa.DataFrameSchema:
    """Return the contract of weeks of service."""
    columns = {
        "week": fields.whole("Week, from 1", pa.Check.ge(1)),
        "channel": fields.text("Channel"),
        "contacts": fields.whole("Contacts", pa.Check.ge(1), unit="contacts"),
        "in_time": fields.whole("Contacts served in time", pa.Check.ge(0), unit="contacts"),
    }
    return fields.table("service-weeks", columns, unique=["week", "channel"])


def owners() -> pa.DataFrameSchema:
    """Return the contract of causes and the teams that they belong to."""
    columns = {
        "cause": fields.text("Cause"),
        "owner": fields.text("The team that can mend it", pa.Check.isin(list(OWNERS.values()))),
    }
    return fields.table("owners", columns, unique=["cause"])


def applications() -> pa.DataFrameSchema:
    """Return the contract of a funnel; customer and reason may be absent."""
    columns = {
        "session": fields.text("The session"),
        "customer": fields.text("Who applies", nullable=True, required=False, refers_to=_CUSTOMER),
        "step": fields.text("Step that was reached"),
        "time": fields.moment("When"),
        "reason": fields.text("Why it was given up, if told", nullable=True, required=False),
    }
    return fields.table("applications", columns, unique=None)


def usage() -> pa.DataFrameSchema:
    """Return the contract of usage."""
    columns = {
        "customer": fields.text("The customer", refers_to=_CUSTOMER),
        "tariff": fields.text("The tariff that is paid", refers_to=("tariffs", "tariff")),
        "gigabytes": fields.number("Data used", (0, 1e5), "gigabytes a month"),
        "minutes": fields.number("Calls made", (0, 1e5), "minutes a month"),
    }
    return fields.table("usage", columns, unique=["customer"])


def tariffs() -> pa.DataFrameSchema:
    """Return the contract of tariffs."""
    columns = {
        "tariff": fields.text("The tariff"),
        "fee": fields.number("Its fee", (0, 1e5), "yuan a month"),
        "gigabytes": fields.number("Data included", (0, 1e5), "gigabytes a month"),
        "minutes": fields.number("Calls included", (0, 1e5), "minutes a month"),
        "gigabyte_price": fields.number("A gigabyte more", (0, 1e4), "yuan"),
        "minute_price": fields.number("A minute more", (0, 1e4), "yuan"),
    }
    return fields.table("tariffs", columns, unique=["tariff"])


def conversations() -> pa.DataFrameSchema:
    """Return the contract of logged conversations."""
    columns = {
        "conversation": fields.text("The conversation"),
        "customer": fields.text("Who called", refers_to=_CUSTOMER),
        "saving": fields.number("What the cheapest tariff saves", (0, 1e5), "yuan a month"),
        "open_problem": _yes("Whether a problem is still open", nullable=False),
        "payoff": _yes("Whether it was asked what ending the contract costs", nullable=False),
        "angry": _yes("Whether the customer is angry, as the agent hears", nullable=False),
        "action": fields.text("What the agent did", pa.Check.isin(ACTIONS)),
    }
    for action in ACTIONS:
        columns[f"chance_{action}"] = fields.number(f"Chance that it is {action}", (0, 1))
    columns["value"] = fields.number("Margin of the next twelve months", (-1e6, 1e6), "yuan")
    return fields.table("conversations", columns, unique=["conversation"])


def prompts() -> pa.DataFrameSchema:
    """Return the contract of a table of prompts; the first row that holds is shown."""
    columns = {
        "order": fields.whole("Order of the rows", pa.Check.ge(1)),
        "fact": fields.text("What is looked at", nullable=True),
        "comparison": fields.text(
            "How", pa.Check.isin(("above", "at least", "below", "at most", "is", "always"))
        ),
        "value": fields.text("With what: a number, yes or no", nullable=True),
        "prompt": fields.text("What the agent is asked to do", pa.Check.isin(ACTIONS)),
        "words_en": fields.text("What the screen says"),
        "words_zh": fields.text("The same in Chinese"),
        "mark": fields.text("Whose it is", pa.Check.isin(("article", "assumed"))),
    }  # fmt: skip
    return fields.table("prompts", columns, unique=["order"])


def call_choices() -> pa.DataFrameSchema:
    """Return the contract of calls to decide against the prompts."""
    columns = {
        "step": fields.whole("Which call", pa.Check.ge(1)),
        "moment": fields.text("The situation, once a call", nullable=True),
        "action": fields.text("What may be done", pa.Check.isin(ACTIONS)),
        "answer": fields.text("The same in words"),
        "saving": fields.number("What the cheapest tariff saves", (0, 1e5), "yuan a month"),
        "open_problem": _yes("Whether a problem is still open", nullable=False),
        "payoff": _yes("Whether it was asked what ending the contract costs", nullable=False),
        "angry": _yes("Whether the customer is angry, as the agent hears", nullable=False),
        "comes": fields.text("What comes of it"),
    }
    return fields.table("call-choices", columns, unique=["step", "action"])


def _number(title: str, scale: fields.Scale, unit: str) -> pa.Column:
    return fields.number(title, scale, unit, nullable=True)


def _yes(title: str, *, nullable: bool = True) -> pa.Column:
    return fields.text(title, pa.Check.isin(list(YES)), nullable=nullable)


def _optional(column: pa.Column) -> pa.Column:
    column.required = False
    return column
