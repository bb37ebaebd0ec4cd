"""Themes of what customers say: phrases, groups of texts, and the table that people edit."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "themes": ["find_themes", "propose_themes"],
        "table": ["Themes", "apply_table", "read_table", "theme_csv", "theme_table"],
        "profile": ["theme_counts", "theme_profile", "theme_scores", "theme_weeks"],
        "drivers": ["theme_drivers"],
        "agreement": ["doubtful_codes", "suggest_merges", "theme_agreement", "usual_codes"],
    },
)
