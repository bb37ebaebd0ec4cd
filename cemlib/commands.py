"""What ``cem run``, ``cem build`` and ``cem refresh`` do, once their words are understood."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib.exits import echo
from cemlib.report import build as builds
from cemlib.report.artifacts import REPORT, TIMEOUT, Outcome
from cemlib.report.errors import RequestError
from cemlib.report.pages import words
from cemlib.report.pages.study import pages
from cemlib.report.plan import study as plan
from cemlib.report.plan import study_file as study
from cemlib.report.plan.study import Run, Study
from cemlib.report.plan.workbook import Workbook

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cemlib.data.dataset import Dataset

MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Options:
    """How a build is asked for; the fields are those of `cemlib.report.build.build`."""

    jobs: int | None = None
    timeout: float = TIMEOUT
    force: bool = False
    fail_fast: bool = False
    retries: int = builds.RETRIES
    isolated: bool = False


def run(planned: Run, folder: Path, timeout: float, isolated: bool) -> int:
    """Make one run, print its findings, and return the exit code."""
    check_data([planned])
    outcome = builds.one(planned, folder, timeout=timeout, isolated=isolated)
    for finding in outcome.findings:
        spread = words.interval(finding)
        measured = [words.value(finding), finding.unit, f"({spread})" if spread else ""]
        echo(f"{finding.name}: {' '.join(filter(None, measured))}. {finding.sentence}")
    if outcome.failure:
        echo(f"FAILED: {outcome.failure}", err=True)
    if outcome.has_report:
        echo(str(folder / REPORT))
    return 1 if outcome.failure else 0


def build(
    names: Sequence[str],
    out: Path,
    options: Options,
    *,
    scheduler: str | None = None,
    check: bool = False,
) -> int:
    """Build studies, and return the exit code.

    Parameters
    ----------
    names : sequence of str
        Names or files of the studies.
    out : Path
        Where they go.
    options : Options
        How to make the runs.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are to make them.
    check : bool
        Whether to build once more, elsewhere, and compare.
    """
    studies = _studies(names)
    _check_data_of_what_changed(studies, out, options.force)
    outcomes: list[Outcome] = []
    with _executor(scheduler) as executor:
        for planned in studies:
            outcomes += _build(planned, out, options, executor)
            if options.fail_fast and any(outcome.failure for outcome in outcomes):
                break
    if all(outcome.is_kept for outcome in outcomes):
        echo(f"nothing to do: {words.plural(len(outcomes), 'run')} kept")
    for planned in studies:
        echo(str(out / planned.slug / pages.INDEX))
    code = 1 if any(outcome.failure for outcome in outcomes) else 0
    return max(code, _check(names, studies, out, options)) if check else code


def dry_run(names: Sequence[str], out: Path, force: bool) -> int:
    """Say which runs a build would make, and why."""
    for planned in _studies(names):
        reasons = builds.reasons(planned, out, force)
        todo = {slug: reason for slug, reason in reasons.items() if reason}
        echo(planned.title)
        for slug, reason in todo.items():
            echo(f"  {slug}: {reason}")
        kept_ = words.plural(len(reasons) - len(todo), "run")
        echo(f"  {words.plural(len(todo), 'run')} to make, {kept_} kept")
    return 0


def refresh(workbooks: Sequence[Workbook], check: bool, timeout: float, isolated: bool) -> int:
    """Run workbooks in place, or compare them, and return the exit code."""
    from cemlib.report.refresh import refresh as run_again

    return 0 if run_again(workbooks, check, timeout, echo, isolated=isolated) else 1


def check_elsewhere(workbooks: Sequence[Workbook], timeout: float, isolated: bool) -> int:
    """Compare workbooks with what they give where all is other that must not matter."""
    from cemlib.report import compare

    paths = [str(workbook.path) for workbook in workbooks]
    further = ["--timeout", str(timeout)] + ["--isolated"] * isolated
    with tempfile.TemporaryDirectory(prefix="cem-check-") as home:
        arguments = ["refresh", "--check", "--here", *paths, *further]
        return compare.run_elsewhere(arguments, Path(home), echo)


def _studies(names: Sequence[str]) -> list[Study]:
    studies = [plan.from_file(study.locate(name)) for name in names]
    slugs = [planned.slug for planned in studies]
    if twice := {slug for slug in slugs if slugs.count(slug) > 1}:
        raise RequestError(f"more than one study is called {', '.join(sorted(twice))}")
    return studies


def _build(planned: Study, out: Path, options: Options, executor: Executor | None) -> list[Outcome]:
    from cemlib.report import progress

    return builds.build(
        planned,
        out,
        jobs=options.jobs,
        timeout=options.timeout,
        force=options.force,
        fail_fast=options.fail_fast,
        retries=options.retries,
        isolated=options.isolated,
        executor=executor,
        progress=progress.choose(len(planned.runs)),
        say=lambda line: echo(f"cem: {line}", err=True),
    )


@contextmanager
def _executor(scheduler: str | None) -> Iterator[Executor | None]:
    if scheduler is None:
        yield None
        return
    from cemlib.report.cluster.pool import ClusterPool

    with ClusterPool(scheduler) as pool:
        pool.open()
        yield pool


def _check(names: Sequence[str], studies: Sequence[Study], out: Path, options: Options) -> int:
    from cemlib.report import compare

    first = options.jobs or os.cpu_count() or 1
    further = ["--timeout", str(options.timeout)] + ["--isolated"] * options.isolated
    slugs = [planned.slug for planned in studies]
    differences = compare.again(names, slugs, out, 1 if first > 1 else 2, further)
    for line in differences:
        echo(f"differs: {line}", err=True)
    echo("a second build elsewhere differs" if differences else "a second build elsewhere is equal")
    return 1 if differences else 0


def _check_data_of_what_changed(studies: Sequence[Study], out: Path, force: bool) -> None:
    """Hold data files against their contracts, but not those of runs that are kept."""
    asked: list[Run] = []
    for planned in studies:
        if any(run.files for run in planned.runs):
            reasons = builds.reasons(planned, out, force)
            asked += [run for run in planned.runs if reasons[run.slug]]
    check_data(asked)


def check_data(runs: Iterable[Run]) -> None:
    """Hold the runs' own data files against their contracts, before anything starts."""
    checked: set[tuple[Any, ...]] = set()
    problems: list[str] = []
    for planned in runs:
        for file, entry in _own_files(planned):
            options = _options(planned, entry)
            key = (entry.name, file, *options.items())
            if key not in checked:
                checked.add(key)
                problems += _problems(entry, file, options)
    if problems:
        raise RequestError(*problems)


def _own_files(planned: Run) -> Iterator[tuple[Path, Dataset]]:
    """Yield a run's own files, and the dataset that each is to be."""
    from cemlib import catalogue

    names = frozenset(planned.parameters)
    for parameter in planned.workbook.parameters:
        file = planned.files.get(str(planned.parameters[parameter.name]))
        if parameter.is_dataset and file:
            entry = catalogue.of_parameter(parameter.name, names)
            if entry:  # else a workbook from elsewhere, with data of its own kind
                yield file, entry


def _problems(entry: Dataset, file: Path, options: dict[str, str | Path]) -> list[str]:
    from cemlib.data import load

    try:
        problems = load.problems(entry, file, **options)
    except ValueError as error:
        return [str(error)]
    return _listed(file, problems)


def _listed(file: Path | None, problems: Sequence[object]) -> list[str]:
    """Return problems as lines that begin with the name of their file; not too many."""
    lines = [
        problem if isinstance(problem, str) else f"{file and file.name}: {problem}"
        for problem in problems
    ]
    rest = len(lines) - MAX_PROBLEMS
    more = [f"{file and file.name}: and {words.plural(rest, 'more problem')}"] if rest > 0 else []
    return lines[:MAX_PROBLEMS] + more


def _options(planned: Run, entry: Dataset) -> dict[str, str | Path]:
    """Return how a run reads one of its data files; an option may itself be a file."""
    values = {option: str(planned.parameters.get(option, "")) for option in entry.options}
    return {option: planned.files.get(value, value) for option, value in values.items() if value}
