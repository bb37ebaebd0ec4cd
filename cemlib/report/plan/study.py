"""From a request to runs; every name, type and file is checked before anything starts."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cemlib.report.errors import RequestError, unknown
from cemlib.report.plan import company, replicates, study_file, values, workbook
from cemlib.report.plan.company import CompanyFile, with_columns
from cemlib.report.plan.workbook import Parameter, Value, Workbook

DatasetOf = Callable[[str, frozenset[str]], str]
"""Returns the dataset that a parameter of a workbook names a file of; takes the names of all."""


def by_name(parameter: str, parameters: frozenset[str] = frozenset()) -> str:
    """Return the dataset that has the name of a parameter.

    Examples
    --------
    >>> by_name("value_map")
    'value-map'
    """
    return parameter.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a workbook, completely specified.

    Parameters
    ----------
    slug : str
        Name of its folder, unique in the study.
    title : str
        Name for readers.
    workbook : Workbook
        The workbook.
    parameters : dict
        The value of every parameter, defaults included; a data file appears by its file name.
    changed : tuple of str
        Names of the parameters whose value is not the default.
    files : dict
        Paths of the data files, by their names in ``parameters`` or in the company's file, of the
        column maps beside them, and of the company's file.
    grid : tuple of str
        Names of the parameters in the study's grid.
    replicate : int, optional
        Number of the replicate, from 1; None if the run is not replicated.
    company : str
        Name of the company whose data these are; empty if no file describes it.
    own : tuple of str
        Names of the datasets that are somebody's own.
    from_company : tuple of str
        Names of the parameters whose data files the company's file names.
    """

    slug: str
    title: str
    workbook: Workbook
    parameters: dict[str, Value]
    changed: tuple[str, ...]
    files: dict[str, Path]
    grid: tuple[str, ...] = ()
    replicate: int | None = None
    company: str = ""
    own: tuple[str, ...] = ()
    from_company: tuple[str, ...] = ()

    @property
    def injected(self) -> dict[str, Value]:
        """The values of the changed parameters, which papermill injects."""
        return {name: self.parameters[name] for name in self.changed}


@dataclass(frozen=True, slots=True)
class Study:
    """A title, runs, and what the study's page shows of them.

    Parameters
    ----------
    title, slug : str
        Its name for readers, and the name of its folder.
    runs : tuple of Run
        In the order of the study file.
    findings : tuple of str
        Names of the findings to show first.
    expected : mapping of str to float
        Expected mean of a finding, by name.
    truth : mapping of str to float
        True value of a finding, by name; its intervals should cover it in 95% of replicates.
    """

    title: str
    slug: str
    runs: tuple[Run, ...]
    findings: tuple[str, ...] = ()
    expected: Mapping[str, float] = field(default_factory=dict)
    truth: Mapping[str, float] = field(default_factory=dict)


def default_run(book: Workbook) -> Run:
    """Return the run of a workbook with its defaults."""
    defaults = {parameter.name: parameter.default for parameter in book.parameters}
    return Run(book.slug, book.title, book, defaults, (), {})


def run_from_arguments(
    name: str, arguments: Mapping[str, str], dataset_of: DatasetOf = by_name
) -> Run:
    """Return the run requested on a command line.

    Parameters
    ----------
    name : str
        Workbook: slug, beginning of a slug, or path.
    arguments : mapping of str to str
        Parameters as texts; a data file is relative to the current folder.
    dataset_of : callable
        Returns the dataset that a parameter names a file of.

    Raises
    ------
    RequestError
        If the workbook or a parameter is unknown, a text cannot be read as its parameter's type,
        or a file does not exist; every problem is listed.
    """
    book = workbook.find(name)
    run, problems = _resolve(book, arguments, values.convert, Path.cwd(), dataset_of)
    if run is None:
        raise RequestError(*(f"{book.slug}: {problem}" for problem in problems))
    return run


def study_from_company(path: Path, dataset_of: DatasetOf = by_name) -> Study:
    """Return the study of a company: every workbook that can use one of its datasets.

    Parameters
    ----------
    path : Path
        The file that describes the company.
    dataset_of : callable
        Returns the dataset that a parameter names a file of.

    Raises
    ------
    RequestError
        If no workbook can, the file cannot be read, or a data file does not exist.
    """
    runs: list[Run] = []
    problems: dict[str, None] = {}
    for book in workbook.workbooks():
        if not book.company_parameter:
            continue
        settings = {book.company_parameter: str(path.resolve())}
        run, of_run = _resolve(book, settings, values.accept, path.parent, dataset_of)
        problems.update(dict.fromkeys(of_run))
        runs += [run] if run and run.own else []
    if not runs and not problems:
        problems[f"{path.name}: no workbook can use its datasets"] = None
    if problems:
        raise RequestError(*problems)
    folder = path.resolve().parent.name
    title = runs[0].company or folder
    slug = _plain(title.lower()) if title.isascii() else _plain(folder)
    return Study(title, slug, tuple(runs))


def study_from_file(path: Path, dataset_of: DatasetOf = by_name) -> Study:
    """Return the study that a YAML file describes.

    Data files are relative to the study file. If a workbook is run over a grid *and* in
    replicates, replicate i has the same seed at every design point (common random numbers), so
    differences between design points are due to the parameters.

    Raises
    ------
    RequestError
        If anything in the study is invalid; every problem is listed.
    """
    content = study_file.load(path)
    find = functools.cache(workbook.find)
    runs: list[Run] = []
    problems: dict[str, None] = {}
    for entry in content["runs"]:
        prefix = f"{path.name}: {entry['workbook']}: "
        try:
            book = find(entry["workbook"])
        except RequestError as error:
            problems.update(dict.fromkeys(f"{path.name}: {problem}" for problem in error.problems))
            continue
        entry_runs, entry_problems = _expand(
            book, entry, path.parent, dataset_of, alone=len(content["runs"]) == 1
        )
        problems.update(dict.fromkeys(prefix + problem for problem in entry_problems))
        runs += entry_runs
    if problems:
        raise RequestError(*problems)
    return Study(
        content["title"],
        _plain(path.stem),
        _with_unique_slugs(runs),
        findings=tuple(content.get("findings", ())),
        expected=content.get("expected", {}),
        truth=content.get("truth", {}),
    )


def _expand(
    book: Workbook, entry: Mapping[str, Any], folder: Path, dataset_of: DatasetOf, alone: bool
) -> tuple[list[Run], list[str]]:
    """Return a run per design point and replicate of an entry, and the problems found."""
    grid: dict[str, list[Any]] = entry.get("grid", {})
    fixed: dict[str, Any] = entry.get("parameters", {})
    if book.company_parameter not in {*fixed, *grid}:
        dataset_of = by_name  # nothing else needs the datasets, which take a second to load
    replicate_seeds: list[tuple[int | None, int]] = [(None, 0)]
    if "replicates" in entry:
        try:
            base = replicates.base_seed(book, fixed, grid)
        except ValueError as error:
            return [], [str(error)]
        replicate_seeds = list(enumerate(replicates.seeds(base, entry["replicates"]), 1))
    runs: list[Run] = []
    problems: dict[str, None] = {}
    for combination in itertools.product(*grid.values()):
        settings = fixed | dict(zip(grid, combination, strict=True))
        run, run_problems = _resolve(book, settings, values.accept, folder, dataset_of)
        problems.update(dict.fromkeys(run_problems))
        if run:
            named = _named(run, entry.get("title"), tuple(grid), alone)
            runs += [
                _repeat(named, number, seed, len(replicate_seeds))
                for number, seed in replicate_seeds
            ]
    return runs, list(problems)


def _named(run: Run, title: str | None, grid: tuple[str, ...], alone: bool) -> Run:
    """Return a run named after its design point, and its workbook if the study has several."""
    labels = [f"{name} {_show(run.parameters[name])}" for name in grid]
    if not labels:
        return replace(run, title=title or run.title)
    title = title or ("" if alone else run.title)
    return replace(
        run,
        slug=_plain("-".join(labels if alone else [run.slug, *labels])),
        title=": ".join(filter(None, [title, ", ".join(labels)])),
        grid=grid,
    )


def _repeat(run: Run, number: int | None, seed: int, count: int) -> Run:
    """Return one replicate of a run."""
    if number is None:
        return run
    name = f"r{number:0{max(3, len(str(count)))}d}"
    parameters = run.parameters | {replicates.SEED: seed}
    changed = {*run.changed, replicates.SEED}
    return replace(
        run,
        slug=f"{run.slug}-{name}",
        title=f"{run.title}, replicate {number}",
        parameters=parameters,
        changed=tuple(each for each in parameters if each in changed),
        replicate=number,
    )


def _resolve(
    book: Workbook,
    settings: Mapping[str, Any],
    check: Callable[[Parameter, Any], Value],
    folder: Path,
    dataset_of: DatasetOf,
) -> tuple[Run | None, list[str]]:
    """Return the run, or None and the problems found."""
    declared = {parameter.name: parameter for parameter in book.parameters}
    problems = [unknown("parameter", name, declared) for name in settings if name not in declared]
    resolved: dict[str, Value] = {}
    files: dict[str, Path] = {}
    described: CompanyFile | None = None
    asked = _asked(book, settings, dataset_of)
    # the company's file first: it decides the names of its data files
    for name, parameter in sorted(declared.items(), key=lambda each: not each[1].is_company):
        try:
            value = check(parameter, settings[name]) if name in settings else parameter.default
            if parameter.is_company and value and name in settings:
                path = values.existing_file(parameter, str(value), folder)
                described, value = company.read(path), path.name
                files |= described.files(asked[each] for each in asked if not settings.get(each))
            elif parameter.is_dataset and value and name in settings:
                source = values.existing_file(parameter, str(value), folder)
                value = _staged_name(name, source, files)
                files |= with_columns(value, source)
        except ValueError as error:
            problems += str(error).split("\n")
        else:
            resolved[name] = value
    if problems:
        return None, problems
    run = Run(
        book.slug,
        book.title,
        book,
        {name: resolved[name] for name in declared},
        tuple(name for name in declared if resolved[name] != declared[name].default),
        files,
        company=described.name if described else "",
        own=tuple(
            dataset
            for name, dataset in asked.items()
            if settings.get(name) or (described and dataset in described.data)
        ),
        from_company=tuple(
            name
            for name, dataset in asked.items()
            if described and dataset in described.data and not settings.get(name)
        ),
    )
    return run, []


def _asked(book: Workbook, settings: Mapping[str, Any], dataset_of: DatasetOf) -> dict[str, str]:
    """Return the datasets that a workbook asks for, by parameter; none if there is no own file."""
    names = frozenset(parameter.name for parameter in book.parameters)
    asked = [each.name for each in book.parameters if each.is_dataset]
    if not any(settings.get(name) for name in (book.company_parameter, *asked)):
        return {}
    return {name: dataset_of(name, names) or by_name(name) for name in asked}


def _staged_name(name: str, source: Path, files: Mapping[str, Path]) -> str:
    """Return a data file's name in the run; files of one name share what describes them."""
    taken = {Path(file).stem: path.parent for file, path in files.items() if "/" not in file}
    is_free = taken.get(source.stem, source.parent) == source.parent
    return source.name if is_free else f"{name}-{source.name}"


def _with_unique_slugs(runs: list[Run]) -> tuple[Run, ...]:
    taken: set[str] = set()
    unique = []
    for run in runs:
        endings = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
        slug = next(run.slug + end for end in endings if (run.slug + end).lower() not in taken)
        taken.add(slug.lower())  # some file systems ignore case
        unique.append(replace(run, slug=slug))
    return tuple(unique)


def _show(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def _plain(text: str) -> str:
    """Return a text as a folder name that is valid on any system."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")
    return plain[:80] or "run"
