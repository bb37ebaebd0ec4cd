"""Datasets of the voice of the customer: feedback, service weeks, owners, applications."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from cemlib.data import common, fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import load_table
from cemlib.studies.ladder.datasets.columns import ARTICLE, CUSTOMER, YES, month, number, yes
from cemlib.studies.ladder.operator.voice_truth import MODES, OWNERS, TOUCHPOINTS


def feedback() -> pa.DataFrameSchema:
    """Return the contract of feedback: one row per customer who was asked or spoke up."""
    columns = {
        "customer": fields.text("The customer", refers_to=CUSTOMER),
        "month": month(),
        "mode": fields.text("Mode of listening", pa.Check.isin(MODES)),
        "touchpoint": fields.text("Touchpoint; relationship means the company as a whole"),
        "channel": fields.text("Channel"),
        "days": number("Days since the experience", (0, 366), "days"),
        "rating": fields.answer("Rating; missing where nobody answered", (0, 10)),
    }
    for name in TOUCHPOINTS:
        columns[name] = fields.answer(f"Rating of {name} in the company's survey", (0, 10))
    columns["cause"] = fields.text("Cause of the comment", nullable=True)
    columns["owner"] = fields.text("Team that got the comment first", nullable=True)
    columns["hours"] = number("Hours until the right team had it", (0, 1e5), "hours")
    columns["told"] = yes("Whether the customer was told what was done")
    return fields.table("feedback", columns, unique=None)


FEEDBACK = Dataset(
    "feedback",
    "Customer feedback by three modes of listening, and how it was handled",
    "telecom/feedback.csv",
    GENERATED,
    contract=feedback,
    limit_mb=64,
)


def load_feedback() -> pd.DataFrame:
    """Return the operator's feedback with each customer's segment; ``told`` is 1 or 0.

    Examples
    --------
    >>> set(load_feedback()["told"].dropna()) == {0.0, 1.0}
    True
    """
    frame = load_table(FEEDBACK)
    frame["told"] = frame["told"].map(YES).astype(float)
    segments = load_table(common.CUSTOMERS).set_index("customer")["segment"]
    return frame.assign(segment=frame["customer"].map(segments))


def service_weeks() -> pa.DataFrameSchema:
    """Return the contract of service weeks."""
    columns = {
        "week": fields.whole("Week, from 1", pa.Check.ge(1)),
        "channel": fields.text("Channel"),
        "contacts": fields.whole("Contacts", pa.Check.ge(1), unit="contacts"),
        "in_time": fields.whole("Contacts served in time", pa.Check.ge(0), unit="contacts"),
    }
    return fields.table("service-weeks", columns, unique=["week", "channel"])


SERVICE_WEEKS = Dataset(
    "service-weeks",
    "Contacts, and contacts served in time, by week and channel",
    "telecom/service-weeks.csv",
    GENERATED,
    contract=service_weeks,
)


def owners() -> pa.DataFrameSchema:
    """Return the contract of causes and the teams that own them."""
    columns = {
        "cause": fields.text("Cause"),
        "owner": fields.text("Team that can fix it", pa.Check.isin(list(OWNERS.values()))),
    }
    return fields.table("owners", columns, unique=["cause"])


OWNERS_OF_CAUSES = Dataset(
    "owners",
    "The team that owns each cause of a comment",
    "cases/owners.csv",
    "That a time-out goes to IT, and an answer nobody found to customer service, is in the "
    "article; the other rows are assumed.",
    sources=(ARTICLE,),
    contract=owners,
)


def applications() -> pa.DataFrameSchema:
    """Return the contract of a funnel; customer and reason may be absent."""
    columns = {
        "session": fields.text("The session"),
        "customer": fields.text("The applicant", nullable=True, required=False, refers_to=CUSTOMER),
        "step": fields.text("Step reached"),
        "time": fields.moment("Time of the step"),
        "reason": fields.text(
            "Reason for giving up, if the customer gave one", nullable=True, required=False
        ),
    }
    return fields.table("applications", columns, unique=None)


APPLICATIONS = Dataset(
    "applications",
    "Online applications, step by step, and reasons for giving up",
    "telecom/applications.csv",
    GENERATED,
    contract=applications,
    limit_mb=64,
    answers="where applications are given up, how long steps take, reasons for giving up",
    without={"reason": "reasons for giving up are not counted"},
)
