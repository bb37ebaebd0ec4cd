"""File access of a run: which data files it reads, logged as it opens them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

STARTUP = (
    "__import__('cemlib.report.run.file_access', fromlist=['log_reads'])"
    ".log_reads({folders!r}, {file!r})\n"
)


def log_reads(folders: Sequence[str], file: str) -> None:
    """Write what `report_reads` reports to a file, one line per data file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    report_reads(folders, lambda path: os.write(descriptor, f"{path}\n".encode()))


def report_reads(folders: Sequence[str], report: Callable[[str], object]) -> None:
    """Report each file below some folders when this process first opens it for reading.

    Python offers no way to remove an audit hook, so it stays until the process ends.

    Parameters
    ----------
    folders : sequence of str
        Where the data files are, and the workbooks.
    report : callable
        Takes the absolute path of a file; source and compiled Python files are left out.
    """
    inside = tuple(os.path.realpath(folder) + os.sep for folder in folders)
    seen: set[str] = set()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        path = os.path.realpath(os.fsdecode(arguments[0]))
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        writes = flags & (os.O_WRONLY | os.O_CREAT)
        if writes or path in seen or not path.startswith(inside) or not Path(path).is_file():
            return
        seen.add(path)
        if Path(path).suffix not in (".py", ".pyc"):
            report(path)

    sys.addaudithook(hook)
