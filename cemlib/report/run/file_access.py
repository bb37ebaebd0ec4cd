"""Which data files a run really read, noted as it opens them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

STARTUP = (
    "__import__('cemlib.report.run.file_access', fromlist=['note']).note({folder!r}, {file!r})\n"
)


def note(folder: str, file: str) -> None:
    """Write the files that `watch` reports to a file, a line each."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    watch(folder, lambda path: os.write(descriptor, f"{path}\n".encode()))


def watch(folder: str, report: Callable[[str], object]) -> None:
    """Report each file below a folder when this process first opens it to read.

    There is no way back: the hook stays until the process ends.

    Parameters
    ----------
    folder : str
        Where the data files are.
    report : callable
        Takes the absolute path of a file; source and compiled Python files are left out.
    """
    inside = os.path.realpath(folder) + os.sep
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
