"""Sends runs to workers and collects their artifacts, also when a worker dies."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cemlib.report.artifacts import RETRIES, TIMEOUT, Artifacts, Outcome
from cemlib.report.errors import CellFailure, KilledError
from cemlib.report.plan.study import Run
from cemlib.report.run.execute_run import execute_run, run_failure

if TYPE_CHECKING:
    from cemlib.report.progress import Progress


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to execute the runs; the fields are those of `build`."""

    timeout: float = TIMEOUT
    isolated: bool = False
    reattempts: int = RETRIES
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Workers:
    """Where runs are executed, and how many to submit at a time; None means all at once."""

    executor: Executor
    at_once: int | None = None


@contextmanager
def workers(executor: Executor | None, jobs: int, preload: Iterable[str] = ()) -> Iterator[Workers]:
    """Yield the workers of a build; local workers end with the build, also after an error.

    Parameters
    ----------
    executor : Executor, optional
        Where to run; on this machine if not given.
    jobs : int
        Number of workers on this machine.
    preload : iterable of str
        Modules that they import before they begin.
    """
    if executor is not None:
        yield Workers(executor)
        return
    pool = _pool(jobs, list(preload))
    try:
        yield Workers(pool, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def results(
    runs: Iterable[Run], workers: Workers, options: RunOptions, progress: Progress
) -> Iterator[Artifacts | Outcome]:
    """Yield the artifacts of each run as it ends; an outcome alone if there is nothing to store.

    A run whose worker was killed is retried. The last attempt uses an ordinary kernel, which shows
    the cell, should the notebook itself kill its process.
    """
    waiting = deque((run, 0) for run in runs)
    running: dict[Future[Artifacts], tuple[Run, int]] = {}
    try:
        while waiting or running:
            while waiting and (workers.at_once is None or len(running) < workers.at_once):
                run, attempts = waiting.popleft()
                isolated = options.isolated or 0 < attempts == options.reattempts
                future = workers.executor.submit(execute_run, run, options.timeout, isolated)
                running[future] = run, attempts
                if not attempts:
                    progress.started(run)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                run, attempts = running.pop(future)
                if attempts < options.reattempts and _was_killed(future):
                    waiting.appendleft((run, attempts + 1))
                    continue
                result = _result(future, run)
                yield result
                if options.fail_fast and _has_failed(result):
                    cancelled = [running.pop(each) for each in [*running] if each.cancel()]
                    yield from (_not_started(run) for run, _ in [*cancelled, *waiting])
                    waiting.clear()
    finally:
        for future in running:
            future.cancel()


def _pool(jobs: int, preload: list[str]) -> Executor:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    from cemlib.report.run.pool import ForkPool

    return ForkPool(jobs, preload)


def _was_killed(future: Future[Artifacts]) -> bool:
    """Return whether a run ended because its process was killed."""
    if future.cancelled() or future.exception() is None:
        return False
    from cemlib.report.run import pool

    return isinstance(future.exception(), pool.WorkerKilledError | KilledError)


def _result(future: Future[Artifacts], run: Run) -> Artifacts | Outcome:
    try:
        return future.result()
    except Exception as error:  # not of the notebook but of this package: the other runs continue
        return Outcome(run, failure=run_failure(run, error), has_report=False)


def _has_failed(result: Artifacts | Outcome) -> bool:
    outcome = result if isinstance(result, Outcome) else result.outcome
    return outcome.failure is not None


def _not_started(run: Run) -> Outcome:
    failure = CellFailure(run.workbook.slug, None, "", "", "NotStarted", "another run failed")
    return Outcome(run, failure=failure, has_report=False)
