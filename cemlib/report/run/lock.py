"""One build at a time per folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cemlib.report.errors import RequestError
from cemlib.report.run import metadata

try:
    import fcntl
except ModuleNotFoundError:  # Windows: two builds in one folder are not kept apart
    fcntl = None  # type: ignore[assignment]

NAME = ".lock"


@contextmanager
def exclusive(folder: Path, notify: Callable[[str], None] | None = None) -> Iterator[None]:
    """Lock a folder for one build; a second build in it waits for the first.

    A build that is killed releases its lock.

    Parameters
    ----------
    folder : Path
        Created if it is missing.
    notify : callable, optional
        Receives the line that says what is being waited for.

    Raises
    ------
    RequestError
        If the folder is not writable.
    """
    check_writable(folder)
    with (folder / NAME).open("a") as file:
        if fcntl:
            _wait(file, folder, notify)
        yield


def check_writable(folder: Path) -> None:
    """Create a folder if it is missing, and check that files can be written to it.

    Raises
    ------
    RequestError
        If they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise RequestError(f"cannot write to {folder}: {reason}") from error


def refuse_foreign(folder: Path, pattern: str) -> None:
    """Refuse a folder that is not empty and holds no run.

    Parameters
    ----------
    folder : Path
        Where the build is to write.
    pattern : str
        Glob pattern of the runs' metadata files in it.

    Raises
    ------
    RequestError
        If it is such a folder; nothing was written.
    """
    try:
        visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return
    except OSError as error:
        raise RequestError(f"cannot read {folder}: {error.strerror}") from error
    if visible and not any(map(metadata.is_run_metadata, folder.glob(pattern))):
        raise RequestError(
            f"{folder} holds files that cem did not write ({visible[0].name!r}); "
            "choose a new or empty folder with -o"
        )


def _wait(file: IO[str], folder: Path, notify: Callable[[str], None] | None) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if notify:
            notify(f"another build is running in {folder}; waiting for it")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:  # some network file systems do not support locks
        return
