"""A file held against its contract, block by block: a frame, or every problem with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from cemlib import checks
from cemlib.data.cells import Cells
from cemlib.data.dataset import Dataset
from cemlib.data.mapping import Mapping
from cemlib.data.problems import DataError, Problem
from cemlib.data.tables import Table, UnreadableError, opened
from cemlib.data.timestamps import DEFAULT_ZONE

MAX_PROBLEMS = 1000
_BLOCK = 10_000
_NAMES_SHOWN = 5


@dataclass
class Reading:
    """A file while it is read: what was found so far.

    Parameters
    ----------
    entry : Dataset
        The dataset it is to be.
    file : Path
        The file.
    mapping : Mapping
        What the YAML beside it says.
    header, row : list of str, int
        The file's own names of its columns, and the row they stand in.
    places : dict of str to int
        Our name of a column → its place in the header.
    problems, notes : list
        What is wrong, in the order of the file; what is worth saying.
    frame, numbers : DataFrame, list of int
        The rows, good if there are no problems, and their numbers in the file.
    stopped : int
        Row at which reading stopped because of very many problems; 0 if it did not.
    """

    entry: Dataset
    file: Path
    mapping: Mapping
    header: list[str] = field(default_factory=list)
    row: int = 1
    places: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    numbers: list[int] = field(default_factory=list)
    stopped: int = 0

    def own(self, column: str) -> str:
        """Return the file's own name of one of our columns."""
        return self.header[self.places[column]]

    def error(self) -> DataError:
        """Return what to raise."""
        return DataError(self.file.name, self.entry.name, self.problems, self.stopped)


Plan = Callable[[Reading], pa.DataFrameSchema | None]


def read(
    entry: Dataset, file: Path, mapping: Mapping, known: Callable[[str], str], plan: Plan
) -> Reading:
    """Read a file and hold it against its contract.

    Parameters
    ----------
    entry : Dataset
        The dataset it is to be.
    file : Path
        CSV or workbook.
    mapping : Mapping
        What the YAML beside it says.
    known : callable
        Given a name in lower case, returns our column of that name; empty if there is none.
    plan : callable
        Given the reading with its ``places``, adds problems about columns and returns the contract
        for those present; None where there is nothing to go on with.

    Returns
    -------
    Reading
        Its ``frame`` is good if there are no ``problems``.
    """
    reading = Reading(entry, file, mapping, problems=list(mapping.problems))
    try:
        with opened(file, entry.limit_mb) as table:
            reading.header, reading.row = table.header, table.row
            reading.notes += table.notes
            _match(reading, known)
            schema = plan(reading)
            if schema is not None:
                _Rows(reading, table, schema).read()
    except UnreadableError as error:
        reading.problems.append(error.problem)
    return reading


def _match(reading: Reading, known: Callable[[str], str]) -> None:
    """Find which column of the file is which of ours."""
    by_name: dict[str, list[int]] = {}
    for place, name in enumerate(reading.header):
        by_name.setdefault(name.casefold(), []).append(place)
    taken: set[int] = set()
    for ours, own in reading.mapping.columns.items():
        exact = [place for place, name in enumerate(reading.header) if name == own]
        places = exact or by_name.get(own.casefold(), [])
        if places:
            _take(reading, ours, places)
            taken.update(places)
        else:
            near = checks.nearest(own, [name for name in reading.header if name])
            fix = f"did you mean {' or '.join(near)}?" if near else "look at the file's header"
            problem = f"{reading.mapping.file} takes {ours} from {own!r}, which is no column"
            reading.problems.append(Problem(0, "", "", problem, fix))
    for name, places in by_name.items():
        free = [place for place in places if place not in taken]
        ours = known(name)
        if free and ours and ours not in reading.mapping.columns:
            _take(reading, ours, free)
            taken.update(free)
    unused = [name for at, name in enumerate(reading.header) if at not in taken and name]
    if unused:
        count = plural(len(unused), "column is", "columns are")
        reading.notes.append(f"{count} not used: {listed(unused)}.")


def _take(reading: Reading, ours: str, places: list[int]) -> None:
    reading.places[ours] = places[0]
    if len(places) > 1:
        numbers = " and ".join(str(place + 1) for place in places)
        problem = f"is the name of {len(places)} columns, the {numbers} from the left"
        fix = "rename or remove all but one"
        reading.problems.append(Problem(reading.row, reading.own(ours), "", problem, fix))


def listed(names: list[str]) -> str:
    """Return names for a sentence, the first few of many.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d, e, …'
    """
    shown = [checks.shorten(name, 40)[1:-1] for name in names[:_NAMES_SHOWN]]
    return ", ".join(shown) + (", …" if len(names) > _NAMES_SHOWN else "")


def plural(count: int, one: str, many: str) -> str:
    """Return a count with its words.

    Examples
    --------
    >>> plural(1, "row is", "rows are"), plural(2000, "row is", "rows are")
    ('1 row is', '2,000 rows are')
    """
    return f"{count:,} {one if count == 1 else many}"


class _Rows:
    """The rows of a table, on their way into a frame."""

    def __init__(self, reading: Reading, table: Table, schema: pa.DataFrameSchema) -> None:
        self.reading, self.table, self.schema = reading, table, schema
        self.columns = {name: schema.columns[name] for name in schema.columns}
        mapping = reading.mapping
        self.zone = mapping.zone or DEFAULT_ZONE
        self.cells = Cells(mapping.missing, table.decimal_comma, MAX_PROBLEMS, self.zone)
        self.parts: dict[str, list[Any]] = {name: [] for name in self.columns}
        self.numbers = reading.numbers
        self.seen: dict[tuple[str | None, ...], int] = {}
        self.blank = 0

    def read(self) -> None:
        """Read all blocks, or as far as problems allow."""
        reading = self.reading
        for rows, cells, found in self._blocks():
            for (name, column), texts in zip(self.columns.items(), cells, strict=False):
                values, problems = self.cells.read(column, reading.own(name), rows, texts)
                self.parts[name].append(values)
                found += problems
            self.numbers += rows
            found += self._twice(rows)
            if rows:
                self._pack()
            self._keep(found)
            if reading.stopped:
                return
        if self.blank:
            count = plural(self.blank, "empty row is", "empty rows are")
            reading.notes.append(f"{count} left out.")
        if self.cells.zoneless:
            count = plural(self.cells.zoneless, "time names", "times name")
            reading.notes.append(f"{count} no zone: taken for {self.zone}.")
        if self.numbers:
            self._assemble()
        elif not reading.problems:
            problem = "has a header and no rows"
            reading.problems.append(Problem(0, "", "", problem, "give it rows"))

    def _blocks(self) -> Iterator[tuple[list[int], list[tuple[str, ...]], list[Problem]]]:
        """Yield rows, cells by column, and problems of whole rows."""
        places = [self.reading.places[name] for name in self.columns]
        width = len(self.reading.header)
        going = True
        while going:
            count, rows, picked = 0, [], []
            found: list[Problem] = []
            try:
                for row, cells in islice(self.table.rows, _BLOCK):
                    count += 1
                    if not any(map(str.strip, cells)):
                        self.blank += 1
                        continue
                    if self.table.padded:
                        cells = cells + [""] * (width - len(cells))
                    elif len(cells) < width or any(map(str.strip, cells[width:])):
                        problem = f"has {len(cells):,} cells where the header has {width:,}"
                        fix = "look for a delimiter too many or too few, or quote the cell"
                        found.append(Problem(row, "", "", problem, fix))
                        continue
                    rows.append(row)
                    picked.append(tuple(cells[place] for place in places))
                going = count == _BLOCK
            except UnreadableError as error:
                found.append(error.problem)
                going = False
            if rows or found:
                yield rows, list(zip(*picked, strict=True)), found

    def _keep(self, found: list[Problem]) -> None:
        """Add a block's problems in the order of the file; stop where there are very many."""
        reading = self.reading
        order = {name: place for place, name in enumerate(reading.header)}
        found.sort(key=lambda problem: (problem.row, order.get(problem.column, -1)))
        reading.problems += found
        if len(reading.problems) > MAX_PROBLEMS:
            del reading.problems[MAX_PROBLEMS:]
            reading.stopped = reading.problems[-1].row

    def _twice(self, rows: list[int]) -> list[Problem]:
        """Return problems of rows whose key an earlier row has."""
        key = self.schema.unique
        if not rows or not key or any(name not in self.columns for name in key):
            return []
        found = []
        last = [self.parts[name][-1] for name in key]
        for row, values in zip(rows, zip(*last, strict=True), strict=True):
            if values[0] is None:
                continue
            first = self.seen.setdefault(values, row)
            if first != row:
                rest = ", ".join(
                    f"{self.reading.own(name)} {value}"
                    for name, value in zip(key[1:], values[1:], strict=True)
                )
                problem = f"{f'with {rest} ' if rest else ''}stands in row {first:,} already"
                fix = f"keep one of rows {first:,} and {row:,}"
                found.append(Problem(row, self.reading.own(key[0]), values[0], problem, fix))
        return found

    def _pack(self) -> None:
        """Turn the last block's texts into columns, which take less memory."""
        for parts in self.parts.values():
            if isinstance(parts[-1], list):
                parts[-1] = pd.Series(parts[-1], dtype="str")

    def _assemble(self) -> None:
        """Put the blocks together and hold the whole against the contract."""
        reading = self.reading
        data: dict[str, Any] = {}
        for name, column in self.columns.items():
            parts = self.parts.pop(name)
            if isinstance(parts[0], pd.Series):
                data[name] = pd.concat(parts, ignore_index=True)
                empty = data[name].isna().all()
            else:
                data[name] = np.concatenate(parts)
                empty = np.isnan(data[name]).all()
            if empty and column.nullable:
                self._all_missing(name, data)
        if reading.problems:
            return
        for name, values in data.items():
            kind = str(self.columns[name].dtype)
            if kind.startswith("datetime64"):
                data[name] = pd.Series(values).dt.tz_localize("UTC")
            elif kind in ("int64", "bool"):
                data[name] = values.astype(kind)
        reading.frame = pd.DataFrame(data, copy=False)
        if self.schema.checks:
            self._as_a_whole()

    def _all_missing(self, name: str, data: dict[str, Any]) -> None:
        reading = self.reading
        own = reading.own(name)
        if str(self.columns[name].dtype) == "float64":
            problem, fix = "has no answer at all", "leave the column out"
            reading.problems.append(Problem(0, own, "", problem, fix))
        else:
            del data[name]
            reading.notes.append(f"Column {own} is empty and is left out.")

    def _as_a_whole(self) -> None:
        """Add problems that only show in the table as a whole."""
        try:
            self.schema.validate(self.reading.frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            cases = error.failure_cases.drop_duplicates(["check", "index"]).dropna(subset=["index"])
            self._keep(
                [
                    Problem(self.numbers[int(at)], "", "", str(problem), "correct it")
                    for problem, at in zip(cases["check"], cases["index"], strict=True)
                ]
            )
