"""Comparison of answers: within a tolerance, and in any order where the order has no meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any

import numpy as np


class WrongKindError(Exception):
    """An answer of a kind that cannot be compared; the message names the kind expected."""


def same(answer: Any, expected: Any, tolerance: float | None = None) -> bool:
    """Return whether an answer is the expected one.

    Parameters
    ----------
    answer, expected : object
        Numbers agree within the tolerance, texts regardless of case. The order is ignored in
        sets, among the columns of a frame and among the labels of a series.
    tolerance : float, optional
        Largest difference of numbers; rounding errors only if not given.

    Raises
    ------
    WrongKindError
        If the answer is of a different kind than expected.

    Examples
    --------
    >>> same(63.2, 63.24, tolerance=0.05), same(" Respect", "respect"), same(["b", "a"], {"a", "b"})
    (True, True, True)
    >>> same("63.2", 63.24)
    Traceback (most recent call last):
    cemlib.teach.comparison.WrongKindError: A number is expected, but this is a text: \
remove the quotation marks.
    """
    kind, answer_kind = _kind(expected), _kind(answer)
    if kind in ("set", "list") and answer_kind in ("set", "list", "series"):
        return _same_items(list(answer), expected, tolerance)
    if kind not in (answer_kind, _OTHER):
        name = type(answer).__name__ if answer_kind == _OTHER else answer_kind
        raise WrongKindError(
            f"{_EXPECTED[kind]} is expected, but this is a {name}{_advice(kind, answer)}."
        )
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


_OTHER = "object of another kind"
_EXPECTED = {
    "truth value": "True or False",
    "number": "A number",
    "text": "A text in quotation marks",
    "set": "A list or a set",
    "list": "A list",
    "dictionary": "A dictionary",
    "series": "A column (pandas Series)",
    "table": "A table (pandas DataFrame)",
}


def _advice(kind: str, answer: Any) -> str:
    """Return what turns a text into the number that is expected, where it holds one."""
    if kind != "number" or not isinstance(answer, str):
        return ""
    typed = answer.strip().translate(_NOT_PYTHON)
    try:
        number = float(typed.removesuffix("%"))
    except ValueError:
        return ""
    if typed.endswith("%"):
        return f": write {number:g} (per cent) or {number / 100:g} (a share), as the question asks"
    return ": remove the quotation marks" if answer.strip() == typed else f": write {typed}"


_NOT_PYTHON = str.maketrans(
    {",": "", "−": "-", "％": "%", "，": ""}
)  # in numbers as people type them


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


def is_hundredfold(answer: Any, expected: Any, tolerance: float | None = None) -> bool:
    """Return whether an answer would be right if a share were per cent, or per cent a share.

    Examples
    --------
    >>> is_hundredfold(75, 0.75), is_hundredfold(0.4, 40.0), is_hundredfold(0.5, 0.75)
    (True, True, False)
    """
    if _kind(answer) != "number" or _kind(expected) != "number" or not expected:
        return False
    slack = None if tolerance is None else min(tolerance, 0.05 * abs(expected))
    return any(same(answer * factor, expected, slack) for factor in (100, 0.01))


def _same_number(answer: float, expected: float, tolerance: float | None) -> bool:
    if math.isnan(answer) or math.isnan(expected):
        return math.isnan(answer) and math.isnan(expected)
    slack = 1e-9 if tolerance is None else tolerance * (1 + 1e-9)
    return math.isclose(answer, expected, rel_tol=1e-6 if tolerance is None else 0, abs_tol=slack)


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("–", "-").casefold().split())


def _is_same(answer: Any, expected: Any, tolerance: float | None) -> bool:
    try:
        return same(answer, expected, tolerance)
    except WrongKindError:
        return False


def _same_items(answers: list[Any], expected: Any, tolerance: float | None) -> bool:
    if not isinstance(expected, Set):
        return len(answers) == len(expected) and all(
            _is_same(answer, item, tolerance)
            for answer, item in zip(answers, expected, strict=True)
        )
    return all(
        any(_is_same(answer, item, tolerance) for item in expected) for answer in answers
    ) and all(any(_is_same(answer, item, tolerance) for answer in answers) for item in expected)


def _same_items_by_name(answer: Any, expected: Any, tolerance: float | None) -> bool:
    return set(answer) == set(expected) and all(
        _is_same(answer[name], expected[name], tolerance) for name in expected
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
