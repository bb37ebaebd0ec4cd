"""The tables for trainers: each point of the articles is taught where the table says."""

from __future__ import annotations

import json
import re

import pytest

from cemlib.course import handout
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import canonical

POINTS = ("Article", "Point", "Workbook", "Section", "Words")


def rows(path, heads):
    """Return the rows of the table with these heads, as tuples of text."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [tuple(text.strip() for text in line.strip("|").split("|")) for line in lines]
    begin = cells.index(heads) + 2
    width = len(heads)
    return [row for row in cells[begin:] if len(row) == width]


@pytest.fixture(scope="module")
def taught():
    """Return the text of each section, with its outputs, by the workbook's number."""
    found = {}
    for book in workbooks():
        for section, cells in handout.sections(canonical.read(book.path).cells):
            shown = [cell.source for cell in cells if cell.cell_type == "markdown"]
            shown += [
                "".join(output.get("data", {}).get("text/plain", ""))
                for cell in cells
                if cell.cell_type == "code"
                for output in cell.outputs
            ]
            found[book.slug[:2], section] = "\n".join(shown)
    return found


def test_each_point_of_the_articles_is_taught_where_the_table_says(root, taught):
    points = rows(root / "docs/articles.md", POINTS)
    assert len(points) >= 60
    for _, point, book, section, words in points:
        assert (book, section) in taught, point
        assert words in taught[book, section], point


def test_every_card_of_an_article_is_in_the_table(root, taught):
    places = {row[2:4] for row in rows(root / "docs/articles.md", POINTS)}
    cards = {place for place, text in taught.items() if "| From the article |" in text}
    assert len(cards) >= 10
    assert cards <= places


def test_the_glossary_is_in_order_and_linked_from_every_workbook(root):
    terms = rows(root / "docs/glossary.md", ("Term", "中文", "In one line", "Workbook"))
    names = [term for term, *_ in terms]
    assert names == sorted(names, key=str.lower)
    numbers = {book.slug[:2] for book in workbooks()}
    for term, chinese, _, books in terms:
        assert re.search("[\u4e00-\u9fff]", chinese), term
        assert set(books.split(", ")) <= numbers, term
    for book in workbooks():
        reading = json.loads(book.path.read_text(encoding="utf-8"))["cells"][-1]
        assert "docs/glossary.md" in "".join(reading["source"])


def test_areas_of_the_examination_sum_to_all_of_it(root):
    text = (root / "docs/frameworks.md").read_text(encoding="utf-8")
    assert sum(map(int, re.findall(r", (\d+)% \|", text))) == 100
