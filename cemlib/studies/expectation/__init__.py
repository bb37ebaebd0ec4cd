"""Workbook 03: satisfaction and expectation."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["class_words", "findings", "path_words", "plots", "present", "words"],
    submod_attrs={
        "classroom": ["choose_answers", "class_sheet"],
        "datasets": [
            "NEED_LEVELS",
            "groups_of",
            "load",
            "load_model",
            "open_items",
            "open_table",
            "parse_scale",
            "sources",
        ],
        "curvature": ["curvature_profile"],
        "direct_effects": ["controlled_direct_effect", "four_ways"],
        "disconfirmation": ["compare_models", "gap_controls", "kinked_value"],
        "experiments": ["randomisation_test"],
        "learning": [
            "instrumented_rates",
            "learning_rates",
            "number_of_changes",
            "ratchet_example",
            "will_and_should",
        ],
        "lever_sources": ["levers_of"],
        "levers": ["promises_lever"],
        "model": ["ExpectationModel"],
        "pooling": ["effects_by_group", "partially_pooled"],
        "power": ["Design", "experiment_power", "simulate_experiments"],
        "sequential": ["compare_looks", "false_positive_rate"],
        "structural.bootstrap": ["resample_paths"],
        "structural.groups": ["compare_groups"],
        "structural.predict": ["predict_items"],
        "structural.fit": ["matching_decimals", "pls_path"],
        "surface": ["response_surface"],
        "summary": ["SUMMARY"],
    },
)
