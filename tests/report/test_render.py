from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from cemlib.findings import Finding
from cemlib.report.errors import CellFailure
from cemlib.report.pages.pieces import Page
from cemlib.report.pages.prose import Outline, formula, to_html
from cemlib.report.pages.report import report_page
from cemlib.report.pages.tables import Tables
from cemlib.report.plan import workbook
from cemlib.report.plan.study import default_run, run_from_arguments
from cemlib.report.run import canonical, harvest

LOOKS = Path(__file__).parent / "notebooks" / "looks.ipynb"


@pytest.fixture(scope="module")
def page():
    run = default_run(workbook.read(LOOKS))
    notebook = canonical.read(LOOKS)
    return report_page(run, notebook, harvest.findings(notebook), digests={"a.csv": "ab" * 32})


@pytest.fixture(scope="module")
def soup(page):
    return BeautifulSoup(page, "html.parser")


def report(*cells, question="Why?", own=(), **more):
    book = workbook.Workbook("w", Path("w.ipynb"), "W", question, (), "", None, "", ())
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    run = replace(default_run(book), own=own)
    return BeautifulSoup(report_page(run, notebook, **more), "html.parser")


def markdown(source):
    return nbformat.v4.new_markdown_cell(source, id="text")


def code(*outputs, source="1", tags=()):
    cell = nbformat.v4.new_code_cell(source, id="code", outputs=list(outputs))
    cell.metadata.tags = list(tags)
    return cell


def shown(data, **metadata):
    return nbformat.v4.new_output("display_data", data, metadata=metadata)


def test_the_page_fetches_nothing(soup):
    for tag in soup.find_all(True):
        for name in ("src", "srcset", "poster", "data", "action"):
            assert str(tag.get(name, "data:")).startswith("data:"), tag
        if tag.name == "link":
            assert tag["href"].startswith("data:")
    styles = "".join(style.get_text() for style in soup.find_all("style"))
    assert "@import" not in styles
    assert not re.search(r"url\((?![\"']?data:)", styles)
    scripts = "".join(script.get_text() for script in soup.find_all("script"))
    assert not re.search(r"fetch|XMLHttpRequest|import\(|https?:", scripts)
    [policy] = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith("default-src 'none'")


def test_formulas_are_mathml(soup):
    assert len(soup.find_all("math")) >= 5
    text = " ".join(tag.get_text() for tag in soup.select("main p, main li"))
    assert "$" not in text
    assert "\\begin" not in text


def test_every_picture_has_a_text_alternative(page, soup):
    pictures = soup.find_all("img")
    assert pictures
    assert all(picture["alt"].strip() for picture in pictures)
    assert "No description" not in page


def test_headings_make_an_outline(soup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    names = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(names) == len(set(names))


def test_the_contents_lead_to_what_is_there(soup):
    links = [link["href"] for link in soup.select("nav a")]
    assert links[-1] == "#parameters"
    assert len(links) > 5
    for link in soup.select('a[href^="#"]'):
        assert soup.find(id=link["href"][1:]), link


def test_question_study_findings_parameters_in_this_order(page):
    positions = [
        page.index(text)
        for text in (
            "Does everything that a workbook may show",
            'id="study"',
            'id="findings"',
            'id="parameters"',
        )
    ]
    assert positions == sorted(positions)


def test_what_was_changed_is_said_at_the_top():
    run = run_from_arguments("00-start-here", {"class_minutes": "60"})
    page = BeautifulSoup(report_page(run, nbformat.v4.new_notebook()), "html.parser")
    differs = page.select_one("header .differs")
    assert " ".join(differs.get_text().split()) == "Changed for this run: class_minutes 60."
    plain = BeautifulSoup(
        report_page(default_run(run.workbook), nbformat.v4.new_notebook()), "html.parser"
    )
    assert plain.select_one(".differs") is None


def test_findings_are_shown_once(soup):
    assert len(soup.find_all("table", class_="findings")) == 1
    assert not soup.find_all("table", class_="cem-findings")


def test_code_is_folded_but_there(soup):
    folds = soup.select("details.code")
    assert folds
    assert not any(fold.has_attr("open") for fold in folds)
    assert "table(" in folds[0].get_text()


def test_the_footer_names_workbook_and_data_but_no_time(soup):
    footer = soup.find("footer").get_text()
    assert "looks" in footer
    assert "a.csv" in footer
    assert "abababababababab" in footer
    assert "cem run looks -o again" in footer


def test_changed_parameters_are_marked_in_words(home):
    run = run_from_arguments("01", {"budget_days": "40"})
    page = BeautifulSoup(report_page(run, nbformat.v4.new_notebook()), "html.parser")
    rows = {
        row.th.get_text(): row.get_text(" ", strip=True)
        for row in page.select("table.parameters tbody tr")
    }
    assert "40 changed from 20" in rows["budget_days"]
    assert "default" in rows["resamples"]
    assert "changed" not in rows["resamples"]


def test_a_failure_comes_first_and_links_to_its_cell():
    error = nbformat.v4.new_output("error", ename="E", evalue="<bad>", traceback=["E: <bad>"])
    page = report(code(error), failure=CellFailure("w", 2, "code", "1 < 0", "E", "<bad>"))
    banner = page.select_one("main section")
    assert "This run did not finish" in banner.get_text()
    assert "1 < 0" in banner.get_text()
    assert page.find(id=banner.a["href"][1:])
    assert page.select_one(".cell .error pre").get_text() == "E: <bad>"


def test_a_failure_to_start_has_no_cell():
    page = report(failure=CellFailure("w", None, "", "", "KernelDidNotStart", "no room"))
    assert "before its first cell" in page.get_text()


def test_streams_are_escaped_and_warnings_stay_in_the_notebook():
    page = report(
        code(
            nbformat.v4.new_output("stream", name="stdout", text="<a>\n"),
            nbformat.v4.new_output("stream", name="stderr", text="<b>\n"),
        )
    )
    assert page.select_one("pre.stream").get_text() == "<a>"
    assert "<b>" not in page.get_text()
    assert "Warnings of its code are in notebook.ipynb" in page.footer.get_text()


def test_a_report_on_own_data_leaves_the_exercises_in_the_notebook():
    cells = [markdown("## One"), markdown("## Exercises\n\nTry."), code(source="answer = 1"),
             markdown("**2.** And?"), markdown("## What this does not show\n\nMuch.")]  # fmt: skip
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    assert "And?" in report(*cells).get_text()
    page = report(*cells, own=("survey",))
    assert "And?" not in page.get_text()
    assert "answer" not in page.get_text()
    assert "The exercises are in the notebook." in page.get_text()
    assert "Much." in page.get_text()


@pytest.mark.parametrize(
    ("tags", "codes", "outputs"),
    [
        ((), 1, 1),
        (("remove-input",), 0, 1),
        (("remove-output",), 1, 0),
        (("remove-cell",), 0, 0),
        (("parameters",), 0, 0),
        (("injected-parameters",), 0, 0),
    ],
)
def test_tags_hide_input_and_output(tags, codes, outputs):
    page = report(code(shown({"text/plain": "shown"}), tags=tags))
    assert len(page.select("details.code")) == codes
    assert len(page.select("pre.stream")) == outputs


def test_a_solution_is_folded_with_what_it_shows():
    page = report(code(shown({"text/plain": "42"}), tags=["solution"]))
    fold = page.select_one("details.code")
    assert fold.summary.get_text() == "Solution"
    assert "42" in fold.get_text()


@pytest.mark.parametrize(
    ("metadata", "alt"),
    [
        ({"image/png": {"alt": 'A "dot"'}}, 'A "dot"'),
        ({"alt": "All of it"}, "All of it"),
        ({}, "<Figure size 1x1>"),
    ],
)
def test_text_alternatives_of_pictures(metadata, alt):
    page = report(
        code(shown({"image/png": "iVBO\nRw0=", "text/plain": "<Figure size 1x1>"}, **metadata))
    )
    assert page.img["alt"] == alt
    assert page.img["src"] == "data:image/png;base64,iVBORw0="


def test_the_richest_form_is_shown():
    assert report(code(shown({"text/html": "<i>h</i>", "text/plain": "p"}))).select_one("i")
    assert report(code(shown({"text/markdown": "*m*", "text/plain": "p"}))).select_one("em")
    assert report(code(shown({"text/latex": "$\\alpha$", "text/plain": "p"}))).math
    assert not report(code(shown({"application/x-odd": "x"}))).select(".output")


def test_a_notebook_without_the_skeleton_keeps_its_first_cell():
    page = report(markdown("# Any title\n\nSome words."), question="")
    assert "Some words." in page.select_one(".study").get_text()
    assert len(page.find_all("h1")) == 1


def test_a_value_that_looks_like_html_is_shown_as_text():
    findings = (Finding("a", "<script>alert(1)</script>", "", "<b>bold</b>"),)
    page = report(findings=findings)
    assert page.select_one(".findings .value").get_text() == "<script>alert(1)</script>"
    assert not page.select(".findings b")


def test_plain_frames_become_accessible():
    html = (
        '<style scoped>.dataframe {}</style><table border="1" class="dataframe"><thead><tr>'
        "<th></th><th>name</th><th>share</th></tr></thead><tbody><tr><th>0</th><td>a</td>"
        "<td>-0.5</td></tr></tbody></table>"
    )
    tables = Tables()
    page = BeautifulSoup(
        tables.make_accessible(html) + tables.make_accessible("<table></table>"), "html.parser"
    )
    assert [tag.name for tag in page.thead.tr.find_all(True)] == ["td", "th", "th"]
    assert page.tbody.th["scope"] == "row"
    assert page.thead.th["scope"] == "col"
    assert "number" in page.find_all("td")[-1]["class"]
    assert "number" not in page.tbody.td.get("class", [])
    assert not page.style
    frames = page.select("div.scroll")
    assert [frame["aria-label"] for frame in frames] == ["Table 1", "Table 2"]
    assert all(frame["tabindex"] == "0" for frame in frames)


def test_what_has_no_table_passes_through_untouched():
    html = '<div class="cem-explore"><svg viewBox="0 0 1 1"><clipPath/></svg>'
    assert Tables().make_accessible(html) == html


@pytest.mark.parametrize("latex", [r"\frac{", r"\unknowncommand{x}", "", r"a & b \\"])
def test_what_is_no_formula_does_no_harm(latex):
    assert formula(latex, "inline").startswith(("<math", "<code"))


def test_pictures_on_the_web_become_links(tmp_path):
    html = to_html("![plan](https://example.org/x.png)", Outline(), tmp_path)
    assert "<img" not in html
    assert 'href="https://example.org/x.png"' in html


def test_pictures_beside_the_notebook_are_carried(tmp_path):
    (tmp_path / "x.svg").write_text("<svg/>")
    assert "data:image/svg+xml;base64," in to_html("![plan](x.svg)", Outline(), tmp_path)


def test_equal_headings_have_anchors_of_their_own(tmp_path):
    page = Page(tmp_path)
    page.text("## Same\n\n## Same\n\n# 更大\n\n##### Deep\n\n## !")
    assert [(heading.anchor, heading.level) for heading in page.outline.headings] == [
        ("same", 2),
        ("same-2", 2),
        ("更大", 2),
        ("deep", 3),
        ("section", 2),
    ]


LINKS = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java%0ascript:alert(1)",
    "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "data:text/html,x", "vbscript:a",
    "file:///etc/passwd", "\x01javascript:alert(1)", "blob:a", "view-source:a",
]  # fmt: skip
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<script>alert(1)</script>",
    "a <script>alert(1)</script>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='java&#115;cript:alert(1)'>a</a>",
    "<form action='javascript:alert(1)'><button>a</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<base href='https://evil.example'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "$\\text{<svg/onload=alert(1)>}$",
    "$\\href{javascript:alert(1)}{a}$",
    *(f"[a]({link})" for link in LINKS),
    *(f"[a](<{link}>)" for link in LINKS),
    *(f"[a]: {link}\n\n[a]" for link in LINKS),
    *(f"<{link.strip()}>" for link in LINKS),
]


def runs(soup):
    for tag in soup.find_all(True):
        yield from (f"{tag.name} {name}" for name in tag.attrs if name.startswith("on"))
        for name in ("href", "src", "action", "formaction", "data", "xlink:href", "srcdoc"):
            address = str(tag.get(name, ""))
            if ":" in address and not re.match("https?:|doi:|mailto:|data:image/", address):
                yield f"{tag.name} {address}"
        if tag.name in ("script", "iframe", "object", "embed", "base", "meta"):
            yield tag.name


@pytest.mark.parametrize("computed", [True, False], ids=["output", "text"])
@pytest.mark.parametrize("source", HOSTILE)
def test_no_text_runs_a_script(source, computed):
    html = str(to_html(source, Outline(), Path(), computed=computed))
    assert not list(runs(BeautifulSoup(html, "html.parser")))


@pytest.mark.parametrize("source", [source for source in HOSTILE if source.startswith("<")])
def test_html_in_an_output_is_shown_as_text(source):
    html = str(to_html(source, Outline(), Path(), computed=True))
    assert not {tag.name for tag in BeautifulSoup(html, "html.parser").find_all(True)} - {"p"}


def test_html_of_the_author_stands():
    [piece] = Page(Path()).pieces([markdown("A <kbd>key</kbd> and <a href='#top'>the top</a>.")])
    assert "<kbd>key</kbd>" in piece.text
    assert "#top" in piece.text


def test_an_output_links_to_the_web_and_nowhere_else():
    output = shown({"text/markdown": "[a](https://example.org) [b](x.html) https://example.org"})
    [link] = report(code(output)).select(".cell a")
    assert (link.get_text(), link["href"], link["rel"]) == (
        "a",
        "https://example.org",
        ["noopener", "noreferrer"],
    )


def test_a_link_of_the_author_opens_without_a_way_back():
    [link] = report(code(), markdown("[a](https://example.org)")).select(".cell a")
    assert link["rel"] == ["noopener", "noreferrer"]


def test_texts_around_the_study_are_escaped():
    bad = "<img src=x onerror=alert(1)>"
    failure = CellFailure("w", 1, "code", bad, bad, bad)
    finding = Finding("lowest", bad, bad, bad)
    soup = report(
        markdown("# W"), code(), findings=(finding,), failure=failure, digests={bad: "ab" * 32}
    )
    assert not soup.select("main img, footer img")
    assert soup.get_text().count(bad) >= 6
