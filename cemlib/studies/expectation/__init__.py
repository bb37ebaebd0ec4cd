"""Workbook 03: satisfaction and expectation."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["findings", "plots", "words"],
    submod_attrs={
        "datasets": ["load", "load_items", "load_model", "parse_scale"],
        "direct_effects": ["controlled_direct_effect", "four_ways"],
        "disconfirmation": ["compare_models", "expectation_residual", "kinked_value"],
        "experiments": ["randomisation_test"],
        "learning": ["learning_rates", "will_and_should"],
        "model": ["ExpectationModel"],
        "pooling": ["effects_by_group", "partially_pooled"],
        "power": ["Design", "experiment_power", "simulate_experiments"],
        "sequential": ["false_positive_rate", "group_sequential"],
        "structural.bootstrap": ["bootstrap_paths"],
        "structural.fit": ["matching_decimals", "pls_path"],
        "structural.quality": ["largest_htmt"],
        "surface": ["response_surface"],
    },
)
