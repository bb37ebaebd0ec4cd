"""Cells of an .xls, .xlsb or .ods file, read in a process of its own.

The library that reads these files takes memory for every cell that a file says it has, and ends
the process where there is too little: here only this one ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cemlib.data.bounds import MAX_CELL, MAX_CELLS, long_cell, too_many_cells
from cemlib.data.layout import FORMATS, Exact, UnreadableError
from cemlib.data.workbooks import cell_text

MEMORY = 4 << 30  # bytes
SECONDS = 300  # of CPU


def sheet_names(path: Path, what: str) -> list[tuple[str, bool]]:
    """Return the names of the worksheets, and whether each is visible.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it is, as said in errors.

    Raises
    ------
    UnreadableError
        If it is damaged, encrypted, or takes too much memory or time.
    """
    return [(name, seen) for name, seen in _read(what, str(path))]


def sheet_rows(path: Path, what: str, sheet: str) -> Iterator[list[str]]:
    """Yield every row of a worksheet as texts, as `sheet_names` reads them.

    Raises
    ------
    UnreadableError
        As for `sheet_names`; also for too long or too many cells.
    """
    for cells in _read(what, str(path), sheet):
        yield [cell if isinstance(cell, str) else Exact(cell[0]) for cell in cells]


def encrypted() -> UnreadableError:
    """Return the error for a workbook with a password."""
    return UnreadableError(0, "is an encrypted workbook", "save it without a password")


def _read(what: str, *arguments: str) -> Iterator[Any]:
    # -P: a module of the user's folder does not take the place of ours
    command = [sys.executable, "-P", "-m", "cemlib.data.sheet_process", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for line in process.stdout or ():
                message = json.loads(line)
                if isinstance(message, dict):
                    raise _error(what, **message)
                yield message
            if process.wait():
                raise _error(what, "it takes too much memory or time, or cannot be read")
        finally:
            process.kill()


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


def _main(path: str, sheet: str | None = None) -> None:
    _limit()
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        if sheet is None:
            for each in book.sheets_metadata:
                if each.typ == python_calamine.SheetTypeEnum.WorkSheet:
                    _say([each.name, each.visible == python_calamine.SheetVisibleEnum.Visible])
            return
        values = book.get_sheet_by_name(sheet)
        cells = values.total_height * values.total_width
        if cells > MAX_CELLS:
            return _say({"kind": "too many cells", "row": values.total_height, "cells": cells})
        for row, line in enumerate(values.to_python(skip_empty_area=False), 1):
            texts = list(map(cell_text, line))
            if any(len(text) > MAX_CELL for text in texts):
                return _say({"kind": "long cell", "row": row})
            _say([[text] if isinstance(text, Exact) else text for text in texts])
    except Exception as error:  # a damaged workbook may fail in any way
        secret = isinstance(error, python_calamine.PasswordError) or any(
            word in str(error).lower() for word in ("password", "encrypt")
        )
        _say({"kind": "password" if secret else type(error).__name__})


if __name__ == "__main__":
    _main(*sys.argv[1:])
