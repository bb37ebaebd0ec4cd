"""A complaint replayed event by event, and the steps of ISO 10002 that a log records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.estimates import percentile_interval, weighted_means

# ISO 10002:2018 (GB/T 19012-2019), clause 7, in our words.
STEPS = (
    "receipt",
    "tracking",
    "acknowledgement",
    "initial assessment",
    "investigation",
    "response",
    "communicating the decision",
    "closing",
)
STATES = ("made", "kept", "broken")
_DAY = 24 * 60


@dataclass(frozen=True)
class Replay:
    """A case, replayed.

    Attributes
    ----------
    promises : DataFrame
        One row per promise: promise, giver, receiver, made (order of the event), due (HH:MM),
        due_minute, settled (order of the event), state ("kept", "broken", "open"), late (minutes
        from due to settled; missing if a time is unknown), inferred: whether a time is inferred.
    facts : DataFrame
        One row per fact that the company learned: fact, learned_at, told_at (order of the events),
        minutes (missing if a time is unknown) and steps between, state ("told", "told later", "not
        told").
    contacts : DataFrame
        Conversations: opened_by, toward, contacts (their number).
    silences : DataFrame
        Gaps between two messages of the company to the customer: after, until (order of the
        events), minutes (missing if a time is unknown), inferred, promises_due: promises that fell
        due in the gap.
    steps : DataFrame
        Steps of ISO 10002: step, order (first event, missing if there is none), covered.
    """

    promises: pd.DataFrame
    facts: pd.DataFrame
    contacts: pd.DataFrame
    silences: pd.DataFrame
    steps: pd.DataFrame

    @property
    def longest_silence(self) -> pd.Series:
        """The longest silence of known length."""
        timed = self.silences.dropna(subset="minutes")
        if timed.empty:
            raise ValueError(
                "no silence of this case has a known length; give at least two clock times"
            )
        return timed.loc[timed["minutes"].idxmax()]


def replay(
    events: pd.DataFrame,
    *,
    customer: str = "customer",
    company: Sequence[str] = ("agent",),
    public: str = "everyone",
) -> Replay:
    """Replay a complaint from its table of events.

    Parameters
    ----------
    events : DataFrame
        One row per event: ``order``, ``day``, ``clock`` (HH:MM or missing), ``clock_mark``,
        ``actor``, ``toward``, ``contact`` (events of one conversation share a number),
        ``opened_by``, ``known`` and ``told`` (facts, separated by ``;``), ``promise``,
        ``promise_state`` ("made", "kept", "broken"), ``due`` (HH:MM), ``due_mark``, ``step``.
    customer : str
        Name of the customer among the actors.
    company : sequence of str
        Actors who speak for the company.
    public : str
        Name for all customers.

    Returns
    -------
    Replay
        Promises, facts, contacts, silences, steps.

    Raises
    ------
    ValueError
        If a column is missing, a promise is settled but never made, or a clock time is malformed.

    Examples
    --------
    >>> rows = [
    ...     {"order": 1, "clock": "09:00", "known": "cut", "actor": "network", "toward": "agent"},
    ...     {"order": 2, "clock": "09:00", "promise": "call", "promise_state": "made",
    ...      "due": "09:10", "contact": 1},
    ...     {"order": 3, "clock": "09:30", "told": "cut", "promise": "call",
    ...      "promise_state": "broken", "contact": 2}]
    >>> events = pd.DataFrame(rows).assign(day="", clock_mark="", due_mark="", step="")
    >>> events = events.fillna({"actor": "agent", "toward": "customer"}).assign(opened_by="agent")
    >>> case = replay(events)
    >>> case.promises[["promise", "state", "late"]].values.tolist()
    [['call', 'broken', 20.0]]
    >>> case.silences["minutes"].tolist(), case.facts["minutes"].tolist()
    ([30.0], [30.0])
    """
    needed = (
        "order", "day", "clock", "clock_mark", "actor", "toward", "contact", "opened_by", "known",
        "told", "promise", "promise_state", "due", "due_mark", "step",
    )  # fmt: skip
    missing = [name for name in needed if name not in events]
    if missing:
        raise ValueError(f"events has no column {missing[0]!r}; it needs {', '.join(needed)}")
    text = [name for name in needed if name not in ("order", "contact")]
    table = events.sort_values("order", ignore_index=True, kind="stable")
    table[text] = table[text].fillna("").astype(str)
    table["minute"] = _minutes(table)
    to_customer = table["toward"].isin([customer, public])
    speaks = table["actor"].isin(company) & to_customer
    promises = _promises(table)
    return Replay(
        promises,
        _facts(table, speaks, {customer, public, "others"}),
        _contacts(table),
        _silences(table[speaks], promises),
        _steps(table),
    )


def _minutes(table: pd.DataFrame) -> pd.Series:
    """Return minutes since midnight of the first day, missing if the event has no clock time."""
    day = pd.factorize(table["day"])[0] * _DAY
    return pd.Series(day, dtype=float) + [_clock(text) for text in table["clock"]]


def _clock(text: str) -> float:
    if not text:
        return np.nan
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise checks.invalid_argument("clock", text, "a time such as 09:10, or empty")
    return 60.0 * int(hours) + int(minutes)


def _promises(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, events in table[table["promise"] != ""].groupby("promise", sort=False):
        for state in events["promise_state"]:
            checks.one_of("promise_state", state, STATES)
        made = events[events["promise_state"] == "made"]
        if made.empty:
            raise ValueError(f"promise {name!r} is settled but never made; add the event")
        start = made.iloc[0]
        rest = events[events["promise_state"] != "made"]
        due, settled = _clock(start["due"]), rest.iloc[-1] if len(rest) else None
        late, marks = np.nan, {start["due_mark"]}
        if settled is not None:
            midnight = start["minute"] - _clock(start["clock"])
            late = settled["minute"] - midnight - due
            marks |= {settled["clock_mark"]}
        rows.append(
            {
                "promise": name,
                "giver": start["actor"],
                "receiver": start["toward"],
                "made": start["order"],
                "due": start["due"],
                "due_minute": start["minute"] - _clock(start["clock"]) + due,
                "settled": np.nan if settled is None else settled["order"],
                "state": "open" if settled is None else settled["promise_state"],
                "late": late,
                "inferred": "inferred" in marks,
            }
        )
    columns = ["promise", "giver", "receiver", "made", "due", "due_minute", "settled", "state",
               "late", "inferred"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _contacts(table: pd.DataFrame) -> pd.DataFrame:
    first = table.dropna(subset="contact").drop_duplicates("contact")
    other = first["toward"].where(first["actor"] == first["opened_by"], first["actor"])
    pairs = first.assign(toward=other).groupby(["opened_by", "toward"], sort=False)
    return pairs.size().rename("contacts").reset_index()


def _facts(table: pd.DataFrame, speaks: pd.Series, customers: set[str]) -> pd.DataFrame:
    messages = table[speaks].assign(fact=lambda f: f["told"].map(_split)).explode("fact")
    known = table.assign(fact=table["known"].map(_split)).explode("fact").dropna(subset="fact")
    # A fact that the customer heard herself need not be told to her.
    present = known["actor"].isin(customers) | known["toward"].isin(customers)
    known = known[~present].drop_duplicates("fact")
    rows = []
    for event in known.itertuples():
        later = messages[(messages["fact"] == event.fact) & (messages["order"] >= event.order)]
        first = later.iloc[0] if len(later) else None
        steps = np.nan if first is None else float(first["order"] - event.order)
        rows.append(
            {
                "fact": event.fact,
                "learned_at": event.order,
                "told_at": np.nan if first is None else first["order"],
                "minutes": np.nan if first is None else first["minute"] - event.minute,
                "steps": steps,
                "state": "not told" if first is None else "told" if steps <= 2 else "told later",
            }
        )
    return pd.DataFrame(
        rows, columns=["fact", "learned_at", "told_at", "minutes", "steps", "state"]
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _silences(messages: pd.DataFrame, promises: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for before, after in pairwise(messages.itertuples()):
        if before.contact == after.contact:
            continue
        minutes = after.minute - before.minute if after.day == before.day else np.nan
        due = promises["due_minute"].between(before.minute, after.minute, inclusive="left")
        running = (promises["made"] <= before.order) & ~(promises["settled"] <= before.order)
        marks = {before.clock_mark, after.clock_mark}
        rows.append(
            {
                "after": before.order,
                "until": after.order,
                "minutes": minutes,
                "inferred": "inferred" in marks,
                "promises_due": int((due & running).sum()),
            }
        )
    return pd.DataFrame(rows, columns=["after", "until", "minutes", "inferred", "promises_due"])


def _steps(table: pd.DataFrame) -> pd.DataFrame:
    first = table[table["step"] != ""].groupby("step")["order"].min()
    for step in first.index:
        checks.one_of("step", step, STEPS)
    frame = pd.DataFrame({"step": STEPS, "order": first.reindex(list(STEPS)).to_numpy()})
    return frame.assign(covered=frame["order"].notna())


def step_coverage(
    log: pd.DataFrame,
    dates: dict[str, str],
    weights: np.ndarray,
    *,
    received: str = "received",
) -> pd.DataFrame:
    """Report how often and how late a log of complaints records each step of ISO 10002.

    Parameters
    ----------
    log : DataFrame, n rows
        Complaints.
    dates : dict of str to str
        Step → column with its time; steps may be missing.
    weights : ndarray, shape (B, n)
        Resamples.
    received : str
        Column with the time of receipt.

    Returns
    -------
    DataFrame
        One row per step, in the standard's order: step, recorded (whether there is a column), share
        of complaints with a date, low, high, hours (median since receipt), out_of_order: share of
        dates that are before an earlier step.

    Raises
    ------
    ValueError
        If a step is not in the standard, or a column is missing.

    Examples
    --------
    >>> when = pd.to_datetime(["2026-01-01 09:00", "2026-01-02 09:00"])
    >>> log = pd.DataFrame({"received": when, "closed": [when[1], pd.NaT]})
    >>> report = step_coverage(log, {"closing": "closed"}, np.ones((2, 2)))
    >>> report.loc[7, ["share", "hours"]].tolist()
    [0.5, 24.0]
    """
    for name, column in dates.items():
        checks.one_of("step", name, STEPS)
        checks.one_of("column", column, list(log.columns))
    latest = pd.Series(log[received])
    rows = []
    for step in STEPS:
        column = received if step == "receipt" else dates.get(step, "")
        row: dict[str, object] = {"step": step, "recorded": bool(column)}
        row |= dict.fromkeys(("share", "low", "high", "hours", "out_of_order"), np.nan)
        if column:
            when = log[column]
            dated = when.notna().to_numpy(dtype=float)
            low, high = percentile_interval(weighted_means(dated[:, None], weights)[:, 0])
            hours = (when - log[received]).dt.total_seconds() / 3600
            early = (when < latest)[when.notna()]
            row |= {
                "share": dated.mean(),
                "low": float(low),
                "high": float(high),
                "hours": float(hours.median()) if dated.any() else np.nan,
                "out_of_order": float(early.mean()) if len(early) else np.nan,
            }
            latest = latest.where(when.isna() | (when < latest), when)
        rows.append(row)
    return pd.DataFrame(rows)
