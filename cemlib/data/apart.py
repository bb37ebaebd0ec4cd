"""Files whose libraries may end the process that reads them, read in one of its own.

Calamine takes memory for every cell that an .xls, .xlsb or .ods file says it has; ReadStat follows
false offsets of an SPSS or Stata file. Where they end their process, only the file is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from cemlib.data.bounds import MAX_CELL, long_cell, too_many_cells
from cemlib.data.layout import FORMATS, Exact, UnreadableError
from cemlib.data.workbooks import cell_text

MEMORY = 4 << 30  # bytes
SECONDS = 300  # of CPU


def read(module: str, what: str, *arguments: str) -> Iterator[Any]:
    """Yield what a module says when it is run, each once it is there.

    Parameters
    ----------
    module : str
        It calls `answer`.
    what : str
        What the file is, as said in errors.
    *arguments : str
        For the module.

    Raises
    ------
    UnreadableError
        If the module says so, ends before its end, or takes too much memory or time.
    """
    if any("\0" in argument for argument in arguments):
        raise _error(what, "ValueError")
    # -P: a module of the user's folder does not take the place of ours
    command = [sys.executable, "-P", "-m", module, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for line in process.stdout or ():
                if not line.endswith(b"\n"):  # it ended while it said this
                    break
                message = json.loads(line)
                if isinstance(message, dict) and "refused" in message:
                    raise _error(what, message.pop("refused"), **message)
                yield message
            if process.wait():
                raise _error(what, "it takes too much memory or time, or cannot be read")
        finally:
            process.kill()


def unpacked(cells: list[Any]) -> list[str]:
    """Return cells as they were before `packed`."""
    return [cell if isinstance(cell, str) else Exact(cell[0]) for cell in cells]


def packed(values: Any, row: int) -> list[Any]:
    """Return the values of a row as texts; a number's text is in a list of its own.

    Raises
    ------
    RefusedError
        If a text is too long.
    """
    texts = ["" if value != value else cell_text(value) for value in values]
    if any(len(text) > MAX_CELL for text in texts):
        raise RefusedError("long cell", row=row)
    return [[text] if isinstance(text, Exact) else text for text in texts]


class RefusedError(Exception):
    """What the module says of a file that it does not read."""

    def __init__(self, kind: str, **facts: int) -> None:
        super().__init__(kind)
        self.message = {"refused": kind} | facts


def answer(messages: Callable[..., Iterator[Any]]) -> None:
    """Say every message that a function yields for the arguments of this process."""
    _limit()
    try:
        for message in messages(*sys.argv[1:]):
            _say(message)
    except RefusedError as refused:
        _say(refused.message)
    except Exception as error:  # a damaged file may fail in any way
        secret = any(word in str(error).lower() for word in ("password", "encrypt"))
        _say({"refused": "password" if secret else type(error).__name__})


def encrypted() -> UnreadableError:
    """Return the error for a workbook with a password."""
    return UnreadableError(0, "is an encrypted workbook", "save it without a password")


def _error(what: str, kind: str, row: int = 0, cells: int = 0) -> UnreadableError:
    if kind == "password":
        return encrypted()
    if kind == "long cell":
        return long_cell(row)
    if kind == "too many cells":
        return too_many_cells(row, cells)
    return UnreadableError(0, f"is a damaged {what} ({kind})", FORMATS)


def _say(message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def _limit() -> None:
    """Limit memory and time of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
