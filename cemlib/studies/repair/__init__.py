"""Workbook 04: centralised repair."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["authority", "interrupted", "plots", "present", "scripts", "words"],
    submod_attrs={
        "agreement": ["MEASURE_NAMES", "bootstrap_agreement", "sensitivity"],
        "by_wait": ["misfit", "repaired_by_wait"],
        "call_centre": ["analyse_calls"],
        "calling": ["list_tomorrow"],
        "cases": ["case_table", "merge_all"],
        "comparable": ["compare_groups"],
        "datasets": [
            "desk_log",
            "load_calls",
            "load_contacts",
            "problem_names",
            "simulated_contacts",
            "simulated_effects",
            "sources",
        ],
        "effects": ["estimate_effects", "rise_without_call"],
        "erlang_a": ["ErlangA"],
        "golden_time": ["fit_golden_time"],
        "lever_sources": ["levers_of"],
        "levers": ["authority_lever", "call_back_lever", "desk_lever"],
        "parts": ["answers", "load_own", "planned_desk"],
        "policies": ["compare_policies", "draw_loads", "mean_over_loads"],
        "problems": ["count_problems"],
        "queueing": ["Queue"],
        "said": ["customers_say"],
        "service_levels": ["service_levels"],
        "summary": ["SUMMARY"],
    },
)
