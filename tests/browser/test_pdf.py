"""Printed reports."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cemlib.course import handout
from cemlib.report import pdf
from cemlib.report.errors import CannotWriteError, RequestError
from cemlib.report.plan.workbook import find

PAGE = """<!DOCTYPE html><html lang="en"><title>A report</title><h1>First</h1>
<p><a href="https://doi.org/10.1000/1">a link</a></p><h2>Second</h2></html>"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_printed_page_has_bookmarks_tags_and_links(page):
    [printed] = pdf.print_pages([page], pdf.browser())
    content = printed.read_bytes()
    assert printed == page.with_suffix(".pdf")
    for part in (b"/Outlines", b"/MarkInfo", b"/StructTreeRoot", b"(https://doi.org/10.1000/1)"):
        assert part in content


def test_the_same_page_gives_the_same_bytes(page, tmp_path):
    again = tmp_path / "again" / page.name
    again.parent.mkdir()
    shutil.copy(page, again)
    first, second = pdf.print_pages([page, again], pdf.browser())
    assert first.read_bytes() == second.read_bytes()
    assert set(re.findall(rb"Date \(D:(\d+)", first.read_bytes())) == {b"20000101000000"}


def test_a_newer_print_is_kept(page):
    [printed] = pdf.print_pages([page], pdf.browser())
    printed.write_bytes(b"%PDF kept")
    pdf.print_pages([page], pdf.browser())
    assert printed.read_bytes() == b"%PDF kept"


def test_without_a_browser_nothing_starts(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RequestError, match="needs Chromium or Google Chrome"):
        pdf.browser()


def test_a_browser_that_fails_leaves_no_file(page):
    with pytest.raises(CannotWriteError, match=r"report\.html was not printed"):
        pdf.print_pages([page], shutil.which("false"))
    assert [path.name for path in page.parent.iterdir()] == [page.name]


def test_a_run_prints_its_report_and_a_rerun_removes_a_stale_one(tmp_path):
    out = tmp_path / "out"
    command = [Path(sys.executable).with_name("cem"), "run", "00-start-here", "-o", out]
    subprocess.run([*command, "--pdf"], check=True, cwd=tmp_path)
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")
    subprocess.run(command, check=True, cwd=tmp_path)
    assert not (out / "report.pdf").exists()


def test_a_worksheet_is_printed_with_its_key_and_touches_no_other_file(tmp_path):
    beside = tmp_path / "sheet.html"
    beside.write_text("mine")
    printed = handout.write(find("03-satisfaction-experiments"), "pdf", tmp_path / "sheet.pdf")
    assert [path.name for path in printed] == ["sheet.pdf", "sheet-key.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in printed)
    assert beside.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("sheet-key.pdf", "sheet.html", "sheet.pdf"),
    ]
