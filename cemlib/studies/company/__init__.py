"""Workbook 07: one company, one quarter."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["datasets", "plots", "present", "words"],
    submod_attrs={
        "allocation": ["best_by_draw", "best_shared", "exact", "greedy", "next_yuan"],
        "curves": ["curves_of", "parse_limits", "shared", "value"],
        "doubt": ["beside", "how_often", "runner_up"],
        "information": ["at_mean_worth", "perfect_information", "study_sizes"],
        "quarter": ["forecast_beside_outcome", "updated_levers"],
        "rules": ["class_division", "compare_divisions", "rules"],
        "summary": ["SUMMARY"],
    },
)
