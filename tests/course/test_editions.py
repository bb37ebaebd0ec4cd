"""Editions from one source: what learners do not see, and what trainers do."""

from __future__ import annotations

import json

import nbformat
import pytest
from click.testing import CliRunner

from cemlib.cli import main
from cemlib.course import editions, handout, notes
from cemlib.report.pages.pieces import Page
from cemlib.report.plan.workbook import find, workbooks
from cemlib.report.run import canonical

BOOKS = pytest.mark.parametrize("book", workbooks(), ids=lambda book: book.slug)


@BOOKS
def test_a_learner_sees_no_solution_and_no_note(book):
    committed = canonical.read(book.path)
    edition = editions.learner(committed)
    nbformat.validate(edition)
    solutions = [cell.source for cell in committed.cells if editions.has_tag(cell, "solution")]
    sources = [cell.source for cell in edition.cells]
    assert solutions
    assert not set(solutions) & set(sources)
    assert not any(editions.has_tag(cell, tag) for cell in edition.cells for tag in ("trainer",))
    graded = [cell for cell in edition.cells if "nbgrader" in cell.metadata]
    assert all(cell.outputs == [] for cell in graded)
    assert sum(cell.metadata.nbgrader.grade for cell in graded) == len(solutions)
    marked = [
        cell
        for cell in graded
        if cell.metadata.nbgrader.grade and not cell.metadata.nbgrader.locked
    ]
    assert len(marked) == sum(each.is_reviewed for each in editions.exercises(committed))
    hidden = [cell for cell in graded if cell.metadata.nbgrader.locked]
    assert all(cell.metadata.jupyter.source_hidden for cell in hidden)
    assert editions.trainer(committed) == committed


@BOOKS
def test_every_solution_follows_its_question(book):
    exercises = list(editions.exercises(canonical.read(book.path)))
    numbers = [each.question.split(".")[0] for each in exercises]
    assert numbers == [f"**{number}" for number in range(1, len(exercises) + 1)]


@BOOKS
def test_the_key_has_an_answer_to_every_exercise(book):
    for exercise in handout.worksheet(canonical.read(book.path)):
        assert exercise.rubric or (exercise.answer and exercise.code)


@BOOKS
def test_slides_show_every_section_once_and_no_solution(book):
    committed = canonical.read(book.path)
    page = handout.slides(book, committed)
    for section, cells in handout.sections(committed.cells):
        if section in ("The data behind this report", "Further reading"):
            assert f"<h2>{section}</h2>" not in page
        elif cells[0].source:
            assert f"<h2>{section}</h2>" in page.replace("&#39;", "'")
    assert "answer_1" not in page
    assert "https://" not in page.split("<main")[0].split("</style>")[-1]


def test_files_are_written_whole_and_named(tmp_path):
    for edition, end in (("learner", "ipynb"), ("trainer", "ipynb"), ("slides", "html")):
        out = tmp_path / f"made.{end}"
        arguments = ["handout", "00-start-here", "--edition", edition, "-o", str(out)]
        result = CliRunner().invoke(main, arguments)
        assert (result.exit_code, result.output) == (0, f"{out}\n")
        first = out.read_bytes()
        CliRunner().invoke(main, arguments)
        assert out.read_bytes() == first
    assert json.loads((tmp_path / "made.ipynb").read_text())["nbformat"] == 4


def test_another_kind_of_file_is_refused(tmp_path):
    out = tmp_path / "made.txt"
    arguments = ["handout", "00-start-here", "--edition", "slides", "-o", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "the slides edition needs a name that ends in .html" in result.output
    assert not out.exists()


@BOOKS
def test_notes_time_every_section_on_three_routes(book):
    committed = canonical.read(book.path)
    told = ("What we found", "The data behind this report", "What this does not show")
    taught = [name for name, _ in handout.sections(committed.cells) if name not in told]
    steps = notes.steps(committed.cells)
    assert [step.section for step in steps] == taught[: len(steps)]
    assert taught[len(steps) :] == ["Further reading"]
    short, long, full = (sum(step.minutes[route] for step in steps) for route in notes.ROUTES)
    assert 0 < short <= 60
    assert short < long <= 120
    assert long < full
    assert all(step.minutes["full"] >= step.minutes["120"] for step in steps)


@BOOKS
def test_a_third_of_the_exercises_is_above_arithmetic(book):
    exercises = list(editions.exercises(canonical.read(book.path)))
    in_words = [each for each in exercises if each.is_reviewed]
    if not book.slug.startswith("00"):
        named = sum(each.solution.source.endswith('"') for each in exercises)  # a name is chosen
        assert 3 * (len(in_words) + named) >= len(exercises)


def test_notes_are_kept_out_of_what_others_read():
    book = find("01-rights-assessment")
    committed = canonical.read(book.path)
    [note] = [cell for cell in committed.cells if editions.has_tag(cell, "trainer")]
    said = "fold their arms"
    note.source += said
    assert said not in str(editions.learner(committed))
    assert said in str(editions.trainer(committed))
    assert said not in handout.slides(book, committed)
    page = Page(book.path.parent)
    assert not any(said in str(piece.text) for piece in page.pieces(committed.cells))
