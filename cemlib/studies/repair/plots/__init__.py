"""Figures of workbook 04."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "cases": ["week_figure", "agreement_figure", "sensitivity_figure"],
        "effects": [
            "effects_figure",
            "scripts_figure",
            "rules_figure",
            "interrupted_figure",
            "call_back_figure",
        ],
        "problems": ["pareto_figure", "emerging_figure", "hours_figure"],
        "repair": ["golden_time_figure", "half_lives_figure", "desk_policies_figure", "cap_figure"],
    },
)
