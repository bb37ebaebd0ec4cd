"""A papermill engine with this interpreter's own kernel; any stop becomes an error of a cell."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

from cemlib import home
from cemlib.report.run import translator  # noqa: F401 - registers itself
from cemlib.report.run.environment import environment
from cemlib.report.run.file_access import STARTUP

NAME = "cemlib"
MAX_SOCKET = 90  # characters of a socket's path; macOS allows 103, Linux 107
logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # errors are reported by cell, not logged


class Engine(NBClientEngine):
    """Runs the cells in a kernel of this interpreter, whatever kernels the user has installed.

    A kernel that dies, or a cell that exceeds its time, leaves an error output in its cell, so
    that papermill keeps the notebook and reports it like an exception.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        folder: str,
        private: str,
        timeout: int | None = None,
        reads: list[str] | None = None,
        **_: Any,
    ) -> None:
        """Run the cells in `folder`; the kernel's own files go to `private`."""
        reads_file = _log_reads(private)
        client = PapermillNotebookClient(
            nb_man,
            km=_own_kernel(private),
            timeout=timeout,
            shutdown_kernel="immediate",
            log=logger,
        )
        try:
            client.execute(cleanup_kc=True, cwd=folder, env=environment(private))
        except (CellTimeoutError, DeadKernelError) as error:
            _add_error(nb_man, error, timeout)
        if reads is not None and reads_file.is_file():
            reads += reads_file.read_text(encoding="utf-8").splitlines()


papermill_engines.register(NAME, Engine)


def _log_reads(private: str) -> Path:
    """Make the kernel log the data files that it reads, and return the log's path."""
    log = Path(private, "reads.txt")
    startup = Path(private, "ipython", "profile_default", "startup")
    startup.mkdir(parents=True)
    script = STARTUP.format(file=str(log), folders=home.read_by_runs())
    (startup / "reads.py").write_text(script, encoding="utf-8")
    return log


def _own_kernel(private: str) -> AsyncKernelManager:
    # Without folders to search, the only kernel left is that of sys.executable.
    specs = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
    socket = str(Path(private, "kernel"))
    if os.name == "posix" and len(socket) < MAX_SOCKET:
        # Sockets in a private folder: kernels cannot compete for a port, no one else can connect.
        manager.transport, manager.ip = "ipc", socket
        manager.connection_file = f"{socket}.json"
    return manager


def _add_error(
    nb_man: NotebookExecutionManager,
    error: CellTimeoutError | DeadKernelError,
    timeout: int | None,
) -> None:
    """Add the error to the cell that was running."""
    started = [cell.metadata.papermill["start_time"] is not None for cell in nb_man.nb.cells]
    index = sum(started) - 1
    if index < 0:
        raise error
    if isinstance(error, CellTimeoutError):
        name, message = "TimeOut", f"the cell was still running after {timeout} s"
    else:
        name, message = "KernelDied", "the Python process ended within this cell"
    cell = nb_man.nb.cells[index]
    cell.execution_count = None  # a dying kernel may or may not report it
    cell.outputs.append(
        new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
    )
    nb_man.cell_exception(cell, cell_index=index)
