"""Building blocks of a workbook: findings, computed prose, explorations, forms, exercises.

A notebook writes ``from cemlib import teach`` and then ``teach.explore(...)``. All names are loaded
at once, because some functions have the name of their module: loaded lazily, ``teach.markdown``
could be the module. Heavy libraries (pandas, ipywidgets, matplotlib) are loaded when they are used.
"""

from cemlib.formats import (
    interval,
    join_words,
    number,
    p_value,
    percent,
    plural,
    points,
    signed,
)
from cemlib.teach.controls import Control, explore
from cemlib.teach.downloads import download
from cemlib.teach.entry_form import entry_form
from cemlib.teach.exercises import check, review
from cemlib.teach.findings_table import show_findings
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.rating_form import compare_ratings
from cemlib.teach.record import progress
from cemlib.teach.scenario import CALLS, scenario
from cemlib.teach.sentences import prose
from cemlib.teach.tables import table

__all__ = [
    "CALLS",
    "Control",
    "Markdown",
    "bullets",
    "check",
    "compare_ratings",
    "download",
    "entry_form",
    "explore",
    "interval",
    "join_markdown",
    "join_words",
    "markdown",
    "number",
    "p_value",
    "percent",
    "plural",
    "points",
    "progress",
    "prose",
    "review",
    "scenario",
    "show_findings",
    "signed",
    "table",
]
