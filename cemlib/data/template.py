"""What a dataset must hold, column by column, and an empty file to fill in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandera.pandas as pa

from cemlib.data.cells import is_yes_no
from cemlib.data.dataset import Dataset
from cemlib.data.layout import Layout
from cemlib.data.load import contract_of
from cemlib.exits import csv_text

CREATOR = "cem data template"
TIME, DATE, MONTH, YES_NO, WHOLE, NUMBER, TEXT = (
    "date and time",
    "date",
    "month",
    "yes or no",
    "whole number",
    "number",
    "text",
)
HEADER = ("column", "meaning", "unit", "values", "required", "example")
_FORMATS = {TIME: "yyyy-mm-dd hh:mm", DATE: "yyyy-mm-dd", TEXT: "@", MONTH: "@"}
_PROBES = {TIME: "2026-03-31 09:14", DATE: "2026-03-31", MONTH: "2026-03"}
_SHAPES = {TIME: "2026-03-31 09:14", DATE: "2026-03-31", MONTH: "2026-03", YES_NO: "yes or no"}
_SEARCHED = 500  # rows of the committed file in which an example is looked for
_PREPARED = 2000  # rows of an empty file that have drop-downs
_LEVELS = 11  # a scale with more levels has no drop-down
_LIST = 250  # letters that a spreadsheet takes as a list


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a contract, in words.

    Parameters
    ----------
    name, meaning, unit : str
        Its name, what it holds, and its unit; the unit may be empty.
    kind : str
        ``"text"``, ``"number"``, ``"yes or no"``, ``"date and time"`` …
    allowed : tuple of str
        The allowed values; empty if they are not a list.
    low, high : float or None
        Bounds of a number.
    above : bool
        Whether a number must be greater than `low`.
    required, nullable, is_answer : bool
        Whether a file must have the column; whether a cell may be empty; whether it is an answer
        on a scale.
    example : str
        An example; empty if there is none.
    """

    name: str
    meaning: str
    unit: str
    kind: str
    allowed: tuple[str, ...]
    low: float | None
    high: float | None
    above: bool
    required: bool
    nullable: bool
    is_answer: bool
    example: str

    @property
    def values(self) -> str:
        """Return range or allowed values as a phrase."""
        if self.allowed:
            return ", ".join(self.allowed)
        if self.kind in _SHAPES:
            return _SHAPES[self.kind]
        if self.low is None or self.low <= -1e5:
            return self.kind
        if self.high is None or self.high >= 1e5:
            return f"{self.kind}, {'more than' if self.above else 'at least'} {self.low:,.10g}"
        return f"{self.kind}, {self.low:g} to {self.high:,.10g}"

    @property
    def needed(self) -> str:
        """Return whether a file must have it, and every row a value."""
        if not self.required:
            return "no"
        return "yes, cells may be empty" if self.nullable else "yes"

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the values of a drop-down: a list, yes and no, or the levels of a scale."""
        if self.kind == YES_NO:
            return ("yes", "no")
        if self.allowed or not self.is_answer or self.low is None or self.high is None:
            return self.allowed
        whole = self.low == int(self.low) and self.high == int(self.high)
        if not whole or self.high - self.low >= _LEVELS:
            return ()
        return tuple(str(level) for level in range(int(self.low), int(self.high) + 1))


def fields_of(dataset: Dataset, options: Mapping[str, Any] | None = None) -> list[Field]:
    """Return the columns of a dataset in words.

    Parameters
    ----------
    dataset : Dataset
        The dataset.
    options : mapping, optional
        Reading options, such as ``{"item_scale": "1-5"}``, where its contract depends on them.

    Raises
    ------
    ValueError
        If it is not a table, or an option is invalid.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> [(each.name, each.values) for each in fields_of(dataset("offers"))][-2:]
    [('share', 'number, more than 0'), ('seconds', 'number, more than 0')]
    """
    schema = blank_contract(dataset, options)
    example = example_row(dataset)
    return [_field(name, column, example.get(name, "")) for name, column in schema.columns.items()]


def blank_contract(
    dataset: Dataset, options: Mapping[str, Any] | None = None
) -> pa.DataFrameSchema:
    """Return the contract of a file to fill in.

    Raises
    ------
    ValueError
        If the dataset is not a table, or an option is invalid.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> list(blank_contract(dataset("offers")).columns)[-1]
    'seconds'
    """
    return dataset.blank(**(options or {})) if dataset.blank else contract_of(dataset)


def example_row(dataset: Dataset) -> dict[str, str]:
    """Return the fullest of the first rows of the committed file; empty if there is none.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> example_row(dataset("survey"))["wave"]
    '2025-12'
    """
    if not dataset.file or not dataset.path.is_file():
        return {}
    with dataset.path.open(encoding="utf-8", newline="") as file:
        rows = list(islice(csv.DictReader(file), _SEARCHED))
    return max(rows, key=lambda row: sum(map(bool, row.values())), default={})


def write_template(path: Path, dataset: Dataset, options: Mapping[str, Any] | None = None) -> None:
    r"""Write an empty table: the header, and in a workbook drop-downs and the contract.

    Parameters
    ----------
    path : Path
        The file to write: .xlsx or .csv.
    dataset, options
        As in `fields_of`.

    Examples
    --------
    >>> import tempfile
    >>> from cemlib.catalogue import dataset
    >>> path = Path(tempfile.mkdtemp(), "offers.csv")
    >>> write_template(path, dataset("offers"))
    >>> path.read_text(encoding="utf-8-sig")
    'offer,name_en,name_zh,type,share,seconds\n'
    """
    fields = fields_of(dataset, options)
    if path.suffix.lower() == ".csv":
        path.write_text(_header(fields), encoding="utf-8-sig", newline="\n")
        return
    import openpyxl

    book = openpyxl.Workbook()
    book.properties.creator = CREATOR
    sheet = book.worksheets[0]
    sheet.title = dataset.name[:31]
    contract = book.create_sheet(Layout.CONTRACT)
    _write_contract(contract, dataset, fields)
    _write_table(sheet, fields)
    book.save(path)


def is_blank(path: Path, dataset: Dataset) -> bool:
    """Return whether a file is a template of this dataset that nobody has filled in.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> is_blank(dataset("offers").path, dataset("offers"))
    False
    """
    try:
        if path.suffix.lower() == ".csv":
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            names = next(csv.reader(lines[:1]), [])
            return len(lines) == 1 and names == list(blank_contract(dataset).columns)
        import openpyxl

        book = openpyxl.load_workbook(path)
        rows: Iterator[Any] = book.worksheets[0].iter_rows(min_row=2, values_only=True)
        filled = any(cell is not None for row in rows for cell in row)
        return book.properties.creator == CREATOR and not filled
    except Exception:  # any file may lie there; it is then not ours
        return False


def _header(fields: Sequence[Field]) -> str:
    import pandas as pd

    return csv_text(pd.DataFrame(columns=[each.name for each in fields]))


def _write_table(sheet: Any, fields: Sequence[Field]) -> None:
    """Write the header; columns get their format and drop-down."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for at, each in enumerate(fields, 1):
        letter = get_column_letter(at)
        head = sheet.cell(1, at, each.name)
        head.font = Font(bold=each.required)
        sheet.column_dimensions[letter].width = max(12, min(30, len(each.name) + 3))
        rows = f"{letter}2:{letter}{_PREPARED + 1}"
        if each.kind in _FORMATS:
            sheet.column_dimensions[letter].number_format = _FORMATS[each.kind]
            for row in range(2, 202):  # not every program takes the format of a column
                sheet.cell(row, at).number_format = _FORMATS[each.kind]
        levels = ",".join(each.levels)
        if levels and len(levels) <= _LIST and not any("," in level for level in each.levels):
            rule = DataValidation("list", formula1=f'"{levels}"', allow_blank=True)
        elif each.low is not None:
            rule = _bounds(each)
        else:
            continue
        rule.errorStyle = "warning"
        rule.errorTitle, rule.error = each.name[:32], f"Expected: {each.values}"[:225]
        rule.promptTitle, rule.prompt = each.name[:32], f"{each.meaning}: {each.values}"[:225]
        rule.add(rows)
        sheet.add_data_validation(rule)


def _bounds(each: Field) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    kind = "whole" if each.kind == WHOLE else "decimal"
    if each.high is None:
        operator = "greaterThan" if each.above else "greaterThanOrEqual"
        return DataValidation(kind, operator=operator, formula1=f"{each.low:.15g}")
    return DataValidation(
        kind, operator="between", formula1=f"{each.low:.15g}", formula2=f"{each.high:.15g}"
    )


def _write_contract(sheet: Any, dataset: Dataset, fields: Sequence[Field]) -> None:
    from openpyxl.styles import Alignment, Font

    for width, letter in zip((24, 50, 20, 40, 14, 24), "ABCDEF", strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(HEADER)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for each in fields:
        sheet.append([each.name, each.meaning, each.unit, each.values, each.needed, each.example])
    notes = [dataset.title, dataset.needs, *lost(dataset, [each.name for each in fields])]
    sheet.append([])
    for note in filter(None, notes):
        sheet.append([note])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.data_type = "s" if cell.value is not None else cell.data_type
            cell.alignment = Alignment(vertical="top", wrap_text=cell.column > 1)


def lost(dataset: Dataset, columns: Sequence[str]) -> list[str]:
    """Return sentences on what is lost without optional columns.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> lost(dataset("survey"), ["channel"])
    ['Without channel, channels are not compared.']
    """
    by_loss: dict[str, list[str]] = {}
    for name, loss in dataset.without.items():
        if name in columns:
            by_loss.setdefault(loss, []).append(name)
    return [f"Without {' or '.join(names)}, {loss}." for loss, names in by_loss.items()]


def _field(name: str, column: pa.Column, example: str) -> Field:
    metadata = column.metadata or {}
    kind, allowed = _kind(column, example)
    low = high = None
    above = False
    for check in column.checks:
        facts = check.statistics or {}
        if "min_value" in facts:
            low, above = float(facts["min_value"]), check.name == "greater_than"
            high = None if facts.get("max_value") is None else float(facts["max_value"])
    if column.description:
        meaning = f"{column.title}: {column.description}"
    else:
        meaning = column.title or name
    return Field(
        name,
        meaning,
        str(metadata.get("unit") or ""),
        kind,
        allowed,
        low,
        high,
        above,
        bool(column.required),
        bool(column.nullable),
        "scale" in metadata,
        example,
    )


def _kind(column: pa.Column, example: str) -> tuple[str, tuple[str, ...]]:
    """Return the kind of a column, and its allowed values where they are a list."""
    dtype = str(column.dtype)
    if dtype.startswith("datetime64"):
        return TIME, ()
    if is_yes_no(column):
        return YES_NO, ()
    kind = {"int64": WHOLE, "float64": NUMBER}.get(dtype, TEXT)
    for check in column.checks:
        facts = check.statistics or {}
        if "allowed_values" in facts:
            allowed = tuple(str(level) for level in facts["allowed_values"])
            return (YES_NO, ()) if {"yes", "no"} <= set(allowed) else (kind, allowed)
        if "pattern" in facts:
            return _kind_of_pattern(str(facts["pattern"])), ()
    metadata = column.metadata or {}
    if kind == TEXT and (metadata.get("date") or metadata.get("month")):
        return (DATE if metadata.get("date") else MONTH), ()
    return kind, ()


def _kind_of_pattern(pattern: str) -> str:
    """Return the kind of text that a pattern allows, found out by trying."""
    fits = re.compile(pattern).match
    for kind, probe in _PROBES.items():
        if fits(probe) and not fits("C0000001"):
            return MONTH if kind == DATE and fits(_PROBES[MONTH]) else kind
    if fits("yes") and fits("no") and not fits("perhaps"):
        return YES_NO
    return NUMBER if fits("3") and not fits("three") else TEXT
