"""A workbook as nbconvert shows it: pieces move there too, and a class's page is for everybody."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

from cemlib.course.answers import Answer, class_page
from cemlib.report.plan.workbook import find
from cemlib.report.run import canonical


@pytest.fixture
def opened_page(browser, tmp_path):
    """Return a function that opens HTML without a network; no script of the page may fail."""
    faults, contexts = [], []

    def open_(html, width=1280):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        contexts.append(browser.new_context(offline=True, viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "require" not in fault] == []  # its network is refused


def test_a_stored_workbook_moves_in_the_page_of_nbconvert(opened_page):
    notebook = canonical.read(find("06-win-win-complaints").path)
    with pytest.warns(UserWarning, match="vnd.cemlib"):  # what only our reports read
        html, _ = HTMLExporter().from_notebook_node(notebook)
    page = opened_page(html)
    piece = page.locator(".cem-explore:has(input[type=range])").first
    before = piece.locator("img:visible").get_attribute("alt")
    piece.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert piece.locator("img:visible").get_attribute("alt") != before


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_class_is_accessible_and_does_not_overflow(opened_page, width):
    answers = [
        Answer(f"learner-{number}", kind, item, state, 1, answer, "44.5")
        for number in range(20)
        for kind, item, state, answer in [
            ("exercise", "By hand", "right", "66.7"),
            ("rating", "Respect", "", "60"),
            ("pick", "Ms Yang, step 1", "", "Take her number and promise a call"),
        ]
    ]
    page = opened_page(class_page(answers), width)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
