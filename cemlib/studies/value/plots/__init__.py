"""Figures of workbook 05."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "choices": [
            "willingness_figure",
            "price_figure",
            "sample_size_figure",
            "hands_figure",
            "standards_figure",
        ],
        "menus": ["listening_figure", "branches_figure"],
        "spread": ["willing_figure"],
        "quality": [
            "associations_figure",
            "explained_figure",
            "shares_figure",
            "policy_figure",
            "regret_figure",
        ],
    },
)
