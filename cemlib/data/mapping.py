"""The YAML file beside a data file that maps its columns to those of the contract.

``answers.columns.yaml`` lies beside ``answers.csv`` or ``answers.xlsx``::

    columns: {overall: Q7A, safety_1: Q1, safety_2: Q2}   # contract's name: file's name
    missing: ["99", "-9"]                                 # codes for no answer
    scales: {items: 1-5, importance: 1-10, overall: 1-10}
    zone: Asia/Shanghai                                   # for times without a time zone

Each part is optional. A scale in this file applies unless the caller passes another one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cemlib import checks, plain_yaml
from cemlib.data.problems import Problem
from cemlib.data.timestamps import zone_of

SCALES = ("items", "importance", "overall")
_PARTS = ("columns", "missing", "scales", "zone")
_SCALE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Mapping:
    """The content of the YAML file beside a data file.

    Parameters
    ----------
    file : str
        Its name; empty if there is none.
    columns : dict
        Name in the contract → name in the file.
    missing : tuple of str
        Codes that mean "no answer".
    scales : dict
        ``items``, ``importance``, ``overall`` → (lowest, highest).
    problems : tuple of Problem
        Problems of the YAML file.
    zone : str
        Time zone for times without one; empty if not set.
    """

    file: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    scales: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    zone: str = ""


def beside(file: Path) -> Path:
    """Return the path of the YAML file that belongs to a data file.

    Examples
    --------
    >>> beside(Path("answers.csv")).name
    'answers.columns.yaml'
    """
    return file.with_name(f"{file.stem}.columns.yaml")


def parse_scale(name: str, text: str) -> tuple[float, float]:
    """Return the lowest and highest answer of a scale.

    Parameters
    ----------
    name : str
        Name of the parameter, for the message.
    text : str
        ``"1-7"``, ``"1–10"``, ``"0 to 10"``.

    Raises
    ------
    ValueError
        If it is not two numbers, the lower one first.

    Examples
    --------
    >>> parse_scale("item_scale", "1-5")
    (1.0, 5.0)
    """
    match = _SCALE.fullmatch(text)
    if match:
        low, high = float(match[1]), float(match[2])
        if low < high:
            return low, high
    raise checks.invalid_argument(name, text, "lowest and highest answer, as in '1-5' or '0-10'")


def read_mapping(
    file: Path, known: list[str], accepts: Callable[[str], bool] = lambda name: False
) -> Mapping:
    """Read the YAML file beside a data file; empty if there is none.

    Parameters
    ----------
    file : Path
        The data file.
    known : list of str
        Names that may be mapped.
    accepts : callable, optional
        Whether a name that is not `known` may also be mapped, such as another item of a survey.

    Returns
    -------
    Mapping
        With its ``problems``; nothing is raised.
    """
    path = beside(file)
    if not path.is_file():
        return Mapping()
    problems = _Problems(path.name)
    content = _parse(path, problems)
    if isinstance(content, dict):
        for part in content:
            if part not in _PARTS:
                problems.add(f"has an unknown key {_show(part)}", _nearest(part, list(_PARTS)))
        columns = _columns(content.get("columns"), known, accepts, problems)
        missing = _missing(content.get("missing"), problems)
        scales = _scales(content.get("scales"), problems)
        zone = _zone(content.get("zone"), problems)
        return Mapping(path.name, columns, missing, scales, tuple(problems.listed), zone)
    if content is not None:
        problems.add("is not a mapping", f"write keys as in {_PARTS[0]}: {{overall: Q7A}}")
    return Mapping(path.name, problems=tuple(problems.listed))


class _Problems:
    def __init__(self, file: str) -> None:
        self.file = file
        self.listed: list[Problem] = []

    def add(self, problem: str, fix: str) -> None:
        self.listed.append(Problem(0, "", "", f"{self.file} {problem}", fix))


def _parse(path: Path, problems: _Problems) -> Any:
    try:
        return plain_yaml.read(path)
    except OSError as error:
        problems.add(f"cannot be read: {error.strerror}", "give permission to read it")
    except ValueError as error:
        problems.add(str(error), "write columns: {overall: Q7A}")
    return None


def _columns(
    content: Any, known: list[str], accepts: Callable[[str], bool], problems: _Problems
) -> dict[str, str]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.add("has columns that are not a mapping", "write columns: {overall: Q7A}")
        return {}
    columns: dict[str, str] = {}
    for name, source in content.items():
        if name not in known and not (isinstance(name, str) and accepts(name)):
            problems.add(f"maps an unknown column {_show(name)}", _nearest(name, known))
        elif isinstance(source, bool) or not isinstance(source, str | int | float):
            problems.add(f"has no valid column name for {name}", f"write {name}: Q7A")
        elif str(source).strip() in columns.values():
            other = next(key for key, value in columns.items() if value == str(source).strip())
            problems.add(
                f"maps one column, {_show(source)}, to {other} and {name}", "remove one of them"
            )
        else:
            columns[name] = str(source).strip()
    return columns


def _missing(content: Any, problems: _Problems) -> tuple[str, ...]:
    if content is None:
        return ()
    values = content if isinstance(content, list) else [content]
    if any(isinstance(value, bool) or not isinstance(value, str | int | float) for value in values):
        problems.add("has a key missing that is not a list of codes", 'write missing: ["99", "-9"]')
        return ()
    return tuple(str(value).strip() for value in values)


def _scales(content: Any, problems: _Problems) -> dict[str, tuple[float, float]]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.add("has scales that are not a mapping", "write scales: {items: 1-5}")
        return {}
    scales: dict[str, tuple[float, float]] = {}
    for name, text in content.items():
        if name not in SCALES:
            problems.add(f"has an unknown scale {_show(name)}", _nearest(name, list(SCALES)))
            continue
        try:
            scales[name] = parse_scale(name, text if isinstance(text, str) else "")
        except ValueError:
            problems.add(f"has an invalid scale for {name}: {_show(text)}", f"write {name}: 1-5")
    return scales


def _zone(content: Any, problems: _Problems) -> str:
    if content is None:
        return ""
    try:
        zone_of(content)
    except ValueError:
        problems.add(f"has an unknown time zone: {_show(content)}", "write zone: Asia/Shanghai")
        return ""
    return str(content)


def _nearest(word: Any, words: list[str]) -> str:
    near = checks.nearest(str(word), words) if isinstance(word, str) else []
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "use " + ", ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _show(value: Any) -> str:
    """Return a value for a message; only the type of a nested one, which may be very large."""
    plain = isinstance(value, str | int | float) or value is None
    return checks.shorten(value) if plain else f"a {type(value).__name__}"
