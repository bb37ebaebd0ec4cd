"""What a report shows first: the answer, headlines with their intervals, one figure."""

import nbformat
import pytest
from bs4 import BeautifulSoup

from cemlib.data.dataset import Dataset, example_mark
from cemlib.findings import EXAMPLE_MARKS, Finding
from cemlib.report.pages import first_screen
from cemlib.report.pages.report import report_page
from cemlib.report.plan.study import default_run
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import harvest
from cemlib.teach.summary import NO_SUMMARY, Found, Summary

FINDINGS = [
    Finding("lowest", "respect", "", "Felt least."),
    Finding("index", 44.4, "points", "Its index.", 43.4, 45.3),
    Finding("gain", 0.5, "points", "A gain; if slopes are causal.", -0.1, 1.1),
    Finding("other", 3.0, "days", "Days."),
]
SUMMARY = Summary(
    ("index", "gain"),
    lambda found: [
        found.say("**{lowest}** is lowest ({index:bounds})."), found.say("It fell by {fall}."),
    ],
)  # fmt: skip


def test_headlines_are_those_that_the_study_names():
    marked, answer = SUMMARY.of(FINDINGS)
    assert [finding.name for finding in marked if finding.headline] == ["index", "gain"]
    assert answer == "**respect** is lowest (43.4 to 45.3)."
    assert [finding.name for finding in marked] == [finding.name for finding in FINDINGS]


def test_without_them_the_first_findings_stand_for_them_and_examples_never_do():
    marked, answer = NO_SUMMARY.of(FINDINGS)
    assert [each.name for each in marked if each.headline] == ["lowest", "index", "gain"]
    assert answer == ""
    example = Finding("lowest", "respect", "", "Example.", example=True)
    marked, answer = SUMMARY.of([example, FINDINGS[3]])
    assert [each.name for each in marked if each.headline] == ["other"]
    assert answer == ""


def test_values_are_printed_with_the_decimals_of_their_interval():
    found = Found(FINDINGS)
    assert found.say("{gain}; {gain:bounds}; {gain:full}") == "0.5; −0.1 to 1.1; 0.5 points"
    assert found.is_clear("index")
    assert not found.is_clear("gain")
    share = Found(
        [Finding("share", 0.444, "", "A share.", 0.434, 0.453), Finding("no", "", "", "")]
    )
    assert share.say("{share:%}%, {share:bounds%}%") == "44.4%, 43.4 to 45.3%"
    assert share.say("Spend next on {no}, of {share}.") == ""


def test_a_mark_lies_on_a_line_from_nothing():
    drawn = BeautifulSoup(first_screen.mark(FINDINGS[2]), "html.parser")
    line, zero, interval = drawn.find_all("line")
    assert float(interval["x1"]) < float(zero["x1"]) < float(interval["x2"])
    assert float(line["x1"]) <= float(interval["x1"])
    negative = BeautifulSoup(
        first_screen.mark(Finding("a", -2.0, "", "", -3.0, -1.0)), "html.parser"
    )
    _, zero, interval = negative.find_all("line")
    assert float(interval["x2"]) < float(zero["x1"])


@pytest.fixture(params=[book.slug for book in workbooks() if not book.slug.startswith("00")])
def report(request):
    [book] = [book for book in workbooks() if book.slug == request.param]
    notebook = nbformat.read(book.path, as_version=4)
    findings = harvest.findings(notebook)
    page = report_page(default_run(book), notebook, findings, answer=harvest.answer(notebook))
    return BeautifulSoup(page, "html.parser"), findings


def test_every_workbook_has_an_answer_headlines_and_a_figure(report):
    soup, findings = report
    first = soup.select_one("header.first")
    assert len(first.select_one(".answer").get_text().split()) > 20
    assert "not known" not in first.get_text()
    headlines = first.select(".headlines li")
    assert 3 <= len(headlines) <= 6
    assert len(headlines) == sum(finding.headline for finding in findings)
    [figure] = first.select("img")
    assert figure["alt"]
    assert first.select("svg.mark")


def test_every_finding_leads_to_its_section(report):
    soup, findings = report
    rows = soup.select("#findings tbody tr")
    assert len(rows) == len(findings)
    for row in rows:
        link = row.select_one(".from a")
        assert soup.find(id=link["href"][1:]).name == "h2", row
    sections = {row.select_one(".from").get_text() for row in rows}
    assert len(sections) > 3


def test_findings_of_the_first_workbook_stand_in_their_sections():
    [book] = [book for book in workbooks() if book.slug.startswith("01")]
    notebook = nbformat.read(book.path, as_version=4)
    page = report_page(default_run(book), notebook, harvest.findings(notebook))
    rows = BeautifulSoup(page, "html.parser").select("#findings tbody tr")
    section = {
        row.select_one(".name").get_text(): row.select_one(".from").get_text() for row in rows
    }
    assert section["net_promoter_score"] == "The measures that a board knows"
    assert section["comment_theme_gap"] == "The measures that a board knows"
    assert section["lowest_right"].startswith("Which rights are perceived")
    assert section["plan_gain"] == "What to do next with the budget"
    assert section["largest_change"] == "What has changed"


def test_the_figure_is_never_one_of_an_example():
    def cell(alt, tags=()):
        output = nbformat.v4.new_output(
            "display_data", {"image/svg+xml": f"<svg><title>{alt}</title></svg>"},
            metadata={"alt": alt},
        )  # fmt: skip
        return nbformat.v4.new_code_cell("", outputs=[output], metadata={"tags": list(tags)})

    marks = [example_mark([Dataset("a", "", file, "")]) for file in ("telecom/", "cases/", "own/")]
    assert all(mark.startswith(EXAMPLE_MARKS) for mark in marks)
    for mark in marks:
        example = cell(f"{mark}. Bars.", [first_screen.FIGURE])
        assert 'alt="Our own."' in first_screen.figure([example, cell("Our own.")])
        assert not first_screen.figure([example])
