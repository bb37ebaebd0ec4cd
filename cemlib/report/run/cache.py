"""What an earlier build left: whether it still holds, and what it found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from cemlib import home
from cemlib.findings import Finding
from cemlib.report import files
from cemlib.report.artifacts import NOTEBOOK, RECORD, REPORT, Outcome
from cemlib.report.plan.fingerprint import Keys, plain
from cemlib.report.plan.study import Run
from cemlib.report.run import metadata as record

NEVER = "never ran"
TOUCHED = "kept files were touched"
FAILED = "it failed last time"
CHANGED = {
    "title": "title changed",
    "workbook": "workbook changed",
    "language": "language changed",
    "lock": "lock changed",
    "python": "Python changed",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a run.

    Parameters
    ----------
    why : str, optional
        Why the run has to be made again; none if what is left of it still holds.
    outcome : Outcome, optional
        What it found, if it holds.
    made : dict
        Sizes and digests of its notebook and report, as its record tells them.
    """

    why: str | None
    outcome: Outcome | None = None
    made: dict[str, Any] = field(default_factory=dict)


def look(run: Run, folder: Path, keys: Keys) -> Kept:
    """Return what is left of a run, and whether it holds.

    Parameters
    ----------
    run : Run
        What is asked for.
    folder : Path
        Where it was stored, if it was.
    keys : Keys
        What things are like now.
    """
    if not (folder / RECORD).is_file():
        return Kept(NEVER)
    stored = _read(folder)
    if stored is None:
        return Kept(TOUCHED)
    if stored["key"] is None:
        return Kept(NEVER)
    if stored["failure"] is not None:
        return Kept(FAILED)
    reasons = chain(
        _changes(stored["key"], keys.key(run)),
        _changed_data(stored["read"], _now(stored["read"], keys)),
        (TOUCHED for name, made in stored["made"].items() if not _is_whole(folder / name, made)),
    )
    if reason := next(reasons, None):
        return Kept(reason)
    found = tuple(Finding(**fields) for fields in stored["findings"])
    outcome = Outcome(run, found, None, stored["seconds"], is_kept=True)
    return Kept(None, outcome, stored["made"])


def why(run: Run, folder: Path, keys: Keys) -> str | None:
    """Return why a run has to be made again; none if what is kept of it still holds."""
    return look(run, folder, keys).why


def made(folder: Path) -> dict[str, Any]:
    """Return the sizes and digests of a run's notebook and report, as its record tells them."""
    stored = _read(folder)
    return stored["made"] if stored else {}


def _read(folder: Path) -> dict[str, Any] | None:
    """Return a record, none if it is not as it was written."""
    try:
        stored = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if stored["seal"] != record.seal(stored) or set(stored["made"]) != {NOTEBOOK, REPORT}:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(stored)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what is not as it was; what a reader changed himself comes first."""
    for name in _differing(before["parameters"], now["parameters"]):
        from cemlib.checks import shorten

        old, new = (shorten(key["parameters"].get(name)) for key in (before, now))
        yield f"parameter {name} changed from {old} to {new}"
    yield from _changed_data(before["files"], now["files"])
    for name, words in CHANGED.items():
        if before[name] != now[name]:
            yield words
    if names := _differing(before["cemlib"], now["cemlib"]):
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield f"cemlib changed: {', '.join(names[:3])}{more}"


def _changed_data(before: Mapping[str, str | None], now: Mapping[str, str | None]) -> Iterator[str]:
    for name in _differing(before, now):
        yield f"data file {name} changed"


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name in dict.fromkeys([*before, *now])
        if name not in before or name not in now or plain(before[name]) != plain(now[name])
    ]


def _now(read: Mapping[str, str], keys: Keys) -> dict[str, str | None]:
    folder = home.datasets().resolve()
    return {name: keys.digest(folder / name) for name in read}


def _is_whole(path: Path, made: Mapping[str, Any]) -> bool:
    try:
        return path.stat().st_size == made["bytes"] and files.digest(path) == made["sha256"]
    except OSError:
        return False
