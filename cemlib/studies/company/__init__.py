"""Workbook 07: one company, one quarter."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "allocation": [
            "best_by_draw",
            "best_shared",
            "compare_divisions",
            "exact",
            "greedy",
            "next_step",
            "rules",
        ],
        "curves": ["on_grid", "shared", "value"],
        "information": ["perfect_information", "study_sizes"],
    },
)
