"""Workbook 04: centralised repair."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["authority", "interrupted", "plots", "scripts", "words"],
    submod_attrs={
        "agreement": ["MEASURE_NAMES", "agreement_table", "sensitivity"],
        "cases": ["case_table", "example_week", "merge_contacts", "merge_methods"],
        "datasets": ["desk_log", "load", "load_contacts"],
        "desk": ["Desk"],
        "effects": ["estimate_effects", "rise_without_call"],
        "golden_time": ["fit_golden_time", "repaired_by_wait"],
        "policies": ["compare_policies", "draw_load"],
        "problems": ["count_problems"],
        "queueing": ["Queue"],
    },
)
