"""Editions of a workbook, made from its one source: for learners and for trainers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from nbformat import NotebookNode

TRAINER, SOLUTION = "trainer", "solution"
_ANSWER = re.compile(r"\banswer_\w+(?= = )")
_CHECK = re.compile(r"teach\.(check|review)\(")


def learner(notebook: NotebookNode) -> NotebookNode:
    """Return the learner's edition: without solutions and notes, ready for nbgrader.

    Each solution becomes ``answer_1 = ...``, and each check is folded away: its source holds what
    is expected. Outputs of exercises are cleared, all others are kept.

    Parameters
    ----------
    notebook : NotebookNode
        A workbook as it is committed.

    References
    ----------
    https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html
    """
    edition = deepcopy(notebook)
    edition.cells = [_for_learner(cell) for cell in edition.cells if not has_tag(cell, TRAINER)]
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


def exercises(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Yield the question of each exercise as Markdown, with the cell of its solution.

    The first question stands in the cell of the section's heading, after its last blank line.
    """
    question = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.match(r"\*\*\d+\. ", cell.source.split("\n\n")[-1]):
            question = cell.source.split("\n\n")[-1] if "## " in cell.source else cell.source
        elif has_tag(cell, SOLUTION):
            yield question, cell


def _for_learner(cell: NotebookNode) -> NotebookNode:
    is_solution = has_tag(cell, SOLUTION)
    if cell.cell_type != "code" or not (is_solution or _CHECK.search(cell.source)):
        return cell
    cell.outputs, cell.execution_count = [], None
    grading = {"grade_id": cell.id, "schema_version": 3, "task": False}
    if not is_solution:
        cell.metadata["jupyter"] = {"source_hidden": True}
        cell.metadata["nbgrader"] = grading | {
            "grade": True, "solution": False, "locked": True, "points": 1
        }  # fmt: skip
        return cell
    names = dict.fromkeys(_ANSWER.findall(cell.source))
    cell.source = "\n".join(f"{name} = ..." for name in names)
    cell.metadata["tags"] = [tag for tag in cell.metadata["tags"] if tag != SOLUTION]
    cell.metadata["nbgrader"] = grading | {"grade": False, "solution": True, "locked": False}
    return cell
