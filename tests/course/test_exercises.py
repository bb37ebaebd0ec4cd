"""Every exercise of every workbook: not answered, wrong, and right, with the learner's cells."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cemlib.course import editions
from cemlib.report.plan.workbook import workbooks
from cemlib.report.run import canonical

WRONG = ("0", "'50%'", "[]", "'something else'")


@pytest.fixture
def run():
    """Return a function that runs a cell and returns what it says; no cell may fail."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()

    def run_cell(source):
        with capture_output() as captured:
            result = shell.run_cell(source)
        result.raise_error()
        return "\n".join(output.data.get("text/plain", "") for output in captured.outputs)

    yield run_cell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("book", workbooks(), ids=lambda book: book.slug)
def test_exercises_help_whatever_is_answered(run, book):
    committed = canonical.read(book.path)
    solutions = {cell.id: cell.source for cell in committed.cells}
    name = ""
    said = []
    for cell in editions.learner(committed).cells:
        if cell.cell_type != "code":
            continue
        grading = cell.metadata.get("nbgrader")
        if not grading:
            run(cell.source)
        elif grading.solution:
            name = cell.source.removesuffix(" = ...")
            stub, solution = cell.source, solutions[cell.id]
        else:
            run(stub)
            said.append(run(cell.source))
            assert said[-1].startswith("○"), cell.id
            reviewed = "teach.review(" in cell.source
            for wrong in WRONG:
                run(f"{name} = {wrong}")
                assert run(cell.source).startswith("○" if reviewed else "✗"), (cell.id, wrong)
            run(solution)
            assert run(cell.source).startswith("→" if reviewed else "✓"), cell.id
    assert len(said) == len(list(editions.exercises(committed)))
