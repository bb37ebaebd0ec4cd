"""Sentences, tables and findings of workbook 05."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "quality": [
            "association_summary",
            "explained_summary",
            "reliability_summary",
            "agreement_summary",
            "agreement_table",
            "policy_summary",
            "effectiveness_summary",
            "definitions_table",
            "view_findings",
            "reliability_findings",
            "effectiveness_findings",
            "truth_table",
        ],
        "menus": ["listening_summary", "first_turn", "script_table", "menu_findings"],
        "choices": [
            "willingness_summary",
            "price_summary",
            "design_summary",
            "tasks_table",
            "hands_source",
            "hands_summary",
            "bill_summary",
            "price_findings",
            "hands_findings",
            "bill_findings",
        ],
    },
)
