"""Which datasets a run read, and what was in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cemlib import home
from cemlib.report import files

CHANGING = "changed while it was read"


def digests(read: Iterable[str] | None, started: datetime) -> dict[str, str]:
    """Return the digests of the home's datasets that a run read, by their paths in there.

    Parameters
    ----------
    read : iterable of str, optional
        Paths of the files that it opened; none where nobody knows, and then all count as read.
    started : datetime
        When the run began. A file that changed after that has no digest to be trusted, so that
        the next build runs again.
    """
    folder = home.datasets().resolve()
    if read is None:
        paths = [path for path in folder.rglob("*") if path.is_file()]
    else:
        paths = [Path(name).resolve() for name in read]
    return {
        path.relative_to(folder).as_posix(): _digest(path, started)
        for path in sorted(set(paths))
        if path.is_relative_to(folder) and path.is_file()
    }


def _digest(path: Path, started: datetime) -> str:
    if path.stat().st_mtime >= started.timestamp():
        return CHANGING
    return files.digest(path)
