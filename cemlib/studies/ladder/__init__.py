"""Workbook 02: the experience ladder."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["datasets", "plots", "present", "prompts", "routing", "tariffs", "voice", "words"],
    submod_attrs={
        "datasets": ["load_panel", "read", "sources"],
        "lever_sources": ["levers_of"],
        "levers": ["completions_lever"],
        "markov": ["count_covered_moves", "fit_ladder", "moves", "with_step"],
        "chain_checks": ["check_chain"],
        "rung_value": [
            "change_step",
            "compare_steps",
            "customer_mix",
            "gain_of_step",
            "rung_table",
            "value_of_rungs",
        ],
        "survival": ["retention"],
        "prediction": ["predict_leaving"],
        "win_back": ["win_backs"],
        "forgiveness": ["slip_effects"],
        "referral": ["referrals"],
        "channels": ["compare_channels", "control_charts"],
        "funnel": ["completions_gained", "fit_funnel", "step_survival"],
        "off_policy": ["gain_over", "value_policies", "values_beside_truth"],
        "summary": ["SUMMARY"],
    },
)
