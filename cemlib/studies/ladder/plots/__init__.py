"""Figures of workbook 02."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "journey": [
            "listening_figure",
            "control_figure",
            "standardised_figure",
            "funnel_figure",
            "policy_values_figure",
        ],
        "ladder": [
            "ladder_figure",
            "steps_figure",
            "survival_figure",
            "hazards_figure",
            "forgiveness_figure",
            "prediction_figure",
        ],
    },
)
