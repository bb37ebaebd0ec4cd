"""The panel of customers, month by month, with rungs of any names and order."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data import fields
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.ladder.datasets.columns import YES, month, number, optional, yes

_WITHOUT = {
    "score": "satisfaction is left out of the predictors of leaving",
    "slip": "the section on forgiveness is left out",
    "tenure": "tenure is left out of the predictors of leaving",
    "brought": "the section on referrals is left out",
}


def contract() -> pa.DataFrameSchema:
    """Return the contract of a panel; score, slip, tenure and referrals may be absent."""
    columns = {
        "customer": fields.text("The customer, or a prospect whom a customer knows"),
        "month": month(),
        "state": fields.text("Rung of the ladder"),
        "score": optional(fields.answer("Satisfaction at the beginning of the month", (0, 100))),
        "slip": optional(yes("Whether something small went wrong in the month")),
        "tenure": optional(number("Months as a customer", (0, 1200), "months")),
        "brought": optional(number("New customers won by referral", (0, 1e4), "customers")),
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
        is of ``score``, ``slip`` (0 or 1), ``tenure`` (years) and ``brought``. Further months after
        leaving are left out unless the customer came back.
    states : tuple of str
        Rungs from the lowest to the best, then the state of customers who left.
    notes : tuple of str
        How the file was read and what was left out, in sentences.
    """

    rows: pd.DataFrame
    states: tuple[str, ...]
    notes: tuple[str, ...]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


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
        If there are not exactly `count`, or one is not a number.

    Examples
    --------
    >>> numbers_of("margins", "-2, 24.5", 2)
    [-2.0, 24.5]
    """
    try:
        numbers = [float(part.replace("−", "-")) for part in _parts(text)]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise checks.invalid_argument(
            name, text, f"{count} numbers separated by commas, one per state"
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


def load_panel(file: str | os.PathLike[str] = "", *, states: Sequence[str]) -> Panel:
    """Load a panel.

    Required columns are ``customer``, ``month`` (2026-03 or a day of that month) and ``state``.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's panel if empty. Columns are found by name, in any
        order, or by the YAML file beside it (`cemlib.data.mapping`).
    states : sequence of str
        The file's own names of the rungs, from the lowest to the best, then of customers who left.

    Returns
    -------
    Panel
        Rows, states and notes.

    Raises
    ------
    DataError
        If the file cannot be used; it lists every problem with row and column.
    ValueError
        If there are fewer than three states.

    Examples
    --------
    >>> names = ["prospect", "customer", "satisfied", "loyal", "advocate", "lapsed"]
    >>> load_panel(states=names).rows["rung"].iloc[0]
    'advocate'
    """
    reading = read_panel(file, states=states)
    if reading.problems:
        raise reading.error()
    frame = reading.frame.sort_values(["customer", "month"], kind="stable", ignore_index=True)
    notes = [
        *reading.notes,
        *(f"There is no column {n}: {words}." for n, words in _WITHOUT.items() if n not in frame),
    ]
    gone = frame["state"] == len(states) - 1
    again = gone & gone.shift(1, fill_value=False)
    again &= frame["customer"] == frame["customer"].shift(1)
    if count := int(again.sum()):
        months = plural(count, "month was", "months were")
        notes.append(f"{months} left out because the customer had already left.")
    pairs = frame["customer"] == frame["customer"].shift(-1)
    if gaps := int((pairs & (frame["month"].shift(-1) - frame["month"] > 1)).sum()):
        notes.append(f"{plural(gaps, 'gap', 'gaps')} between months: no move is counted across.")
    empty = [name for index, name in enumerate(states) if not (frame["state"] == index).any()]
    if empty:
        notes.append(f"No customer was observed as {', '.join(empty)}.")
    return Panel(frame[~again].reset_index(drop=True), tuple(states), tuple(notes))


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
    date = frame["month"].str.split("-")
    frame["month"] = date.str[0].astype(int) * 12 + date.str[1].astype(int) - 1
    for row in frame.index[~date.str[1].astype(int).between(1, 12)]:
        add(row, "month", "", "is not a month of the calendar", "write 2026-03")
    for row in frame.index[frame.duplicated(["customer", "month"])]:
        problem = "is a second row for the same customer and month"
        add(row, "month", "", problem, "keep one of them")
    if reading.problems:
        return reading
    frame["state"] = frame["state"].astype(int)
    if "slip" in frame:
        frame["slip"] = frame["slip"].map(YES).astype(float)
    if "tenure" in frame:
        frame["tenure"] = frame["tenure"] / 12
    reading.frame = frame
    return reading


def _read(file: str | os.PathLike[str] = "", *, states: str = "") -> Reading:
    """Read a panel whose states are named in one text, as a parameter names them."""
    if not states:
        return read_table(PANEL, file)
    return read_panel(file, states=names_of("states", states, 3))


PANEL = Dataset(
    "panel",
    "Rungs of the ladder over eighteen months, for a random sample of customers and for prospects",
    "telecom/panel.csv",
    GENERATED,
    contract=contract,
    read=_read,
    options=("states",),
    limit_mb=64,
    answers="moves between rungs, months on a rung, leaving, referral, forgiveness",
    without=_WITHOUT,
)
