"""The files of a class, as `cemlib.teach.progress` saves them, on one page."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from cemlib.formats import join_words, plural
from cemlib.report import files
from cemlib.report.errors import RequestError
from cemlib.report.pages.template import asset, fill
from cemlib.teach.record import COLUMNS, KINDS

MOST_BYTES, MOST_FILES = 1_000_000, 1_000
_TRIES = re.compile(r"[0-9]{1,6}")
_STATES = ("open", "right", "wrong", "shown")
Table = tuple[str, tuple[str, ...], list[tuple[object, ...]]]  # caption, heads, rows


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of a learner's file."""

    learner: str
    kind: str
    item: str
    state: str
    tries: int
    answer: str
    beside: str


def read(folder: Path) -> list[Answer]:
    """Read the files of a class: every CSV file in a folder and the folders in it.

    They are data, and never executed.

    Parameters
    ----------
    folder : Path
        Learners are told by the names of their files, with those of their folders.

    Raises
    ------
    RequestError
        If there is no file, or one is not as `cemlib.teach.progress` saves it; all problems of all
        files are listed.
    """
    paths = sorted(folder.rglob("*.csv")) if folder.is_dir() else []
    if not paths:
        raise RequestError(f"{folder} holds no CSV file; collect the files that learners saved")
    if len(paths) > MOST_FILES:
        raise RequestError(
            f"{folder} holds {len(paths)} files, but a class has at most {MOST_FILES}"
        )
    found: list[Answer] = []
    problems = []
    for path in paths:
        try:
            found += _rows(path, path.relative_to(folder).with_suffix("").as_posix())
        except ValueError as error:
            problems.append(f"{path.relative_to(folder)}: {error}")
    if problems:
        raise RequestError(*problems)
    return found


def _rows(path: Path, learner: str) -> list[Answer]:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise ValueError(f"no file of at most {MOST_BYTES:,} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8; ask the learner to save it again") from None
    try:
        head, *rows = csv.reader(io.StringIO(text), strict=True)
    except (csv.Error, ValueError):
        head, rows = [], []
    if tuple(head) != COLUMNS:
        raise ValueError(
            f"the columns are not {join_words(COLUMNS)}; ask the learner to save it again"
        )
    found = []
    for number, row in enumerate(rows, 2):
        if len(row) != len(COLUMNS) or row[0] not in KINDS or not _TRIES.fullmatch(row[3]):
            raise ValueError(f"line {number} is not one that a workbook saves")
        if row[0] == "exercise" and row[2] not in _STATES:
            raise ValueError(f"line {number} has the state {row[2][:20]!r}")
        kind, item, state, tries, answer, beside = row
        found.append(Answer(learner, kind, item, state, int(tries), answer, beside))
    return found


def class_page(answers: Sequence[Answer]) -> str:
    """Return a page on a class: exercises, learners, ratings beside the customers', and picks."""
    by_item: dict[tuple[str, str], list[Answer]] = {}
    for each in answers:
        by_item.setdefault((each.kind, each.item), []).append(each)
    learners = dict.fromkeys(each.learner for each in answers)
    tables: list[Table] = [
        (
            "Exercises",
            ("exercise", "learners", "right", "compared or shown", "open", "mean tries"),
            [
                (item, len(rows), *_states(rows), f"{mean(each.tries for each in rows):.1f}")
                for (kind, item), rows in by_item.items()
                if kind == "exercise"
            ],
        ),
        (
            "Ratings beside the customers' view",
            ("item", "learners", "lowest", "median", "highest", "customers"),
            [
                (item, len(rows), *_spread(rows), rows[0].beside)
                for (kind, item), rows in by_item.items()
                if kind == "rating"
            ],
        ),
        (
            "Decisions",
            ("step", "answer", "chosen by", "in the case"),
            [
                (item, answer, count, "yes" if answer == rows[0].beside else "")
                for (kind, item), rows in by_item.items()
                if kind == "pick"
                for answer, count in Counter(each.answer for each in rows).most_common()
            ],
        ),
        (
            "Learners",
            ("file", "right", "compared or shown", "open", "tries"),
            [
                (name, *_states(own), sum(each.tries for each in own))
                for name in learners
                for own in [
                    [each for each in answers if each.learner == name and each.kind == "exercise"]
                ]
            ],
        ),
    ]
    shown = [each for each in tables if each[2]]
    return fill(
        "class.html.j2",
        scripts=[asset("table.js")],
        learners=plural(len(learners), "learner"),
        tables=shown,
    )


def write(folder: Path, out: Path) -> None:
    """Write the page on a class from the files in a folder."""
    files.write(out, class_page(read(folder)))


def _states(rows: Sequence[Answer]) -> tuple[int, int, int]:
    counts = Counter(each.state for each in rows)
    return counts["right"], counts["shown"], counts["open"]


def _spread(rows: Sequence[Answer]) -> tuple[str, str, str]:
    numbers = []
    for each in rows:
        try:
            numbers.append(float(each.answer))
        except ValueError:
            continue
    numbers = [number for number in numbers if math.isfinite(number)]
    if not numbers:
        return "–", "–", "–"
    low, middle, high = (f"{f(numbers):.6g}" for f in (min, median, max))
    return low, middle, high
