"""The small YAML beside a file that says which of its columns is which.

``answers.columns.yaml`` stands beside ``answers.csv`` or ``answers.xlsx``::

    columns: {overall: Q7A, safety_1: Q1, safety_2: Q2}   # our name: the file's name
    missing: ["99", "-9"]                                 # answers that mean: no answer
    scales: {items: 1-5, importance: 1-10, overall: 1-10}
    zone: Asia/Shanghai                                   # of times that name none

Each part may be left out. A scale given here holds unless the caller names another one.
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
    """What the YAML beside a file says.

    Parameters
    ----------
    file : str
        Its name; empty where there is none.
    columns : dict
        Our name of a column → the file's name.
    missing : tuple of str
        Answers that mean that there is none.
    scales : dict
        ``items``, ``importance``, ``overall`` → (lowest, highest).
    problems : tuple of Problem
        What is wrong with it.
    zone : str
        Name of the time zone of times that name none; empty where it is not said.
    """

    file: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    scales: dict[str, tuple[float, float]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    zone: str = ""


def beside(file: Path) -> Path:
    """Return where the mapping of a file would stand.

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
        The parameter, for the message.
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
    """Read the mapping beside a file; an empty one where there is none.

    Parameters
    ----------
    file : Path
        The data file.
    known : list of str
        Names that may be mapped.
    accepts : callable, optional
        Whether a name that is not `known` may be mapped too, such as a further item of a survey.

    Returns
    -------
    Mapping
        Its ``problems`` say what is wrong with it; nothing is raised.
    """
    path = beside(file)
    if not path.is_file():
        return Mapping()
    problems = _Problems(path.name)
    content = _parse(path, problems)
    if isinstance(content, dict):
        for part in content:
            if part not in _PARTS:
                problems.add(f"has a part {_show(part)}", _nearest(part, list(_PARTS)))
        columns = _columns(content.get("columns"), known, accepts, problems)
        missing = _missing(content.get("missing"), problems)
        scales = _scales(content.get("scales"), problems)
        zone = _zone(content.get("zone"), problems)
        return Mapping(path.name, columns, missing, scales, tuple(problems.listed), zone)
    if content is not None:
        problems.add("is no mapping", f"write parts as in {_PARTS[0]}: {{overall: Q7A}}")
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
        problems.add(f"cannot be read: {error.strerror}", "give the right to read it")
    except ValueError as error:
        problems.add(str(error), "write columns: {overall: Q7A}")
    return None


def _columns(
    content: Any, known: list[str], accepts: Callable[[str], bool], problems: _Problems
) -> dict[str, str]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.add("has columns that are no mapping", "write columns: {overall: Q7A}")
        return {}
    columns: dict[str, str] = {}
    for name, source in content.items():
        if name not in known and not (isinstance(name, str) and accepts(name)):
            problems.add(
                f"names a column {_show(name)} that is none of ours", _nearest(name, known)
            )
        elif isinstance(source, bool) or not isinstance(source, str | int | float):
            problems.add(f"gives {name} no name of a column", f"write {name}: Q7A")
        elif str(source).strip() in columns.values():
            other = next(key for key, value in columns.items() if value == str(source).strip())
            problems.add(
                f"gives one column, {_show(source)}, to {other} and {name}", "leave out one of them"
            )
        else:
            columns[name] = str(source).strip()
    return columns


def _missing(content: Any, problems: _Problems) -> tuple[str, ...]:
    if content is None:
        return ()
    values = content if isinstance(content, list) else [content]
    if any(isinstance(value, bool) or not isinstance(value, str | int | float) for value in values):
        problems.add("has a part missing that is no list of answers", 'write missing: ["99", "-9"]')
        return ()
    return tuple(str(value).strip() for value in values)


def _scales(content: Any, problems: _Problems) -> dict[str, tuple[float, float]]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.add("has scales that are no mapping", "write scales: {items: 1-5}")
        return {}
    scales: dict[str, tuple[float, float]] = {}
    for name, text in content.items():
        if name not in SCALES:
            problems.add(f"has a scale of {_show(name)}", _nearest(name, list(SCALES)))
            continue
        try:
            scales[name] = parse_scale(name, text if isinstance(text, str) else "")
        except ValueError:
            problems.add(f"gives no scale for {name}: {_show(text)}", f"write {name}: 1-5")
    return scales


def _zone(content: Any, problems: _Problems) -> str:
    if content is None:
        return ""
    try:
        zone_of(content)
    except ValueError:
        problems.add(f"gives no time zone: {_show(content)}", "write zone: Asia/Shanghai")
        return ""
    return str(content)


def _nearest(word: Any, words: list[str]) -> str:
    near = checks.nearest(str(word), words) if isinstance(word, str) else []
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "use " + ", ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _show(value: Any) -> str:
    """Return a value for a message; never the inside of a nested one, which may be endless."""
    plain = isinstance(value, str | int | float) or value is None
    return checks.shorten(value) if plain else f"a {type(value).__name__}"
