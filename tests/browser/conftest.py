"""Pieces of a page, opened in the one Chromium of all tests."""

import pytest


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
