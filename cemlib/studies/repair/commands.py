"""The command ``cem cases``: merge a file of contacts into a file of cases."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemlib.data.timestamps import DEFAULT_ZONE
from cemlib.exits import csv_text, echo
from cemlib.report import files
from cemlib.report.errors import CannotWriteError, RequestError

if TYPE_CHECKING:
    import pandas as pd

    from cemlib.studies.repair.datasets.contacts import Contacts
    from cemlib.studies.repair.merging import Written

ENDINGS = (".csv", ".parquet")
COLUMNS = ("case", "customer", "first", "last", "contacts")  # every file of cases has them
LINK_COLUMNS = ("contact", "case", "customer", "time")
MEMORY = "memory"
_LARGE_MB = 256  # a Parquet file beyond this size is merged by code, on disk
_SEED = 20210101  # decides only which random pairs Splink samples


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """How contacts are to be merged.

    Parameters
    ----------
    window_days : float
        Maximum days between a contact and the previous one.
    similarity : float, optional
        Minimum similarity of two texts where a code is missing; that of workbook 04 if None.
    engine : str
        ``"memory"`` (as workbook 04 does); or, by code alone and on disk, ``"duckdb"`` or Spark.
    zone : str
        Time zone for timestamps without one, and of the times written.
    distinct : bool
        Whether duplicate rows of a Parquet file are counted once, on disk.
    by_code : bool
        Whether texts are left aside.
    links : Path, optional
        File that links each contact to its case; beside the cases if None.
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
    by_code: bool = False
    links: Path | None = None
    identity: str = ""
    certainty: float = 0.95


def merge(contacts: Path, cases: Path, options: MergeOptions) -> int:
    """Merge a file of contacts into files of cases and links, report the counts, and return 0."""
    if not os.path.exists(contacts):  # noqa: PTH110 - never raises, whatever the name
        raise RequestError(f"there is no file {contacts}")
    links = options.links or cases.with_name(f"{cases.stem}-contacts{cases.suffix}")
    for file, what, columns in ((cases, "cases", COLUMNS), (links, "links", LINK_COLUMNS)):
        if file.suffix.lower() not in ENDINGS:
            raise RequestError(f"OUT is {file.name!r}, but must end in .csv or .parquet")
        if file.exists() and (file.is_dir() or file.samefile(contacts)):
            raise RequestError(f"the {what} cannot be written to {file}: name another file")
        files.refuse_foreign(file, columns)
    if cases.resolve() == links.resolve():
        raise RequestError(f"cases and links cannot both be written to {cases}: name another file")
    on_disk = options.engine != MEMORY or _is_large(contacts)
    if on_disk and options.similarity is not None:
        raise RequestError(
            "texts are compared in memory, on this machine only: leave out --engine or "
            "--similarity, or take a smaller file"
        )
    with _refused():
        merger = _on_disk if on_disk else _in_memory
        written = merger(contacts, cases, links, options)
    _say(written, on_disk)
    echo(str(cases))
    if links.exists():
        echo(str(links))
    else:
        echo("cem: without a column contact, contacts are not linked to their cases", err=True)
    return 0


def _is_large(contacts: Path) -> bool:
    if contacts.is_dir():
        return True
    size = contacts.stat().st_size / 1e6
    return contacts.suffix.lower() == ".parquet" and size > _LARGE_MB


@contextmanager
def _refused() -> Iterator[None]:
    """Turn errors of the request or the disk into those of the command."""
    try:
        yield
    except ValueError as error:
        raise RequestError(*str(error).splitlines()) from error
    except OSError as error:
        raise CannotWriteError(f"the cases cannot be written: {error}") from error


def _on_disk(contacts: Path, cases: Path, links: Path, options: MergeOptions) -> Written:
    """Merge by code, with an engine that keeps on disk what does not fit into memory."""
    from cemlib.studies.repair.merging import merge_file

    engine = "duckdb" if options.engine == MEMORY else options.engine
    if options.engine == MEMORY:
        echo("cem: the file is large: contacts are merged by code alone, on disk", err=True)

    def run(file: Path, distinct: bool, zone: str) -> Written:
        for folder in (cases.parent, links.parent):
            folder.mkdir(parents=True, exist_ok=True)
        return merge_file(
            file, cases, window_days=options.window_days, engine=engine, distinct=distinct,
            links=links, zone=zone,
        )  # fmt: skip

    if _is_parquet(contacts) and not options.identity:
        zone = options.zone or DEFAULT_ZONE
        if engine == "duckdb":
            echo(f"cem: times without a time zone are taken as those of {zone}", err=True)
            return run(contacts, options.distinct, zone)
        echo("cem: with Spark, times without a time zone are taken as UTC", err=True)
        return run(contacts, options.distinct, "UTC")
    loaded = _load(contacts, options)
    frame = _identified(loaded.contacts, options) if options.identity else loaded.contacts
    if "problem" not in frame:
        raise RequestError(
            f"{contacts.name} has no column problem, and --engine {engine} merges by code alone: "
            "leave out --engine"
        )
    with tempfile.TemporaryDirectory(prefix="cem-cases-") as folder:
        file = Path(folder) / "contacts.parquet"
        frame.to_parquet(file, index=False)
        return run(file, False, loaded.zone)


def _in_memory(contacts: Path, cases: Path, links: Path, options: MergeOptions) -> Written:
    """Merge as workbook 04 does: by codes, and by texts where a code is missing."""
    from cemlib.studies.repair.cases import SIMILARITY, case_table, merge_contacts, merge_methods
    from cemlib.studies.repair.merging import Written

    loaded = _load(contacts, options)
    frame = _identified(loaded.contacts, options) if options.identity else loaded.contacts
    by = merge_methods(frame.drop(columns="text", errors="ignore") if options.by_code else frame)[
        -1
    ]
    bar: Any = click.progressbar(length=len(frame), label="Texts", file=sys.stderr)

    def progress(done: int, total: int) -> None:
        bar.length = total
        bar.update(done - bar.pos)

    with bar if by in ("text", "both") else nullcontext():
        merged = merge_contacts(
            frame,
            window_days=options.window_days,
            by=by,
            similarity=options.similarity or SIMILARITY,
            progress=progress if by in ("text", "both") else None,
        )
    table = case_table(frame, merged.case)
    if "channels" in table:
        table["channels"] = table["channels"].str.count(" > ").add(1).fillna(0).astype("int64")
    _write(table, cases)
    linked = frame[["contact", "customer", "time"]].assign(case=merged.case.to_numpy())
    _write(linked[list(LINK_COLUMNS)], links)
    uncoded = 0
    if by == "code":
        uncoded = int((frame["problem"].isna() & frame["customer"].notna()).sum())
    return Written(merged.contacts, merged.without_customer, uncoded, merged.cases)


def _write(table: pd.DataFrame, target: Path) -> None:
    """Write a table whose times have an offset."""
    with files.replacing(target) as scratch:
        if target.suffix.lower() == ".csv":
            moments = table.select_dtypes("datetimetz").columns
            table = table.assign(**{name: table[name].astype(str) for name in moments})
            scratch.write_text(csv_text(table), encoding="utf-8", newline="\n")
        else:
            table.to_parquet(scratch, index=False)


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
    from cemlib.studies.repair.datasets.contacts import TOO_SHORT, load_contacts

    loaded = load_contacts(contacts, zone=options.zone)
    for note in loaded.notes:
        if note.startswith(TOO_SHORT):  # this is about counting problems, not about cases
            continue
        echo(f"cem: {note}", err=True)
    return loaded


def _is_parquet(contacts: Path) -> bool:
    return contacts.is_dir() or contacts.suffix.lower() == ".parquet"


def _say(written: Written, on_disk: bool) -> None:
    unmerged = [f"{written.without_customer:,} without a customer"]
    if on_disk or written.without_problem:
        unmerged.append(f"{written.without_problem:,} without a code")
    counts = f"{_plural(written.contacts, 'contact')}, {_plural(written.cases, 'case')}"
    echo(f"{counts}; not merged: {', '.join(unmerged)}")


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
