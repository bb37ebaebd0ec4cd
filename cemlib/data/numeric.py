"""Columns of numbers: decimal signs, units and labels, decided by the whole column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandera.pandas as pa

from cemlib.data.cells import NO_VALUE, Cells, Floats, Rules, bounds_of, unit_of
from cemlib.data.durations import UNITS, parse_duration
from cemlib.data.labels import NO_ANSWERS, label_order
from cemlib.data.layout import Exact
from cemlib.data.numbers import Number, parse_number
from cemlib.data.plain import MISSING, canonical
from cemlib.data.problems import Problem
from cemlib.masking import quoted

_RESERVED = ("yes", "no", "y", "n", "true", "false", "on", "off", "null")
_REMEMBERED = 5_000
_EXAMPLES = 40
_WHOLE = re.compile(r"[+-]?[0-9]+")
_POINT = re.compile(r"[+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.)(?:[eE][+-]?[0-9]+)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_MONEY = ("currency", "dollars")
_SAME_MONEY = {"EUR": "€", "GBP": "£", "USD": "$", "US$": "$", "INR": "₹", "元": "¥", "块": "¥",
               "RMB": "¥", "CNY": "¥"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    """A cell with two readings, or one that needs more evidence."""

    at: int
    row: int
    text: str
    number: Number
    factor: float


class NumberCells(Cells):
    """A column of numbers. See `cemlib.data.cells.Cells`."""

    def __init__(self, column: pa.Column, rules: Rules) -> None:
        super().__init__(column, rules)
        self.unit, (self.low, self.high) = unit_of(column), bounds_of(column)
        self._numbers = _Memory(rules)
        self._open: list[_Open] = []
        self._count = 0
        self._comma = self._both = False
        self._strange: dict[str, None] = {}
        self._forms: Counter[str] = Counter()
        self._marked: dict[str, tuple[int, str]] = {}
        self._unmarked: tuple[int, str] | None = None
        self._money: dict[str, tuple[int, str]] = {}

    def read(self, rows: Sequence[int], texts: Sequence[str]) -> list[Problem]:
        """Read a block: see `Cells.read`."""
        before = len(self._open)
        values = np.fromiter(map(self._numbers.__getitem__, texts), float, len(texts))
        settled = np.isfinite(values)
        if self._declared:
            for at in np.flatnonzero(np.isnan(values)).tolist():
                self.is_missing(texts[at])
        if self.rules.labels:
            self.labelled += sum(canonical(text) in self.rules.labels for text in texts)
        if self._unmarked is None and (plain := np.flatnonzero(settled & (values != 0)).tolist()):
            self._unmarked = rows[plain[0]], texts[plain[0]]
        problems, wrong = [], []
        for at in np.flatnonzero(np.isinf(values)).tolist():
            problem = self._read_one(at, rows[at], texts[at], values)
            if problem == "waits":
                values[at] = np.nan
            elif problem:
                wrong.append((at, problem))
        strange = self._propose() if wrong else ""
        for at, problem in wrong[: self.rules.limit]:
            fix = self._fix(texts[at], problem, strange)
            problems.append(self.problem(rows[at], texts[at], problem, fix))
        good = np.isfinite(values)
        problems += self.check(rows, texts, values, good)
        waits = np.zeros(len(values), dtype=bool)
        waits[[each.at - self._count for each in self._open[before:]]] = True
        problems += self.gaps(rows, np.isnan(values) & ~waits)
        self._count += len(values)
        self.parts.append(values)
        return problems

    def _read_one(self, at: int, row: int, text: str, values: Floats) -> str:
        """Read a cell that is not plain: its value, ``"waits"``, or the problem."""
        if isinstance(text, Exact):
            values[at] = float(text)
            return ""
        number = parse_number(text)
        if self.unit in UNITS and (number is None or number.mark):
            duration = parse_duration(text, self.unit)
            if duration is not None:
                values[at] = round(duration.seconds / UNITS[self.unit], 9)
                self._forms[duration.form] += 1
                self._marked.setdefault("durations", (row, text))
                return ""
        if number is None:
            return self._read_label(at, text, values)
        factor, problem = self._unit(number, row, text)
        if problem:
            return problem
        point, comma = number.point, number.comma
        if comma is None or point == comma:
            self._numbers.point |= comma is None and point is not None
            values[at] = (point or 0.0) * factor
            if not number.separated and not number.mark:
                self._numbers.note_whole(abs(values[at]))
        elif point is None and self._takes_comma(number):
            if number.both and not self._both:
                shown = quoted(text.strip())
                self.notes.append(
                    f"In {self.source}, the comma is the decimal sign, as {shown} shows."
                )
            self._comma, self._both = True, self._both or number.both
            values[at] = (comma or 0.0) * factor
        else:
            self._open.append(_Open(self._count + at, row, text, number, factor))
            return "waits"
        if number.in_brackets:
            self._forms["brackets"] += 1
        return ""

    def _takes_comma(self, number: Number) -> bool:
        return self.rules.decimal_comma or self.rules.decimal == "," or number.both

    def _read_label(self, at: int, text: str, values: Floats) -> str:
        """Read a label with the number of an end of the scale, such as "10 - Extremely likely"."""
        value = _numbered(text)
        if value is not None and value in (self.low, self.high):
            values[at] = value
            self._forms["ends"] += 1
            self._marked.setdefault("ends", (0, text))
            return ""
        if len(self._strange) < _EXAMPLES:
            self._strange[text] = None
        return "is not a number"

    def _unit(self, number: Number, row: int, text: str) -> tuple[float, str]:
        """Return the factor for a number's mark, and the problem if it has no place here."""
        mark = number.mark
        if not mark:
            if self._unmarked is None and number.point != 0:
                self._unmarked = row, text
            return 1.0, ""
        if mark == "%":
            share = self.high <= 1 and self.unit != "%"
            if not share and self.unit != "%" and (self.low, self.high) != (0, 100):
                return 1.0, "is a percentage"
            self._marked.setdefault("percentages", (row, text))
            self._forms["share" if share else "percent"] += 1
            return 0.01 if share else 1.0, ""
        if mark in ("points", "persons"):
            return 1.0, "" if self.unit.startswith(mark) else f"is a number of {mark}"
        if not self.unit.startswith(_MONEY):
            return 1.0, "is an amount of money"
        first = self._money.setdefault(_SAME_MONEY.get(mark, mark), (row, text))
        if len(self._money) > 1 and next(iter(self._money.values())) != first:
            other = next(iter(self._money.values()))
            return (
                1.0,
                f"is in another currency than {quoted(other[1])} in row {other[0]:,}",
            )
        return 1.0, ""

    def _propose(self) -> str:
        """Return labels in order for the texts met, as YAML; empty if they are not known."""
        order = label_order(self._strange) if len(self._strange) > 1 else None
        if not order:
            return ""
        pairs = ", ".join(f"{_yaml(label)}: {value:g}" for label, value in order.items())
        return f"labels: {{{pairs}}}"

    def _fix(self, text: str, problem: str, proposal: str) -> str:
        if problem != "is not a number" and problem.startswith("is "):
            return "write a plain number" + (f" of {self.unit}" if self.unit else "")
        if canonical(text) in NO_ANSWERS:
            return self.declare_missing(text)
        if proposal:
            return f"labels are not numbers; `cem data map` proposes {proposal}"
        fix = "write a number, or leave the cell empty"
        if match := re.match(r"\s*(-?\d+)(?:[.,](\d+))?(?![\d.,])", text):
            number = match[1] + (f".{match[2]}" if match[2] else "")
            fix = f"write {number} if that is meant, or leave the cell empty"
        return fix

    def finish(self) -> list[Problem]:
        """Decide by the whole column what its signs mean: see `Cells.finish`."""
        problems = self._mixed()
        if self._open:
            problems += self._resolve()
        return problems

    def _mixed(self) -> list[Problem]:
        """Return the problem of plain numbers among percentages or durations."""
        for kind in ("percentages", "durations"):
            if kind in self._marked and self._unmarked:
                row, text = self._unmarked
                example = quoted(self._marked[kind][1])
                problem = f"is a plain number among {kind} such as {example}"
                return [self.problem(row, text, problem, f"write all cells as {kind}, or none")]
        return []

    def _resolve(self) -> list[Problem]:
        """Give their values to the cells that wait; return problems where nothing tells."""
        commas = [each for each in self._open if each.number.point is None]
        open_ = [each for each in self._open if each.number.point is not None]
        problems = []
        style = self._style(open_) if open_ else "comma"
        if not style:
            problems.append(self._ambiguous(open_))
            open_ = []
        accepted = commas if self._both or (self.rules.decimal == ",") else []
        for each in () if accepted else commas[: self.rules.limit]:
            fix = self._fix(each.text, "is not a number", "")
            fix += f'; or add decimal: "," to {self.rules.described_in}'
            problems.append(self.problem(each.row, each.text, "is not a number", fix))
        done = [(each, (each.number.comma or 0.0) * each.factor) for each in accepted]
        for each in open_:
            value = each.number.point if style == "point" else each.number.comma
            done.append((each, (value or 0.0) * each.factor))
        if not done:
            return problems
        at = np.array([each.at for each, _ in done])
        values = np.array([value for _, value in done])
        ends = np.cumsum([len(part) for part in self.parts])
        for number, part in enumerate(self.parts):
            start = ends[number] - len(part)
            inside = (at >= start) & (at < ends[number])
            part[at[inside] - start] = values[inside]
        if open_:
            self._say(open_[0], style, len(open_))
        rows, texts = [each.row for each, _ in done], [each.text for each, _ in done]
        return problems + self.check(rows, texts, values, np.ones(len(values), dtype=bool))

    def _ambiguous(self, cells: Sequence[_Open]) -> Problem:
        """Return the problem of numbers with two readings."""
        first = cells[0]
        point, comma = first.number.point, first.number.comma
        more = f" ({len(cells):,} such cells)" if len(cells) > 1 else ""
        problem = (
            f"may be {point:.15g} or {comma:.15g}, and nothing in the column tells which{more}"
        )
        fix = (
            f'add decimal: "." to {self.rules.described_in} if it is {point:.15g}, '
            f'or decimal: "," if it is {comma:.15g}'
        )
        return self.problem(first.row, first.text, problem, fix)

    def _style(self, cells: Sequence[_Open]) -> str:
        """Return the decimal sign, ``"point"`` or ``"comma"``; nothing if it is not evident."""
        if self.rules.decimal:
            return "comma" if self.rules.decimal == "," else "point"
        comma = self._comma or any(each.number.point is None for each in self._open)
        if self._numbers.point != comma:
            return "comma" if comma else "point"
        if comma:
            return ""
        signs = {"," if "," in each.text else "." for each in cells}
        if len(signs) == 1 and self._is_grouped(cells, signs.pop()):
            return "point" if "," in cells[0].text else "comma"
        fits = [style for style in ("point", "comma") if self._fits(cells, style)]
        return fits[0] if len(fits) == 1 else ""

    def _is_grouped(self, cells: Sequence[_Open], sign: str) -> bool:
        """Return whether a sign evidently separates thousands.

        No program writes 1.200 for a decimal number beside 300: it writes 1.2, or 300.000.
        """
        digits = [re.sub(r"[^0-9]", "", each.text) for each in cells]
        if not self._numbers.small or self._numbers.large:
            return False
        if self.rules.delimiter == "\t":
            return any(text.endswith("00") for text in digits)
        usual = {",": ",", ";": "."}.get(self.rules.delimiter)
        return usual == sign and any(text.endswith("0") for text in digits)

    def _fits(self, cells: Sequence[_Open], style: str) -> bool:
        """Return whether all cells, read in this style, meet the contract."""
        read = [each.number.point if style == "point" else each.number.comma for each in cells]
        values = [(value or 0.0) * each.factor for value, each in zip(read, cells, strict=True)]
        whole = str(self.column.dtype) == "int64"
        return all(
            self.low <= value <= self.high and not (whole and value != int(value))
            for value in values
        )

    def _say(self, first: _Open, style: str, count: int) -> None:
        value = first.number.point if style == "point" else first.number.comma
        sign = "comma" if "," in first.text else "point"
        grouped = sign != style
        meaning = "separates thousands" if grouped else "is the decimal sign"
        cells = f" ({count:,} cells)" if count > 1 else ""
        self.notes.append(
            f"In {self.source}, {quoted(first.text.strip())} was read as {value:.15g}: "
            f"the {sign} {meaning}{cells}."
        )

    def all_notes(self) -> list[str]:
        """Return notes on units, labels and forms that were converted."""
        notes, unit = list(self.notes), self.unit
        said = {
            "h:mm:ss": f"durations in hours, minutes and seconds were converted into {unit}",
            "h:mm": f"durations such as 12:30 were read as hours and minutes, in {unit}",
            "mm:ss": f"durations such as 12:30 were read as minutes and seconds, in {unit}",
            "words": f"durations in words were converted into {unit}",
            "share": "percentages were read as shares: 12% as 0.12",
            "percent": "numbers have a percent sign, which is the unit",
            "brackets": "numbers in brackets were read as negative",
            "ends": "labels of the ends of the scale were read as their numbers",
        }
        for form, words in said.items():
            if count := self._forms[form]:
                if count == 1:
                    words = words.replace("were", "was", 1).replace("have", "has", 1)
                    words = re.sub(r"^(\w+)s\b", r"\1", words)
                notes.append(f"{self.source}: {count:,} {words}.")
        if self._money:
            signs = ", ".join(self._money)
            notes.append(f"{self.source}: amounts are in {signs}, as written in the cells.")
        return notes


class _Memory(dict[str, float]):
    """Numbers by text, each parsed once, because answers repeat; and what the texts show."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._labels = rules.labels
        self._missing = MISSING | rules.missing | rules.user_missing
        self.point = self.small = self.large = False

    def __missing__(self, text: str) -> float:
        if len(self) > _REMEMBERED:
            self.clear()
        seen = self.point, self.small, self.large
        self[text] = value = self._number(text.strip())
        if isinstance(text, Exact):  # it does not show how people write numbers in this column
            self.point, self.small, self.large = seen
        return value

    def _number(self, text: str) -> float:
        if _WHOLE.fullmatch(text):
            value = float(text)
        elif _POINT.fullmatch(text) and not _AMBIGUOUS.fullmatch(text):
            value = float(text)
            self.point = True
        else:
            value = NO_VALUE
        if not np.isfinite(value) or self._labels or len(self._missing) > len(MISSING):
            word = canonical(text)
            if word in self._labels:
                return self._labels[word]
            if word in self._missing:
                return np.nan
        if _WHOLE.fullmatch(text):
            self.note_whole(abs(value))
        return value

    def note_whole(self, value: float) -> None:
        """Note a whole number without any sign between its digits."""
        if value < 1000:
            self.small = True
        else:
            self.large = True


@lru_cache(maxsize=20_000)
def _numbered(text: str) -> float | None:
    """Return the number in a label such as "10 - Extremely likely"."""
    return (label_order([text]) or {}).get(text)


def _yaml(label: str) -> str:
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]*|[\u4e00-\u9fff]+", label)
    return label if is_plain and label.casefold() not in _RESERVED else repr(label)
