"""One run: a folder of its own, a kernel of its own, and a notebook whatever happens."""

from __future__ import annotations

import math
import multiprocessing
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from cemlib.report.errors import CellFailure
from cemlib.report.plan.study import Run
from cemlib.report.run import canonical as normal
from cemlib.report.run.environment import FIXED


@dataclass(frozen=True, slots=True)
class Executed:
    """What came of a run: the notebook, partial where a cell failed."""

    notebook: NotebookNode
    failure: CellFailure | None = None
    reads: tuple[str, ...] = ()


def execute(run: Run, timeout: float, isolated: bool = False) -> Executed:
    """Return the notebook that a run gives, free of times and paths.

    Parameters
    ----------
    run : Run
        What to run.
    timeout : float
        Seconds that one cell may take.
    isolated : bool
        Run in a kernel of its own even where a process could be forked.
    """
    with tempfile.TemporaryDirectory(prefix="cem-") as private:
        folder = Path(private, "work")
        folder.mkdir()
        for name, source in run.files.items():
            shutil.copyfile(source, folder / name)
        notebook, start_error, reads = _run(run, folder, Path(private), timeout, isolated)
    notebook = normal.normalise(notebook, folder)
    if start_error:
        failure = CellFailure(run.workbook.slug, None, "", "", "KernelDidNotStart", start_error)
        return Executed(notebook, failure, reads)
    return Executed(notebook, locate_failure(notebook, run.workbook.slug), reads)


def locate_failure(notebook: NotebookNode, workbook: str) -> CellFailure | None:
    """Return where a notebook stopped with an error, if it did."""
    number = 0
    for cell in notebook.cells:
        number += not normal.is_injected(cell)
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                line = _failing_line(cell, output)
                return CellFailure(workbook, number, cell.id, line, output.ename, output.evalue)
    return None


def _failing_line(cell: NotebookNode, output: NotebookNode) -> str:
    lines = cell.source.splitlines()
    place = rf"Cell In\[{cell.execution_count}\], line (\d+)"
    found = re.findall(place, "\n".join(output.traceback))
    if found and int(found[-1]) <= len(lines):
        return lines[int(found[-1]) - 1].strip()
    return ""


def _run(
    run: Run, folder: Path, private: Path, timeout: float, isolated: bool
) -> tuple[NotebookNode, str | None, tuple[str, ...]]:
    """Return the notebook, why the kernel never started if it did not, and what was read."""
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import remove_error_markers

    source = normal.read(run.workbook.path)
    written = private / "notebook.ipynb"
    reads: list[str] = []
    try:
        notebook = papermill.execute_notebook(
            source,
            str(written),
            run.injected,
            engine_name=_engine(isolated),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            folder=str(folder),
            private=str(private),
            timeout=math.ceil(timeout),
            reads=reads,
        )
    except PapermillExecutionError:
        # papermill keeps the notebook in its file only, with notes of its own around the error
        notebook = remove_error_markers(normal.read(written))
    except RuntimeError as error:
        return source, str(error), ()
    return notebook, None, tuple(sorted(reads))


def _engine(isolated: bool) -> str:
    """Return the name of the engine to run with; its import registers it.

    A process may be forked only from one that was itself started as a kernel is: what is read
    at the start of Python, or when a library is imported, cannot be set later.
    """
    from cemlib.report.run import kernel

    as_a_kernel = FIXED.items() <= os.environ.items()
    if isolated or not as_a_kernel or "fork" not in multiprocessing.get_all_start_methods():
        return kernel.NAME
    from cemlib.report.run import engine

    return engine.NAME
