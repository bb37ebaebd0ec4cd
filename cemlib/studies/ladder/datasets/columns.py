"""Columns that several contracts of the study share."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data import fields

YES = {"yes": 1.0, "1": 1.0, "是": 1.0, "no": 0.0, "0": 0.0, "否": 0.0}
CUSTOMER = ("customers", "customer")
ARTICLE = (
    "An article on customer experience management: engage, integrate, improve (in Chinese), "
    "with the experience ladder, guided conversations, and the cases of a British mobile "
    "operator and of a bank"
)


def month() -> pa.Column:
    """Return a column of months: 2026-03, or as `months.parse_month` reads them."""
    column = fields.text("Month, such as 2026-03")
    column.metadata = {"month": True}
    return column


def number(title: str, scale: fields.Scale, unit: str) -> pa.Column:
    """Return a column of numbers that may be missing."""
    return fields.number(title, scale, unit, nullable=True)


def yes(title: str, *, nullable: bool = True) -> pa.Column:
    """Return a column of yes and no, in any of the spellings of `YES`."""
    return fields.text(title, pa.Check.isin(list(YES)), nullable=nullable)
