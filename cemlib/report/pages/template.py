"""Fills in the page templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cemlib import __version__, formats
from cemlib.report.pages import first_screen, words
from cemlib.report.pages.policy import policy
from cemlib.report.plan.study import Run
from cemlib.report.plan.workbook import Parameter, Value

PAGES = Path(__file__).parent
TEMPLATES = (PAGES / "templates", PAGES / "study" / "templates")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table of parameters."""

    name: str
    value: str
    help: str
    default: str
    changed: bool


def changes(run: Run) -> list[Change]:
    """Return the parameters of a run, each with its default.

    In a run on somebody's own data, nothing speaks of the operator's.
    """
    is_own = bool(run.own or run.company)

    def shown(parameter: Parameter, value: Value) -> str:
        if is_own:
            return words.setting_of_own(parameter, value, run.from_company)
        return words.setting(parameter, value)

    return [
        Change(
            parameter.name,
            shown(parameter, run.parameters[parameter.name]),
            words.without_operator(parameter.help) if is_own else parameter.help,
            words.setting(parameter, parameter.default),
            parameter.name in run.changed,
        )
        for parameter in run.workbook.parameters
    ]


def fill(
    template: str,
    *,
    css: str = "page.css",
    scripts: Sequence[str] = (),
    sheets: Sequence[str] = (),
    **context: Any,
) -> str:
    """Return a filled-in page; its content security policy allows only the assets given here.

    Parameters
    ----------
    template : str
        Name of the template.
    css : str
        Name of the style sheet that comes first.
    scripts, sheets : sequence of str
        Further scripts and style sheets.
    **context
        Values for the template.
    """
    scripts, sheets = (asset("page.js"), *scripts), (asset(css), *sheets)
    return (
        _environment()
        .get_template(template)
        .render(
            policy=policy(scripts, sheets),
            scripts=[Markup(each) for each in scripts],
            sheets=[Markup(each) for each in sheets],
            **context,
        )
    )


def asset(name: str) -> str:
    """Return a script or a style sheet from the folder of the templates."""
    path = next(folder / name for folder in TEMPLATES if (folder / name).is_file())
    return path.read_text(encoding="utf-8")


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
        value=words.value,
        interval=words.interval,
        label=words.label,
        mark=first_screen.mark,
        plain=words.plain,
        plural=formats.plural,
        number=formats.number,
        join_words=formats.join_words,
    )
    return environment
