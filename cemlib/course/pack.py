"""Everything for a course in one folder: for a USB stick, a shared drive, or phones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from cemlib.course import handout, nbgrader, notes
from cemlib.course.lab import copy_pages
from cemlib.report import files, pdf
from cemlib.report.pages.course import Row, course_page
from cemlib.report.plan.workbook import Workbook
from cemlib.report.run import canonical

_REPORT = "report.html"


def write(
    folder: Path,
    books: Sequence[Workbook],
    reports: Path,
    notify: Callable[[str], None] = print,
) -> Path:
    """Write all editions of workbooks, a course folder of nbgrader and a page that links them.

    Parameters
    ----------
    folder : Path
        The folder; files of the same name are replaced.
    books : sequence of Workbook
        The workbooks.
    reports : Path
        A build of the course, whose reports are copied where they exist.
    notify : callable
        Receives a line for each workbook.

    Returns
    -------
    Path
        The page.
    """
    program = pdf.installed()
    if program is None:
        notify("no Chromium or Chrome to print with: worksheets are pages to print")
    rows = []
    for book in books:
        rows.append(_row(folder, book, reports, program))
        notify(f"{book.slug}: {', '.join(path.name for _, path in rows[-1].links)}")
    nbgrader.write(folder / "nbgrader", books)
    copy_pages(folder)
    page = folder / "index.html"
    files.write(page, course_page(rows, folder))
    return page


def _row(folder: Path, book: Workbook, reports: Path, program: str | None) -> Row:
    own = folder / book.slug
    own.mkdir(parents=True, exist_ok=True)
    notebook = canonical.read(book.path)
    links = []
    for edition in ("learner", "trainer", "slides"):
        name = f"{book.slug}-{edition}{handout.EDITIONS[edition]}"
        links += [(edition.capitalize(), path) for path in handout.write(book, edition, own / name)]
    sheet = own / f"{book.slug}-worksheet.html"
    if program:
        printed = handout.write(book, "pdf", sheet.with_suffix(".pdf"))
    else:
        printed = handout.worksheet_pages(book, notebook, sheet)
    links += zip(("Worksheet", "Key"), printed, strict=True)
    made = reports / book.slug / _REPORT
    if made.is_file():
        copied = own / f"{book.slug}-{_REPORT}"
        shutil.copyfile(made, copied)
        links.insert(0, ("Report", copied))
    steps = notes.steps(notebook.cells)
    minutes = {name: sum(step.minutes[name] for step in steps) for name in notes.ROUTES}
    return Row(book, links, minutes if steps else {})
