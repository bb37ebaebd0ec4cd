"""Figures of workbook 03."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "disconfirmation": [
            "comparison_figure",
            "ratchet_figure",
            "surface_figure",
            "value_figure",
        ],
        "effort": ["effects_of_effort", "effort_figure", "mechanisms_figure"],
        "experiments": ["cells_figure", "four_ways_figure", "pooling_figure", "two_lines_figure"],
        "power": ["looks_figure", "power_figure"],
        "structural": ["index_map_figure", "loadings_figure", "path_figure"],
    },
)
