"""The page of a course pack: each workbook with its editions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cemlib.report.pages.template import fill
from cemlib.report.plan.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Row:
    """One workbook of a course.

    Attributes
    ----------
    book : Workbook
        The workbook.
    links : list of (str, Path)
        What there is of it, each with its name.
    minutes : dict of str to int
        Minutes of each route; empty without a trainer's notes.
    """

    book: Workbook
    links: list[tuple[str, Path]]
    minutes: dict[str, int]


def course_page(rows: Sequence[Row], folder: Path) -> str:
    """Return a page that links the editions of workbooks, by paths relative to a folder."""
    shown = [
        (row, [(name, path.relative_to(folder).as_posix()) for name, path in row.links])
        for row in rows
    ]
    return fill("course.html.j2", rows=shown)
