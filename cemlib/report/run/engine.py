"""The papermill engine ``cem``: runs the cells in a process forked from this one.

The fork has everything this process has imported, so a run costs little more than its cells. The
outputs are those of an ipykernel kernel; tests compare them.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
import warnings
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import click
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine as PapermillEngine
from papermill.engines import NotebookExecutionManager, papermill_engines

from cemlib import home
from cemlib.report.errors import KilledError, RequestError
from cemlib.report.run import in_process_kernel, translator
from cemlib.report.run.environment import environment

NAME = "cem"
SKIPPED, MAY_RAISE = "skip-execution", "raises-exception"


class Engine(PapermillEngine):
    """Runs the cells of a notebook in a forked process."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        folder: str | None = None,
        private: str | None = None,
        timeout: float | None = None,
        execution_timeout: float | None = None,
        reads: list[str] | None = None,
        **_: Any,
    ) -> None:
        """Run the cells in `folder`; the data files that they read are added to `reads`.

        Plain papermill names neither folder, and its timeout ``execution_timeout``. Parameters are
        then checked against their declarations, as ``cem`` does.
        """
        working_folder = Path(folder) if folder else Path.cwd()
        if folder is None:
            _check_parameters(nb_man.nb, working_folder)
        with (
            nullcontext(private) if private else TemporaryDirectory(prefix="cem-") as own_folder,
            ForkedKernel(str(working_folder), own_folder) as forked,
        ):
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                good = forked.run(cell, timeout or execution_timeout)
                if not good:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if not good:
                    break
        if reads is not None:
            reads += forked.reads


papermill_engines.register(NAME, Engine)


class ForkedKernel(AbstractContextManager["ForkedKernel"]):
    """A process forked from this one that runs cells.

    Attributes
    ----------
    reads : list of str
        The data files read so far.
    """

    def __init__(self, folder: str, private: str) -> None:
        self.reads: list[str] = []
        self._shown: dict[str, list[NotebookNode]] = {}
        self._clears = False
        context = multiprocessing.get_context("fork")
        self._connection, child_end = context.Pipe()
        self._process = context.Process(
            target=_child,
            args=(self._connection, child_end, folder, environment(private)),
        )
        with warnings.catch_warnings():  # about the threads of jemalloc, which are safe
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        child_end.close()

    def __enter__(self) -> Self:
        """Return the kernel itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process and whatever it has started."""
        self._connection.close()
        self._kill()
        self._process.join()
        self._process.close()

    def run(self, cell: NotebookNode, timeout: float | None) -> bool:
        """Run a cell, add its outputs to it, and return whether the next cell may run."""
        if cell.cell_type != "code":
            return True
        tags = cell.metadata.get("tags", ())
        cell.outputs, cell.execution_count = [], None
        if not cell.source.strip() or SKIPPED in tags:
            return True
        self._clears = False
        try:
            self._connection.send(cell.source)
            good = self._listen(cell, timeout)
        except (EOFError, OSError):
            self._died(cell)
            return False
        return good or MAY_RAISE in tags

    def _listen(self, cell: NotebookNode, timeout: float | None) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            remaining = None if deadline is None else max(deadline - time.monotonic(), 0)
            if not self._connection.poll(remaining):
                self._kill()
                _fail(cell, "TimeOut", f"the cell was still running after {timeout} s")
                return False
            match self._connection.recv():
                case ("done", good, count):
                    cell.execution_count = count
                    return good
                case ("read", path):
                    self.reads.append(path)
                case event:
                    self._apply(cell, event)

    def _apply(self, cell: NotebookNode, event: tuple[Any, ...]) -> None:
        """Change the cell's outputs as nbclient does on a kernel's message."""
        match event:
            case ("clear", True):
                self._clears = True
                return
            case ("clear", False):
                cell.outputs.clear()
                return
            case ("update", data, metadata, display_id):
                for shown in self._shown.get(display_id, ()):
                    shown.data, shown.metadata = data, metadata
                return
        if self._clears:
            cell.outputs.clear()
            self._clears = False
        match event:
            case ("stream", name, text):  # joined and cut in the canonical form
                cell.outputs.append(new_output("stream", name=name, text=text))
            case ("display", data, metadata, display_id):
                output = new_output("display_data", data=data, metadata=metadata)
                cell.outputs.append(output)
                if display_id is not None:
                    self._shown.setdefault(display_id, []).append(output)
            case ("result", data, metadata, count):
                cell.outputs.append(
                    new_output(
                        "execute_result", data=data, metadata=metadata, execution_count=count
                    )
                )
            case ("error", name, message, traceback):
                cell.outputs.append(
                    new_output("error", ename=name, evalue=message, traceback=traceback)
                )

    def _died(self, cell: NotebookNode) -> None:
        self._process.join()
        if self._process.exitcode == -signal.SIGKILL:
            raise KilledError("the process that ran the cells was killed")
        _fail(cell, "KernelDied", "the Python process ended within this cell")

    def _kill(self) -> None:
        try:
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()


def _check_parameters(notebook: NotebookNode, folder: Path) -> None:
    try:
        translator.check_injected(notebook, folder)
    except RequestError as error:
        if click.get_current_context(silent=True):  # papermill's command line
            raise click.UsageError(str(error)) from error
        raise


def _child(parent_end: Any, child_end: Any, folder: str, environment: dict[str, str]) -> None:
    parent_end.close()
    os.setsid()
    _die_with_parent()
    in_process_kernel.serve(child_end, folder, environment, home.read_by_runs())


def _fail(cell: NotebookNode, name: str, message: str) -> None:
    cell.outputs.append(
        new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
    )


def _die_with_parent() -> None:
    """On Linux, have this process killed when the one that forked it ends."""
    if sys.platform == "linux":
        set_death_signal = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
