"""Datasets of the operator that belong to no single study: its customers and its truth."""

from __future__ import annotations

import json
from typing import Any

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.stats.customers import MIX


def customers() -> pa.DataFrameSchema:
    """Return the contract of the operator's customers."""
    columns = {
        "customer": fields.text("The customer", pa.Check.str_matches(r"^C\d{7}$")),
        "segment": fields.text("Kind of customer", pa.Check.isin(MIX.segments)),
        "channel": fields.text("Channel used most", pa.Check.isin(MIX.channels)),
        "joined": fields.text(
            "Day of joining, year-month-day",
            pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"),
            date=True,
        ),
        "plan_fee": fields.whole("Fee of the plan", pa.Check.ge(0), unit="yuan a month"),
    }
    return fields.table("customers", columns, unique=["customer"])


CUSTOMERS = Dataset(
    "customers",
    "Customers of the operator",
    "telecom/customers.csv",
    GENERATED,
    contract=customers,
    limit_mb=256,
)

DATASETS = (
    CUSTOMERS,
    Dataset(
        "truth",
        "What was planted in the operator, and what a survey of everybody would find",
        "telecom/truth.json",
        "Exact for what is planted; the population values have the Monte Carlo error of the "
        "sample size they state.",
    ),
)


def load_truth() -> dict[str, Any]:
    """Load the true parameters of the operator, and what a survey of everybody would find.

    Examples
    --------
    >>> sorted(load_truth())
    ['generator', 'planted', 'population']
    """
    truth: dict[str, Any] = json.loads(DATASETS[1].path.read_text(encoding="utf-8"))
    return truth
