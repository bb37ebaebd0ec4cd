"""The findings of all runs of a study as one table, with a row per run and finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cemlib.exits import safe_cell
from cemlib.report import files
from cemlib.report.artifacts import Outcome

FIRST = ("run", "workbook", "replicate")
LAST = ("finding", "value", "text", "unit", "low", "high", "sentence", "datasets", "example")
NUMBERS = ("value", "low", "high")


def rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return a row per run and finding: run, workbook, replicate, parameters, finding.

    Parameters are in columns ``param_…``; ``replicate`` is empty for runs without replicates.

    A finding's value is in ``value`` if it is a number, and in ``text`` if it is a name. The
    datasets that it rests on are joined by "; ".
    """
    return [
        {
            "run": outcome.run.slug,
            "workbook": outcome.run.workbook.slug,
            "replicate": outcome.run.replicate,
        }
        | {f"param_{name}": value for name, value in outcome.run.parameters.items()}
        | {
            "finding": finding.name,
            "value": None if isinstance(finding.value, str) else finding.value,
            "text": finding.value if isinstance(finding.value, str) else None,
            "unit": finding.unit,
            "low": finding.low,
            "high": finding.high,
            "sentence": finding.sentence,
            "datasets": "; ".join(finding.datasets),
            "example": finding.example,
        }
        for outcome in outcomes
        for finding in outcome.findings
    ]


def write(folder: Path, outcomes: Sequence[Outcome]) -> None:
    """Write ``findings.csv`` and ``findings.parquet`` to a study's folder."""
    parameters = dict.fromkeys(
        f"param_{name}" for outcome in outcomes for name in outcome.run.parameters
    )
    columns = [*FIRST, *parameters, *LAST]
    table = rows(outcomes)
    files.write(folder / "findings.csv", _csv(columns, table))
    _write_parquet(folder / "findings.parquet", columns, table)


def _csv(columns: list[str], table: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(safe_cell, columns))
    writer.writerows([_word(safe_cell(row.get(name))) for name in columns] for row in table)
    return text.getvalue()


def _write_parquet(path: Path, columns: list[str], table: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {}
    for name in columns:
        values = [row.get(name) for row in table]
        kinds = {type(value) for value in values if value is not None}
        if name in NUMBERS or kinds == {int, float}:
            arrays[name] = pa.array(values, pa.float64())
        elif len(kinds) == 1 and kinds < {bool, int, float} and _fits(values):
            arrays[name] = pa.array(values)
        elif name == "replicate" and not kinds:
            arrays[name] = pa.array(values, pa.int64())
        else:  # workbooks may use one name for values of different types
            words = [None if value is None else _word(value) for value in values]
            arrays[name] = pa.array(words, pa.string())
    with files.replacing(path) as temporary:
        parquet.write_table(pa.table(arrays), temporary)


def _fits(values: list[Any]) -> bool:
    """Return whether all values fit into 64 bits."""
    return all(not isinstance(value, int) or abs(value) < 2**63 for value in values)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
