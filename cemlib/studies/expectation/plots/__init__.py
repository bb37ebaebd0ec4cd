"""Figures of workbook 03."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "disconfirmation": ["worth_figure", "surface_figure", "comparison_figure"],
        "expectation": ["mechanisms_figure", "effort_figure"],
        "experiments": [
            "cells_figure",
            "two_lines_figure",
            "four_ways_figure",
            "randomisation_figure",
        ],
        "pooling": ["pooling_figure"],
        "power": ["power_figure", "looks_figure"],
        "ratchet": ["ratchet_figure"],
        "structural": ["path_figure", "loadings_figure", "index_map_figure"],
    },
)
