"""Figures: a result in, a matplotlib Figure with a text alternative out."""

from cemlib.figures.bargain import bargain_figure, outcomes_figure, policies_figure
from cemlib.figures.cases import agreement_figure, sensitivity_figure, week_figure
from cemlib.figures.choices import (
    hands_figure,
    price_figure,
    sample_size_figure,
    standards_figure,
    willingness_figure,
)
from cemlib.figures.complaints import (
    cause_figure,
    coverage_figure,
    justice_figure,
    paradox_figure,
    promise_figure,
    timeline_figure,
)
from cemlib.figures.disconfirmation import comparison_figure, surface_figure, worth_figure
from cemlib.figures.drivers import importance_figure, map_figure, penalty_reward_figure
from cemlib.figures.effects import (
    call_back_figure,
    effects_figure,
    interrupted_figure,
    rules_figure,
    scripts_figure,
)
from cemlib.figures.expectation import effort_figure, mechanisms_figure
from cemlib.figures.experiments import (
    cells_figure,
    four_ways_figure,
    randomisation_figure,
    two_lines_figure,
)
from cemlib.figures.journey import (
    control_figure,
    funnel_figure,
    heard_figure,
    policy_values_figure,
    standardised_figure,
)
from cemlib.figures.ladder import (
    forgiveness_figure,
    hazards_figure,
    ladder_figure,
    steps_figure,
    survival_figure,
)
from cemlib.figures.menus import branches_figure, listening_figure
from cemlib.figures.planning import frontier_figure, plan_figure
from cemlib.figures.pooling import pooling_figure
from cemlib.figures.power import looks_figure, power_figure
from cemlib.figures.problems import emerging_figure, hours_figure, pareto_figure
from cemlib.figures.ratchet import ratchet_figure
from cemlib.figures.repair import (
    cap_figure,
    desk_policies_figure,
    golden_time_figure,
    half_lives_figure,
)
from cemlib.figures.rights import changes_figure, groups_figure, levels_figure, perception_figure
from cemlib.figures.scales import reliability_figure
from cemlib.figures.structural import index_map_figure, loadings_figure, path_figure
from cemlib.figures.value import (
    associations_figure,
    explained_figure,
    policy_figure,
    regret_figure,
    shares_figure,
)

__all__ = [
    "agreement_figure",
    "associations_figure",
    "bargain_figure",
    "branches_figure",
    "call_back_figure",
    "cap_figure",
    "cause_figure",
    "cells_figure",
    "changes_figure",
    "comparison_figure",
    "control_figure",
    "coverage_figure",
    "desk_policies_figure",
    "effects_figure",
    "effort_figure",
    "emerging_figure",
    "explained_figure",
    "forgiveness_figure",
    "four_ways_figure",
    "frontier_figure",
    "funnel_figure",
    "golden_time_figure",
    "groups_figure",
    "half_lives_figure",
    "hands_figure",
    "hazards_figure",
    "heard_figure",
    "hours_figure",
    "importance_figure",
    "index_map_figure",
    "interrupted_figure",
    "justice_figure",
    "ladder_figure",
    "levels_figure",
    "listening_figure",
    "loadings_figure",
    "looks_figure",
    "map_figure",
    "mechanisms_figure",
    "outcomes_figure",
    "paradox_figure",
    "pareto_figure",
    "path_figure",
    "penalty_reward_figure",
    "perception_figure",
    "plan_figure",
    "policies_figure",
    "policy_figure",
    "policy_values_figure",
    "pooling_figure",
    "power_figure",
    "price_figure",
    "promise_figure",
    "randomisation_figure",
    "ratchet_figure",
    "regret_figure",
    "reliability_figure",
    "rules_figure",
    "sample_size_figure",
    "scripts_figure",
    "sensitivity_figure",
    "shares_figure",
    "standardised_figure",
    "standards_figure",
    "steps_figure",
    "surface_figure",
    "survival_figure",
    "timeline_figure",
    "two_lines_figure",
    "week_figure",
    "willingness_figure",
    "worth_figure",
]
