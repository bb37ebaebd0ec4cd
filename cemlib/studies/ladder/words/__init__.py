"""Sentences, tables and findings of workbook 02."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "ladder": [
            "covariate_labels",
            "forgives",
            "hazards_table",
            "ladder_findings",
            "moves",
            "people_findings",
            "refers",
            "rungs_table",
            "stays",
            "steps",
            "true_moves",
            "what_if",
        ],
        "journey": [
            "abandonment",
            "agent_table",
            "best_policy",
            "channels",
            "confusion_table",
            "journey_findings",
            "listening",
            "manager_table",
            "on_time",
            "overpayment",
            "policy_findings",
            "policy_table",
            "prompts_table",
            "routing",
            "touchpoints",
        ],
    },
)
