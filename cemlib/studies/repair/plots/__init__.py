"""Figures of workbook 04."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "calls": ["arrivals_figure", "erlang_figure", "patience_figure", "staffing_figure"],
        "cases": ["agreement_figure", "sensitivity_figure", "week_figure", "week_figures"],
        "desk": [
            "cap_figure",
            "desk_policies_figure",
            "golden_time_figure",
            "half_lives_figure",
            "half_lives_figures",
        ],
        "effects": [
            "call_back_figure",
            "effects_by_strength",
            "effects_figure",
            "interrupted_figure",
            "rules_figure",
            "script_figures",
            "scripts_figure",
        ],
        "levels": ["GROUPS", "levels_figure"],
        "problems": ["problem_figures"],
        "said": ["theme_drivers_figure"],
    },
)
