"""Sentences, tables and findings of workbook 06."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "findings": [
            "cause_findings",
            "justice_findings",
            "main_findings",
            "policy_findings",
            "recovery_findings",
        ],
        "sentences": [
            "bargain",
            "cause",
            "case",
            "economy",
            "justice",
            "policies",
            "promise",
            "recovery",
        ],
        "tables": [
            "break_even_table",
            "multiples_table",
            "policies_table",
            "price_labels",
            "promises_table",
            "retention_table",
            "self_service_table",
            "tariff_table",
            "truth_table",
            "worth_table",
        ],
    },
)
