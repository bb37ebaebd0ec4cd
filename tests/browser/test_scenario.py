"""The scenario in a browser: by keyboard, without a network, with the same texts as the widget."""

from __future__ import annotations

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from cemlib.teach.scenario import CALLS, scenario


@pytest.fixture
def case(root):
    rows = pd.read_csv(root / "datasets/cases/yang-choices.csv")
    rows = rows.assign(done=rows["done"] == "yes")
    return lambda: scenario(rows, "The case of Ms Yang", note="Effects are assumed.")


def status(piece):
    return piece.locator("[role=status]").inner_text()


def test_the_case_is_decided_by_keyboard(opened, case):
    page = opened(case)
    piece = page.locator(".cem-scenario")
    assert piece.locator("fieldset:visible").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first answer
    assert "0 CNY spent. 1 of 6 steps decided." in status(piece)
    page.keyboard.press("ArrowDown")  # and the actual answer
    assert (
        "This is the actual answer." in piece.locator(".cem-scenario-feedback:visible").inner_text()
    )
    for _ in range(5):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
    assert piece.locator("fieldset:visible").count() == 6
    assert status(piece).endswith("You decided as in the actual case.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert piece.locator("fieldset:visible").count() == 1
    assert piece.locator("input:checked").count() == 0


def test_a_customer_without_patience_leaves(opened, case):
    page = opened(case)
    for name in ("nothing is on record", "only that it is being worked on", "Close the case"):
        page.get_by_role("radio", name=name).check()
    assert status(page).endswith("The customer left at step 3.")
    assert page.locator("fieldset:visible").count() == 3


@pytest.fixture
def calls(root):
    rows = pd.read_csv(root / "datasets/cases/yang-choices.csv")
    rows = rows.assign(done=rows["done"] == "yes", patience=0.0, cost=rows["cost"] + 100)
    return lambda: scenario(rows, "Six calls", phrases=CALLS)


@pytest.mark.parametrize("played", ["case", "calls"])
def test_page_and_widget_show_the_same_text(opened, played, request, monkeypatch):
    case = request.getfixturevalue(played)
    page = opened(case)
    monkeypatch.setenv("CEMLIB_MODE", "interactive")
    widget = case()
    for at, pick in enumerate((3, 2, 1, 2, 0)):
        page.locator("fieldset").nth(at).locator("input").nth(pick).check()
        widget.radios[at].value = pick
        assert status(page) in widget.status.value.replace("&#x27;", "'")
        text = page.locator(".cem-scenario-feedback").nth(at).inner_text()
        assert text == widget.case.feedback(widget.picks, at)


def test_two_copies_are_played_independently(opened, case):
    page = opened(case, case)
    first, second = page.locator(".cem-scenario").all()
    first.get_by_role("radio").first.check()
    assert "1 of 6" in status(first)
    assert "0 of 6" in status(second)


def test_without_scripts_the_actual_case_is_a_table(opened, case):
    page = opened(case, scripted=False)
    assert page.locator("table:visible tbody tr").count() == 6
    assert page.locator("input:visible").count() == 0


def test_paper_shows_every_step(opened, case):
    page = opened(case)
    page.emulate_media(media="print")
    assert page.locator("fieldset:visible").count() == 6


@pytest.mark.parametrize("width", [320, 1000])
def test_axe_finds_nothing(opened, case, width):
    page = opened(case)
    page.set_viewport_size({"width": width, "height": 800})
    for at in range(6):
        page.locator("fieldset").nth(at).locator("input").nth(1).check()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
