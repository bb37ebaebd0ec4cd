"""An executor that runs on the machines of a Dask cluster."""

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
from cemlib.report.cluster.access import Access
from cemlib.report.cluster.job import Job, JobCancelledError, UnfitWorkerError
from cemlib.report.errors import RequestError
from cemlib.report.plan.study import Run

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

CONNECT = 5.0  # seconds to wait for the scheduler
ARRIVE = 10.0  # seconds to wait for a first worker
RESUBMISSIONS = 3  # of a job whose worker turned out to be unfit
SILENT = logging.CRITICAL + 1


class WorkersLostError(RuntimeError):
    """Every worker that received a run died."""


class SchedulerLostError(RuntimeError):
    """The scheduler cannot be reached any more."""


class ClusterPool(Executor):
    """Workers on other machines, as one executor.

    It connects to the scheduler on first use. The first argument of each task is a `Run`; its
    workbook and data files are sent with it, unless every worker has the same files under the same
    paths. A worker executes each job in a process of its own. If a worker dies, the others execute
    its jobs.

    Parameters
    ----------
    access : Access
        Where the scheduler is, and the certificates.
    arrive : float
        Seconds to wait for a first worker.
    """

    def __init__(self, access: Access, arrive: float = ARRIVE) -> None:
        self.access = access
        self._arrive = arrive
        self._lock = threading.RLock()
        self._open = ExitStack()
        self._client: Any = None
        self._closed = self._abandoned = False
        self._jobs: dict[Future[Any], DaskFuture] = {}
        self._contents: dict[str, DaskFuture | None] = {}  # None: every worker has the file
        self._approved: frozenset[str] = frozenset()

    def open(self) -> None:
        """Connect to the scheduler, if not connected, and compare every worker with this machine.

        Raises
        ------
        RequestError
            If Dask distributed is not installed, others could answer at the address, there is no
            scheduler at it, no worker,
            or a worker that would give other results; every such worker is named.
        RuntimeError
            If the pool is shut down.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._client is None:
                with ExitStack() as stack:
                    stack.enter_context(_quietly())
                    self._client = _client(self.access)
                    stack.callback(self._close)
                    self._check()
                    self._open = stack.pop_all()

    @property
    def jobs(self) -> int:
        """Number of jobs that the workers execute at a time."""
        self.open()
        return sum(self._client.nthreads().values())

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **options: Any
    ) -> Future[Any]:
        """Submit a job to the workers.

        Parameters
        ----------
        function : callable
            The function to call; the workers know it by name.
        *arguments, **options
            Its arguments; the first is a `Run`.

        Raises
        ------
        RequestError, RuntimeError
            As for `open`.
        """
        run, *others = arguments
        if not isinstance(run, Run):
            raise TypeError(f"the first argument is {run!r}, but must be a Run")
        ours: Future[Any] = Future()
        job = cluster_job.pack(function, run, *others, **options)
        with self._lock:
            self.open()
            self._submit_job(job, ours, RESUBMISSIONS)
        ours.add_done_callback(self._cancelled)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Disconnect from the cluster.

        Parameters
        ----------
        wait : bool
            Whether to wait for all jobs.
        cancel_futures : bool
            Whether to cancel all jobs instead, including running ones.
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
        """Disconnect; after an exception, without waiting for the jobs."""
        self.shutdown(cancel_futures=kind is not None)

    def _close(self) -> None:
        client, self._client = self._client, None
        client.close()

    def _check(self, all_workers: bool = True) -> list[str]:
        """Compare the workers with this machine, and return the addresses of those that match."""
        try:
            self._client.wait_for_workers(1, timeout=self._arrive)
        except TimeoutError:
            raise RequestError(
                f"the scheduler at {self.access.address} has no worker; "
                f"start one: dask worker {self.access.address} --nthreads 1"
            ) from None
        sites = self._client.run(cluster_site.survey, on_error="return")
        here, needed = cluster_site.survey(), cluster_site.needed()
        problems: list[str] = []
        matching: dict[str, str] = {}
        for worker, site in sorted(sites.items()):
            if isinstance(site, ImportError | AttributeError):
                differences = [f"it has a different cemlib ({site})"]
            elif isinstance(site, BaseException):
                differences = [f"it cannot be examined ({type(site).__name__}: {site})"]
            else:
                differences = cluster_site.differences(here, site, needed)
            if differences:
                problems.append(cluster_site.mismatch(worker, differences))
            else:
                matching[worker] = cluster_site.token(site)
        self._approved |= frozenset(matching.values())
        if problems and (all_workers or not matching):
            raise RequestError(*problems)
        return list(matching)

    def _submit_job(
        self, job: Job, ours: Future[Any], resubmissions: int, workers: list[str] | None = None
    ) -> None:
        needed = {item.digest: item for item in job.items}
        self._send({item.path: item.digest for item in needed.values()})
        contents = {
            digest: content for digest in needed if (content := self._contents[digest]) is not None
        }
        call = partial(cluster_job.perform, job, self._approved, tuple(contents))
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
        theirs.add_done_callback(partial(self._finish, job, ours, resubmissions))

    def _send(self, paths: Mapping[Path, str]) -> None:
        """Send new files, except those that every worker has under the same path."""
        new = {path: digest for path, digest in paths.items() if digest not in self._contents}
        if not new:
            return
        answers = [
            set() if isinstance(answer, BaseException) else set(answer)
            for answer in self._client.run(
                cluster_job.digests_present, new, on_error="return"
            ).values()
        ]
        present = set.intersection(*answers) if answers else set()
        for path, digest in new.items():
            self._contents[digest] = None if digest in present else self._sent(path, digest)

    def _sent(self, path: Path, digest: str) -> DaskFuture:
        import dask

        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise OSError(f"{path} changed while it was read")
        # A task, not scattered data: Dask computes it again if the worker that holds it dies.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            return self._client.submit(bytes, content, key=f"cem-{digest}")

    def _finish(self, job: Job, ours: Future[Any], resubmissions: int, theirs: DaskFuture) -> None:
        """Pass on the result of a job, or submit it again if its worker was unfit."""
        try:
            try:
                result = self._result(job, theirs)
            except (UnfitWorkerError, JobCancelledError, ImportError, AttributeError):
                if not resubmissions or ours.cancelled():
                    raise
                self._resubmit(job, ours, resubmissions - 1)
                return
            _settle(ours.set_result, result)
        except BaseException as error:
            _settle(ours.set_exception, error)
        with self._lock:
            self._jobs.pop(ours, None)

    def _resubmit(self, job: Job, ours: Future[Any], resubmissions: int) -> None:
        workers = self._check(all_workers=False)
        with self._lock:
            for item in job.items:
                if self._contents.get(item.digest) is None:
                    self._contents[item.digest] = self._sent(item.path, item.digest)
            self._submit_job(job, ours, resubmissions, workers)

    def _result(self, job: Job, theirs: DaskFuture) -> Any:
        from distributed.scheduler import KilledWorker

        if theirs.cancelled():
            raise SchedulerLostError(
                f"the scheduler at {self.access.address} cannot be reached any more"
            )
        try:
            result = theirs.result()
        except KilledWorker as error:
            count, last = error.allowed_failures + 1, error.last_worker.address
            raise WorkersLostError(
                f"{count} workers died while executing it, the last was {last}"
            ) from None
        return _with_run(result, job.run)

    def _cancelled(self, ours: Future[Any]) -> None:
        if not ours.cancelled():
            return
        ours.set_running_or_notify_cancel()  # wakes up waiting threads
        theirs = self._jobs.pop(ours, None)
        if theirs is not None and not self._abandoned:
            self._forget([theirs])

    def _forget(self, jobs: list[DaskFuture]) -> None:
        if self._client and jobs:
            with suppress(OSError, RuntimeError):  # the scheduler may be gone
                self._client.cancel(jobs, force=True)


def _client(access: Access) -> Client:
    from distributed import Client

    access.check()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared, and reported in detail, later
            return Client(
                access.address, timeout=CONNECT, name="cem", set_as_default=False,
                security=access.security(),
            )  # fmt: skip
    except (OSError, ValueError, TypeError) as error:
        raise RequestError(
            f"there is no scheduler at {access.address} ({error}); start one: dask scheduler"
        ) from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Silence the logs of distributed; what matters is reported as a failure or a problem."""
    try:
        import distributed  # noqa: F401 - creates its loggers
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
    """Return the function that unpacks a call on the worker."""

    # Nested, so that it is pickled by value: the scheduler unpickles it and may have no cemlib.
    def carry(call: bytes, *contents: bytes) -> Any:
        import pickle

        return pickle.loads(call)(*contents)

    return carry


def _settle(setter: Callable[[Any], None], value: Any) -> None:
    with suppress(InvalidStateError):  # it was cancelled
        setter(value)


def _with_run(result: Any, run: Run) -> Any:
    """Return artifacts with the run as known here, without the worker's paths."""
    from cemlib.report.artifacts import Artifacts

    if not isinstance(result, Artifacts):
        return result
    return replace(result, outcome=replace(result.outcome, run=run))
