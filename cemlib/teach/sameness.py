"""When an answer is the one expected: within a tolerance, in any order where order says nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any

import numpy as np


class WrongKindError(Exception):
    """An answer that cannot be compared; its message says what would do."""


def same(answer: Any, expected: Any, tolerance: float | None = None) -> bool:
    """Return whether an answer is the expected one.

    Parameters
    ----------
    answer, expected : object
        Numbers agree within the tolerance, names whatever their case. Where a set is expected
        any order will do, in a frame any order of columns and in a series any order of labels.
    tolerance : float, optional
        Largest difference of numbers; rounding errors only if not given.

    Raises
    ------
    WrongKindError
        If the answer is of another kind than expected.

    Examples
    --------
    >>> same(63.2, 63.24, tolerance=0.05), same(" Respect", "respect"), same(["b", "a"], {"a", "b"})
    (True, True, True)
    >>> same("63.2", 63.24)
    Traceback (most recent call last):
    cemlib.teach.sameness.WrongKindError: A number is wanted, and this is a text: \
leave out the quotation marks.
    """
    kind, given = _kind(expected), _kind(answer)
    if kind in ("set", "list") and given in ("set", "list", "series"):
        return _same_items(list(answer), expected, tolerance)
    if kind not in (given, _OTHER):
        raise WrongKindError(_sentence(kind, type(answer).__name__ if given == _OTHER else given))
    compare = {
        "truth value": lambda one, other, _: bool(one) == bool(other),
        "number": _same_number,
        "text": lambda one, other, _: _folded(one) == _folded(other),
        "dictionary": _same_items_by_name,
        "series": _same_series,
        "table": _same_table,
    }.get(kind)
    if compare is not None:
        return bool(compare(answer, expected, tolerance))
    return type(answer) is type(expected) and bool(answer == expected)


_OTHER = "thing of another kind"
_WANTED = {
    "truth value": "True or False",
    "number": "A number",
    "text": "A text in quotation marks",
    "set": "A list or a set",
    "list": "A list",
    "dictionary": "A dictionary",
    "series": "A column (pandas Series)",
    "table": "A table (pandas DataFrame)",
}


def _sentence(kind: str, given: str) -> str:
    end = ": leave out the quotation marks" if (kind, given) == ("number", "text") else ""
    return f"{_WANTED[kind]} is wanted, and this is a {given}{end}."


def _kind(value: Any) -> str:
    import pandas as pd

    kinds: list[tuple[Any, str]] = [
        ((bool, np.bool_), "truth value"),
        ((int, float, np.number), "number"),
        (str, "text"),
        (pd.DataFrame, "table"),
        (pd.Series, "series"),
        (Mapping, "dictionary"),
        (Set, "set"),
        ((list, tuple, np.ndarray, pd.Index), "list"),
    ]
    return next((name for types, name in kinds if isinstance(value, types)), _OTHER)


def _same_number(answer: float, expected: float, tolerance: float | None) -> bool:
    if math.isnan(answer) or math.isnan(expected):
        return math.isnan(answer) and math.isnan(expected)
    slack = 1e-9 if tolerance is None else tolerance * (1 + 1e-9)
    return math.isclose(answer, expected, rel_tol=1e-6 if tolerance is None else 0, abs_tol=slack)


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _alike(answer: Any, expected: Any, tolerance: float | None) -> bool:
    try:
        return same(answer, expected, tolerance)
    except WrongKindError:
        return False


def _same_items(answers: list[Any], expected: Any, tolerance: float | None) -> bool:
    if not isinstance(expected, Set):
        return len(answers) == len(expected) and all(
            _alike(answer, wanted, tolerance)
            for answer, wanted in zip(answers, expected, strict=True)
        )
    return all(
        any(_alike(answer, wanted, tolerance) for wanted in expected) for answer in answers
    ) and all(any(_alike(answer, wanted, tolerance) for answer in answers) for wanted in expected)


def _same_items_by_name(answer: Any, expected: Any, tolerance: float | None) -> bool:
    return set(answer) == set(expected) and all(
        _alike(answer[name], expected[name], tolerance) for name in expected
    )


def _same_series(answer: Any, expected: Any, tolerance: float | None) -> bool:
    if len(answer) != len(expected) or set(answer.index) != set(expected.index):
        return False
    if expected.index.is_unique and answer.index.is_unique:
        answer = answer.reindex(expected.index)
    return _same_items(list(answer), list(expected), tolerance)


def _same_table(answer: Any, expected: Any, tolerance: float | None) -> bool:
    return (
        len(answer) == len(expected)
        and set(answer.columns) == set(expected.columns)
        and all(
            _same_items(list(answer[name]), list(expected[name]), tolerance)
            for name in expected.columns
        )
    )
