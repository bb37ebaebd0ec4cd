"""Runs on many machines: an executor on Dask distributed."""

from __future__ import annotations

import hashlib
import logging
import pickle
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, InvalidStateError
from concurrent.futures import wait as wait_for
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.report.cluster import job as cluster_job
from cemlib.report.cluster import site as cluster_site
from cemlib.report.cluster.job import CalledOffError, Job, UnfitWorkerError
from cemlib.report.errors import RequestError
from cemlib.report.plan.study import Run

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

CONNECT = 5.0  # seconds to wait for the scheduler
ARRIVE = 10.0  # seconds to wait for a first worker
AGAIN = 3  # times that a job is handed over anew, because a worker turned out to be unfit
SILENT = logging.CRITICAL + 1


class WorkersLostError(RuntimeError):
    """Every worker that took a run died."""


class SchedulerLostError(RuntimeError):
    """The scheduler is no longer there."""


class ClusterPool(Executor):
    """Workers on other machines, as one executor.

    It goes to the scheduler when it is first needed. The first argument of what is submitted is a
    `Run`; its workbook and its data files travel with it, unless every worker sees the same at the
    same place. A worker does each job in a process of its own. A worker that dies loses nothing:
    its jobs are done by the others.

    Parameters
    ----------
    address : str
        Where the scheduler listens, such as ``tcp://10.0.0.1:8786``.
    arrive : float
        Seconds to wait for a first worker.
    """

    def __init__(self, address: str, arrive: float = ARRIVE) -> None:
        self.address = address
        self._arrive = arrive
        self._lock = threading.RLock()
        self._open = ExitStack()
        self._client: Any = None
        self._closed = self._abandoned = False
        self._jobs: dict[Future[Any], DaskFuture] = {}
        self._contents: dict[str, DaskFuture | None] = {}  # none is seen in place by all
        self._fit: frozenset[str] = frozenset()

    def open(self) -> None:
        """Go to the scheduler, if that has not been done, and hold every worker against this one.

        Raises
        ------
        RequestError
            If there is no Dask distributed here, no scheduler at the address, no worker, or a
            worker that would not print the same as this machine; each such worker is told.
        RuntimeError
            If the pool is shut down.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._client is None:
                with ExitStack() as stack:
                    stack.enter_context(_quietly())
                    self._client = _client(self.address)
                    stack.callback(self._close)
                    self._check()
                    self._open = stack.pop_all()

    @property
    def jobs(self) -> int:
        """How many jobs the workers do at a time."""
        self.open()
        return sum(self._client.nthreads().values())

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        """Hand a job to the workers.

        Parameters
        ----------
        function : callable
            What to call; known to the workers by its name.
        *arguments, **options
            What to call it with; a `Run` comes first.

        Raises
        ------
        RequestError, RuntimeError
            As `open` does.
        """
        run, *others = arguments
        if not isinstance(run, Run):
            raise TypeError(f"the first argument is {run!r}, but must be a Run")
        ours: Future[Any] = Future()
        job = cluster_job.pack(function, run, *others, **options)
        with self._lock:
            self.open()
            self._hand_over(job, ours, AGAIN)
        ours.add_done_callback(self._cancelled)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster.

        Parameters
        ----------
        wait : bool
            Whether to return only when all jobs are done.
        cancel_futures : bool
            Whether to cancel all jobs instead, those that are being done among them.
        """
        with self._lock:
            self._closed, self._abandoned = True, cancel_futures
            left = dict(self._jobs)
        if cancel_futures:
            for ours in left:
                ours.cancel()
            self._forget(list(left.values()))
        elif wait:
            wait_for(left)
        elif left:
            threading.Thread(target=self.shutdown, name="cem-cluster").start()
            return
        self._open.close()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave the cluster; on an exception without waiting for the jobs."""
        self.shutdown(cancel_futures=kind is not None)

    def _close(self) -> None:
        client, self._client = self._client, None
        client.close()

    def _check(self, all_of_them: bool = True) -> list[str]:
        """Hold the workers against this machine, and return the addresses of those that fit."""
        try:
            self._client.wait_for_workers(1, timeout=self._arrive)
        except TimeoutError:
            raise RequestError(
                f"the scheduler at {self.address} has no worker; "
                f"start one: dask worker {self.address} --nthreads 1"
            ) from None
        sites = self._client.run(cluster_site.survey, on_error="return")
        here, needed = cluster_site.survey(), cluster_site.needed()
        faults: list[str] = []
        fit: dict[str, str] = {}
        for worker, site in sorted(sites.items()):
            if isinstance(site, ImportError | AttributeError):
                told = [f"there is no such cemlib ({site})"]
            elif isinstance(site, BaseException):
                told = [f"it does not say what it has ({type(site).__name__}: {site})"]
            else:
                told = cluster_site.differences(here, site, needed)
            if told:
                faults.append(cluster_site.refusal(worker, told))
            else:
                fit[worker] = cluster_site.token(site)
        self._fit |= frozenset(fit.values())
        if faults and (all_of_them or not fit):
            raise RequestError(*faults)
        return list(fit)

    def _hand_over(
        self, job: Job, ours: Future[Any], again: int, workers: list[str] | None = None
    ) -> None:
        needed = {item.digest: item for item in job.items}
        self._send({item.path: item.digest for item in needed.values()})
        contents = {
            digest: content for digest in needed if (content := self._contents[digest]) is not None
        }
        call = partial(cluster_job.perform, job, self._fit, tuple(contents))
        theirs = self._client.submit(
            _carrier(),
            pickle.dumps(call),
            *contents.values(),
            key=f"{job.run.slug}-{uuid.uuid4().hex}",
            pure=False,
            retries=0,
            workers=workers,
            allow_other_workers=workers is not None,
        )
        self._jobs[ours] = theirs
        theirs.add_done_callback(partial(self._finish, job, ours, again))

    def _send(self, paths: Mapping[Path, str]) -> None:
        """Send what is new and what not every worker sees at the same place."""
        new = {path: digest for path, digest in paths.items() if digest not in self._contents}
        if not new:
            return
        answers = [
            set() if isinstance(answer, BaseException) else set(answer)
            for answer in self._client.run(cluster_job.sees, new, on_error="return").values()
        ]
        seen = set.intersection(*answers) if answers else set()
        for path, digest in new.items():
            self._contents[digest] = None if digest in seen else self._sent(path, digest)

    def _sent(self, path: Path, digest: str) -> DaskFuture:
        import dask

        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise OSError(f"{path} changed while it was being read")
        # Not scattered: what a task holds is computed again where a worker takes it to its grave.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            return self._client.submit(bytes, content, key=f"cem-{digest}")

    def _finish(self, job: Job, ours: Future[Any], again: int, theirs: DaskFuture) -> None:
        """Pass on what came of a job, or hand it over anew if its worker was unfit."""
        try:
            try:
                result = self._result(job, theirs)
            except (UnfitWorkerError, CalledOffError, ImportError, AttributeError):
                if not again or ours.cancelled():
                    raise
                self._anew(job, ours, again - 1)
                return
            _settle(ours.set_result, result)
        except BaseException as error:
            _settle(ours.set_exception, error)
        with self._lock:
            self._jobs.pop(ours, None)

    def _anew(self, job: Job, ours: Future[Any], again: int) -> None:
        workers = self._check(all_of_them=False)
        with self._lock:
            for item in job.items:
                if self._contents.get(item.digest) is None:
                    self._contents[item.digest] = self._sent(item.path, item.digest)
            self._hand_over(job, ours, again, workers)

    def _result(self, job: Job, theirs: DaskFuture) -> Any:
        from distributed.scheduler import KilledWorker

        if theirs.cancelled():
            raise SchedulerLostError(f"the scheduler at {self.address} is no longer there")
        try:
            result = theirs.result()
        except KilledWorker as error:
            count, last = error.allowed_failures + 1, error.last_worker.address
            raise WorkersLostError(f"{count} workers died of it, the last was {last}") from None
        return _with_run(result, job.run)

    def _cancelled(self, ours: Future[Any]) -> None:
        if not ours.cancelled():
            return
        ours.set_running_or_notify_cancel()  # wakes up who waits
        theirs = self._jobs.pop(ours, None)
        if theirs is not None and not self._abandoned:
            self._forget([theirs])

    def _forget(self, jobs: list[DaskFuture]) -> None:
        if self._client and jobs:
            with suppress(OSError, RuntimeError):  # it may be that nobody is there to be told
                self._client.cancel(jobs, force=True)


def _client(address: str) -> Client:
    from distributed import Client

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions are refused, and told more exactly
            return Client(address, timeout=CONNECT, name="cem", set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RequestError(
            f"there is no scheduler at {address} ({error}); start one: dask scheduler"
        ) from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep what distributed logs from the console; what matters is told as failure or refusal."""
    try:
        import distributed  # noqa: F401 - it sets up its loggers
    except ImportError as error:
        raise RequestError(
            "--scheduler needs Dask distributed: pip install 'cemlib[cluster]'"
        ) from error
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(SILENT)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _carrier() -> Callable[..., Any]:
    """Return what unpacks a call on the worker."""

    # Nested, so that it travels by value: the scheduler reads what it passes on, and so needs no
    # cemlib of its own.
    def carry(call: bytes, *contents: bytes) -> Any:
        import pickle

        return pickle.loads(call)(*contents)

    return carry


def _settle(setter: Callable[[Any], None], value: Any) -> None:
    with suppress(InvalidStateError):  # it was cancelled
        setter(value)


def _with_run(result: Any, run: Run) -> Any:
    """Return the product with the run as it is known here, instead of the worker's paths."""
    from cemlib.report.artifacts import Product

    if not isinstance(result, Product):
        return result
    return replace(result, outcome=replace(result.outcome, run=run))
