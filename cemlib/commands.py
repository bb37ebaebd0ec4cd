"""What ``cem run``, ``cem build`` and ``cem refresh`` do once their arguments are parsed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cemlib import home
from cemlib.data_check import check_company, check_data, dataset_of
from cemlib.exits import echo
from cemlib.formats import join_words, number, plural
from cemlib.report import build as builds
from cemlib.report import pdf as printing
from cemlib.report.artifacts import REPORT, TIMEOUT, Outcome
from cemlib.report.errors import RequestError, unknown
from cemlib.report.pages import words
from cemlib.report.pages.study import pages
from cemlib.report.plan import company as company_files
from cemlib.report.plan import study_file, workbook
from cemlib.report.plan.study import (
    Run,
    Study,
    run_from_arguments,
    study_from_company,
    study_from_file,
)
from cemlib.report.plan.workbook import Workbook

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from cemlib.report.cluster.access import Access


_MOST_FAILED = 10  # named at the end of a build


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a build: those of `cemlib.report.build.build`, and whether to print pages."""

    jobs: int | None = None
    timeout: float = TIMEOUT
    force: bool = False
    fail_fast: bool = False
    retries: int = builds.RETRIES
    isolated: bool = False
    pdf: bool = False


def run(planned: Run, folder: Path, timeout: float, isolated: bool, *, pdf: bool = False) -> int:
    """Execute one run, print its findings, and return the exit code."""
    program = printing.browser() if pdf else ""
    check_data([planned])
    outcome = builds.build_run(planned, folder, timeout=timeout, isolated=isolated)
    for finding in outcome.findings:
        bounds = words.interval(finding)
        measured = [words.value(finding), finding.unit, f"({bounds})" if bounds else ""]
        echo(f"{finding.name}: {' '.join(filter(None, measured))}. {finding.sentence}")
    if outcome.failure:
        echo(f"FAILED: {outcome.failure}", err=True)
    if outcome.has_report:
        pages_made = [folder / REPORT]
        if program:
            pages_made += printing.print_pages(pages_made, program)
        for page in pages_made:
            echo(str(page))
    return 1 if outcome.failure else 0


def plan(
    name: str,
    parameters: Sequence[tuple[str, str]],
    data: Sequence[str] = (),
    company: Path | None = None,
) -> Run:
    """Return the run that ``-p``, ``--data`` and ``--company`` describe.

    Raises
    ------
    RequestError
        If they cannot be used; every problem is listed.
    """
    book = workbook.find(name)
    arguments = _arguments(book, parameters, data, company)
    file = arguments.get(book.company_parameter, "")
    if file:
        check_company(Path(home.expanded(file)))
    planned = run_from_arguments(name, arguments, dataset_of)
    asked = [each.name for each in book.parameters if each.is_dataset]
    if file and asked and not planned.own:
        names = frozenset(planned.parameters)
        usable = filter(None, (dataset_of(each, names) for each in asked))
        raise RequestError(
            f"{Path(file).name} has no dataset that {book.slug} can use; "
            f"it uses {join_words(usable, 'or')}"
        )
    return planned


def _arguments(
    book: Workbook,
    parameters: Sequence[tuple[str, str]],
    data: Sequence[str],
    company: Path | None,
) -> dict[str, str]:
    """Return all arguments as one mapping; no name may come twice."""
    datasets = [each.name for each in book.parameters if each.is_dataset]
    problems = []
    arguments: dict[str, str] = {}
    for key, value in parameters:
        if key in arguments:
            problems.append(f"parameter {key!r} is given twice")
        arguments[key] = value
    for item in data:
        key, sign, file = item.partition("=")
        if not sign or not file:
            problems.append(f"--data is {item!r}, but must be NAME=FILE")
        elif key not in datasets:
            problems.append(unknown("dataset parameter", key, datasets))
        elif key in arguments:
            problems.append(f"dataset {key!r} is given twice")
        else:
            arguments[key] = file
    if company and not book.company_parameter:
        problems.append(f"{book.slug} takes no company: it has no parameter for one")
    elif company and book.company_parameter in arguments:
        problems.append(f"parameter {book.company_parameter!r} is given twice")
    elif company:
        arguments[book.company_parameter] = str(company)
    if problems:
        raise RequestError(*problems)
    return arguments


def build(
    studies: Sequence[Study],
    out: Path,
    options: Options,
    *,
    access: Access | None = None,
    check_by: Sequence[str] | None = None,
) -> int:
    """Build studies, and return the exit code.

    Parameters
    ----------
    studies : sequence of Study
        The studies.
    out : Path
        The output folder.
    options : Options
        How to execute the runs.
    access : Access, optional
        Where the Dask scheduler is whose workers execute them.
    check_by : sequence of str, optional
        The arguments of ``cem build`` that name these studies, to build them again in a changed
        environment and compare.
    """
    program = printing.browser() if options.pdf else ""
    _check_data_of_what_changed(studies, out, options.force)
    outcomes: list[Outcome] = []
    with _executor(access) as executor:
        for planned in studies:
            outcomes += _build(planned, out, options, executor)
            if options.fail_fast and any(outcome.failure for outcome in outcomes):
                break
    if all(outcome.is_cached for outcome in outcomes):
        echo(f"nothing to do: {plural(len(outcomes), 'run')} cached")
    failed = [outcome for outcome in outcomes if outcome.failure]
    if failed:  # once more: with many runs, their own lines are far above
        read = [outcome for outcome in failed if outcome.has_report][:_MOST_FAILED]
        echo(f"{number(len(failed))} of {plural(len(outcomes), 'run')} failed:", err=True)
        for outcome in read:
            folder = next(out / each.slug for each in studies if outcome.run in each.runs)
            echo(f"  {folder / outcome.run.slug / REPORT}", err=True)
        if len(read) < len(failed):
            echo(f"  and {number(len(failed) - len(read))} more, named above", err=True)
    for planned in studies:
        folder = out / planned.slug
        echo(str(folder / pages.INDEX))
        if program:
            reports = [folder / run.slug / REPORT for run in planned.runs]
            made = [folder / pages.INDEX, *filter(Path.exists, reports)]
            echo(f"{plural(len(printing.print_pages(made, program)), 'PDF file')} beside the pages")
    code = 1 if failed else 0
    return code if check_by is None else max(code, _check(check_by, studies, out, options))


def dry_run(studies: Sequence[Study], out: Path, force: bool) -> int:
    """Print which runs a build would execute, and why."""
    for planned in studies:
        reasons = builds.reasons(planned, out, force)
        todo = {slug: reason for slug, reason in reasons.items() if reason}
        echo(planned.title)
        for slug, reason in todo.items():
            echo(f"  {slug}: {reason}")
        cached = number(len(reasons) - len(todo))
        echo(f"  {plural(len(todo), 'run')} to execute, {cached} cached")
    return 0


def refresh(books: Sequence[Workbook], check: bool, timeout: float, isolated: bool) -> int:
    """Run workbooks in place, or compare them, and return the exit code."""
    from cemlib.report.refresh import refresh as run_again

    return 0 if run_again(books, check, timeout, echo, isolated=isolated) else 1


def check_in_changed_environment(books: Sequence[Workbook], timeout: float, isolated: bool) -> int:
    """Compare workbooks with their outputs in a changed environment."""
    from cemlib.report import compare

    paths = [str(workbook.path) for workbook in books]
    further = ["--timeout", str(timeout)] + ["--isolated"] * isolated
    with tempfile.TemporaryDirectory(prefix="cem-check-") as home:
        arguments = ["refresh", "--check", "--here", *paths, *further]
        return compare.run_in_changed_environment(arguments, Path(home), echo)


def studies(names: Sequence[str]) -> list[Study]:
    """Return the studies with these names or files."""
    planned = [study_from_file(study_file.locate(name), dataset_of) for name in names]
    slugs = [study.slug for study in planned]
    if repeated := {slug for slug in slugs if slugs.count(slug) > 1}:
        raise RequestError(f"more than one study is named {', '.join(sorted(repeated))}")
    return planned


def company_study(file: Path) -> list[Study]:
    """Return the one study of a company: all workbooks that its data can answer."""
    check_company(file)
    planned = study_from_company(file, dataset_of)
    used = {name for each in planned.runs for name in each.own}
    for name in company_files.read(file).data:
        if name not in used:
            echo(f"cem: {file.name}: no workbook uses {name}", err=True)
    return [planned]


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
        notify=lambda line: echo(f"cem: {line}", err=True),
    )


@contextmanager
def _executor(access: Access | None) -> Iterator[Executor | None]:
    if access is None:
        yield None
        return
    from cemlib.report.cluster.pool import ClusterPool

    with ClusterPool(access) as pool:
        pool.open()
        yield pool


def _check(names: Sequence[str], studies: Sequence[Study], out: Path, options: Options) -> int:
    from cemlib.report import compare

    first = options.jobs or os.cpu_count() or 1
    further = ["--timeout", str(options.timeout)] + ["--isolated"] * options.isolated
    slugs = [planned.slug for planned in studies]
    differences = compare.rebuild_and_compare(names, slugs, out, 1 if first > 1 else 2, further)
    for line in differences:
        echo(f"differs: {line}", err=True)
    result = "differs" if differences else "is identical"
    echo(f"a second build in a changed environment {result}")
    return 1 if differences else 0


def _check_data_of_what_changed(studies: Sequence[Study], out: Path, force: bool) -> None:
    """Check data files against their contracts, except those of cached runs."""
    changed: list[Run] = []
    for planned in studies:
        if any(run.files for run in planned.runs):
            reasons = builds.reasons(planned, out, force)
            changed += [run for run in planned.runs if reasons[run.slug]]
    check_data(changed)
