"""Figures of workbook 04."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "cases": ["agreement_figure", "sensitivity_figure", "week_figure"],
        "desk": ["cap_figure", "desk_policies_figure", "golden_time_figure", "half_lives_figure"],
        "effects": [
            "call_back_figure",
            "effects_figure",
            "interrupted_figure",
            "rules_figure",
            "scripts_figure",
        ],
        "problems": ["problem_figures"],
    },
)
