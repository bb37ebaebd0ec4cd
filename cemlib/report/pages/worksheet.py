"""A workbook's exercises on paper: with room to answer, or as the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cemlib.report.pages import prose
from cemlib.report.pages.pieces import Page
from cemlib.report.pages.template import asset, fill
from cemlib.report.plan.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise on paper.

    Attributes
    ----------
    question : str
        Markdown.
    answer : str
        The right answer as plain text, where there is one.
    code : str
        The solution.
    rubric : str
        What a good answer says, as Markdown, where there is no right one.
    """

    question: str
    answer: str = ""
    code: str = ""
    rubric: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    question: Markup
    answer: str
    code: Markup | str
    rubric: Markup | str


def worksheet_page(book: Workbook, exercises: Sequence[Exercise], *, is_key: bool) -> str:
    """Return the exercises of a workbook as a page to print.

    Parameters
    ----------
    book : Workbook
        The workbook.
    exercises : sequence of Exercise
        Its exercises in their order.
    is_key : bool
        Whether the page shows the answers; if not, it has room to write.
    """
    page = Page(book.path.parent)
    items = [
        _Item(
            page.text(each.question),
            each.answer,
            prose.code(each.code) if each.code else "",
            page.text(each.rubric) if each.rubric else "",
        )
        for each in exercises
    ]
    sheets = [asset("worksheet.css"), *([page.gate.sheet] if page.gate.sheet else [])]
    return fill("worksheet.html.j2", sheets=sheets, workbook=book, items=items, is_key=is_key)
