"""Load a panel of customers, month by month, with states and an order of one's own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cemlib import checks
from cemlib.data.dataset import GENERATED, Dataset
from cemlib.data.load import read_table
from cemlib.data.problems import Problem
from cemlib.data.reading import Reading, plural
from cemlib.studies.ladder.datasets import contracts
from cemlib.studies.ladder.datasets.contracts import YES

__all__ = ["Panel", "load_panel", "names_of", "numbers_of", "read_panel"]

_WITHOUT = {
    "score": "satisfaction is left out of what tells who leaves",
    "slip": "forgiveness is left out",
    "tenure": "the time as a customer is left out of what tells who leaves",
    "brought": "recommendation is left out",
}


@dataclass(frozen=True)
class Panel:
    """A panel.

    Parameters
    ----------
    rows : DataFrame
        A row a customer and month, by both: ``customer``, ``month`` (whole number, months since
        year 0), ``state`` (place in `states`), ``rung`` (its name), and what there is of ``score``,
        ``slip`` (0 or 1), ``tenure`` (years) and ``brought``. Months after the first one gone are
        left out unless the customer came back.
    states : tuple of str
        From the first rung to the best, then gone.
    notes : tuple of str
        How the file was read and what is left out, in sentences.
    """

    rows: pd.DataFrame
    states: tuple[str, ...]
    notes: tuple[str, ...]


def names_of(name: str, text: str, least: int = 1) -> list[str]:
    """Return the names in a list with commas.

    Raises
    ------
    ValueError
        If there are fewer than `least`, or one comes twice.

    Examples
    --------
    >>> names_of("states", "new, loyal, gone")
    ['new', 'loyal', 'gone']
    """
    found = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    if len(found) < least or len(set(found)) < len(found):
        raise checks.invalid_argument(
            name, text, f"at least {least} names, each once, with commas between"
        )
    return found


def numbers_of(name: str, text: str, count: int) -> list[float]:
    """Return the numbers in a list with commas.

    Raises
    ------
    ValueError
        If they are not as many as `count`, or one is no number.

    Examples
    --------
    >>> numbers_of("margins", "-2, 24.5", 2)
    [-2.0, 24.5]
    """
    parts = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
    try:
        found = [float(part.replace("−", "-")) for part in parts]
    except ValueError:
        found = []
    if len(found) != count:
        raise checks.invalid_argument(
            name, text, f"{count} numbers with commas between, one a state"
        )
    return found


def load_panel(file: str | os.PathLike[str] = "", *, states: Sequence[str]) -> Panel:
    """Load a panel.

    Needed are ``customer``, ``month`` (2026-03 or a day of it) and ``state``.

    Parameters
    ----------
    file : str or path
        A CSV file or workbook; the operator's panel if empty. Columns are found by name, in any
        order, or by the YAML beside the file (`cemlib.data.mapping`).
    states : sequence of str
        The file's own names of the rungs, from the first to the best, then of those who are gone.

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
        *(f"No column {n}: {w}." for n, w in _WITHOUT.items() if n not in frame),
    ]
    gone = frame["state"] == len(states) - 1
    again = gone & gone.shift(1, fill_value=False)
    again &= frame["customer"] == frame["customer"].shift(1)
    if count := int(again.sum()):
        notes.append(f"{plural(count, 'month', 'months')} of customers already gone: left out.")
    pairs = frame["customer"] == frame["customer"].shift(-1)
    gaps = int((pairs & (frame["month"].shift(-1) - frame["month"] > 1)).sum())
    if gaps:
        what = plural(gaps, "gap", "gaps")
        notes.append(f"{what} between months: no move is read across one.")
    unseen = [name for at, name in enumerate(states) if not (frame["state"] == at).any()]
    if unseen:
        notes.append(f"Nobody is seen as {', '.join(unseen)}.")
    return Panel(frame[~again].reset_index(drop=True), tuple(states), tuple(notes))


def read_panel(file: str | os.PathLike[str] = "", *, states: Sequence[str]) -> Reading:
    """Read a panel; what is wrong with it stands in the reading.

    Examples
    --------
    >>> read_panel(states=["customer", "loyal", "lapsed"]).problems[0].problem
    "is none of the states, which are 'customer', 'loyal', 'lapsed'"
    """
    names = names_of("states", ",".join(states), 3)
    reading = read_table(PANEL, file)
    if reading.problems:
        return reading
    frame = reading.frame.copy()
    place = frame["state"].map({name: at for at, name in enumerate(names)})
    strange = frame["state"][place.isna()].drop_duplicates()
    for row, value in strange.items():
        near = checks.nearest(str(value), names, 1)
        problem = f"is none of the states, which are {', '.join(map(repr, names))}"
        fix = f"write {near[0]!r}" if near else "declare it in the parameter states, in its order"
        number = reading.numbers[frame.index.get_loc(row)]
        reading.problems.append(Problem(number, reading.own("state"), str(value), problem, fix))
    frame["rung"], frame["state"] = frame["state"], place
    text = frame["month"].str.split("-")
    frame["month"] = text.str[0].astype(int) * 12 + text.str[1].astype(int) - 1
    for row in frame.index[~text.str[1].astype(int).between(1, 12)]:
        number = reading.numbers[frame.index.get_loc(row)]
        problem, fix = "is no month of the calendar", "write 2026-03"
        reading.problems.append(Problem(number, reading.own("month"), "", problem, fix))
    for row in frame.index[frame.duplicated(["customer", "month"])]:
        number = reading.numbers[frame.index.get_loc(row)]
        problem = "is a second row of this customer and month"
        reading.problems.append(
            Problem(number, reading.own("month"), "", problem, "keep one of them")
        )
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
    "Rungs of the ladder over eighteen months, of customers chosen by lot and prospects",
    "telecom/panel.csv",
    GENERATED,
    contract=contracts.panel,
    read=_read,
    options=("states",),
    limit_mb=64,
)
