"""One run in a folder and a kernel of its own; it gives a notebook even if a cell fails."""

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
from cemlib.report.run import canonical
from cemlib.report.run.environment import FIXED


@dataclass(frozen=True, slots=True)
class Executed:
    """An executed notebook, partial if a cell failed."""

    notebook: NotebookNode
    failure: CellFailure | None = None
    reads: tuple[str, ...] = ()


def execute(run: Run, timeout: float, isolated: bool = False) -> Executed:
    """Return the executed notebook of a run, in canonical form.

    Parameters
    ----------
    run : Run
        The run.
    timeout : float
        Seconds allowed per cell.
    isolated : bool
        Use an ordinary Jupyter kernel even where a process could be forked.
    """
    with tempfile.TemporaryDirectory(prefix="cem-") as private:
        folder = Path(private, "work")
        folder.mkdir()
        for name, source in run.files.items():
            staged = folder / name
            staged.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, staged)
        notebook, start_error, reads = _run(run, folder, Path(private), timeout, isolated)
    notebook = canonical.canonical_form(notebook, folder)
    if start_error:
        failure = CellFailure(run.workbook.slug, None, "", "", "KernelDidNotStart", start_error)
        return Executed(notebook, failure, reads)
    return Executed(notebook, locate_failure(notebook, run.workbook.slug), reads)


def locate_failure(notebook: NotebookNode, workbook: str) -> CellFailure | None:
    """Return where a notebook stopped with an error; None if it did not."""
    number = 0
    for cell in notebook.cells:
        number += not canonical.is_injected(cell)
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                line = _failing_line(cell, output)
                return CellFailure(workbook, number, cell.id, line, output.ename, output.evalue)
    return None


def _failing_line(cell: NotebookNode, output: NotebookNode) -> str:
    lines = cell.source.splitlines()
    pattern = rf"Cell In\[{cell.execution_count}\], line (\d+)"
    numbers = re.findall(pattern, "\n".join(output.traceback))
    if numbers and int(numbers[-1]) <= len(lines):
        return lines[int(numbers[-1]) - 1].strip()
    return ""


def _run(
    run: Run, folder: Path, private: Path, timeout: float, isolated: bool
) -> tuple[NotebookNode, str | None, tuple[str, ...]]:
    """Return the notebook, why the kernel did not start (if so), and the files read."""
    import papermill
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import remove_error_markers

    source = canonical.read(run.workbook.path)
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
        # papermill leaves the notebook in its file only, with error markers of its own
        notebook = remove_error_markers(canonical.read(written))
    except RuntimeError as error:
        return source, str(error), ()
    return notebook, None, tuple(sorted(reads))


def _engine(isolated: bool) -> str:
    """Return the name of the engine to use; importing its module registers it.

    A process may be forked only from one that was started like a kernel: settings that Python
    reads at start-up, or a library at import, cannot be changed later.
    """
    from cemlib.report.run import kernel

    started_like_a_kernel = FIXED.items() <= os.environ.items()
    if (
        isolated
        or not started_like_a_kernel
        or "fork" not in multiprocessing.get_all_start_methods()
    ):
        return kernel.NAME
    from cemlib.report.run import engine

    return engine.NAME
