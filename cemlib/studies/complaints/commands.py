"""What ``cem answers`` does: a log of complaints in, a recommended answer to each open one out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cemlib.exits import csv_text
from cemlib.report.errors import CannotWriteError, RequestError
from cemlib.report.files import refuse_foreign, write
from cemlib.stats.response import fit_response
from cemlib.studies.complaints.answers import (
    REFUSAL,
    SILENCE,
    Gains,
    Stakes,
    capped,
    menu,
    picked,
    recommend,
)
from cemlib.studies.complaints.bargain import NO_AGREEMENT, Rule
from cemlib.studies.complaints.datasets.complaints import Complaints, load_complaints
from cemlib.teach.sentences import number, percent

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
        The log: answered complaints teach what answers do, open ones are answered.
    target : Path
        A CSV file, replaced at once; safe to open in a spreadsheet.
    authority, weight, rule
        As for `recommendations`.
    patience : float
        How much longer than in the log a wait may be for the same annoyance.
    **stakes
        Fields of `cemlib.studies.complaints.answers.Stakes`: margin, multiple, regulator, outside …

    Returns
    -------
    str
        What was written, in a sentence.

    Raises
    ------
    RequestError
        If the log cannot be used, or a number makes no sense.
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
    rows = "1 open complaint" if len(frame) == 1 else f"{len(frame)} open complaints"
    return f"{rows}, learned from {len(complaints.log)} answered ones; the handler decides"


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
        Largest compensation that the handler may promise, yuan.
    weight : float
        The customer's weight in the bargain, inside 0 to 1.
    rule : {"nash", "kalai-smorodinsky", "egalitarian", "utilitarian"}
        How the gain is split.
    stakes : Stakes, optional
        What is at stake.

    Returns
    -------
    DataFrame
        A row an open complaint, in the columns `COLUMNS`; gains in yuan over silence.

    Raises
    ------
    ValueError
        If nothing can be learned from the answered complaints.

    Examples
    --------
    >>> found = recommendations(load_complaints(), authority=80)
    >>> bool((found["compensation"] <= 80).all())
    True
    """
    response = fit_response(complaints.log, np.ones((1, len(complaints.log))))
    waiting = complaints.open
    if waiting.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    answers = menu()
    gains = Gains(response, stakes or Stakes(), waiting)
    place = recommend(gains, answers, rule, weight=weight, authority=authority)
    free = recommend(gains, answers, rule, weight=weight)
    chosen = picked(answers, place, REFUSAL)
    # Whole yuan, never above the authority; the gains are those of what is paid.
    share = capped(chosen["share"], gains.loss, authority)
    paid = np.floor(share * gains.loss + 1e-9)
    chosen["share"] = np.divide(paid, gains.loss, out=np.zeros(len(paid)), where=gains.loss > 0)
    each = gains.each(chosen)
    silent = gains.each(pd.concat([SILENCE] * len(paid), ignore_index=True))
    wanted = np.floor(answers["share"].to_numpy()[np.maximum(free, 0)] * gains.loss + 1e-9)
    rows = zip(place, paid, wanted, silent["stayed"], each["stayed"], strict=True)
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
            "customer_gain": each["customer"].round(1) + 0.0,  # no −0
            "company_gain": each["company"].round(1) + 0.0,
            "reason": [_reason(*row, rule=rule, authority=authority) for row in rows],
        }
    )


def _reason(
    place: int, paid: float, wanted: float, before: float, after: float, *, rule: Rule,
    authority: float,
) -> str:  # fmt: skip
    if place == NO_AGREEMENT:
        return (
            "No answer within authority leaves both sides better off than none: explain, pay "
            "nothing, and let a person decide."
        )
    names = {"nash": "Nash", "kalai-smorodinsky": "Kalai–Smorodinsky", "egalitarian": "equal-gains",
             "utilitarian": "largest-sum"}  # fmt: skip
    words = (
        f"By the {names[rule]} rule the best for both: the chance of staying should rise from "
        f"{percent(before)} without an answer to {percent(after)}"
    )
    if wanted > paid:
        words += (
            f"; without the limit of {number(authority, 0)} yuan the rule would pay "
            f"{number(wanted, 0)}, so pass it on if the case is worth it"
        )
    return words + "."
