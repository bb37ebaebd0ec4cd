"""Conversion of a column of text into values, and its problems according to the contract.

A column is read block by block. What one cell cannot tell (is ``1,200`` a thousand and more?) waits
until the whole column is read: `Cells.finish` decides by what the column shows, or refuses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

import numpy as np
import pandas as pd
import pandera.backends.pandas.builtin_checks  # noqa: F401 - else every run imports it
import pandera.pandas as pa
from numpy.typing import NDArray

from cemlib import checks
from cemlib.data.plain import MISSING, YES_NO, canonical, yes_no
from cemlib.data.problems import Problem
from cemlib.data.timestamps import DEFAULT_ZONE, zone_of
from cemlib.masking import quoted

__all__ = ["MISSING", "YES_NO", "Cells", "Rules", "TextCells", "YesNoCells", "bounds_of", "unit_of"]

Floats = NDArray[np.float64]
NO_VALUE = np.inf
_SCALES = ("1-5", "1-7", "1-10", "0-10")


@dataclass(frozen=True)
class Rules:
    """How the cells of a column are read: what its file and its description say.

    Parameters
    ----------
    source : str
        Name of the column in the file.
    limit : int
        Maximum number of problems listed per block.
    missing : frozenset of str
        Declared codes for no answer, as `canonical` texts.
    user_missing : frozenset of str
        Codes for no answer that the file itself declares.
    labels : mapping
        Canonical label → number.
    value_labels : mapping
        Canonical value → its label, for a column of text.
    zone : tzinfo
        Time zone for times without one.
    dates, decimal : str
        Declared order of dates and decimal sign; empty to find them.
    delimiter : str
        Delimiter of the file; empty if it is no text file.
    decimal_comma : bool
        Whether ``3,5`` is a number without more evidence.
    epoch_1904 : bool
        Whether serial numbers of days count from 1904.
    described_in : str
        Name of the file that describes this one, or could.
    """

    source: str
    limit: int = 1000
    missing: frozenset[str] = frozenset()
    user_missing: frozenset[str] = frozenset()
    labels: Mapping[str, float] = field(default_factory=dict)
    value_labels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = field(default_factory=lambda: zone_of(DEFAULT_ZONE))
    dates: str = ""
    decimal: str = ""
    delimiter: str = ""
    decimal_comma: bool = False
    epoch_1904: bool = False
    described_in: str = "the YAML beside the file"


class Cells:
    """The cells of a column. The base of columns of numbers, times, text, and yes and no.

    Parameters
    ----------
    column : Column
        Its contract.
    rules : Rules
        How its cells are read.
    """

    def __init__(self, column: pa.Column, rules: Rules) -> None:
        self.column, self.rules = column, rules
        self.source = rules.source
        self.erased: Counter[str] = Counter()
        self.notes: list[str] = []
        self.zoneless = 0
        self.labelled = 0
        self._declared = rules.missing | rules.user_missing
        self.parts: list[Any] = []

    def read(self, rows: Sequence[int], texts: Sequence[str]) -> list[Problem]:
        """Read a block; its values are the last of `parts`, arbitrary where there is a problem.

        Parameters
        ----------
        rows : sequence of int
            Row number of each cell.
        texts : sequence of str
            The cells.

        Returns
        -------
        list of Problem
            Not sorted.
        """
        raise NotImplementedError

    def finish(self) -> list[Problem]:
        """Decide what a single cell could not; return the problems that remain."""
        return []

    def values(self) -> Any:
        """Return all values: an array of floats or times, or a Series of text."""
        return np.concatenate(self.parts)

    def all_notes(self) -> list[str]:
        """Return notes on what was converted."""
        return list(self.notes)

    def pack(self) -> None:
        """Convert the last block into a form that takes less memory, where there is one."""

    def is_missing(self, text: str, usual: bool = True) -> bool:
        """Return whether a cell has no answer, and count it if that was declared."""
        word = canonical(text)
        if word in self._declared:
            self.erased[word] += bool(word)
            return True
        return not word or (usual and word in MISSING)

    def check(
        self,
        rows: Sequence[int],
        texts: Sequence[str],
        values: Floats,
        good: NDArray[np.bool_],
    ) -> list[Problem]:
        """Return the problems that numbers have according to the contract."""
        kind = "float64" if is_yes_no(self.column) else str(self.column.dtype)
        problems = []
        if kind == "int64":
            broken = good & (values != np.floor(values))
            problem, fix = "is not a whole number", "write a whole number"
            problems = [
                self.problem(rows[at], texts[at], problem, fix) for at in self.first(broken)
            ]
            good = good & ~broken
        at = np.flatnonzero(good)
        frame = pd.DataFrame({self.column.name: values[at].astype(kind)}, index=at)
        return problems + self.against(rows, texts, frame)

    def against(
        self, rows: Sequence[int], texts: Sequence[str], frame: pd.DataFrame
    ) -> list[Problem]:
        """Check the cells that hold values against the contract."""
        try:
            self.column.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            cases = error.failure_cases.head(self.rules.limit)
            return [
                self._broken(self.column.checks[int(number)], rows[int(at)], texts[int(at)])
                for number, at in zip(cases["check_number"], cases["index"], strict=True)
            ]
        return []

    def gaps(self, rows: Sequence[int], gone: NDArray[np.bool_]) -> list[Problem]:
        """Return the problems of cells without an answer where one is required."""
        if self.column.nullable:
            return []
        return [self.problem(rows[at], "", "is missing", "fill it in") for at in self.first(gone)]

    def problem(self, row: int, text: str, problem: str, fix: str) -> Problem:
        """Return a problem of a cell."""
        return Problem(row, self.source, text, problem, fix)

    def first(self, wrong: NDArray[np.bool_]) -> list[int]:
        """Return where something is wrong, not too often."""
        return [int(at) for at in np.flatnonzero(wrong)[: self.rules.limit]]

    def declare_missing(self, text: str) -> str:
        """Return the fix for words that mean no answer."""
        word = quoted(text.strip())
        return f"if it means no answer, list it in {self.rules.described_in}: missing: [{word}]"

    def _broken(self, check: pa.Check, row: int, text: str) -> Problem:
        """Return the problem that a failed check of a contract means."""
        facts = check.statistics or {}
        value = text.strip()
        if "allowed_values" in facts:
            allowed = [str(level) for level in facts["allowed_values"]]
            near = checks.nearest(value, allowed, 1)
            fix = f"did you mean {near[0]}?" if near else "use one of them"
            return self.problem(row, value, f"is not one of {', '.join(allowed)}", fix)
        if "pattern" in facts:
            problem = f"does not have the form {facts['pattern']}"
            return self.problem(row, value, problem, "correct it")
        low, high = float(facts["min_value"]), facts.get("max_value")
        if high is None:
            more = "at least" if check.name == "greater_than_or_equal_to" else "more than"
            return self.problem(row, value, f"is not {more} {low:g}", "correct it")
        parameter = (self.column.metadata or {}).get("scale", "")
        fix = _other_scale(parameter, low, value)
        return self.problem(row, value, f"is outside {low:g}–{high:g}", fix)


class TextCells(Cells):
    """A column of text: names and codes, in which "NA" and "None" are names."""

    def read(self, rows: Sequence[int], texts: Sequence[str]) -> list[Problem]:
        """Read a block: see `Cells.read`."""
        stripped = [text.strip() for text in texts]
        gone = np.array([self._is_gone(text) for text in stripped], dtype=bool)
        if self.rules.value_labels:
            labels = self.rules.value_labels
            stripped = [labels.get(canonical(text), text) for text in stripped]
        good = np.flatnonzero(~gone)
        frame = pd.DataFrame(
            {self.column.name: pd.array([stripped[at] for at in good], dtype="str")}, index=good
        )
        problems = self.gaps(rows, gone) + self.against(rows, texts, frame)
        self.parts.append([None if out else text for text, out in zip(stripped, gone, strict=True)])
        return problems

    def _is_gone(self, text: str) -> bool:
        if not text:
            return True
        if self._declared and self.is_missing(text, usual=False):
            return True
        return bool(self.column.checks) and canonical(text) in MISSING and self._is_closed(text)

    def _is_closed(self, text: str) -> bool:
        """Return whether the contract lists what may stand here, and not this."""
        for check in self.column.checks:
            facts = check.statistics or {}
            allowed, pattern = facts.get("allowed_values"), facts.get("pattern")
            if allowed is not None and text not in allowed:
                return True
            if pattern is not None and not re.match(pattern, text):
                return True
        return False

    def pack(self) -> None:
        """Convert the last block into a column, which takes less memory."""
        if self.parts and isinstance(self.parts[-1], list):
            self.parts[-1] = pd.Series(self.parts[-1], dtype="str")

    def values(self) -> Any:
        """Return all values as a Series of text."""
        return pd.concat(self.parts, ignore_index=True)


class YesNoCells(Cells):
    """A column of yes and no in English or Chinese: 1, 0, or NaN where there is no answer."""

    def read(self, rows: Sequence[int], texts: Sequence[str]) -> list[Problem]:
        """Read a block: see `Cells.read`."""
        values = np.array([self._value(text) for text in texts], dtype=float)
        wrong = ~np.isin(values, (0.0, 1.0)) & ~np.isnan(values)
        problems = [
            self.problem(rows[at], texts[at], "is neither yes nor no", self._fix(texts[at]))
            for at in self.first(wrong)
        ]
        self.parts.append(values)
        return problems + self.gaps(rows, np.isnan(values))

    def _value(self, text: str) -> float:
        labels = self.rules.labels
        if labels and (label := labels.get(canonical(text))) is not None:
            self.labelled += 1
            return label
        if self.is_missing(text):
            return np.nan
        value = yes_no(self.rules.value_labels.get(canonical(text), text))
        return NO_VALUE if value is None else value

    def _fix(self, text: str) -> str:
        label = quoted(text.strip())
        return f"write yes or no, or add labels to {self.rules.described_in}: {{{label}: 1}}"


def is_yes_no(column: pa.Column) -> bool:
    """Return whether a column holds yes and no."""
    return str(column.dtype) == "bool" or bool((column.metadata or {}).get("yes_no"))


def unit_of(column: pa.Column) -> str:
    """Return the unit of a column, as its contract says."""
    return str((column.metadata or {}).get("unit", ""))


def bounds_of(column: pa.Column) -> tuple[float, float]:
    """Return the lowest and highest number that a contract allows; infinite where open.

    Examples
    --------
    >>> bounds_of(pa.Column(float, pa.Check.in_range(1, 5)))
    (1.0, 5.0)
    """
    low, high = -np.inf, np.inf
    for check in column.checks:
        facts = check.statistics or {}
        low = max(low, float(facts.get("min_value", -np.inf)))
        high = min(high, float(facts.get("max_value", np.inf)))
    return low, high


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
