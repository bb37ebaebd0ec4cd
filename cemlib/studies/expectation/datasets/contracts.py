"""Contracts of the experiments with effort and expectation, and of what is printed on effort."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields
from cemlib.stats.customers import NEED_LEVELS

_POINTS = "points (0–100)"


def responses() -> pa.DataFrameSchema:
    """Return the contract of what a class types in after the metro experiment."""
    columns = {
        "participant": fields.text("Who took part"),
        **_conditions("whether the train was sprinted for", "whether an empty train was promised"),
        **_answers(required=False),
    }
    return fields.table("responses", columns, unique=["participant"])


def callbacks() -> pa.DataFrameSchema:
    """Return the contract of the operator's trial of call-backs after a broadband reset."""
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "level": fields.text(
            "Level of need that the customer mainly buys for", pa.Check.isin(NEED_LEVELS)
        ),
        **_conditions(
            "whether the customer had to call again, and was not called back",
            "whether a quick repair was promised",
        ),
        **_answers(required=True),
    }
    return fields.table("callbacks", columns, unique=["customer"])


def expectations() -> pa.DataFrameSchema:
    """Return the contract of the panel of what customers get and expect."""
    columns = {
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "period": fields.whole("Period, numbered without gaps", pa.Check.ge(0), unit="quarters"),
        "performance": fields.number("What was delivered", (0, 100), _POINTS),
        "forecast": _optional("What the customer thinks will be delivered"),
        "expectation": fields.number("What the customer thinks should be", (0, 100), _POINTS),
        "satisfaction": _optional("Satisfaction with it"),
    }
    return fields.table("expectations", columns, unique=["customer", "period"])


def effort_effects() -> pa.DataFrameSchema:
    """Return the contract of published effects of effort."""
    columns = {
        "study": fields.text("Authors and year"),
        "finding": fields.text("What was compared, and how it came out"),
        "n": fields.number("Participants", (1, 1e6), "people", nullable=True),
        "without": fields.number("Mean without effort, or with least", (0, 1e3), nullable=True),
        "with": fields.number("Mean with effort, or with most", (0, 1e3), nullable=True),
        "unit": fields.text("Unit of both means", nullable=True),
        "effect": fields.number("More with effort than without", (-100, 1e3), "%", nullable=True),
        "direction": fields.text(
            "Whether effort raised the value", pa.Check.isin(("up", "unchanged", "down"))
        ),
        "replicates": fields.text("The study that it repeats; empty where none", nullable=True),
        "source": fields.text("Where it is printed"),
        "standing": fields.text("How surely it is known"),
    }
    return fields.table("effort-effects", columns, unique=["study"])


def _conditions(effort: str, information: str) -> dict[str, pa.Column]:
    mark = pa.Check.isin((0, 1))
    return {
        "effort": fields.whole(f"Effort, decided by chance: 1 or 0, {effort}", mark),
        "information": fields.whole(f"Information, decided by chance: 1 or 0, {information}", mark),
    }


def _answers(*, required: bool) -> dict[str, pa.Column]:
    baseline, quality = "Usual satisfaction, asked before", "What came, as it was rated"
    told = {"baseline": baseline, "quality": quality}
    known = {
        name: fields.number(title, (0, 100), _POINTS) if required else _optional(title)
        for name, title in told.items()
    }
    return {
        "baseline": known["baseline"],
        "expectation": fields.number("Expected before it came", (0, 100), _POINTS),
        "quality": known["quality"],
        "satisfaction": fields.number("Satisfaction afterwards", (0, 100), _POINTS),
    }


def _optional(title: str) -> pa.Column:
    return pa.Column(
        float,
        pa.Check.in_range(0, 100),
        nullable=True,
        required=False,
        title=title,
        metadata={"unit": _POINTS},
    )


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
