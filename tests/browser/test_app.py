"""The workbooks as live pages of Voilà: no code, no exercises, controls that move."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request

import pytest

from cemlib.course.app import page
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import canonical

FOLDERS = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("IPYTHONDIR", "MPLCONFIGDIR"),
)


@pytest.mark.parametrize("book", workbooks(), ids=lambda book: book.slug)
def test_a_page_has_no_notes_no_exercises_and_no_outputs(book):
    shown = page(canonical.read(book.path)).cells
    text = "\n".join(cell.source for cell in shown)
    assert "For the trainer" not in text
    assert "answer_1" not in text
    assert "## What this does not show" in text
    assert all(not cell.outputs for cell in shown if cell.cell_type == "code")


@pytest.fixture
def address(tmp_path, unused_port):
    """Start `cem app` with settings of its own; return its address."""
    own = {name: str(tmp_path / name) for name in FOLDERS}
    command = [sys.executable, "-m", "cemlib.cli", "app", "--folder", str(tmp_path / "app")]
    with (tmp_path / "log").open("w") as log:
        app = subprocess.Popen(
            [*command, "--no-browser", f"--port={unused_port}"],
            env={**os.environ, **own},
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        try:
            yield waited(f"http://localhost:{unused_port}/", app, tmp_path / "log")
        finally:
            app.terminate()
            app.wait(20)


def waited(url, app, log):
    until = time.monotonic() + 60
    while time.monotonic() < until and app.poll() is None:
        try:
            with urllib.request.urlopen(url):
                return url
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"Voilà did not start: {log.read_text()}")


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]


def test_a_control_moves_its_figure(browser, address):
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.get_by_text("06-win-win-complaints").first.wait_for()
    page.goto(f"{address}voila/render/06-win-win-complaints.ipynb")
    piece = page.locator(".cem-live").first
    view = piece.locator(".cem-view")
    before = view.inner_html()
    piece.locator("select").first.select_option(index=0)
    page.wait_for_function(
        "([view, before]) => view.innerHTML !== before", arg=[view.element_handle(), before]
    )
    assert page.locator(".cem-view [role=alert]").count() == 0
    assert not page.get_by_text("answer_1").count()
    context.close()
