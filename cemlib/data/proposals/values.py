"""Columns of a file as somebody sees them who looks for a meaning: texts, numbers, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cemlib.data import template
from cemlib.data.template import Field

MOSTLY = 0.9
YES_NO = frozenset(
    ("yes", "no", "y", "n", "true", "false", "1", "0", "是", "否", "1.0", "0.0", "有", "没有")
)
NO_ANSWER = frozenset(
    (
        "(跳过)", "(空)", "跳过", "不知道", "不清楚", "不适用", "拒答", "说不清", "don't know",
        "do not know", "dont know", "no answer", "not applicable", "prefer not to say", "n/a",
        "no opinion", "not sure", "refused", "dk",
    )
)  # fmt: skip
_CLOCK = r"(?:[T\s]+\d{1,2}:\d{2}.*)?"
_YEAR_FIRST = re.compile(rf"\d{{4}}[-/.年]\d{{1,2}}(?:[-/.月]\d{{1,2}}日?{_CLOCK}|月?)")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-]\d{{2,4}}{_CLOCK}")
_NAMED = re.compile(
    rf"\d{{1,2}}[-/. ][A-Za-z]{{3,9}}[-/. ]\d{{2,4}}{_CLOCK}|[A-Za-z]{{3,9}}-\d{{2}}"
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?)(?:\s?[%分])?")


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Parameters
    ----------
    name, question : str
        Its name; the text of the question, empty if the file has none.
    cells : sequence of str
        Its cells, row by row; empty where there is none.
    labels : dict of str to float
        Values of labels in order, where its texts are such.
    codes : dict of str to str
        Value → its label, where the file has labels of numbers (SPSS, Stata).
    """

    name: str
    question: str
    cells: Sequence[str]
    labels: dict[str, float] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Return everything that its name and question say, in lower case."""
        return plain(f"{self.name} {self.question}")

    @cached_property
    def texts(self) -> list[str]:
        """Return the cells that are neither empty nor a word for no answer."""
        texts = (plain(cell) for cell in self.cells if cell.strip() not in self.no_answers)
        return [text for text in texts if text]

    @cached_property
    def no_answers(self) -> frozenset[str]:
        """Return the cells that mean no answer: such words, and codes with such a label."""
        words = {cell.strip() for cell in set(self.cells) if plain(cell) in NO_ANSWER}
        codes = {code for code, label in self.codes.items() if plain(label) in NO_ANSWER}
        return frozenset(words | (codes & {cell.strip() for cell in set(self.cells)}))

    @cached_property
    def numbers(self) -> list[float]:
        """Return the cells that are numbers or labels with a value."""
        return [value for value in self.values if value is not None]

    @cached_property
    def values(self) -> list[float | None]:
        """Return the number of each cell; None where it is none."""
        by_label = {plain(label): value for label, value in self.labels.items()}
        numbers = {cell: by_label.get(plain(cell), number_of(plain(cell)))
                   for cell in set(self.cells) if cell.strip() not in self.no_answers}  # fmt: skip
        return [numbers.get(cell) for cell in self.cells]

    def share(self, fits: Callable[[str], object]) -> float:
        """Return the share of the texts that fit."""
        return sum(bool(fits(text)) for text in self.texts) / max(len(self.texts), 1)

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all of its texts are numbers, or labels with a value."""
        return bool(self.texts) and len(self.numbers) >= MOSTLY * len(self.texts)

    @property
    def is_rating(self) -> bool:
        """Whether it looks like answers on a scale: few whole numbers between 0 and 10.

        A code for no answer, such as 99, may be among them.
        """
        levels = {value for value in self.numbers if 0 <= value <= 10}
        inside = sum(0 <= value <= 10 for value in self.numbers)
        whole = all(value == int(value) for value in levels)
        return self.is_numeric and len(levels) > 2 and whole and inside > 0.7 * len(self.numbers)

    @property
    def is_date(self) -> bool:
        """Whether nearly all of its texts look like dates or times."""
        return bool(self.texts) and self.share(looks_like_date) >= MOSTLY

    @property
    def is_unique(self) -> bool:
        """Whether no cell is empty and none comes twice."""
        return len(self.texts) == len(self.cells) == len(set(self.texts)) > 1


def plain(text: str) -> str:
    r"""Return a text in lower case, half width, with single spaces.

    Examples
    --------
    >>> plain("  Ｑ１  Overall\n")
    'q1 overall'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split())


def number_of(text: str) -> float | None:
    """Return the number that a text is; None if it is none.

    Examples
    --------
    >>> number_of("4"), number_of("1,200"), number_of("5分"), number_of("12 mm")
    (4.0, 1200.0, 5.0, None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    digits = text.rstrip(" %分").replace(" ", "").replace("'", "")
    if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits) and (
        "," in digits or digits.count(".") > 1
    ):
        digits = digits.replace(".", "")
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return None


def looks_like_date(text: str) -> bool:
    """Return whether a text looks like a date or a time with a date.

    Examples
    --------
    >>> looks_like_date("3/1/2026 14:00"), looks_like_date("2026年1月"), looks_like_date("12.5")
    (True, True, False)
    """
    return any(each.fullmatch(text) for each in (_YEAR_FIRST, _YEAR_LAST, _NAMED))


def day_and_month(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return the first and second number of each date whose year stands last.

    Examples
    --------
    >>> day_and_month(["31/3/2026", "2026-03-31"])
    [(31, 3)]
    """
    matches = (_YEAR_LAST.fullmatch(text) for text in texts)
    return [(int(match[1]), int(match[2])) for match in matches if match]


def fits(wanted: Field, column: Column) -> bool | None:
    """Return whether the values of a column fit a contract; None if any text would.

    Parameters
    ----------
    wanted : Field
        The column of the contract.
    column : Column
        The column of the file.

    Examples
    --------
    >>> from cemlib.catalogue import dataset
    >>> share = template.fields_of(dataset("offers"))[-2]
    >>> fits(share, Column("p", "", ["12", "3.5"])), fits(share, Column("p", "", ["a", "b"]))
    (True, False)
    """
    if not column.texts:
        return False
    if wanted.kind in (template.TIME, template.DATE):
        return column.is_date
    if wanted.kind == template.MONTH:
        return column.is_date
    if wanted.kind == template.YES_NO:
        return column.share(YES_NO.__contains__) >= MOSTLY
    if wanted.allowed and wanted.kind == template.TEXT:
        return column.share({plain(value) for value in wanted.allowed}.__contains__) >= MOSTLY
    if wanted.kind in (template.NUMBER, template.WHOLE):
        low = float("-inf") if wanted.low is None else wanted.low
        high = float("inf") if wanted.high is None else wanted.high
        inside = sum(low <= value <= high for value in column.numbers)
        return column.is_numeric and inside >= 0.7 * len(column.numbers)
    return None
