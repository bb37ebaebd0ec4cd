"""What can be moved in workbook 06: drawing, title and controls, for `Section.explore`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cemlib.formats import currency, number
from cemlib.sources import Section
from cemlib.stats.estimates import Floats
from cemlib.studies.complaints import plots, words
from cemlib.studies.complaints.economy import fee_levels
from cemlib.studies.complaints.promises import Promise, Waits
from cemlib.studies.complaints.retention import break_even_at
from cemlib.teach.controls import Control

_OPERATOR_FEES = (39.0, 99.0, 149.0, 299.0)


def promise(waits: Waits, best: Mapping[float, Promise], price: float) -> dict[str, Any]:
    """Move the cost per promised hour."""
    labels = {each: f"{number(each, 2)} times the benefit of an hour early" for each in best}
    return {
        "draw": lambda c: plots.promise_figure(waits.hours, best[c], waits.noun),
        "label": "The higher the cost per promised hour, the shorter the best promise",
        "c": Control(labels, price, "Cost per promised hour"),
    }


def bargain(
    customer: Floats,
    company: Floats,
    loss: float,
    menu: pd.DataFrame,
    outside: float,
    weight: float,
) -> dict[str, Any]:
    """Move what the customer can get elsewhere, and her weight."""
    shares, weights = sorted({0.0, 0.1, 0.3, 0.6, outside}), sorted({0.3, 0.5, 0.7, weight})
    return {
        "draw": lambda share, weight: plots.bargain_figure(
            customer, company, (share * loss, 0.0), weight, menu
        ),
        "label": "Effect of the customer's alternative and of her weight on the solutions",
        "share": Control(shares, outside, "Share of the loss available elsewhere"),
        "weight": Control(weights, weight, "Customer's weight"),
    }


def break_even(
    log: pd.DataFrame, stays: pd.DataFrame, section: Section, discount: float
) -> dict[str, Any]:
    """Move the fee and the monthly retention; fees of one's own log, or round ones."""
    margin, retention = section.assumed["margin"], section.assumed["monthly_retention"]
    fees = fee_levels(log) if section.own else list(_OPERATOR_FEES)
    rates = sorted({0.9, 0.93, 0.96, 0.98, retention})
    return {
        "draw": lambda fee, stay: words.break_even_table(
            break_even_at(stays, margin * fee, stay, discount)
        ),
        "label": "Break-even cost of resolving a complaint",
        "fee": Control(fees, fees[1], "Fee", f"{currency()} per month"),
        "stay": Control(rates, retention, "Monthly retention"),
    }


def authority(compared: Mapping[float, pd.DataFrame], limit: float) -> dict[str, Any]:
    """Move the limit of authority."""
    return {
        "draw": lambda limit: plots.policies_figure(compared[limit]),
        "label": "Effect of the limit of authority on the five policies",
        "limit": Control(list(compared), limit, "Limit of authority", currency()),
    }
