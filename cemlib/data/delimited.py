"""Records of a delimited text: comma, semicolon, tab or vertical bar, found by consistency."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from cemlib import checks
from cemlib.data.layout import FORMATS, Rows, UnreadableError

MAX_LINE = 1_000_000
_SAMPLE_LINES, _SAMPLE_CHARACTERS = 200, 1 << 16
_DELIMITERS = ",;\t|"
_NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEPARATOR = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)


def records(file: Any, declared: str = "") -> tuple[Rows, str]:
    """Return the records of a text file and what separates their cells.

    Parameters
    ----------
    file : text file
        Open for reading without conversion of line ends.
    declared : str
        What the user says it is: a character or its name; empty to find it.

    Raises
    ------
    UnreadableError
        If a line is too long; also while the records are read, for stray quotation marks.
    """
    lines = _lines(file)
    sample: list[str] = []
    size = before = 0
    for line in lines:
        if not sample and not line.strip():
            before += 1
            continue
        if not sample and not before and not declared and (match := _SEPARATOR.fullmatch(line)):
            before, declared = 1, match[1]
            continue
        sample.append(line)
        size += len(line)
        if len(sample) == _SAMPLE_LINES or size > _SAMPLE_CHARACTERS:
            break
    named = _NAMES.get(declared.strip().casefold(), declared)
    if declared and (len(named) != 1 or named in '"\r\n'):
        raise checks.invalid_argument("delimiter", declared, "one character, such as ';' or 'tab'")
    delimiter = named or find_delimiter(sample)
    return _records(chain(sample, lines), delimiter, before), delimiter


def find_delimiter(lines: list[str]) -> str:
    """Return the delimiter that splits most rows into the same number of cells.

    Parameters
    ----------
    lines : list of str
        The first lines.

    Examples
    --------
    >>> find_delimiter(["How far do you agree, in general?;All in all;Fee", "4;5;1,50", "3;2;2,50"])
    ';'
    """
    scores = []
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells in reader if any(map(str.strip, cells))]
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
        if width > 1:
            first = widths[0] == width
            scores.append((times / len(widths), first, width, delimiter))
    if scores:
        return max(scores, key=lambda score: score[:3])[3]
    bare = "".join(lines[0].split('"')[::2]) if lines else ""
    return max(_DELIMITERS, key=bare.count)


def _lines(file: Any) -> Iterator[str]:
    count = 0
    while line := file.readline(MAX_LINE):
        count += 1
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            raise UnreadableError(
                count,
                f"is a line of more than {MAX_LINE:,} characters",
                f"a table has one line per row; {FORMATS}",
            )
        yield line


def _records(lines: Iterator[str], delimiter: str, before: int) -> Rows:
    row = before
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableError(
                row + 1,
                f"cannot be split into cells ({error})",
                'look for an extra quotation mark, or double those within a cell: ""',
            ) from error
        row += 1
        yield row, cells
