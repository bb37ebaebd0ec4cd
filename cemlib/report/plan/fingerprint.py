"""The fingerprint of a run: everything its bytes depend on. If it is unchanged, so is the run."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from cemlib.report import files
from cemlib.report.plan.imports import REPORT, ROOT, Sources
from cemlib.report.plan.study import Run

LANGUAGE = "en"
LOCK = "requirements.txt"
RUN_NOTES = ("papermill", "execution")  # metadata that earlier runs left in a notebook


class Fingerprints:
    """The fingerprints of runs, from the current workbooks, data and package; reads each file once.

    Parameters
    ----------
    root : Path
        Folder of the package.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self._sources = Sources(root)
        self._digests: dict[Path, str | None] = {}
        self._workbooks: dict[Path, dict[str, Any]] = {}
        self._root = root

    def of(self, run: Run) -> dict[str, Any]:
        """Return all that a run depends on before it runs, as a JSON object.

        Which of the home's own datasets it reads is known only afterwards, and is not included.
        """
        return {
            "title": " – ".join(filter(None, [run.title, run.company])),
            "parameters": run.parameters,
            "language": LANGUAGE,
            "files": {name: self.digest(path) for name, path in run.files.items()},
            "lock": self.lock,
            "python": "{}.{}".format(*sys.version_info),
            **self._workbook(run.workbook.path),
        }

    def digest(self, path: Path) -> str | None:
        """Return the SHA-256 of a file; None if it cannot be read."""
        if path not in self._digests:
            try:
                self._digests[path] = files.digest(path)
            except OSError:
                self._digests[path] = None
        return self._digests[path]

    def modules(self, runs: Iterable[Run]) -> list[str]:
        """Return the names of the modules to import before runs begin."""
        paths = {run.workbook.path for run in runs}
        return sorted({name for path in paths for name in self._sources.modules(_code(path))})

    @cached_property
    def page_code(self) -> str:
        """Digest of the code that makes pages and tables from outcomes."""
        return digest(
            self._of_sources(name for name in self._sources.files if name.startswith(REPORT))
        )

    @cached_property
    def lock(self) -> str:
        """Digest of the lock file; without one, of the installed distributions."""
        lock = self._root.parent / LOCK
        if (self._root.parent / "pyproject.toml").is_file() and lock.is_file():
            return str(self.digest(lock))
        return digest(installed_distributions())

    def _workbook(self, path: Path) -> dict[str, Any]:
        if path not in self._workbooks:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            cells = [_source(cell) for cell in notebook["cells"]]
            source = [notebook.get("metadata", {}).get("cem"), cells]
            self._workbooks[path] = {
                "workbook": digest(source),
                "cemlib": self._of_sources(self._sources.reached(_code(path))),
            }
        return self._workbooks[path]

    def _of_sources(self, names: Iterable[str]) -> dict[str, str | None]:
        return {name: self.digest(self._sources.files[name]) for name in names}


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    >>> digest(1) == digest(1.0)
    False
    """
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """Return a JSON value as one text, the same for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def installed_distributions() -> list[str]:
    """Return the names and versions of the installed distributions."""
    names = {
        path.name
        for folder in map(Path, sys.path)
        if folder.is_dir()
        for path in folder.glob("*.dist-info")
    }
    return sorted(names)


def _code(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _source(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell as it is before it runs."""
    metadata = cell.get("metadata", {})
    return {
        "type": cell["cell_type"],
        "id": cell.get("id"),
        "source": "".join(cell["source"]),
        "metadata": {name: metadata[name] for name in metadata if name not in RUN_NOTES},
        "attachments": cell.get("attachments"),
    }
