"""The cases and the published tables of workbook 06: each with its contract."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset

ARTICLE_E = (
    "An article on win-win customer service (实现双赢：客户服务的本质), read 2023-06, "
    "with a complaint "
    "handler's own account of the case of Ms Yang and a portrait of Shanda's Rainbow customer"
    " service"
)
TARP = (
    "Technical Assistance Research Programs (TARP), studies of complaint handling of the "
    "1970s and 1980s, as quoted in the business press"
)
GUPTA_LEHMANN_2003 = (
    "Gupta & Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1):9–24"
)
BITNER_1990 = (
    "Bitner, Booms & Tetreault (1990), The service encounter, Journal of Marketing 54(1):71–84"
)


def events() -> pa.DataFrameSchema:
    """Return the contract of a case, event by event."""
    clock = pa.Check.str_matches(r"^\d{2}:\d{2}$")
    columns = {
        "order": fields.whole("Order of the events", pa.Check.ge(1)),
        "day": fields.text("Day, as in the article"),
        "clock": fields.text("Time of day", clock, nullable=True),
        "clock_mark": fields.text(
            "Certainty of the time",
            pa.Check.isin(("exact", "about", "after", "inferred")),
            nullable=True,
        ),
        "actor": fields.text("Who acts"),
        "toward": fields.text("Addressee"),
        "contact": pa.Column(float, nullable=True, title="Number of the conversation"),
        "opened_by": fields.text("Who started the conversation", nullable=True),
        "act": fields.text("Act"),
        "event_en": fields.text("The event"),
        "event_zh": fields.text("The event, in Chinese"),
        "known": fields.text("Facts that the company learns", nullable=True),
        "told": fields.text("Facts that the customer is told", nullable=True),
        "promise": fields.text("Promise concerned", nullable=True),
        "promise_state": fields.text(
            "State of the promise", pa.Check.isin(("made", "kept", "broken")), nullable=True
        ),
        "due": fields.text("Time when it is due", clock, nullable=True),
        "due_mark": fields.text("Certainty of the due time", nullable=True),
        "step": fields.text("Step of ISO 10002", nullable=True),
        "mark": fields.text("Origin of the row", pa.Check.isin(("article", "inferred"))),
    }
    return fields.table("yang", columns, unique=["order"])


def choices() -> pa.DataFrameSchema:
    """Return the contract of a case as decisions."""
    columns = {
        "step": fields.whole("Number of the decision", pa.Check.ge(1)),
        "moment": fields.text("The situation, once per step", nullable=True),
        "choice": fields.text("Letter of the answer"),
        "answer": fields.text("The answer"),
        "patience": fields.number("Change of patience", (-100, 100), "points (0–100)"),
        "cost": fields.number("Cost of the answer", (0, 1e6), "currency"),
        "done": fields.yes_no("Whether the agent chose this answer"),
        "comes": fields.text("Consequence"),
        "mark": fields.text("Origin of the row", pa.Check.isin(("article", "assumed"))),
    }
    return fields.table("yang-choices", columns, unique=["step", "choice"])


def volumes() -> pa.DataFrameSchema:
    """Return the contract of published volumes."""
    columns = {
        "figure": fields.text("Figure"),
        "name_en": fields.text("Name"),
        "name_zh": fields.text("Name in Chinese"),
        "value": fields.number("Value", (0, 1e12)),
        "qualifier": fields.text("Qualifier", nullable=True),
        "unit": fields.text("Unit"),
        "mark": fields.text("Origin of the figure"),
    }
    return fields.table("rainbow", columns, unique=["figure"])


def tarp() -> pa.DataFrameSchema:
    """Return the contract of the TARP shares."""
    columns = {
        "loss": fields.text("Size of the loss"),
        "outcome": fields.text("Outcome of the complaint"),
        "stays": fields.number("Share of customers who buy again", (0, 1)),
        "satisfied": fields.number("Whether the complainant is satisfied", (0, 1), nullable=True),
    }
    return fields.table("tarp-complaints", columns, unique=["loss", "outcome"])


def multiples() -> pa.DataFrameSchema:
    """Return the contract of lifetime multiples."""
    columns = {
        "retention": fields.number("Share of customers who stay for another year", (0, 1)),
        "discount": fields.number("Yearly discount rate", (0, 1)),
        "multiple": fields.number("Lifetime value in yearly margins", (0, 1e3)),
        "provenance": fields.text("Provenance"),
    }
    return fields.table("lifetime-multiples", columns, unique=["retention", "discount"])


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


CASES = (
    Dataset(
        "yang",
        "The case of Ms Yang, event by event",
        "cases/yang.csv",
        "Events and their order are the article's; times marked inferred are ours; cells are empty "
        "if the article says nothing.",
        sources=(ARTICLE_E,),
        contract=events,
        own=False,
    ),
    Dataset(
        "yang-choices",
        "The case of Ms Yang as decisions",
        "cases/yang-choices.csv",
        "The agent's decisions are the article's; the other answers, and the cost of each in "
        "patience and money, are assumptions.",
        sources=(ARTICLE_E,),
        contract=choices,
        own=False,
    ),
    Dataset(
        "rainbow",
        "Volumes of Shanda's Rainbow customer service",
        "cases/rainbow.csv",
        "The article's figures, rounded and in part lower bounds; it does not say whether the "
        "agents' contacts include the calls.",
        sources=(ARTICLE_E,),
        contract=volumes,
        own=False,
    ),
    Dataset(
        "tarp-complaints",
        "Share of customers who buy again, by loss and by outcome of the complaint",
        "published/tarp-complaints.csv",
        "Verified against secondary sources only; the studies' own tables were not available. The "
        "outcomes that count as satisfied are our choice.",
        sources=(TARP,),
        contract=tarp,
        own=False,
    ),
    Dataset(
        "lifetime-multiples",
        "Lifetime value in yearly margins, by retention and discount rate",
        "published/lifetime-multiples.csv",
        "The formula is verified; its values are computed.",
        sources=(GUPTA_LEHMANN_2003,),
        contract=multiples,
        own=False,
    ),
    Dataset(
        "incidents-bitner-1990",
        "Critical incidents by kind: 347 satisfactory, 352 dissatisfactory",
        "published/incidents-bitner-1990.csv",
        "Totals verified; the 24 counts are quoted from memory and not checked against the article "
        "(they sum to the totals).",
        sources=(BITNER_1990,),
        contract=incidents,
        own=False,
    ),
)
