"""What each section of workbook 06 needs of a log of complaints, and whether the log has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.formats import join_words
from cemlib.studies.complaints.equivalence import JUDGEMENTS
from cemlib.studies.complaints.gains import STAKES
from cemlib.studies.complaints.justice import OUTCOMES, estimable
from cemlib.studies.complaints.policies import last_year
from cemlib.studies.complaints.response import obstacle

_ANSWER = ("apology", "explanation", "temporary_fix", "compensation", "loss")
# Columns that a complaint must have to be used; in a further column, unknown values are left out.
ROWS = {
    "worth": _ANSWER,
    "bargain": (*_ANSWER, "fee"),
    "policies": (*_ANSWER, "fee"),
    "retention": ("handling", "stayed"),
    "tariff": ("fee",),
    "justice": ("handling",),
    "recovery": ("handling",),
    "cause": (),
}
# Workbook parameters that a section rests on.
ASSUMED = {
    "tariff": ("margin", "monthly_retention"),
    "bargain": STAKES,
    "policies": (*STAKES, "authority_cap", "flat_amount"),
    "cause": ("removed_failure", "removed_day", "customers"),
}
ASSUMPTIONS = tuple(dict.fromkeys(name for names in ASSUMED.values() for name in names))
TITLES = {
    "worth": "worth of answers",
    "bargain": "bargain",
    "policies": "policies",
    "retention": "customers who stay",
    "tariff": "lifetime value",
    "justice": "kinds of justice",
    "recovery": "recovery",
    "cause": "removal of a cause",
}
_FURTHER = {"worth": ("handling",), "bargain": ("handling", "stayed")}
_FURTHER["policies"] = _FURTHER["bargain"]
_VARYING = {
    "worth": ("handling", *_ANSWER[:-1], "stayed"),
    "bargain": ("handling", *_ANSWER[:-1], "stayed"),
    "policies": ("handling", *_ANSWER[:-1], "stayed"),
    "retention": ("stayed",),
    "justice": ("handling",),
}
_MINIMUM = {"tariff": 1, "cause": 1, "recovery": 3}
_MINIMUM_ELSEWHERE = 50
_RECENT = 20  # complaints whose policies are compared


def complete(log: pd.DataFrame, section: str) -> pd.DataFrame:
    """Return the complaints with a value in all columns that a section needs, with their index.

    Examples
    --------
    >>> len(complete(pd.DataFrame({"fee": [99.0, None]}), "tariff"))
    1
    """
    checks.one_of("section", section, tuple(ROWS))
    return log.dropna(subset=list(ROWS[section]))


def lacks(
    log: pd.DataFrame, section: str, justice: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...]:
    """Return what a section needs and a log of answered complaints does not have.

    Parameters
    ----------
    log : DataFrame
        Answered complaints.
    section : str
        One of `ROWS`.
    justice : mapping of str to sequence of str, optional
        Kind of justice → its items, if the log asks about all three kinds.

    Returns
    -------
    tuple of str
        Each completes the sentence "This section needs …"; empty if nothing is missing.

    Examples
    --------
    >>> lacks(pd.DataFrame({"handling": [5.0, 6.0]}), "retention")
    ('the column stayed',)
    >>> lacks(pd.DataFrame({"handling": [5.0, 6.0], "stayed": 1.0}), "retention")[0]
    'different values of stayed, which is the same for all complaints'
    """
    checks.one_of("section", section, tuple(ROWS))
    needed = dict.fromkeys((*ROWS[section], *_FURTHER.get(section, ())))
    absent = [name for name in needed if name not in log]
    missing = [f"the column{'s' * (len(absent) > 1)} {join_words(absent)}"] if absent else []
    missing += _pairs(log, section, justice or {})
    if missing:
        return tuple(missing)
    varying = [name for name in _VARYING.get(section, ()) if name in log]
    constant = [name for name in varying if log[name].nunique() < 2]
    if constant:
        same = "which is the same" if len(constant) == 1 else "each of which is the same"
        missing.append(f"different values of {join_words(constant)}, {same} for all complaints")
        return tuple(missing)
    rows = int(log[list(needed)].notna().all(axis=1).sum())
    minimum = _MINIMUM.get(section, _MINIMUM_ELSEWHERE)
    if rows < minimum:
        return (f"at least {minimum} complaints with {join_words(needed)}; the log has {rows}",)
    if section not in ("worth", "bargain", "policies"):
        return ()
    usable = complete(log, section).reset_index(drop=True)
    if reason := obstacle(usable):
        return (reason,)
    recent = len(last_year(usable))
    if section == "policies" and recent < _RECENT:
        return (f"at least {_RECENT} such complaints of the last 365 days; the log has {recent}",)
    return ()


def _pairs(log: pd.DataFrame, section: str, justice: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what the sections on judgements need in addition."""
    if section == "justice" and not estimable(log, justice):
        items = ["items on each of the three kinds of justice (such as distributive_1)"]
        either = f"{join_words(OUTCOMES.values(), 'or')} (varying, in at least 50 complaints)"
        return ([] if justice else items) + [either]
    if section == "recovery":
        both = [pair for pair in JUDGEMENTS.values() if set(pair) <= set(log)]
        gaps = [(log[after] - log[before]).dropna() for before, after in both]
        if not any(len(gap) > 2 and np.ptp(gap) > 0 for gap in gaps):
            pairs = (join_words(pair) for pair in JUDGEMENTS.values())
            return [f"the columns {join_words(pairs, 'or')}, with differences between them"]
    return []
