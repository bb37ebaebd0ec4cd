"""The contract of the operator's customers, to whom its other tables refer."""

from __future__ import annotations

import pandera.pandas as pa

from cemlib.data.schemas import fields
from cemlib.data.truth import TRUTH


def customers() -> pa.DataFrameSchema:
    """Return the contract of the operator's customers."""
    columns = {
        "customer": fields.text("The customer", pa.Check.str_matches(r"^C\d{7}$")),
        "segment": fields.text("Kind of customer", pa.Check.isin(TRUTH.segments)),
        "channel": fields.text("Channel used most", pa.Check.isin(TRUTH.channels)),
        "joined": fields.text(
            "Day of joining, year-month-day",
            pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"),
            date=True,
        ),
        "plan_fee": fields.whole("Fee of the plan", pa.Check.ge(0), unit="yuan a month"),
    }
    return fields.table("customers", columns, unique=["customer"])
