"""Sentences, tables and findings of workbook 02."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "ladder": [
            "ladder_findings",
            "assumed_margins",
            "moves",
            "one_chain",
            "rungs_table",
            "step_findings",
            "steps",
            "true_moves",
            "what_if",
        ],
        "people": [
            "comes_back",
            "covariate_labels",
            "foretells",
            "forgives",
            "forgiveness_findings",
            "hazards_table",
            "prediction_findings",
            "proportional",
            "referral_findings",
            "refers",
            "retention_findings",
            "stays",
            "win_back_findings",
        ],
        "conversations": [
            "best_policy",
            "overpayment",
            "policy_findings",
            "policy_table",
            "prompts_table",
        ],
        "journey": [
            "abandonment",
            "agent_table",
            "channels",
            "confusion_table",
            "funnel_findings",
            "listening",
            "listening_findings",
            "manager_table",
            "on_time",
            "outcome_name",
            "routing",
            "routing_findings",
            "touchpoint_findings",
            "touchpoints",
        ],
    },
)
