"""The repair desk's log, resets and repeat calls: entries, contracts and reader."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.data.timestamps import DEFAULT_ZONE
from cemlib.studies.repair.authority import covered
from cemlib.studies.repair.effects import COVARIATES, estimate_effects
from cemlib.studies.repair.operator.repairs import simulate_repairs

RANDOMISABLE = ("script", "cap", "call-back")
UNKNOWN = "unknown"
_NEEDED = ("hours_waited", "repaired")
_MOST_PAYMENTS_MISSING = 0.2
MIN_RESETS, MIN_DAYS = 10, 14


def repairs() -> pa.DataFrameSchema:
    """Return the contract of cases that came to the repair desk.

    Columns about a call are missing where nobody called. Only the wait and the outcome of calls
    are required; each further column opens a further part of the study.
    """
    amount = (0, 1e9)
    columns = {
        "case": fields.text("The case"),
        "customer": fields.text(
            "The customer", nullable=True, refers_to=("customers", "customer")
        ),
        "problem": fields.text(
            "Code of the problem", nullable=True, refers_to=("problems", "problem"), group=True
        ),
        "type": fields.text("Type of customer, as noted by agents", nullable=True, group=True),
        "severity": fields.number("1 a nuisance … 5 unbearable", (1, 5), nullable=True),
        "value": fields.number("Margin at stake", amount, "currency", nullable=True),
        "complained": fields.yes_no("Whether the customer had complained before the call"),
        "opened": fields.moment("First contact of the case"),
        "assigned_by": fields.text(
            "How it was decided whether to call: randomised, or chosen by the desk",
            pa.Check.isin(("randomised", "desk")),
        ),
        "called": fields.yes_no("Whether the customer was called within two weeks"),
        "before": fields.number(
            "Score that brought the case to the desk", (0, 100), "points", nullable=True
        ),
        "after": fields.number("Score two weeks later", (0, 100), "points", nullable=True),
        "complaint_later": fields.yes_no("Whether a complaint followed within a month"),
        "owed": fields.positive("Amount owed to the customer by the tariff's rules", "currency"),
        "hours_waited": fields.number(
            "Wait from first contact to call", (0, 10_000), "hours", nullable=True
        ),
        "team": fields.text("Team that called", nullable=True, group=True),
        "script": fields.text("Script of the call", nullable=True, group=True),
        "cap": fields.number("Highest payment allowed", amount, "currency", nullable=True),
        "compensation": fields.number("Payment", amount, "currency", nullable=True),
        "minutes": fields.number("Handling time", (0, 1000), "minutes", nullable=True),
        "repaired": fields.text(
            "Whether the call repaired", pa.Check.isin(("yes", "no")), nullable=True
        ),
    }  # fmt: skip
    columns["owed"].nullable = True
    for name, column in columns.items():
        column.required = name in _NEEDED
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
        The dataset ``repairs`` with further columns: ``called``, ``randomised`` (whether the call
        was randomised), and, as far as the file allows, ``log_value`` and ``complained`` as a
        number.
    calls : DataFrame
        Cases that were called, with further columns: ``cured`` (whether the call repaired) and,
        as far as the file allows, ``covered`` (share paid of the amount owed).
    notes : tuple of str
        How the file was read, in sentences.
    left_out : str
        Which calls are not used, and why; empty if all are.
    randomised : frozenset of str
        What was randomised: ``"script"``, ``"cap"``.
    zone : str
        Time zone of the desk.
    """

    cases: pd.DataFrame
    calls: pd.DataFrame
    notes: tuple[str, ...]
    left_out: str = ""
    randomised: frozenset[str] = frozenset()
    zone: str = DEFAULT_ZONE

    @property
    def rows(self) -> int:
        """Rows read."""
        return len(self.cases)

    @property
    def has_trial(self) -> bool:
        """Whether some calls were randomised against a wait list."""
        return bool(self.cases["randomised"].any())

    @property
    def fitted_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns that initial probability, half-life and shape can depend on: they vary."""
        initial = ("problem", "type", "team", "covered")
        vary = [name for name in initial if name in self.calls and self.calls[name].nunique() > 1]
        half = tuple(name for name in ("problem", "type") if name in vary)
        return {"initial": tuple(vary), "half": half, "steep": half[:1]}

    @property
    def arrivals(self) -> pd.DataFrame:
        """Calls that the simulation of the desk draws from."""
        return self.complete("opened", "severity", "value")

    @property
    def covariates(self) -> list[str]:
        """Columns known before the call, to adjust for: those that vary."""
        names = [name for name in COVARIATES if name in self.cases]
        return [name for name in names if self.cases[name].nunique() > 1]

    def complete(self, *columns: str) -> pd.DataFrame:
        """Return the calls of which all these columns are known."""
        return self.calls.dropna(subset=list(columns)).reset_index(drop=True)


def desk_log(
    file: str | os.PathLike[str] = "",
    *,
    simulate: int = 0,
    confounding: float = 1.0,
    rng: np.random.Generator | None = None,
    randomised: str = "",
    zone: str = "",
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
    randomised : str
        What a file's log randomised: ``"script"``, ``"cap"`` or ``"script, cap"``; in the
        operator's log, both were.
    zone : str
        Time zone of times without one, and of the desk.

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
    what = declared_random(randomised) if str(file) else frozenset(RANDOMISABLE[:2])
    if simulate and not str(file):
        if rng is None:
            raise checks.invalid_argument(
                "rng", rng, "a numpy.random.Generator when cases are simulated"
            )
        cases = simulate_repairs(simulate, rng, confounding=confounding)
        cases["opened"] = pd.to_datetime(cases["opened"], utc=True)
        notes = ["The cases are simulated from the model of the operator."]
    else:
        reading = read_table(REPAIRS, file, zone=zone)
        if reading.problems:
            raise reading.error()
        cases, notes = reading.frame, list(reading.notes)
        zone = zone or reading.mapping.zone or getattr(file, "zone", "")
        if simulate:
            notes.append("The parameter simulate is not used: the log is your own.")
    cases = _with_design(cases)
    known = ["hours_waited", "repaired"]
    if _pays(cases, notes):
        known.append("compensation")
    calls = cases[cases["called"]].dropna(subset=known)
    left_out = ""
    if incomplete := int(cases["called"].sum()) - len(calls):
        many = plural(incomplete, "call without", "calls without")
        left = "is left out" if incomplete == 1 else "are left out"
        left_out = f"{many} hours, payment or outcome"
        notes.append(f"{left_out} {left}.")
    calls = calls.reset_index(drop=True)
    for name in ("hours_waited", "cap", "compensation", "minutes", "owed"):
        if name in calls:
            calls[name] = calls[name].astype(float)
    for name in {"problem", "type", "team"} & set(calls):
        calls[name] = calls[name].astype(object).where(calls[name].notna(), UNKNOWN)
    if "compensation" in known and "owed" in calls and calls["owed"].notna().all():
        calls["covered"] = covered(calls["compensation"], calls["owed"])
    calls["cured"] = calls["repaired"] == "yes"
    return DeskLog(cases, calls, tuple(notes), left_out, what, zone or DEFAULT_ZONE)


def simulated_effects(
    strengths: Iterable[float], seed: int, rng: np.random.Generator
) -> dict[float, pd.DataFrame]:
    """Estimate the effect of a call at simulated desks that choose more or less strongly.

    Parameters
    ----------
    strengths : iterable of float
        How strongly the desk chooses whom to call.
    seed : int
        Seed of the cases, the same for every desk.
    rng : numpy.random.Generator
        Source of randomness for the folds.

    Returns
    -------
    dict of float to DataFrame
        From `cemlib.studies.repair.effects.estimate_effects`.

    Examples
    --------
    >>> list(simulated_effects([0.0], 7, np.random.default_rng(1)))
    [0.0]
    """
    effects = {}
    for strength in strengths:
        drawn = np.random.default_rng(seed)
        cases = desk_log(simulate=4000, confounding=strength, rng=drawn).cases
        effects[strength] = estimate_effects(cases, rng)
    return effects


def declared_random(text: str) -> frozenset[str]:
    """Return what a user declares as randomised, of `RANDOMISABLE`.

    Raises
    ------
    ValueError
        If there is another word.

    Examples
    --------
    >>> sorted(declared_random("script, cap"))
    ['cap', 'script']
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        checks.one_of("randomised", word, RANDOMISABLE)
    return frozenset(words)


def _with_design(cases: pd.DataFrame) -> pd.DataFrame:
    """Add who was called and whether that was randomised, and covariates as numbers."""
    called = cases["called"] if "called" in cases else cases["hours_waited"].notna()
    drawn = cases["assigned_by"] == "randomised" if "assigned_by" in cases else False
    cases = cases.assign(called=called.astype(bool), randomised=drawn)
    if "value" in cases:
        cases["log_value"] = np.log(cases["value"].clip(lower=1).astype(float))
    if "complained" in cases:
        cases["complained"] = cases["complained"].astype(float)
    return cases


def _pays(cases: pd.DataFrame, notes: list[str]) -> bool:
    """Return whether the payment of nearly every call is known, so that it can be used."""
    if "compensation" not in cases or "owed" not in cases:
        return False
    gone = cases.loc[cases["called"], ["compensation", "owed"]].isna().any(axis=1)
    if gone.any() and gone.mean() > _MOST_PAYMENTS_MISSING:
        calls = plural(int(gone.sum()), "call has", "calls have")
        notes.append(f"{calls} no payment or no amount owed, so payments are not analysed.")
        return False
    return True


def resets() -> pa.DataFrameSchema:
    """Return the contract of resets, some of which were called back."""
    columns = {
        "reset": fields.text("Id of the reset"),
        "customer": fields.text("The customer", refers_to=("customers", "customer")),
        "called_back": fields.yes_no("Whether the customer was called back half an hour later"),
        "repeat_calls": fields.whole(
            "Calls about the same problem within a week", pa.Check.ge(0), unit="calls"
        ),
    }
    return fields.table("resets", columns, unique=["reset"])


def read_resets(file: str | os.PathLike[str] = "") -> Reading:
    """Read resets; it is a problem if none or all were called back."""
    reading = read_table(RESETS, file)
    if not reading.problems:
        called = reading.frame["called_back"]
        if min(called.sum(), (~called).sum()) < MIN_RESETS:
            column = reading.source_column("called_back")
            what = f"has fewer than {MIN_RESETS} resets with, or without, a call-back"
            fix = "add resets of both kinds"
            reading.problems.append(Problem(0, column, "", what, fix))
    return reading


RESETS = Dataset(
    "resets",
    "Resets, who was called back, and repeat calls",
    "telecom/resets.csv",
    GENERATED,
    contract=resets,
    read=read_resets,
    answers="repeat calls that a call-back avoids, and its break-even",
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


def read_recurrence(file: str | os.PathLike[str] = "") -> Reading:
    """Read repeat calls by day, in order; it is a problem if a side of the rule is too short."""
    reading = read_table(RECURRENCE, file)
    if reading.problems:
        return reading
    daily = reading.frame.sort_values("day", kind="stable", ignore_index=True)
    reading.frame = daily
    rule = daily["rule"]
    before = int(rule.to_numpy().argmax()) if rule.any() else len(rule)
    if min(before, len(rule) - before) < MIN_DAYS:
        what = f"has fewer than {MIN_DAYS} days before the rule, or since it"
        reading.problems.append(Problem(0, "", "", what, "add days on both sides"))
    elif not rule[before:].all():
        what = "says that the rule ended again"
        fix = "leave out the days after it ended"
        reading.problems.append(Problem(0, reading.source_column("rule"), "", what, fix))
    return reading


RECURRENCE = Dataset(
    "recurrence",
    "Repeat calls per 100 resets by day, before and after calling back became the rule",
    "telecom/recurrence.csv",
    GENERATED,
    contract=recurrence,
    read=read_recurrence,
    answers="repeat calls before and after a rule",
)
