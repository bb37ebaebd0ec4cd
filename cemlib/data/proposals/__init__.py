"""Proposals for the mapping of a file: what its columns are, and how they are to be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from cemlib.data.labels import label_order
from cemlib.data.proposals.columns import UNKNOWN, Proposal, Vocabulary, Words, propose_columns
from cemlib.data.proposals.settings import Setting, propose_settings
from cemlib.data.proposals.text import yaml_text
from cemlib.data.proposals.values import Column
from cemlib.data.tables import opened
from cemlib.data.template import Field

__all__ = ["Column", "Proposal", "Proposals", "Setting", "Vocabulary", "Words", "propose",
           "read_columns", "yaml_text"]  # fmt: skip

ITEMS = "items"
_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Proposals:
    """What is proposed for a file.

    Parameters
    ----------
    columns : list of Proposal
        What its columns are.
    settings : list of Setting
        How to read it.
    unused : list of str
        Columns for which nothing is proposed.
    """

    columns: list[Proposal]
    settings: list[Setting]
    unused: list[str]


def propose(
    fields: Sequence[Field],
    columns: Sequence[Column],
    vocabulary: Vocabulary,
    *,
    keys: Collection[str] = (),
    answers: Mapping[str, Sequence[str]] | None = None,
) -> Proposals:
    """Propose a mapping.

    Parameters
    ----------
    fields : sequence of Field
        Columns of the contract.
    columns : sequence of Column
        Columns of the file.
    vocabulary : Vocabulary
        Usual names, and words of groups of items.
    keys : collection of str
        Columns of the contract that must have another value in every row.
    answers : mapping, optional
        Scale that the YAML may declare → prefix or name of the columns answered on it.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> from cemlib.data.template import fields_of
    >>> file = [Column("id", "", ["a", "b"]), Column("share", "", ["60", "40"])]
    >>> propose(fields_of(dataset("offers")), file, Vocabulary()).unused
    ['id']
    """
    everything = propose_columns(fields, columns, vocabulary, keys)
    proposals = [each for each in everything if each.column != UNKNOWN]
    names = [each.column for each in proposals]
    scales = {
        scale: [name for name in names if _is_answered_on(name, parts)]
        for scale, parts in (answers or {}).items()
    }
    bounds = {
        each.name: (each.low, each.high)
        for each in fields
        if each.low is not None and each.high is not None and not _is_on(each.name, scales)
    }
    columns = _labelled_together(columns, proposals, scales)
    settings = propose_settings(columns, proposals, scales, bounds, vocabulary)
    if ITEMS in scales and not any(each.key == "labels" for each in settings):
        settings += _labels_of_unknown(columns, everything)
    used = {each.source for each in everything}
    used |= {setting.value for setting in settings if setting.key == "weight"}
    return Proposals(everything, settings, [each.name for each in columns if each.name not in used])


def read_columns(path: Path, limit_mb: int) -> tuple[list[Column], list[str]]:
    """Read the columns of a file: at most 20,000 rows of it.

    Parameters
    ----------
    path : Path
        The file.
    limit_mb : int
        Maximum size, in MB.

    Returns
    -------
    columns : list of Column
        Its columns.
    notes : list of str
        How it was read.

    Raises
    ------
    UnreadableError
        If it is no table.

    Examples
    --------
    >>> from cemlib.catalogue import path as path_of
    >>> [column.name for column in read_columns(path_of("offers"), 8)[0]][-1]
    'seconds'
    """
    with opened(path, limit_mb) as table:
        rows: list[list[str]] = [cells for _, cells in islice(table.rows, _LOOKED_AT)]
        questions: Mapping[str, str] = table.questions
        missing: Mapping[str, Collection[str]] = table.user_missing
        codes: Mapping[str, dict[str, str]] = table.value_labels
        notes = list(table.notes)
    rows = [cells for cells in rows if any(map(str.strip, cells))]
    columns = []
    for at, name in enumerate(table.header):
        declared = missing.get(name, ())
        cells = [row[at] if at < len(row) and row[at] not in declared else "" for row in rows]
        question, of_values = questions.get(name, ""), dict(codes.get(name, {}))
        columns.append(Column(name, question, cells, _labels_of(cells), of_values))
    return columns, notes


def _labelled_together(
    columns: Sequence[Column], proposals: Sequence[Proposal], scales: Mapping[str, Sequence[str]]
) -> list[Column]:
    """Return the columns; those of a group with labels in the order of all its labels."""
    sources = {each.column: each.source for each in proposals}
    by_name = {each.name: each for each in columns}
    for names in scales.values():
        group = [by_name[sources[name]] for name in names]
        labels = _labels_of([cell for each in group for cell in each.cells])
        for each in group if labels else ():
            own = {cell: labels[cell] for cell in set(each.cells) if cell in labels}
            by_name[each.name] = replace(each, labels=own)
    return [by_name[each.name] if each.name else each for each in columns]


def _labels_of_unknown(columns: Sequence[Column], proposals: Sequence[Proposal]) -> list[Setting]:
    """Return the labels of ratings of which nothing says what they ask, as those of items."""
    unknown = {each.source for each in proposals if each.column == UNKNOWN}
    cells = [
        cell for each in columns if each.name in unknown and each.labels for cell in each.cells
    ]
    labels = _labels_of(cells)
    return [Setting("labels", labels, "if these are items", False, ITEMS)] if labels else []


def _labels_of(cells: Sequence[str]) -> dict[str, float]:
    """Return the values of labels in a column of texts; empty unless they are known."""
    return label_order(dict.fromkeys(cells)) or {}


def _is_on(name: str, scales: Mapping[str, Sequence[str]]) -> bool:
    return any(name in names for names in scales.values())


def _is_answered_on(name: str, parts: Sequence[str]) -> bool:
    """Return whether a column has one of these names, or is an item of one of these groups."""
    group, _, number = name.rpartition("_")
    return name in parts or (group in parts and number.isdigit())
