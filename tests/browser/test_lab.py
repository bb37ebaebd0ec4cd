"""Each workbook in JupyterLab as `cem lab` opens it: trusted, run, moved afterwards, saved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from cemlib.report.plan.workbook import workbooks

FOLDERS = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("IPYTHONDIR", "MPLCONFIGDIR"),
)
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
CODE = "[...jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type === 'code')"
ERRORS = (
    f"{CODE}.map(c => c.toJSON()).flatMap(c => c.outputs.filter(o => o.output_type === 'error')"
    ".map(o => [c.id, o.ename, o.evalue]))"
)
IDLE = (
    "typeof jupyterapp !== 'undefined'"
    " && jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start `cem lab` with settings and signatures of its own; return its address and folder."""
    home = tmp_path_factory.mktemp("lab")
    own = {name: str(home / name) for name in FOLDERS}
    for name in FOLDERS:
        (home / name).mkdir()
    config = home / "JUPYTER_CONFIG_DIR" / "labconfig"
    config.mkdir()
    (config / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    options = ["--no-browser", "--ServerApp.port=0", "--LabApp.expose_app_in_browser=True"]
    command = [sys.executable, "-m", "cemlib.cli", "lab", "--folder", str(home / "class")]
    with (home / "log").open("w") as log:
        lab = subprocess.Popen(
            [*command, *options, "--allow-root"],
            env={**os.environ, **own},
            cwd=home,
            stdout=log,
            stderr=log,
        )
        try:
            yield address(home / "JUPYTER_RUNTIME_DIR", lab), home / "class" / "notebooks"
        finally:
            lab.terminate()
            lab.wait(20)


def address(folder, lab):
    until = time.monotonic() + 60
    while time.monotonic() < until and lab.poll() is None:
        for path in folder.glob("jpserver-*.json"):
            told = json.loads(path.read_text() or "{}")
            if told:
                return "{url}lab/tree/notebooks/%s?reset&token={token}".format(**told)
        time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not start; see {folder.parent / 'log'}")


@pytest.fixture
def lab(browser, server):
    """Return a function that opens a workbook and waits for its kernel."""
    url, _ = server
    context = browser.new_context(viewport={"width": 1300, "height": 1000})

    def open_(slug):
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(url % f"{slug}.ipynb")
        page.wait_for_selector("#jupyterlab-splash", state="detached")
        page.wait_for_function(IDLE)
        return page

    yield open_
    context.close()


@pytest.mark.parametrize("slug", [book.slug for book in workbooks()])
def test_a_workbook_runs_and_moves_after_run_all(lab, server, slug):
    page = lab(slug)
    assert page.evaluate(f"{CODE}.every(c => c.trusted)")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(IDLE)
    assert page.evaluate(ERRORS) == []
    code = (server[1] / f"{slug}.ipynb").read_text(encoding="utf-8")
    # Cells are done before the browser has drawn all their widgets.
    shown = "count => document.querySelectorAll('.cem-live .cem-view > *').length >= count"
    page.wait_for_function(shown, arg=code.count("explore("))
    for piece in page.locator(".cem-live").all():
        if piece.locator("[role=slider]").count():
            moved(page, piece, slide)
        if piece.locator("select").count():
            moved(page, piece, choose)
    assert page.locator(".cem-view [role=alert]").count() == 0
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    saved = (server[1] / f"{slug}.ipynb").read_text(encoding="utf-8")
    assert "jupyter.widget-view" not in saved
    assert "widgets" not in json.loads(saved)["metadata"]


def moved(page, piece, move):
    """Move a control; the figure must become another one."""
    view = piece.locator(".cem-view")
    page.wait_for_function("view => view.innerHTML.trim() !== ''", arg=view.element_handle())
    before = view.inner_html()
    move(page, piece)
    handle = view.element_handle()
    page.wait_for_function("([view, before]) => view.innerHTML !== before", arg=[handle, before])


def slide(page, piece):
    handle = piece.locator("[role=slider]").first
    handle.scroll_into_view_if_needed()
    handle.focus()
    at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
    page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")


def choose(page, piece):
    select = piece.locator("select").first
    chosen = select.evaluate("select => select.selectedIndex")
    select.select_option(index=0 if chosen else 1)
