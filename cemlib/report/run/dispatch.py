"""Runs handed to workers, and what comes back: products, failures, workers that died."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cemlib.report.artifacts import RETRIES, TIMEOUT, Outcome, Product
from cemlib.report.errors import CellFailure, KilledError
from cemlib.report.plan.study import Run
from cemlib.report.run.execute_run import failed, produce

if TYPE_CHECKING:
    from cemlib.report.progress import Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """How the runs are to be made; the fields are those of `build`."""

    timeout: float = TIMEOUT
    isolated: bool = False
    retries: int = RETRIES
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Workers:
    """Where runs are made, and how many to hand over at a time; none is all at once."""

    executor: Executor
    at_once: int | None = None


@contextmanager
def workers(executor: Executor | None, jobs: int, preload: Iterable[str] = ()) -> Iterator[Workers]:
    """Give the workers of a build; those of this machine end with it, whatever happens.

    Parameters
    ----------
    executor : Executor, optional
        Where to run; on this machine if not given.
    jobs : int
        How many workers this machine is to have.
    preload : iterable of str
        Modules that they have imported before they begin.
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
    runs: Iterable[Run], workers: Workers, asked: Asked, progress: Progress
) -> Iterator[Product | Outcome]:
    """Yield what comes of the runs as it comes; an outcome alone where nothing is to be stored.

    A run whose worker was killed is begun again. Its last try is in an ordinary kernel: if it is
    the notebook that kills its process, that tells in which cell.
    """
    waiting = deque((run, 0) for run in runs)
    running: dict[Future[Product], tuple[Run, int]] = {}
    try:
        while waiting or running:
            while waiting and (workers.at_once is None or len(running) < workers.at_once):
                run, tries = waiting.popleft()
                isolated = asked.isolated or 0 < tries == asked.retries
                future = workers.executor.submit(produce, run, asked.timeout, isolated)
                running[future] = run, tries
                if not tries:
                    progress.started(run)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                run, tries = running.pop(future)
                if tries < asked.retries and _was_killed(future):
                    waiting.appendleft((run, tries + 1))
                    continue
                result = _result(future, run)
                yield result
                if asked.fail_fast and _has_failed(result):
                    called_off = [running.pop(each) for each in [*running] if each.cancel()]
                    yield from (_not_started(run) for run, _ in [*called_off, *waiting])
                    waiting.clear()
    finally:
        for future in running:
            future.cancel()


def _pool(jobs: int, preload: list[str]) -> Executor:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    from cemlib.report.run.pool import ForkPool

    return ForkPool(jobs, preload)


def _was_killed(future: Future[Product]) -> bool:
    """Return whether a run ended because somebody killed its process."""
    if future.cancelled() or future.exception() is None:
        return False
    from cemlib.report.run import pool

    return isinstance(future.exception(), pool.WorkerKilledError | KilledError)


def _result(future: Future[Product], run: Run) -> Product | Outcome:
    try:
        return future.result()
    except Exception as error:  # of the press, not of a notebook: the others go on
        return Outcome(run, failure=failed(run, error), has_report=False)


def _has_failed(result: Product | Outcome) -> bool:
    outcome = result if isinstance(result, Outcome) else result.outcome
    return outcome.failure is not None


def _not_started(run: Run) -> Outcome:
    failure = CellFailure(run.workbook.slug, None, "", "", "NotStarted", "another run had failed")
    return Outcome(run, failure=failure, has_report=False)
