"""Sentences and findings of workbook 04."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "calls": [
            "call_findings",
            "call_log",
            "erlang_beside",
            "patience",
            "staffing",
        ],
        "cases": [
            "METHOD_NAMES",
            "agreement_findings",
            "case_findings",
            "merge_agreement",
            "merged_contacts",
            "problem_counts",
            "told_cases",
            "uncoded",
        ],
        "comparable": [
            "balance_table",
            "comparability",
            "simulated_confounding",
        ],
        "desk": [
            "best_caps",
            "best_policy",
            "cap_findings",
            "desk_assumptions",
            "desk_cases",
            "erlang",
            "half_life_findings",
            "half_lives",
            "missed_problems",
            "policy_findings",
            "policy_table",
            "script_findings",
            "script_rules",
            "script_study",
        ],
        "effects": [
            "call_back_findings",
            "call_back_saving",
            "call_list",
            "coverage_findings",
            "effect_estimates",
            "effect_findings",
            "rule_effect",
            "rule_findings",
        ],
        "levels": ["level_findings", "service_levels"],
        "said": ["customers_said", "doubtful_table", "said_findings"],
    },
)
