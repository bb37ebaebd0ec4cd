"""Sentences, tables and findings of workbook 06."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "comparisons": ["policies", "recovery"],
        "findings": [
            "case_findings",
            "cause_findings",
            "justice_findings",
            "policy_findings",
            "promise_findings",
            "recovery_findings",
            "silence_findings",
            "worth_findings",
        ],
        "sentences": [
            "assumptions",
            "bargain",
            "cause",
            "case",
            "economy",
            "justice",
            "promise",
            "silence",
            "waiting",
        ],
        "teaching": [
            "game",
            "limits_of_cases",
            "outcomes",
            "self_service",
        ],
        "tables": [
            "break_even_table",
            "multiples_table",
            "policies_table",
            "promises_table",
            "retention_table",
            "tariff_table",
            "truth_table",
            "unseen_table",
            "worth_table",
        ],
        "unseen": ["unseen_causes"],
    },
)
