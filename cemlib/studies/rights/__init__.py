"""Workbook 01: rights-based assessment."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["plots", "present", "words"],
    submod_attrs={
        "datasets": ["load", "load_practices", "sources"],
        "datasets.ratings": ["load_ratings"],
        "datasets.survey": ["draw_survey", "load_survey"],
        "drivers": [
            "contrast",
            "explained_variance",
            "quadrants_by_cut",
            "rank_agreement",
            "regression_basis",
            "stated_importance",
            "top_driver",
        ],
        "lever_sources": ["levers_of"],
        "levers": ["practices_lever"],
        "need_levels": ["level_mapping", "mapping_sensitivity", "weakest_level"],
        "perception": [
            "largest_change",
            "lowest_right",
            "perception_by_group",
            "perception_by_right",
            "perception_index",
            "wave_changes",
            "weakest_scale",
        ],
        "planning": ["practice_problems"],
        "ranks": ["importance_ranks"],
        "summary": ["SUMMARY"],
    },
)
