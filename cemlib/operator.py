"""The fictional operator: tables with known true parameters, byte for byte reproducible."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.stats.customers import Part
from cemlib.stats.customers import customers as draw_customers
from cemlib.studies.complaints.operator import parts as complaints
from cemlib.studies.expectation import operator as expectation
from cemlib.studies.ladder.operator import parts as ladder
from cemlib.studies.repair.operator import parts as repair
from cemlib.studies.rights.operator import parts as rights
from cemlib.studies.rights.operator.survey_truth import TRUTH, SurveyTruth
from cemlib.studies.value.operator import parts as value

VERSION = 1
BLOCK = 10_000
_CUSTOMERS = 1


def parts(truth: SurveyTruth = TRUTH) -> tuple[Part, ...]:
    """Return the parts of an operator; `truth` holds the true parameters of its survey.

    Examples
    --------
    >>> parts()[0].name, list(parts()[0].keys)
    ('survey', ['survey'])
    """
    return (
        *rights.parts(truth),
        *expectation.PARTS,
        *complaints.PARTS,
        *repair.PARTS,
        *ladder.PARTS,
        *value.PARTS,
    )


def make(
    directory: str | os.PathLike[str],
    customers: int = 4000,
    seed: int = 20260101,
    *,
    truth: SurveyTruth = TRUTH,
    only: Collection[str] = (),
) -> list[Path]:
    """Write the tables of an operator into a folder.

    Each table and each block of customers has a random stream of its own. So a table added later
    changes no other table, more customers do not change the rows of the first ones, and memory does
    not grow with their number. Files with the same names are replaced atomically.

    Parameters
    ----------
    directory : str or path
        The folder; created if missing.
    customers : int
        Number of customers, from 1 to 9,999,999.
    seed : int
        Seed of all random streams, at least 0.
    truth : SurveyTruth
        True parameters of the survey.
    only : collection of str
        Names of the parts to write; all of them if empty.

    Returns
    -------
    list of Path
        ``customers.csv``, the tables of each of the operator's parts, and ``truth.json``.

    Raises
    ------
    ValueError
        If an argument is out of range, or ``directory`` is a file or holds other files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in make(folder, customers=100)][:3]
    ['customers.csv', 'survey.csv', 'practices.csv']
    """
    count = int(checks.between("customers", customers, 1, 9_999_999, whole=True))
    root = int(checks.between("seed", seed, 0, whole=True))
    target = Path(directory)
    if target.exists() and not target.is_dir():
        raise checks.invalid_argument(
            "directory", target.name, "a folder, or the name of a new one"
        )
    if target.is_dir() and not _is_ours(target):
        wanted = "a new or empty folder, or one that holds an operator made by cem"
        raise checks.invalid_argument("directory", target.name, wanted)
    target.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=target))
    try:
        made = tuple(part for part in parts(truth) if not only or part.name in only)
        names = _write_streams(scratch, count, root, made, truth)
        for part in made:
            for name, table in part.fixed.items():
                _write_fixed(scratch / f"{name}.csv", table())
        text = json.dumps(document(made, root, count), indent=2, ensure_ascii=False)
        (scratch / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        files = [f"{name}.csv" for name in names] + ["truth.json"]
        return [_move(scratch / name, target / name) for name in files]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def blocks(
    customers: int, seed: int, truth: SurveyTruth = TRUTH
) -> Iterator[dict[str, pd.DataFrame]]:
    """Draw an operator's tables, a block of customers at a time.

    Every block is drawn in full and then cut, so that the rows of a customer do not depend on the
    number of customers.

    Parameters
    ----------
    customers : int
        Number of customers.
    seed : int
        Seed of all random streams.
    truth : SurveyTruth
        True parameters of the survey.

    Yields
    ------
    dict of DataFrame
        ``customers`` and the drawn tables of up to `BLOCK` customers.

    Examples
    --------
    >>> sum(len(block["customers"]) for block in blocks(12_000, seed=1))
    12000
    """
    yield from _blocks(customers, seed, parts(truth), truth)


def _blocks(
    customers: int, seed: int, made: tuple[Part, ...], truth: SurveyTruth
) -> Iterator[dict[str, pd.DataFrame]]:
    for number, start in enumerate(range(0, customers, BLOCK)):
        rng = np.random.default_rng([seed, _CUSTOMERS, number])
        people = draw_customers(BLOCK, rng, truth.mix, first=start + 1)
        kept = people.head(customers - start)
        last = kept["customer"].iloc[-1]
        tables, whole = {"customers": kept}, dict[str, pd.DataFrame]()
        for part in made:
            if part.draw:
                needed = [whole[name] for name in part.needs]
                stream = np.random.default_rng([seed, part.stream, number])
                drawn = part.draw(people, stream, *needed)
                whole |= drawn
                for name, frame in drawn.items():
                    named = part.aligned_with.get(name, name)
                    key = drawn[named][part.keys[named]].str.slice(stop=len(last))
                    tables[name] = frame[~(key > last)]
        yield tables


def _write_streams(
    folder: Path, customers: int, seed: int, made: tuple[Part, ...], truth: SurveyTruth
) -> list[str]:
    """Write the drawn tables, and return the names of all tables, in the operator's order."""
    quoted = frozenset[str]().union(*(part.quoted for part in made))
    files: dict[str, BinaryIO] = {}
    try:
        for tables in _blocks(customers, seed, made, truth):
            for name, frame in tables.items():
                if name not in files:
                    files[name] = (folder / f"{name}.csv").open("wb")
                    files[name].write((",".join(frame.columns) + "\n").encode())
                _append(files[name], frame, "needed" if name in quoted else "none")
    finally:
        for file in files.values():
            file.close()
    return ["customers"] + [name for part in made for name in (*part.keys, *part.fixed)]


def _write_fixed(path: Path, table: pd.DataFrame) -> None:
    for name in table.select_dtypes(bool):
        table[name] = table[name].map({True: "yes", False: "no"})
    table.to_csv(path, index=False, lineterminator="\n")


def _append(file: BinaryIO, frame: pd.DataFrame, quoting: str) -> None:
    """Write rows as CSV; without quoting, pyarrow refuses a text that needs it."""
    import pyarrow as pa
    from pyarrow import csv

    table = pa.table({name: _array(values) for name, values in frame.items()})
    csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style=quoting))


def _array(values: pd.Series) -> Any:
    """Return a column as it is written: whole numbers without a point, even if some are missing."""
    import pyarrow as pa

    if pd.api.types.is_bool_dtype(values):
        values = values.map({True: "yes", False: "no"})
    if not pd.api.types.is_numeric_dtype(values):
        return pa.array(values, type=pa.string(), from_pandas=True)
    whole = (values.dropna() % 1 == 0).all()
    return pa.array(values, type=pa.int64() if whole else pa.float64(), from_pandas=True)


def _is_ours(folder: Path) -> bool:
    """Return whether a folder is empty, or holds an operator."""
    if all(path.name.startswith(".") for path in folder.iterdir()):
        return True
    try:
        truth = json.loads((folder / "truth.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(truth, dict) and {"generator", "planted"} <= set(truth)


def _move(source: Path, target: Path) -> Path:
    source.replace(target)
    return target


def document(made: tuple[Part, ...], seed: int, customers: int) -> dict[str, Any]:
    """Return the content of ``truth.json``.

    Parameters
    ----------
    made : tuple of Part
        The parts of the operator.
    seed, customers : int
        Seed and number of customers of the operator.

    Returns
    -------
    dict
        ``generator``, ``planted`` and ``population``, ready for JSON.
    """
    populations = {part.name: part.population() for part in made}
    return {
        "generator": {"version": VERSION, "seed": seed, "customers": customers},
        "planted": {part.name: part.true_parameters() for part in made},
        "population": {name: values for name, values in populations.items() if values},
    }
