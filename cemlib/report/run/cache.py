"""The cache: what an earlier build left of a run, and whether it is still valid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from cemlib import home
from cemlib.findings import from_payload
from cemlib.report import files
from cemlib.report.artifacts import METADATA, NOTEBOOK, REPORT, Outcome
from cemlib.report.plan.fingerprint import Fingerprints, canonical_json
from cemlib.report.plan.study import Run
from cemlib.report.run import metadata

NEVER = "never ran"
EDITED = "cached files were edited"
FAILED = "failed in the last build"
CHANGED = {
    "title": "title changed",
    "workbook": "workbook changed",
    "language": "language changed",
    "lock": "lock changed",
    "python": "Python changed",
}


@dataclass(frozen=True, slots=True)
class CachedRun:
    """What an earlier build left of a run.

    Parameters
    ----------
    reason : str, optional
        Why the run has to be executed again; None if the cached result is valid.
    outcome : Outcome, optional
        The cached outcome, if it is valid.
    artifacts : dict
        Sizes and digests of its notebook and report, from its metadata.
    """

    reason: str | None
    outcome: Outcome | None = None
    artifacts: dict[str, Any] = field(default_factory=dict)


def look_up(run: Run, folder: Path, fingerprints: Fingerprints) -> CachedRun:
    """Return what an earlier build left of a run, and whether it is still valid.

    Parameters
    ----------
    run : Run
        The run.
    folder : Path
        Where an earlier build would have stored it.
    fingerprints : Fingerprints
        The current state of code and data.
    """
    if not (folder / METADATA).is_file():
        return CachedRun(NEVER)
    stored = _read(folder)
    if stored is None:
        return CachedRun(EDITED)
    if stored["fingerprint"] is None:
        return CachedRun(NEVER)
    if stored["failure"] is not None:
        return CachedRun(FAILED)
    read = stored["dependencies"]
    reasons = chain(
        _changes(stored["fingerprint"], fingerprints.of(run)),
        _changed_data(read, _current_digests(read, fingerprints)),
        (
            EDITED
            for name, each in stored["artifacts"].items()
            if not _is_intact(folder / name, each)
        ),
    )
    if reason := next(reasons, None):
        return CachedRun(reason)
    findings = tuple(from_payload(stored))
    outcome = Outcome(
        run, findings, None, stored["seconds"], is_cached=True, answer=stored["answer"]
    )
    return CachedRun(None, outcome, stored["artifacts"])


def artifact_digests(folder: Path) -> dict[str, Any]:
    """Return the sizes and digests of a run's notebook and report, from its metadata."""
    stored = _read(folder)
    return stored["artifacts"] if stored else {}


def _read(folder: Path) -> dict[str, Any] | None:
    """Return the metadata of a run; None if the file is not as it was written."""
    try:
        stored = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        intact = stored["checksum"] == metadata.checksum(stored)
        if not intact or set(stored["artifacts"]) != {NOTEBOOK, REPORT}:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(stored)


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed, in words; the user's own changes come first."""
    for name in _differing(before["parameters"], now["parameters"]):
        from cemlib.checks import shorten

        old, new = (shorten(each["parameters"].get(name)) for each in (before, now))
        yield f"parameter {name} changed from {old} to {new}"
    yield from _changed_data(before["files"], now["files"])
    for name, message in CHANGED.items():
        if before[name] != now[name]:
            yield message
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
        if name not in before
        or name not in now
        or canonical_json(before[name]) != canonical_json(now[name])
    ]


def _current_digests(
    dependencies: Mapping[str, str], fingerprints: Fingerprints
) -> dict[str, str | None]:
    folder = home.datasets().resolve()
    return {name: fingerprints.digest(folder / name) for name in dependencies}


def _is_intact(path: Path, stored: Mapping[str, Any]) -> bool:
    try:
        return path.stat().st_size == stored["bytes"] and files.digest(path) == stored["sha256"]
    except OSError:
        return False
