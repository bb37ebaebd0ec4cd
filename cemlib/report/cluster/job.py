"""A run as it is sent to a worker, and its execution there."""

from __future__ import annotations

import functools
import multiprocessing
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from cemlib.report.cluster import site as cluster_site
from cemlib.report.errors import RequestError
from cemlib.report.plan import workbook
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import Run, default_run

POLL = 0.2  # seconds between two checks whether a job was cancelled
PICTURES = re.compile(r"""\]\(<?([^)\s>"\\]+)|src=\\?["']([^"'\\]+)""")


_STARTING = threading.Lock()
_IDLE: list[Executor] = []
_POOLS: set[Executor] = set()


class UnfitWorkerError(RuntimeError):
    """The worker has a different cemlib, or cannot read a file of the job."""


class JobCancelledError(RuntimeError):
    """The job was cancelled."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a job.

    Parameters
    ----------
    path : Path
        Its path on the client, and on the worker too if it need not be sent.
    digest : str
        SHA-256 of its content.
    target : str
        Its relative path in the job's folder if it is sent.
    """

    path: Path
    digest: str
    target: str


@dataclass(frozen=True, slots=True)
class Job:
    """A call whose first argument is a run.

    Parameters
    ----------
    function : callable
        The function to call; both sides know it by name.
    run : Run
        Its first argument.
    arguments, options
        The other arguments.
    book : tuple of Item
        The workbook and the pictures in its text.
    data : dict of str to Item
        The data files by the names they have in the run.
    """

    function: Callable[..., Any]
    run: Run
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    book: tuple[Item, ...]
    data: dict[str, Item]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every file."""
        return self.book + tuple(self.data.values())


def pack(function: Callable[..., Any], run: Run, *arguments: Any, **options: Any) -> Job:
    """Return a call as it is sent.

    Raises
    ------
    OSError
        If one of its files cannot be read.
    """
    book = run.workbook.path
    targets = {"up/up/book/" + book.name: book}  # two levels down, for pictures in parent folders
    for name in _pictures(book):
        target = os.path.normpath(f"up/up/book/{name}")
        if not target.startswith("..") and Path(book.parent, name).is_file():
            targets[Path(target).as_posix()] = book.parent / name
    return Job(
        function,
        run,
        arguments,
        options,
        book=tuple(_item(path, target) for target, path in targets.items()),
        data={name: _item(path, f"data/{name}") for name, path in run.files.items()},
    )


def digests_present(paths: Mapping[Path, str]) -> list[str]:
    """Return the digests of those files that this machine has under the same path."""
    present = []
    for path, expected in paths.items():
        try:
            if cluster_site.digest(path) == expected:
                present.append(expected)
        except OSError:
            continue
    return present


def perform(job: Job, approved: frozenset[str], digests: tuple[str, ...], *contents: bytes) -> Any:
    """Execute a job on a worker, in a process of its own, and return its result.

    Parameters
    ----------
    job : Job
        The job.
    approved : frozenset of str
        Tokens of the sites that give the same results as the client.
    digests, contents
        The files that were sent.

    Raises
    ------
    UnfitWorkerError
        If this worker is not among those sites, or cannot read a file that was not sent.
    JobCancelledError
        If the job was cancelled.
    """
    from distributed import get_worker

    if cluster_site.token(cluster_site.survey()) not in approved:
        raise UnfitWorkerError("it joined later and would not give the same results")
    # in the worker's folder, which Dask removes even after the worker was killed
    with tempfile.TemporaryDirectory(prefix="cem-", dir=get_worker().local_directory) as private:
        run = _unpack(job, dict(zip(digests, contents, strict=True)), Path(private))
        return _in_process(
            _is_wanted(), partial(job.function, run, *job.arguments, **job.options), run
        )


def _unpack(job: Job, contents: Mapping[str, bytes], private: Path) -> Run:
    """Return the run with the paths of its files on this machine."""
    missing = {item.path: item.digest for item in job.items if item.digest not in contents}
    unreadable = missing.keys() - {
        path for path in missing if digests_present({path: missing[path]})
    }
    if unreadable:
        raise UnfitWorkerError(f"it cannot read {', '.join(sorted(map(str, unreadable)))}")
    book, *_ = [_local_path(item, contents, private) for item in job.book]
    return replace(
        job.run,
        workbook=replace(job.run.workbook, path=book),
        files={name: _local_path(item, contents, private) for name, item in job.data.items()},
    )


def _local_path(item: Item, contents: Mapping[str, bytes], private: Path) -> Path:
    if item.digest not in contents:
        return item.path
    path = private / item.target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents[item.digest])
    return path


def _in_process(is_wanted: Callable[[], bool], function: Callable[[], Any], run: Run) -> Any:
    """Call a function in another process, which is killed if the job is cancelled."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return function()  # without fork, the notebook's kernel is a process of its own
    with _process(run) as pool:
        future = pool.submit(function)
        while not wait([future], POLL).done:
            if not is_wanted():
                raise JobCancelledError("the job was cancelled")
        return future.result()


@contextmanager
def _process(run: Run) -> Iterator[Executor]:
    """Yield an executor with one warm process, and kill it if the task did not complete."""
    from cemlib.report.run.pool import ForkPool

    with _STARTING:
        if _IDLE:
            pool = _IDLE.pop()
        else:
            # Dask makes its workers daemons, so that they end with their nanny, and Python does not
            # allow a daemon to have children. Ours end when the worker ends, in whatever way.
            _allow_children(multiprocessing.current_process())
            pool = ForkPool(1, _modules(run))
            _end_with_this_process()
            _POOLS.add(pool)
            pool.submit(os.getpid).result()  # starting a worker changes the environment briefly
    try:
        yield pool
    except BaseException:
        _POOLS.discard(pool)
        pool.shutdown(cancel_futures=True)
        raise
    _IDLE.append(pool)


@functools.cache
def _end_with_this_process() -> None:
    def end() -> None:
        for pool in list(_POOLS):
            pool.shutdown(cancel_futures=True)

    Finalize(None, end, exitpriority=0)  # before Python joins child processes


def _allow_children(process: Any) -> None:
    process._config["daemon"] = False


def _modules(run: Run) -> list[str]:
    """Return what a run and the workbooks of this home import, to preload it in the worker."""
    books: list[Run] = []
    with suppress(RequestError):  # an invalid notebook there need not concern this job
        books += map(default_run, workbook.workbooks())
    return Fingerprints().modules([run, *books])


def _is_wanted() -> Callable[[], bool]:
    """Return a function that tells whether the job of this thread has not been cancelled."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state != "cancelled"

    return is_wanted


def _item(path: Path, target: str) -> Item:
    return Item(path.absolute(), cluster_site.digest(path), target)


def _pictures(book: Path) -> set[str]:
    """Return the names of possible pictures in a workbook's text."""
    text = book.read_text(encoding="utf-8")
    names = {name for pair in PICTURES.findall(text) for name in pair if name}
    return {name for name in names if ":" not in name and len(name) < 200}
