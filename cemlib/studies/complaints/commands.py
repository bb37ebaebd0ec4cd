"""``cem answers``: read a log of complaints, write a recommended answer to each open one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cemlib.exits import csv_text
from cemlib.report.errors import CannotWriteError, RequestError
from cemlib.report.files import refuse_foreign, write
from cemlib.studies.complaints.answers import REFUSAL, SILENCE, menu, selected_answers
from cemlib.studies.complaints.bargain import NO_AGREEMENT, Rule
from cemlib.studies.complaints.datasets.complaints import Complaints, load_complaints
from cemlib.studies.complaints.gains import Gains, Stakes, capped_share, recommend
from cemlib.studies.complaints.response import fit_response
from cemlib.teach.sentences import number, percent, plural

COLUMNS = (
    "complaint", "received", "failure", "loss", "apology", "explanation", "temporary_fix",
    "compensation", "answer_within_hours", "customer_gain", "company_gain", "reason",
)  # fmt: skip


def write_answers(
    source: Path,
    target: Path,
    *,
    authority: float = 100.0,
    weight: float = 0.5,
    patience: float = 1.0,
    rule: Rule = "nash",
    **stakes: float,
) -> str:
    """Write a recommended answer to each open complaint of a log.

    Parameters
    ----------
    source : Path
        The log: responses are estimated from answered complaints; open ones get an answer.
    target : Path
        A CSV file, replaced in one step; safe to open in a spreadsheet.
    authority, weight, rule
        As for `recommendations`.
    patience : float
        At 2, customers tolerate twice the wait.
    **stakes
        Fields of `cemlib.studies.complaints.gains.Stakes`: margin, multiple, regulator, outside …

    Returns
    -------
    str
        A sentence on what was written.

    Raises
    ------
    RequestError
        If the log cannot be used, or a number is out of its range.
    CannotWriteError
        If the file cannot be written.
    """
    if source.exists() and target.exists() and source.samefile(target):
        raise RequestError(f"{target} is the log itself; name another file with -o")
    if target.is_dir():
        raise RequestError(f"{target} is a folder; name a file with -o")
    refuse_foreign(target, COLUMNS)
    try:
        complaints = load_complaints(source)
        frame = recommendations(
            complaints,
            authority=authority,
            weight=weight,
            rule=rule,
            stakes=Stakes(patience=patience, **stakes),
        )
    except ValueError as error:
        raise RequestError(*str(error).splitlines()) from error
    try:
        write(target, "\ufeff" + csv_text(frame))
    except OSError as error:
        raise CannotWriteError(f"{target} cannot be written: {error.strerror}") from error
    written = plural(len(frame), "open complaint")
    answered = plural(len(complaints.log), "answered complaint")
    return f"answers to {written}, estimated from {answered}; the handler decides"


def recommendations(
    complaints: Complaints,
    *,
    authority: float = 100.0,
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
        One row per open complaint, in the columns `COLUMNS`; gains over silence in money.

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
    waiting = complaints.open
    if waiting.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    answers = menu()
    gains = Gains(response, stakes or Stakes(), waiting)
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
            "complaint": waiting["complaint"],
            "received": waiting["received"].dt.strftime("%Y-%m-%d %H:%M"),
            "failure": waiting["failure"],
            "loss": waiting["loss"],
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
    names = {"nash": "Nash", "kalai-smorodinsky": "Kalai–Smorodinsky", "egalitarian": "equal-gains",
             "utilitarian": "largest-sum"}  # fmt: skip
    sentence = (
        f"Best answer by the {names[rule]} rule: the probability of staying rises from "
        f"{percent(before)} without an answer to {percent(after)} (estimate)"
    )
    if full > paid:
        sentence += (
            f"; without the limit of {number(authority, 0)} yuan the rule would pay "
            f"{number(full, 0)} yuan, so consider asking for approval"
        )
    return sentence + "."
