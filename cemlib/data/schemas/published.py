"""Contracts of the figures printed in the literature."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data.schemas import fields


def ipa_means() -> pa.DataFrameSchema:
    """Return the contract of importance–performance means."""
    columns = {
        "attribute": fields.text("What was rated"),
        "importance": fields.number("Mean importance", (1, 4), "points (1–4)"),
        "performance": fields.number("Mean performance", (1, 4), "points (1–4)"),
    }
    return fields.table("ipa-martilla-james-1977", columns, unique=["attribute"])


def ecsi_moments() -> pa.DataFrameSchema:
    """Return the contract of the moments of 24 satisfaction items."""
    sizes = {"IMAG": 5, "CUEX": 3, "PERQ": 7, "PERV": 2, "CUSA": 3, "CUSCO": 1, "CUSL": 3}
    items = [
        block if size == 1 else f"{block}{item}"
        for block, size in sizes.items()
        for item in range(1, size + 1)
    ]
    columns = {
        "item": fields.text("The item", pa.Check.isin(items)),
        "mean": fields.number("Mean", (1, 10), "points (1–10)"),
        "sd": fields.number("Standard deviation", (0, 5), "points (1–10)"),
    }
    columns |= {item: fields.number(f"Correlation with {item}", (-1, 1)) for item in items}
    return fields.table("ecsi-mobile-moments", columns, unique=["item"])


def ecsi_paths() -> pa.DataFrameSchema:
    """Return the contract of the inner paths of the satisfaction model."""
    columns = {
        "from": fields.text("Where the path starts"),
        "to": fields.text("Where it ends"),
        "standardised": fields.number("Coefficient, items standardised", (-1, 1)),
        "raw": fields.number("Coefficient, items on their own scale", (-1, 1)),
    }
    return fields.table("ecsi-mobile-paths", columns, unique=["from", "to"])


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
