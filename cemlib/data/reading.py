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

from cemlib import checks
from cemlib.data.cells import Cells
from cemlib.data.dataset import Dataset
from cemlib.data.mapping import Mapping, beside
from cemlib.data.problems import DataError, Problem
from cemlib.data.tables import Table, UnreadableError, opened
from cemlib.data.timestamps import DEFAULT_ZONE

MAX_PROBLEMS = 1000
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
                early = len(table.notes)
                _Rows(reading, table, schema).read()
                reading.notes += table.notes[early:]
    except UnreadableError as error:
        reading.problems.append(error.problem)
    return reading


def _match(reading: Reading, known: Callable[[str], str]) -> None:
    """Match the columns of the file with those of the contract."""
    by_name: dict[str, list[int]] = {}
    for index, name in enumerate(reading.header):
        by_name.setdefault(name.casefold(), []).append(index)
    taken: set[int] = set()
    for ours, source in reading.mapping.columns.items():
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
        if free and ours and ours not in reading.mapping.columns:
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
        self.columns = {name: schema.columns[name] for name in schema.columns}
        mapping = reading.mapping
        self.zone = mapping.zone or DEFAULT_ZONE
        self.cells = Cells(mapping.missing, table.decimal_comma, MAX_PROBLEMS, self.zone)
        self.parts: dict[str, list[Any]] = {name: [] for name in self.columns}
        self.numbers = reading.numbers
        self.seen: dict[tuple[str | None, ...], int] = {}
        self.blank = 0

    def read(self) -> None:
        """Read all blocks, or stop when there are too many problems."""
        reading = self.reading
        for rows, cells, problems in self._blocks():
            for (name, column), texts in zip(self.columns.items(), cells, strict=False):
                values, in_column = self.cells.read(
                    column, reading.source_column(name), rows, texts
                )
                self.parts[name].append(values)
                problems += in_column
            self.numbers += rows
            problems += self._repeated_keys(rows)
            if rows:
                self._pack()
            self._add(problems)
            if reading.stopped:
                return
        if self.blank:
            count = plural(self.blank, "empty row is", "empty rows are")
            reading.notes.append(f"{count} left out.")
        if self.cells.zoneless:
            count = plural(self.cells.zoneless, "time has", "times have")
            reading.notes.append(f"{count} no time zone; {self.zone} is used.")
        if self.numbers:
            self._assemble()
        elif not reading.problems:
            problem = "has a header and no rows"
            reading.problems.append(Problem(0, "", "", problem, "add rows"))

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
        order = {name: index for index, name in enumerate(reading.header)}
        problems.sort(key=lambda problem: (problem.row, order.get(problem.column, -1)))
        reading.problems += problems
        if len(reading.problems) > MAX_PROBLEMS:
            del reading.problems[MAX_PROBLEMS:]
            reading.stopped = reading.problems[-1].row

    def _repeated_keys(self, rows: list[int]) -> list[Problem]:
        """Return problems of rows whose key an earlier row already has."""
        key = self.schema.unique
        if not rows or not key or any(name not in self.columns for name in key):
            return []
        problems = []
        values_of = [self.parts[name][-1] for name in key]
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

    def _pack(self) -> None:
        """Convert the last block's texts into columns, which take less memory."""
        for parts in self.parts.values():
            if isinstance(parts[-1], list):
                parts[-1] = pd.Series(parts[-1], dtype="str")

    def _assemble(self) -> None:
        """Join the blocks and check the whole table against the contract."""
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
        source = reading.source_column(name)
        if str(self.columns[name].dtype) == "float64":
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
