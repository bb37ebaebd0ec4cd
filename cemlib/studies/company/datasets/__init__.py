"""Datasets of workbook 07: levers entered as assumptions, a plan, and the quarter that followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib.data import fields
from cemlib.data.dataset import Dataset
from cemlib.data.load import loader
from cemlib.stats.levers import Z_95, Lever

__all__ = ["DATASETS", "USED", "entered_levers", "load"]

# What the levers of the other workbooks rest on, and the three of this one.
USED = (
    "survey", "practices", "applications", "callbacks", "repairs", "resets", "answers", "enquiries",
    "offers", "complaints", "levers", "plan", "quarter",
)  # fmt: skip


def levers_contract() -> pa.DataFrameSchema:
    """Return the contract of levers that are entered as assumptions."""
    columns = {
        "lever": fields.text("Name of the lever"),
        "spend": fields.positive("Money spent in a quarter", "currency"),
        "results": fields.number("What it changes in a quarter", (-1e12, 1e12)),
        "low": fields.number("Lower bound of the results, 95%", (-1e12, 1e12)),
        "high": fields.number("Upper bound of the results, 95%", (-1e12, 1e12)),
        "worth": fields.number("Money kept per result", (0, 1e12), "currency"),
        "unit": fields.text("What the results count"),
        "assumes": fields.text("What must be true, in one line"),
    }
    bounds = pa.Check(_in_bounds, name="bounds", error="results must lie between low and high")
    return fields.table("levers", columns, unique=["lever", "spend"], every=bounds)


def _in_bounds(table: pd.DataFrame) -> pd.Series:
    return table["results"].between(table["low"], table["high"])


def plan_contract() -> pa.DataFrameSchema:
    """Return the contract of a plan: money for each lever."""
    columns = {
        "lever": fields.text("Name of the lever"),
        "spend": fields.number("Money for it in the quarter", (0, 1e12), "currency"),
    }
    return fields.table("plan", columns, unique=["lever"])


def quarter_contract() -> pa.DataFrameSchema:
    """Return the contract of a quarter's outcomes."""
    columns = {
        "lever": fields.text("Name of the lever"),
        "week": fields.whole("Week of the quarter", pa.Check.in_range(1, 14)),
        "spend": fields.number("Money spent in the week", (0, 1e12), "currency"),
        "results": fields.number("What it changed in the week", (-1e12, 1e12)),
        "kept": fields.number("Money that this kept", (-1e12, 1e12), "currency"),
    }
    return fields.table("quarter", columns, unique=["lever", "week"])


def roles_contract() -> pa.DataFrameSchema:
    """Return the contract of the roles of the class case."""
    columns = {
        "role": fields.text("Who"),
        "levers": fields.text("Levers that are theirs, separated by semicolons", nullable=True),
        "interest": fields.text("What they want"),
    }
    return fields.table("roles", columns, unique=["role"])


LEVERS = Dataset(
    "levers",
    "Levers entered as assumptions",
    "",
    "Entered by the company: nothing is estimated.",
    contract=levers_contract,
    answers="levers for which there are no data",
)
PLAN = Dataset(
    "plan",
    "Last quarter's plan: money for each lever",
    "telecom/plan.csv",
    "Invented: how the fictional operator divided its last budget.",
    contract=plan_contract,
    answers="what last quarter's division would keep now",
)
QUARTER = Dataset(
    "quarter",
    "What the plan's quarter kept, by lever and week",
    "telecom/quarter.csv",
    "Generated from the operator's true parameters under its plan.",
    contract=quarter_contract,
    answers="forecast against outcome, and updated curves",
)
ROLES = Dataset(
    "roles",
    "Roles of the class case",
    "cases/roles.csv",
    "Invented for teaching.",
    contract=roles_contract,
    own=False,
)
DATASETS = (LEVERS, PLAN, QUARTER, ROLES)
load = loader(DATASETS)


def entered_levers(table: pd.DataFrame, draws: int, rng: np.random.Generator) -> list[Lever]:
    """Return levers that a company entered as assumptions.

    The bounds are taken as a 95% interval; all amounts of a lever are wrong in the same direction.

    Parameters
    ----------
    table : DataFrame
        As the dataset ``levers``.
    draws : int
        Number of draws, B.
    rng : numpy.random.Generator
        Source of randomness.

    Examples
    --------
    >>> row = {"lever": "visits", "spend": 500.0, "results": 10.0, "low": 4.0, "high": 16.0,
    ...        "worth": 90.0, "unit": "customers kept", "assumes": "as last year"}
    >>> lever = entered_levers(pd.DataFrame([row]), 2000, np.random.default_rng(1))[0]
    >>> round(float(lever.kept[:, 1].mean()), -2), lever.observations
    (900.0, 0)
    """
    found = []
    for name, rows in table.sort_values("spend", kind="stable").groupby("lever", sort=False):
        error = rng.standard_normal(draws)[:, None]
        middle, low, high = (rows[column].to_numpy(float) for column in ("results", "low", "high"))
        side = np.where(error < 0, middle - low, high - middle)
        results = middle + error * side / Z_95
        found.append(_entered(str(name), rows, results))
    return found


def _entered(name: str, rows: pd.DataFrame, results: Sequence[Sequence[float]]) -> Lever:
    drawn = np.asarray(results, dtype=float)
    # One worth per lever: what is worth more or less at another amount is put into the results.
    worth = rows["worth"].to_numpy(float)
    scale = worth / max(worth[-1], 1e-300)
    return Lever(
        name=name,
        unit=str(rows["unit"].iloc[0]),
        spend=np.concatenate([[0.0], rows["spend"].to_numpy(float)]),
        results=np.column_stack([np.zeros(len(drawn)), drawn * scale]),
        worth=np.full(len(drawn), worth[-1]),
        assumes=str(rows["assumes"].iloc[0]),
        datasets=("levers",),
    )
