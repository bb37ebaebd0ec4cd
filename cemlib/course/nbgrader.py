"""A course folder of nbgrader: the learners' editions as assignments, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cemlib.course import editions
from cemlib.report import files
from cemlib.report.plan.workbook import Workbook
from cemlib.report.run import canonical

# The learner's edition has no solutions to clear, and keeps the outputs that teach.
SETTINGS = """\
c = get_config()  # noqa: F821, given by nbgrader
c.CourseDirectory.course_id = "cem"
c.GenerateAssignment.preprocessors = [
    f"nbgrader.preprocessors.{name}"
    for name in ("LockCells", "ComputeChecksums", "SaveCells", "CheckCellMetadata")
]
c.ExecutePreprocessor.timeout = 180
"""


def write(folder: Path, books: Sequence[Workbook]) -> None:
    """Write a course folder: ``nbgrader_config.py``, and an assignment for each workbook.

    Parameters
    ----------
    folder : Path
        The folder; ``nbgrader generate_assignment`` is run in it.
    books : sequence of Workbook
        The workbooks.

    References
    ----------
    https://nbgrader.readthedocs.io/en/stable/user_guide/philosophy.html
    """
    texts = {folder / "nbgrader_config.py": SETTINGS}
    for book in books:
        path = folder / "source" / book.slug / book.path.name
        texts[path] = canonical.text(editions.learner(canonical.read(book.path)))
    for path in texts:
        path.parent.mkdir(parents=True, exist_ok=True)
    files.write_all(texts)
