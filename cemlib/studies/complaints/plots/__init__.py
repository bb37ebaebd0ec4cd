"""Figures of workbook 06."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "bargain": ["bargain_figure", "policies_figure", "outcomes_figure"],
        "case": ["timeline_figure"],
        "economy": ["tornado_figure"],
        "log": [
            "promise_figure",
            "coverage_figure",
            "justice_figure",
            "paradox_figure",
            "cause_figure",
        ],
    },
)
