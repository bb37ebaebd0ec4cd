"""What workbooks show and move of the measures that boards follow, and of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cemlib.board import plots, words
from cemlib.board.comments import comment_themes
from cemlib.board.measures import board_measures
from cemlib.teach.controls import Control
from cemlib.teach.sentences import plural

if TYPE_CHECKING:
    from cemlib.board.measures import Ratings
    from cemlib.sources import Section


def show_measures(section: Section, ratings: Ratings, min_cell: int = 30) -> None:
    """Show the measures of all answers, by group and month, and record what each uses."""
    board = board_measures(ratings, min_cell)
    section.show(words.measures(board))
    if not board.groups.empty:
        section.show(plots.groups_figure(board), words.groups_table(board))
    if board.first in board.limits:
        section.show(plots.months_figure(board))
    section.show(words.measures_table(board))
    section.add(*words.measure_findings(board))
    for question in ratings.scales:
        answered = int(ratings.answers[question].notna().sum())
        missing = len(ratings.answers) - answered
        reason = f"{plural(missing, 'row')} without an answer" if missing else ""
        section.used(f"measure of {question}", answered, reason)


def show_comments(section: Section, ratings: Ratings, rng: np.random.Generator) -> None:
    """Show the themes of comments, and which go with low answers; nothing if there are few."""
    themes = comment_themes(ratings, rng)
    if themes is None:
        return
    section.used("themes of comments", themes.comments)
    shown = words.themes_table(themes.table, "comments", "mean answer")
    section.show(shown, words.themes(themes))
    section.add(*words.theme_findings(themes))


def same_score_moves() -> dict[str, Any]:
    """Move the shape of answers that all have a net promoter score of 0, and their number."""
    return {
        "draw": plots.same_score_figure,
        "label": "Different answers, the same net promoter score",
        "detractors": Control({0.0: "0%", 0.3: "30%", 0.5: "50%"}, 0.3, "Detractors"),
        "size": Control({each: plural(each, "answer") for each in (50, 200, 1000)}, 200, "Sample"),
    }
