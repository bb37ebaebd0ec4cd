"""One build at a time in one folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cemlib.report.errors import RequestError
from cemlib.report.run import metadata as record

try:
    import fcntl
except ModuleNotFoundError:  # Windows: builds in one folder have to be kept apart by hand
    fcntl = None  # type: ignore[assignment]

NAME = ".lock"


@contextmanager
def only(folder: Path, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold a folder alone: another build in it waits, or is waited for.

    A build that is killed holds nothing any more.

    Parameters
    ----------
    folder : Path
        Is made where it is missing.
    say : callable, optional
        Takes the line that says what is being waited for.

    Raises
    ------
    RequestError
        If nothing can be written to the folder.
    """
    check(folder)
    with (folder / NAME).open("a") as file:
        if fcntl:
            _wait(file, folder, say)
        yield


def check(folder: Path) -> None:
    """Make a folder where it is missing, and refuse one that nothing can be written to.

    Raises
    ------
    RequestError
        If so.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise RequestError(f"nothing can be written to {folder}: {reason}") from error


def refuse_stranger(folder: Path, marks: str) -> None:
    """Refuse a folder that holds something, but no record of a run.

    Parameters
    ----------
    folder : Path
        Where something is to be written.
    marks : str
        Pattern of the records' paths in it.

    Raises
    ------
    RequestError
        If so; nothing was written.
    """
    try:
        shown = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return
    except OSError as error:
        raise RequestError(f"{folder} cannot be looked into: {error.strerror}") from error
    if shown and not any(map(record.is_ours, folder.glob(marks))):
        raise RequestError(
            f"{folder} is not empty, and what is in it was not made by cem ({shown[0].name!r}): "
            "name a new or an empty folder with -o"
        )


def _wait(file: IO[str], folder: Path, say: Callable[[str], None] | None) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if say:
            say(f"another build is at work in {folder}; waiting")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:  # some network folders know no locks
        return
