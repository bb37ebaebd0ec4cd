"""A parameter's value, checked against its declaration."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from cemlib.report.plan.workbook import Parameter, Value

LARGEST = 10**300  # Python refuses to print whole numbers of thousands of digits
WANTED = {
    "str": "a text",
    "int": "a whole number",
    "float": "a finite number",
    "bool": "true or false",
}


def convert(parameter: Parameter, text: str) -> Value:
    """Return the value that a text on the command line stands for.

    Raises
    ------
    ValueError
        If the text does not read as the declared type.

    Examples
    --------
    >>> convert(Parameter("budget_days", "float", 20.0, "person-days"), "40")
    40.0
    >>> convert(Parameter("seed", "int", 7, "of the generator"), "7.5")
    Traceback (most recent call last):
    ValueError: seed is '7.5', but must be a whole number
    """
    readers: dict[str, Callable[[str], Value]] = {
        "str": str,
        "int": int,
        "float": float,
        "bool": lambda word: {"true": True, "false": False}[word.strip().lower()],
    }
    try:
        return accept(parameter, readers[parameter.type](text))
    except (ValueError, KeyError):
        raise _refusal(parameter, text) from None


def accept(parameter: Parameter, value: object) -> Value:
    """Return a value that already has the declared type; a whole number will do for a float.

    Raises
    ------
    ValueError
        If it has another type, is not finite, is less than the help allows, or holds a NUL
        character.

    Examples
    --------
    >>> accept(Parameter("budget_days", "float", 20.0, "person-days"), 40)
    40.0
    >>> accept(Parameter("resamples", "int", 2000, "of the bootstrap"), True)
    Traceback (most recent call last):
    ValueError: resamples is True, but must be a whole number
    """
    kind = parameter.type
    if kind == "str" and type(value) is str and _is_text(value):
        return value
    if kind == "bool" and type(value) is bool:
        return value
    if kind == "int" and type(value) is int and abs(value) < LARGEST and _reaches(parameter, value):
        return value
    if kind == "float" and type(value) in (int, float):
        number = _as_float(value)
        if math.isfinite(number) and _reaches(parameter, number):
            return number
    raise _refusal(parameter, value)


def existing_file(parameter: Parameter, value: str, folder: Path) -> Path:
    """Return the absolute path of a data file named relative to a folder.

    Raises
    ------
    ValueError
        If there is no such file.
    """
    path = folder / Path(value).expanduser()
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        raise ValueError(f"{parameter.name} is {value!r}, but that file {kind}")
    return path.resolve()


def _reaches(parameter: Parameter, value: float) -> bool:
    return parameter.least is None or value >= parameter.least


def _as_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _refusal(parameter: Parameter, value: object) -> ValueError:
    from cemlib.checks import invalid_argument

    if type(value) is int and abs(value) >= LARGEST:
        return ValueError(f"{parameter.name} is a whole number of more than 300 digits: too large")
    bound = "" if parameter.least is None else f" of at least {parameter.least:g}"
    return invalid_argument(parameter.name, value, WANTED[parameter.type] + bound)
