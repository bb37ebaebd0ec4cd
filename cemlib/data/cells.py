"""Conversion of text columns into values, and their problems according to the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pandera.backends.pandas.builtin_checks  # noqa: F401 - else every run imports it
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data.problems import Problem
from cemlib.data.timestamps import DEFAULT_ZONE, parse_moment, suggestion, zone_of

Floats = NDArray[np.float64]
MISSING = ("", "na", "n/a", "#n/a", "#null!", "nan", "null", "none", ".", "-")
YES_NO = dict.fromkeys(("yes", "y", "true", "1", "是"), 1.0)
YES_NO |= dict.fromkeys(("no", "n", "false", "0", "否"), 0.0)
_NO_NUMBER = np.inf
_REMEMBERED = 100_000
_SCALES = ("1-5", "1-7", "1-10", "0-10")


class Cells:
    """Convert columns of text into values.

    Parameters
    ----------
    missing : sequence of str
        Texts that mean "no answer", in addition to an empty cell and the usual words (`MISSING`).
    decimal_comma : bool
        Whether ``3,5`` is a number.
    limit : int
        Maximum number of problems listed per column and block.
    zone : str
        Time zone for times without one; their number is counted in ``zoneless``.
    """

    def __init__(
        self, missing: Sequence[str], decimal_comma: bool, limit: int, zone: str = DEFAULT_ZONE
    ) -> None:
        self.limit = limit
        self.zoneless = 0
        self._zone = zone_of(zone)
        self._missing = frozenset(text.casefold() for text in (*MISSING, *missing))
        self._numbers = _Memory(self._missing, decimal_comma)

    def read(
        self, column: pa.Column, source: str, rows: Sequence[int], texts: Sequence[str]
    ) -> tuple[Any, list[Problem]]:
        """Return the values of a column and their problems.

        Parameters
        ----------
        column : Column
            Its contract.
        source : str
            The name of the column in the file.
        rows : sequence of int
            Row number of each cell.
        texts : sequence of str
            The cells.

        Returns
        -------
        values : ndarray of float, or list of (str or None)
            Numbers, with yes as 1 and no as 0; times in UTC; NaN, NaT or None where missing. The
            value of a cell with a problem is arbitrary.
        problems : list of Problem
            Not sorted.
        """
        kind = str(column.dtype)
        if kind.startswith("datetime64"):
            return self._moments(column, source, rows, texts)
        if kind not in ("float64", "int64", "bool"):
            return self._texts(column, source, rows, texts)
        if kind == "bool":
            values = np.array([self._yes_no(text) for text in texts])
        else:
            values = np.fromiter(map(self._numbers.__getitem__, texts), float, len(texts))
        wrong = np.isinf(values)
        problems = [_no_value(kind, source, rows[at], texts[at]) for at in self._first(wrong)]
        if kind == "int64":
            broken = ~wrong & np.isfinite(values) & (values != np.floor(values))
            problem, fix = "is not a whole number", "write a whole number"
            problems += [
                Problem(rows[at], source, texts[at], problem, fix) for at in self._first(broken)
            ]
            wrong |= broken
        problems += self._gaps(column, source, rows, np.isnan(values))
        good = np.flatnonzero(~wrong & ~np.isnan(values))
        frame = pd.DataFrame({column.name: values[good].astype(kind)}, index=good)
        return values, problems + self._against(column, source, rows, texts, frame)

    def _texts(
        self, column: pa.Column, source: str, rows: Sequence[int], texts: Sequence[str]
    ) -> tuple[Any, list[Problem]]:
        stripped = [text.strip() for text in texts]
        gone = np.array([text.casefold() in self._missing for text in stripped], dtype=bool)
        good = np.flatnonzero(~gone)
        frame = pd.DataFrame(
            {column.name: pd.array([stripped[at] for at in good], dtype="str")}, index=good
        )
        problems = self._gaps(column, source, rows, gone)
        problems += self._against(column, source, rows, texts, frame)
        return [None if out else text for text, out in zip(stripped, gone, strict=True)], problems

    def _moments(
        self, column: pa.Column, source: str, rows: Sequence[int], texts: Sequence[str]
    ) -> tuple[Any, list[Problem]]:
        values = np.full(len(texts), "NaT", dtype="datetime64[us]")
        wrong = []
        for at, text in enumerate(texts):
            if text.strip().casefold() in self._missing:
                continue
            parsed = parse_moment(text, self._zone)
            if parsed is None:
                wrong.append(at)
            else:
                values[at], named = np.datetime64(parsed[0], "us"), parsed[1]
                self.zoneless += not named
        gone = np.isnat(values)
        gone[wrong] = False
        problems = [
            Problem(rows[at], source, texts[at], "is not a date with a time", suggestion(texts[at]))
            for at in wrong[: self.limit]
        ]
        return values, problems + self._gaps(column, source, rows, gone)

    def _gaps(
        self, column: pa.Column, source: str, rows: Sequence[int], gone: NDArray[np.bool_]
    ) -> list[Problem]:
        if column.nullable:
            return []
        return [
            Problem(rows[at], source, "", "is missing", "fill it in") for at in self._first(gone)
        ]

    def _against(
        self,
        column: pa.Column,
        source: str,
        rows: Sequence[int],
        texts: Sequence[str],
        frame: pd.DataFrame,
    ) -> list[Problem]:
        """Check the cells that hold values against the contract."""
        try:
            column.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            cases = error.failure_cases.head(self.limit)
            return [
                _broken(column, column.checks[int(number)], source, rows[int(at)], texts[int(at)])
                for number, at in zip(cases["check_number"], cases["index"], strict=True)
            ]
        return []

    def _yes_no(self, text: str) -> float:
        word = text.strip().casefold()
        return np.nan if word in self._missing else YES_NO.get(word, _NO_NUMBER)

    def _first(self, wrong: NDArray[np.bool_]) -> list[int]:
        return [int(at) for at in np.flatnonzero(wrong)[: self.limit]]


class _Memory(dict[str, float]):
    """Numbers by text, each parsed once, because answers repeat."""

    def __init__(self, missing: frozenset[str], decimal_comma: bool) -> None:
        super().__init__()
        self._missing, self._decimal_comma = missing, decimal_comma

    def __missing__(self, text: str) -> float:
        if len(self) > _REMEMBERED:
            self.clear()
        self[text] = value = self._number(text.strip())
        return value

    def _number(self, text: str) -> float:
        if text.casefold() in self._missing:
            return np.nan
        if self._decimal_comma and re.fullmatch(r"[+-]?\d+,\d+", text):
            text = text.replace(",", ".")
        try:
            value = _NO_NUMBER if "_" in text else float(text)
        except ValueError:
            return _NO_NUMBER
        return value if np.isfinite(value) else _NO_NUMBER


def _no_value(kind: str, source: str, row: int, text: str) -> Problem:
    if kind == "bool":
        return Problem(row, source, text, "is neither yes nor no", "write yes or no")
    problem, fix = "is not a number", "write a number, or leave the cell empty"
    if match := re.match(r"\s*(-?\d+)(?:[.,](\d+))?(?![\d.,])", text):
        number = match[1] + (f".{match[2]}" if match[2] else "")
        fix = f"write {number} if that is meant, or leave the cell empty"
    return Problem(row, source, text, problem, fix)


def _broken(column: pa.Column, check: pa.Check, source: str, row: int, text: str) -> Problem:
    """Return the problem that a failed check of a contract means."""
    facts = check.statistics or {}
    value = text.strip()
    if "allowed_values" in facts:
        allowed = [str(level) for level in facts["allowed_values"]]
        near = checks.nearest(value, allowed, 1)
        fix = f"did you mean {near[0]}?" if near else "use one of them"
        return Problem(row, source, value, f"is not one of {', '.join(allowed)}", fix)
    if "pattern" in facts:
        return Problem(
            row, source, value, f"does not have the form {facts['pattern']}", "correct it"
        )
    low, high = float(facts["min_value"]), facts.get("max_value")
    if high is None:
        more = "at least" if check.name == "greater_than_or_equal_to" else "more than"
        return Problem(row, source, value, f"is not {more} {low:g}", "correct it")
    parameter = (column.metadata or {}).get("scale", "")
    problem = f"is outside {low:g}–{high:g}"
    return Problem(row, source, value, problem, _other_scale(parameter, low, value))


def _other_scale(parameter: str, low: float, text: str) -> str:
    """Return the fix for an answer outside its scale: the answer, the scale or a missing code."""
    if not parameter:
        return "correct it"
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return "correct it"
    for scale in _SCALES:
        start, end = (float(part) for part in scale.split("-"))
        if start <= min(value, low) and value <= end:
            return f"correct it, or set {parameter} to {scale} if that is the scale"
    return "correct it, or list it as missing in the file's .columns.yaml if it means no answer"
