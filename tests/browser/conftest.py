"""One Chromium for all browser tests; where it is missing, CI fails and others skip."""

import os
import shutil

import pytest

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        message = "no Chromium on this machine: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture
def opened(browser, tmp_path, monkeypatch):
    """Open pieces as a page of this machine, with no network; no error may occur in it."""
    monkeypatch.setenv("CEMLIB_MODE", "static")
    faults, contexts = [], []

    def open_page(*pieces, scripted=True):
        path = tmp_path / "page.html"
        body = "\n".join(piece().to_html() for piece in pieces)
        path.write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lesson</title>'
            f"</head><body><main><h1>Lesson</h1>{body}</main></body></html>",
            encoding="utf-8",
        )
        contexts.append(browser.new_context(java_script_enabled=scripted, offline=True))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
