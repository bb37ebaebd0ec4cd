"""Workers that are warm: forked from a process that has imported everything already."""

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
ALWAYS = (
    "papermill",
    "cemlib.report.artifacts",
    "cemlib.report.run.engine",
    "cemlib.report.pages.report",
)


class WorkerKilledError(Exception):
    """A worker was killed by a signal; the task may be tried again."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal = signal_number

    def __str__(self) -> str:
        """Name the signal."""
        return f"a worker process was killed by signal {self.signal}"


class WorkerExitedError(Exception):
    """A worker ended by itself in the middle of a task."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        """Name the exit code."""
        return f"a worker process ended with code {self.code}"


class ForkPool(Executor):
    """An executor whose worker processes are forked from a warm parent, the forkserver.

    A worker that dies ends the future of its task with an error and is replaced; the others do
    not notice.

    Parameters
    ----------
    jobs : int
        How many workers.
    preload : sequence of str
        Modules that the warm parent imports, besides the press; those that cannot be imported are
        passed over.

    Examples
    --------
    >>> with ForkPool(2) as pool:
    ...     list(pool.map(abs, [-1, -2, -3]))
    [1, 2, 3]
    """

    def __init__(self, jobs: int, preload: Sequence[str] = ()) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*ALWAYS, *preload])
        with _warm_environment():  # it warms up while the caller prepares the tasks
            pass
        self._threads = ThreadPoolExecutor(jobs)
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Let a worker call a function; both must be picklable, and so must the result."""
        return self._threads.submit(self._work, function, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for the tasks, or with ``cancel_futures`` kill them, and end all workers."""
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
            raise self._buried(worker) from None
        self._idle.put(worker)
        if not good:
            raise value
        result: T = value
        return result

    def _begin(self, function: Callable[..., Any], args: Any, kwargs: Any) -> _Worker:
        """Return the worker that has begun with the task, instead of those that died idle."""
        while True:
            worker = self._take()
            try:
                worker.call(function, args, kwargs)
                return worker
            except (EOFError, OSError):
                error = self._buried(worker)
                if not worker.has_served:
                    raise error from None

    def _buried(self, worker: _Worker) -> WorkerKilledError | WorkerExitedError:
        with self._lock:
            self._workers.discard(worker)
        return worker.obituary()

    def _take(self) -> _Worker:
        with suppress(queue.Empty):
            while not (worker := self._idle.get_nowait()).is_alive():
                self._workers.discard(worker)
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
        self._sweeping, self._is_swept = threading.Lock(), False
        self._connection, far = context.Pipe()
        lifeline, self._life = context.Pipe(duplex=False)
        self._folder = tempfile.TemporaryDirectory(prefix="cem-worker-")
        with _warm_environment() as environment, _without_main():
            self._process: BaseProcess = context.Process(
                target=_serve, args=(far, lifeline, self._folder.name, environment)
            )
            self._process.start()
        far.close()
        lifeline.close()

    def call(self, function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Send a call, and return when the process has begun with it."""
        self._connection.send((function, args, kwargs))
        self._connection.recv()

    def answer(self) -> tuple[bool, Any]:
        """Return whether the call went well, and its result or its error."""
        answer: tuple[bool, Any] = self._connection.recv()
        self.has_served = True
        return answer

    def is_alive(self) -> bool:
        """Return whether the process is still there to be called, as far as is known."""
        return self._process.is_alive()

    def obituary(self) -> WorkerKilledError | WorkerExitedError:
        """Return the error that says how the process ended."""
        self._process.join()
        code = self._process.exitcode or 0
        self._sweep()
        return WorkerKilledError(-code) if code < 0 else WorkerExitedError(code)

    def end(self) -> None:
        """Kill the process and what it has started; remove its files."""
        self._process.kill()
        self._process.join()
        self._sweep()

    def _sweep(self) -> None:
        with self._sweeping:  # the thread that waits for an answer, and the one that ends it all
            if self._is_swept:
                return
            self._is_swept = True
        self._connection.close()
        self._life.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._folder.cleanup()


def _serve(
    connection: Connection, lifeline: Connection, folder: str, environment: dict[str, str]
) -> None:
    """Answer calls until the connection closes."""
    os.environ.clear()  # the forkserver may have been started long ago, in another one
    os.environ.update(environment)
    os.setsid()  # Ctrl-C is for the parent; and all that a run starts can be found and ended
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    tempfile.tempdir = folder
    gc.freeze()  # or every process forked from here looks at, and so copies, what is imported
    with suppress(EOFError):
        while True:
            function, args, kwargs = connection.recv()
            connection.send("begun")
            try:
                answer = True, function(*args, **kwargs)
            except Exception as error:
                answer = False, error
            connection.send(answer)


def _end_with_parent(lifeline: Connection) -> None:
    """End this process when the one that holds the other end of the line has ended, even killed.

    It is no child of that one: the forkserver is between them, and lives as long as its children.
    """
    with suppress(EOFError):
        lifeline.recv()
    os.killpg(0, signal.SIGKILL)


@contextmanager
def _warm_environment() -> Iterator[dict[str, str]]:
    """Start the forkserver as a kernel would be: what is read at import is fixed there."""
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
    """Keep a worker from importing this program's main module once more.

    https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods
    """
    main = sys.modules["__main__"]
    names = [name for name in ("__file__", "__spec__") if hasattr(main, name)]
    kept = {name: vars(main).pop(name) for name in names}
    main.__spec__ = None
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
