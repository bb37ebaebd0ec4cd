"""The workbooks as live pages without code, for those who move controls and write nothing."""

from __future__ import annotations

import os
import sys
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode

from cemlib.course import editions
from cemlib.report import files
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import canonical

READY = 1  # kernels of each workbook that have run its cells before somebody asks


def prepare(folder: Path) -> None:
    """Write the workbooks as pages into a folder: without notes, exercises and outputs.

    Parameters
    ----------
    folder : Path
        Where the notebooks go; those of the same name are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files.write_all(
        {
            folder / book.path.name: canonical.text(page(canonical.read(book.path)))
            for book in workbooks()
        }
    )


def page(notebook: NotebookNode) -> NotebookNode:
    """Return a workbook without notes, exercises and outputs."""
    shown, inside = [], False
    for cell in deepcopy(editions.without_notes(notebook.cells)):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            inside = cell.source.startswith("## Exercises")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if not inside:
            shown.append(cell)
    return NotebookNode(notebook | {"cells": shown})


def start(folder: Path, options: tuple[str, ...] = ()) -> None:
    """Replace this process by Voilà on the workbooks, with kernels that are warm.

    Parameters
    ----------
    folder : Path
        Where the notebooks go.
    options : tuple of str
        Further options of ``voila``.
    """
    prepare(folder)
    warm = ["--preheat_kernel=True", f"--pool_size={READY}"]
    command = [sys.executable, "-m", "voila", str(folder), *warm, *options]
    os.execve(command[0], command, os.environ | {"CEMLIB_MODE": "interactive"})
