"""Figures of workbook 01."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "perception": ["perception_figure", "groups_figure", "levels_figure", "changes_figure"],
        "planning": ["plan_figure", "frontier_figure"],
        "scales": ["reliability_figure"],
    },
)
