"""What workbook 01 shows and moves of the measures that boards follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cemlib.studies.rights.board import plots
from cemlib.teach.controls import Control
from cemlib.teach.sentences import plural

if TYPE_CHECKING:
    from cemlib.plot.style import Figure
    from cemlib.sources import Section
    from cemlib.studies.rights.board.measures import Board
    from cemlib.studies.rights.datasets.ratings import Ratings


def overview(board: Board) -> list[Figure]:
    """Return the figures of groups and of months, where there are enough to compare."""
    groups = [] if board.groups.empty else [plots.groups_figure(board)]
    months = [plots.months_figure(board)] if board.first in board.limits else []
    return [*groups, *months]


def same_score_moves() -> dict[str, Any]:
    """Move the shape of answers that all have a net promoter score of 0, and their number."""
    return {
        "draw": plots.same_score_figure,
        "label": "Different answers, the same net promoter score",
        "detractors": Control({0.0: "0%", 0.3: "30%", 0.5: "50%"}, 0.3, "Detractors"),
        "size": Control({each: plural(each, "answer") for each in (50, 200, 1000)}, 200, "Sample"),
    }


def record(section: Section, ratings: Ratings) -> None:
    """Record the rows read, and those that each measure uses."""
    section.read(len(ratings.answers), ratings.notes)
    for question in ratings.scales:
        answered = int(ratings.answers[question].notna().sum())
        missing = len(ratings.answers) - answered
        reason = f"{plural(missing, 'row')} without an answer" if missing else ""
        section.used(f"measure of {question}", answered, reason)
