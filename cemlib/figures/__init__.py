"""Figures: a result in, a matplotlib Figure with a text alternative out."""

from cemlib.figures.cases import agreement_figure, sensitivity_figure, week_figure
from cemlib.figures.drivers import importance_figure, map_figure, penalty_reward_figure
from cemlib.figures.effects import (
    call_back_figure,
    effects_figure,
    interrupted_figure,
    rules_figure,
    scripts_figure,
)
from cemlib.figures.planning import frontier_figure, plan_figure
from cemlib.figures.problems import emerging_figure, hours_figure, pareto_figure
from cemlib.figures.repair import (
    cap_figure,
    golden_time_figure,
    half_lives_figure,
    policies_figure,
)
from cemlib.figures.rights import changes_figure, groups_figure, levels_figure, perception_figure
from cemlib.figures.scales import reliability_figure

__all__ = [
    "agreement_figure",
    "call_back_figure",
    "cap_figure",
    "changes_figure",
    "effects_figure",
    "emerging_figure",
    "frontier_figure",
    "golden_time_figure",
    "groups_figure",
    "half_lives_figure",
    "hours_figure",
    "importance_figure",
    "interrupted_figure",
    "levels_figure",
    "map_figure",
    "pareto_figure",
    "penalty_reward_figure",
    "perception_figure",
    "plan_figure",
    "policies_figure",
    "reliability_figure",
    "rules_figure",
    "scripts_figure",
    "sensitivity_figure",
    "week_figure",
]
