"""Datasets of service value."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES: dict[str, str] = {}

ENTRIES = (
    Dataset(
        "value-map",
        "Six measures of service that customers value, six that the company does",
        "telecom/value-map.csv",
        GENERATED,
        contract="value.value_map",
        limit_mb=64,
    ),
    Dataset(
        "answers",
        "Mystery questions: what agents answered, judged by three coders",
        "telecom/answers.csv",
        GENERATED,
        contract="value.answers",
        limit_mb=64,
    ),
    Dataset(
        "enquiries",
        "Enquiries of half a year, and what was advised on tariffs",
        "telecom/enquiries.csv",
        GENERATED,
        contract="value.enquiries",
        limit_mb=64,
    ),
    Dataset(
        "offers",
        "Offers, how many callers ask for each, and how long it takes to tell",
        "telecom/offers.csv",
        GENERATED,
        contract="value.offers",
    ),
    Dataset(
        "choices",
        "Choices between deliveries at a price",
        "telecom/choices.csv",
        GENERATED,
        contract="value.choices",
        limit_mb=64,
    ),
    Dataset(
        "hands",
        "Hands raised for a note, by face value and condition, in twelve classes",
        "telecom/hands.csv",
        GENERATED,
        contract="value.hands",
    ),
)
