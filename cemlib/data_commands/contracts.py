"""What ``cem data`` prints: what a dataset must hold, an empty file, and whether a file is fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cemlib import catalogue, checks
from cemlib.data import load
from cemlib.data.problems import grouped
from cemlib.data.template import Field, fields_of, is_blank, lost, write_template
from cemlib.data_commands.layout import paragraph, table
from cemlib.descriptor import takers
from cemlib.exits import echo
from cemlib.formats import join_words, plural
from cemlib.report.errors import CannotWriteError, RequestError

if TYPE_CHECKING:
    from cemlib.data.dataset import Dataset
    from cemlib.data.reading import Reading

LISTED = 20


def show(name: str, options: Mapping[str, str]) -> int:
    """Print what a file must hold to be a dataset, and return the exit code."""
    dataset = find_dataset(name)
    echo(dataset.title)
    for line in _taken_by(dataset):
        echo(line)
    if dataset.needs:
        echo(paragraph(dataset.needs))
    if dataset.contract is None and dataset.blank is None:
        return 0
    fields = fields_or_refuse(dataset, options)
    rows = [
        (
            each.name,
            each.meaning,
            _values(each),
            "no" if not each.required else "yes*" if each.nullable else "yes",
            _short(each.example),
        )
        for each in fields
    ]
    echo()
    echo_table(rows, ("COLUMN", "MEANING", "VALUES", "REQUIRED", "EXAMPLE"))
    if any(each.required and each.nullable for each in fields):
        echo("  * cells may be empty")
    optional = lost(dataset, [each.name for each in fields])
    if optional:
        echo("\nOptional columns")
        for sentence in optional:
            echo(paragraph(sentence, 2, 2))
    options_of = ", ".join(option for option in dataset.options)
    if options_of:
        echo(f"\nReading options (--option KEY VALUE): {options_of}")
    if dataset.own:
        echo(f"\nAn empty file: cem data template {name} -o {name}.xlsx")
    return 0


def template(name: str, out: Path, options: Mapping[str, str]) -> int:
    """Write an empty file to fill in, and return the exit code."""
    dataset = find_dataset(name)
    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise RequestError(f"the file is {out.name!r}, but must end with .xlsx or .csv")
    if not dataset.own:
        raise RequestError(f"{name} cannot be one's own; see cem list")
    if dataset.contract is None and dataset.blank is None:
        raise RequestError(f"{name} is not a table; see cem data show {name}")
    if out.exists() and not is_blank(out, dataset):
        raise RequestError(
            f"{out} exists and is not an empty template of {name}; choose another file with -o"
        )
    fields_or_refuse(dataset, options)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_template(out, dataset, options)
    except OSError as error:
        raise CannotWriteError(f"cannot write {out}: {error.strerror}") from error
    echo(str(out))
    if dataset.needs:
        echo(paragraph(dataset.needs))
    echo(f"Next: fill it in, then cem data check {name} {out}")
    return 0


def check(name: str, file: Path, options: Mapping[str, str], everything: bool = False) -> int:
    """Print how a file was read, its problems or what it answers, and return the exit code."""
    dataset = find_dataset(name)
    try:
        reading = load.check(dataset, file, **options)
    except ValueError as error:
        raise RequestError(str(error)) from error
    for note in reading.notes:
        echo(paragraph(note, 0, 2))
    if reading.problems:
        for line in _problems(reading, everything):
            echo(line)
        many = plural(len(reading.problems), "problem")
        echo(f"{file.name}: {many}{' or more' if reading.stopped else ''}")
        return 1
    if len(reading.frame):
        echo(f"{plural(len(reading.frame), 'row')} read.")
    _say_what_is_answered(dataset, reading)
    echo(f"{file.name}: fit")
    return 0


def echo_table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> None:
    """Print a table line by line."""
    for line in table(rows, header).splitlines():
        echo(line)


def find_dataset(name: str) -> Dataset:
    """Return a dataset, or refuse the request."""
    try:
        return catalogue.dataset(name)
    except ValueError:
        near = checks.nearest(name, catalogue.names(), 1)
        like = f"did you mean {near[0]!r}?" if near else f"use {join_words(takers(), 'or')}"
        raise RequestError(f"there is no dataset {name!r}; {like}") from None


def fields_or_refuse(dataset: Dataset, options: Mapping[str, str]) -> list[Field]:
    """Return the columns of a file to fill in; refuse an unknown or invalid option."""
    for option in options:
        if option not in dataset.options:
            have = ", ".join(dataset.options) or "none"
            raise RequestError(f"option is {option!r}, but must be one of {dataset.name}: {have}")
    try:
        return fields_of(dataset, options if dataset.blank else {})
    except ValueError as error:
        raise RequestError(str(error)) from error


def _taken_by(dataset: Dataset) -> list[str]:
    """Return lines that say which workbooks take a file of one's own, and what it answers."""
    _, places = takers().get(dataset.name, (dataset, []))
    lines = [f"Taken by {book.slug} --data {parameter}=FILE" for book, parameter in places]
    if not places:
        return ["It cannot be one's own: no workbook takes it."]
    if dataset.answers:
        lines.append(paragraph(f"Answers: {dataset.answers}.", 0, 2))
    return lines


def _say_what_is_answered(dataset: Dataset, reading: Reading) -> None:
    for line in _taken_by(dataset):
        echo(line)
    absent = [name for name in dataset.without if name not in reading.column_index]
    said = " ".join(reading.notes)
    for sentence in lost(dataset, absent):
        if sentence not in said:
            echo(paragraph(f"Not answered. {sentence}", 0, 2))


def _problems(reading: Reading, everything: bool) -> list[str]:
    """Return the problems as lines, like ones together; at most twenty unless all are wanted."""
    problems = reading.problems
    if everything:
        return list(map(str, problems))
    lines = grouped(problems, LISTED)
    if len(lines) < len(problems):
        lines.append("--all lists every problem in a line of its own")
    return lines


def _values(each: Field) -> str:
    """Return range or allowed values with the unit; of an answer, the unit says both."""
    if not each.unit or each.unit.startswith("points ("):
        return each.unit or each.values
    return f"{each.values} ({each.unit})"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 24 else f"{flat[:23]}…"
