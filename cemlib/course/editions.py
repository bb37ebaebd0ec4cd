"""Editions of a workbook, made from its one source: for learners and for trainers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode

from cemlib.course.notes import TRAINER

SOLUTION = "solution"
_ANSWER = re.compile(r"\banswer_\w+(?= = )")
_QUESTION = re.compile(r"^\*\*\d+\. ", re.MULTILINE)


def learner(notebook: NotebookNode) -> NotebookNode:
    """Return the learner's edition: without solutions and notes, ready for nbgrader.

    Each solution becomes ``answer_1 = ...``, and each check is folded away: its source holds what
    is expected. Outputs of exercises are cleared, all others are kept. nbgrader counts a point for
    each check that is right; answers in sentences are marked by hand.

    Parameters
    ----------
    notebook : NotebookNode
        A workbook as it is committed.

    References
    ----------
    https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
    """
    edition = deepcopy(notebook)
    edition.cells = without_notes(edition.cells)
    for exercise in exercises(edition):
        _to_answer(exercise)
    for cell in edition.cells:
        if "teach.progress(" in cell.source:
            cell.outputs, cell.execution_count = [], None
    return edition


def trainer(notebook: NotebookNode) -> NotebookNode:
    """Return the trainer's edition: all there is, with notes, solutions and outputs."""
    return deepcopy(notebook)


def without_notes(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells that are not for trainers only."""
    return [cell for cell in cells if not has_tag(cell, TRAINER)]


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Return whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", [])


@dataclass(frozen=True, slots=True)
class Exercise:
    """The cells of an exercise.

    Attributes
    ----------
    question : str
        Markdown.
    solution, check : NotebookNode
        The cell of the answer, and the cell below it.
    """

    question: str
    solution: NotebookNode
    check: NotebookNode

    @property
    def is_reviewed(self) -> bool:
        """Whether the answer is in sentences, which learners compare and trainers mark."""
        return "teach.review(" in self.check.source


def exercises(notebook: NotebookNode) -> Iterator[Exercise]:
    """Yield the exercises of a workbook in their order.

    The first question stands in the cell of the section's heading, after its last blank line.
    """
    question, solution = "", None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            question = (
                cell.source[match.start() :] if (match := _QUESTION.search(cell.source)) else ""
            )
        elif has_tag(cell, SOLUTION):
            solution = cell
        elif solution is not None:
            yield Exercise(question, solution, cell)
            solution = None


def _to_answer(exercise: Exercise) -> None:
    """Turn the cells of an exercise into those of a learner, with the metadata of nbgrader."""
    solution, check = exercise.solution, exercise.check
    for cell in (solution, check):
        is_answer = cell is solution
        cell.outputs, cell.execution_count = [], None
        graded = is_answer is exercise.is_reviewed
        cell.metadata["nbgrader"] = {
            "grade": graded, "grade_id": cell.id, "locked": not is_answer, "schema_version": 3,
            "solution": is_answer, "task": False,
        } | ({"points": 1} if graded else {})  # fmt: skip
    names = dict.fromkeys(_ANSWER.findall(solution.source))
    solution.source = "\n".join(f"{name} = ..." for name in names)
    solution.metadata["tags"].remove(SOLUTION)
    check.metadata["jupyter"] = {"source_hidden": True}
