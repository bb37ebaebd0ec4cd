"""A report in a browser that has no network: seen, moved by keyboard, printed."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from cemlib.report.artifacts import Outcome
from cemlib.report.pages.report import report_page
from cemlib.report.pages.study import index
from cemlib.report.plan import workbook
from cemlib.report.plan.study import Study, default_run
from cemlib.report.run import canonical, harvest
from cemlib.report.run.execute import locate_failure

ROOT = Path(__file__).parents[2]
LOOKS = ROOT / "tests" / "report" / "notebooks" / "looks.ipynb"
RIGHTS = ROOT / "notebooks" / "01-rights-assessment.ipynb"
WIDE, NARROW, PAPER = 1400, 420, 643


@pytest.fixture
def visit(browser):
    """Return a function that opens a file; fails at the end if a page asked for anything else."""
    requests, messages, pages = [], [], []

    def guard(route):
        if route.request.url.startswith(("file:", "data:")):
            return route.continue_()
        requests.append(route.request.url)
        return route.abort()

    def open_(path, width=WIDE):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(5000)
        page.route("**/*", guard)
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    assert requests == []
    assert messages == []


def stored(path, failing=False):
    """Return the outcome and the page of a notebook as it is stored: no kernel is started."""
    run = default_run(workbook.read(path))
    notebook = canonical.read(path)
    if failing:
        error = nbformat.v4.new_output(
            "error",
            ename="ValueError",
            evalue="no",
            traceback=["Cell In[9], line 1", "x" * 500, "ValueError: no"],
        )
        next(cell for cell in notebook.cells if cell.id == "w1").outputs.append(error)
    failure = locate_failure(notebook, run.workbook.slug)
    findings = harvest.findings(notebook)
    answer = harvest.answer(notebook)
    page = report_page(run, notebook, findings, failure, answer=answer)
    return Outcome(run, findings, failure, answer=answer), page


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with reports of stored notebooks, one of them failing, and their index."""
    out = tmp_path_factory.mktemp("a report")
    outcomes = []
    for name, path, failing in (
        ("looks", LOOKS, False),
        ("fails", LOOKS, True),
        ("rights", RIGHTS, False),
    ):
        if path.exists():
            outcome, page = stored(path, failing)
            outcomes.append(outcome)
            (out / f"{name}.html").write_text(page)
    index.write(out, Study("All of them", "all", ()), outcomes)
    return out


@pytest.fixture(params=["looks", "fails", "rights", "index"])
def page_file(request, folder):
    return folder / f"{request.param}.html"


@pytest.mark.parametrize(
    ("width", "scheme"), [(WIDE, "light"), (NARROW, "light"), (WIDE, "dark"), (NARROW, "dark")]
)
def test_pages_are_accessible(visit, page_file, width, scheme):
    page = visit(page_file, width)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_overflows_the_window(visit, page_file, width):
    page = visit(page_file, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["looks", "rights"])
def test_what_moves_moves_by_keyboard(visit, folder, name):
    page = visit(folder / f"{name}.html")
    explore = page.locator(".cem-explore:has(input[type=range])").first
    shown = explore.locator(".cem-frame:not([hidden])")
    before = shown.inner_html()
    slider = explore.locator("input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    assert shown.count() == 1
    assert shown.inner_html() != before
    slider.press("ArrowLeft")
    assert shown.inner_html() == before


def test_every_drawing_is_there_also_in_hidden_frames(visit, folder):
    page = visit(folder / "rights.html")
    assert page.locator("img[data-frame]").count() > 5
    loaded = "[...document.images].every((image) => image.complete && image.naturalWidth > 1)"
    page.wait_for_function(loaded)


def test_the_first_tab_offers_to_skip(visit, folder):
    page = visit(folder / "looks.html", NARROW)
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to main content"
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_all_code_unfolds_at_once(visit, folder):
    page = visit(folder / "looks.html")
    button = page.get_by_role("button", name="Show all code")
    assert page.locator("details.code[open]").count() == 0
    button.click()
    assert page.locator("details.code:not([open])").count() == 0
    page.get_by_role("button", name="Hide all code").click()
    assert page.locator("details.code[open]").count() == 0


def test_contents_fold_where_there_is_little_room(visit, folder):
    assert visit(folder / "looks.html", WIDE).locator(".contents details[open]").count() == 1
    assert visit(folder / "looks.html", NARROW).locator(".contents details[open]").count() == 0


def test_on_paper_code_is_left_out_and_nothing_is_clipped(visit, page_file):
    page = visit(page_file, PAPER)
    page.emulate_media(media="print")
    assert not page.locator("details.code").first.is_visible()
    clipped = page.evaluate(
        "[...document.querySelectorAll('pre, table, img, .scroll')]"
        ".filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)"
        ".map((each) => each.outerHTML.slice(0, 200))"
    )
    assert clipped == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER


def test_it_prints_as_tagged_a4(visit, page_file):
    paper = visit(page_file).pdf(tagged=True, outline=True, prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    assert b"/StructTreeRoot" in paper
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", paper)


@pytest.mark.parametrize("slug", [book.slug for book in workbook.workbooks()][1:])
def test_the_first_screen_holds_answer_headlines_and_figure(visit, tmp_path, slug):
    """A manager sees all of it on 1280 × 800 without scrolling, and on a phone without zooming."""
    _, text = stored(ROOT / "notebooks" / f"{slug}.ipynb")
    path = tmp_path / "report.html"
    path.write_text(text, encoding="utf-8")
    page = visit(path, 1280)
    page.set_viewport_size({"width": 1280, "height": 800})
    for selector in (".answer", ".headlines li:last-child", ".first .figure img"):
        box = page.locator(selector).bounding_box()
        assert box["y"] + box["height"] <= 800, selector
    figure = page.locator(".first .figure img").bounding_box()
    headlines = page.locator(".headlines").bounding_box()
    assert figure["x"] >= headlines["x"] + headlines["width"]
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_findings_are_sorted_and_found(visit, folder):
    page = visit(folder / "rights.html")
    values = page.locator("#findings tbody td:nth-child(2)")
    page.locator("#findings th button").nth(1).click()
    sorted_ = [
        float(value)
        for value in values.evaluate_all("all => all.map(one => one.dataset.v)")
        if value
    ]
    assert sorted_ == sorted(sorted_)
    page = visit(folder / "index.html")
    rows = page.locator("table.every tbody tr:visible")
    every = rows.count()
    page.get_by_label("Search").fill("lowest perception")
    assert 0 < rows.count() < every
    assert page.locator(".hits").inner_text() == f"{rows.count()} of {every}"


def test_letters_of_drawings_stay_legible_on_a_phone(visit, folder):
    """At its own size a letter of a drawing has 12.7 px."""
    page = visit(folder / "rights.html", 390)
    widths = page.locator(".figure img, .cem-frame:not([hidden]) img").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width / one.naturalWidth)"
    )
    assert widths
    assert min(widths) * 12.67 >= 11
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_dark_scheme_of_the_reader_is_respected(visit, folder):
    page = visit(folder / "rights.html")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(19, 23, 27)"
    card = page.locator(".first .figure")
    assert card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
