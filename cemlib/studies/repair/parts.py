"""Which parts of the study of a repair desk its log can answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cemlib import checks
from cemlib.data.company import read_company
from cemlib.data.dataset import find
from cemlib.formats import join_words
from cemlib.home import operator_file
from cemlib.studies.repair.desk import Desk
from cemlib.studies.repair.golden_time import MIN_CASES, fit_golden_time
from cemlib.studies.repair.scripts import MIN_CALLS
from cemlib.teach.markdown import Markdown, markdown
from cemlib.teach.sentences import prose

if TYPE_CHECKING:
    from cemlib.sources import Section
    from cemlib.studies.repair.datasets import DeskLog

NEEDS = {
    "golden time": ("hours_waited", "repaired"),
    "desk": ("opened", "minutes", "severity", "value"),
    "authority": ("compensation", "owed", "team", "value"),
    "scripts": ("script", "type"),
    "effects": ("before", "after"),
    "call list": ("customer", "problem", "type", "value", "owed"),
}
_LABELS = {"desk": "whom to call first", "effects": "effect of a call"}
_ON_FIT = ("desk", "authority", "call list")


def answers(section: Section, log: DeskLog | None, part: str) -> bool:
    """Return whether a log answers a part of the study; where not, say why.

    Parameters
    ----------
    section : Section
        The section of the workbook.
    log : DeskLog or None
        The desk's log; None where the section is not answered.
    part : str
        One of `NEEDS`.

    Examples
    --------
    >>> from cemlib.studies.repair.datasets import desk_log, sources
    >>> answers(sources().section("repairs"), desk_log(), "scripts")
    True
    """
    if not section or log is None:
        if part not in ("golden time", "call list"):  # of these, the section itself says it
            prose(
                "**Not answered for your company.** This part also needs the dataset "
                "**{dataset}**.",
                dataset=section.names[0],
            )
        return False
    reason = lacking(log, part) if section.own else None
    if not reason:
        if part != "call list":
            rows, left_out = _used(log, part)
            section.used(_LABELS.get(part, part), rows, left_out, "repairs")
        return True
    section.show(markdown("**Not answered for your company.** {reason}", reason=reason))
    section.used(_LABELS.get(part, part), 0, reason.replace("**", ""), "repairs")
    return False


def _used(log: DeskLog, part: str) -> tuple[int, str]:
    """Return how many rows a part rests on, and why the others are left out."""
    if part == "effects":
        scored = log.cases.dropna(subset=["before", "after", *log.covariates])
        missing = len(log.cases) - len(scored)
        return len(scored), f"{missing:,} without a score or a covariate" if missing else ""
    columns = {"desk": ("opened", "severity", "value"), "authority": ("value",),
               "scripts": ("script",)}.get(part, ())  # fmt: skip
    rows = len(log.complete(*columns))
    missing = len(log.calls) - rows
    reasons = [log.left_out] if log.left_out else []
    if missing:
        reasons.append(f"{missing:,} without {join_words(list(columns))}")
    return rows, "; ".join(reasons)


def load_own(section: Section, load: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Load the file of a section, and record its rows and the notes on how it was read.

    Parameters
    ----------
    section : Section
        Of one dataset.
    load : callable, optional
        Takes a file and options, and returns an object with ``rows`` and ``notes``. Without it,
        the table is read as its contract says, and returned as a DataFrame.
    **options
        Of `load`.

    Examples
    --------
    >>> from cemlib.studies.repair.datasets import sources
    >>> len(load_own(sources().section("recurrence")))
    240
    """
    from cemlib.data.load import read_table
    from cemlib.studies.repair.datasets import DATASETS

    if load is not None:
        loaded = load(section.file(), **options)
        section.read(loaded.rows, loaded.notes)
        for analysis, use in getattr(loaded, "uses", {}).items():
            section.used(analysis, *use)
        return loaded
    dataset = find(DATASETS, section.names[0])
    reading = (dataset.read or partial(read_table, dataset))(section.file())
    if reading.problems:
        raise reading.error()
    section.read(len(reading.frame), reading.notes)
    return reading.frame


def planned_desk(
    section: Section, log: DeskLog, *, agents: int, weekly: int | None, wage: float | None
) -> tuple[Desk, int]:
    """Return the desk to simulate, and its cases per week.

    Parameters
    ----------
    section : Section
        The section of the workbook.
    log : DeskLog
        The desk's log.
    agents : int
        Agents who call.
    weekly : int or None
        Cases per week; if None, those of the company's file, or of the log.
    wage : float or None
        Cost per agent and hour; if None, that of the company's file. If that has none, costs are
        not known.

    Examples
    --------
    >>> from cemlib.studies.repair.datasets import desk_log, sources
    >>> section = sources().section("repairs")
    >>> planned_desk(section, desk_log(), agents=2, weekly=None, wage=None)[1]
    500
    """
    values: dict[str, float | None] = {"weekly": weekly, "wage": wage}
    if section.example:
        held = read_company(operator_file()).assumptions
        values = {name: held[name] if value is None else value for name, value in values.items()}
    values = section.sources.assumptions(**values)
    cost = np.nan if values["wage"] is None else float(values["wage"])
    if values["weekly"] is None:
        opened = log.cases["opened"]
        weeks = max((opened.max() - opened.min()).total_seconds() / 604_800, 1.0)
        return Desk(agents, wage=cost), max(round(len(opened) / weeks), 1)
    return Desk(agents, wage=cost), int(values["weekly"])


def lacking(log: DeskLog, part: str) -> Markdown | None:
    """Return why a log does not answer a part; None if it does.

    Parameters
    ----------
    log : DeskLog
        The desk's log.
    part : str
        One of `NEEDS`.

    Examples
    --------
    >>> from cemlib.studies.repair.datasets import desk_log
    >>> lacking(desk_log(), "effects") is None
    True
    """
    checks.one_of("part", part, list(NEEDS))
    gaps = [name for name in NEEDS[part] if name not in log.cases]
    if gaps:
        return markdown("This part needs {columns} in **repairs**.",
                        columns=join_words([f"the column {gaps[0]}", *gaps[1:]]))  # fmt: skip
    if part in _ON_FIT and (reason := _no_golden_time(log)):
        return reason
    return _REASONS[part](log)


def _no_golden_time(log: DeskLog) -> Markdown | None:
    calls = log.calls
    if len(calls) < MIN_CASES:
        return markdown("This part needs at least {minimum} calls with wait and outcome; the log "
                        "has {calls}.", minimum=MIN_CASES, calls=len(calls))  # fmt: skip
    if calls["cured"].nunique() < 2:
        return Markdown("Every call has the same outcome, so nothing can be said about the wait.")
    if calls["hours_waited"].nunique() < 2:
        return Markdown("All customers waited equally long, so nothing can be said about the wait.")
    try:
        fit_golden_time(calls, calls["hours_waited"], calls["cured"], **log.fitted_columns)  # type: ignore[arg-type]
    except ValueError:
        return Markdown(
            "These calls do not show the probability of repair fall with the wait: it takes longer "
            "waits, or more calls."
        )
    return None


def _no_desk(log: DeskLog) -> Markdown | None:
    if log.complete("opened", "severity", "value").empty or log.calls["minutes"].isna().all():
        return Markdown("No call has a handling time, a severity and a value.")
    return None


def _no_authority(log: DeskLog) -> Markdown | None:
    if not {"covered", "team"} <= set(log.fitted_columns["initial"]):
        return Markdown(
            "This part needs payments that vary as a share of the amount owed, and at least two "
            "teams."
        )
    return None


def _no_scripts(log: DeskLog) -> Markdown | None:
    counts = log.complete("script")["script"].value_counts()
    if (counts >= MIN_CALLS).sum() < 2:
        return markdown(
            "This part compares scripts: it needs at least two that were used in {minimum} calls "
            "each.",
            minimum=MIN_CALLS,
        )
    if log.calls["cured"].nunique() < 2:
        return Markdown("Every call has the same outcome, so scripts cannot be compared.")
    return None


def _no_effects(log: DeskLog) -> Markdown | None:
    known = log.cases.dropna(subset=["before", "after"])
    if known["called"].nunique() < 2:
        return Markdown(
            "Customers who were called are compared with others who were not: the log holds only "
            "one of these groups, with scores before and after."
        )
    if np.isclose(known["after"].std(), 0):
        return Markdown("The score afterwards is the same for everybody.")
    return None


def _nothing(log: DeskLog) -> Markdown | None:
    return None


_REASONS: dict[str, Callable[[DeskLog], Markdown | None]] = {
    "golden time": _no_golden_time,
    "desk": _no_desk,
    "authority": _no_authority,
    "scripts": _no_scripts,
    "effects": _no_effects,
    "call list": _nothing,
}
