"""Reads study files: plain YAML, small, without aliases or duplicate keys.

The keys of a study::

    title: Does a larger budget stay worth it?
    workbook: 01-rights-assessment      # or runs: a list of workbooks, each with its own
    parameters: {resamples: 200}        # parameters, the same in every run
    grid: {budget_days: [20, 40, 80]}   # grid, every combination of which is run
    replicates: 50                      # and replicates, runs per design point
    findings: [plan_gain]               # findings to show first on the page
    expected: {coverage: 0.95}          # expected means of findings, for comparison
    truth: {lowest_index: 44.1}         # true values that intervals should cover

The seeds of replicates are derived from the parameter ``seed`` of the study or, without one, of the
workbook. Replicate i has the same seed at every design point (common random numbers): two points
then differ only by their parameters, and their difference is estimated more precisely than either.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeGuard

from cemlib import home, plain_yaml
from cemlib.report.errors import RequestError, unknown

MAX_RUNS = 10_000
RUN_SETTINGS = ("parameters", "grid", "replicates")  # may differ between the runs of a list
PAGE_SETTINGS = ("findings", "expected", "truth")  # what the study's page shows
KEYS = ("title", "workbook", *RUN_SETTINGS, "runs", *PAGE_SETTINGS)
RUN_KEYS = ("title", "workbook", *RUN_SETTINGS)


def locate(name: str) -> Path:
    """Return the path of a study given by its file, or by its name in the home folder.

    Raises
    ------
    RequestError
        If there is no such study.
    """
    if Path(name).suffix in (".yaml", ".yml"):
        if home.is_file(name):
            return Path(name)
        raise RequestError(f"there is no file {name}")
    known = {path.stem: path for path in sorted(home.reports().glob("*.yaml"))}
    if name not in known:
        raise RequestError(unknown("study", name, known))
    return known[name]


def load(path: Path) -> dict[str, Any]:
    """Return the content of a study file; ``runs`` is always a list.

    Raises
    ------
    RequestError
        If the file is not a valid study; every problem is listed.

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
    week.yaml: give either a workbook or a list of runs
    """
    content = _parse(path)
    if not isinstance(content, dict):
        raise RequestError(
            f"{path.name}: a study must be a mapping with the keys {', '.join(KEYS)}"
        )
    problems = [unknown("key", str(key), KEYS) for key in content if key not in KEYS]
    if not isinstance(content.get("title"), str):
        problems.append("title is missing" if "title" not in content else "title must be a text")
    if ("workbook" in content) == ("runs" in content):
        problems.append("give either a workbook or a list of runs")
    if "runs" in content:
        problems += [
            f"{key} belongs in each run, not beside runs" for key in RUN_SETTINGS if key in content
        ]
        problems += _problems_of_runs(content["runs"])
    else:
        problems += _problems_of_run(content, "")
        content["runs"] = [{key: content[key] for key in RUN_KEYS[1:] if key in content}]
    problems += _problems_of_page(content)
    if not problems and (count := sum(map(size, content["runs"]))) > MAX_RUNS:
        problems.append(f"the study has {count:,} runs, but may have at most {MAX_RUNS:,}")
    if problems:
        raise RequestError(*(f"{path.name}: {problem}" for problem in problems))
    return content


def size(run: dict[str, Any]) -> int:
    """Return the number of runs of an entry.

    Examples
    --------
    >>> size({"grid": {"budget_days": [20, 40], "cut": ["mean", "median"]}, "replicates": 50})
    200
    """
    combinations = math.prod(len(choices) for choices in run.get("grid", {}).values())
    return combinations * int(run.get("replicates", 1))


def _problems_of_runs(runs: object) -> list[str]:
    if not isinstance(runs, list) or not runs:
        return ["runs must be a list of at least one run"]
    problems = []
    for number, run in enumerate(runs, 1):
        prefix = f"run {number}: "
        if not isinstance(run, dict):
            problems.append(f"{prefix}a run must be a mapping with the keys {', '.join(RUN_KEYS)}")
            continue
        problems += [
            f"{prefix}{unknown('key', str(key), RUN_KEYS)}" for key in run if key not in RUN_KEYS
        ]
        if "workbook" not in run:
            problems.append(f"{prefix}workbook is missing")
        if not isinstance(run.get("title", ""), str):
            problems.append(f"{prefix}title must be a text")
        problems += _problems_of_run(run, prefix)
    return problems


def _problems_of_run(run: dict[Any, Any], prefix: str) -> list[str]:
    problems = []
    workbook = run.get("workbook", "")
    if not isinstance(workbook, str) or any(sign in workbook for sign in "/\\") or ".." in workbook:
        expected = "the name of a workbook, without a folder"
        problems.append(f"{prefix}workbook is {_short(workbook)}, but must be {expected}")
    if not _is_mapping_of_names(run.get("parameters", {})):
        problems.append(f"{prefix}parameters must be a mapping of names to values")
    replicates = run.get("replicates", 1)
    if type(replicates) is not int or not 1 <= replicates <= MAX_RUNS:
        expected = f"a whole number from 1 to {MAX_RUNS:,}"
        problems.append(f"{prefix}replicates is {_short(replicates)}, but must be {expected}")
    if "grid" in run:
        problems += [f"{prefix}{problem}" for problem in _problems_of_grid(run["grid"], run)]
    return problems


def _problems_of_grid(grid: object, run: dict[Any, Any]) -> list[str]:
    if not _is_mapping_of_names(grid) or not grid:
        return ["grid must be a mapping of names to lists of values"]
    fixed = run.get("parameters")
    problems = [
        f"{name} is in both parameters and grid; remove it from one of them"
        for name in grid
        if isinstance(fixed, dict) and name in fixed
    ]
    for name, choices in grid.items():
        if not isinstance(choices, list) or not choices:
            problems.append(f"grid: {name} must be a list of at least one value")
        elif duplicates := _duplicates(choices):
            problems.append(f"grid: {name} has {_short(duplicates[0])} twice")
    return problems


def _duplicates(choices: list[Any]) -> list[Any]:
    """Return the repeated values; 1 and 1.0 are the same value, true is another."""
    seen: set[Hashable] = set()
    repeated = []
    for choice in choices:
        plain = isinstance(choice, str | int | float)
        key = (isinstance(choice, bool), choice if plain else repr(choice))
        if key in seen:
            repeated.append(choice)
        seen.add(key)
    return repeated


def _problems_of_page(content: dict[Any, Any]) -> list[str]:
    problems = []
    names = content.get("findings", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.append("findings must be a list of names")
    for key in ("expected", "truth"):
        numbers = content.get(key, {})
        if not _is_mapping_of_names(numbers) or not all(map(_is_number, numbers.values())):
            problems.append(f"{key} must be a mapping of names of findings to finite numbers")
    return problems


def _short(value: object) -> str:
    from cemlib.checks import shorten

    try:
        return shorten(value)
    except ValueError:  # Python refuses to print integers with thousands of digits
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
        raise RequestError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise RequestError(f"{path.name} {error}") from error
