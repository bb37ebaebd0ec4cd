"""Figures that several studies draw: a result in, a figure with a text alternative out."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "importance": [
            "importance_figure",
            "map_figure",
            "name_quadrants",
            "penalty_reward_figure",
        ],
    },
)
