"""``datasets/datapackage.json``: a description of every data file, from catalogue and contracts.

``python -m cemlib.descriptor`` writes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandera.pandas as pa

from cemlib.catalogue import datasets as catalogue
from cemlib.catalogue import of_parameter
from cemlib.data.dataset import Dataset
from cemlib.data.load import contract_of
from cemlib.home import datasets
from cemlib.report.plan.workbook import Workbook, workbooks

FILE = "datapackage.json"
OWN = "own"  # a property of ours: datasets that a user may have a file of
_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {"int64": "integer", "float64": "number", "bool": "boolean"}
_TYPES |= {"datetime64": "datetime"}
_LICENCE = {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License"}


def descriptor() -> dict[str, Any]:
    """Return the Data Package (version 2) of the datasets in the catalogue.

    The files of other companies, as ``airport/``, are described by the company.yaml beside them.

    Returns
    -------
    dict
        Ready for JSON. Fields, constraints and keys come from the contracts; titles, provenance and
        sources from the catalogue; sizes and hashes from the committed files; ``own``, a property
        of ours, says of which datasets a user may have a file, and which workbooks take it.

    Examples
    --------
    >>> descriptor()["resources"][2]["path"]
    'telecom/survey.csv'
    """
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "cemlib-datasets",
        "title": "Datasets of cemlib",
        "description": "A fictional mobile and broadband operator with known true parameters, the "
        "tables and cases of the source articles as data, and figures printed in the literature "
        "with their provenance.",
        "version": "0.1.0",
        "licenses": [_LICENCE],
        "resources": [_resource(entry) for entry in catalogue() if entry.file],
        OWN: [_own(entry, places) for entry, places in takers().values()],
    }


def takers() -> dict[str, tuple[Dataset, list[tuple[Workbook, str]]]]:
    """Return the datasets that a user may have a file of, and which parameters take it.

    Returns
    -------
    dict
        Name → dataset, and the workbooks and parameters that take a file of this kind.

    Examples
    --------
    >>> [(book.slug[:2], parameter) for book, parameter in takers()["path-survey"][1]]
    [('03', 'survey')]
    """
    taken: dict[str, tuple[Dataset, list[tuple[Workbook, str]]]] = {}
    for book in workbooks():
        names = frozenset(parameter.name for parameter in book.parameters)
        for parameter in book.parameters:
            entry = of_parameter(parameter.name, names) if parameter.is_dataset else None
            if entry and entry.own:
                taken.setdefault(entry.name, (entry, []))[1].append((book, parameter.name))
    return taken


def text() -> str:
    """Return the text of the descriptor file.

    Examples
    --------
    >>> text().splitlines()[0]
    '{'
    """
    return json.dumps(descriptor(), indent=2, ensure_ascii=False) + "\n"


def write() -> Path:
    """Write the descriptor into the datasets folder atomically, and return its path."""
    target = datasets() / FILE
    scratch = target.with_suffix(".writing")
    scratch.write_text(text(), encoding="utf-8", newline="\n")
    return scratch.replace(target)


def _own(entry: Dataset, places: list[tuple[Workbook, str]]) -> dict[str, Any]:
    workbooks = {book.slug: parameter for book, parameter in places}
    described = {"name": entry.name, "title": entry.title, "workbooks": workbooks}
    return described | ({"answers": entry.answers} if entry.answers else {})


def _resource(entry: Dataset) -> dict[str, Any]:
    content = (datasets() / entry.file).read_bytes()
    table = bool(entry.contract)
    described: dict[str, Any] = {
        "name": entry.name,
        "title": entry.title,
        "description": entry.provenance,
        "path": entry.file,
        "type": "table" if table else "json",
        "format": "csv" if table else "json",
        "mediatype": "text/csv" if table else "application/json",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if entry.sources:
        described["sources"] = [{"title": source} for source in entry.sources]
    if table:
        header = content.split(b"\n", 1)[0].decode("utf-8-sig").strip().split(",")
        described["schema"] = _table_schema(contract_of(entry), header)
    return described


def _table_schema(schema: pa.DataFrameSchema, header: Sequence[str]) -> dict[str, Any]:
    """Return a contract as a Table Schema, without columns that only a user's own file may have."""
    columns = {name: column for name, column in schema.columns.items() if name in header}
    described: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fieldsMatch": "equal",
        "fields": [_field(name, column) for name, column in columns.items()],
        "missingValues": [""],
    }
    if schema.unique:
        described["primaryKey"] = list(schema.unique)
    keys = [
        {"fields": [name], "reference": {"resource": resource, "fields": [field]}}
        for name, column in columns.items()
        for resource, field in [(column.metadata or {}).get("refers_to", ("", ""))]
        if resource
    ]
    if keys:
        described["foreignKeys"] = keys
    return described


def _field(name: str, column: pa.Column) -> dict[str, Any]:
    metadata = column.metadata or {}
    dtype = str(column.dtype)
    kind = _TYPES.get(dtype.split("[")[0], "string")
    kind = "date" if metadata.get("date") else "boolean" if metadata.get("yes_no") else kind
    field: dict[str, Any] = {"name": name, "type": kind, "title": column.title}
    if column.description:
        field["description"] = column.description
    if form := metadata.get("format"):
        field["format"] = form
    if unit := metadata.get("unit"):
        field["unit"] = unit
    if kind == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    for check in column.checks:
        constraints |= {} if kind == "boolean" else _constraint(check, kind)
    return field | ({"constraints": constraints} if constraints else {})


def _constraint(check: pa.Check, kind: str) -> dict[str, Any]:
    facts = check.statistics or {}
    if "allowed_values" in facts:
        return {"enum": list(facts["allowed_values"])}
    if "pattern" in facts:
        return {} if kind == "date" else {"pattern": facts["pattern"]}
    low = "exclusiveMinimum" if check.name == "greater_than" else "minimum"
    limits = {low: facts.get("min_value"), "maximum": facts.get("max_value")}
    return {name: value for name, value in limits.items() if value is not None}


if __name__ == "__main__":
    write()
