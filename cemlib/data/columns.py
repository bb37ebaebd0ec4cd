"""For each column of a contract: how its cells are read in this file, and by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandera.pandas as pa

from cemlib import checks
from cemlib.data.cells import Cells, Rules, TextCells, YesNoCells, is_yes_no
from cemlib.data.layout import Table
from cemlib.data.mapping import Mapping
from cemlib.data.moments import MomentCells
from cemlib.data.numeric import NumberCells
from cemlib.data.plain import canonical
from cemlib.data.timestamps import DEFAULT_ZONE, zone_of

GROUPS = {
    "item_scale": "items",
    "survey_scale": "items",
    "importance_scale": "importance",
    "overall_scale": "overall",
}
_COLUMNS_SHOWN = 12


def group_of(column: pa.Column) -> str:
    """Return the group that a column belongs to, for keys of a description: ``"items"``.

    Examples
    --------
    >>> group_of(pa.Column(float, metadata={"scale": "item_scale"}))
    'items'
    """
    return GROUPS.get((column.metadata or {}).get("scale", ""), "")


@dataclass(frozen=True)
class Columns:
    """The columns of a file with its table and its description.

    Parameters
    ----------
    table : Table
        The file.
    mapping : Mapping
        Its description.
    described_in : str
        Name of the file that describes it, or could.
    limit : int
        Maximum number of problems listed per block.
    """

    table: Table
    mapping: Mapping
    described_in: str
    limit: int

    def cells(self, column: pa.Column, source: str) -> Cells:
        """Return what reads the cells of a column.

        Parameters
        ----------
        column : Column
            Its contract.
        source : str
            Its name in the file.
        """
        kind = str(column.dtype)
        rules = self._rules(column, source)
        if kind.startswith("datetime64"):
            return MomentCells(column, rules)
        if is_yes_no(column):
            return YesNoCells(column, rules)
        if kind in ("float64", "int64"):
            return NumberCells(column, rules)
        return TextCells(column, rules)

    def _rules(self, column: pa.Column, source: str) -> Rules:
        mapping, table, places = self.mapping, self.table, (group_of(column), str(column.name))
        is_text = str(column.dtype) not in ("float64", "int64", "bool") and not is_yes_no(column)
        is_text &= not str(column.dtype).startswith("datetime64")
        codes = [code for code in mapping.missing if not (is_text and _is_number(code))]
        if is_yes_no(column):
            codes = [code for code in codes if canonical(code) not in ("0", "1")]
        codes += [code for place in places if place for code in mapping.missing_in.get(place, ())]
        labels = mapping.labels.get("", {})
        for place in filter(None, places):
            labels = labels | mapping.labels.get(place, {})
        return Rules(
            source,
            self.limit,
            missing=frozenset(map(canonical, codes)),
            user_missing=frozenset(map(canonical, table.user_missing.get(source, ()))),
            labels={canonical(label): number for label, number in labels.items()},
            value_labels={
                canonical(value): label
                for value, label in table.value_labels.get(source, {}).items()
            },
            zone=zone_of(mapping.zone or DEFAULT_ZONE),
            dates=mapping.dates,
            decimal=mapping.decimal,
            delimiter=table.delimiter,
            decimal_comma=table.decimal_comma,
            epoch_1904=table.epoch_1904,
            described_in=self.described_in,
        )


def conversion_notes(cells: Iterable[Cells]) -> list[str]:
    """Return notes on answers erased as missing, labels, and signs and units that were converted.

    Parameters
    ----------
    cells : iterable of Cells
        The columns, read to the end.
    """
    columns = list(cells)
    erased = [column for column in columns if column.erased]
    notes = []
    for column in erased[:_COLUMNS_SHOWN]:
        for code, count in column.erased.most_common():
            by = "declared" if code in column.rules.missing else "the file declares it"
            answers = f"{count:,} answer{'' if count == 1 else 's'} to {column.source}"
            were = "was" if count == 1 else "were"
            notes.append(f"{answers} {were} {_shown(code)}, {by} missing.")
    if rest := erased[_COLUMNS_SHOWN:]:
        count = sum(sum(column.erased.values()) for column in rest)
        codes = sorted({code for column in rest for code in column.erased})
        notes.append(
            f"{count:,} answers in {len(rest):,} other column{'' if len(rest) == 1 else 's'} were "
            "declared missing: "
            f"{', '.join(map(_shown, codes[:_COLUMNS_SHOWN]))}."
        )
    if labelled := sum(column.labelled for column in columns):
        used = sum(column.labelled > 0 for column in columns)
        notes.append(
            f"{labelled:,} label{'' if labelled == 1 else 's'} in {used:,} "
            f"column{'' if used == 1 else 's'} got the declared numbers."
        )
    for column in columns:
        notes += column.all_notes()
    return notes


def _shown(code: str) -> str:
    return code if _is_number(code) else checks.shorten(code, 40)


def _is_number(code: str) -> bool:
    try:
        float(canonical(code))
    except ValueError:
        return False
    return True
