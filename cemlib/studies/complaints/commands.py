"""``cem answers``: list the open complaints of a log, with recommended answers where it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.data.company import Company, Source, read_company
from cemlib.exits import csv_text
from cemlib.formats import Locale, join_words, money, percent, plural, use_locale
from cemlib.home import operator_file
from cemlib.report.errors import CannotWriteError, RequestError
from cemlib.report.files import refuse_foreign, write
from cemlib.studies.complaints.answers import REFUSAL, SILENCE, menu, selected_answers
from cemlib.studies.complaints.bargain import NO_AGREEMENT, RULE_NAMES, Rule
from cemlib.studies.complaints.datasets.complaints import COMPLAINTS, Complaints, load_complaints
from cemlib.studies.complaints.gains import (
    ASSUMED_WITH,
    ASSUMPTIONS,
    Gains,
    Stakes,
    capped_share,
    recommend,
)
from cemlib.studies.complaints.response import fit_response
from cemlib.studies.complaints.retention import monthly_discount

LISTED = (
    "complaint", "received", "failure", "age_hours", "promised_hours", "due", "next_step",
)  # fmt: skip
ANSWER = (
    "loss", "apology", "explanation", "temporary_fix", "compensation", "answer_within_hours",
    "customer_gain", "company_gain", "reason",
)  # fmt: skip
COLUMNS = (*LISTED, *ANSWER)
_OPTIONS = {"authority_cap": "--authority", "margin": "--margin", "outside_share": "--outside",
            "regulator_cost": "--regulator"}  # fmt: skip
_LIFETIME = "lifetime_months"
_YEARLY_DISCOUNT = 0.1
_NOT_KNOWN = "No recommendation: loss or fee of this complaint is not known."


def write_answers(
    source: Path,
    target: Path,
    *,
    company: Path | None = None,
    promise_hours: float | None = None,
    weight: float = 0.5,
    patience: float = 1.0,
    rule: Rule = "nash",
    **given: float | None,
) -> str:
    """List the open complaints of a log, with a recommended answer where the log allows one.

    Parameters
    ----------
    source : Path
        The log: responses are estimated from answered complaints; open ones get an answer.
    target : Path
        A CSV file, replaced in one step; safe to open in a spreadsheet.
    company : Path, optional
        The file that describes the company, with its assumptions; the operator's for its own log.
    promise_hours : float, optional
        Hours promised where the log does not say; by default the company's.
    weight, rule
        As for `recommendations`.
    patience : float
        At 2, customers tolerate twice the wait.
    **given
        Assumptions by name of the workbook's parameters; those that are None are the company's.

    Returns
    -------
    str
        A sentence on what was written.

    Raises
    ------
    RequestError
        If the log cannot be used, an assumption is missing, or a number is out of its range.
    CannotWriteError
        If the file cannot be written.
    """
    if source.exists() and target.exists() and source.samefile(target):
        raise RequestError(f"{target} is the log itself; name another file with -o")
    if target.is_dir():
        raise RequestError(f"{target} is a folder; name a file with -o")
    refuse_foreign(target, LISTED)
    try:
        described = _company(source, company)
        use_locale(described.locale)
        complaints = load_complaints(_file(source, described), minimum=0)
        held = {**described.assumptions, **{k: v for k, v in given.items() if v is not None}}
        promised = held.get("promise_hours") if promise_hours is None else promise_hours
        frame = waiting(complaints, promised)
        lacks = complaints.lacks("bargain")
        if not lacks:
            frame = frame.join(_answers(complaints, held, weight, patience, rule))
    except ValueError as error:
        raise RequestError(*str(error).splitlines()) from error
    try:
        write(target, "\ufeff" + csv_text(frame))
    except OSError as error:
        raise CannotWriteError(f"{target} cannot be written: {error.strerror}") from error
    written = plural(len(frame), "open complaint")
    if lacks:
        return (
            f"{written} at {complaints.last:%Y-%m-%d %H:%M}, the last time in the log; no answer "
            f"is recommended, because that needs {join_words(lacks)}"
        )
    answered = plural(len(complaints.log), "answered complaint")
    return f"answers to {written}, estimated from {answered}; the handler decides"


def waiting(complaints: Complaints, promised: float | None = None) -> pd.DataFrame:
    """List the open complaints: age, promise, what is due next.

    Parameters
    ----------
    complaints : Complaints
        From `cemlib.studies.complaints.datasets.complaints.load_complaints`.
    promised : float, optional
        Hours promised to all, if the log has no column of promises.

    Returns
    -------
    DataFrame
        One row per open complaint, in the columns `LISTED`. The age is that at the last time in
        the log; the next step is the first recorded one that is not yet dated.

    Examples
    --------
    >>> table = waiting(load_complaints())
    >>> bool((table["age_hours"] >= 0).all())
    True
    """
    rows = complaints.open
    if promised is not None:
        checks.between("promise_hours", promised, 0)
    standard = pd.Series(np.nan if promised is None else promised, rows.index, dtype=float)
    hours = rows.get("promised_hours", standard)
    due = rows["received"] + pd.to_timedelta(hours, unit="h")
    columns = list(complaints.steps.values()) or ["answered"]
    names = {column: step for step, column in complaints.steps.items()} or {"answered": "response"}
    dated = rows.reindex(columns=columns).notna().to_numpy()
    last = np.where(dated.any(axis=1), len(columns) - 1 - dated[:, ::-1].argmax(axis=1), -1)
    age = (complaints.last - rows["received"]).dt.total_seconds() / 3600
    return pd.DataFrame(
        {
            "complaint": rows["complaint"],
            "received": rows["received"].dt.strftime("%Y-%m-%d %H:%M"),
            "failure": rows["failure"],
            "age_hours": age.round(1),
            "promised_hours": hours,
            "due": due.dt.strftime("%Y-%m-%d %H:%M"),
            "next_step": [names[columns[min(at + 1, len(columns) - 1)]] for at in last],
        },
        columns=list(LISTED),
    )


def _company(source: Path, company: Path | None) -> Company:
    """Return the company of a log: the one described, the operator for its own log, or nobody."""
    if company is not None:
        return read_company(company)
    if source.exists() and source.samefile(COMPLAINTS.path):
        return read_company(operator_file())
    return Company("", Locale("", ""))


def _file(source: Path, company: Company) -> Path | Source:
    """Return the log, read as the company's file says if it names this one."""
    named = company.sources.get(COMPLAINTS.name)
    same = named and named.path.exists() and source.exists() and named.path.samefile(source)
    return named if named and same else source


def _answers(
    complaints: Complaints, held: Mapping[str, Any], weight: float, patience: float, rule: Rule
) -> pd.DataFrame:
    """Return the recommended answer to each open complaint, in the rows of the open ones."""
    unused = {name for name, column in ASSUMED_WITH.items() if not complaints.has(column)}
    lifetime = [_LIFETIME] if held.get(_LIFETIME) is not None else ["monthly_retention"]
    needed = [name for name in ("authority_cap", *ASSUMPTIONS, *lifetime) if name not in unused]
    if absent := [name for name in needed if held.get(name) is None]:
        options = [_OPTIONS[name] for name in absent if name in _OPTIONS]
        options += ["--months"] if "monthly_retention" in absent else []
        raise ValueError(
            "a recommended answer rests on assumptions that only you can make: "
            f"{join_words(absent)}; enter them under assumptions: in the company's file "
            "(--company FILE)" + (f", or give {join_words(options)}" if options else "")
        )
    discount = monthly_discount(_YEARLY_DISCOUNT)
    stakes = Stakes.assumed({"monthly_retention": 0.0, **held}, discount, patience)
    if _LIFETIME in lifetime:
        stakes = replace(stakes, multiple=float(held[_LIFETIME]))
    frame = recommendations(
        complaints, authority=float(held["authority_cap"]), weight=weight, rule=rule, stakes=stakes
    )
    frame = frame.set_index("complaint").reindex(complaints.open["complaint"]).reset_index()
    frame["reason"] = frame["reason"].fillna(_NOT_KNOWN)
    return frame[list(ANSWER)]


def recommendations(
    complaints: Complaints,
    *,
    authority: float = np.inf,
    weight: float = 0.5,
    rule: Rule = "nash",
    stakes: Stakes | None = None,
) -> pd.DataFrame:
    """Recommend an answer to each open complaint.

    Parameters
    ----------
    complaints : Complaints
        From `cemlib.studies.complaints.datasets.complaints.load_complaints`.
    authority : float
        Largest compensation that the handler may promise, money.
    weight : float
        The customer's weight in the bargain, between 0 and 1.
    rule : {"nash", "kalai-smorodinsky", "egalitarian", "utilitarian"}
        Rule for splitting the gain.
    stakes : Stakes, optional
        Values and costs on both sides.

    Returns
    -------
    DataFrame
        One row per open complaint with known loss and fee: complaint and the columns `ANSWER`;
        gains over silence in money.

    Raises
    ------
    ValueError
        If responses cannot be estimated from the answered complaints.

    Examples
    --------
    >>> table = recommendations(load_complaints(), authority=80)
    >>> bool((table["compensation"] <= 80).all())
    True
    """
    response = fit_response(complaints.log, np.ones((1, len(complaints.log))))
    known = complaints.open.dropna(subset=["loss", "fee"]).reset_index(drop=True)
    if known.empty:
        return pd.DataFrame(columns=["complaint", *ANSWER])
    answers = menu()
    gains = Gains(response, stakes or Stakes(), known)
    index = recommend(gains, answers, rule, weight=weight, authority=authority)
    unlimited = recommend(gains, answers, rule, weight=weight)
    chosen = selected_answers(answers, index, REFUSAL)
    # Whole units of money, never above the authority; the gains are those of the rounded payment.
    share = capped_share(chosen["share"], gains.loss, authority)
    paid = np.floor(share * gains.loss + 1e-9)
    chosen["share"] = np.divide(paid, gains.loss, out=np.zeros(len(paid)), where=gains.loss > 0)
    outcome = gains.evaluate(chosen)
    silent = gains.evaluate(pd.concat([SILENCE] * len(paid), ignore_index=True))
    full = np.floor(answers["share"].to_numpy()[np.maximum(unlimited, 0)] * gains.loss + 1e-9)
    rows = zip(index, paid, full, silent["stayed"], outcome["stayed"], strict=True)
    marks = {name: chosen[name].map({1.0: "yes", 0.0: "no"}) for name in answers.columns[:3]}
    return pd.DataFrame(
        {
            "complaint": known["complaint"],
            "loss": known["loss"],
            **marks,
            "compensation": paid,
            "answer_within_hours": chosen["hours"],
            "customer_gain": outcome["customer"].round(1) + 0.0,  # no −0
            "company_gain": outcome["company"].round(1) + 0.0,
            "reason": [_reason(*row, rule=rule, authority=authority) for row in rows],
        }
    )


def _reason(
    index: int, paid: float, full: float, before: float, after: float, *, rule: Rule,
    authority: float,
) -> str:  # fmt: skip
    if index == NO_AGREEMENT:
        return (
            "No answer within authority leaves both sides better off than no agreement: explain, "
            "pay nothing, and let a person decide."
        )
    name = RULE_NAMES[rule].replace(" ", "-")
    sentence = (
        f"Best answer by the {name} rule: the probability of staying rises from "
        f"{percent(before)} without an answer to {percent(after)} (estimate)"
    )
    if full > paid:
        sentence += (
            f"; without the limit of {money(authority)} the rule would pay {money(full)}, so "
            "consider asking for approval"
        )
    return sentence + "."
