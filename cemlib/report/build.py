"""A study, from its runs to its index: only what has changed is made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.report import files
from cemlib.report.artifacts import RECORD, RETRIES, TIMEOUT, Outcome, Product
from cemlib.report.errors import CannotWriteError
from cemlib.report.pages.study import pages
from cemlib.report.plan.fingerprint import Keys
from cemlib.report.plan.study import Run, Study
from cemlib.report.run import cache as kept
from cemlib.report.run import lock
from cemlib.report.run import metadata as record
from cemlib.report.run.execute_run import store

if TYPE_CHECKING:
    from cemlib.report.progress import Progress

FORCED = "asked for"


class Silent:
    """A progress that tells nobody."""

    def started(self, run: Run) -> None:
        """Take that a run has been started."""

    def kept(self, run: Run) -> None:
        """Take that a run is kept."""

    def finished(self, outcome: Outcome) -> None:
        """Take that a run has ended."""

    def close(self) -> None:
        """Take that nothing more will come."""


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
    say: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Run what has changed of a study, and write its reports, its index and its findings.

    Each run is stored as soon as it has ended, so that a build that was interrupted goes on where
    it was.

    Parameters
    ----------
    study : Study
        What to run.
    out : Path
        Takes a folder for the study, with a folder for each run.
    jobs : int, optional
        How many runs at a time; as many as there are processors if not given.
    timeout : float
        Seconds that one cell may take.
    force : bool
        Whether to run also what has not changed since the last build.
    fail_fast : bool
        Whether to start no more runs once one has failed.
    retries : int
        How often to begin again with a run whose worker was killed.
    isolated : bool
        Whether an ordinary kernel is to run the cells.
    executor : Executor, optional
        Where to run; on this machine if not given.
    progress : Progress, optional
        Is told of each run.
    say : callable, optional
        Takes a line that says what is being waited for.

    Returns
    -------
    list of Outcome
        One a run, in the order of the study; a run that failed does not stop the others.

    Raises
    ------
    RequestError
        If nothing can be written to `out`, or the study's folder in it holds something else; then
        nothing was started.
    CannotWriteError
        If the disk is full; what was there before is as it was.
    """
    folder = out / study.slug
    lock.refuse_stranger(folder, f"*/{RECORD}")
    progress = progress or Silent()
    with lock.only(folder, say):
        _remove_unfinished(folder)
        keys = Keys()
        found = _look(study, out, keys, force)
        outcomes = {slug: each.outcome for slug, each in found.items() if each.outcome}
        made = {slug: each.made for slug, each in found.items()}
        for outcome in outcomes.values():
            progress.kept(outcome.run)
        todo = [run for run in study.runs if run.slug not in outcomes]
        if todo:
            from cemlib.report.run import dispatch

            asked = dispatch.Asked(timeout, isolated, retries, fail_fast)
            count = min(jobs or os.cpu_count() or 1, len(todo))
            preload = () if executor else keys.modules(todo)
            with dispatch.workers(executor, count, preload) as workers:
                before = {run.slug: keys.key(run) for run in todo}
                for result in dispatch.results(todo, workers, asked, progress):
                    outcome = _stored(result, folder, before)
                    outcomes[outcome.run.slug] = outcome
                    made[outcome.run.slug] = kept.made(folder / outcome.run.slug)
                    progress.finished(outcome)
        progress.close()
        ordered = [outcomes[run.slug] for run in study.runs]
        state = pages.state(study, made, keys)
        _remove_other_runs(folder, set(outcomes))
        if todo or not pages.hold(folder, state):
            with _writing(folder):
                pages.write(folder, study, ordered, state)
        return ordered


def one(
    run: Run,
    folder: Path,
    *,
    timeout: float = TIMEOUT,
    retries: int = RETRIES,
    isolated: bool = False,
) -> Outcome:
    """Make a single run in a folder of its own, also where an earlier one is.

    Raises
    ------
    RequestError
        If nothing can be written to `folder`, or it holds something else; then nothing was started.
    CannotWriteError
        If the disk is full; what was there before is as it was.
    """
    from cemlib.report.run import dispatch

    lock.refuse_stranger(folder, RECORD)
    lock.check(folder)
    with dispatch.workers(None, 1, Keys().modules([run])) as workers:
        asked = dispatch.Asked(timeout, isolated, retries)
        [result] = dispatch.results([run], workers, asked, Silent())
    if isinstance(result, Outcome):
        return result
    with _writing(folder):
        return store(result, folder)


def reasons(study: Study, out: Path, force: bool = False) -> dict[str, str | None]:
    """Return why each run of a study has to be made, by its slug; none for one that is kept.

    Nothing is started and nothing is written.
    """
    return {slug: each.why for slug, each in _look(study, out, Keys(), force).items()}


def _look(study: Study, out: Path, keys: Keys, force: bool) -> dict[str, kept.Kept]:
    if force:
        return {run.slug: kept.Kept(FORCED) for run in study.runs}
    return {run.slug: kept.look(run, out / study.slug / run.slug, keys) for run in study.runs}


def _stored(result: Product | Outcome, folder: Path, keys: dict[str, dict[str, Any]]) -> Outcome:
    if isinstance(result, Outcome):
        return result
    slug = result.outcome.run.slug
    with _writing(folder / slug):
        return store(result, folder / slug, keys[slug])


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise CannotWriteError(
            f"the build stopped, for nothing can be written to {folder}: {reason}"
        ) from error


def _remove_unfinished(folder: Path) -> None:
    """Remove what a build that was killed was about to write."""
    for pattern in (f".*{files.UNFINISHED}", f"*/.*{files.UNFINISHED}"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def _remove_other_runs(folder: Path, slugs: set[str]) -> None:
    """Remove what an earlier version of the study left; only folders that hold a run."""
    for file in folder.glob(f"*/{RECORD}"):
        if file.parent.name not in slugs and record.is_ours(file):
            shutil.rmtree(file.parent)
