"""Slides in a browser without a network: they turn, move, and show the speaker's notes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from cemlib.course import handout
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import canonical


@pytest.fixture
def slides(browser, tmp_path):
    """Return a function that opens a workbook's slides; nothing may go wrong in the page."""
    faults, contexts = [], []

    def open_(book):
        path = tmp_path / "slides.html"
        path.write_text(handout.slides(book, canonical.read(book.path)), encoding="utf-8")
        viewport = {"width": 1280, "height": 720}
        contexts.append(browser.new_context(offline=True, viewport=viewport))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(path.as_uri())
        page.wait_for_function("Reveal.isReady()")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.parametrize("book", workbooks(), ids=lambda book: book.slug)
def test_slides_turn_and_fit_the_screen(slides, book):
    page = slides(book)
    assert page.locator("section.present h1").inner_text() == book.title
    page.keyboard.press("ArrowRight")
    assert page.locator("section.present h2").inner_text() == "You will"
    wide = page.evaluate(
        "[...document.querySelectorAll('.slides > section')].flatMap((slide, at) => {"
        " Reveal.slide(at); const body = slide.querySelector('.body');"
        " return body && body.scrollWidth > body.clientWidth + 1 ? [at] : []; })"
    )
    assert wide == []


def test_controls_move_and_do_not_turn_the_slide(slides):
    book = next(book for book in workbooks() if book.slug.startswith("06"))
    page = slides(book)
    at = page.evaluate(
        "[...document.querySelectorAll('.slides > section')]"
        ".findIndex(slide => slide.querySelector('.cem-explore input[type=range]'))"
    )
    page.evaluate(f"Reveal.slide({at})")
    piece = page.locator("section.present .cem-explore")
    before = piece.locator("img:visible").get_attribute("alt")
    piece.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert piece.locator("img:visible").get_attribute("alt") != before
    assert page.evaluate("Reveal.getIndices().h") == at


def test_slides_are_accessible(slides):
    page = slides(workbooks()[0])
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
