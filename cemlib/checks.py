"""Checks of arguments; an error names the argument, its value and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T")


def invalid_argument(name: str, value: object, wanted: str) -> ValueError:
    """Return the error to raise for an invalid argument.

    Examples
    --------
    >>> raise invalid_argument("budget_days", -3, "a number of at least 0")
    Traceback (most recent call last):
    ValueError: budget_days is -3, but must be a number of at least 0
    """
    return ValueError(f"{name} is {shorten(value)}, but must be {wanted}")


def shorten(value: object, width: int = 80) -> str:
    """Return the repr of a value, cut to a width that fits into a message."""
    text = repr(value)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def nearest(word: str, words: Iterable[str], count: int = 3) -> list[str]:
    """Return the names most similar to a mistyped one, best first.

    Examples
    --------
    >>> nearest("budget_dyas", ["seed", "budget_days", "cut"])
    ['budget_days']
    """
    return difflib.get_close_matches(word, list(words), n=count, cutoff=0.5)


def one_of(name: str, value: T, allowed: Collection[T]) -> T:
    """Return the value if it is allowed, else raise ValueError.

    Examples
    --------
    >>> one_of("cut", "meen", ["mean", "median", "scale"])
    Traceback (most recent call last):
    ValueError: cut is 'meen', but must be one of 'mean', 'median', 'scale'; did you mean 'mean'?
    """
    if value in allowed:
        return value
    message = "one of " + ", ".join(map(repr, allowed))
    near = nearest(str(value), map(str, allowed), 1)
    raise invalid_argument(
        name, value, f"{message}; did you mean {near[0]!r}?" if near else message
    )


def between(
    name: str, value: float, low: float = -np.inf, high: float = np.inf, *, whole: bool = False
) -> float:
    """Return the number if it lies in [low, high], else raise ValueError.

    Examples
    --------
    >>> between("share", 0.25, 0, 1)
    0.25
    >>> between("resamples", 2.5, 1, whole=True)
    Traceback (most recent call last):
    ValueError: resamples is 2.5, but must be a whole number of at least 1
    """
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
    if number and low <= value <= high and not (whole and value != int(value)):
        return value
    kind = "a whole number" if whole else "a number"
    if np.isinf(high):
        bounds = "" if np.isinf(low) else f" of at least {low:g}"
    else:
        bounds = f" of at most {high:g}" if np.isinf(low) else f" from {low:g} to {high:g}"
    raise invalid_argument(name, value, kind + bounds)


FEWEST_SHOWN = 5  # fewer people in a group could be identified from its mean


def min_cell(size: int) -> None:
    """Check that the smallest group shown is too large to identify anybody in it.

    Raises
    ------
    ValueError
        If it is not a whole number of at least 5.

    Examples
    --------
    >>> min_cell(1)
    Traceback (most recent call last):
    ValueError: min_cell is 1, but must be a whole number of at least 5
    """
    between("min_cell", size, FEWEST_SHOWN, whole=True)


def matrix(
    name: str, values: ArrayLike, *, rows: int = 1, columns: int | None = None
) -> NDArray[np.float64]:
    """Return a finite two-dimensional float array, else raise ValueError.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    values : array_like
        The value.
    rows : int
        Minimum number of rows.
    columns : int, optional
        Required number of columns.

    Examples
    --------
    >>> matrix("items", [[1, 2], [3, None]])
    Traceback (most recent call last):
    ValueError: items has a missing or infinite value at row 1, column 1; remove or fill it first
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise invalid_argument(name, values, "a table of numbers") from error
    if array.ndim != 2 or array.shape[0] < rows or columns not in (None, array.shape[1]):
        wanted = f"a table of at least {rows} rows" + (f" and {columns} columns" if columns else "")
        raise ValueError(f"{name} has shape {array.shape}, but must be {wanted}")
    _finite(name, array)
    return array


def vector(name: str, values: ArrayLike, *, length: int | None = None) -> NDArray[np.float64]:
    """Return a finite one-dimensional float array, else raise ValueError.

    Examples
    --------
    >>> vector("overall", [7, 9], length=3)
    Traceback (most recent call last):
    ValueError: overall has shape (2,), but must be a sequence of 3 numbers
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise invalid_argument(name, values, "a sequence of numbers") from error
    if array.ndim != 1 or length not in (None, array.shape[0]):
        count = "" if length is None else f"{length} "
        raise ValueError(
            f"{name} has shape {array.shape}, but must be a sequence of {count}numbers"
        )
    _finite(name, array)
    return array


def _finite(name: str, array: NDArray[np.float64]) -> None:
    if np.isfinite(array).all():
        return
    first = np.argwhere(~np.isfinite(array))[0]
    where = ", ".join(
        f"{axis} {index}" for axis, index in zip(("row", "column"), first, strict=False)
    )
    raise ValueError(f"{name} has a missing or infinite value at {where}; remove or fill it first")
