"""Sentences, tables and findings of workbook 05."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "views": ["association_summary", "explained_summary", "view_findings"],
        "quality": [
            "reliability_summary",
            "agreement_summary",
            "agreement_table",
            "agreement_findings",
            "policy_experiment",
            "policy_summary",
            "policy_findings",
            "effectiveness_summary",
            "definitions_table",
            "reliability_findings",
            "effectiveness_findings",
            "truth_table",
        ],
        "menus": ["listening_summary", "first_turn", "script_table", "menu_findings"],
        "spread": ["spread_missing", "spread_summary", "spread_findings"],
        "choices": [
            "willingness_summary",
            "worth_findings",
            "price_summary",
            "design_summary",
            "design_findings",
            "tasks_table",
            "hands_source",
            "hands_summary",
            "bill_summary",
            "bill_table",
            "no_bill",
            "price_findings",
            "hands_findings",
            "bill_findings",
        ],
    },
)
