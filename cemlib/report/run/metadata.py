"""Run metadata, ``run.json``: who ran what, when, where and with which versions."""

from __future__ import annotations

import getpass
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib import metadata as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib import __version__
from cemlib.report import files
from cemlib.report.artifacts import NOTEBOOK, REPORT
from cemlib.report.plan.fingerprint import digest

if TYPE_CHECKING:
    from cemlib.report.artifacts import Artifacts

VERSIONS = (
    "papermill",
    "nbclient",
    "ipykernel",
    "nbconvert",
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
)


def circumstances(started: datetime, seconds: float) -> dict[str, Any]:
    """Return time, user, machine and versions, as seen by the process that ran the cells."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "user": _user(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "versions": {"cemlib": __version__} | _versions(),
    }


def to_json(artifacts: Artifacts, fingerprint: Mapping[str, Any] | None = None) -> str:
    """Return the text of a run's ``run.json``."""
    outcome, run = artifacts.outcome, artifacts.outcome.run
    content: dict[str, Any] = {
        "run": run.slug,
        "title": run.title,
        "workbook": {
            "name": run.workbook.slug,
            "sha256": files.digest(run.workbook.path),
        },
        "parameters": run.parameters,
        "changed": list(run.changed),
        "company": run.company or None,
        "own_datasets": list(run.own),
        "files": [
            {"name": name, "sha256": artifacts.digests[name], "bytes": path.stat().st_size}
            for name, path in run.files.items()
        ],
        "dependencies": artifacts.dependencies,
        "answer": outcome.answer,
        "findings": [asdict(finding) for finding in outcome.findings],
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "artifacts": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in (
                (NOTEBOOK, artifacts.notebook.encode()),
                (REPORT, artifacts.report.encode()),
            )
        },
        "fingerprint": fingerprint,
        **artifacts.circumstances,
    }
    content["checksum"] = checksum(content)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def is_run_metadata(file: Path) -> bool:
    """Return whether a file is the metadata of a run."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"run", "workbook", "findings"} <= set(content)


def checksum(content: Mapping[str, Any]) -> str:
    """Return the digest of all other metadata: it reveals a file that was cut or edited."""
    return digest({name: content[name] for name in content if name != "checksum"})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # in a container the user id may have no name
        return "unknown"


def _versions() -> dict[str, str]:
    versions = {}
    for name in VERSIONS:
        try:
            versions[name] = installed.version(name)
        except installed.PackageNotFoundError:
            continue
    return versions
