"""What workbook 01 groups, compares and moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from cemlib.plot.importance import penalty_reward_figure
from cemlib.studies.rights import plots
from cemlib.studies.rights.perception import wave_changes
from cemlib.teach.controls import Control
from cemlib.teach.markdown import Markdown

if TYPE_CHECKING:
    from cemlib.plot.marks import Names
    from cemlib.plot.style import Figure
    from cemlib.sources import Sources
    from cemlib.stats.estimates import Estimates
    from cemlib.stats.importance import Cut
    from cemlib.studies.rights.datasets.survey import Survey
    from cemlib.studies.rights.planning import PracticeProblem
    from cemlib.studies.rights.words import Assessment

_CUTS = {"mean": "the mean", "median": "the median", "scale": "the scale midpoint"}
_TEAMS = {False: "the whole company", True: "the call centre alone"}


def groups_of(survey: Survey, sources: Sources) -> dict[str, pd.Series]:
    """Return the printed group of each answer, by segment and by channel, where they are known."""
    return {
        by: survey.answers[by].replace(sources.names(f"{by}s"))
        for by in ("segment", "channel")
        if by in survey.answers
    }


def changes(survey: Survey, index: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]] | None:
    """Return the changes from the first to the last wave, and both; None with one wave only."""
    if len(survey.waves) < 2:
        return None
    waves = {"first": survey.waves[0], "last": survey.waves[-1]}
    first, last = waves.values()
    table = wave_changes(
        index, survey.answers["wave"], survey.units, survey.weights, first=first, last=last
    )
    return table, waves


def contrast(
    contrast: pd.DataFrame | None, names: Names, words: Assessment
) -> list[Markdown | Figure]:
    """Show penalties and rewards, or say why there are none."""
    if contrast is None:
        return [
            Markdown("A yes or no has no penalty and no reward per point, so this is not shown.")
        ]
    return [penalty_reward_figure(contrast, names), words.asymmetry(contrast)]


def map_moves(
    importance: Estimates, performance: Estimates, names: Names, cut: Cut
) -> dict[str, Any]:
    """Move where the axes of the importance–performance map cross."""
    return {
        "draw": lambda cut: plots.importance_map(importance, performance, names, cut),
        "label": "Importance–performance map",
        "cut": Control(_CUTS, start=cut, label="Axes cross at"),
    }


def plan_moves(problems: Mapping[bool, PracticeProblem], names: Names) -> dict[str, Any]:
    """Move the budget of the best plan, and who carries it out."""
    return {
        "draw": lambda days, alone: plots.plan_figure(problems[alone].best(days), names, days),
        "label": "The best plan by budget",
        "days": Control(range(0, 121, 30), start=60, label="Budget", unit="person-days"),
        "alone": Control(_TEAMS, label="Carried out by"),
    }
