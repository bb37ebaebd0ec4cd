"""What ``cem cases`` does, once its words are understood."""

from __future__ import annotations

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
COLUMNS = ("case", "customer", "first", "last", "contacts")  # of every file of cases
_SEED = 20210101  # decides which pairs of strangers Splink looks at, nothing else


@dataclass(frozen=True, slots=True)
class Asked:
    """How contacts are to be merged.

    Parameters
    ----------
    window_days : float
        Most days between a contact and the one before it.
    similarity : float, optional
        Least similarity of two texts; none where codes alone count.
    engine : str
        ``"duckdb"`` or Spark.
    zone : str
        Time zone of times that name none.
    distinct : bool
        Whether rows of a Parquet file that stand there twice are counted once.
    identity : str
        Fields by which contacts without a customer are linked, with commas; none if empty.
    certainty : float
        Least probability of a link.
    """

    window_days: float
    similarity: float | None
    engine: str
    zone: str
    distinct: bool
    identity: str = ""
    certainty: float = 0.95


def merge(contacts: Path, cases: Path, asked: Asked) -> int:
    """Merge a file of contacts into a file of cases, say what became of it, and return 0."""
    if not contacts.exists():
        raise RequestError(f"there is no file {contacts}")
    if cases.suffix.lower() not in ENDINGS:
        raise RequestError(f"the cases go to {cases.name!r}, but must go to a .csv or .parquet")
    if cases.exists() and (cases.is_dir() or cases.samefile(contacts)):
        raise RequestError(f"the cases cannot go to {cases}: name another file")
    files.refuse_foreign(cases, COLUMNS)
    if asked.similarity is not None and asked.engine != "duckdb":
        raise RequestError("texts are compared on this machine: leave out --engine or --similarity")
    with _refused():
        written = _with_texts(contacts, cases, asked) if asked.similarity else None
        written = written or _by_code(contacts, cases, asked)
    _say(written, asked)
    echo(str(cases))
    return 0


@contextmanager
def _refused() -> Iterator[None]:
    """Turn what is wrong with the request or the disk into the command's own errors."""
    try:
        yield
    except ValueError as error:
        raise RequestError(*str(error).splitlines()) from error
    except OSError as error:
        raise CannotWriteError(f"the cases cannot be written: {error}") from error


def _by_code(contacts: Path, cases: Path, asked: Asked) -> Written:
    from cemlib.studies.repair.merging import merge_file

    def run(file: Path) -> Written:
        cases.parent.mkdir(parents=True, exist_ok=True)
        return merge_file(
            file,
            cases,
            window_days=asked.window_days,
            engine=asked.engine,
            distinct=asked.distinct and file == contacts,
        )

    if _is_parquet(contacts) and not asked.identity:
        return run(contacts)
    frame = _frame(contacts, asked)
    if "problem" not in frame:
        raise RequestError(f"{contacts.name} has no codes: compare texts with --similarity 0.15")
    with tempfile.TemporaryDirectory(prefix="cem-cases-") as folder:
        file = Path(folder) / "contacts.parquet"
        frame.to_parquet(file, index=False)
        return run(file)


def _with_texts(contacts: Path, cases: Path, asked: Asked) -> Written:
    from cemlib.studies.repair.cases import case_table, merge_contacts
    from cemlib.studies.repair.merging import Written

    frame = _frame(contacts, asked)
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
            window_days=asked.window_days,
            by="both" if coded else "text",
            similarity=asked.similarity or 1.0,
            progress=progress,
        )
    table = case_table(frame, merged.case)
    table = table[table["customer"].notna()]
    _write(table, cases)
    return Written(len(frame), merged.without_customer, 0, len(table))


def _write(table: pd.DataFrame, cases: Path) -> None:
    """Write cases as the engines do: times of UTC, channels counted."""
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


def _frame(contacts: Path, asked: Asked) -> pd.DataFrame:
    """Return the contacts, those without a customer linked if that is asked."""
    import pandas as pd

    frame = pd.read_parquet(contacts) if _is_parquet(contacts) else _load(contacts, asked).contacts
    return _identified(frame, asked) if asked.identity else frame


def _identified(frame: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    import numpy as np

    try:
        from cemlib.studies.repair.identity import link_identities

        found = link_identities(
            frame.reset_index(drop=True),
            [each.strip() for each in asked.identity.split(",")],
            certainty=asked.certainty,
            rng=np.random.default_rng(_SEED),
        )
    except ImportError as error:
        raise RequestError('--identity needs Splink: pip install "cemlib[identity]"') from error
    echo(
        f"cem: {found.known:,} contacts name their customer; {found.assigned:,} were linked to one "
        f"of these and {found.grouped:,} to one another, {found.alone:,} to none; of "
        f"{len(found.links):,} links some {found.expected_wrong:.0f} should be wrong",
        err=True,
    )
    return frame.assign(customer=found.customer.to_numpy())


def _load(contacts: Path, asked: Asked) -> Contacts:
    from cemlib.studies.repair.datasets.contacts import load_contacts

    loaded = load_contacts(contacts, zone=asked.zone)
    for note in loaded.notes:
        echo(f"cem: {note}", err=True)
    return loaded


def _is_parquet(contacts: Path) -> bool:
    return contacts.is_dir() or contacts.suffix.lower() == ".parquet"


def _say(written: Any, asked: Asked) -> None:
    left = [f"{written.without_customer:,} without a customer"]
    if asked.similarity is None:
        left.append(f"{written.without_problem:,} without a code")
    found = f"{written.contacts:,} contacts, {written.cases:,} cases"
    echo(f"{found}; left as they are: {', '.join(left)}")
