"""The repair desk's log, ready for its study: from a file, or drawn anew."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.studies.repair.datasets import contracts
from cemlib.studies.repair.operator.repairs import simulate_repairs

COVARIATES = ("before", "severity", "log_value", "complained")


@dataclass(frozen=True)
class DeskLog:
    """What the repair desk did.

    Parameters
    ----------
    cases : DataFrame
        The dataset ``repairs``, and besides: ``by_lot`` (whether a lot decided on the call),
        ``log_value``, ``complained`` as a number.
    calls : DataFrame
        Those that were called, and besides: ``covered`` (share paid of what is owed) and
        ``cured`` (whether the call repaired).
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
        A CSV file or workbook; the operator's if empty.
    simulate : int
        Cases to draw from the operator's model in place of a file; 0 for none.
    confounding : float
        How strongly the desk chooses whom to call, in cases that are drawn.
    rng : numpy.random.Generator, optional
        Source of randomness, needed to draw.

    Returns
    -------
    DeskLog
        The log.

    Raises
    ------
    DataError
        If the file does not hold what the contract asks for.
    ValueError
        If cases are to be drawn without `rng`, or a number is out of range.

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
                "rng", rng, "a numpy.random.Generator where cases are drawn"
            )
        cases = simulate_repairs(simulate, rng, confounding=confounding)
        cases["opened"] = pd.to_datetime(cases["opened"], utc=True)
        notes: tuple[str, ...] = ("The cases are drawn from the model of the operator.",)
    else:
        reading = read_table(REPAIRS, file)
        if reading.problems:
            raise reading.error()
        cases, notes = reading.frame, tuple(reading.notes)
    cases = cases.assign(
        by_lot=cases["assigned_by"] == "lot",
        log_value=np.log(cases["value"].clip(lower=1).astype(float)),
        complained=cases["complained"].astype(float),
    )
    calls = cases[cases["called"]].dropna(subset=["hours_waited", "repaired", "compensation"])
    if left := int(cases["called"].sum()) - len(calls):
        notes = (*notes, f"{left} calls without hours, payment or outcome are left out.")
    calls = calls.reset_index(drop=True)
    numbers = ["hours_waited", "cap", "compensation", "minutes", "owed"]
    calls[numbers] = calls[numbers].astype(float)
    share = np.minimum(calls["compensation"] / calls["owed"], 1.0)
    return DeskLog(cases, calls.assign(covered=share, cured=calls["repaired"] == "yes"), notes)


REPAIRS = Dataset(
    "repairs",
    "Dissatisfied customers' cases, who was called, and what came of it",
    "telecom/repairs.csv",
    GENERATED,
    contract=contracts.repairs,
    limit_mb=64,
)
