"""Workbook 05: service value."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["choice_design", "plots", "present", "raised_hands", "words"],
    submod_attrs={
        "datasets.choices": ["observed_levels", "read_choices"],
        "datasets": ["read", "sources"],
        "views": ["measures", "associations", "explained", "total_explained"],
        "reliability": [
            "majority_judgements",
            "reliability_indices",
            "answers_needed",
            "policy_effects",
        ],
        "coder_agreement": ["coder_alphas"],
        "effectiveness": ["windows", "first_contacts", "resolved", "resolved_by", "advice_regret"],
        "qa_sheet": ["quality_sheet"],
        "lever_sources": ["levers_of"],
        "levers": ["coaching_lever", "menu_lever"],
        "menus": ["Voice"],
        "spoken_menus": ["spoken_menu", "branches_table"],
        "discrete_choice": ["ALL", "choice_model", "by_segment", "willingness_to_pay"],
        "standards": ["bills_by_rise", "standard_weights"],
        "summary": ["SUMMARY"],
    },
)
