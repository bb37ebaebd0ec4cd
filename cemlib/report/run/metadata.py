"""What depends on the moment: who ran what, when, where and with which versions."""

from __future__ import annotations

import getpass
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib import __version__
from cemlib.report import files
from cemlib.report.artifacts import NOTEBOOK, REPORT
from cemlib.report.plan.fingerprint import digest

if TYPE_CHECKING:
    from cemlib.report.artifacts import Product

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


def moment(started: datetime, seconds: float) -> dict[str, Any]:
    """Return what depends on the moment, in the process that ran the cells."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "user": _user(),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "versions": {"cemlib": __version__} | _versions(),
    }


def text(product: Product, key: Mapping[str, Any] | None = None) -> str:
    """Return the text of a run's ``run.json``."""
    outcome, run = product.outcome, product.outcome.run
    content: dict[str, Any] = {
        "run": run.slug,
        "title": run.title,
        "workbook": {
            "name": run.workbook.slug,
            "sha256": files.digest(run.workbook.path),
        },
        "parameters": run.parameters,
        "changed": list(run.changed),
        "files": [
            {"name": name, "sha256": product.digests[name], "bytes": path.stat().st_size}
            for name, path in run.files.items()
        ],
        "read": product.reads,
        "findings": [asdict(found) for found in outcome.findings],
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "made": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in (
                (NOTEBOOK, product.notebook.encode()),
                (REPORT, product.report.encode()),
            )
        },
        "key": key,
        **product.moment,
    }
    content["seal"] = seal(content)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def is_ours(file: Path) -> bool:
    """Return whether a file is the record of a run."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"run", "workbook", "seal"} <= set(content)


def seal(content: Mapping[str, Any]) -> str:
    """Return the digest of all else in a record: one that was cut or mended by hand shows it."""
    return digest({name: content[name] for name in content if name != "seal"})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "unknown"


def _versions() -> dict[str, str]:
    found = {}
    for name in VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
