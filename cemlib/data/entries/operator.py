"""The operator's customers and its truth."""

from __future__ import annotations

from cemlib.data.entries.base import GENERATED, Dataset

SOURCES: dict[str, str] = {}

ENTRIES = (
    Dataset(
        "customers",
        "Customers of the operator",
        "telecom/customers.csv",
        GENERATED,
        contract="operator.customers",
        limit_mb=256,
    ),
    Dataset(
        "truth",
        "What was planted in the operator, and what a survey of everybody would find",
        "telecom/truth.json",
        "Exact for what is planted; the population values have the Monte Carlo error of the "
        "sample size they state.",
    ),
)
