"""The datasets that a run read, with their digests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cemlib import home
from cemlib.report import files

CHANGING = "changed during the run"


def digests(paths: Iterable[str] | None, started: datetime) -> dict[str, str]:
    """Return the digests of the home's datasets that a run read, by their paths in there.

    Parameters
    ----------
    paths : iterable of str, optional
        Files that it opened; without them, every dataset counts as read.
    started : datetime
        When the run began. A file that changed after that gets no digest, so that the next build
        runs again.
    """
    folder = home.datasets().resolve()
    if paths is None:
        files_read = [path for path in folder.rglob("*") if path.is_file()]
    else:
        files_read = [Path(name).resolve() for name in paths]
    return {
        path.relative_to(folder).as_posix(): _digest(path, started)
        for path in sorted(set(files_read))
        if path.is_relative_to(folder) and path.is_file()
    }


def _digest(path: Path, started: datetime) -> str:
    if path.stat().st_mtime >= started.timestamp():
        return CHANGING
    return files.digest(path)
