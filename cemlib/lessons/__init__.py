"""What a workbook speaks with: findings, computed prose, things to move, exercises."""

from cemlib.lessons.controls import Control, explore
from cemlib.lessons.download import download
from cemlib.lessons.exercises import check
from cemlib.lessons.findings import show_findings
from cemlib.lessons.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.lessons.rate import rate_beside
from cemlib.lessons.sheet import type_in
from cemlib.lessons.tables import table
from cemlib.lessons.words import percent, prose

__all__ = [
    "Control",
    "Markdown",
    "bullets",
    "check",
    "download",
    "explore",
    "join_markdown",
    "markdown",
    "percent",
    "prose",
    "rate_beside",
    "show_findings",
    "table",
    "type_in",
]
