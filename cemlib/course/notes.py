"""The trainer's notes of a workbook: what to ask, what to expect, and minutes by route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from cemlib.course.editions import TRAINER, has_tag

ROUTES = ("60", "120", "full")


@dataclass(frozen=True, slots=True)
class Step:
    """One section of a class.

    Attributes
    ----------
    section : str
        Its heading.
    minutes : dict of str to int
        Minutes by route; a route that leaves the section out has 0.
    ask, expect : str
        What to ask the class, and what to expect; Markdown.
    """

    section: str
    minutes: dict[str, int]
    ask: str
    expect: str

    @property
    def spoken(self) -> str:
        """The notes beside a slide, as Markdown."""
        parts = [f"**Ask:** {self.ask}" if self.ask else ""]
        parts.append(f"**Expect:** {self.expect}" if self.expect else "")
        return "\n\n".join(filter(None, parts))


def steps(cells: Sequence[NotebookNode]) -> list[Step]:
    r"""Return the sections of a class in their order, from the table in the trainer's cells.

    Its columns are the section, the minutes of each of `ROUTES`, what to ask and what to expect.

    Examples
    --------
    >>> table = "| Section | 60 | 120 | full | Ask | Expect |\n|---|---|---|---|---|---|\n"
    >>> source = table + "| The idea | 5 | 10 | 10 | What is a right? | Laws first. |"
    >>> metadata = NotebookNode(tags=["trainer"])
    >>> [step] = steps([NotebookNode(source=source, metadata=metadata)])
    >>> step.section, step.minutes["120"], step.spoken
    ('The idea', 10, '**Ask:** What is a right?\n\n**Expect:** Laws first.')
    """
    found = []
    for cell in cells:
        if not has_tag(cell, TRAINER):
            continue
        rows = [line for line in cell.source.splitlines() if line.startswith("|")]
        for row in rows[2:]:
            section, *minutes, ask, expect = (text.strip() for text in row.strip("|").split("|"))
            route = {name: int(text or 0) for name, text in zip(ROUTES, minutes, strict=True)}
            found.append(Step(section, route, ask, expect))
    return found
