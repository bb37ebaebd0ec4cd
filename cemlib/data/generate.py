"""A generated operator: tables whose truth is known, the same bytes for the same seed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from cemlib import checks
from cemlib.data.generate_practices import practices
from cemlib.data.generate_survey import customers as draw_customers
from cemlib.data.generate_survey import simulate_survey, survey
from cemlib.data.truth import TRUTH, SurveyTruth, document, population

__all__ = [
    "BLOCK",
    "TRUTH",
    "SurveyTruth",
    "blocks",
    "make",
    "population",
    "practices",
    "simulate_survey",
    "survey",
]

BLOCK = 10_000
_STREAMS = {"customers": 1, "survey": 2}


def make(
    directory: str | os.PathLike[str],
    customers: int = 4000,
    seed: int = 20260101,
    *,
    truth: SurveyTruth = TRUTH,
) -> list[Path]:
    """Write the tables of an operator into a folder.

    Each table and each block of customers has a stream of chance of its own: a table added later
    changes none of these, more customers leave the rows of the first ones as they are, and memory
    does not grow with their number. Files of the same names are replaced, each at once.

    Parameters
    ----------
    directory : str or path
        The folder; made where missing.
    customers : int
        How many customers, from 1 to 9,999,999.
    seed : int
        Seed of every stream, at least 0.
    truth : SurveyTruth
        What is planted.

    Returns
    -------
    list of Path
        ``customers.csv``, ``survey.csv``, ``practices.csv`` and ``truth.json``.

    Raises
    ------
    ValueError
        If an argument is out of range, or ``directory`` is a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in make(folder, customers=100)]
    ['customers.csv', 'survey.csv', 'practices.csv', 'truth.json']
    """
    count = int(checks.between("customers", customers, 1, 9_999_999, whole=True))
    root = int(checks.between("seed", seed, 0, whole=True))
    target = Path(directory)
    if target.exists() and not target.is_dir():
        raise checks.refuse("directory", target.name, "a folder, or the name of a new one")
    target.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=target))
    try:
        _write_streams(scratch, count, root, truth)
        table = practices()
        table["call_centre"] = table["call_centre"].map({True: "yes", False: "no"})
        table.to_csv(scratch / "practices.csv", index=False, lineterminator="\n")
        text = json.dumps(document(truth, root, count), indent=2, ensure_ascii=False)
        (scratch / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        files = [f"{name}.csv" for name in (*_STREAMS, "practices")] + ["truth.json"]
        return [_move(scratch / name, target / name) for name in files]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def blocks(
    customers: int, seed: int, truth: SurveyTruth = TRUTH
) -> Iterator[dict[str, pd.DataFrame]]:
    """Draw an operator's tables, a block of customers at a time.

    Every block is drawn whole and then cut, so that a customer's rows do not depend on how many
    customers there are.

    Parameters
    ----------
    customers : int
        How many customers.
    seed : int
        Seed of every stream.
    truth : SurveyTruth
        What is planted.

    Yields
    ------
    dict of DataFrame
        ``customers`` and ``survey`` of up to `BLOCK` customers.

    Examples
    --------
    >>> sum(len(block["customers"]) for block in blocks(12_000, seed=1))
    12000
    """
    for number, start in enumerate(range(0, customers, BLOCK)):
        rngs = {
            table: np.random.default_rng([seed, stream, number])
            for table, stream in _STREAMS.items()
        }
        people = draw_customers(BLOCK, rngs["customers"], truth, first=start + 1)
        answers = survey(people, rngs["survey"], truth)
        people = people.head(customers - start)
        last = people["customer"].iloc[-1]
        yield {"customers": people, "survey": answers[answers["respondent"] <= last]}


def _write_streams(folder: Path, customers: int, seed: int, truth: SurveyTruth) -> None:
    files: dict[str, BinaryIO] = {}
    try:
        for tables in blocks(customers, seed, truth):
            for name, frame in tables.items():
                if name not in files:
                    files[name] = (folder / f"{name}.csv").open("wb")
                    files[name].write((",".join(frame.columns) + "\n").encode())
                _append(files[name], frame)
    finally:
        for file in files.values():
            file.close()


def _append(file: BinaryIO, frame: pd.DataFrame) -> None:
    """Write rows as CSV; numbers are whole, and no text needs quotes (else pyarrow refuses)."""
    import pyarrow as pa
    from pyarrow import csv

    table = pa.table(
        {
            name: pa.array(values, type=pa.int64(), from_pandas=True)
            if pd.api.types.is_numeric_dtype(values)
            else pa.array(values, type=pa.string(), from_pandas=True)
            for name, values in frame.items()
        }
    )
    csv.write_csv(table, file, csv.WriteOptions(include_header=False, quoting_style="none"))


def _move(source: Path, target: Path) -> Path:
    source.replace(target)
    return target
