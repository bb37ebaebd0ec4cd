"""Reading of a file against its contract, block by block: a frame, or a list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data import fields
from cemlib.data.cells import bounds_of
from cemlib.data.columns import Columns, conversion_notes
from cemlib.data.dataset import Dataset
from cemlib.data.mapping import Mapping, beside
from cemlib.data.problems import DataError, Problem
from cemlib.data.small_groups import pool_small_groups
from cemlib.data.tables import Table, UnreadableError, opened
from cemlib.data.timestamps import DEFAULT_ZONE

MAX_PROBLEMS = 1000
WEIGHT = "weight"
_BLOCK = 10_000
_NAMES_SHOWN = 5


@dataclass
class Reading:
    """The state and the result of reading a file.

    Parameters
    ----------
    dataset : Dataset
        The dataset that the file must match.
    file : Path
        The file.
    mapping : Mapping
        Content of the YAML file beside it.
    header, row : list of str, int
        Names of the columns in the file, and row number of the header.
    column_index : dict of str to int
        Name in the contract → index in the header.
    problems, notes : list
        Problems in the order of the file; remarks for the user.
    frame, numbers : DataFrame, list of int
        The rows, valid if there are no problems, and their numbers in the file.
    stopped : int
        Row at which reading stopped because of too many problems; 0 if it did not.
    rows_read : int
        Rows below the header that are not empty, among them those that are refused.
    weights : ndarray, optional
        The declared weight of each row of the frame.
    weight_added : bool
        Whether the weights are no column of the contract.
    """

    dataset: Dataset
    file: Path
    mapping: Mapping
    header: list[str] = field(default_factory=list)
    row: int = 1
    column_index: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    numbers: list[int] = field(default_factory=list)
    stopped: int = 0
    rows_read: int = 0
    weights: NDArray[np.float64] | None = None
    weight_added: bool = False

    def source_column(self, column: str) -> str:
        """Return the name in the file of a column of the contract."""
        return self.header[self.column_index[column]]

    @property
    def described_in(self) -> str:
        """Name of the file that describes this one, or could."""
        return self.mapping.file or beside(self.file).name

    def error(self) -> DataError:
        """Return the error with all problems."""
        return DataError(self.file.name, self.dataset.name, self.problems, self.stopped)


Plan = Callable[[Reading], pa.DataFrameSchema | None]


def read(
    dataset: Dataset, file: Path, mapping: Mapping, known: Callable[[str], str], plan: Plan
) -> Reading:
    """Read a file and check it against its contract.

    Parameters
    ----------
    dataset : Dataset
        The dataset that the file must match.
    file : Path
        CSV file or workbook.
    mapping : Mapping
        Content of the YAML file beside it.
    known : callable
        Takes a name in lower case; returns the column of the contract, or "" if there is none.
    plan : callable
        Takes the reading with its ``column_index``, adds problems of columns, and returns the
        contract of the columns present; None if no column can be read.

    Returns
    -------
    Reading
        Its ``frame`` is valid if there are no ``problems``.
    """
    reading = Reading(dataset, file, mapping, problems=list(mapping.problems))
    try:
        with opened(file, dataset.limit_mb, mapping.layout) as table:
            reading.header, reading.row = table.header, table.row
            reading.notes += table.notes
            _match(reading, known)
            schema = plan(reading)
            if schema is not None:
                schema = _prepare(reading, schema)
                early = len(table.notes)
                _Rows(reading, table, schema).read()
                reading.notes += table.notes[early:]
    except UnreadableError as error:
        reading.problems.append(error.problem)
    return reading


def _prepare(reading: Reading, schema: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """Add the declared weights to a contract that has none; refuse to reverse what has no scale."""
    for name in reading.mapping.reversed:
        column = schema.columns.get(name)
        if column is None or not np.isfinite(bounds_of(column)).all():
            what = "which is not in the file" if column is None else "which has no scale"
            problem = f"{reading.mapping.file} reverses {name}, {what}"
            reading.problems.append(Problem(0, "", "", problem, "correct the list reversed"))
    if not reading.mapping.weight or WEIGHT not in reading.column_index or WEIGHT in schema.columns:
        return schema
    reading.weight_added = True
    return schema.add_columns({WEIGHT: fields.positive("Weight of the row", "")})


def _match(reading: Reading, known: Callable[[str], str]) -> None:
    """Match the columns of the file with those of the contract."""
    by_name: dict[str, list[int]] = {}
    for index, name in enumerate(reading.header):
        by_name.setdefault(name.casefold(), []).append(index)
    taken: set[int] = set()
    wanted = reading.mapping.columns
    if reading.mapping.weight:
        wanted = {**wanted, WEIGHT: reading.mapping.weight}
    for ours, source in wanted.items():
        exact = [index for index, name in enumerate(reading.header) if name == source]
        indices = exact or by_name.get(source.casefold(), [])
        if indices:
            _take(reading, ours, indices)
            taken.update(indices)
        else:
            near = checks.nearest(source, [name for name in reading.header if name])
            fix = f"did you mean {' or '.join(near)}?" if near else "look at the file's header"
            problem = f"{reading.mapping.file} maps {ours} to {source!r}, which is not in the file"
            reading.problems.append(Problem(0, "", "", problem, fix))
    for name, indices in by_name.items():
        free = [index for index in indices if index not in taken]
        ours = known(name)
        if free and ours and ours not in wanted:
            _take(reading, ours, free)
            taken.update(free)
    unused = [name for index, name in enumerate(reading.header) if index not in taken and name]
    if unused:
        count = plural(len(unused), "column is", "columns are")
        reading.notes.append(f"{count} not used: {listed(unused)}.")


def _take(reading: Reading, ours: str, indices: list[int]) -> None:
    reading.column_index[ours] = indices[0]
    if len(indices) > 1:
        numbers = " and ".join(str(index + 1) for index in indices)
        problem = f"is the name of {len(indices)} columns (numbers {numbers} from the left)"
        fix = "rename or remove all but one"
        reading.problems.append(Problem(reading.row, reading.source_column(ours), "", problem, fix))


def listed(names: list[str]) -> str:
    """Return names for a sentence, shortened if there are many.

    Examples
    --------
    >>> listed(["a", "b", "c", "d", "e", "f"])
    'a, b, c, d, e, …'
    """
    shown = [checks.shorten(name, 40)[1:-1] for name in names[:_NAMES_SHOWN]]
    return ", ".join(shown) + (", …" if len(names) > _NAMES_SHOWN else "")


def plural(count: int, one: str, many: str) -> str:
    """Return a count with the singular or plural of its words.

    Examples
    --------
    >>> plural(1, "row is", "rows are"), plural(2000, "row is", "rows are")
    ('1 row is', '2,000 rows are')
    """
    return f"{count:,} {one if count == 1 else many}"


class _Rows:
    """Conversion of the rows of a table into a frame."""

    def __init__(self, reading: Reading, table: Table, schema: pa.DataFrameSchema) -> None:
        self.reading, self.table, self.schema = reading, table, schema
        columns = Columns(table, reading.mapping, reading.described_in, MAX_PROBLEMS)
        self.columns = {name: schema.columns[name] for name in schema.columns}
        self.cells = {
            name: columns.cells(column, reading.source_column(name))
            for name, column in self.columns.items()
        }
        self.numbers = reading.numbers
        self.seen: dict[tuple[str | None, ...], int] = {}
        self.blank = 0

    def read(self) -> None:
        """Read all blocks, or stop when there are too many problems."""
        reading = self.reading
        for rows, texts, problems in self._blocks():
            for cells, column in zip(self.cells.values(), texts, strict=False):
                problems += cells.read(rows, column)
            self.numbers += rows
            problems += self._repeated_keys(rows)
            for cells in self.cells.values():
                cells.pack()
            self._add(problems)
            if reading.stopped:
                return
        if late := [problem for cells in self.cells.values() for problem in cells.finish()]:
            self._add(late)
            self._sort(reading.problems)
        self._note()
        if self.numbers:
            self._assemble()
        elif not reading.problems:
            problem = "has a header and no rows"
            reading.problems.append(Problem(0, "", "", problem, "add rows"))

    def _note(self) -> None:
        """Add notes on rows left out and answers converted."""
        reading = self.reading
        if self.blank:
            count = plural(self.blank, "empty row is", "empty rows are")
            reading.notes.append(f"{count} left out.")
        if zoneless := sum(cells.zoneless for cells in self.cells.values()):
            count = plural(zoneless, "time has", "times have")
            zone = reading.mapping.zone or DEFAULT_ZONE
            reading.notes.append(f"{count} no time zone; {zone} is used.")
        reading.notes += conversion_notes(self.cells.values())

    def _blocks(self) -> Iterator[tuple[list[int], list[tuple[str, ...]], list[Problem]]]:
        """Yield rows, cells by column, and problems of whole rows."""
        indices = [self.reading.column_index[name] for name in self.columns]
        width = len(self.reading.header)
        more_rows = True
        while more_rows:
            count, rows, picked = 0, [], []
            problems: list[Problem] = []
            try:
                for row, cells in islice(self.table.rows, _BLOCK):
                    count += 1
                    if not any(map(str.strip, cells)):
                        self.blank += 1
                        continue
                    self.reading.rows_read += 1
                    if self.table.padded:
                        cells = cells + [""] * (width - len(cells))
                    elif len(cells) < width or any(map(str.strip, cells[width:])):
                        problem = f"has {len(cells):,} cells where the header has {width:,}"
                        fix = "look for an extra or missing delimiter, or quote the cell"
                        problems.append(Problem(row, "", "", problem, fix))
                        continue
                    rows.append(row)
                    picked.append(tuple(cells[index] for index in indices))
                more_rows = count == _BLOCK
            except UnreadableError as error:
                problems.append(error.problem)
                more_rows = False
            if rows or problems:
                yield rows, list(zip(*picked, strict=True)), problems

    def _add(self, problems: list[Problem]) -> None:
        """Add a block's problems in the order of the file; stop if there are too many."""
        reading = self.reading
        self._sort(problems)
        reading.problems += problems
        if len(reading.problems) > MAX_PROBLEMS:
            del reading.problems[MAX_PROBLEMS:]
            reading.stopped = reading.problems[-1].row

    def _sort(self, problems: list[Problem]) -> None:
        order = {name: index for index, name in enumerate(self.reading.header)}
        problems.sort(key=lambda problem: (problem.row, order.get(problem.column, -1)))

    def _repeated_keys(self, rows: list[int]) -> list[Problem]:
        """Return problems of rows whose key an earlier row already has."""
        key = self.schema.unique
        if not rows or not key or any(name not in self.columns for name in key):
            return []
        problems = []
        values_of = [self.cells[name].parts[-1] for name in key]
        for row, values in zip(rows, zip(*values_of, strict=True), strict=True):
            if values[0] is None:
                continue
            first = self.seen.setdefault(values, row)
            if first != row:
                rest = ", ".join(
                    f"{self.reading.source_column(name)} {value}"
                    for name, value in zip(key[1:], values[1:], strict=True)
                )
                problem = f"{f'with {rest} ' if rest else ''}is already in row {first:,}"
                fix = f"keep one of rows {first:,} and {row:,}"
                problems.append(
                    Problem(row, self.reading.source_column(key[0]), values[0], problem, fix)
                )
        return problems

    def _assemble(self) -> None:
        """Join the blocks and check the whole table against the contract."""
        reading = self.reading
        data: dict[str, Any] = {}
        for name, column in self.columns.items():
            data[name] = values = self.cells.pop(name).values()
            refused = any(each.column == reading.source_column(name) for each in reading.problems)
            if column.nullable and not refused and pd.isna(values).all():
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
        self._reverse()
        self._weigh()
        reading.notes += pool_small_groups(reading.frame, self.schema)
        if self.schema.checks:
            self._as_a_whole()

    def _reverse(self) -> None:
        """Turn the answers of reversed items round on their scale."""
        reading, turned = self.reading, []
        for name in reading.mapping.reversed:
            if name in reading.frame:
                low, high = bounds_of(self.columns[name])
                reading.frame[name] = low + high - reading.frame[name]
                turned.append(f"{reading.source_column(name)} ({low:g} counts as {high:g})")
        if turned:
            were = "was" if len(turned) == 1 else "were"
            reading.notes.append(f"{', '.join(turned)} {were} reversed, as declared.")

    def _weigh(self) -> None:
        """Take the weights out of the frame, unless the contract has them."""
        reading = self.reading
        if reading.mapping.weight and WEIGHT in reading.frame:
            reading.weights = reading.frame[WEIGHT].to_numpy()
            reading.notes.append(f"Rows are weighted by {reading.source_column(WEIGHT)}.")
            if reading.weight_added:
                reading.frame = reading.frame.drop(columns=WEIGHT)

    def _all_missing(self, name: str, data: dict[str, Any]) -> None:
        reading = self.reading
        source = reading.source_column(name)
        if self.columns[name].required and str(self.columns[name].dtype) == "float64":
            problem, fix = "has no answers", "remove the column"
            reading.problems.append(Problem(0, source, "", problem, fix))
        else:
            del data[name]
            reading.notes.append(f"Column {source} is empty and is left out.")

    def _as_a_whole(self) -> None:
        """Add problems of the table as a whole."""
        try:
            self.schema.validate(self.reading.frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            cases = error.failure_cases.drop_duplicates(["check", "index"]).dropna(subset=["index"])
            self._add(
                [
                    Problem(self.numbers[int(at)], "", "", str(problem), "correct it")
                    for problem, at in zip(cases["check"], cases["index"], strict=True)
                ]
            )
