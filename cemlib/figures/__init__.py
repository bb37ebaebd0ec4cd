"""Figures: a result in, a matplotlib Figure with a text alternative out."""

from cemlib.figures.drivers import importance_figure, map_figure, penalty_reward_figure
from cemlib.figures.planning import frontier_figure, plan_figure
from cemlib.figures.rights import changes_figure, groups_figure, levels_figure, perception_figure
from cemlib.figures.scales import reliability_figure
from cemlib.figures.structural import index_map_figure, loadings_figure, path_figure

__all__ = [
    "changes_figure",
    "frontier_figure",
    "groups_figure",
    "importance_figure",
    "index_map_figure",
    "levels_figure",
    "loadings_figure",
    "map_figure",
    "path_figure",
    "penalty_reward_figure",
    "perception_figure",
    "plan_figure",
    "reliability_figure",
]
