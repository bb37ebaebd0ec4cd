"""What ``cem data map`` does: it proposes the YAML beside a file, and says what it is unsure of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cemlib.data.mapping import beside
from cemlib.data.proposals import Proposals, Setting, Vocabulary, propose, read_columns, yaml_text
from cemlib.data.tables import UnreadableError
from cemlib.data.template import blank_contract
from cemlib.data_commands.contracts import echo_table, fields_or_refuse, find_dataset
from cemlib.data_commands.layout import paragraph
from cemlib.data_commands.synonyms import IMPORTANCE, RIGHTS, SYNONYMS
from cemlib.descriptor import takers
from cemlib.exits import echo
from cemlib.report import files
from cemlib.report.errors import CannotWriteError, RequestError

if TYPE_CHECKING:
    from cemlib.data.dataset import Dataset

_SURVEY = "survey"
_SCALES: Mapping[str, Sequence[str]] = {
    "items": tuple(RIGHTS),
    "importance": tuple(f"{right}_importance" for right in RIGHTS),
    "overall": ("overall",),
}


def map_file(name: str, file: Path, options: Mapping[str, str], force: bool = False) -> int:
    """Propose the YAML beside a file, write it, and return the exit code."""
    dataset = find_dataset(name)
    if dataset.contract is None and dataset.blank is None:
        raise RequestError(f"{name} is not a table; see cem data show {name}")
    yaml = beside(file)
    if yaml.exists() and not force:
        raise RequestError(f"{yaml} exists; look at it, or replace it with --force")
    try:
        proposed, notes = proposals_for(dataset, file, options)
    except UnreadableError as error:
        echo(f"{file.name}: {error.problem}")
        return 1
    for note in notes:
        echo(paragraph(note, 0, 2))
    title = f"Proposed by cem data map {name} {file.name}. Read it before you use it."
    text = yaml_text(title, proposed.columns, proposed.settings, proposed.unused)
    try:
        files.write(yaml, text)
    except OSError as error:
        raise CannotWriteError(f"cannot write {yaml}: {error.strerror}") from error
    _say(dataset, proposed, options)
    echo(f"\nWritten: {yaml}")
    echo(f"Next: cem data check {name} {file}")
    for book, parameter in takers().get(name, (dataset, []))[1]:
        echo(f"Then: cem run {book.slug} --data {parameter}={file}")
    return 0


def proposals_for(
    dataset: Dataset, file: Path, options: Mapping[str, str] | None = None
) -> tuple[Proposals, list[str]]:
    """Return what is proposed for a file, and how the file was read.

    Raises
    ------
    UnreadableError
        If it is no table.
    RequestError
        If an option is not one of the dataset.
    """
    fields = fields_or_refuse(dataset, options or {})
    columns, notes = read_columns(file, dataset.limit_mb)
    unique = blank_contract(dataset, options if dataset.blank else {}).unique or []
    is_survey = dataset.name == _SURVEY
    keys = unique if len(unique) == 1 else ["respondent"] if is_survey else []
    vocabulary = Vocabulary(SYNONYMS, RIGHTS, IMPORTANCE) if is_survey else Vocabulary(SYNONYMS)
    answers = _SCALES if is_survey else None
    return propose(fields, columns, vocabulary, keys=keys, answers=answers), notes


def _say(dataset: Dataset, proposed: Proposals, options: Mapping[str, str]) -> None:
    """Print what is sure, what is unsure, what is missing and what is not used."""
    for sure, head in ((True, "Sure"), (False, "Unsure, written as comments")):
        rows = [
            (each.column, each.source, each.reason)
            for each in proposed.columns
            if each.sure is sure
        ]
        rows += [
            (_name(each), _value(each), each.reason)
            for each in proposed.settings
            if each.sure is sure
        ]
        if rows:
            echo(f"\n{head}")
            echo_table(rows)
    found = {each.column for each in proposed.columns}
    absent = [
        each.name
        for each in fields_or_refuse(dataset, options)
        if each.required and each.name not in found
    ]
    if absent:
        echo(f"\nRequired, and not found: {', '.join(absent)}")
    if dataset.needs:
        echo(f"\n{paragraph(dataset.needs)}")
    if proposed.unused:
        echo("\n" + paragraph(f"Not used: {', '.join(proposed.unused)}", 0, 2))


def _name(each: Setting) -> str:
    return f"{each.key}: {each.group}" if each.group else each.key


def _value(each: Setting) -> str:
    if isinstance(each.value, dict):
        return ", ".join(f"{label} = {value:g}" for label, value in each.value.items())
    return ", ".join(each.value) if isinstance(each.value, list) else str(each.value)
