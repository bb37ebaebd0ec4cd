"""Contracts of complaint handling."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields

_WHEN = pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$")
_YES = ("yes", "no", "1", "0", "是", "否")
STEP_COLUMNS = {
    "acknowledged": "acknowledgement",
    "assessed": "initial assessment",
    "investigated": "investigation",
    "answered": "response",
    "communicated": "communicating the decision",
    "closed": "closing",
}
JUSTICE = ("distributive", "procedural", "interactional")
ITEMS = tuple(f"{kind}_{item}" for kind in JUSTICE for item in (1, 2))
_ITEMS = {
    "distributive": "What I got was fair",
    "procedural": "How it was handled was fair",
    "interactional": "How I was treated was fair",
}
_JUDGED = {
    "handling": "Satisfaction with the handling",
    "word_of_mouth": "Would speak well of the company",
    "return_before": "Meant to stay, before the failure",
    "return_intent": "Means to stay, after the answer",
    "satisfaction_before": "Satisfaction before the failure",
    "satisfaction_after": "Satisfaction after the answer",
}
_ANSWER = {
    "apology": "Whether there was an apology",
    "explanation": "Whether the cause was explained",
    "temporary_fix": "Whether something was put in place until the repair",
}
_OUTCOMES = {
    "stayed": "Whether the customer was still there after 90 days",
    "spoke_well": "Whether the customer recommended the company afterwards",
    "regulator": "Whether the complaint went on to the regulator",
}


def complaints() -> pa.DataFrameSchema:
    """Return the contract of a log of complaints.

    What a log cannot do without is required; a column of times, of judgements or of promises may
    be absent. An open complaint has an empty answer.
    """
    columns = {
        "complaint": fields.text("The complaint"),
        "customer": fields.text(
            "Who complained", required=False, refers_to=("customers", "customer")
        ),
        "received": fields.text("When it was received", _WHEN),
        "failure": fields.text("What had failed"),
        "loss": fields.number("What the customer lost by it", (0, 1e7), "yuan"),
        "fee": fields.number("What the customer pays", (0, 1e6), "yuan a month"),
    }
    for name, title in (
        ("repair_hours", "Hours until the failure was mended"),
        ("promised_hours", "Hours that were promised for it"),
    ):
        columns[name] = _optional(fields.number(title, (0, 1e5), "hours", nullable=True))
    for name, step in STEP_COLUMNS.items():
        columns[name] = fields.text(
            f"When: {step}", _WHEN, nullable=True, required=name == "answered"
        )
    for name, title in _ANSWER.items():
        columns[name] = fields.text(title, pa.Check.isin(_YES), nullable=True)
    columns["compensation"] = fields.number("Compensation paid", (0, 1e7), "yuan", nullable=True)
    for name, title in _OUTCOMES.items():
        required = name == "stayed"
        columns[name] = fields.text(title, pa.Check.isin(_YES), nullable=True, required=required)
    for name in ITEMS:
        columns[name] = _optional(fields.answer(_ITEMS[name[:-2]], (0, 10)))
    for name, title in _JUDGED.items():
        columns[name] = fields.answer(title, (0, 10))
        columns[name].required = name == "handling"
    told = fields.number("How many persons were told", (0, 1e4), "persons", nullable=True)
    columns["told"] = _optional(told)
    return fields.table("complaints", columns, unique=["complaint"])


def events() -> pa.DataFrameSchema:
    """Return the contract of a case, event by event."""
    clock = pa.Check.str_matches(r"^\d{2}:\d{2}$")
    columns = {
        "order": fields.whole("Order of the events", pa.Check.ge(1)),
        "day": fields.text("Day, as told"),
        "clock": fields.text("Time of day", clock, nullable=True),
        "clock_mark": fields.text(
            "How surely it is known",
            pa.Check.isin(("exact", "about", "after", "inferred")),
            nullable=True,
        ),
        "actor": fields.text("Who acts"),
        "toward": fields.text("Towards whom"),
        "contact": pa.Column(float, nullable=True, title="Number of the conversation"),
        "opened_by": fields.text("Who opened it", nullable=True),
        "act": fields.text("What is done"),
        "event_en": fields.text("The event"),
        "event_zh": fields.text("The event, in Chinese"),
        "known": fields.text("What the company has learned by it", nullable=True),
        "told": fields.text("What the customer is told", nullable=True),
        "promise": fields.text("Which promise it is about", nullable=True),
        "promise_state": fields.text(
            "What becomes of it", pa.Check.isin(("made", "kept", "broken")), nullable=True
        ),
        "due": fields.text("When it is due", clock, nullable=True),
        "due_mark": fields.text("How surely that is known", nullable=True),
        "step": fields.text("Step of ISO 10002", nullable=True),
        "mark": fields.text("Whose it is", pa.Check.isin(("article", "inferred"))),
    }
    return fields.table("yang", columns, unique=["order"])


def choices() -> pa.DataFrameSchema:
    """Return the contract of a case as decisions."""
    columns = {
        "step": fields.whole("Which decision", pa.Check.ge(1)),
        "moment": fields.text("The situation, once a step", nullable=True),
        "choice": fields.text("Letter of the answer"),
        "answer": fields.text("The answer"),
        "patience": fields.number("What it does to patience", (-100, 100), "points (0–100)"),
        "cost": fields.number("What it costs", (0, 1e6), "yuan"),
        "done": fields.yes_no("Whether this is what was done"),
        "comes": fields.text("What comes of it"),
        "mark": fields.text("Whose it is", pa.Check.isin(("article", "assumed"))),
    }
    return fields.table("yang-choices", columns, unique=["step", "choice"])


def volumes() -> pa.DataFrameSchema:
    """Return the contract of published volumes."""
    columns = {
        "figure": fields.text("Which figure"),
        "name_en": fields.text("Its name"),
        "name_zh": fields.text("Its name in Chinese"),
        "value": fields.number("Its value", (0, 1e12)),
        "qualifier": fields.text("How it is qualified", nullable=True),
        "unit": fields.text("Its unit"),
        "mark": fields.text("Whose it is"),
    }
    return fields.table("rainbow", columns, unique=["figure"])


def tarp() -> pa.DataFrameSchema:
    """Return the contract of the TARP shares."""
    columns = {
        "loss": fields.text("Size of the loss"),
        "outcome": fields.text("What became of the complaint"),
        "stays": fields.number("Share that buys again", (0, 1)),
        "satisfied": fields.number("Whether the complainant is satisfied", (0, 1), nullable=True),
    }
    return fields.table("tarp-complaints", columns, unique=["loss", "outcome"])


def multiples() -> pa.DataFrameSchema:
    """Return the contract of lifetime multiples."""
    columns = {
        "retention": fields.number("Share that stays for another year", (0, 1)),
        "discount": fields.number("Discount rate a year", (0, 1)),
        "multiple": fields.number("Lifetime value in yearly margins", (0, 1e3)),
        "standing": fields.text("How surely it is known"),
    }
    return fields.table("lifetime-multiples", columns, unique=["retention", "discount"])


def _optional(column: pa.Column) -> pa.Column:
    column.required = False
    return column


def incidents() -> pa.DataFrameSchema:
    """Return the contract of critical incidents by kind."""
    columns = {
        "group": fields.text("Group of kinds"),
        "incident": fields.text("Kind of incident"),
        "satisfactory": fields.whole("Satisfactory incidents", pa.Check.ge(0), unit="incidents"),
        "dissatisfactory": fields.whole(
            "Dissatisfactory incidents", pa.Check.ge(0), unit="incidents"
        ),
    }
    return fields.table("incidents-bitner-1990", columns, unique=["incident"])
