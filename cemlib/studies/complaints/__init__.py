"""Workbook 06: win-win complaint handling."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["moves", "plots", "policies", "present", "promises", "rates", "retention", "words"],
    submod_attrs={
        "answers": ["example_complaint", "menu"],
        "bargain": ["RULES", "RULE_NAMES", "solutions", "transfer"],
        "case": ["replay", "step_coverage"],
        "datasets": ["load", "load_complaints", "sources"],
        "economy": ["economy", "tariffs"],
        "equivalence": ["compare_recovered", "selection"],
        "gains": ["Gains", "Stakes"],
        "justice": ["mediation_by_outcome", "rank_causes"],
        "lever_sources": ["levers_of"],
        "levers": ["answers_lever", "causes_lever", "complaint_cost"],
        "needs": ["ASSUMPTIONS"],
        "response": ["compare_with_truth", "fit_response", "worth_of_parts"],
        "summary": ["SUMMARY"],
    },
)
