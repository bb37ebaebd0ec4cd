"""What is checked before anything starts: a company's file, and the data files of the runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cemlib import home
from cemlib.formats import plural
from cemlib.report.errors import RequestError, unknown
from cemlib.report.plan import values, workbook
from cemlib.report.plan.study import Run

if TYPE_CHECKING:
    from cemlib.data.company import Company, Source
    from cemlib.data.dataset import Dataset

MAX_PROBLEMS = 50


def dataset_of(parameter: str, parameters: frozenset[str]) -> str:
    """Return the name of the dataset that a workbook's parameter names a file of.

    Empty for a workbook from elsewhere, with data of its own kind.
    """
    from cemlib import catalogue

    entry = catalogue.of_parameter(parameter, parameters)
    return entry.name if entry else ""


def check_company(file: Path) -> None:
    """Refuse a company's file with everything that can be known to be wrong before it is used."""
    from cemlib import catalogue
    from cemlib.data.company import examine

    if not home.is_file(file):
        raise RequestError(f"there is no file {file}")
    described, problems = examine(file)
    own = {entry.name: entry.own for entry in catalogue.datasets()}
    for name, source in described.sources.items():
        if problem := _problem_of_source(name, source, own):
            problems.append(f"{file.name}: {problem}")
    problems += [f"{file.name}: {problem}" for problem in _problems_of_assumptions(described)]
    if problems:
        raise RequestError(*problems)


def _problem_of_source(name: str, source: Source, own: Mapping[str, bool]) -> str:
    from cemlib.data.mapping import beside

    if name not in own:
        return unknown("dataset", name, [each for each, is_own in own.items() if is_own])
    if not own[name]:
        return f"{name} is made for teaching; nobody has one of their own"
    if not home.is_file(source.path):
        return f"{name}: there is no file {source.path.name} in {source.path.parent.name}"
    if source.entry is not None and beside(source.path).is_file():
        return f"{name}: {beside(source.path).name} describes the same file; keep one of the two"
    return ""


def _problems_of_assumptions(described: Company) -> Iterator[str]:
    """Yield what is wrong with a company's assumptions: names, types, limits.

    Known are the workbooks' parameters and whatever else the operator assumes, for commands.
    """
    from cemlib.data.company import examine
    from cemlib.home import operator_file

    parameters = [each for book in workbook.workbooks() for each in book.parameters]
    known = list(dict.fromkeys(each.name for each in parameters if each.is_assumption))
    known += [name for name in examine(operator_file())[0].assumptions if name not in known]
    for name, value in described.assumptions.items():
        if name not in known and any(each.name == name for each in parameters):
            yield f"{name} is no assumption but a setting of a run: -p {name} {value}"
        elif name not in known:
            yield unknown("assumption", name, known)
        else:
            try:
                for each in parameters:
                    if each.name == name and each.is_assumption:
                        values.accept(each, value)
            except ValueError as error:
                yield f"assumptions: {error}"


def check_data(runs: Iterable[Run]) -> None:
    """Check the runs' own data files against their contracts, before anything starts."""
    checked: set[tuple[Any, ...]] = set()
    problems: list[str] = []
    runs = list(runs)
    for described in {each.file: each for each in map(_company_of, runs) if each}.values():
        if described.file:
            check_company(described.file)
    for planned in runs:
        for file, entry in _own_files(planned):
            options = _options(planned, entry)
            key = (entry.name, str(file), *((name, str(value)) for name, value in options.items()))
            if key not in checked:
                checked.add(key)
                problems += _problems(entry, file, options)
    if problems:
        raise RequestError(*problems)


def _own_files(planned: Run) -> Iterator[tuple[Path | Source, Dataset]]:
    """Yield a run's own files, and the dataset that each is to be."""
    from cemlib import catalogue

    described = _company_of(planned)
    names = frozenset(planned.parameters)
    for parameter in planned.workbook.parameters:
        entry = catalogue.of_parameter(parameter.name, names) if parameter.is_dataset else None
        if not entry:  # or a workbook from elsewhere, with data of its own kind
            continue
        file = planned.files.get(str(planned.parameters[parameter.name]))
        if file:
            yield file, entry
        elif described and entry.name in described.sources:
            yield described.sources[entry.name], entry


def _company_of(planned: Run) -> Company | None:
    """Return the company whose file a run uses, if it uses one; wrong parts are left out."""
    from cemlib.data.company import examine

    value = planned.parameters.get(planned.workbook.company_parameter)
    file = planned.files.get(str(value)) if value else None
    if file is None:
        return None
    return examine(file)[0]


def _problems(
    entry: Dataset, file: Path | Source, options: dict[str, str | Path | Source]
) -> list[str]:
    from cemlib.data import load

    path = Path(file)
    described = getattr(file, "described_in", "")
    prefix = f"{described}: {entry.name}: {path.name}" if described else path.name
    try:
        problems = load.problems(entry, file, **options)
    except ValueError as error:
        return [f"{prefix}: {error}" if described else str(error)]
    return _listed(prefix, problems)


def _listed(prefix: str, problems: Sequence[object]) -> list[str]:
    """Return problems as lines that begin with the file they are found in; not too many."""
    lines = [
        problem if isinstance(problem, str) else f"{prefix}: {problem}" for problem in problems
    ]
    rest = len(lines) - MAX_PROBLEMS
    more = [f"{prefix}: and {plural(rest, 'more problem')}"] if rest > 0 else []
    return lines[:MAX_PROBLEMS] + more


def _options(planned: Run, entry: Dataset) -> dict[str, str | Path | Source]:
    """Return how a run reads one of its data files; an option may itself name a file."""
    described = _company_of(planned)
    names = frozenset(planned.parameters)
    options: dict[str, str | Path | Source] = {}
    for option in entry.options:
        value = planned.parameters.get(option)
        value = "" if value is None else str(value)
        if value:
            options[option] = planned.files.get(value, value)
        elif described and (held := described.sources.get(dataset_of(option, names))):
            options[option] = held
        elif described and (assumed := described.assumptions.get(option)) is not None:
            options[option] = str(assumed)
    return options
