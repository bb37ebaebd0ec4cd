"""Writes an edition of a workbook to a file: for class, for paper, for the screen."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from nbformat import NotebookNode

from cemlib.course import editions, notes
from cemlib.report import files, pdf
from cemlib.report.errors import RequestError
from cemlib.report.pages.slides import slides_page
from cemlib.report.pages.worksheet import Exercise, worksheet_page
from cemlib.report.plan.workbook import Workbook
from cemlib.report.run import canonical

EDITIONS = {"learner": ".ipynb", "trainer": ".ipynb", "slides": ".html", "pdf": ".pdf"}
KEY = "-key"
_NOT_SHOWN = ("The data behind this report", "Further reading", "Exercises")
_RIGHT = re.compile(r"✓ .*?: right\. \((?P<answer>.*?)\)(?: |$)", re.DOTALL)


def write(book: Workbook, edition: str, out: Path) -> list[Path]:
    """Write an edition of a workbook; return the files, the one asked for first.

    Parameters
    ----------
    book : Workbook
        The workbook.
    edition : {"learner", "trainer", "slides", "pdf"}
        For learners: without solutions and notes. For trainers: with them. Slides: a page that
        needs no network. A worksheet as PDF: exercises with room to answer; the key is written
        beside it.
    out : Path
        The file to write.

    Raises
    ------
    RequestError
        If the name of the file does not fit the edition, or a PDF is asked for without a browser.
    """
    wanted = EDITIONS[edition]
    if out.suffix != wanted:
        raise RequestError(
            f"-o is {out}, but the {edition} edition needs a name that ends in {wanted}"
        )
    notebook = canonical.read(book.path)
    if edition == "pdf":
        return _print_worksheet(book, notebook, out)
    texts: dict[str, Callable[[], str]] = {
        "learner": lambda: canonical.text(editions.learner(notebook)),
        "trainer": lambda: canonical.text(editions.trainer(notebook)),
        "slides": lambda: slides(book, notebook),
    }
    files.write(out, texts[edition]())
    return [out]


def slides(book: Workbook, notebook: NotebookNode) -> str:
    """Return a workbook's slides: all sections but data and reading, then the exercises."""
    spoken = {step.section: step.spoken for step in notes.steps(notebook.cells)}
    shown = [pair for pair in sections(notebook.cells) if pair[0] not in _NOT_SHOWN]
    asked = [
        NotebookNode(
            cell_type="markdown", source=each.question, metadata=NotebookNode(), id=f"q-{at}"
        )
        for at, each in enumerate(editions.exercises(notebook))
    ]
    folder = resources.files("cemlib.course") / "reveal"
    script, sheet = (
        folder.joinpath(f"reveal.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")
    )
    return slides_page(book, [*shown, ("Exercises", asked)], spoken, (script, sheet))


def sections(cells: Sequence[NotebookNode]) -> list[tuple[str, list[NotebookNode]]]:
    """Return the sections of a workbook: each heading, and its cells without the heading."""
    found: list[tuple[str, list[NotebookNode]]] = []
    for cell in editions.without_notes(list(cells)):
        head, _, rest = cell.source.partition("\n")
        if cell.cell_type == "markdown" and head.startswith("## "):
            text = NotebookNode(cell | {"source": rest.strip()})
            found.append((head.removeprefix("## ").strip(), [text]))
        elif found:
            found[-1][1].append(cell)
    return found


def worksheet(notebook: NotebookNode) -> list[Exercise]:
    """Return the exercises of a workbook, with what its stored checks and reviews say."""
    found = []
    for each in editions.exercises(notebook):
        said = [output.get("data", {}) for output in each.check.outputs]
        plain = " ".join(data.get("text/plain", "") for data in said)
        if each.is_reviewed:
            model = ast.literal_eval(ast.parse(each.solution.source).body[0].value)
            found.append(Exercise(each.question, model, rubric=plain.partition("answer. ")[2]))
        else:
            answer = match["answer"] if (match := _RIGHT.search(plain)) else ""
            found.append(Exercise(each.question, answer, each.solution.source))
    return found


def worksheet_pages(book: Workbook, notebook: NotebookNode, out: Path) -> list[Path]:
    """Write a worksheet as a page to print, and its key beside it."""
    exercises = worksheet(notebook)
    pages = {out: False, out.with_stem(out.stem + KEY): True}
    texts = {path: worksheet_page(book, exercises, is_key=is_key) for path, is_key in pages.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    files.write_all(texts)
    return list(texts)


def _print_worksheet(book: Workbook, notebook: NotebookNode, out: Path) -> list[Path]:
    program = pdf.browser()
    out.parent.mkdir(parents=True, exist_ok=True)
    # In a folder of its own: a page of that name beside the file may be somebody's.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".worksheet-") as folder:
        pages = worksheet_pages(book, notebook, Path(folder, out.name).with_suffix(".html"))
        return [path.replace(out.parent / path.name) for path in pdf.print_pages(pages, program)]
