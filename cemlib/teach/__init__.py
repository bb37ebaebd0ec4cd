"""What a workbook speaks with: findings, computed prose, things to move, exercises."""

from cemlib.teach.controls import Control, explore
from cemlib.teach.downloads import download
from cemlib.teach.entry_form import entry_form
from cemlib.teach.exercises import check
from cemlib.teach.findings_table import show_findings
from cemlib.teach.markdown import Markdown, bullets, join_markdown, markdown
from cemlib.teach.rating_form import compare_ratings
from cemlib.teach.sentences import percent, prose
from cemlib.teach.tables import table

__all__ = [
    "Control",
    "Markdown",
    "bullets",
    "check",
    "compare_ratings",
    "download",
    "entry_form",
    "explore",
    "join_markdown",
    "markdown",
    "percent",
    "prose",
    "show_findings",
    "table",
]
