"""A run as it travels to a worker, and what the worker does with it."""

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
from cemlib.report.plan import study as plan
from cemlib.report.plan import workbook
from cemlib.report.plan.fingerprint import Keys
from cemlib.report.plan.study import Run

GLANCE = 0.2  # seconds between two looks at whether a job is still wanted
PICTURES = re.compile(r"""\]\(<?([^)\s>"\\]+)|src=\\?["']([^"'\\]+)""")


_STARTING = threading.Lock()
_IDLE: list[Executor] = []
_POOLS: set[Executor] = set()


class UnfitWorkerError(RuntimeError):
    """The worker has another cemlib, or does not see a file that it was told of."""


class CalledOffError(RuntimeError):
    """Nobody waits for the job any more."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a job.

    Parameters
    ----------
    path : Path
        Where it is on the machine that asks, and on the worker too if it need not travel.
    digest : str
        SHA-256 of what is in it.
    seat : str
        Its place in the job's own folder if it travels; relative.
    """

    path: Path
    digest: str
    seat: str


@dataclass(frozen=True, slots=True)
class Job:
    """A call whose first argument is a run.

    Parameters
    ----------
    function : callable
        What to call, by name known to both sides.
    run : Run
        Its first argument.
    arguments, options
        The others.
    book : tuple of Item
        The workbook and the pictures that its text shows.
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
    """Return a call as it travels.

    Raises
    ------
    OSError
        If one of its files cannot be read.
    """
    book = run.workbook.path
    seats = {"up/up/book/" + book.name: book}  # room for pictures in folders above
    for name in _pictures(book):
        seat = os.path.normpath(f"up/up/book/{name}")
        if not seat.startswith("..") and Path(book.parent, name).is_file():
            seats[Path(seat).as_posix()] = book.parent / name
    return Job(
        function,
        run,
        arguments,
        options,
        book=tuple(_item(path, seat) for seat, path in seats.items()),
        data={name: _item(path, f"data/{name}") for name, path in run.files.items()},
    )


def sees(paths: Mapping[Path, str]) -> list[str]:
    """Return the digests of those files that this machine has at the same places."""
    found = []
    for path, expected in paths.items():
        try:
            if cluster_site.digest(path) == expected:
                found.append(expected)
        except OSError:
            continue
    return found


def perform(job: Job, fit: frozenset[str], digests: tuple[str, ...], *contents: bytes) -> Any:
    """Do a job on a worker, in a process of its own, and return what comes of it.

    Parameters
    ----------
    job : Job
        What to do.
    fit : frozenset of str
        Tokens of the sites that were found to print the same.
    digests, contents
        The files that travelled.

    Raises
    ------
    UnfitWorkerError
        If this worker is not among those sites, or does not see a file that did not travel.
    CalledOffError
        If the job was cancelled.
    """
    from distributed import get_worker

    if cluster_site.token(cluster_site.survey()) not in fit:
        raise UnfitWorkerError("it came later, and would not print the same")
    # the worker's own folder: Dask removes it even after the worker was killed
    with tempfile.TemporaryDirectory(prefix="cem-", dir=get_worker().local_directory) as private:
        run = _unpack(job, dict(zip(digests, contents, strict=True)), Path(private))
        return _apart(_is_wanted(), partial(job.function, run, *job.arguments, **job.options), run)


def _unpack(job: Job, contents: Mapping[str, bytes], private: Path) -> Run:
    """Return the run with the paths that its files have here."""
    missing = {item.path: item.digest for item in job.items if item.digest not in contents}
    unseen = missing.keys() - {path for path in missing if sees({path: missing[path]})}
    if unseen:
        raise UnfitWorkerError(f"it does not see {', '.join(sorted(map(str, unseen)))}")
    book, *_ = [_place(item, contents, private) for item in job.book]
    return replace(
        job.run,
        workbook=replace(job.run.workbook, path=book),
        files={name: _place(item, contents, private) for name, item in job.data.items()},
    )


def _place(item: Item, contents: Mapping[str, bytes], private: Path) -> Path:
    if item.digest not in contents:
        return item.path
    path = private / item.seat
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents[item.digest])
    return path


def _apart(is_wanted: Callable[[], bool], function: Callable[[], Any], run: Run) -> Any:
    """Call a function in another process, which is killed when nobody waits for it any more."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return function()  # the notebook's kernel is a process of its own
    with _process(run) as pool:
        future = pool.submit(function)
        while not wait([future], GLANCE).done:
            if not is_wanted():
                raise CalledOffError("the job was cancelled")
        return future.result()


@contextmanager
def _process(run: Run) -> Iterator[Executor]:
    """Lend an executor of one warm process, and kill it if it was not done with its work."""
    from cemlib.report.run.pool import ForkPool

    with _STARTING:
        if _IDLE:
            pool = _IDLE.pop()
        else:
            # Dask marks its workers as daemons, so that they end with their nanny, and Python
            # lets no daemon have children. Ours end when the worker does, however it ends.
            _unmark(multiprocessing.current_process())
            pool = ForkPool(1, _modules(run))
            _end_with_this_process()
            _POOLS.add(pool)
            pool.submit(os.getpid).result()  # starting changes the environment for a moment
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

    Finalize(None, end, exitpriority=0)  # before Python waits for the children to end


def _unmark(process: Any) -> None:
    process._config["daemon"] = False


def _modules(run: Run) -> list[str]:
    """Return what the workbooks of this home import, and a run: heeded for a worker's first."""
    books: list[Run] = []
    with suppress(RequestError):  # there is one that is no workbook, but nobody has asked for it
        books += map(plan.defaults, workbook.workbooks())
    return Keys().modules([run, *books])


def _is_wanted() -> Callable[[], bool]:
    """Return what tells whether the job of this thread is still wanted."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state != "cancelled"

    return is_wanted


def _item(path: Path, seat: str) -> Item:
    return Item(path.absolute(), cluster_site.digest(path), seat)


def _pictures(book: Path) -> set[str]:
    """Return what may be pictures beside a workbook, as its text names them."""
    text = book.read_text(encoding="utf-8")
    names = {name for pair in PICTURES.findall(text) for name in pair if name}
    return {name for name in names if ":" not in name and len(name) < 200}
