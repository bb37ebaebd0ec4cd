"""The folder of a course: every link leads to a file, also without a browser that prints."""

from __future__ import annotations

import re

import pytest

from cemlib.course import pack
from cemlib.report import pdf
from cemlib.report.plan.workbook import find

BOOKS = [find("00-start-here"), find("03-satisfaction-experiments")]


@pytest.fixture
def built(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "installed", lambda: None)
    reports = tmp_path / "course"
    (reports / BOOKS[0].slug).mkdir(parents=True)
    (reports / BOOKS[0].slug / "report.html").write_text("<p>made before")
    lines = []
    page = pack.write(tmp_path / "pack", BOOKS, reports, lines.append)
    return page, lines


def test_every_link_leads_to_a_file(built):
    page, lines = built
    links = re.findall(r'<a href="([^"#]+)"', page.read_text(encoding="utf-8"))
    assert len(links) == 2 * 5 + 1
    assert all((page.parent / link).is_file() for link in links)
    assert lines[0] == "no Chromium or Chrome to print with: worksheets are pages to print"
    assert [line.split(":")[0] for line in lines[1:]] == [book.slug for book in BOOKS]


def test_links_of_a_learners_workbook_lead_to_files(built):
    page, _ = built
    for book in BOOKS:
        learners = page.parent / book.slug / f"{book.slug}-learner.ipynb"
        links = re.findall(r"\]\((\.\./[^)]+)\)", learners.read_text(encoding="utf-8"))
        assert links
        assert all((learners.parent / link).is_file() for link in links)


def test_a_report_is_copied_where_it_was_made(built):
    page, _ = built
    copied = page.parent / BOOKS[0].slug / f"{BOOKS[0].slug}-report.html"
    assert copied.read_text() == "<p>made before"
    assert ">Report</a>" in page.read_text(encoding="utf-8")


def test_routes_are_told_in_minutes(built):
    page, _ = built
    assert "in class 60, 120 and 180 minutes" in page.read_text(encoding="utf-8")


def test_nbgrader_finds_its_assignments(built):
    page, _ = built
    for book in BOOKS:
        assert (page.parent / "nbgrader" / "source" / book.slug / book.path.name).is_file()
