"""The repair desk's log, resets and repeat calls: entries, contracts and reader."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.reading import plural
from cemlib.studies.repair.authority import covered
from cemlib.studies.repair.operator.repairs import simulate_repairs


def repairs() -> pa.DataFrameSchema:
    """Return the contract of cases that came to the repair desk.

    Columns about a call are missing where nobody called.
    """
    amount = (0, 1e9)
    columns = {
        "case": fields.text("The case"),
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "problem": fields.text("Code of the problem", refers_to=("problems", "problem")),
        "type": fields.text("Type of customer, as noted by agents"),
        "severity": fields.number("1 a nuisance … 5 unbearable", (1, 5)),
        "value": fields.number("Margin at stake", amount, "yuan"),
        "complained": fields.yes_no("Whether the customer had complained before the call"),
        "opened": fields.moment("First contact of the case"),
        "assigned_by": fields.text(
            "How it was decided whether to call: randomised, or chosen by the desk",
            pa.Check.isin(("randomised", "desk")),
        ),
        "called": fields.yes_no("Whether the customer was called within two weeks"),
        "before": fields.number("Score that brought the case to the desk", (0, 100), "points"),
        "after": fields.number("Score two weeks later", (0, 100), "points"),
        "complaint_later": fields.yes_no("Whether a complaint followed within a month"),
        "owed": fields.positive("Amount owed to the customer by the tariff's rules", "yuan"),
        "hours_waited": fields.number(
            "Wait from first contact to call", (0, 10_000), "hours", nullable=True
        ),
        "team": fields.text("Team that called", nullable=True),
        "script": fields.text("Script of the call, randomised", nullable=True),
        "cap": fields.number("Highest payment allowed, randomised", amount, "yuan", nullable=True),
        "compensation": fields.number("Payment", amount, "yuan", nullable=True),
        "minutes": fields.number("Handling time", (0, 1000), "minutes", nullable=True),
        "repaired": fields.text(
            "Whether the call repaired", pa.Check.isin(("yes", "no")), nullable=True
        ),
    }
    return fields.table("repairs", columns, unique=["case"])


REPAIRS = Dataset(
    "repairs",
    "Cases of dissatisfied customers, who was called, and the outcome",
    "telecom/repairs.csv",
    GENERATED,
    contract=repairs,
    limit_mb=64,
    answers="golden time, whom to call first, authority, scripts, effects of a call",
)


@dataclass(frozen=True)
class DeskLog:
    """The log of a repair desk.

    Parameters
    ----------
    cases : DataFrame
        The dataset ``repairs`` with further columns: ``randomised`` (whether the call was
        randomised), ``log_value``, ``complained`` as a number.
    calls : DataFrame
        Cases that were called, with further columns: ``covered`` (share paid of the amount owed)
        and ``cured`` (whether the call repaired).
    notes : tuple of str
        How the file was read, in sentences.
    """

    cases: pd.DataFrame
    calls: pd.DataFrame
    notes: tuple[str, ...]


def desk_log(
    file: str | os.PathLike[str] = "",
    *,
    simulate: int = 0,
    confounding: float = 1.0,
    rng: np.random.Generator | None = None,
) -> DeskLog:
    """Return the repair desk's log.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's log if empty.
    simulate : int
        Cases to simulate from the operator's model instead of a file; 0 for none.
    confounding : float
        How strongly the desk chooses whom to call, in simulated cases.
    rng : numpy.random.Generator, optional
        Source of randomness, required to simulate.

    Returns
    -------
    DeskLog
        The log.

    Raises
    ------
    DataError
        If the file does not meet the contract.
    ValueError
        If cases are to be simulated without `rng`, or a number is out of range.

    Examples
    --------
    >>> log = desk_log()
    >>> len(log.calls) == log.cases["called"].sum()
    np.True_
    """
    checks.between("simulate", simulate, 0, whole=True)
    if simulate:
        if rng is None:
            raise checks.invalid_argument(
                "rng", rng, "a numpy.random.Generator when cases are simulated"
            )
        cases = simulate_repairs(simulate, rng, confounding=confounding)
        cases["opened"] = pd.to_datetime(cases["opened"], utc=True)
        notes: tuple[str, ...] = ("The cases are simulated from the model of the operator.",)
    else:
        reading = read_table(REPAIRS, file)
        if reading.problems:
            raise reading.error()
        cases, notes = reading.frame, tuple(reading.notes)
    cases = cases.assign(
        randomised=cases["assigned_by"] == "randomised",
        log_value=np.log(cases["value"].clip(lower=1).astype(float)),
        complained=cases["complained"].astype(float),
    )
    calls = cases[cases["called"]].dropna(subset=["hours_waited", "repaired", "compensation"])
    if incomplete := int(cases["called"].sum()) - len(calls):
        many = plural(incomplete, "call without", "calls without")
        left_out = "is left out" if incomplete == 1 else "are left out"
        notes = (*notes, f"{many} hours, payment or outcome {left_out}.")
    calls = calls.reset_index(drop=True)
    numbers = ["hours_waited", "cap", "compensation", "minutes", "owed"]
    calls[numbers] = calls[numbers].astype(float)
    share = covered(calls["compensation"], calls["owed"])
    return DeskLog(cases, calls.assign(covered=share, cured=calls["repaired"] == "yes"), notes)


def resets() -> pa.DataFrameSchema:
    """Return the contract of resets with a randomised call-back."""
    columns = {
        "reset": fields.text("Id of the reset"),
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "called_back": fields.yes_no("Whether the customer was called back half an hour later"),
        "repeat_calls": fields.whole(
            "Calls about the same problem within a week", pa.Check.ge(0), unit="calls"
        ),
    }
    return fields.table("resets", columns, unique=["reset"])


RESETS = Dataset(
    "resets",
    "Broadband resets, half of them randomised to a call-back",
    "telecom/resets.csv",
    GENERATED,
    contract=resets,
)


def recurrence() -> pa.DataFrameSchema:
    """Return the contract of repeat calls per day."""
    columns = {
        "day": fields.text(
            "The day, year-month-day", pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$"), date=True
        ),
        "repeat_calls": fields.number(
            "Repeat calls within a week", (0, 10_000), "calls per 100 resets"
        ),
        "rule": fields.yes_no("Whether every reset was called back as a rule"),
    }
    return fields.table("recurrence", columns, unique=["day"])


RECURRENCE = Dataset(
    "recurrence",
    "Repeat calls per 100 resets by day, before and after calling back became the rule",
    "telecom/recurrence.csv",
    GENERATED,
    contract=recurrence,
)
