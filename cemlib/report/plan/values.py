"""Checks a parameter's value against its declaration."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from cemlib import home
from cemlib.report.plan.workbook import Parameter, Value

LARGEST = 10**300  # Python refuses to print integers with thousands of digits
EXPECTED = {
    "str": "a text",
    "int": "a whole number",
    "float": "a finite number",
    "bool": "true or false",
}


def convert(parameter: Parameter, text: str) -> Value:
    """Return the value of a text from the command line.

    Raises
    ------
    ValueError
        If the text cannot be read as the declared type.

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
        raise _type_error(parameter, text) from None


def accept(parameter: Parameter, value: object) -> Value:
    """Return a value if it has the declared type; a float may be given as a whole number.

    Raises
    ------
    ValueError
        If it has another type, is not finite, is outside the bounds that the help states or none
        of the choices that it lists, or holds a NUL character.

    Examples
    --------
    >>> accept(Parameter("budget_days", "float", 20.0, "person-days"), 40)
    40.0
    >>> accept(Parameter("resamples", "int", 2000, "of the bootstrap"), True)
    Traceback (most recent call last):
    ValueError: resamples is True, but must be a whole number
    """
    kind = parameter.type
    if value is None and parameter.default is None:
        return None
    if kind == "str" and type(value) is str and _is_text(value) and _is_choice(parameter, value):
        return value
    if kind == "bool" and type(value) is bool:
        return value
    if (
        kind == "int"
        and type(value) is int
        and abs(value) < LARGEST
        and _is_within(parameter, value)
    ):
        return value
    if kind == "float" and type(value) in (int, float):
        number = _as_float(value)
        if math.isfinite(number) and _is_within(parameter, number):
            return number
    raise _type_error(parameter, value)


def existing_file(parameter: Parameter, value: str, folder: Path) -> Path:
    """Return the absolute path of a data file given relative to a folder.

    Raises
    ------
    ValueError
        If there is no such file.
    """
    path = folder / home.expanded(value)
    if not home.is_file(path):
        what = "is a folder" if os.path.isdir(path) else "does not exist"  # noqa: PTH112
        raise ValueError(f"{parameter.name} is {value!r}, but that file {what}")
    return path.resolve()


def _is_choice(parameter: Parameter, value: str) -> bool:
    if parameter.takes_several:
        words = [word.strip() for word in value.split(",") if word.strip()]
        return all(word in parameter.choices for word in words)
    return not parameter.choices or value in parameter.choices


def _is_within(parameter: Parameter, value: float) -> bool:
    low, high = parameter.between or (-math.inf, math.inf)
    return (
        low < value < high
        and (parameter.minimum is None or value >= parameter.minimum)
        and (parameter.maximum is None or value <= parameter.maximum)
    )


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


def _type_error(parameter: Parameter, value: object) -> ValueError:
    from cemlib.checks import invalid_argument, nearest

    if type(value) is int and abs(value) >= LARGEST:
        return ValueError(
            f"{parameter.name} is a whole number with more than 300 digits, which is too large"
        )
    if parameter.choices and type(value) is str:
        near = nearest(value.lower(), parameter.choices, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        number = "some" if parameter.takes_several else "one"
        expected = f"{number} of {', '.join(parameter.choices)}{hint}"
        return invalid_argument(parameter.name, value, expected)
    bounds = [("at least", parameter.minimum), ("at most", parameter.maximum)]
    stated = " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)
    bound = f" of {stated}" if stated else ""
    if parameter.between:
        low, high = parameter.between
        bound = f" between {low:g} and {high:g}, both excluded"
    expected = EXPECTED[parameter.type] + bound
    if parameter.type == "str" and not isinstance(value, str):  # YAML: no, 7, 2026-10-01
        expected += "; put it in quotes"
    shown = value.isoformat() if isinstance(value, date) else value
    return invalid_argument(parameter.name, shown, expected)
