"""The datasets and other workbooks that a run read, with their digests."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cemlib import home
from cemlib.report import files

CHANGING = "changed during the run"


def digests(
    paths: Iterable[str] | None, started: datetime, workbook: Path | None = None
) -> dict[str, str]:
    """Return the digests of the home's files that a run read, by their paths from its datasets.

    Parameters
    ----------
    paths : iterable of str, optional
        Files that it opened; without them, every dataset counts as read.
    started : datetime
        When the run began. A file that changed after that gets no digest, so that the next build
        runs again.
    workbook : Path, optional
        The run's own workbook, whose cells are in its fingerprint; others count as data.
    """
    datasets, notebooks = (Path(each).resolve() for each in home.read_by_runs())
    if paths is None:
        files_read = [path for path in datasets.rglob("*") if path.is_file()]
    else:
        files_read = [Path(name).resolve() for name in paths]
    own = workbook.resolve() if workbook else None
    return {
        Path(os.path.relpath(path, datasets)).as_posix(): _digest(path, started)
        for path in sorted(set(files_read) - {own})
        if path.is_file() and any(path.is_relative_to(each) for each in (datasets, notebooks))
    }


def _digest(path: Path, started: datetime) -> str:
    if path.stat().st_mtime >= started.timestamp():
        return CHANGING
    return files.digest(path)
