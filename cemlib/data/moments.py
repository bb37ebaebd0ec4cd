"""Columns of dates with times: the order of day and month is decided by the whole column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandera.pandas as pa

from cemlib.data.cells import Cells, Rules
from cemlib.data.problems import Problem
from cemlib.data.timestamps import ORDERS, parse_moment, parse_orders, suggestion
from cemlib.masking import quoted

_NO_TIME = np.iinfo(np.int64).min
_MIXED = (
    "write the year first, as in 2026-03-17 19:05, like other dates of this column; "
    "check those too: a program may have exchanged their day and month"
)
_WORDS = {
    "day first": "the day first",
    "month first": "the month first",
    "year first": "the year first",
}


class MomentCells(Cells):
    """A column of times, in UTC to the microsecond. See `cemlib.data.cells.Cells`."""

    def __init__(self, column: pa.Column, rules: Rules) -> None:
        super().__init__(column, rules)
        self._count = 0
        self._waiting: list[int] = []
        self._read: dict[str, list[int]] = {order: [] for order in ORDERS}
        self._zoneless: list[bool] = []
        self._orders = dict.fromkeys(ORDERS, True)
        self._against: dict[str, tuple[int, str]] = {}
        self._listed: list[tuple[int, str]] = []
        self._year_first = False
        self._open: tuple[int, str] | None = None

    def read(self, rows: Sequence[int], texts: Sequence[str]) -> list[Problem]:
        """Read a block: see `Cells.read`."""
        rules = self.rules
        values = np.full(len(texts), _NO_TIME, dtype=np.int64)
        wrong, waiting = [], []
        for at, text in enumerate(texts):
            if (self._declared or not text[:1].isdecimal()) and self.is_missing(text):
                continue
            parsed = parse_moment(text, rules.zone, rules.dates, rules.epoch_1904)
            if parsed is not None:
                values[at], named = parsed
                self.zoneless += not named
                self._year_first = True
            elif not rules.dates and (readings := parse_orders(text, rules.zone)):
                self._wait(self._count + at, rows[at], text, readings)
                waiting.append(at)
            else:
                wrong.append(at)
        gone = values == _NO_TIME
        gone[[*wrong, *waiting]] = False
        problems = [
            self.problem(rows[at], texts[at], "is not a date with a time", self._fix(texts[at]))
            for at in wrong[: rules.limit]
        ]
        self._count += len(texts)
        self.parts.append(values.view("datetime64[us]"))
        return problems + self.gaps(rows, gone)

    def _wait(self, at: int, row: int, text: str, readings: dict[str, tuple[int, bool]]) -> None:
        """Keep the readings of a date that does not begin with its year."""
        self._waiting.append(at)
        self._zoneless.append(not next(iter(readings.values()))[1])
        if len(self._listed) < self.rules.limit:
            self._listed.append((row, text))
        for order in ORDERS:
            self._read[order].append(readings[order][0] if order in readings else _NO_TIME)
            if order not in readings and self._orders[order]:
                self._orders[order] = False
                self._against[order] = row, text
        if self._open is None and len({value for value, _ in readings.values()}) > 1:
            self._open = row, text

    def _fix(self, text: str) -> str:
        if self.rules.dates and parse_orders(text, self.rules.zone):
            return f"it cannot have {_WORDS[self.rules.dates]}, as dates: in " + (
                f"{self.rules.described_in} says; correct it"
            )
        return suggestion(text)

    def finish(self) -> list[Problem]:
        """Decide by the whole column what its dates begin with: see `Cells.finish`."""
        if not self._waiting:
            return []
        if self._year_first:  # a spreadsheet may have turned round those that it took for dates
            return [
                self.problem(row, text, "is not a date with a time", _MIXED)
                for row, text in self._listed
            ]
        orders = [order for order in ORDERS if self._orders[order]]
        if not orders:
            return [self._contradiction()]
        arrays = {order: np.array(self._read[order], dtype=np.int64) for order in orders}
        chosen = orders[0]
        if any(not np.array_equal(arrays[chosen], arrays[order]) for order in orders[1:]):
            row, text = self._open or self._listed[0]
            allowed = " or ".join(f"dates: {order}" for order in orders if order != "year first")
            may = " or ".join(_WORDS[order] for order in orders)
            problem = f"may have {may}, and nothing in the column tells which"
            fix = f"add {allowed} to {self.rules.described_in}, or write the year first"
            return [self.problem(row, text, problem, fix)]
        at = np.array(self._waiting)
        ends = np.cumsum([len(part) for part in self.parts])
        for number, part in enumerate(self.parts):
            start = ends[number] - len(part)
            inside = (at >= start) & (at < ends[number])
            part.view(np.int64)[at[inside] - start] = arrays[chosen][inside]
        self.zoneless += sum(self._zoneless)
        others = [order for order in ("day first", "month first") if order != chosen]
        if others[0] in self._against:
            row, text = self._against[others[0]]
            shown = quoted(text.strip())
            self.notes.append(
                f"The dates of {self.source} have {_WORDS[chosen]}, as row {row:,} shows: {shown}."
            )
        return []

    def _contradiction(self) -> Problem:
        """Return the problem of a column whose dates cannot all begin with the same."""
        excluding = {self._against[order] for order in ("day first", "month first")}
        if len(excluding) == 1:
            excluding.add(self._against["year first"])
        other, *_, (row, text) = sorted(excluding)
        problem = (
            f"begins with another part of the date than {quoted(other[1].strip())} "
            f"in row {other[0]:,}"
        )
        return self.problem(
            row, text, problem, "write the year first in all rows: 2026-03-17 19:05"
        )
