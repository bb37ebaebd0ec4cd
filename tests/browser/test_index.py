"""The page of a study in a browser that has no network: seen, sorted by keyboard, printed."""

from __future__ import annotations

import random
from dataclasses import replace

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cemlib.findings import Finding
from cemlib.report.artifacts import NOTEBOOK, Outcome
from cemlib.report.errors import CellFailure
from cemlib.report.pages.study import index
from cemlib.report.plan.study import Run, Study
from cemlib.report.plan.workbook import Parameter, Workbook

PARAMETERS = (
    Parameter("days", "float", 60.0, "person-days to spend"),
    Parameter("alone", "bool", False, "without the others"),
    Parameter("seed", "int", 7, "of the random numbers"),
)
BOOK = Workbook("01-plan", None, "Plan", "What next?", (), (), None, "", PARAMETERS)
STOPPED = CellFailure("01-plan", 3, "map", "x" * 300, "ValueError", "no")


def outcome(slug, findings, failure=None, replicate=None, **changed):
    values = {each.name: each.default for each in PARAMETERS} | changed
    grid = () if replicate else ("days", "alone")
    run = Run(slug, slug, BOOK, values, tuple(changed), {}, grid=grid, replicate=replicate)
    return Outcome(run, findings, failure)


def gain(days, alone):
    value = days / (20.0 if alone else 10.0)
    name = "Respect" if days < 40 else "Choice"
    return (
        Finding("gain", value, "points", "Gain.", value - 1, value + 1),
        Finding("best_right", name, "", "The best."),
        Finding("level", 44.0, "points", "The same everywhere."),
    )


def over_grid():
    outcomes = []
    for days in (5.0, 10.0, 20.0, 40.0):
        for alone in (False, True):
            failed = days == 20 and alone
            findings = () if failed else gain(days, alone)
            failure = STOPPED if failed else None
            outcomes.append(outcome(f"{days}{alone}", findings, failure, days=days, alone=alone))
    return outcomes, {}


def over_replicates():
    rng = random.Random(5)
    outcomes = []
    for number in range(1, 101):
        share = sum(rng.random() < 0.95 for _ in range(9)) / 9
        findings = (Finding("coverage", share, "share (0–1)", "Covered."),)
        outcomes.append(outcome(f"r{number}", findings, replicate=number, seed=number))
    return outcomes, {"coverage": 0.95}


STUDIES = {"grid": over_grid, "replicates": over_replicates}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("a study")
    for name, make_runs in STUDIES.items():
        outcomes, expected = make_runs()
        study = Study(name.capitalize(), name, (), expected=expected)
        index.write(out / name, study, outcomes)
    return out


@pytest.fixture
def visit(browser, folder):
    """Return a function that opens a study; nothing may be asked of a network, nor go wrong."""
    errors, contexts = [], []

    def open_(name, width=1300, scripted=True):
        context = browser.new_context(
            java_script_enabled=scripted, offline=True, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text))
        page.goto((folder / name / "index.html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def column(page, number):
    return page.locator(f".sortable >> nth=0 >> tbody tr td:nth-child({number})").all_inner_texts()


@pytest.mark.parametrize("width", [1300, 360])
@pytest.mark.parametrize("name", STUDIES)
def test_pages_are_accessible_and_do_not_overflow(visit, name, width):
    page = visit(name, width)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_columns_are_sorted_by_keyboard(visit):
    page = visit("grid")
    head = page.get_by_role("columnheader", name="Days")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(page, 2) == ["5", "5", "10", "10", "20", "20", "40", "40"]
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(page, 2) == ["40", "40", "20", "20", "10", "10", "5", "5"]
    page.get_by_role("columnheader", name="Gain").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert [cell.split("\n")[0] for cell in column(page, 4)] == [
        *("0.2", "0.5", "0.5", "1.0", "2.0", "2.0", "4.0"),
        "–",
    ]
    page.get_by_role("columnheader", name="Best right").get_by_role("button").click()
    assert column(page, 5) == ["Choice"] * 2 + ["Respect"] * 5 + ["–"]


def test_a_table_is_copied_with_full_numbers_and_intervals(visit):
    page = visit("grid")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy table").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    cells = [line.split("\t") for line in lines]
    assert {len(row) for row in cells} == {len(cells[0])}
    number = next(at for at, name in enumerate(cells[0]) if name.startswith("Gain"))
    assert cells[0][number + 1] == "95% interval"
    assert [cells[1][number], cells[1][number + 1]] == ["0.5", "−0.5 to 1.5"]


def test_without_script_the_table_is_plain(visit):
    page = visit("grid", scripted=False)
    assert page.locator(".sortable button").count() == 0
    assert page.get_by_role("columnheader", name="Days").inner_text() == "Days"
    assert column(page, 2) == ["5", "5", "10", "10", "20", "20", "40", "40"]


def test_charts_have_text_alternatives(visit):
    page = visit("grid")
    images = page.get_by_role("img").all()
    assert len(images) == 2
    words = images[0].get_attribute("aria-label")
    assert words.startswith("Gain over days: with alone false, 0.5 at 5 and 4.0 at 40; ")


def test_replicates_have_a_verdict(visit):
    page = visit("replicates")
    words = page.locator(".verdict").first.inner_text()
    assert "expected 0.95: within sampling error" in words
    page.get_by_text("All 100 runs").click()
    assert page.get_by_role("link", name="Replicate 100", exact=True).is_visible()


@pytest.mark.parametrize("name", STUDIES)
def test_on_paper_nothing_is_clipped(visit, name):
    page = visit(name, 643)
    page.emulate_media(media="print")
    clipped = page.evaluate(
        "[...document.querySelectorAll('pre, table, svg, .scroll')]"
        ".filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)"
        ".map((each) => each.outerHTML.slice(0, 200))"
    )
    assert clipped == []


def company_run(folder, slug, company, tags):
    """Write the notebook of a company's run with a figure and a list, and return its outcome."""
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="420"></svg>'
    shown = [{"image/svg+xml": picture}, {"text/markdown": "- **desk**: nobody else repairs"}]
    outputs = [new_output("display_data", data, metadata={"alt": "Money."}) for data in shown]
    cell = new_code_cell("", outputs=outputs, metadata={"tags": tags})
    (folder / slug).mkdir(parents=True)
    nbformat.write(new_notebook(cells=[cell]), folder / slug / NOTEBOOK)
    book = replace(BOOK, slug=slug, title=slug)
    values = {each.name: each.default for each in PARAMETERS}
    run = Run(slug, slug, book, values, (), {}, company=company)
    return Outcome(run, gain(10.0, False), answer="The desk keeps **most**.")


@pytest.mark.parametrize("company", ["Northfield", ""])
def test_the_board_page_is_the_first_screen_of_a_company(browser, tmp_path, company):
    """What says where the whole budget goes comes first, and fits a screen with what it assumes."""
    outcomes = [
        company_run(tmp_path, slug, company, tags)
        for slug, tags in (("01-plan", []), ("07-whole", ["board"]))
    ]
    index.write(tmp_path, Study("Northfield", "northfield", ()), outcomes)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((tmp_path / "index.html").as_uri())
    first = page.locator("article").first
    assert first.locator("h2").inner_text() == ("07-whole" if company else "01-plan")
    assert page.locator(".board").count() == bool(company)
    if company:
        box = first.locator(".assumed").bounding_box()
        assert box["y"] + box["height"] <= 800
        assert "nobody else repairs" in first.inner_text()
        assert first.locator("img").count() == 1
        assert not Axe().run(page).response["violations"]
    page.close()
