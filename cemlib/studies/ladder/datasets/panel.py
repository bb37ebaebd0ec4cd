"""The panel of customers, month by month, with rungs of any names and order."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.months import read_months
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.ladder.datasets.columns import YES, month, number, yes

_WITHOUT = {
    "score": "satisfaction is left out of the predictors of leaving",
    "recommend": "recommendation is not compared as a predictor of leaving",
    "slip": "the section on forgiveness is left out",
    "tenure": "tenure is left out of the predictors of leaving",
    "brought": "the section on referrals is left out",
}


def contract() -> pa.DataFrameSchema:
    """Return the contract of a panel; all after the state may be absent."""
    columns = {
        "customer": fields.text("The customer, or a prospect whom a customer knows"),
        "month": month(),
        "state": fields.text("Rung of the ladder"),
        "score": fields.optional(
            fields.answer("Satisfaction at the beginning of the month", (0, 100))
        ),
        "recommend": fields.optional(
            fields.answer("Likelihood of recommending the company", (0, 10))
        ),
        "slip": fields.optional(yes("Whether something small went wrong in the month")),
        "tenure": fields.optional(number("Months as a customer", (0, 1200), "months")),
        "brought": fields.optional(number("New customers won by referral", (0, 1e4), "customers")),
    }
    return fields.table("panel", columns, unique=["customer", "month"])


@dataclass(frozen=True)
class Panel:
    """A panel of customers.

    Attributes
    ----------
    rows : DataFrame
        One row per customer and month, sorted by both: ``customer``, ``month`` (whole number,
        months since year 0), ``state`` (index into `states`), ``rung`` (its name), and what there
        is of ``score``, ``recommend`` (0–10), ``slip`` (0 or 1), ``tenure`` (years) and
        ``brought``. Further months after leaving are left out if no customer ever came back.
    states : tuple of str
        Rungs from the lowest to the best, then the state of customers who left.
    notes : tuple of str
        How the file was read and what was left out, in sentences.
    entry : int
        Index of the state in which a customer begins.
    """

    rows: pd.DataFrame
    states: tuple[str, ...]
    notes: tuple[str, ...]
    entry: int = 0

    @property
    def best(self) -> str:
        """The best rung, the last but one state."""
        return self.states[-2]

    def margins(self, text: str | None) -> list[float] | None:
        """Return the margin of each state from a comma-separated list; None if there is none.

        Raises
        ------
        ValueError
            If it does not hold one number for each state.
        """
        return None if text is None else numbers_of("margins", str(text), len(self.states))

    @property
    def people(self) -> int:
        """Number of customers and prospects."""
        return int(self.rows["customer"].nunique())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,，、；]", text) if part.strip()]


def names_of(name: str, text: str, minimum: int = 1) -> list[str]:
    """Return the names in a comma-separated list.

    Raises
    ------
    ValueError
        If there are fewer than `minimum`, or a name occurs twice.

    Examples
    --------
    >>> names_of("states", "new, loyal, gone")
    ['new', 'loyal', 'gone']
    """
    names = _parts(text)
    if len(names) < minimum or len(set(names)) < len(names):
        raise checks.invalid_argument(
            name, text, f"at least {minimum} different names, separated by commas"
        )
    return names


def numbers_of(name: str, text: str, count: int) -> list[float]:
    """Return the numbers in a comma-separated list.

    Raises
    ------
    ValueError
        If there are not exactly `count`, one is not a number, or all are 0.

    Examples
    --------
    >>> numbers_of("margins", "-2, 24.5", 2)
    [-2.0, 24.5]
    """
    try:
        numbers = [float(part.replace("−", "-")) for part in _parts(text)]
    except ValueError:
        numbers = []
    finite = all(abs(value) < 1e12 for value in numbers)
    if len(numbers) != count or not finite or not any(numbers):
        raise checks.invalid_argument(
            name, text, f"{count} numbers separated by commas, one per state and not all 0"
        )
    return numbers


def index_of(name: str, value: str, names: Sequence[str]) -> int:
    """Return the index of a name in a list.

    Raises
    ------
    ValueError
        If it is not in the list.

    Examples
    --------
    >>> index_of("entry", "loyal", ["new", "loyal"])
    1
    """
    return list(names).index(checks.one_of(name, value, list(names)))


def load_panel(
    file: str | os.PathLike[str] = "", *, states: str | Sequence[str], entry: str = ""
) -> Panel:
    """Load a panel.

    Required columns are ``customer``, ``month`` (see `months.parse_month`) and ``state``.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's panel if empty. Columns are found by name, in any
        order, or by the YAML file beside it (`cemlib.data.mapping`).
    states : str or sequence of str
        The file's own names of the rungs, from the lowest to the best, then of customers who left;
        in one text they are separated by commas.
    entry : str
        The state in which a customer begins; the first if empty.

    Returns
    -------
    Panel
        Rows, states, notes and entry.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.
    ValueError
        If there are fewer than three states, or `entry` is none of the rungs.

    Examples
    --------
    >>> names = ["prospect", "customer", "satisfied", "loyal", "advocate", "lapsed"]
    >>> load_panel(states=names).rows["rung"].iloc[0]
    'advocate'
    """
    names = names_of("states", states if isinstance(states, str) else ",".join(states), 3)
    first = index_of("entry", entry, names[:-1]) if entry else 0
    reading = read_panel(file, states=names)
    if reading.problems:
        raise reading.error()
    frame = reading.frame.sort_values(["customer", "month"], kind="stable", ignore_index=True)
    notes = [
        *reading.notes,
        *(f"There is no column {n}: {words}." for n, words in _WITHOUT.items() if n not in frame),
    ]
    frame, more = _months_away(frame, len(names) - 1)
    notes += more
    pairs = frame["customer"] == frame["customer"].shift(-1)
    if gaps := int((pairs & (frame["month"].shift(-1) - frame["month"] > 1)).sum()):
        notes.append(f"{plural(gaps, 'gap', 'gaps')} between months: no move is counted across.")
    empty = [name for index, name in enumerate(names) if not (frame["state"] == index).any()]
    if empty:
        notes.append(f"No customer was observed as {', '.join(empty)}.")
    return Panel(frame, tuple(names), tuple(notes), first)


def _months_away(frame: pd.DataFrame, gone: int) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows that count, and a note on months after leaving.

    Where somebody comes back, months away count: they are the months at risk of coming back. Where
    nobody does, leaving is for good, and its further months say nothing.
    """
    away = frame["state"] == gone
    same = frame["customer"] == frame["customer"].shift(1)
    again = away & away.shift(1, fill_value=False) & same
    back = ~away & away.shift(1, fill_value=False) & same
    if returned := frame["customer"][back].nunique():
        who = plural(returned, "customer", "customers")
        months = plural(int(again.sum()), "further month", "further months")
        note = f"{who} came back after leaving: {months} away are counted, too."
        return frame, [note]
    if count := int(again.sum()):
        months = plural(count, "month was", "months were")
        note = f"{months} left out because the customer had already left."
        return frame[~again].reset_index(drop=True), [note]
    return frame, []


def read_panel(file: str | os.PathLike[str] = "", *, states: Sequence[str]) -> Reading:
    """Read a panel; its problems are listed in the reading.

    Examples
    --------
    >>> read_panel(states=["customer", "loyal", "lapsed"]).problems[0].problem
    "is not one of the states 'customer', 'loyal', 'lapsed'"
    """
    names = names_of("states", ",".join(states), 3)
    reading = read_table(PANEL, file)
    if reading.problems:
        return reading
    frame = reading.frame.copy()

    def add(row: object, column: str, value: str, problem: str, fix: str) -> None:
        line = reading.numbers[frame.index.get_loc(row)]
        reading.problems.append(Problem(line, reading.source_column(column), value, problem, fix))

    index = frame["state"].map({name: at for at, name in enumerate(names)})
    for row, value in frame["state"][index.isna()].drop_duplicates().items():
        near = checks.nearest(str(value), names, 1)
        fix = f"write {near[0]!r}" if near else "add it to the parameter states, in its order"
        problem = f"is not one of the states {', '.join(map(repr, names))}"
        add(row, "state", str(value), problem, fix)
    frame["rung"], frame["state"] = frame["state"], index
    frame["month"] = read_months(reading)
    if reading.problems:
        return reading
    for row in frame.index[frame.duplicated(["customer", "month"])]:
        problem = "is a second row for the same customer and month"
        add(row, "month", "", problem, "keep one of them")
    if reading.problems:
        return reading
    frame = frame.astype({"state": int, "month": int})
    if "slip" in frame:
        frame["slip"] = frame["slip"].map(YES).astype(float)
    if "tenure" in frame:
        frame["tenure"] = frame["tenure"] / 12
    if missing := _nothing_moves(frame, names):
        reading.problems.append(Problem(0, "", "", *missing))
    reading.frame = frame
    return reading


def _nothing_moves(frame: pd.DataFrame, names: Sequence[str]) -> tuple[str, str] | None:
    """Return why no ladder can be estimated, and what would solve it; None if it can."""
    ordered = frame.sort_values(["customer", "month"], kind="stable")
    later = ordered.groupby("customer", sort=False)[["month", "state"]].shift(-1)
    follows = later["month"] == ordered["month"] + 1
    present = follows & (ordered["state"] < len(names) - 1)
    if not present.any():
        return (
            "has no customer observed in two consecutive months",
            "give one row per customer and month, for at least two months",
        )
    pairs = pd.DataFrame({"from": ordered["state"], "to": later["state"]})[follows]
    kinds = pairs[pairs["from"] != pairs["to"]].drop_duplicates()
    if len(kinds) < 2:
        return (
            f"has {plural(len(kinds), 'kind', 'kinds')} of moves between states, so there is "
            "nothing to compare",
            "give more months, or customers in several states",
        )
    return None


def _read(
    file: str | os.PathLike[str] = "", *, states: str = "", entry: str = "", margins: str = ""
) -> Reading:
    """Read a panel whose states are named in one text, as a parameter names them."""
    if not states:
        reading = read_table(PANEL, file)
        if not reading.problems:
            read_months(reading)
        return reading
    names = names_of("states", states, 3)
    if entry:
        index_of("entry", entry, names[:-1])
    if margins:
        numbers_of("margins", margins, len(names))
    return read_panel(file, states=names)


PANEL = Dataset(
    "panel",
    "Rungs of the ladder, by customer or prospect and month",
    "telecom/panel.csv",
    GENERATED,
    contract=contract,
    read=_read,
    options=("states", "entry", "margins"),
    limit_mb=64,
    answers="moves between rungs, months on a rung, leaving, referral, forgiveness",
    without=_WITHOUT,
)
