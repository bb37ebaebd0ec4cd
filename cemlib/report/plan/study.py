"""From a request to runs: every name, type and file is checked before anything starts."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cemlib.report.errors import RequestError, unknown
from cemlib.report.plan import replicates, values, workbook
from cemlib.report.plan import study_file as studies
from cemlib.report.plan.workbook import Parameter, Value, Workbook

COLUMNS = ".columns.yaml"  # survey.columns.yaml tells whose columns survey.csv has


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a workbook, with nothing left to decide.

    Parameters
    ----------
    slug : str
        Name of its folder, unique in the study.
    title : str
        Name for readers.
    workbook : Workbook
        What is run.
    parameters : dict
        Every parameter's value, defaults included; a data file appears by its bare name.
    changed : tuple of str
        Names of the parameters whose value is not the default.
    files : dict
        Where the data files are, by the bare names they have in ``parameters``; with them the files
        beside them that name their columns.
    grid : tuple of str
        Names of the parameters that the study varies together.
    replicate : int, optional
        Number of the replicate, from 1, where the run is one of many with seeds of their own.
    """

    slug: str
    title: str
    workbook: Workbook
    parameters: dict[str, Value]
    changed: tuple[str, ...]
    files: dict[str, Path]
    grid: tuple[str, ...] = ()
    replicate: int | None = None

    @property
    def injected(self) -> dict[str, Value]:
        """The parameters that the run changes: what has to be injected."""
        return {name: self.parameters[name] for name in self.changed}


@dataclass(frozen=True, slots=True)
class Study:
    """A title, its runs, and what its page is to show of them.

    Parameters
    ----------
    title, slug : str
        Name for readers, and of its folder.
    runs : tuple of Run
        In the order of the study file.
    findings : tuple of str
        Names of the findings that the page shows first.
    expected : mapping of str to float
        What a finding should be on average, by its name.
    truth : mapping of str to float
        What a finding's interval should cover in 95 of 100 replicates, by its name.
    """

    title: str
    slug: str
    runs: tuple[Run, ...]
    findings: tuple[str, ...] = ()
    expected: Mapping[str, float] = field(default_factory=dict)
    truth: Mapping[str, float] = field(default_factory=dict)


def defaults(found: Workbook) -> Run:
    """Return the run of a workbook that changes nothing."""
    values = {parameter.name: parameter.default for parameter in found.parameters}
    return Run(found.slug, found.title, found, values, (), {})


def from_arguments(name: str, given: Mapping[str, str]) -> Run:
    """Return the run that a command line asks for.

    Parameters
    ----------
    name : str
        Workbook: slug, beginning of a slug, or path.
    given : mapping of str to str
        Parameters as texts; a data file is relative to the current folder.

    Raises
    ------
    RequestError
        If the workbook or a parameter is unknown, a text does not read as its parameter's type,
        or a file does not exist; every fault is listed.
    """
    found = workbook.find(name)
    run, faults = _resolve(found, given, values.convert, Path.cwd())
    if run is None:
        raise RequestError(*(f"{found.slug}: {fault}" for fault in faults))
    return run


def from_file(path: Path) -> Study:
    """Return the study that a YAML file describes.

    Data files are relative to the study file. Where a workbook is run over a grid *and* in
    replicates, replicate number i has the same seed at every point of the grid: what differs
    between points is then the parameters' doing, not that of chance.

    Raises
    ------
    RequestError
        If anything about the study is wrong; every fault is listed.
    """
    content = studies.load(path)
    find = functools.cache(workbook.find)
    runs: list[Run] = []
    faults: dict[str, None] = {}
    for entry in content["runs"]:
        place = f"{path.name}: {entry['workbook']}: "
        try:
            found = find(entry["workbook"])
        except RequestError as error:
            faults.update(dict.fromkeys(f"{path.name}: {fault}" for fault in error.problems))
            continue
        planned, wrong = _spread(found, entry, path.parent, alone=len(content["runs"]) == 1)
        faults.update(dict.fromkeys(place + fault for fault in wrong))
        runs += planned
    if faults:
        raise RequestError(*faults)
    return Study(
        content["title"],
        _plain(path.stem),
        _with_unique_slugs(runs),
        findings=tuple(content.get("findings", ())),
        expected=content.get("expected", {}),
        truth=content.get("truth", {}),
    )


def _spread(
    found: Workbook, entry: Mapping[str, Any], folder: Path, alone: bool
) -> tuple[list[Run], list[str]]:
    """Return every combination of an entry's grid, each as often as it asks, and the faults."""
    grid: dict[str, list[Any]] = entry.get("grid", {})
    common: dict[str, Any] = entry.get("parameters", {})
    repeats: list[tuple[int | None, int]] = [(None, 0)]
    if "replicates" in entry:
        try:
            base = replicates.base_seed(found, common, grid)
        except ValueError as error:
            return [], [str(error)]
        repeats = list(enumerate(replicates.seeds(base, entry["replicates"]), 1))
    runs: list[Run] = []
    faults: dict[str, None] = {}
    for choice in itertools.product(*grid.values()):
        given = common | dict(zip(grid, choice, strict=True))
        run, wrong = _resolve(found, given, values.accept, folder)
        faults.update(dict.fromkeys(wrong))
        if run:
            named = _named(run, entry.get("title"), tuple(grid), alone)
            runs += [_repeat(named, number, seed, len(repeats)) for number, seed in repeats]
    return runs, list(faults)


def _named(run: Run, title: str | None, grid: tuple[str, ...], alone: bool) -> Run:
    """Return a run named by its point of the grid, after its workbook if there are others."""
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
    found: Workbook,
    given: Mapping[str, Any],
    check: Callable[[Parameter, Any], Value],
    folder: Path,
) -> tuple[Run | None, list[str]]:
    """Return the run, or none and what is wrong with it."""
    declared = {parameter.name: parameter for parameter in found.parameters}
    faults = [unknown("parameter", name, declared) for name in given if name not in declared]
    resolved: dict[str, Value] = {}
    files: dict[str, Path] = {}
    for name, parameter in declared.items():
        try:
            value = check(parameter, given[name]) if name in given else parameter.default
            if parameter.is_dataset and value and name in given:
                source = values.existing_file(parameter, str(value), folder)
                value = _staged_name(name, source, files)
                files |= _with_columns(value, source)
        except ValueError as error:
            faults.append(str(error))
        else:
            resolved[name] = value
    if faults:
        return None, faults
    changed = tuple(name for name in declared if resolved[name] != declared[name].default)
    return Run(found.slug, found.title, found, resolved, changed, files), []


def _staged_name(name: str, source: Path, files: Mapping[str, Path]) -> str:
    taken = files.get(source.name, source)
    return source.name if taken == source else f"{name}-{source.name}"


def _with_columns(name: str, source: Path) -> dict[str, Path]:
    """Return a data file and, where there is one, the file beside it that names its columns."""
    columns = source.with_suffix(COLUMNS)
    beside = {str(Path(name).with_suffix(COLUMNS)): columns} if columns.is_file() else {}
    return {name: source} | beside


def _with_unique_slugs(runs: list[Run]) -> tuple[Run, ...]:
    taken: set[str] = set()
    unique = []
    for run in runs:
        endings = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
        slug = next(run.slug + end for end in endings if (run.slug + end).lower() not in taken)
        taken.add(slug.lower())  # some systems take no notice of capitals
        unique.append(replace(run, slug=slug))
    return tuple(unique)


def _show(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def _plain(text: str) -> str:
    """Return a text as a folder name that any system takes."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")
    return plain[:80] or "run"
