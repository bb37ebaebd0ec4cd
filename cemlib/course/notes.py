"""The trainer's notes of a workbook: what to ask, what to expect, and minutes by route."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cemlib.report.plan import workbook

TRAINER = "trainer"  # the tag of the cells
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


def steps(cells: Iterable[Mapping[str, Any]]) -> list[Step]:
    r"""Return the sections of a class in their order, from the table in the trainer's cells.

    Its columns are the section, the minutes of each of `ROUTES`, what to ask and what to expect.

    Examples
    --------
    >>> table = "| Section | 60 | 120 | full | Ask | Expect |\n|---|---|---|---|---|---|\n"
    >>> source = table + "| The idea | 5 | 10 | 10 | What is a right? | Laws first. |"
    >>> [step] = steps([{"source": source, "metadata": {"tags": ["trainer"]}}])
    >>> step.section, step.minutes["120"], step.spoken
    ('The idea', 10, '**Ask:** What is a right?\n\n**Expect:** Laws first.')
    """
    found = []
    for cell in cells:
        if TRAINER not in cell["metadata"].get("tags", ()):
            continue
        lines = "".join(cell["source"]).splitlines()
        rows = [line for line in lines if line.startswith("|")]
        for row in rows[2:]:
            section, *minutes, ask, expect = (text.strip() for text in row.strip("|").split("|"))
            route = {name: int(text or 0) for name, text in zip(ROUTES, minutes, strict=True)}
            found.append(Step(section, route, ask, expect))
    return found


def class_plan(slug: str, minutes: int) -> list[tuple[str, int]]:
    """Return the sections of a class with their minutes: the longest route that fits.

    Parameters
    ----------
    slug : str
        Name of the workbook.
    minutes : int
        Minutes of class available.

    Returns
    -------
    list of (str, int)
        Sections that are taught; empty if no route fits.

    Examples
    --------
    >>> class_plan("06-win-win-complaints", 75)[:2]
    [('The idea', 6), ('A case, decided step by step', 14)]
    >>> class_plan("06-win-win-complaints", 20)
    []
    """
    taught = _steps_of(slug)
    plans = [
        [(step.section, step.minutes[route]) for step in taught if step.minutes[route]]
        for route in ROUTES
    ]
    fitting = [plan for plan in plans if sum(length for _, length in plan) <= minutes]
    return max(fitting, key=lambda plan: sum(length for _, length in plan), default=[])


@cache
def _steps_of(slug: str) -> list[Step]:
    return steps(json.loads(workbook.find(slug).path.read_text(encoding="utf-8"))["cells"])
