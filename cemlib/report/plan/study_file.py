"""A study file, read with suspicion: plain YAML, small, no aliases, no key twice.

What a study may say::

    title: Does a larger budget stay worth it?
    workbook: 01-rights-assessment      # or runs, a list of workbooks with what follows
    parameters: {resamples: 200}        # the same in every run
    grid: {budget_days: [20, 40, 80]}   # every combination of these
    replicates: 50                      # each combination so often, with seeds of their own
    findings: [plan_gain]               # what the page shows first
    expected: {coverage: 0.95}          # what a finding should be on average: drawn, and judged
    truth: {lowest_index: 44.1}         # what a finding's intervals should cover: judged too

The seeds of replicates are derived from the parameter ``seed`` of the study or, without one, of the
workbook. Replicate number i has the same seed at every point of the grid (common random numbers):
two points then differ by their parameters and not by luck, and their difference is known better
than either.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeGuard

from cemlib import home, plain_yaml
from cemlib.report.errors import RequestError, unknown

MOST_RUNS = 10_000
SPREAD = ("parameters", "grid", "replicates")  # what makes one workbook many runs
PAGE = ("findings", "expected", "truth")  # what the page of the study shows
KEYS = ("title", "workbook", *SPREAD, "runs", *PAGE)
RUN_KEYS = ("title", "workbook", *SPREAD)


def locate(name: str) -> Path:
    """Return the path of a study named by its file, or by its stem in the home folder.

    Raises
    ------
    RequestError
        If there is no such study.
    """
    if Path(name).suffix in (".yaml", ".yml"):
        if Path(name).is_file():
            return Path(name)
        raise RequestError(f"there is no file {name}")
    known = {path.stem: path for path in sorted(home.reports().glob("*.yaml"))}
    if name not in known:
        raise RequestError(unknown("study", name, known))
    return known[name]


def load(path: Path) -> dict[str, Any]:
    """Return the content of a study file with ``runs`` a list in all cases.

    Raises
    ------
    RequestError
        If the file is no study; every fault that was found is listed.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "week.yaml")
    >>> _ = file.write_text("workbok: 01-rights-assessment")
    >>> load(file)
    Traceback (most recent call last):
    cemlib.report.errors.RequestError: week.yaml: there is no key 'workbok'; did you mean
    'workbook'?
    week.yaml: title is missing
    week.yaml: name either a workbook or a list of runs
    """
    content = _parse(path)
    if not isinstance(content, dict):
        raise RequestError(f"{path.name}: a study is a mapping with {', '.join(KEYS)}")
    faults = [unknown("key", str(key), KEYS) for key in content if key not in KEYS]
    if not isinstance(content.get("title"), str):
        faults.append("title is missing" if "title" not in content else "title must be a text")
    if ("workbook" in content) == ("runs" in content):
        faults.append("name either a workbook or a list of runs")
    if "runs" in content:
        faults += [f"{key} belongs in each run" for key in SPREAD if key in content]
        faults += _faults_of_runs(content["runs"])
    else:
        faults += _faults_of_run(content, "")
        content["runs"] = [{key: content[key] for key in RUN_KEYS[1:] if key in content}]
    faults += _faults_of_page(content)
    if not faults and (count := sum(map(size, content["runs"]))) > MOST_RUNS:
        faults.append(f"the study has {count:,} runs, but may have {MOST_RUNS:,}")
    if faults:
        raise RequestError(*(f"{path.name}: {fault}" for fault in faults))
    return content


def size(run: dict[str, Any]) -> int:
    """Return how many runs an entry of a study stands for.

    Examples
    --------
    >>> size({"grid": {"budget_days": [20, 40], "cut": ["mean", "median"]}, "replicates": 50})
    200
    """
    combinations = math.prod(len(choices) for choices in run.get("grid", {}).values())
    return combinations * int(run.get("replicates", 1))


def _faults_of_runs(runs: object) -> list[str]:
    if not isinstance(runs, list) or not runs:
        return ["runs must be a list of at least one run"]
    faults = []
    for number, run in enumerate(runs, 1):
        place = f"run {number}: "
        if not isinstance(run, dict):
            faults.append(f"{place}a run is a mapping with {', '.join(RUN_KEYS)}")
            continue
        faults += [
            f"{place}{unknown('key', str(key), RUN_KEYS)}" for key in run if key not in RUN_KEYS
        ]
        if "workbook" not in run:
            faults.append(f"{place}workbook is missing")
        if not isinstance(run.get("title", ""), str):
            faults.append(f"{place}title must be a text")
        faults += _faults_of_run(run, place)
    return faults


def _faults_of_run(run: dict[Any, Any], place: str) -> list[str]:
    faults = []
    workbook = run.get("workbook", "")
    if not isinstance(workbook, str) or any(sign in workbook for sign in "/\\") or ".." in workbook:
        wanted = "the plain name of a workbook"
        faults.append(f"{place}workbook is {_short(workbook)}, but must be {wanted}")
    if not _is_mapping_of_names(run.get("parameters", {})):
        faults.append(f"{place}parameters must be a mapping of names to values")
    replicates = run.get("replicates", 1)
    if type(replicates) is not int or not 1 <= replicates <= MOST_RUNS:
        wanted = f"a whole number from 1 to {MOST_RUNS:,}"
        faults.append(f"{place}replicates is {_short(replicates)}, but must be {wanted}")
    if "grid" in run:
        faults += [f"{place}{fault}" for fault in _faults_of_grid(run["grid"], run)]
    return faults


def _faults_of_grid(grid: object, run: dict[Any, Any]) -> list[str]:
    if not _is_mapping_of_names(grid) or not grid:
        return ["grid must be a mapping of names to lists of values"]
    given = run.get("parameters")
    faults = [
        f"{name} is in parameters and in the grid: it can be in one of them"
        for name in grid
        if isinstance(given, dict) and name in given
    ]
    for name, choices in grid.items():
        if not isinstance(choices, list) or not choices:
            faults.append(f"grid: {name} must be a list of at least one value")
        elif twice := _twice(choices):
            faults.append(f"grid: {name} has {_short(twice[0])} twice")
    return faults


def _twice(choices: list[Any]) -> list[Any]:
    """Return the values that came before; 1 and 1.0 are one value, true is another."""
    seen: set[Hashable] = set()
    found = []
    for choice in choices:
        plain = isinstance(choice, str | int | float)
        key = (isinstance(choice, bool), choice if plain else repr(choice))
        if key in seen:
            found.append(choice)
        seen.add(key)
    return found


def _faults_of_page(content: dict[Any, Any]) -> list[str]:
    faults = []
    names = content.get("findings", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append("findings must be a list of names")
    for key in ("expected", "truth"):
        numbers = content.get(key, {})
        if not _is_mapping_of_names(numbers) or not all(map(_is_number, numbers.values())):
            faults.append(f"{key} must be a mapping of names of findings to finite numbers")
    return faults


def _short(value: object) -> str:
    from cemlib.checks import shorten

    try:
        return shorten(value)
    except ValueError:  # Python does not print whole numbers of thousands of digits
        return "a huge number"


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300


def _is_mapping_of_names(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _parse(path: Path) -> object:
    try:
        return plain_yaml.read(path)
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RequestError(f"{path.name} {error}") from error
