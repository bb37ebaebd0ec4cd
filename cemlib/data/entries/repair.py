"""Datasets of the repair desk."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES: dict[str, str] = {}

ENTRIES = (
    Dataset(
        "repairs",
        "Dissatisfied customers' cases, who was called, and what came of it",
        "telecom/repairs.csv",
        GENERATED,
        contract="repair.repairs",
        limit_mb=64,
    ),
    Dataset(
        "resets",
        "Broadband resets, one half called back by lot",
        "telecom/resets.csv",
        GENERATED,
        contract="repair.resets",
    ),
    Dataset(
        "recurrence",
        "Repeat calls for 100 resets, day by day, before and after calling back became the rule",
        "telecom/recurrence.csv",
        GENERATED,
        contract="repair.recurrence",
    ),
)
