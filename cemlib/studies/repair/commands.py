"""The command ``cem cases``: merge a file of contacts into a file of cases."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemlib.exits import csv_text, echo
from cemlib.report import files
from cemlib.report.errors import CannotWriteError, RequestError

if TYPE_CHECKING:
    import pandas as pd

    from cemlib.studies.repair.datasets.contacts import Contacts
    from cemlib.studies.repair.merging import Written

ENDINGS = (".csv", ".parquet")
COLUMNS = ("case", "customer", "first", "last", "contacts")  # every file of cases has them
_SEED = 20210101  # decides only which random pairs Splink samples


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """How contacts are to be merged.

    Parameters
    ----------
    window_days : float
        Maximum days between a contact and the previous one.
    similarity : float, optional
        Minimum similarity of two texts; none to merge by codes alone.
    engine : str
        ``"duckdb"`` or Spark.
    zone : str
        Time zone for timestamps without one.
    distinct : bool
        Whether duplicate rows of a Parquet file are counted once.
    identity : str
        Fields, separated by commas, by which contacts without a customer are linked; none if empty.
    certainty : float
        Minimum probability of a link.
    """

    window_days: float
    similarity: float | None
    engine: str
    zone: str
    distinct: bool
    identity: str = ""
    certainty: float = 0.95


def merge(contacts: Path, cases: Path, options: MergeOptions) -> int:
    """Merge a file of contacts into a file of cases, report the counts, and return 0."""
    if not os.path.exists(contacts):  # noqa: PTH110 - never raises, whatever the name
        raise RequestError(f"there is no file {contacts}")
    if cases.suffix.lower() not in ENDINGS:
        raise RequestError(f"OUT is {cases.name!r}, but must end in .csv or .parquet")
    if cases.exists() and (cases.is_dir() or cases.samefile(contacts)):
        raise RequestError(f"the cases cannot be written to {cases}: name another file")
    files.refuse_foreign(cases, COLUMNS)
    if options.similarity is not None and options.engine != "duckdb":
        raise RequestError(
            "texts are compared on this machine only: leave out --engine or --similarity"
        )
    with _refused():
        written = _with_texts(contacts, cases, options) if options.similarity else None
        written = written or _by_code(contacts, cases, options)
    _say(written, options)
    echo(str(cases))
    return 0


@contextmanager
def _refused() -> Iterator[None]:
    """Turn errors of the request or the disk into those of the command."""
    try:
        yield
    except ValueError as error:
        raise RequestError(*str(error).splitlines()) from error
    except OSError as error:
        raise CannotWriteError(f"the cases cannot be written: {error}") from error


def _by_code(contacts: Path, cases: Path, options: MergeOptions) -> Written:
    from cemlib.studies.repair.merging import merge_file

    def run(file: Path) -> Written:
        cases.parent.mkdir(parents=True, exist_ok=True)
        return merge_file(
            file,
            cases,
            window_days=options.window_days,
            engine=options.engine,
            distinct=options.distinct and file == contacts,
        )

    if _is_parquet(contacts) and not options.identity:
        return run(contacts)
    frame = _frame(contacts, options)
    if "problem" not in frame:
        raise RequestError(
            f"{contacts.name} has no column problem: compare texts with --similarity 0.15"
        )
    with tempfile.TemporaryDirectory(prefix="cem-cases-") as folder:
        file = Path(folder) / "contacts.parquet"
        frame.to_parquet(file, index=False)
        return run(file)


def _with_texts(contacts: Path, cases: Path, options: MergeOptions) -> Written:
    from cemlib.studies.repair.cases import case_table, merge_contacts
    from cemlib.studies.repair.merging import Written

    frame = _frame(contacts, options)
    for name in ("customer", "time", "text"):
        if name not in frame:
            raise RequestError(f"{contacts.name} has no column {name}")
    coded = "problem" in frame
    bar: Any = click.progressbar(length=len(frame), label="Texts", file=sys.stderr)

    def progress(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    with bar:
        merged = merge_contacts(
            frame,
            window_days=options.window_days,
            by="both" if coded else "text",
            similarity=options.similarity or 1.0,
            progress=progress,
        )
    table = case_table(frame, merged.case)
    table = table[table["customer"].notna()]
    _write(table, cases)
    return Written(len(frame), merged.without_customer, 0, len(table))


def _write(table: pd.DataFrame, cases: Path) -> None:
    """Write cases as the engines do: times in UTC, channels counted."""
    for name in ("first", "last"):
        if table[name].dt.tz is not None:
            table[name] = table[name].dt.tz_convert("UTC").dt.tz_localize(None)
    if "channels" in table:
        table["channels"] = table["channels"].str.count(" > ").add(1).fillna(0).astype("int64")
    with files.replacing(cases) as scratch:
        if cases.suffix.lower() == ".csv":
            scratch.write_text(csv_text(table), encoding="utf-8", newline="\n")
        else:
            table.to_parquet(scratch, index=False)


def _frame(contacts: Path, options: MergeOptions) -> pd.DataFrame:
    """Return the contacts, linked by identity if requested."""
    import pandas as pd

    frame = (
        pd.read_parquet(contacts) if _is_parquet(contacts) else _load(contacts, options).contacts
    )
    return _identified(frame, options) if options.identity else frame


def _identified(frame: pd.DataFrame, options: MergeOptions) -> pd.DataFrame:
    import numpy as np

    try:
        from cemlib.studies.repair.identity import link_identities

        linked = link_identities(
            frame.reset_index(drop=True),
            [each.strip() for each in options.identity.split(",")],
            certainty=options.certainty,
            rng=np.random.default_rng(_SEED),
        )
    except ImportError as error:
        raise RequestError('--identity needs Splink: pip install "cemlib[identity]"') from error
    echo(
        f"cem: {_plural(linked.known, 'contact')} with a customer; of the others, "
        f"{linked.assigned:,} linked to one of these, {linked.grouped:,} to one another, "
        f"{linked.alone:,} to none; {_plural(len(linked.links), 'link')}, of which "
        f"{linked.expected_wrong:.0f} expected to be wrong",
        err=True,
    )
    return frame.assign(customer=linked.customer.to_numpy())


def _load(contacts: Path, options: MergeOptions) -> Contacts:
    from cemlib.studies.repair.datasets.contacts import load_contacts

    loaded = load_contacts(contacts, zone=options.zone)
    for note in loaded.notes:
        echo(f"cem: {note}", err=True)
    return loaded


def _is_parquet(contacts: Path) -> bool:
    return contacts.is_dir() or contacts.suffix.lower() == ".parquet"


def _say(written: Any, options: MergeOptions) -> None:
    unmerged = [f"{written.without_customer:,} without a customer"]
    if options.similarity is None:
        unmerged.append(f"{written.without_problem:,} without a code")
    counts = f"{_plural(written.contacts, 'contact')}, {_plural(written.cases, 'case')}"
    echo(f"{counts}; not merged: {', '.join(unmerged)}")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
