"""Datasets that belong to no single study: the operator's customers and its true parameters."""

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
        "segment": fields.text("Customer segment", pa.Check.isin(MIX.segments)),
        "channel": fields.text("Channel used most", pa.Check.isin(MIX.channels)),
        "joined": fields.text(
            "Date of joining (year-month-day)",
            pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"),
            date=True,
        ),
        "plan_fee": fields.whole("Plan fee", pa.Check.ge(0), unit="currency per month"),
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
        "True parameters of the operator, and the values that a survey of all customers would show",
        "telecom/truth.json",
        "The true parameters are exact; the population values have the Monte Carlo error of their "
        "stated sample size.",
    ),
)


def load_truth() -> dict[str, Any]:
    """Load the true parameters of the operator, and the values a survey of all would show.

    Examples
    --------
    >>> sorted(load_truth())
    ['generator', 'planted', 'population']
    """
    truth: dict[str, Any] = json.loads(DATASETS[1].path.read_text(encoding="utf-8"))
    return truth
