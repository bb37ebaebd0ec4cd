"""What boards follow, and what customers write beside it."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["plots", "present", "words"],
    submod_attrs={
        "comments": ["comment_themes"],
        "measures": ["board_measures", "same_score"],
    },
)
