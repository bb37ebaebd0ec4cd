"""Figures: a result in, a matplotlib Figure with a text alternative out."""

from cemlib.figures.bargain import bargain_figure, outcomes_figure, policies_figure
from cemlib.figures.complaints import (
    cause_figure,
    coverage_figure,
    justice_figure,
    paradox_figure,
    promise_figure,
    timeline_figure,
)
from cemlib.figures.drivers import importance_figure, map_figure, penalty_reward_figure
from cemlib.figures.planning import frontier_figure, plan_figure
from cemlib.figures.rights import changes_figure, groups_figure, levels_figure, perception_figure
from cemlib.figures.scales import reliability_figure

__all__ = [
    "bargain_figure",
    "cause_figure",
    "changes_figure",
    "coverage_figure",
    "frontier_figure",
    "groups_figure",
    "importance_figure",
    "justice_figure",
    "levels_figure",
    "map_figure",
    "outcomes_figure",
    "paradox_figure",
    "penalty_reward_figure",
    "perception_figure",
    "plan_figure",
    "policies_figure",
    "promise_figure",
    "reliability_figure",
    "timeline_figure",
]
