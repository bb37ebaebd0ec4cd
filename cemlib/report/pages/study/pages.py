"""The page and tables of a study, written only if something has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from cemlib.report import files
from cemlib.report.artifacts import Outcome
from cemlib.report.plan.fingerprint import Fingerprints, digest
from cemlib.report.plan.study import Study

INDEX = "index.html"
STATE = ".pages.json"


def state(study: Study, artifacts: Mapping[str, Any], fingerprints: Fingerprints) -> str:
    """Return a digest of everything that the pages of a study depend on.

    Parameters
    ----------
    study : Study
        The study.
    artifacts : mapping
        Digests of each run's artifacts, by slug.
    fingerprints : Fingerprints
        The current state of the package.
    """
    of_study = {name: repr(getattr(study, name)) for name in _names(study) if name != "runs"}
    of_runs = [
        [artifacts[run.slug]]
        + [repr(getattr(run, name)) for name in _names(run) if name not in ("workbook", "files")]
        for run in study.runs
    ]
    return digest([of_study, of_runs, fingerprints.page_code])


def are_current(folder: Path, state: str) -> bool:
    """Return whether the pages in a study's folder belong to a state and are intact."""
    try:
        stored = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return bool(stored["state"] == state and stored["pages"] == _pages(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(folder: Path, study: Study, outcomes: Sequence[Outcome], state: str) -> None:
    """Write the page of a study and the table of its findings."""
    from cemlib.report.pages.study import collect, index

    collect.write(folder, outcomes)
    index.write(folder, study, outcomes)
    stored = {"state": state, "pages": _pages(folder)}
    files.write(folder / STATE, json.dumps(stored, indent=2) + "\n")


def _pages(folder: Path) -> dict[str, str]:
    return {
        path.name: files.digest(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def _names(of: Any) -> list[str]:
    return [field.name for field in fields(of)]
