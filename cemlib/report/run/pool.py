"""A pool of warm workers: processes forked from one that has already imported everything.

How a run gets a process of its own in milliseconds, with pandas and matplotlib loaded:

1. The *forkserver* of `multiprocessing` is started once, in the environment of a kernel. It imports
   what all runs need (`set_forkserver_preload`).
2. Each *worker* is a fork of the forkserver and shares its memory pages until one of them writes.
   One thread of the pool waits for each worker, so a worker that dies fails its own task only.
3. For each run, the papermill engine forks the worker once more (`cemlib.report.run.engine`). Cells
   can change what they like: the next run is forked from a worker that has seen nothing of it.

A worker is not a child of this process, so the system does not end it with this process. Each
therefore holds the reading end of a *parent pipe* whose writing end only this process has: when
this process ends, even by SIGKILL, the pipe closes and the worker kills its process group.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from cemlib.report.run.environment import FIXED, UNWANTED

T = TypeVar("T")
PRELOAD = (
    "papermill",
    "cemlib.report.artifacts",
    "cemlib.report.run.engine",
    "cemlib.report.pages.report",
)


class WorkerKilledError(Exception):
    """A worker was killed by a signal; its task can be retried."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal = signal_number

    def __str__(self) -> str:
        """Name the signal."""
        return f"a worker process was killed by signal {self.signal}"


class WorkerExitedError(Exception):
    """A worker exited in the middle of a task."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        """Name the exit code."""
        return f"a worker process exited with code {self.code}"


class ForkPool(Executor):
    """An executor whose worker processes are forked from a warm parent, the forkserver.

    A worker that dies fails only the future of its own task, and is replaced.

    Parameters
    ----------
    jobs : int
        Number of workers.
    preload : sequence of str
        Modules that the forkserver imports in addition to this package's own; those that cannot be
        imported are skipped.

    Examples
    --------
    >>> with ForkPool(2) as pool:
    ...     list(pool.map(abs, [-1, -2, -3]))
    [1, 2, 3]
    """

    def __init__(self, jobs: int, preload: Sequence[str] = ()) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*PRELOAD, *preload])
        with _warm_environment():  # it imports while the caller prepares the tasks
            pass
        self._threads = ThreadPoolExecutor(jobs)
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call a function in a worker; function, arguments and result must be picklable."""
        return self._threads.submit(self._work, function, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for the tasks, or kill them with ``cancel_futures``, and end all workers."""
        if cancel_futures:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._end()
        self._threads.shutdown(wait=wait)
        self._end()

    def _work(self, function: Callable[..., T], args: Any, kwargs: Any) -> T:
        worker = self._begin(function, args, kwargs)
        try:
            good, value = worker.answer()
        except (EOFError, OSError):
            raise self._discard(worker) from None
        self._idle.put(worker)
        if not good:
            raise value
        result: T = value
        return result

    def _begin(self, function: Callable[..., Any], args: Any, kwargs: Any) -> _Worker:
        """Return a worker that has begun the task; idle workers that have died are skipped."""
        while True:
            worker = self._take()
            try:
                worker.call(function, args, kwargs)
                return worker
            except (EOFError, OSError):
                error = self._discard(worker)
                if not worker.has_served:
                    raise error from None

    def _discard(self, worker: _Worker) -> WorkerKilledError | WorkerExitedError:
        self._forget(worker)
        return worker.exit_error()

    def _forget(self, worker: _Worker) -> None:
        with self._lock:  # `_end` iterates over the set in another thread
            self._workers.discard(worker)

    def _take(self) -> _Worker:
        with suppress(queue.Empty):
            while not (worker := self._idle.get_nowait()).is_alive():
                self._forget(worker)
                worker.end()
            return worker
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down")
            worker = _Worker(self._context)
            self._workers.add(worker)
        return worker

    def _end(self) -> None:
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, set()
        for worker in workers:
            worker.end()


class _Worker:
    """A process that calls what it is sent, one call after another."""

    def __init__(self, context: multiprocessing.context.ForkServerContext) -> None:
        self.has_served = False
        self._cleaning, self._is_clean = threading.Lock(), False
        self._connection, worker_end = context.Pipe()
        parent_pipe, self._parent_pipe = context.Pipe(duplex=False)
        self._folder = tempfile.TemporaryDirectory(prefix="cem-worker-")
        with _warm_environment() as environment, _without_main():
            self._process: BaseProcess = context.Process(
                target=_serve, args=(worker_end, parent_pipe, self._folder.name, environment)
            )
            self._process.start()
        worker_end.close()
        parent_pipe.close()

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Send a call, and return when the process has begun it."""
        self._connection.send((function, args, kwargs))
        self._connection.recv()

    def answer(self) -> tuple[bool, Any]:
        """Return whether the call succeeded, and its result or its error."""
        answer: tuple[bool, Any] = self._connection.recv()
        self.has_served = True
        return answer

    def is_alive(self) -> bool:
        """Return whether the process still seems to be running."""
        return self._process.is_alive()

    def exit_error(self) -> WorkerKilledError | WorkerExitedError:
        """Return an error that says how the process ended."""
        self._process.join()
        code = self._process.exitcode or 0
        self._clean_up()
        return WorkerKilledError(-code) if code < 0 else WorkerExitedError(code)

    def end(self) -> None:
        """Kill the process and its children, and remove its files."""
        self._process.kill()
        self._process.join()
        self._clean_up()

    def _clean_up(self) -> None:
        with self._cleaning:  # called by the waiting thread and by the one that shuts down
            if self._is_clean:
                return
            self._is_clean = True
        self._connection.close()
        self._parent_pipe.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._folder.cleanup()


def _serve(
    connection: Connection, parent_pipe: Connection, folder: str, environment: dict[str, str]
) -> None:
    """Answer calls until the connection closes."""
    os.environ.clear()  # the forkserver may have been started with another one
    os.environ.update(environment)
    os.setsid()  # Ctrl-C goes to the parent only; and all child processes can be killed by group
    threading.Thread(target=_end_with_parent, args=(parent_pipe,), daemon=True).start()
    tempfile.tempdir = folder
    gc.freeze()  # the collector would write to the shared pages and so copy them in every fork
    with suppress(EOFError):
        while True:
            function, args, kwargs = connection.recv()
            connection.send("begun")
            try:
                answer = True, function(*args, **kwargs)
            except Exception as error:
                answer = False, error
            connection.send(answer)


def _end_with_parent(parent_pipe: Connection) -> None:
    """End this process when the one at the other end of the pipe has ended, even by a kill."""
    with suppress(EOFError):
        parent_pipe.recv()
    os.killpg(0, signal.SIGKILL)


@contextmanager
def _warm_environment() -> Iterator[dict[str, str]]:
    """Start the forkserver in a kernel's environment: libraries read it when they are imported."""
    before = dict(os.environ)
    try:
        for name in UNWANTED:
            os.environ.pop(name, None)
        os.environ.update(FIXED)
        forkserver.ensure_running()
        yield dict(os.environ)
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _without_main() -> Iterator[None]:
    """Prevent a worker from importing this program's main module again.

    https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
    """
    main = sys.modules["__main__"]
    names = [name for name in ("__file__", "__spec__") if hasattr(main, name)]
    removed = {name: vars(main).pop(name) for name in names}
    main.__spec__ = None
    try:
        yield
    finally:
        for name, value in removed.items():
            setattr(main, name, value)
