"""Datasets of complaint handling."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES = {
    "article-e": "An article on win-win customer service (实现双赢：客户服务的本质), read 2023-06, "
    "with a complaint handler's own account of the case of Ms Yang and a portrait of Shanda's "
    "Rainbow customer service",
    "tarp": "Technical Assistance Research Programs (TARP), studies of complaint handling of the "
    "1970s and 1980s, as quoted in the business press",
    "gupta-lehmann-2003": "Gupta & Lehmann (2003), Customers as assets, Journal of Interactive "
    "Marketing 17(1):9–24",
}

ENTRIES = (
    Dataset(
        "complaints",
        "Complaints of eighteen months: failure, answer, how it was judged, what came of it",
        "telecom/complaints.csv",
        GENERATED,
        contract="complaints.complaints",
        limit_mb=64,
    ),
    Dataset(
        "yang",
        "The case of Ms Yang, event by event",
        "cases/yang.csv",
        "The events are the article's, in its order; a time marked inferred is ours, and what the "
        "article does not tell is left empty.",
        ("article-e",),
        contract="complaints.events",
    ),
    Dataset(
        "yang-choices",
        "The case of Ms Yang as decisions",
        "cases/yang-choices.csv",
        "What was done is the article's; the other answers, and what each costs in patience and "
        "yuan, are assumed.",
        ("article-e",),
        contract="complaints.choices",
    ),
    Dataset(
        "rainbow",
        "Volumes of Shanda's Rainbow customer service",
        "cases/rainbow.csv",
        "The article's figures, round and in part lower bounds; whether the calls are among the "
        "agents' services it does not say.",
        ("article-e",),
        contract="complaints.volumes",
    ),
    Dataset(
        "tarp-complaints",
        "Share of customers who buy again, by loss and by what became of the complaint",
        "published/tarp-complaints.csv",
        "Verified, second-hand: the studies' own tables were not seen. Which outcome counts as "
        "satisfied is ours.",
        ("tarp",),
        contract="complaints.tarp",
    ),
    Dataset(
        "lifetime-multiples",
        "Lifetime value in yearly margins, by retention and discount rate",
        "published/lifetime-multiples.csv",
        "The formula is verified; its values are computed.",
        ("gupta-lehmann-2003",),
        contract="complaints.multiples",
    ),
)
