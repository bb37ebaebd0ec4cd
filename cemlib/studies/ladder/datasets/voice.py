"""Datasets of the voice of the customer: feedback, service weeks, owners, applications."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.months import month_names, read_months
from cemlib.data.outcome import parse_outcome, read_outcome
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.ladder.datasets.columns import ARTICLE, CUSTOMER, month, number, yes
from cemlib.studies.ladder.datasets.panel import names_of
from cemlib.studies.ladder.operator.voice_truth import MODES, TOUCHPOINTS

RATING = "rating"
MIN_RATINGS, MIN_WEEKS, MIN_SESSIONS = 10, 3, 10
NOT_RECORDED = "not recorded"


def feedback(
    touchpoints: Sequence[str] = TOUCHPOINTS,
    outcome: str = RATING,
    explained: pa.Column | None = None,
) -> pa.DataFrameSchema:
    """Return the contract of feedback: one row per customer who was asked or spoke up.

    Another `outcome` than the rating has the contract `explained`.
    """
    columns = {
        "customer": fields.text("The customer", nullable=True, required=False, refers_to=CUSTOMER),
        "segment": fields.text("Customer segment", nullable=True, required=False, group=True),
        "month": fields.optional(month()),
        "mode": fields.text("Mode of listening", pa.Check.isin(MODES), required=False),
        "touchpoint": fields.text(
            "Touchpoint; relationship means the company as a whole", group=True
        ),
        "channel": fields.text("Channel", nullable=True, required=False, group=True),
        "days": fields.optional(number("Days since the experience", (0, 366), "days")),
        RATING: fields.answer("Rating; missing where nobody answered", (0, 10)),
        "recommend": fields.optional(
            fields.answer("Likelihood of recommending the company", (0, 10))
        ),
    }
    for name in touchpoints:
        if name not in columns:
            title = f"Rating of {name} in the company's survey"
            columns[name] = fields.optional(fields.answer(title, (0, 10)))
    columns["cause"] = fields.text(
        "Cause of the comment", nullable=True, required=False, group=True
    )
    columns["owner"] = fields.text("Team that got the comment first", nullable=True, required=False)
    columns["hours"] = fields.optional(
        number("Hours until the right team had it", (0, 1e5), "hours")
    )
    columns["told"] = fields.optional(yes("Whether the customer was told what was done"))
    columns["comment"] = fields.text("What the customer wrote", nullable=True, required=False)
    if outcome not in columns:
        columns[outcome] = explained or fields.number("Outcome", (-1e9, 1e9), nullable=True)
    return fields.table("feedback", columns, unique=None)


def outcome_column(outcome: str, touchpoints: Sequence[str] = TOUCHPOINTS) -> str:
    """Return the column that touchpoints are to explain.

    Raises
    ------
    ValueError
        If it is a touchpoint, or says who answered and not what.

    Examples
    --------
    >>> outcome_column("status=left")
    'status'
    """
    column, answer = parse_outcome(outcome)
    scales = (RATING, "recommend")
    if (answer and column in scales) or column in {*feedback(touchpoints).columns} - {*scales}:
        wanted = f"{' or '.join(scales)}, another column that is no touchpoint, or column=answer"
        raise checks.invalid_argument("outcome", outcome, wanted)
    return column


def _read_feedback(
    file: str | os.PathLike[str] = "", *, touchpoints: str = "", outcome: str = ""
) -> Reading:
    """Read feedback; `touchpoints` names the columns of an own survey's touchpoints."""
    asked = names_of("touchpoints", touchpoints, 2) if touchpoints and str(file) else TOUCHPOINTS
    column = outcome_column(outcome or RATING, asked)

    def read_as(explained: pa.Column | None) -> Reading:
        contract = partial(feedback, asked, column, explained)
        return read_table(replace(FEEDBACK, contract=contract), file)

    reading = read_as(None) if column in feedback().columns else read_outcome(outcome, read_as)
    if reading.problems:
        return reading
    frame = reading.frame
    if "month" in frame:
        frame["month"] = month_names(read_months(reading))
    if touchpoints and str(file) and (absent := [name for name in asked if name not in frame]):
        problem = f"has no column {absent[0]}, which the parameter touchpoints names"
        reading.problems.append(Problem(0, "", "", problem, "rename a column, or the touchpoint"))
    answers = int(frame["rating"].notna().sum())
    if answers < MIN_RATINGS:
        problem = f"has {plural(answers, 'rating', 'ratings')}"
        reading.problems.append(Problem(0, "", "", problem, f"give at least {MIN_RATINGS}"))
    if "mode" not in frame:
        reading.frame = frame.assign(mode=NOT_RECORDED)
        reading.notes.append(
            "No column mode: non-response, delay and channels after events are left out."
        )
    for name, missing in {
        "channel": "channels are not compared",
        "segment": "ratings are not standardised",
        "cause": "routing is left out",
    }.items():
        if name not in frame and str(file):
            reading.notes.append(f"No column {name}: {missing}.")
    return reading


FEEDBACK = Dataset(
    "feedback",
    "Customer feedback by three modes of listening, and how it was handled",
    "telecom/feedback.csv",
    GENERATED,
    contract=feedback,
    read=_read_feedback,
    options=("touchpoints", "outcome"),
    limit_mb=64,
    answers="ratings by touchpoint and channel, what drives them, non-response, time to an owner",
)


def service_weeks() -> pa.DataFrameSchema:
    """Return the contract of service weeks."""
    columns = {
        "week": fields.whole("Week, from 1", pa.Check.ge(1)),
        "channel": fields.text("Channel"),
        "contacts": fields.whole("Contacts", pa.Check.ge(1), unit="contacts"),
        "in_time": fields.whole("Contacts served in time", pa.Check.ge(0), unit="contacts"),
    }
    problem = "more contacts served in time than contacts"
    within = pa.Check(lambda frame: frame["in_time"] <= frame["contacts"], error=problem)
    return fields.table("service-weeks", columns, unique=["week", "channel"], every=within)


def _read_service_weeks(file: str | os.PathLike[str] = "") -> Reading:
    reading = read_table(SERVICE_WEEKS, file)
    if reading.problems:
        return reading
    channels = reading.frame.groupby("channel")
    sums = channels[["contacts", "in_time"]].sum()
    varies = (sums["in_time"] > 0) & (sums["in_time"] < sums["contacts"])
    charted = varies & (channels.size() >= MIN_WEEKS)
    if not charted.any():
        problem = f"has no channel with {MIN_WEEKS} weeks in which some contacts are in time"
        reading.problems.append(Problem(0, "", "", problem, "give more weeks"))
    if few := list(charted.index[~charted]):
        reading.notes.append(
            f"Channels with fewer than {MIN_WEEKS} weeks, or with all or no contacts in time, are "
            f"left out: {', '.join(map(str, few))}."
        )
    reading.frame = reading.frame[reading.frame["channel"].map(charted)].reset_index(drop=True)
    return reading


SERVICE_WEEKS = Dataset(
    "service-weeks",
    "Contacts, and contacts served in time, by week and channel",
    "telecom/service-weeks.csv",
    GENERATED,
    contract=service_weeks,
    read=_read_service_weeks,
    answers="contacts served in time, by week and channel, against the standard",
)


def owners() -> pa.DataFrameSchema:
    """Return the contract of causes and the teams that own them."""
    columns = {
        "cause": fields.text("Cause"),
        "owner": fields.text("Team that can fix it"),
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
    answers="owners of the causes in feedback",
)


def applications() -> pa.DataFrameSchema:
    """Return the contract of a funnel; customer and reason may be absent."""
    columns = {
        "session": fields.text("The session"),
        "customer": fields.text("The applicant", nullable=True, required=False, refers_to=CUSTOMER),
        "step": fields.text("Step reached"),
        "time": fields.moment("Time of the step"),
        "reason": fields.text(
            "Reason for giving up, if the customer gave one",
            nullable=True,
            required=False,
            group=True,
        ),
    }
    return fields.table("applications", columns, unique=None)


def _read_applications(file: str | os.PathLike[str] = "", *, steps: str = "") -> Reading:
    """Read a funnel; declared steps must be all those of the log."""
    declared = names_of("steps", steps, 2) if steps else []
    reading = read_table(APPLICATIONS, file)
    if reading.problems:
        return reading
    frame = reading.frame
    found = list(dict.fromkeys(frame["step"]))
    if declared:
        for name in found:
            if name not in declared:
                row = reading.numbers[int((frame["step"] == name).to_numpy().argmax())]
                problem = f"is not one of the steps {', '.join(map(repr, declared))}"
                fix = "add it to the parameter steps, in its order, or leave steps empty"
                column = reading.source_column("step")
                reading.problems.append(Problem(row, column, str(name), problem, fix))
        if never := [name for name in declared if name not in found]:
            reading.notes.append(f"No session took the step {', '.join(never)}.")
    if len(found) < 2:
        fix = "give a row for each step that a session takes, of at least two steps"
        reading.problems.append(Problem(0, "", "", "has one step only", fix))
    sessions = frame["session"].nunique()
    if sessions < MIN_SESSIONS:
        problem = f"has {plural(sessions, 'session', 'sessions')}"
        reading.problems.append(Problem(0, "", "", problem, f"give at least {MIN_SESSIONS}"))
    return reading


APPLICATIONS = Dataset(
    "applications",
    "Online applications, step by step, and reasons for giving up",
    "telecom/applications.csv",
    GENERATED,
    contract=applications,
    read=_read_applications,
    options=("steps",),
    limit_mb=64,
    answers="where applications are given up, how long steps take, reasons for giving up",
    without={"reason": "reasons for giving up are not counted"},
)
