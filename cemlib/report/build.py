"""Builds a study, from its runs to its page; only what has changed is executed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.report import files
from cemlib.report.artifacts import METADATA, RETRIES, TIMEOUT, Artifacts, Outcome
from cemlib.report.errors import CannotWriteError
from cemlib.report.pages.study import pages
from cemlib.report.plan.fingerprint import Fingerprints
from cemlib.report.plan.study import Run, Study
from cemlib.report.run import cache, lock, metadata
from cemlib.report.run.execute_run import store

if TYPE_CHECKING:
    from cemlib.report.progress import Progress

FORCED = "forced"


class NoProgress:
    """Progress that is not shown."""

    def planned(self, reasons: Mapping[str, str]) -> None:
        """Ignore why runs are executed."""

    def started(self, run: Run) -> None:
        """Ignore that a run has started."""

    def cached(self, run: Run) -> None:
        """Ignore that a run is cached."""

    def finished(self, outcome: Outcome) -> None:
        """Ignore that a run has ended."""

    def close(self) -> None:
        """Do nothing."""


def build(
    study: Study,
    out: Path,
    *,
    jobs: int | None = None,
    timeout: float = TIMEOUT,
    force: bool = False,
    fail_fast: bool = False,
    retries: int = RETRIES,
    isolated: bool = False,
    executor: Executor | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Execute the runs of a study that have changed; write its reports, page and findings.

    Each run is stored as soon as it has ended, so an interrupted build can be resumed.

    Parameters
    ----------
    study : Study
        The study.
    out : Path
        The folder for the study's folder, which holds a folder per run.
    jobs : int, optional
        Number of runs at a time; by default the number of processors.
    timeout : float
        Seconds allowed per cell.
    force : bool
        Whether to execute unchanged runs too.
    fail_fast : bool
        Whether to start no more runs once one has failed.
    retries : int
        How often to retry a run whose worker was killed.
    isolated : bool
        Whether to run the cells in an ordinary Jupyter kernel.
    executor : Executor, optional
        Where to run; by default on this machine.
    progress : Progress, optional
        Is informed of each run.
    notify : callable, optional
        Receives a line that says what is being waited for.

    Returns
    -------
    list of Outcome
        One per run, in the order of the study; a failed run does not stop the others.

    Raises
    ------
    RequestError
        If `out` is not writable, or the study's folder in it holds other files; nothing was then
        started.
    CannotWriteError
        If the disk is full; the earlier files are unchanged.
    """
    folder = out / study.slug
    lock.refuse_foreign(folder, f"*/{METADATA}")
    progress = progress or NoProgress()
    with lock.exclusive(folder, notify):
        _remove_unfinished(folder)
        fingerprints = Fingerprints()
        cached_runs = _look_up(study, out, fingerprints, force)
        outcomes = {slug: each.outcome for slug, each in cached_runs.items() if each.outcome}
        digests = {slug: each.artifacts for slug, each in cached_runs.items()}
        todo = [run for run in study.runs if run.slug not in outcomes]
        try:
            for outcome in outcomes.values():
                progress.cached(outcome.run)
            progress.planned({run.slug: cached_runs[run.slug].reason or "" for run in todo})
            if todo:
                from cemlib.report.run import dispatch

                options = dispatch.RunOptions(timeout, isolated, retries, fail_fast)
                worker_count = min(jobs or os.cpu_count() or 1, len(todo))
                preload = () if executor else fingerprints.modules(todo)
                with dispatch.workers(executor, worker_count, preload) as workers:
                    before = {run.slug: fingerprints.of(run) for run in todo}
                    for result in dispatch.results(todo, workers, options, progress):
                        outcome = _stored(result, folder, before)
                        slug = outcome.run.slug
                        outcomes[slug] = outcome
                        digests[slug] = cache.artifact_digests(folder / slug)
                        progress.finished(outcome)
        finally:
            progress.close()
        ordered = [outcomes[run.slug] for run in study.runs]
        state = pages.state(study, digests, fingerprints)
        _remove_other_runs(folder, set(outcomes))
        if todo or not pages.are_current(folder, state):
            with _writing(folder):
                pages.write(folder, study, ordered, state)
        return ordered


def build_run(
    run: Run,
    folder: Path,
    *,
    timeout: float = TIMEOUT,
    retries: int = RETRIES,
    isolated: bool = False,
) -> Outcome:
    """Execute a single run and store it in a folder, replacing an earlier run.

    Raises
    ------
    RequestError
        If `folder` is not writable, or holds other files; nothing was then started.
    CannotWriteError
        If the disk is full; the earlier files are unchanged.
    """
    from cemlib.report.run import dispatch

    lock.refuse_foreign(folder, METADATA)
    lock.check_writable(folder)
    with dispatch.workers(None, 1, Fingerprints().modules([run])) as workers:
        options = dispatch.RunOptions(timeout, isolated, retries)
        [result] = dispatch.results([run], workers, options, NoProgress())
    if isinstance(result, Outcome):
        return result
    with _writing(folder):
        return store(result, folder)


def reasons(study: Study, out: Path, force: bool = False) -> dict[str, str | None]:
    """Return why each run of a study has to be executed, by slug; None for a cached run.

    Nothing is started and nothing is written.
    """
    return {slug: each.reason for slug, each in _look_up(study, out, Fingerprints(), force).items()}


def _look_up(
    study: Study, out: Path, fingerprints: Fingerprints, force: bool
) -> dict[str, cache.CachedRun]:
    if force:
        return {run.slug: cache.CachedRun(FORCED) for run in study.runs}
    folder = out / study.slug
    return {run.slug: cache.look_up(run, folder / run.slug, fingerprints) for run in study.runs}


def _stored(
    result: Artifacts | Outcome, folder: Path, fingerprints: dict[str, dict[str, Any]]
) -> Outcome:
    if isinstance(result, Outcome):
        return result
    slug = result.outcome.run.slug
    with _writing(folder / slug):
        return store(result, folder / slug, fingerprints[slug])


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise CannotWriteError(
            f"the build stopped because it cannot write to {folder}: {reason}"
        ) from error


def _remove_unfinished(folder: Path) -> None:
    """Remove the unfinished files of a build that was killed."""
    for pattern in (f".*{files.UNFINISHED}", f"*/.*{files.UNFINISHED}"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def _remove_other_runs(folder: Path, slugs: set[str]) -> None:
    """Remove runs that are no longer part of the study; only folders that hold a run."""
    for file in folder.glob(f"*/{METADATA}"):
        if file.parent.name not in slugs and metadata.is_run_metadata(file):
            shutil.rmtree(file.parent)
