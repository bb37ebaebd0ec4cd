"""Our pages, filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cemlib import __version__
from cemlib.press import words
from cemlib.press.plan import Run

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table of parameters."""

    name: str
    value: str
    help: str
    default: str
    changed: bool


def changes(run: Run) -> list[Change]:
    """Return the parameters of a run, each with what it was before."""
    return [
        Change(
            parameter.name,
            words.plain(run.parameters[parameter.name]),
            parameter.help,
            words.plain(parameter.default),
            parameter.name in run.changed,
        )
        for parameter in run.workbook.parameters
    ]


def fill(template: str, **context: Any) -> str:
    """Return a page of ours filled in."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.globals.update(
        version=__version__,
        asset=lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8")),
        value=words.value,
        interval=words.interval,
        label=words.label,
        plain=words.plain,
        plural=words.plural,
    )
    return environment
